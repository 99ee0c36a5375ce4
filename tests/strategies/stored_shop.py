"""A shop on disk: shards, an overlay, events without a person, attributes, a busy person."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

import waypost
from waypost.app.building import binding_of, persons_of
from waypost.journeys import Place
from waypost.journeys.store import LogState, snapshot_from_log
from waypost.kit import SILENT
from waypost.questions import Question

__all__ = ["EVENTS", "example_of", "shop_events", "stored_shop"]

EVENTS = (
    "product_viewed",
    "product_list_viewed",
    "cart_product_added",
    "checkout_started",
    "order_placed",
    "email_opened",
    "ticket_created",
    "review_posted",
)
CHANNELS = ("web", "web", "web", "web", "web", "email", "support", "review")
START_US = 1_735_689_600_000_000  # 2025-01-01 UTC
BUSY = 7
"""The person who has a third of all events."""


def shop_events(count: int, *, people: int, seed: int, first: int = 0) -> pa.Table:
    """Events in any order of time; one in twenty has no identifier."""
    random = np.random.default_rng(seed)
    person = random.integers(0, people, count)
    person[random.random(count) < 1 / 3] = BUSY
    code = random.integers(0, len(EVENTS), count)
    at = START_US + random.integers(0, 90 * 86_400, count) * 1_000_000
    lines = np.arange(first, first + count)
    names, channels = np.array(EVENTS)[code], np.array(CHANNELS)[code]
    campaign = np.array(["spring", "summer", "none"])[random.integers(0, 3, count)]
    unknown = random.random(count) < 1 / 20
    return pa.table(
        {
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "event": pa.array(names, pa.string()),
            "channel": pa.array(channels, pa.string()),
            "source": pa.array(["shop"] * count, pa.string()),
            "key": pa.array(lines.astype(str), pa.string()),
            "seq": pa.array(lines * 16, pa.int64()),
            "value": pa.array(random.integers(100, 90_000, count), mask=names != "order_placed"),
            "rating": pa.array(
                random.integers(-2, 3, count).astype("f4"), mask=names != "review_posted"
            ),
            "line": pa.array(lines, pa.int64()),
            "flags": pa.array(np.zeros(count), pa.int32()),
            "id.user_id": pa.array(np.char.add("u", person.astype(str)), mask=unknown),
            "a.campaign": pa.array(campaign, mask=campaign == "none"),
        }
    )


def stored_shop(
    folder: Path, *, events: int = 12_000, people: int = 900, shards: int = 2
) -> waypost.Workspace:
    """The shop after two imports: the second one lies in an overlay shard."""
    shop = waypost.create(folder)
    _add(shop, "first", shop_events(events, people=people, seed=3))
    log = shop.log
    state = LogState(
        log,
        (persons := persons_of(folder, log, SILENT)).person_of_rows,
        pa.table({"id": persons.ids()}),
        binding_of(folder, shop.settings, log),
        Place(zone=shop.settings.zone, currency=shop.settings.currency),
    )
    snapshot_from_log(folder, state, shards=shards)
    late = shop_events(40, people=people, seed=4, first=events)
    keep = late.filter(pa.array(np.array(late["id.user_id"].to_pylist()) != f"u{BUSY}"))
    _add(shop, "second", keep)
    shop.build()
    assert [entry.overlay for entry in shop.snapshot.meta.shards] == [False] * shards + [True]
    return shop


def _add(shop: waypost.Workspace, batch: str, table: pa.Table) -> None:
    with shop.log.writer(batch, source="shop", facts={}) as writer:
        writer.add(table)
        writer.commit({"read": table.num_rows})


_WORDS = {"by": "channel", "key": "campaign"}
_STEPS = ("product_viewed", "cart_product_added", "order_placed")


def example_of(kind: type[Question], **filters: str) -> Question:
    """A question of this kind on the shop: fields that must be given, by their type.

    A text becomes one event name after the other, a sequence the way to an order.
    """
    hints = typing.get_type_hints(kind)
    given = {
        name: _WORDS.get(name) or _value(hints[name], place)
        for place, name in enumerate(_needed(kind))
    }
    return kind(**given, **filters)


def _needed(kind: type[Question]) -> Iterator[str]:
    missing = dataclasses.MISSING
    for field in dataclasses.fields(kind):
        if field.init and field.default is missing and field.default_factory is missing:
            yield field.name


def _value(hint: object, place: int) -> object:
    text = str(hint)
    if "Sequence" in text or "tuple" in text:
        return list(_STEPS)
    if "int" in text and "str" not in text:
        return 2
    return _STEPS[min(2 * place, 2)]
