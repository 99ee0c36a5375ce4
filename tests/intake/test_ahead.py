"""Working ahead changes when things are made, never what comes out."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from waypost.intake.ahead import ahead


def test_the_items_come_in_their_order() -> None:
    assert list(ahead(range(1000))) == list(range(1000))


def test_what_is_raised_comes_behind_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise LookupError("third")

    items = ahead(failing())
    seen = [next(items), next(items)]
    with pytest.raises(LookupError, match="third"):
        next(items)

    assert seen == [1, 2]


def test_no_more_is_made_than_may_wait() -> None:
    made = []

    def counted() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    items = ahead(counted(), depth=2)
    first = next(items)
    items.close()

    assert first == 0
    assert len(made) <= 4


def test_who_stops_early_leaves_no_thread_and_the_source_closed() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    items = ahead(endless())
    next(items)
    items.close()

    assert closed.is_set()
    assert threading.active_count() == before
