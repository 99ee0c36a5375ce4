"""Brevo's contacts CSV: semicolons, day first."""

from __future__ import annotations

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.formats.profiles import profile, traits
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["BREVO_CONTACTS"]

_YES = frozenset({"1", "true", "yes", "ja", "y"})
_TRAITS = ("FIRSTNAME", "LASTNAME", "VORNAME", "NACHNAME", "CITY", "COUNTRY", "LANGUAGE")


def _make(record: Record, reading: Reading) -> Answer:
    identifiers = (*reading.email(record, "EMAIL"), *reading.phone(record, "SMS", "WHATSAPP"))
    if not identifiers:
        raise InputError("EMAIL and SMS are empty.", column="EMAIL")
    template = Event(
        at=0,
        event="",
        key=f"contact:{identifiers[0][1]}",
        line=record.line,
        channel="email",
        identifiers=identifiers,
    )
    added = reading.time(record, "ADDED_TIME", "ADDED_DATE")
    changed = reading.time(record, "MODIFIED_TIME", "MODIFIED_DATE") or added
    if added is None and changed is None:
        return Ignore("contact without any time")
    events = [] if added is None else [happened(template, "newsletter_subscribed", added)]
    blocked = (reading.text(record, "EMAIL_BLACKLISTED", "BLACKLISTED") or "").casefold() in _YES
    if blocked and changed is not None:
        events.append(estimated(happened(template, "newsletter_unsubscribed", changed, rank=1)))
    known = traits(reading, record, _TRAITS)
    if known and changed is not None:
        events.append(
            profile(
                record, key=template.key, identifiers=identifiers, attributes=known, moment=changed
            )
        )
    return events


BREVO_CONTACTS = Format(
    id="brevo_contacts",
    label="Brevo contacts (CSV)",
    source="brevo",
    kinds=TEXT,
    signature=Signature(
        required=(
            "EMAIL",
            ("EMAIL_BLACKLISTED", "SMS_BLACKLISTED", "BLACKLISTED"),
            ("ADDED_TIME", "ADDED_DATE"),
        ),
        typical=("SMS", "FIRSTNAME", "LASTNAME", "MODIFIED_TIME"),
    ),
    make=_make,
    times=("ADDED_TIME", "ADDED_DATE", "MODIFIED_TIME", "MODIFIED_DATE"),
)
