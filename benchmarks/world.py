"""A seeded event log of any size: the same shop, the same habits, ten events a person on average."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

__all__ = ["event_batches", "identifier_count"]

EVENTS = {
    "product_viewed": ("web", 30),
    "product_list_viewed": ("web", 18),
    "products_searched": ("web", 8),
    "page_viewed": ("web", 14),
    "cart_product_added": ("web", 8),
    "cart_viewed": ("web", 4),
    "checkout_started": ("web", 4),
    "payment_info_entered": ("web", 2),
    "order_placed": ("web", 2),
    "email_opened": ("email", 4),
    "email_clicked": ("email", 2),
    "ticket_created": ("support", 1),
    "call_received": ("phone", 1),
    "survey_answered": ("survey", 1),
    "review_posted": ("review", 1),
}
EVENTS_PER_PERSON = 10
START_US = 1_735_689_600_000_000  # 2025-01-01 UTC
YEAR_US = 365 * 86_400_000_000


def identifier_count(events: int) -> int:
    """About how many distinct identifiers a log of this size has: three for ten events."""
    return 3 * events // EVENTS_PER_PERSON


def event_batches(events: int, *, rows: int = 500_000, seed: int = 1) -> Iterator[pa.Table]:
    """Tables in time order with the columns of the event schema, two devices a person.

    Each event carries the device's ``id.anonymous_id``; one in five also ``id.user_id``, one in
    twenty also ``id.email``: what joins them.
    """
    random = np.random.default_rng(seed)
    people = events // EVENTS_PER_PERSON
    names = np.array(list(EVENTS))
    weights = np.array([weight for _, weight in EVENTS.values()], float)
    for first in range(0, events, rows):
        count = min(rows, events - first)
        yield _table(
            random,
            first=first,
            count=count,
            total=events,
            people=people,
            names=names,
            weights=weights / weights.sum(),
        )


def _table(random, *, first, count, total, people, names, weights):
    number = np.arange(first, first + count)
    at = START_US + (number * (YEAR_US / total)).astype(np.int64)
    person = (random.beta(0.7, 1.6, count) * people).astype(np.int64)
    code = random.choice(len(names), count, p=weights)
    device = person * 2 + (random.random(count) < 0.3)
    drawn = random.random(count)
    anonymous = pa.array(np.char.add("d", (device * 2_654_435_761 % 2**40).astype(str)))
    user = pa.array(np.char.add("u", person.astype(str)), mask=drawn > 0.2)
    mail = pa.array(
        np.char.add(np.char.add("m", person.astype(str)), "@example.org"), mask=drawn > 0.05
    )
    value = np.where(names[code] == "order_placed", random.integers(1_000, 400_000, count), 0)
    rating = random.integers(-2, 3, count).astype(np.float32)
    rated = np.isin(names[code], ["survey_answered", "review_posted"])
    channels = np.array([EVENTS[name][0] for name in names])
    return pa.table(
        {
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "event": names[code],
            "channel": channels[code],
            "source": pa.array(np.full(count, "bench")),
            "key": np.char.add("k", number.astype(str)),
            "seq": (number + 1) * 16,
            "value": pa.array(value, pa.int64(), mask=value == 0),
            "currency": pa.array(np.full(count, "EUR"), mask=value == 0),
            "rating": pa.array(rating, pa.float32(), mask=~rated),
            "text": pa.nulls(count, pa.string()),
            "line": number + 1,
            "flags": np.zeros(count, np.int32),
            "id.anonymous_id": anonymous,
            "id.user_id": user,
            "id.email": mail,
            "a.device": np.where(device % 2 == 0, "desktop", "phone"),
        }
    )
