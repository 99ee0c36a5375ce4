"""Matomo's visits log (``Live.getLastVisitsDetails``): one object per visit, its actions within."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from waypost.intake.format import TREES, Format, Signature
from waypost.intake.normalise import Instant, parse_time, snake_case
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["MATOMO"]

_NAMES: Mapping[str, str] = {
    "action": "page_viewed",
    "search": "products_searched",
    "ecommerceOrder": "order_completed",
    "ecommerceAbandonedCart": "cart_viewed",
    "goal": "goal_reached",
    "download": "file_downloaded",
    "outlink": "outlink_clicked",
    "form": "form_seen",
}
_VISIT = {
    "device_type": "deviceType",
    "country": "country",
    "referrer_type": "referrerType",
    "referrer": "referrerName",
    "utm_campaign": "campaignName",
    "utm_source": "campaignSource",
    "utm_medium": "campaignMedium",
}
_ACTION = {
    "title": "pageTitle",
    "query": "siteSearchKeyword",
    "category": "eventCategory",
    "name": "eventName",
    "goal": "goalName",
}


def _make(record: Record, reading: Reading) -> Answer:
    visit = reading.needed(record, "idVisit")
    begin = reading.needed_time(record, "firstActionTimestamp", "serverTimestamp")
    common = reading.attributes(record, _VISIT) | {"session_id": visit}
    person = (
        *reading.identifier("anonymous_id", record, "visitorId"),
        *reading.identifier("user_id", record, "userId"),
    )
    details = reading.cell(record.cells, "actionDetails")
    listed = details if isinstance(details, list) else []
    actions = [one for one in listed if isinstance(one, Mapping)]
    events = [
        Event(
            at=begin.at,
            event="session_started",
            key=f"visit:{visit}",
            line=record.line,
            channel="web",
            identifiers=person,
            attributes=common,
            flags=begin.flags,
        )
    ]
    for place, action in enumerate(actions, 1):
        key = f"visit:{visit}:{place}"
        events.append(_event(action, events[0], reading, key=key, rank=min(place, 15)))
    return events


def _event(
    action: Mapping[str, Any], visit: Event, reading: Reading, *, key: str, rank: int
) -> Event:
    kind = as_text(action.get("type")) or "action"
    name = _NAMES.get(kind, "")
    if kind == "event":
        name = snake_case(as_text(action.get("eventAction")) or "event")
    at = _instant(action, visit, reading)
    order = reading.order(action, "orderId") if kind == "ecommerceOrder" else ()
    attributes = {**visit.attributes, **reading.attributes(action, _ACTION)}
    url = as_text(action.get("url"))
    if url:
        attributes |= {"url": url, "path": urlsplit(url).path or "/"}
    money = kind.startswith("ecommerce")
    currency = reading.currency(action, "currencyCode", "currency") if money else None
    return Event(
        at=at.at,
        event=name or snake_case(kind),
        key=key,
        line=visit.line,
        channel="web",
        identifiers=(*visit.identifiers, *order),
        value=reading.money(action, "revenue", currency) if currency else None,
        currency=currency,
        attributes=attributes,
        rank=rank,
        flags=at.flags,
    )


def _instant(action: Mapping[str, Any], visit: Event, reading: Reading) -> Instant:
    """The action's own time, else that of its visit."""
    cell = as_text(action.get("timestamp"))
    found = parse_time(cell, reading.context.zone) if cell else None
    return found or Instant(visit.at, visit.flags)


MATOMO = Format(
    id="matomo_visits",
    label="Matomo visits (JSON)",
    source="matomo",
    kinds=TREES,
    signature=Signature(
        required=("idVisit", "visitorId", "actionDetails"),
        typical=("serverTimestamp", "firstActionTimestamp", "referrerType", "deviceType"),
    ),
    make=_make,
)
