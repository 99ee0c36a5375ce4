"""Keeps who asks and who helps on different processors while they work on a question.

Linux wakes a thread behind another where no processor looks idle to it: after both were busy, or in
a virtual machine, whose sleeping processors count as taken away. They then work one after the
other. Nothing is done on other systems, and where threads may not be moved.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

__all__ = ["Places", "anywhere", "places_of"]

_KEPT = threading.local()


def _reader() -> Callable[[], int] | None:
    """What tells on which processor its caller runs; None where that or moving is not known."""
    if sys.platform != "linux":
        return None
    with suppress(AttributeError, OSError):
        current: Callable[[], int] = ctypes.PyDLL(None).sched_getcpu
        return current
    return None


_CURRENT = _reader()


@dataclass(frozen=True, slots=True)
class Places:
    """Processors: all that who asks may use, and of these the asker's and the helpers'.

    All are empty where threads are not moved.
    """

    allowed: set[int]
    asker: set[int]
    helpers: set[int]

    @contextmanager
    def kept(self, within: set[int]) -> Iterator[None]:
        """The calling thread stays on these processors until the end, or until ``anywhere``."""
        if within:
            _move(0, within)
            _KEPT.now = (within, self.allowed)
        try:
            yield
        finally:
            anywhere()


_EVERYWHERE = Places(set(), set(), set())


def places_of(helpers: Iterable[int]) -> Places:
    """Where the caller runs, and where helpers may; those of these native ids wake up there."""
    anywhere()
    if _CURRENT is None:
        return _EVERYWHERE
    allowed, asker = _allowed(), {_CURRENT()}
    others = allowed - asker
    if not others or others == allowed:
        return _EVERYWHERE
    for thread in helpers:
        _move(thread, others)
    return Places(allowed, asker, others)


def anywhere() -> None:
    """Let the calling thread run where it might before it was kept.

    New threads inherit where they may run, so whatever starts some calls this first.
    """
    within, allowed = getattr(_KEPT, "now", (None, None))
    if within is not None and allowed is not None:
        _KEPT.now = (None, None)
        # Somebody else may have moved the thread meanwhile; that is left so.
        if _allowed() == within:
            _move(0, allowed)


# Processors can be taken away at any time, and a sandbox may forbid to ask for them or to move.


def _allowed() -> set[int]:
    """Where the calling thread may run; empty where that is not told."""
    with suppress(OSError):
        return os.sched_getaffinity(0)
    return set()


def _move(thread: int, processors: set[int]) -> None:
    with suppress(OSError):
        os.sched_setaffinity(thread, processors)
