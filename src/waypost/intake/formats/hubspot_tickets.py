"""HubSpot's tickets CSV, English or German; contacts are named by the number of their record."""

from __future__ import annotations

import re

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.moments import latest
from waypost.intake.formats.tickets import ticket_channel, ticket_events
from waypost.intake.normalise import email
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["HUBSPOT_TICKETS"]

_IDS = ("Ticket ID", "Ticket-ID", "Record ID - Ticket", "Record ID", "Datensatz-ID")
_NAMES = ("Ticket name", "Ticketname", "Ticket-Name")
_STATES = ("Ticket status", "Ticketstatus", "Ticket-Status", "Status")
_CREATED = ("Create date", "Erstellungsdatum", "Erstelldatum", "Created at")
_CLOSED = ("Close date", "Closed date", "Abschlussdatum", "Schließdatum")
_CHANGED = ("Last modified date", "Last activity date", "Datum der letzten Änderung")
_NUMBERS = (
    *("Associated Contact IDs", "Associated Contact ID", "Associated Contact Record IDs"),
    *("Zugeordnete Kontakt-IDs", "IDs der zugeordneten Kontakte", "Verknüpfte Kontakt-IDs"),
)
_PEOPLE = ("Associated Contact", "Associated Contacts", "Associated Contact Emails")
_TEXTS = ("Ticket description", "Ticketbeschreibung", "Description")
_ATTRIBUTES = {
    "status": _STATES,
    "priority": ("Priority", "Priorität"),
    "via": ("Source", "Quelle"),
    "ticket_type": ("Category", "Kategorie"),
    "pipeline": ("Pipeline",),
    "assignee": ("Ticket owner", "Zuständiger Mitarbeiter für Ticket"),
}
_LIST = re.compile(r"[;,]\s*")
_WITHIN = re.compile(r"[^\s()<>;,]+@[^\s()<>;,]+")


def _make(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, *_IDS)
    subject, said = reading.text(record, *_NAMES), reading.text(record, *_TEXTS)
    attributes = reading.attributes(record, _ATTRIBUTES)
    template = Event(
        at=0,
        event="",
        key=f"ticket:{key}",
        line=record.line,
        channel=ticket_channel(attributes.get("via")),
        identifiers=(*_contacts(record, reading), *orders_named(subject, said)),
        attributes={"ticket_id": key} | attributes,
    )
    created = reading.needed_time(record, *_CREATED)
    closed = reading.time(record, *_CLOSED)
    text = "\n".join(dict.fromkeys(part for part in (subject, said) if part))
    return ticket_events(
        template,
        created=created,
        assigned=None,
        solved=(closed, latest((closed, reading.time(record, *_CHANGED)))),
        text=text or None,
        rating=(None, None),
    )


def _contacts(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    """Contacts by the number of their record, and by an address where the export has one."""
    numbers = _LIST.split(reading.text(record, *_NUMBERS) or "")
    told = (email(one) for one in _WITHIN.findall(reading.text(record, *_PEOPLE) or ""))
    return (
        *(("customer_id.hubspot", one.strip()) for one in numbers if one.strip()),
        *(("email", one) for one in dict.fromkeys(told) if one),
    )


HUBSPOT_TICKETS = Format(
    id="hubspot_tickets",
    label="HubSpot tickets (CSV)",
    source="hubspot",
    kinds=TEXT,
    signature=Signature(
        required=(_IDS, _NAMES, _STATES, _CREATED),
        typical=("Pipeline", "Priority", "Ticket owner", "Source", "Associated Contact IDs"),
    ),
    make=_make,
    times=(*_CREATED, *_CLOSED, *_CHANGED),
)
