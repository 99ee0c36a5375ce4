"""PostHog, Mixpanel and Amplitude: events with a bag of properties."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TREES, Format, Signature
from waypost.intake.formats.commerce import canonical_event
from waypost.intake.formats.tracking import (
    campaign_in_url,
    flat,
    hit_channel,
    items_of,
    order_of,
    value_of,
)
from waypost.intake.normalise import Instant, TimeStyle, email, zone_named
from waypost.intake.reading import Reading, as_text, folded
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["AMPLITUDE", "MIXPANEL", "POSTHOG"]

_SPECIAL: Mapping[str, str] = {
    "$pageview": "page_viewed",
    "$screen": "screen_viewed",
    "$pageleave": "page_left",
    "$autocapture": "element_clicked",
    "$mp_web_page_view": "page_viewed",
    "$identify": "$profile",
    "$set": "$profile",
    "$create_alias": "$alias",
    "$merge_dangerously": "$alias",
    "$groupidentify": "$group",
    "survey sent": "survey_answered",
    "survey shown": "survey_shown",
    "survey dismissed": "survey_dismissed",
}
_LIFTED = {
    "session_id": "session_id",
    "current_url": "url",
    "pathname": "path",
    "referrer": "referrer",
    "screen_name": "screen",
    "os": "os",
    "browser": "browser",
    "device_type": "device_type",
    "geoip_country_code": "country",
    "mp_country_code": "country",
}


def _tree(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _make_posthog(record: Record, reading: Reading) -> Answer:
    properties = _properties(record, reading, "properties")
    given = reading.needed(record, "event")
    name = _SPECIAL.get(given) or canonical_event(given.lstrip("$"))
    moment = reading.needed_time(record, "timestamp", "created_at", "sent_at")
    distinct = reading.text(record, "distinct_id") or as_text(properties.get("distinct_id"))
    event = _event(record, reading, name=name, moment=moment, properties=properties)
    fallback = _content_key(record)
    return [
        replace(
            event,
            key=reading.text(record, "uuid", "id") or fallback,
            identifiers=(*_posthog_people(distinct, properties), *event.identifiers),
            attributes=_named(event.attributes, given, name),
        )
    ]


def _posthog_people(
    distinct: str | None, properties: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """``distinct_id`` is a user id once the person is identified, else an anonymous id.

    A server's events do not say which, so the id of an identified person is an anonymous one too:
    the server's events are the same person's.
    """
    anonymous = as_text(properties.get("$anon_distinct_id")) or as_text(
        properties.get("$device_id")
    )
    alias = as_text(properties.get("alias"))
    identified = (
        as_text(properties.get("$user_id")) == distinct or properties.get("$is_identified") is True
    )
    identified = (
        identified or (anonymous is not None and anonymous != distinct) or alias is not None
    )
    kind = "user_id" if identified or (distinct and "@" in distinct) else "anonymous_id"
    groups = _tree(properties.get("$groups"))
    account = as_text(properties.get("$group_key")) or next(map(as_text, groups.values()), None)
    pairs = (
        (kind, distinct),
        ("anonymous_id", anonymous),
        ("anonymous_id", alias),
        ("anonymous_id", distinct),
        ("account", account),
    )
    return tuple(dict.fromkeys((kind, value) for kind, value in pairs if value))


def _make_mixpanel(record: Record, reading: Reading) -> Answer:
    properties = _properties(record, reading, "properties")
    given = reading.needed(record, "event")
    name = _SPECIAL.get(given) or canonical_event(given.lstrip("$"))
    moment = reading.needed_time(record, "properties.time")
    event = _event(record, reading, name=name, moment=moment, properties=properties)
    user = as_text(properties.get("$user_id"))
    device = as_text(properties.get("$device_id"))
    distinct = (as_text(properties.get("distinct_id")) or "").removeprefix("$device:")
    pairs = (
        ("user_id", user),
        ("anonymous_id", device),
        ("user_id" if user else "anonymous_id", distinct),
        ("anonymous_id", distinct),
    )
    people = tuple(dict.fromkeys((kind, value) for kind, value in pairs if value))
    return [
        replace(
            event,
            key=as_text(properties.get("$insert_id")) or _content_key(record),
            identifiers=(*people, *event.identifiers),
            attributes=_named(event.attributes, given, name),
        )
    ]


def _make_amplitude(record: Record, reading: Reading) -> Answer:
    properties = _properties(record, reading, "event_properties")
    given = reading.needed(record, "event_type")
    name = _SPECIAL.get(given) or canonical_event(given.removeprefix("[Amplitude] ").lstrip("$"))
    moment = reading.needed_time(record, "event_time", "client_event_time")
    event = _event(record, reading, name=name, moment=moment, properties=properties)
    mobile = (reading.text(record, "platform") or "").casefold() in ("ios", "android")
    more = reading.attributes(
        record,
        {
            "session_id": "session_id",
            "platform": "platform",
            "country": "country",
            "city": "city",
            "os": "os_name",
        },
    )
    return [
        replace(
            event,
            key=reading.text(record, "$insert_id", "uuid") or _content_key(record),
            channel=hit_channel(name, mobile=mobile),
            identifiers=(
                *reading.identifier("user_id", record, "user_id"),
                *reading.identifier("anonymous_id", record, "amplitude_id"),
                *reading.identifier("device_id", record, "device_id"),
                *event.identifiers,
            ),
            attributes=_named({**event.attributes, **more}, given, name),
        )
    ]


def _properties(record: Record, reading: Reading, name: str) -> Mapping[str, Any]:
    found = reading.cell(record.cells, name)
    if isinstance(found, str) and found.startswith("{"):
        try:
            found = json.loads(found)
        except ValueError as error:
            raise InputError(f"{name} is no JSON object.", column=name) from error
    return _tree(found)


def _event(
    record: Record, reading: Reading, *, name: str, moment: Instant, properties: Mapping[str, Any]
) -> Event:
    currency = (as_text(properties.get("currency")) or reading.context.currency).upper()
    plain = {
        key.lstrip("$"): value
        for key, value in properties.items()
        if key not in ("distinct_id", "token")
    }
    found = {_LIFTED.get(key, key): text for key, text in flat(plain).items()}
    person = {**_tree(properties.get("$set_once")), **_tree(properties.get("$set"))}
    traits = {f"trait.{key}": text for key, text in flat(person).items()}
    found = {key: text for key, text in found.items() if not key.startswith(("set.", "set_once."))}
    address = email(as_text(person.get("email")) or as_text(properties.get("email")))
    return Event(
        at=moment.at,
        event=name,
        key="",
        line=record.line,
        channel=None if name.startswith("$") else hit_channel(name, mobile="screen" in found),
        identifiers=(*((("email", address),) if address else ()), *order_of(properties)),
        value=value_of(name, properties, currency),
        currency=currency,
        attributes=campaign_in_url(found.get("url")) | found | traits | items_of(properties),
        flags=moment.flags,
    )


def _named(attributes: Mapping[str, str], given: str, name: str) -> dict[str, str]:
    return {**attributes, **({"activity": given} if given != name else {})}


def _content_key(record: Record) -> str:
    text = json.dumps(record.cells, sort_keys=True, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _utc_times(*names: str) -> Any:
    """A study under which the named times are UTC, as the vendor documents."""

    def study(reading: Reading, _sample: object) -> Reading:
        style = TimeStyle(zone=zone_named("UTC"))
        return replace(reading, times={**reading.times, **{folded(name): style for name in names}})

    return study


def _not_segment(sample: Any) -> bool:
    return not any("messageId" in one for one in sample)


POSTHOG = Format(
    id="posthog",
    label="PostHog events (JSON)",
    source="posthog",
    kinds=TREES,
    signature=Signature(
        required=(
            "event",
            ("distinct_id", "properties.distinct_id"),
            "properties",
            ("timestamp", "created_at"),
        ),
        typical=("uuid",),
        holds=_not_segment,
    ),
    make=_make_posthog,
    study=_utc_times("timestamp", "created_at", "sent_at"),
)

MIXPANEL = Format(
    id="mixpanel",
    label="Mixpanel raw export (JSON lines)",
    source="mixpanel",
    kinds=TREES,
    signature=Signature(
        required=("event", "properties.distinct_id", "properties.time"),
        typical=("properties.$insert_id", "properties.mp_lib"),
    ),
    make=_make_mixpanel,
)

AMPLITUDE = Format(
    id="amplitude",
    label="Amplitude export (JSON lines)",
    source="amplitude",
    kinds=TREES,
    signature=Signature(
        required=("event_type", "event_time", ("amplitude_id", "device_id", "user_id")),
        typical=("event_properties", "user_properties", "$insert_id", "session_id"),
    ),
    make=_make_amplitude,
    study=_utc_times("event_time", "client_event_time"),
)
