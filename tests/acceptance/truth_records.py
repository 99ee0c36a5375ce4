"""Which row of the event log holds which record of the demo company's files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from waypost.journeys import EventLog

__all__ = ["rows_of_records"]

_QUESTIONS = ("Q1", "Q2", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9")


def _keys(file: str, record: str) -> Iterator[tuple[str, str]]:
    """(source, key) under which a record may be in the log, as docs/formats.md says."""
    if file.startswith("segment"):
        yield "segment", record
    elif file.startswith("orders"):
        yield "shopify", f"order:#{record}:order_placed"
    elif file.startswith("customers"):
        yield "shopify", f"customer:{record}:$profile"
    elif "audience" in file:
        for event in ("newsletter_subscribed", "newsletter_unsubscribed", "newsletter_cleaned"):
            yield "mailchimp", f"contact:{record}:{event}"
    elif file.startswith("zendesk"):
        yield "zendesk", f"ticket:{record}:ticket_created"
    elif file.startswith("items"):
        yield "square", f"receipt:{record}:payment:"
    elif file.startswith("aircall"):
        yield "calls", f"call:{record}"
    elif "Kundenbefragung" in file:
        yield "qualtrics", f"response:{record}"
        for question in _QUESTIONS:
            yield "qualtrics", f"response:{record}:{question}"
    elif file.startswith("trustpilot"):
        yield "reviews", f"review:{record}"
    elif "Mentions" in file:
        yield "brandwatch", f"mention:{record}"


def _hash(source: str, key: str) -> tuple[int, int]:
    digest = hashlib.md5(f"{source}\0{key}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def rows_of_records(log: EventLog, records: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(file, record) → a row of the log that holds it; records without a row are left out."""
    wanted = {
        _hash(source, key): (file, record)
        for file, record in records
        for source, key in _keys(file, record)
    }
    activity = next((file for file, _ in records if file.startswith("mailchimp_email")), "")
    columns = ["key_hi", "key_lo", "a.campaign_id", "a.email_id"]
    found: dict[tuple[str, str], int] = {}
    for rows in log.scan(columns):
        cells = (rows.batch[name].to_pylist() for name in columns)
        for number, (hi, lo, campaign, contact) in enumerate(zip(*cells, strict=True)):
            if rows.visible[number]:
                mail = (activity, f"{campaign}:{contact}")
                one = wanted.get((hi, lo)) or (mail if mail in records else None)
                if one is not None:
                    found.setdefault(one, rows.first_row + number)
    return found
