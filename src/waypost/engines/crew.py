"""Threads that stay between questions, so that asking starts none.

Who asks works too, and takes what is left one by one; so an answer never waits for threads that
are busy with another question.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import add
from typing import Any, TypeVar

from waypost.engines.placing import places_of

__all__ = ["each", "summed"]

T = TypeVar("T")
R = TypeVar("R")


class _Pool(ThreadPoolExecutor):
    """Threads that know how the system calls them."""

    def __init__(self, threads: int) -> None:
        self.ids: list[int] = []
        ThreadPoolExecutor.__init__(
            self, threads, "question", lambda: self.ids.append(threading.get_native_id())
        )


_POOLS: dict[int, _Pool] = {}
_OPENING = threading.Lock()


def _after_fork() -> None:
    """A forked process has the pools, but not their threads."""
    _POOLS.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _pool(helpers: int) -> _Pool:
    with _OPENING:
        if helpers not in _POOLS:
            _POOLS[helpers] = _Pool(helpers)
        return _POOLS[helpers]


def _together(
    threads: int, work: Callable[[Iterator[T]], R], items: Iterable[T], *, most: int
) -> list[R]:
    """What ``work`` makes of the items on each thread; every item is taken by one of them."""
    left = deque(items)

    def taken() -> Iterator[T]:
        while True:
            try:
                item = left.popleft()
            except IndexError:
                return
            yield item

    helpers = min(threads, most) - 1
    if helpers < 1:
        return [work(taken())]
    pool = _pool(threads - 1)
    places = places_of(pool.ids)

    def helped() -> R:
        with places.kept(places.helpers):
            return work(taken())

    helping = [pool.submit(helped) for _ in range(helpers)]
    try:
        with places.kept(places.asker):
            own = work(taken())
    finally:
        left.clear()
        begun = [one for one in helping if not one.cancel()]
    return [own, *(one.result() for one in begun)]


def each(threads: int, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """``work`` of every item, in the order of the items, on up to ``threads`` threads."""
    found: list[Any] = [None] * len(items)

    def some(places: Iterator[int]) -> None:
        for place in places:
            found[place] = work(items[place])

    _together(threads, some, range(len(items)), most=len(items))
    return found


def summed(threads: int, work: Callable[[T], Any], items: Sequence[T]) -> list[Any]:
    """What ``work`` gives for the items, summed on each thread; as many sums as threads worked.

    Few results are in memory at a time. The order of the sum is left to chance.
    """

    def some(mine: Iterator[T]) -> list[Any]:
        first = next(mine, _NOTHING)
        return [] if first is _NOTHING else [reduce(add, map(work, mine), work(first))]

    sums = _together(threads, some, items, most=len(items))
    return [one for part in sums for one in part]


_NOTHING: Any = object()
