"""JSON bytes: where values begin and end, and where arrays lie; no value is parsed here."""

# ruff: noqa: FBT001 - compiled functions take plain arguments by position
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["count_values", "has_long_number", "outline", "scan_values"]

Bytes = NDArray[np.uint8]

_QUOTE = 34
_COMMA = 44
_OPEN_LIST = 91
_BACKSLASH = 92
_CLOSE_LIST = 93
_OPEN_MAP = 123
_CLOSE_MAP = 125
_SPACE = 32
_LONG, _ZERO, _NINE, _POINT = 19, 48, 57, 46


@kernel
def _string_end(buf: Bytes, i: int) -> int:
    """Position behind the string that opens at ``i``; -1 when it does not end in the window."""
    i += 1
    while i < buf.size:
        byte = buf[i]
        if byte == _BACKSLASH:
            i += 2
            continue
        if byte == _QUOTE:
            return i + 1
        i += 1
    return -1


@kernel
def _value_end(buf: Bytes, i: int) -> int:
    """Position behind the value that begins at ``i``; -1 when it does not end in the window.

    Brackets are counted, not matched: whether the value is JSON is the parser's to say.
    """
    depth = 0
    n = buf.size
    while i < n:
        byte = buf[i]
        if byte == _QUOTE:
            i = _string_end(buf, i)
            if i < 0:
                return -1
            if depth == 0:
                return i
            continue
        if byte in (_OPEN_LIST, _OPEN_MAP):
            depth += 1
        elif byte in (_CLOSE_LIST, _CLOSE_MAP):
            if depth == 0:
                return i
            depth -= 1
            if depth == 0:
                return i + 1
        elif depth == 0 and (byte <= _SPACE or byte == _COMMA):
            return i
        i += 1
    return -1


@kernel
def scan_values(
    buf: Bytes, final: bool, listed: bool, spans: NDArray[np.int64]
) -> tuple[int, int, int]:
    """The values of a window: (number, bytes used, 0 open or 1 list closed or 2 value cut).

    ``spans`` int64 [n, 2] gets begin and end of each. ``listed``: the values stand in an array
    whose opening bracket lies before the window. With ``final`` a value that does not end is
    given, too.
    """
    n = buf.size
    i = 0
    found = 0
    while i < n and found < spans.shape[0]:
        byte = buf[i]
        if byte <= _SPACE or byte == _COMMA:
            i += 1
            continue
        if byte == _CLOSE_LIST and listed:
            return found, i + 1, 1
        end = _value_end(buf, i)
        if end < 0 and not final:
            return found, i, 0
        spans[found, 0] = i
        if end < 0:
            spans[found, 1] = n
            return found + 1, n, 2
        # A stray closing bracket becomes a value of its own, which no parser will take.
        end = max(end, i + 1)
        spans[found, 1] = end
        found += 1
        i = end
    return found, i, 0


@kernel
def count_values(buf: Bytes, listed: bool, state: NDArray[np.int64]) -> int:
    """How many values begin in this stretch of bytes; ``state`` carries over to the next one.

    State: depth, in a string, behind a backslash, in a plain value, closed. A byte at a time,
    nothing looked ahead: another way than ``scan_values`` to the same number.
    """
    depth, quoted, escaped, plain, closed = state[0], state[1], state[2], state[3], state[4]
    count = 0
    for i in range(buf.size):
        byte = buf[i]
        if closed:
            break
        if quoted:
            if escaped:
                escaped = 0
            elif byte == _BACKSLASH:
                escaped = 1
            elif byte == _QUOTE:
                quoted = 0
                plain = 0 if depth == 0 else plain
            continue
        if byte == _QUOTE:
            if depth == 0 and not plain:
                count += 1
            quoted = 1
        elif byte in (_OPEN_LIST, _OPEN_MAP):
            if depth == 0 and not plain:
                count += 1
            depth += 1
        elif byte in (_CLOSE_LIST, _CLOSE_MAP):
            if depth == 0:
                plain = 0
                if byte == _CLOSE_LIST and listed:
                    closed = 1
                else:
                    count += 1
            else:
                depth -= 1
                if depth == 0:
                    plain = 0
        elif depth == 0:
            if byte <= _SPACE or byte == _COMMA:
                plain = 0
            elif not plain:
                plain = 1
                count += 1
    state[0], state[1], state[2], state[3], state[4] = depth, quoted, escaped, plain, closed
    return count


@kernel
def outline(buf: Bytes, state: NDArray[np.int64], events: NDArray[np.int64]) -> tuple[int, int]:
    """Containers that no array encloses: (number of events, bytes used).

    An event is (kind, position in the window, key begin, key end, objects): kind 1 an object opens,
    2 an array opens, 3 an object closes, 4 an array closes, having held ``objects`` objects
    directly. Key positions are -1 where there is no key. ``state``: array depth, objects so far.
    """
    arrays, objects = state[0], state[1]
    n = buf.size
    i = 0
    found = 0
    key, key_end = -1, -1
    while i < n and found < events.shape[0]:
        byte = buf[i]
        if byte == _QUOTE:
            end = _string_end(buf, i)
            if end < 0:
                break
            key, key_end = i, end
            i = end
            continue
        kind = 0
        if byte == _OPEN_MAP:
            if arrays == 1:
                objects += 1
            if arrays > 0:
                arrays += 1
            else:
                kind = 1
        elif byte == _OPEN_LIST:
            if arrays == 0:
                kind = 2
                objects = 0
            arrays += 1
        elif byte == _CLOSE_MAP:
            if arrays > 0:
                arrays -= 1
            else:
                kind = 3
        elif byte == _CLOSE_LIST and arrays > 0:
            arrays -= 1
            if arrays == 0:
                kind = 4
        if kind > 0:
            events[found, 0] = kind
            events[found, 1] = i
            events[found, 2] = key
            events[found, 3] = key_end
            events[found, 4] = objects
            found += 1
        if byte == _COMMA or kind > 0:
            key, key_end = -1, -1
        i += 1
    state[0], state[1] = arrays, objects
    if key >= 0 and arrays == 0 and found < events.shape[0]:
        return found, key
    return found, i


@kernel
def has_long_number(buf: NDArray[np.uint8]) -> bool:
    """Whether nineteen digits and points stand in a row anywhere, the first of them a digit."""
    last = buf.size - 1
    i = _LONG - 1
    while i <= last:  # looks back from where such a row would have to end
        k = i
        while k >= 0 and k > i - _LONG and (_ZERO <= buf[k] <= _NINE or buf[k] == _POINT):
            k -= 1
        if i - k == _LONG:
            if buf[k + 1] != _POINT:
                return True
            i += 1
        else:
            i = k + _LONG
    return False
