"""PayPal's activity CSV, English or German: payments, what was given back, much that is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.moments import happened
from waypost.intake.normalise import Instant, TimeStyle, parse_time, zone_named
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["PAYPAL"]

_DAYS, _CLOCKS = ("Date", "Datum"), ("Time", "Uhrzeit")
_ZONES = ("TimeZone", "Time Zone", "Zeitzone")
_GROSS = ("Gross", "Brutto")
_CODES = ("Transaction ID", "Transaktionscode")
_TYPES = ("Type", "Typ", "Description", "Beschreibung")
_FROM = ("From Email Address", "Absender E-Mail-Adresse")
_TO = ("To Email Address", "Empfänger E-Mail-Adresse")
_ORDERS = ("Invoice Number", "Rechnungsnummer", "Invoice ID")
_COMPLETED = ("", "completed", "abgeschlossen", "erledigt")
_BACK = (
    *("refund", "rückzahlung", "rückerstattung", "erstattung"),
    *("chargeback", "rückbuchung", "payment reversal"),
)
_NO_PAYMENT = (
    *("withdrawal", "auszahlung", "abbuchung", "deposit", "bankgutschrift", "einzahlung"),
    *("conversion", "umrechnung", "hold", "einbehalt", "reserve", "rücklage", "reversal"),
    *("storn", "cancel", "fee", "gebühr", "loan", "darlehen", "autorisierung", "authorization"),
    *("transfer to", "transfer from", "überweisung auf"),
)
_ATTRIBUTES: Mapping[str, str | tuple[str, ...]] = {
    "payment_type": _TYPES,
    "items": ("Item Title", "Artikelbezeichnung"),
    "fee": ("Fee", "Gebühr", "Entgelt"),
    "customer_name": "Name",
}
_FEES = ("fee", "gebühr", "entgelt")
_PREFIX = re.compile(r"[A-Z]{1,10}-(\d+)")


def _make(record: Record, reading: Reading) -> Answer:
    state = (reading.text(record, "Status") or "").casefold()
    currency = reading.currency(record, "Currency", "Währung")
    gross = reading.money(record, reading.filled(record, *_GROSS), currency)
    name = _event(reading.needed(record, *_TYPES).casefold(), gross or 0)
    if not name or state not in _COMPLETED:
        return Ignore("no payment of a customer" if not name else "payment that is not completed")
    template = Event(
        at=0,
        event="",
        key=f"payment:{reading.needed(record, *_CODES)}",
        line=record.line,
        channel="web",
        identifiers=(
            *reading.email(record, *(_FROM if name == "payment_succeeded" else _TO)),
            *_order(record, reading),
        ),
        value=abs(gross or 0),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES),
    )
    return [happened(template, name, _time(record, reading))]


def _event(kind: str, gross: int) -> str:
    """Money that came in from a customer, or went back to one; empty for all else."""
    if gross < 0:
        back = any(word in kind for word in _BACK) and not any(word in kind for word in _FEES)
        return "payment_refunded" if back else ""
    other = any(word in kind for word in (*_NO_PAYMENT, *_BACK))
    return "" if other or not gross else "payment_succeeded"


def _order(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    """The shop's number as it stands, and without the letters that a plugin puts before it."""
    found = reading.order(record, *_ORDERS)
    bare = _PREFIX.fullmatch(found[0][1]) if found else None
    return (*found, ("order_id", bare[1])) if bare else found


def _time(record: Record, reading: Reading) -> Instant:
    day = reading.needed(record, *_DAYS)
    clock = reading.text(record, *_CLOCKS)
    style = reading.times.get(folded(reading.filled(record, *_DAYS)), TimeStyle())
    said = reading.text(record, *_ZONES) or ""
    zone = zone_named(said)
    parts = (day, clock, said if clock and zone is None else "")
    at = parse_time(
        " ".join(part for part in parts if part),
        reading.context.zone,
        style=replace(style, zone=zone or style.zone),
    )
    if at is None:
        raise InputError("Datum is empty, so the record has no time.", column=_DAYS[1])
    return at


PAYPAL = Format(
    id="paypal",
    label="PayPal activity (CSV)",
    source="paypal",
    kinds=TEXT,
    signature=Signature(
        required=(_DAYS, _CLOCKS, _ZONES, _TYPES, _GROSS, _CODES, (*_FROM, "Name")),
        typical=("Net", "Netto", *_FROM, *_TO, *_ORDERS),
    ),
    make=_make,
    times=_DAYS,
    amounts=_GROSS,
)
