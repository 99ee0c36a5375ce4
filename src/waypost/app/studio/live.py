"""What happens to a map reaches everybody who has it open, in order, from whichever process.

Every transaction that changes a map appends a happening under the map's lock, so the numbers of a
map's happenings rise without gaps in the order of commits. A ``LiveHub`` looks at the heads of the
maps that somebody of its process watches, a few times a second and at once after a write of its own
process, and hands new happenings on. It looks in the same way at the journeys that the maps are
counted from, whoever builds them. A listener too slow to take what comes is closed; its browser
comes back and catches up by the number it saw last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["CLOSED", "NUMBERS", "PRESENCE", "Happening", "Listener", "LiveHub", "LiveSource"]

PRESENCE = "presence"
NUMBERS = "numbers"
CLOSED = "closed"
_TICK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Happening:
    """``number`` counts a map's happenings from 1; 0 for what is not kept.

    Changes, comments and versions are kept; presence, numbers and closed are not.
    """

    number: int
    kind: str
    data: Mapping[str, object]


class LiveSource(Protocol):
    """Where a hub reads; every method opens its own short transaction.

    ``ConnectionError`` while the database does not answer: the hub then tries again.
    """

    def heads(self, maps: Iterable[str]) -> dict[str, int]:
        """Number of the latest happening by map; a map that is gone is absent."""

    def after(self, map_id: str, number: int) -> list[Happening]:
        """Happenings with a higher number, in order."""

    def present(self, maps: Iterable[str]) -> dict[str, tuple[dict[str, object], ...]]:
        """Who is in each map now; maps with nobody may be absent."""

    def counted(self, maps: Iterable[str]) -> dict[str, dict[str, object]]:
        """Which journeys each map is counted from now; maps without any are absent."""


class Listener:
    """One open connection; ``deliver`` is called from the hub's thread and must not wait.

    It returns False when the listener cannot take more; the hub then forgets the listener.
    """

    __slots__ = ("deliver", "map")

    def __init__(self, map_id: str, deliver: Callable[[Happening], bool]) -> None:
        self.map = map_id
        self.deliver = deliver


@dataclass(slots=True)
class _Watched:
    number: int
    present: tuple[dict[str, object], ...] = ()
    counted: dict[str, object] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)


class LiveHub:
    """Hands the happenings of watched maps to the listeners of this process.

    Its one thread runs while somebody listens. ``tick`` is how often other processes' writes are
    looked for, in seconds.
    """

    def __init__(self, source: LiveSource, *, tick: float = _TICK_SECONDS) -> None:
        self._source = source
        self._tick = tick
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._watched: dict[str, _Watched] = {}
        self._thread: threading.Thread | None = None

    def listen(self, map_id: str, deliver: Callable[[Happening], bool]) -> Listener:
        """From now on every new happening is delivered; read the earlier ones after this call."""
        number = self._source.heads([map_id]).get(map_id, 0)
        counted = self._source.counted([map_id]).get(map_id, {})
        listener = Listener(map_id, deliver)
        with self._lock:
            watched = self._watched.setdefault(map_id, _Watched(number, counted=counted))
            watched.listeners.append(listener)
            watched.present = ()
            self._start()
        self._wake.set()
        return listener

    def leave(self, listener: Listener) -> None:
        """Deliver nothing more; leaving twice is fine."""
        with self._lock:
            self._forget([listener])
        self._wake.set()

    def close(self) -> None:
        """Forget every listener, and wait until the thread has ended."""
        with self._lock:
            self._watched.clear()
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join()

    def wake(self) -> None:
        """Look now: this process has just written."""
        self._wake.set()

    def listeners(self) -> int:
        """How many listen in this process."""
        with self._lock:
            return sum(len(watched.listeners) for watched in self._watched.values())

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="waypost-live", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._goes_on():
            self._wake.wait(self._tick)
            self._wake.clear()
            with suppress(ConnectionError):
                self.look()

    def _goes_on(self) -> bool:
        with self._lock:
            if self._watched:
                return True
            self._thread = None
            return False

    def look(self) -> None:
        """Read once, and deliver what is new."""
        with self._lock:
            known = {map_id: watched.number for map_id, watched in self._watched.items()}
        if not known:
            return
        heads = self._source.heads(known)
        for map_id, number in known.items():
            if map_id not in heads:
                self._hand_out(map_id, [Happening(0, CLOSED, {"reason": "gone"})], number)
            elif heads[map_id] > number:
                new = self._source.after(map_id, number)
                self._hand_out(map_id, new, new[-1].number if new else number)
        self._look_who_is_there(list(heads))
        self._look_what_is_counted(list(heads))

    def _look_who_is_there(self, maps: list[str]) -> None:
        present = self._source.present(maps)
        for map_id in maps:
            people = present.get(map_id, ())
            with self._lock:
                watched = self._watched.get(map_id)
                changed = watched is not None and watched.present != people
                if watched is not None:
                    watched.present = people
            if changed:
                self._hand_out(map_id, [Happening(0, PRESENCE, {"people": list(people)})], None)

    def _look_what_is_counted(self, maps: list[str]) -> None:
        for map_id, told in self._source.counted(maps).items():
            with self._lock:
                watched = self._watched.get(map_id)
                changed = watched is not None and watched.counted != told
                if watched is not None:
                    watched.counted = told
            if changed:
                self._hand_out(map_id, [Happening(0, NUMBERS, told)], None)

    def _hand_out(self, map_id: str, new: list[Happening], number: int | None) -> None:
        with self._lock:
            watched = self._watched.get(map_id)
            listeners = list(watched.listeners) if watched is not None else []
            if watched is not None and number is not None:
                watched.number = number
        slow = [one for one in listeners if not all(one.deliver(happening) for happening in new)]
        if slow:
            with self._lock:
                self._forget(slow)

    def _forget(self, listeners: list[Listener]) -> None:
        for listener in listeners:
            watched = self._watched.get(listener.map)
            if watched is not None and listener in watched.listeners:
                watched.listeners.remove(listener)
                if not watched.listeners:
                    del self._watched[listener.map]
