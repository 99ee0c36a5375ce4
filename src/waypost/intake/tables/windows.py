"""A byte stream in windows, so that any file is scanned with bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.intake.tables.sources import StreamBreakError

__all__ = ["Gap", "Phase", "Window", "too_long", "windows"]

_WINDOW = 4 << 20
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Window:
    """What a scan found in a stretch of bytes."""

    buf: NDArray[np.uint8]
    found: Any


@dataclass(frozen=True, slots=True)
class Gap:
    """One record that no scan saw: longer than allowed, or cut where packed data break off."""

    reason: str
    head: bytes
    lines: int


class Phase(IntEnum):
    """What a scan is told about its window."""

    MORE = 0
    """More bytes may come: a record that the window cuts is left."""
    LAST = 1
    """Nothing comes behind the window."""
    GIVE_UP = 2
    """The first record is overlong: a quote that does not close in it is taken as no quote."""


Scan = Callable[[NDArray[np.uint8], Phase], tuple[Any, int]]


class _Feed:
    """Reads pieces, and remembers why and when the stream ended."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._ended = False
        self.reason = ""

    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._ended

    def read(self, size: int, before: bytes = b"") -> bytes:
        """About ``size`` bytes behind those ``before``, fewer only at the end."""
        parts = [before]
        length = 0
        while length < size and not self._ended:
            piece = self._next()
            parts.append(piece)
            length += len(piece)
        return b"".join(parts)

    def skip_line(self, breaks: bytes) -> tuple[int, bytes]:
        """Drop bytes up to and with the next line end; returns their number and what follows."""
        dropped = 0
        while not self._ended:
            piece = self._next()
            cuts = [at for byte in breaks if (at := piece.find(byte)) >= 0]
            if cuts:
                return dropped + min(cuts), piece[min(cuts) + 1 :]
            dropped += len(piece)
        return dropped, b""

    def _next(self) -> bytes:
        try:
            return next(self._chunks)
        except StopIteration:
            self._ended = True
        except StreamBreakError as error:
            self._ended = True
            self.reason = str(error)
        return b""


def windows(
    chunks: Iterator[bytes],
    scan: Scan,
    *,
    record_bytes: int,
    breaks: bytes = b"\n",
    size: int = _WINDOW,
) -> Iterator[Window | Gap]:
    """Scan a byte stream; every byte is in exactly one window or gap.

    ``scan(buf, phase)`` returns what it found and how many bytes it used; unused bytes come
    again with the next window. A record that does not end within ``record_bytes`` is scanned once
    more with ``GIVE_UP`` and, if that does not help, becomes a ``Gap`` up to its next line end.
    """
    feed = _Feed(chunks)
    carry = b""
    while not feed.done():
        carry = feed.read(max(size, min(len(carry), record_bytes)), carry)
        phase = Phase.LAST if feed.done() and not feed.reason else Phase.MORE
        used = 0
        for window, length in _scans(carry, scan, phase):
            used += length
            yield window
        carry = carry[used:]
        if len(carry) >= record_bytes:
            buf = np.frombuffer(carry, np.uint8)
            found, used = scan(buf, Phase.GIVE_UP)
            if used:
                yield Window(buf, found)
                carry = carry[used:]
            else:
                gap, carry = _oversize(feed, carry, breaks)
                yield gap
    if feed.reason:
        yield Gap(feed.reason, carry[:_KEPT], 0)


def _scans(carry: bytes, scan: Scan, phase: Phase) -> Iterator[tuple[Window, int]]:
    """Scan what was read until the scan uses nothing more."""
    whole = np.frombuffer(carry, np.uint8)
    at = 0
    while at < whole.size:
        buf = whole[at:]
        found, used = scan(buf, phase)
        if not used:
            return
        yield Window(buf, found), used
        at += used


def _oversize(feed: _Feed, carry: bytes, breaks: bytes) -> tuple[Gap, bytes]:
    """Pass over a record that is longer than allowed."""
    dropped, rest = feed.skip_line(breaks)
    size = len(carry) + dropped
    lines = carry.count(b"\n") + 1
    return Gap(too_long(size), carry[:_KEPT], lines), rest


def too_long(size: int) -> str:
    """The reason why a record of ``size`` bytes is rejected."""
    return f"is {size:,} bytes long, more than a record may be; only its begin is kept"
