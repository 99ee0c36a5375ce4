"""Call lists of telephone systems as CSV: sipgate, Aircall, Placetel, FRITZ!Box and their like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.normalise import Instant, TimeStyle, parse_time, zone_named
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["CALL_LISTS"]

_DIRECTIONS = ("Richtung", "direction", "Anrufrichtung", "Typ", "Type")
_CALLERS = (
    *("from", "Von", "Anrufer", "Anrufernummer", "Quellnummer", "Caller", "Rufnummer"),
    *("Von Nummer", "Von (Nummer)", "Rufnummer Anrufer", "From number", "Caller number"),
)
_CALLED = (
    *("to", "An", "Nach", "Ziel", "Zielnummer", "Angerufener", "Callee", "Rufnummer"),
    *("Zu Nummer", "An Nummer", "Zu (Nummer)", "Rufnummer Ziel", "To number", "Called number"),
)
_INSTANTS = (
    *("datetime (UTC)", "Zeitpunkt", "Startzeit", "Start", "started_at", "Started at"),
    *("Start time", "Call time", "Anrufzeit", "Beginn", "Datum/Uhrzeit", "Datum und Uhrzeit"),
)
_DAYS = ("Datum", "date (TZ offset incl.)", "Date")
_CLOCKS = ("Uhrzeit", "Zeit", "time (TZ offset incl.)", "Time")
_LEAST_INSTANT = 12  # letters of a day with a time of day
_WAYS: Mapping[str, str] = {
    **dict.fromkeys(("eingehend", "inbound", "incoming", "in", "1"), "in"),
    **dict.fromkeys(("ausgehend", "outbound", "outgoing", "out", "3", "4"), "out"),
    **dict.fromkeys(("verpasst", "missed", "entgangen", "missedincoming", "10", "2"), "missed"),
    **dict.fromkeys(("voicemail", "mailbox", "anrufbeantworter"), "voicemail"),
}
"""Directions; the figures are those of a FRITZ!Box, which counts a missed call as 2."""

_MISSED = frozenset(
    {
        *("verpasst", "nein", "abgebrochen", "besetzt", "nicht angenommen", "entgangen"),
        *("missed", "no", "false", "unanswered", "busy", "not answered", "no answer"),
    }
)
_ATTRIBUTES = {
    "status": ("Status", "answered"),
    "duration": ("Gesprächsdauer", "Dauer", "duration (in call)", "duration (total)", "Duration"),
    "missed_reason": ("missed_call_reason", "Missed call reason"),
    "line": ("line", "Leitung"),
    "agent": ("user", "Benutzer", "Agent", "Nebenstelle"),
    "tags": ("tags",),
    "customer_name": ("Name", "Kontakt"),
}


def _study(reading: Reading, _sample: object) -> Reading:
    """Times that are said to be UTC are."""
    style = TimeStyle(zone=zone_named("UTC"))
    return replace(reading, times={**reading.times, folded(_INSTANTS[0]): style})


def _holds(sample: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the first records have directions of calls and no other kinds of things."""
    names = {folded(name) for name in _DIRECTIONS}
    cells = [str(v) for row in sample for k, v in row.items() if v and folded(str(k)) in names]
    return bool(cells) and all(folded(cell) in _WAYS for cell in cells)


def _make(record: Record, reading: Reading) -> Answer:
    said = folded(reading.text(record, *_DIRECTIONS) or "")
    way = _WAYS.get(said)
    if way is None:
        raise InputError(f"{said!r} is no direction of a call.", column=_DIRECTIONS[0])
    at = _time(record, reading)
    phone = reading.phone(record, *(_CALLED if way == "out" else _CALLERS))
    note = reading.text(record, "comments", "Kommentar", "Notiz", "Bemerkung")
    key = reading.text(record, "Call ID", "Anruf-ID", "UUID", "id")
    number = phone[0][1] if phone else ""
    return [
        Event(
            at=at.at,
            event=_name(way, record, reading),
            key=f"call:{key or f'{at.at}:{way}:{number}'}",
            line=record.line,
            channel="phone",
            identifiers=(*phone, *orders_named(note)),
            text=note,
            attributes=reading.attributes(record, _ATTRIBUTES),
            flags=at.flags,
        )
    ]


def _name(way: str, record: Record, reading: Reading) -> str:
    if way == "out":
        return "call_made"
    if way == "voicemail" or reading.text(record, "voicemail"):
        return "voicemail_left"
    state = folded(reading.text(record, "Status", "answered", "Ergebnis", "Result") or "")
    return "call_missed" if way == "missed" or state in _MISSED else "call_received"


def _time(record: Record, reading: Reading) -> Instant:
    instant = reading.time(record, *_INSTANTS)
    if instant is not None:
        return instant
    clock = reading.text(record, *_CLOCKS)
    if clock is None:
        return reading.needed_time(record, *_DAYS)
    column = reading.filled(record, *_DAYS)
    style = reading.times.get(folded(column), TimeStyle())
    day = reading.text(record, column)
    if day is None and len(clock) >= _LEAST_INSTANT:
        return reading.needed_time(record, *_CLOCKS)
    found = parse_time(f"{day} {clock}" if day else None, reading.context.zone, style=style)
    if found is None:
        raise InputError("Datum is empty, so the record has no time.", column=_DAYS[0])
    return found


CALL_LISTS = Format(
    id="call_lists",
    label="Call lists (CSV, as sipgate or Aircall)",
    source="calls",
    kinds=TEXT,
    signature=Signature(
        required=(
            _DIRECTIONS,
            tuple(dict.fromkeys((*_CALLERS, *_CALLED))),
            (*_INSTANTS, *_DAYS, "Time"),
        ),
        typical=("Uhrzeit", "Dauer", "Gesprächsdauer", "Status", "Eigene Rufnummer", "answered"),
        holds=_holds,
    ),
    make=_make,
    times=(*_INSTANTS, *_DAYS, "Time"),
    study=_study,
)
