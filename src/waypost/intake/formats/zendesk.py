"""Zendesk tickets, from the CSV view export and from the API's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from waypost.errors import InputError
from waypost.intake.format import TEXT, TREES, Format, Signature
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.normalise import SCALES, Instant, order_ids_in, rate
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["ZENDESK_CSV", "ZENDESK_JSON"]

_CHANNELS: Mapping[str, str] = {
    "email": "email",
    "mail": "email",
    "e-mail": "email",
    "web": "web",
    "web form": "web",
    "web_form": "web",
    "web widget": "web",
    "help center": "web",
    "chat": "chat",
    "messaging": "chat",
    "native_messaging": "chat",
    "web messaging": "chat",
    "whatsapp": "chat",
    "voice": "phone",
    "phone": "phone",
    "phone call": "phone",
    "phone call (inbound)": "phone",
    "voicemail": "phone",
    "facebook": "social",
    "twitter": "social",
    "x corp": "social",
    "instagram": "social",
    "instagram direct": "social",
    "mobile": "app",
    "mobile sdk": "app",
    "mobile_sdk": "app",
}
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
            *_orders(subject),
        ),
    )
    created = reading.needed_time(record, "Created at")
    return _ticket(
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
            *_orders(subject, description),
        ),
    )
    tags = reading.cell(record.cells, "tags")
    if isinstance(tags, list) and tags:
        template = replace(
            template, attributes={**template.attributes, "tags": "; ".join(map(str, tags))}
        )
    texts = [text for text in (subject, description) if text]
    return _ticket(
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
    found = {name: reading.text(record, *where) for name, where in columns.items()}
    attributes = {name: text for name, text in found.items() if text is not None and text != "-"}
    if "ticket_id" not in attributes:
        raise InputError("Id is empty.", column="Id")
    channel = _CHANNELS.get(attributes.get("via", "").casefold(), "support")
    return Event(
        at=0,
        event="",
        key=f"ticket:{attributes['ticket_id']}",
        line=record.line,
        channel=channel,
        identifiers=identifiers,
        attributes=attributes,
    )


def _orders(*texts: str | None) -> tuple[tuple[str, str], ...]:
    found = dict.fromkeys(name for text in texts for name in order_ids_in(text))
    return tuple(("order_id", name) for name in found)


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


def _ticket(
    template: Event,
    *,
    created: Instant,
    assigned: Instant | None,
    solved: tuple[Instant | None, Instant | None],
    text: str | None,
    rating: tuple[str | None, str | None],
) -> list[Event]:
    events = [replace(happened(template, "ticket_created", created), text=text)]
    if assigned is not None:
        events.append(happened(template, "ticket_assigned", assigned, rank=1))
    events.extend(_endings(template, solved, created))
    events.extend(_rated(template, solved[0] or solved[1] or created, rating))
    return events


def _endings(
    template: Event, solved: tuple[Instant | None, Instant | None], created: Instant
) -> Iterator[Event]:
    at, latest = solved
    reopens = template.attributes.get("reopens", "0")
    if reopens.isdigit() and int(reopens) > 0:
        yield estimated(happened(template, "ticket_reopened", at or latest or created, rank=2))
    if at is not None:
        yield happened(template, "ticket_solved", at, rank=3)


def _rated(template: Event, at: Instant, rating: tuple[str | None, str | None]) -> Iterator[Event]:
    score, comment = rating
    figure = rate(score, SCALES["csat"])
    if figure is None:
        return
    event = estimated(
        happened(template, "ticket_rated", at, rank=4),
        {"score": score or "", "rating_kind": "csat"},
    )
    yield replace(event, rating=figure, text=comment)


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
