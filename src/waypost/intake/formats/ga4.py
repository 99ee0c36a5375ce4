"""Google Analytics 4, the BigQuery export: one event per row, parameters as key and value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from waypost.intake.format import Format, Signature
from waypost.intake.formats.commerce import canonical_event
from waypost.intake.formats.tracking import campaign_in_url, items_of, value_of
from waypost.intake.normalise import order_id, snake_case
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["GA4"]

_LIFTED = {
    "ga_session_id": "session_id",
    "ga_session_number": "session_number",
    "page_location": "url",
    "page_title": "title",
    "page_referrer": "referrer",
    "source": "utm_source",
    "medium": "utm_medium",
    "campaign": "utm_campaign",
    "content": "utm_content",
    "term": "utm_term",
    "gclid": "gclid",
    "search_term": "query",
}
_ATTRIBUTES = {
    "device_type": "device.category",
    "os": "device.operating_system",
    "browser": "device.web_info.browser",
    "country": "geo.country",
    "city": "geo.city",
    "platform": "platform",
    "first_utm_source": "traffic_source.source",
    "first_utm_medium": "traffic_source.medium",
    "first_utm_campaign": "traffic_source.name",
}
_BATCH = ("batch_page_id", "batch_ordering_id", "batch_event_index")
_VALUES = ("string_value", "int_value", "float_value", "double_value")


def _make(record: Record, reading: Reading) -> Answer:
    cells = {name: _parsed(value) for name, value in record.cells.items()}
    hit = Record(record.line, cells)
    moment = reading.needed_time(hit, "event_timestamp")
    given = reading.needed(hit, "event_name")
    name = canonical_event(given)
    parameters = _parameters(reading.cell(cells, "event_params"))
    ecommerce = _tree(reading.cell(cells, "ecommerce"))
    money = {**parameters, **{k: t for k, v in ecommerce.items() if (t := as_text(v))}}
    currency = (money.get("currency") or reading.context.currency).upper()
    return [
        Event(
            at=moment.at,
            event=name,
            key=_key(hit, reading, given),
            line=record.line,
            channel="app"
            if (reading.text(hit, "platform") or "WEB").upper() in ("IOS", "ANDROID")
            else "web",
            identifiers=_identifiers(hit, reading, parameters, ecommerce),
            value=value_of(name, money, currency),
            currency=currency,
            attributes=_attributes(hit, reading, parameters, given=given, name=name),
            rank=_rank(hit, reading),
            flags=moment.flags,
        )
    ]


def _parsed(value: Any) -> Any:
    """A nested column of a Parquet file comes as JSON text."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _tree(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _parameters(listed: Any) -> dict[str, str]:
    found = {}
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, Mapping):
            continue
        holder = _tree(one.get("value"))
        text = next((t for name in _VALUES if (t := as_text(holder.get(name))) is not None), None)
        if text is not None and isinstance(one.get("key"), str):
            found[one["key"]] = text
    return found


def _key(hit: Record, reading: Reading, given: str) -> str:
    parts = ("stream_id", "user_pseudo_id", "event_timestamp", *_BATCH, "event_bundle_sequence_id")
    return ":".join((given, *(reading.text(hit, part) or "" for part in parts)))


def _rank(hit: Record, reading: Reading) -> int:
    index = reading.text(hit, "batch_event_index")
    return min(int(index), 15) if index and index.isdigit() else 0


def _identifiers(
    hit: Record, reading: Reading, parameters: Mapping[str, str], ecommerce: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    order = order_id(as_text(ecommerce.get("transaction_id")) or parameters.get("transaction_id"))
    return (
        *reading.identifier("anonymous_id", hit, "user_pseudo_id"),
        *reading.identifier("user_id", hit, "user_id"),
        *((("order_id", order),) if order and order != "(NOTSET)" else ()),
    )


def _attributes(
    hit: Record, reading: Reading, parameters: Mapping[str, str], *, given: str, name: str
) -> dict[str, str]:
    found = reading.attributes(hit, _ATTRIBUTES)
    lifted = {
        _LIFTED.get(key, f"param.{snake_case(key)}"): text for key, text in parameters.items()
    }
    found = found | campaign_in_url(lifted.get("url")) | lifted
    found |= items_of({"items": reading.cell(hit.cells, "items")})
    if "url" in found:
        found["path"] = "/" + found["url"].partition("//")[2].partition("/")[2].partition("?")[0]
    if given != name:
        found["activity"] = given
    return found


GA4 = Format(
    id="ga4",
    label="Google Analytics 4, BigQuery export",
    source="ga4",
    kinds=frozenset({"json", "jsonl", "parquet"}),
    signature=Signature(
        required=("event_timestamp", "event_name", "user_pseudo_id"),
        typical=("event_params", "event_date", "device", "geo", "traffic_source", "platform"),
    ),
    make=_make,
)
