"""Records of many persons come out in time order, in bounded memory.

Records wait in memory; when they grow too many they are put aside by day. At the end one day at a
time is read, sorted and written, so the most ever held is the limit or the busiest day.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Spool"]

_HEAD = struct.Struct("<qqI")
_DAY = 86_400_000


class Spool:
    """Gathers ``(at, bytes)``, gives the bytes back by ``at``; ties keep the order of arrival."""

    def __init__(self, aside: Path, *, limit: int = 48_000_000) -> None:
        self._aside = aside
        self._limit = limit
        self._held: list[tuple[int, int, bytes]] = []
        self._size = 0
        self._days: set[int] = set()
        self.count = 0

    def put(self, at: int, record: bytes) -> None:
        """Add one record; ``at`` in milliseconds."""
        self._held.append((at, self.count, record))
        self.count += 1
        self._size += len(record) + 90
        if self._size > self._limit:
            self._put_aside()

    def records(self, *, newest_first: bool = False) -> Iterator[bytes]:
        """All records in time order; afterwards nothing is left aside."""
        if self._days:
            self._put_aside()
            for day in sorted(self._days, reverse=newest_first):
                yield from _in_order(self._read(day), newest_first=newest_first)
            shutil.rmtree(self._aside)
        else:
            yield from _in_order(self._held, newest_first=newest_first)
        self._held = []

    def _put_aside(self) -> None:
        by_day: dict[int, list[bytes]] = {}
        for at, tie, record in self._held:
            parts = by_day.setdefault(at // _DAY, [])
            parts.append(_HEAD.pack(at, tie, len(record)))
            parts.append(record)
        self._aside.mkdir(parents=True, exist_ok=True)
        for day, parts in by_day.items():
            with self._file(day).open("ab") as file:
                file.writelines(parts)
        self._days.update(by_day)
        self._held, self._size = [], 0

    def _read(self, day: int) -> list[tuple[int, int, bytes]]:
        content = self._file(day).read_bytes()
        found: list[tuple[int, int, bytes]] = []
        place = 0
        while place < len(content):
            at, tie, length = _HEAD.unpack_from(content, place)
            place += _HEAD.size
            found.append((at, tie, content[place : place + length]))
            place += length
        return found

    def _file(self, day: int) -> Path:
        return self._aside / f"{day}.bin"


def _in_order(held: list[tuple[int, int, bytes]], *, newest_first: bool) -> Iterator[bytes]:
    held.sort(reverse=newest_first)
    return (record for _, _, record in held)
