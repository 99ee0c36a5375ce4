"""Pipedrive's deals and persons as CSV or workbook: every header is ``Object - Field``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.moments import estimated, happened, latest
from waypost.intake.formats.profiles import UNDATED, profile
from waypost.intake.normalise import email, phone
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["PIPEDRIVE_DEALS", "PIPEDRIVE_PERSONS"]


def _deal(*fields: str) -> tuple[str, ...]:
    return tuple(f"Deal - {field}" for field in fields)


def _person(*fields: str) -> tuple[str, ...]:
    return tuple(f"Person - {field}" for field in fields)


_TITLE, _VALUE = _deal("Title", "Titel"), _deal("Value", "Wert")
_STATUS = _deal("Status")
_MADE = _deal("Deal created", "Add time", "Created", "Deal erstellt", "Deal erstellt am")
_WON = _deal("Won time", "Won at", "Gewonnen um", "Gewonnen am", "Zeitpunkt des Gewinns")
_LOST = _deal("Lost time", "Lost at", "Verloren um", "Verloren am", "Zeitpunkt des Verlusts")
_CLOSED = _deal("Deal closed on", "Close time", "Deal geschlossen am", "Abgeschlossen am")
_STEP = _deal("Last stage change", "Update time", "Letzte Phasenänderung", "Aktualisiert am")
_ENDINGS = {
    **dict.fromkeys(("won", "gewonnen"), ("deal_won", _WON)),
    **dict.fromkeys(("lost", "verloren"), ("deal_lost", _LOST)),
}
_DEAL_ATTRIBUTES = {
    "deal_id": _deal("ID"),
    "deal_name": _TITLE,
    "deal_stage": _deal("Stage", "Phase"),
    "pipeline": _deal("Pipeline"),
    "owner": _deal("Owner", "Besitzer", "Inhaber"),
    "lost_reason": _deal("Lost reason", "Verlustgrund", "Grund für Verlust"),
    "customer_name": (*_deal("Contact person", "Kontaktperson"), *_person("Name")),
}
_BORN = _person("Person created", "Add time", "Person erstellt", "Person erstellt am")
_TRAITS = {
    "trait.first_name": _person("First name", "Vorname"),
    "trait.last_name": _person("Last name", "Nachname"),
    "trait.company_name": _person("Organization", "Organisation"),
    "customer_name": _person("Name"),
}


def _people(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    """The first address and number in any column of the person, whatever its kind or language."""
    told = {
        folded(name): cell
        for name, cell in record.cells.items()
        if cell and folded(name).startswith(("person - ", "deal - contact"))
    }
    mails = (email(cell.split(",")[0]) for name, cell in told.items() if "mail" in name)
    country = reading.context.country
    calls = (
        phone(cell.split(",")[0], country)
        for name, cell in told.items()
        if any(word in name for word in ("phone", "telefon", "mobil"))
    )
    first = (("email", next(filter(None, mails), None)), ("phone", next(filter(None, calls), None)))
    number = reading.identifier(
        "customer_id.pipedrive", record, *_person("ID"), *_deal("Contact person ID")
    )
    return (*((kind, value) for kind, value in first if value), *number)


def _make_deal(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, *_deal("ID"), *_TITLE)
    currency = reading.currency(record, *_deal("Currency", "Currency of Value", "Währung"))
    template = Event(
        at=0,
        event="",
        key=f"deal:{key}",
        line=record.line,
        channel="crm",
        identifiers=_people(record, reading),
        value=reading.money(record, reading.filled(record, *_VALUE), currency),
        currency=currency,
        attributes=reading.attributes(record, _DEAL_ATTRIBUTES),
    )
    return list(_course(template, record, reading)) or Ignore("deal without any time")


def _course(template: Event, record: Record, reading: Reading) -> Iterator[Event]:
    created = reading.time(record, *_MADE)
    if created is not None:
        yield replace(happened(template, "deal_created", created), value=None)
    ending = _ENDINGS.get((reading.text(record, *_STATUS) or "").casefold())
    if ending is None:
        return
    name, columns = ending
    stated = reading.time(record, *columns, *_CLOSED)
    moment = stated or latest((created, reading.time(record, *_STEP)))
    if moment is not None:
        event = happened(template, name, moment, rank=1)
        yield event if stated else estimated(event)


def _make_person(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, *_person("ID", "Name"))
    template = Event(
        at=0,
        event="",
        key=f"contact:{key}",
        line=record.line,
        channel="crm",
        identifiers=_people(record, reading),
    )
    created = reading.time(record, *_BORN)
    fact = profile(
        record,
        key=template.key,
        identifiers=template.identifiers,
        attributes=reading.attributes(record, _TRAITS),
        moment=created or UNDATED,
    )
    return [fact] if created is None else [happened(template, "contact_created", created), fact]


PIPEDRIVE_DEALS = Format(
    id="pipedrive_deals",
    label="Pipedrive deals",
    source="pipedrive",
    kinds=TEXT,
    signature=Signature(
        required=(_TITLE, _STATUS, (*_MADE, *_WON, *_CLOSED)),
        typical=("Deal - ID", "Deal - Pipeline", *_VALUE[:1]),
    ),
    make=_make_deal,
    times=(*_MADE, *_WON, *_LOST, *_CLOSED, *_STEP),
    amounts=_VALUE,
)

PIPEDRIVE_PERSONS = Format(
    id="pipedrive_persons",
    label="Pipedrive persons",
    source="pipedrive",
    kinds=TEXT,
    signature=Signature(
        required=(_person("Name"), (*_BORN, *_person("ID"))),
        typical=("Person - Organization", "Person - Owner"),
    ),
    make=_make_person,
    times=_BORN,
)
