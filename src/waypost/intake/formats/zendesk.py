"""Zendesk tickets, from the CSV view export and from the API's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waypost.errors import InputError
from waypost.intake.format import TEXT, TREES, Format, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.tickets import ticket_channel, ticket_events
from waypost.intake.normalise import Instant
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["ZENDESK_CSV", "ZENDESK_JSON"]

_CSV_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "ticket_id": ("Id", "Ticket ID"),
    "status": ("Status",),
    "priority": ("Priority",),
    "tags": ("Tags",),
    "ticket_type": ("Ticket type",),
    "via": ("Via",),
    "group": ("Group",),
    "assignee": ("Assignee",),
    "first_reply_minutes": ("First reply time in minutes", "First reply time (min)"),
    "full_resolution_minutes": ("Full resolution time in minutes", "Full resolution time (min)"),
    "requester_wait_minutes": ("Requester wait time in minutes", "Requester wait time (min)"),
    "reopens": ("Reopens",),
    "replies": ("Replies",),
    "customer_name": ("Requester", "Requester name"),
}
_JSON_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "ticket_id": ("id",),
    "status": ("status",),
    "priority": ("priority",),
    "ticket_type": ("type",),
    "via": ("via.channel",),
    "group": ("group_id",),
    "assignee": ("assignee_id",),
    "first_reply_minutes": (
        "metric_set.reply_time_in_minutes.calendar",
        "metrics.reply_time_in_minutes.calendar",
        "reply_time_in_minutes.calendar",
    ),
    "full_resolution_minutes": (
        "metric_set.full_resolution_time_in_minutes.calendar",
        "metrics.full_resolution_time_in_minutes.calendar",
    ),
    "requester_wait_minutes": (
        "metric_set.requester_wait_time_in_minutes.calendar",
        "metrics.requester_wait_time_in_minutes.calendar",
    ),
    "reopens": ("metric_set.reopens", "metrics.reopens", "reopens"),
    "replies": ("metric_set.replies", "metrics.replies", "replies"),
    "customer_name": ("requester.name", "via.source.from.name"),
}
_SOLVED = frozenset({"solved", "closed"})


def _make_csv(record: Record, reading: Reading) -> Answer:
    subject = reading.text(record, "Subject")
    template = _template(
        record,
        reading,
        columns=_CSV_ATTRIBUTES,
        identifiers=(
            *reading.email(record, "Requester email"),
            *reading.phone(record, "Requester phone"),
            *reading.identifier("customer_id.zendesk", record, "Requester id"),
            *reading.identifier("user_id", record, "Requester external id"),
            *orders_named(subject),
        ),
    )
    created = reading.needed_time(record, "Created at")
    return ticket_events(
        template,
        created=created,
        assigned=reading.time(record, "Initially assigned at", "Assigned at"),
        solved=_solved(record, reading, template, "Solved at", "Updated at"),
        text=subject,
        rating=(reading.text(record, "Satisfaction Score", "Satisfaction rating"), None),
    )


def _make_json(record: Record, reading: Reading) -> Answer:
    if reading.text(record, "status") == "deleted":
        return Ignore("deleted ticket")
    subject, description = reading.text(record, "subject"), reading.text(record, "description")
    template = _template(
        record,
        reading,
        columns=_JSON_ATTRIBUTES,
        identifiers=(
            *reading.email(record, "requester.email", "requester_email", "via.source.from.address"),
            *reading.phone(record, "requester.phone", "via.source.from.phone"),
            *reading.identifier("customer_id.zendesk", record, "requester_id", "requester.id"),
            *reading.identifier("user_id", record, "requester.external_id"),
            *orders_named(subject, description),
        ),
    )
    tags = reading.cell(record.cells, "tags")
    if isinstance(tags, list) and tags:
        template = replace(
            template, attributes={**template.attributes, "tags": "; ".join(map(str, tags))}
        )
    texts = [text for text in (subject, description) if text]
    return ticket_events(
        template,
        created=reading.needed_time(record, "created_at"),
        assigned=reading.time(
            record, "metric_set.initially_assigned_at", "metrics.initially_assigned_at"
        ),
        solved=_solved(record, reading, template, "metric_set.solved_at", "updated_at"),
        text="\n".join(dict.fromkeys(texts)) or None,
        rating=(
            reading.text(record, "satisfaction_rating.score"),
            reading.text(record, "satisfaction_rating.comment"),
        ),
    )


def _template(
    record: Record,
    reading: Reading,
    *,
    columns: Mapping[str, tuple[str, ...]],
    identifiers: tuple[tuple[str, str], ...],
) -> Event:
    found = reading.attributes(record, columns)
    attributes = {name: text for name, text in found.items() if text != "-"}
    if "ticket_id" not in attributes:
        raise InputError("Id is empty.", column="Id")
    channel = ticket_channel(attributes.get("via"))
    return Event(
        at=0,
        event="",
        key=f"ticket:{attributes['ticket_id']}",
        line=record.line,
        channel=channel,
        identifiers=identifiers,
        attributes=attributes,
    )


def _solved(
    record: Record, reading: Reading, template: Event, solved: str, updated: str
) -> tuple[Instant | None, Instant | None]:
    """When the ticket was solved, if the source says so, and the latest time that is known."""
    status = template.attributes.get("status", "").casefold()
    at = reading.time(record, solved, solved.replace("metric_set", "metrics"), "solved_at")
    later = reading.time(record, updated)
    if at is None and status in _SOLVED:
        at = later
    return at, later or at


ZENDESK_CSV = Format(
    id="zendesk_tickets",
    label="Zendesk tickets (CSV)",
    source="zendesk",
    kinds=TEXT,
    signature=Signature(
        required=(
            ("Id", "Ticket ID"),
            "Subject",
            "Created at",
            ("Requester", "Requester id", "Requester email"),
        ),
        typical=("Via", "Status", "Solved at", "Satisfaction Score", "Reopens", "Replies", "Group"),
    ),
    make=_make_csv,
    times=("Created at", "Updated at", "Assigned at", "Initially assigned at", "Solved at"),
)

ZENDESK_JSON = Format(
    id="zendesk_tickets_json",
    label="Zendesk tickets (JSON)",
    source="zendesk",
    kinds=TREES,
    signature=Signature(
        required=("id", "subject", "created_at", ("requester_id", "requester.id", "requester")),
        typical=(
            "status",
            "via",
            "priority",
            "satisfaction_rating",
            "description",
            "tags",
            "updated_at",
        ),
    ),
    make=_make_json,
)
