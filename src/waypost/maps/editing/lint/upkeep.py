"""Checks of whether the map is kept alive: owner, reviews, period, fresh data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from waypost.kit.translation import N_, NN_
from waypost.maps.editing.lint.finding import Examined, Finding, Fix
from waypost.maps.editing.messages import Message

__all__ = ["CHECKS"]

REVIEW_EVERY = timedelta(days=90)
OLD_DATA = timedelta(days=60)


def owner(examined: Examined) -> Iterator[Finding]:
    """Somebody keeps the map true."""
    head = examined.document.head
    if not head.owner and head.status != "retired":
        yield Finding(
            "owner_missing",
            "warning",
            "head",
            "head",
            Message(N_("Nobody is named who keeps this map true.")),
            Message(N_("Enter an owner in the head of the map.")),
        )


def review(examined: Examined) -> Iterator[Finding]:
    """The next review is planned and not overdue."""
    head, today = examined.document.head, examined.today
    if head.status == "retired":
        return
    due = head.next_review_on
    if due is None:
        yield Finding(
            "review_not_planned",
            "hint",
            "head",
            "head",
            Message(N_("No day is set for the next review.")),
            Message(N_("Set a day on which you compare the map with the numbers.")),
            fix=Fix(
                Message(N_("Review on {day}"), values={"day": today + REVIEW_EVERY}),
                (_set("next_review_on", None, today + REVIEW_EVERY),),
            ),
        )
    elif due < today:
        days = (today - due).days
        yield Finding(
            "review_overdue",
            "warning",
            "head",
            "head",
            Message(
                *NN_(
                    "The review has been due for {count} day.",
                    "The review has been due for {count} days.",
                ),
                values={"count": days},
            ),
            Message(N_("Go through the map with the numbers, then mark it as reviewed.")),
            {"days": days},
            Fix(
                Message(N_("Mark as reviewed today")),
                (
                    _set("reviewed_on", head.reviewed_on, today),
                    _set("next_review_on", due, today + REVIEW_EVERY),
                ),
            ),
        )


def period(examined: Examined) -> Iterator[Finding]:
    """It is said which time the map is about, and the data are not old."""
    head, reading = examined.document.head, examined.reading
    if head.since is None and head.until is None:
        fix = None
        if reading is not None and reading.head.since and reading.head.until:
            ops = (
                _set("since", None, reading.head.since),
                _set("until", None, reading.head.until),
            )
            fix = Fix(Message(N_("Take the period of the data")), ops)
        yield Finding(
            "period_missing",
            "hint",
            "head",
            "head",
            Message(N_("It is not said which period the map is about.")),
            Message(N_("Enter from when to when, so that numbers can be compared.")),
            fix=fix,
        )
    if reading is not None and reading.head.data_until is not None:
        age = examined.today - reading.head.data_until
        if age > OLD_DATA:
            yield Finding(
                "data_old",
                "warning",
                "head",
                "head",
                Message(
                    N_("The newest data are of {day}."), values={"day": reading.head.data_until}
                ),
                Message(N_("Import newer exports, then build again.")),
                {"days": age.days},
            )


def _set(field: str, was: date | None, value: date) -> dict[str, Any]:
    seen = was.isoformat() if was else None
    named = {"op": "set", "kind": "head", "id": "head", "field": field}
    return {**named, "was": seen, "value": value.isoformat()}


CHECKS = (owner, review, period)
