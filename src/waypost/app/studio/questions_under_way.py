"""A question on its way: how far it is, who waits for it, and its end when nobody does."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from waypost.errors import CancelledError, WaypostError
from waypost.kit.translation import N_
from waypost.questions import Composed, Question, Result

__all__ = ["LEASE_SECONDS", "Asked"]

LEASE_SECONDS = 8.0
"""Who has not asked again for so long has left the page; waiting pages ask every second."""

_TELLING_SHARE = 0.2
"""How much must be done before the rest can be told from it."""


@dataclass(slots=True)
class Asked:
    """``result`` or ``error`` is there once ``ready`` is set.

    It is the ``Progress`` of its own computation, which ends with ``CancelledError`` when nobody
    waits any more: readers who look again and again hold a lease, callers who block hold it.
    """

    id: str
    question: Question | Composed
    began: float = field(default_factory=time.monotonic)
    ready: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None
    error: WaypostError | None = None
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _leases: dict[Hashable, float] = field(default_factory=dict)
    _holders: int = 0
    _is_over: bool = False
    _total: int = 0
    _done: int = 0
    _parts: int = 0

    def wanted_by(self, reader: Hashable) -> bool:
        """Note that somebody waits; False where the work has been given up already."""
        with self._lock:
            self._leases[reader] = time.monotonic() + LEASE_SECONDS
            return not self._is_over

    def not_wanted_by(self, reader: Hashable) -> None:
        """Note that somebody waits no longer."""
        with self._lock:
            self._leases.pop(reader, None)

    def hold(self) -> bool:
        """Somebody blocks until ``release``; False where the work has been given up already."""
        with self._lock:
            self._holders += 1
            return not self._is_over

    def release(self) -> None:
        """The end of ``hold``."""
        with self._lock:
            self._holders -= 1

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002 - as Progress has it
        """A plain question begins; a composed one has several."""
        self._check()
        with self._lock:
            self._total, self._done = total or 0, 0

    def advance(self, amount: int) -> None:
        """Count pieces; raises ``CancelledError`` when nobody waits any more."""
        with self._lock:
            self._done += amount
        self._check()

    def finish(self) -> None:
        """A plain question is counted."""
        with self._lock:
            self._parts += 1
        self._check()

    def settle(self, found: Result | WaypostError) -> None:
        """The end, whatever it was."""
        if isinstance(found, WaypostError):
            self.error = found
        else:
            self.result = found
        self.seconds = time.monotonic() - self.began
        self.ready.set()

    def settled(self) -> Result:
        """The answer; raises what went wrong."""
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result

    @property
    def waited(self) -> float:
        """Seconds since it was asked, or that it took."""
        return self.seconds if self.ready.is_set() else time.monotonic() - self.began

    @property
    def parts_done(self) -> int:
        """Plain questions of a composed one that are counted."""
        return self._parts if isinstance(self.question, Composed) else 0

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None where that is unknown."""
        if isinstance(self.question, Composed) or not self._total:
            return None
        return min(self._done / self._total, 1.0)

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None until enough is done to tell."""
        share = self.share
        if share is None or share < _TELLING_SHARE:
            return None
        return self.waited * (1 - share) / share

    def _check(self) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._holders and all(until < now for until in self._leases.values()):
                self._is_over = True
            if self._is_over:
                raise CancelledError(N_("The question was stopped."), hint=N_("Ask it again."))
