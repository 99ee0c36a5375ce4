"""Segment, RudderStack and Jitsu calls: track, page, screen, identify, group, alias."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TREES, Format, Signature
from waypost.intake.formats.commerce import canonical_event
from waypost.intake.formats.segment_columns import (
    CONTEXT,
    DAY,
    MOBILE_LIBRARIES,
    SKEW_LIMIT,
    call_chunks,
)
from waypost.intake.formats.tracking import (
    campaign_in_url,
    flat,
    hit_channel,
    items_of,
    order_of,
    value_of,
)
from waypost.intake.normalise import Instant, email
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Record
from waypost.model import Event, Flag

__all__ = ["SEGMENT"]

_CALLS = frozenset({"track", "identify", "page", "screen", "group", "alias"})
_MADE = re.compile(r"(\$device:)?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}", re.ASCII)


def _make(record: Record, reading: Reading) -> Answer:
    call = (reading.text(record, "type") or "").casefold()
    if call not in _CALLS:
        known = ", ".join(sorted(_CALLS))
        raise InputError(f"type is {call!r}; known are {known}.", column="type")
    moment, skew = _clock(record, reading)
    event = Event(
        at=moment.at,
        event="",
        key=reading.needed(record, "messageId", "message_id"),
        line=record.line,
        identifiers=_identifiers(record, reading),
        attributes={"skew_seconds": f"{skew / 1e6:g}"} if skew else {},
        flags=moment.flags,
    )
    if call in ("track", "page", "screen"):
        return [_hit(event, call, record, reading)]
    return [_fact(event, call, record, reading)]


def _clock(record: Record, reading: Reading) -> tuple[Instant, int]:
    """The instant by a trusted clock, and how wrong the device's was (0: not corrected)."""
    received = reading.time(record, "receivedAt", "received_at")
    sent = reading.time(record, "sentAt", "sent_at")
    original = reading.time(record, "originalTimestamp", "original_timestamp")
    stated = reading.time(record, "timestamp")
    if original is None:
        moment = stated or received
        if moment is None:
            raise InputError("timestamp is empty, so the record has no time.", column="timestamp")
        return _flag_future(moment, received), 0
    if received is None or sent is None:
        return _flag_future(original, received), 0
    skew = sent.at - received.at
    if abs(skew) <= SKEW_LIMIT:
        return _flag_future(original, received), 0
    corrected = Instant(original.at - skew, original.flags | Flag.SKEW_CORRECTED)
    return _flag_future(corrected, received), skew


def _flag_future(moment: Instant, received: Instant | None) -> Instant:
    if received is not None and moment.at > received.at + DAY:
        return Instant(moment.at, moment.flags | Flag.FUTURE)
    return moment


def _identifiers(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    return (
        *reading.identifier("anonymous_id", record, "anonymousId", "anonymous_id"),
        *reading.identifier("user_id", record, "userId", "user_id"),
        *reading.email(record, "traits.email", "context.traits.email", "properties.email"),
        *reading.phone(record, "traits.phone", "context.traits.phone"),
        *reading.identifier(
            "device_id", record, "context.device.id", "context.device.advertisingId"
        ),
        *order_of(_tree(reading.cell(record.cells, "properties"))),
    )


def _tree(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _hit(event: Event, call: str, record: Record, reading: Reading) -> Event:
    properties = _tree(reading.cell(record.cells, "properties"))
    given = reading.text(record, "event") if call == "track" else reading.text(record, "name")
    if call == "track":
        if given is None:
            raise InputError("event is empty in a track call.", column="event")
        name = canonical_event(given)
    else:
        name = f"{call}_viewed"
    currency = (as_text(properties.get("currency")) or reading.context.currency).upper()
    attributes = reading.attributes(record, CONTEXT)
    attributes = (
        campaign_in_url(attributes.get("url"))
        | attributes
        | flat(properties)
        | items_of(properties)
    )
    if call == "track" and given != name:
        attributes["activity"] = given or ""
    elif given:
        attributes["screen" if call == "screen" else "page_name"] = given
    return replace(
        event,
        event=name or "unnamed",
        channel=_channel(name, record, reading),
        value=value_of(name, properties, currency),
        currency=currency,
        attributes=attributes | dict(event.attributes),
    )


def _channel(name: str, record: Record, reading: Reading) -> str:
    library = (reading.text(record, "context.library.name") or "").casefold()
    mobile = reading.text(record, "context.channel", "channel") == "mobile" or any(
        word in library for word in MOBILE_LIBRARIES
    )
    return hit_channel(name, mobile=mobile)


def _fact(event: Event, call: str, record: Record, reading: Reading) -> Event:
    known = flat(_tree(reading.cell(record.cells, "traits")))
    attributes = {f"trait.{name}": value for name, value in known.items()} | dict(event.attributes)
    identifiers = event.identifiers
    if call == "group":
        identifiers += reading.identifier("account", record, "groupId", "group_id")
    if call == "alias":
        identifiers += _previous(event, reading.needed(record, "previousId", "previous_id"))
    name = {"identify": "$profile", "group": "$group", "alias": "$alias"}[call]
    return replace(event, event=name, identifiers=identifiers, attributes=attributes)


def _previous(event: Event, previous: str) -> tuple[tuple[str, str], ...]:
    """What the person of an alias was known by before; nothing if the call names it anyway.

    An e-mail address by its shape, an anonymous id if a machine made it or the call has no
    anonymous id of its own, else a user id.
    """
    own = [value for kind, value in event.identifiers if kind == "anonymous_id"]
    if previous in own:
        return ()
    address = email(previous)
    if address is not None:
        known = ("email", address)
    elif _MADE.fullmatch(previous) or not own:
        known = ("anonymous_id", previous)
    else:
        known = ("user_id", previous)
    return () if known in event.identifiers else (known,)


def _are_calls(sample: Sequence[Mapping[str, Any]]) -> bool:
    types = [as_text(one.get("type")) for one in sample]
    return any(word in _CALLS for word in types if word)


SEGMENT = Format(
    id="segment",
    label="Segment, RudderStack or Jitsu events (JSON lines)",
    source="segment",
    kinds=TREES,
    signature=Signature(
        required=(
            "type",
            ("messageId", "message_id"),
            ("anonymousId", "userId", "anonymous_id", "user_id"),
        ),
        typical=(
            "event",
            "properties",
            "context",
            "timestamp",
            "receivedAt",
            "sentAt",
            "originalTimestamp",
        ),
        holds=_are_calls,
    ),
    make=_make,
    whole_objects=call_chunks,
)
