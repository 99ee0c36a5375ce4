"""Klaviyo's list of profiles: who agreed to mail, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.formats.profiles import UNDATED, profile, traits
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["KLAVIYO_PROFILES"]

_CONSENT, _CONSENTED = "Email Marketing Consent", "Email Marketing Consent Timestamp"
_STOPPED = ("Email Suppressions Timestamp", "Email Marketing Unsubscribe Timestamp", _CONSENTED)
_ADDED = ("Date Added", "Added At", "Profile Created On", "First Active")
_CHANGED = ("Last Active", "Profile Created On")
_TRAITS = ("First Name", "Last Name", "Organization", "City", "Country", "Zip Code", "Source")
_YES = frozenset({"subscribed", "subscribe", "yes", "true", "ja"})
_NO = frozenset({"unsubscribed", "unsubscribe"})
_DEAD = ("bounce", "invalid")


def _make(record: Record, reading: Reading) -> Answer:
    identifiers = (*reading.email(record, "Email"), *reading.phone(record, "Phone Number"))
    key = reading.needed(record, "Klaviyo ID", "Email", "Phone Number", called="Email")
    template = Event(
        at=0,
        event="",
        key=f"contact:{key}",
        line=record.line,
        channel="email",
        identifiers=identifiers,
    )
    moment = reading.time(record, *_CHANGED, *_ADDED) or UNDATED
    known = traits(reading, record, _TRAITS)
    fact = profile(
        record, key=template.key, identifiers=identifiers, attributes=known, moment=moment
    )
    return [*_changes(template, record, reading), fact]


def _changes(template: Event, record: Record, reading: Reading) -> Iterator[Event]:
    consent = (reading.text(record, _CONSENT) or "").casefold()
    blocked = (reading.text(record, "Email Suppressions", "Suppressed") or "").casefold()
    left = consent in _NO or "unsub" in blocked
    joined = reading.time(record, *(() if left else (_CONSENTED,)), *_ADDED)
    if joined is not None and (consent in _YES or left):
        yield happened(template, "newsletter_subscribed", joined)
    dead = any(word in blocked for word in _DEAD)
    stopped = reading.time(record, *_STOPPED)
    if stopped is None or not (left or dead):
        return
    name = "newsletter_unsubscribed" if left else "newsletter_cleaned"
    event = happened(template, name, stopped, rank=1)
    said = {"reason": blocked} if blocked else {}
    stated = reading.text(record, *_STOPPED[:2]) is not None
    yield replace(event, attributes=said) if stated else estimated(event, said)


KLAVIYO_PROFILES = Format(
    id="klaviyo_profiles",
    label="Klaviyo profiles (CSV)",
    source="klaviyo",
    kinds=TEXT,
    signature=Signature(
        required=("Email", (_CONSENT, "Klaviyo ID"), (_CONSENTED, *_ADDED)),
        typical=("Klaviyo ID", "Phone Number", _CONSENTED, "Date Added", "Email Suppressions"),
    ),
    make=_make,
    times=tuple(dict.fromkeys((_CONSENTED, *_STOPPED, *_ADDED, *_CHANGED))),
)
