"""Mailchimp: the audience CSV and the e-mail activity report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from waypost.errors import InputError
from waypost.intake.format import TEXT, TREES, Format, Signature
from waypost.intake.formats.moments import happened
from waypost.intake.formats.profiles import profile, traits
from waypost.intake.normalise import TimeStyle, snake_case
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["MAILCHIMP_ACTIVITY", "MAILCHIMP_AUDIENCE"]

_UTC = ZoneInfo("UTC")
_TIMES = ("OPTIN_TIME", "CONFIRM_TIME", "LAST_CHANGED", "UNSUB_TIME", "CLEAN_TIME")
# Mailchimp's ids stand for an address, not a human, and differ between audience and report: a
# person may have several, so they are attributes.
_ATTRIBUTES = {"member_rating": "MEMBER_RATING", "tags": "TAGS", "euid": "EUID"}
_ACTIVITY = {"campaign_id": "campaign_id", "list_id": "list_id", "email_id": "email_id"}
_UNSUB = {
    "unsub_reason": "UNSUB_REASON",
    "unsub_reason_other": "UNSUB_REASON_OTHER",
    "unsub_campaign": "UNSUB_CAMPAIGN_TITLE",
    "unsub_campaign_id": "UNSUB_CAMPAIGN_ID",
}
_TRAITS = ("First Name", "Last Name", "Address", "Birthday", "CC", "REGION", "TIMEZONE")
_ACTIONS: Mapping[str, str] = {
    "sent": "email_sent",
    "send": "email_sent",
    "delivered": "email_delivered",
    "open": "email_opened",
    "click": "email_clicked",
    "bounce": "email_bounced",
    "unsub": "newsletter_unsubscribed",
    "unsubscribe": "newsletter_unsubscribed",
    "abuse": "email_marked_as_spam",
    "spam": "email_marked_as_spam",
}


def _make_contact(record: Record, reading: Reading) -> Answer:
    identifiers = (
        *reading.email(record, "Email Address"),
        *reading.phone(record, "Phone Number", "Phone", "SMS Phone Number"),
    )
    key = reading.needed(record, "LEID", "EUID", "Email Address", called="Email Address")
    template = Event(
        at=0,
        event="",
        key=f"contact:{key}",
        line=record.line,
        channel="email",
        identifiers=identifiers,
        attributes=reading.attributes(record, _ATTRIBUTES),
    )
    events = list(_changes(template, record, reading))
    if not events:
        return Ignore("contact without any time")
    moment = reading.time(record, "LAST_CHANGED")
    known = traits(reading, record, _TRAITS)
    if moment is not None and known:
        events.append(
            profile(
                record, key=template.key, identifiers=identifiers, attributes=known, moment=moment
            )
        )
    return events


def _changes(template: Event, record: Record, reading: Reading) -> Iterator[Event]:
    joined = reading.time(record, "CONFIRM_TIME", "OPTIN_TIME")
    if joined is not None:
        yield happened(template, "newsletter_subscribed", joined)
    left = reading.time(record, "UNSUB_TIME")
    if left is not None:
        why = {**template.attributes, **reading.attributes(record, _UNSUB)}
        yield happened(replace(template, attributes=why), "newsletter_unsubscribed", left, rank=1)
    cleaned = reading.time(record, "CLEAN_TIME")
    if cleaned is not None:
        yield happened(template, "newsletter_cleaned", cleaned, rank=2)


def _in_utc(reading: Reading, _sample: Sequence[Mapping[str, Any]]) -> Reading:
    """Mailchimp writes times in UTC without saying so."""
    styles = {folded(name): TimeStyle() for name in (*_TIMES, "timestamp")} | dict(reading.times)
    return replace(reading, times={n: replace(style, zone=_UTC) for n, style in styles.items()})


MAILCHIMP_AUDIENCE = Format(
    id="mailchimp_audience",
    label="Mailchimp audience (CSV)",
    source="mailchimp",
    kinds=TEXT,
    signature=Signature(
        required=(
            "Email Address",
            ("LEID", "EUID"),
            ("OPTIN_TIME", "CONFIRM_TIME", "LAST_CHANGED"),
        ),
        typical=(
            "First Name",
            "Last Name",
            "MEMBER_RATING",
            "CONFIRM_TIME",
            "LAST_CHANGED",
            "TAGS",
        ),
    ),
    make=_make_contact,
    times=_TIMES,
    study=_in_utc,
)


def _make_activity(record: Record, reading: Reading) -> Answer:
    campaign = reading.text(record, "campaign_id") or ""
    address = reading.needed(record, "email_address")
    listed = reading.cell(record.cells, "activity") or []
    if not isinstance(listed, list) or not listed:
        return Ignore("recipient without any activity")
    template = Event(
        at=0,
        event="",
        key="",
        line=record.line,
        channel="email",
        identifiers=reading.email(record, "email_address"),
        attributes=reading.attributes(record, _ACTIVITY),
    )
    seen: dict[str, int] = {}
    return [
        _act(template, one, reading, who=f"{campaign}:{address.casefold()}", seen=seen, rank=rank)
        for rank, one in enumerate(listed)
    ]


def _act(
    template: Event, one: Any, reading: Reading, *, who: str, seen: dict[str, int], rank: int = 0
) -> Event:
    if not isinstance(one, Mapping):
        raise InputError("activity must hold objects with action and timestamp.", column="activity")
    action = reading.text(one, "action") or ""
    moment = reading.needed_time(one, "timestamp")
    url = reading.text(one, "url") or ""
    page = hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()[:12]
    key = f"{who}:{action}:{moment.at}:{page}"
    seen[key] = seen.get(key, 0) + 1
    name = _ACTIONS.get(action.casefold(), f"email_{snake_case(action) or 'event'}")
    return replace(
        template,
        at=moment.at,
        event=name,
        key=f"{key}:{seen[key]}",
        attributes={**template.attributes, **({"url": url} if url else {})},
        rank=rank,
        flags=moment.flags,
    )


MAILCHIMP_ACTIVITY = Format(
    id="mailchimp_activity",
    label="Mailchimp e-mail activity (JSON)",
    source="mailchimp",
    kinds=TREES,
    signature=Signature(
        required=("email_address", "activity"), typical=("campaign_id", "email_id", "list_id")
    ),
    make=_make_activity,
    study=_in_utc,
)
