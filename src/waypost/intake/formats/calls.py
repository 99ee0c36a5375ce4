"""Calls of a call centre, in the shape that Aircall gives out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.intake.format import TREES, Format, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.normalise import email, phone
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["CALLS"]

_ATTRIBUTES = {
    "direction": "direction",
    "status": "status",
    "duration_seconds": "duration",
    "missed_reason": "missed_call_reason",
    "line": "number.name",
    "agent": "user.name",
    "customer_first_name": "contact.first_name",
    "customer_last_name": "contact.last_name",
}


def _make(record: Record, reading: Reading) -> Answer:
    call = Record(record.line, _call(record.cells, reading))
    started = reading.needed_time(call, "started_at", "start_time", "created_at")
    answered = reading.time(call, "answered_at")
    key = reading.needed(call, "id", "call_id", "sid")
    said = _comments(call, reading)
    attributes = reading.attributes(call, _ATTRIBUTES) | _tags(call, reading)
    if answered is not None:
        attributes["waiting_seconds"] = f"{(answered.at - started.at) / 1e6:g}"
    return [
        Event(
            at=started.at,
            event=_name(call, reading, was_answered=answered is not None),
            key=f"call:{key}",
            line=record.line,
            channel="phone",
            identifiers=(*_contact(call, reading), *orders_named(said)),
            text=said or None,
            attributes=attributes,
            flags=started.flags,
        )
    ]


def _call(cells: Mapping[str, Any], reading: Reading) -> Mapping[str, Any]:
    """The call itself, where it lies inside a webhook's ``data``."""
    data = cells.get("data")
    if "started_at" not in cells and isinstance(data, Mapping):
        reading.used.add("data")
        return data
    return cells


def _name(call: Record, reading: Reading, *, was_answered: bool) -> str:
    if (reading.text(call, "direction") or "").casefold().startswith("out"):
        return "call_made"
    if was_answered:
        return "call_received"
    has_recording = reading.text(call, "voicemail") is not None
    return "voicemail_left" if has_recording else "call_missed"


def _contact(call: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    country = reading.context.country
    numbers = [phone(text, country) for text in _listed(call, reading, "contact.phone_numbers")]
    numbers.insert(0, phone(reading.text(call, "raw_digits", "caller", "from"), country))
    addresses = [email(text) for text in _listed(call, reading, "contact.emails")]
    return (
        *(("phone", number) for number in dict.fromkeys(numbers) if number),
        *(("email", address) for address in dict.fromkeys(addresses) if address),
    )


def _listed(call: Record, reading: Reading, name: str) -> list[str]:
    """Texts of a list of scalars or of objects with a ``value``."""
    found = reading.cell(call.cells, name)
    entries = found if isinstance(found, list) else []
    texts = (as_text(one.get("value") if isinstance(one, Mapping) else one) for one in entries)
    return [text for text in texts if text]


def _comments(call: Record, reading: Reading) -> str:
    found = reading.cell(call.cells, "comments")
    if isinstance(found, str):
        return found.strip()
    entries = found if isinstance(found, list) else []
    texts = (as_text(one.get("content") if isinstance(one, Mapping) else one) for one in entries)
    single = reading.text(call, "comment", "note", "notes", "summary")
    return "\n".join(text for text in (*texts, single) if text)


def _tags(call: Record, reading: Reading) -> dict[str, str]:
    found = reading.cell(call.cells, "tags")
    entries = found if isinstance(found, list) else []
    names = [as_text(one.get("name") if isinstance(one, Mapping) else one) for one in entries]
    text = "; ".join(name for name in names if name)
    return {"tags": text} if text else {}


CALLS = Format(
    id="calls",
    label="Calls (JSON, as Aircall)",
    source="calls",
    kinds=TREES,
    signature=Signature(
        required=(("direction", "data.direction"), ("started_at", "data.started_at")),
        typical=("answered_at", "ended_at", "duration", "raw_digits", "status"),
    ),
    make=_make,
)
