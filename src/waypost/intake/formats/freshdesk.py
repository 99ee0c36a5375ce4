"""Freshdesk's tickets CSV."""

from __future__ import annotations

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.moments import latest
from waypost.intake.formats.tickets import ticket_channel, ticket_events
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["FRESHDESK_TICKETS"]

_TIMES = ("Created time", "Resolved time", "Closed time", "Last update time", "Last updated time")
_ATTRIBUTES = {
    "status": "Status",
    "priority": "Priority",
    "via": "Source",
    "ticket_type": "Type",
    "tags": "Tags",
    "group": "Group",
    "assignee": "Agent",
    "replies": "Agent interactions",
    "customer_name": "Full name",
}


def _make(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, "Ticket ID", "Ticket Id")
    subject = reading.text(record, "Subject")
    attributes = reading.attributes(record, _ATTRIBUTES)
    template = Event(
        at=0,
        event="",
        key=f"ticket:{key}",
        line=record.line,
        channel=ticket_channel(attributes.get("via")),
        identifiers=(
            *reading.email(record, "Email", "Requester Email"),
            *reading.phone(record, "Mobile phone", "Work phone"),
            *reading.identifier("customer_id.freshdesk", record, "Contact ID"),
            *reading.identifier("user_id", record, "Unique external ID"),
            *orders_named(subject),
        ),
        attributes={"ticket_id": key} | attributes,
    )
    solved = reading.time(record, "Resolved time", "Closed time")
    updated = reading.time(record, "Last update time", "Last updated time")
    return ticket_events(
        template,
        created=reading.needed_time(record, "Created time"),
        assigned=None,
        solved=(solved, latest((solved, updated))),
        text=subject,
        rating=(reading.text(record, "Survey results"), None),
    )


FRESHDESK_TICKETS = Format(
    id="freshdesk_tickets",
    label="Freshdesk tickets (CSV)",
    source="freshdesk",
    kinds=TEXT,
    signature=Signature(
        required=("Ticket ID", "Subject", "Created time", "Status"),
        typical=("Source", "Resolved time", "Closed time", "Agent interactions", "Email"),
    ),
    make=_make,
    times=_TIMES,
)
