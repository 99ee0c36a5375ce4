"""Delimited text: where records and fields begin and end, and their text as Arrow columns.

The rules of the format, held by ``scan_records`` and, written separately, by ``csv_count``:

- A record ends at LF or CRLF outside quotes; with ``any_cr`` also at a lone CR.
- A line of nothing but spaces and delimiters is no record; nor is one that begins with ``comment``.
- A quote opens a field only at the field's begin. A doubled quote inside is one quote. The field is
  closed by a quote that only blanks part from a delimiter, an end of line or the end of the data.
- Any other quote inside is stray and belongs to the text. A field with a stray quote may not run
  over the end of a line: it is then read as unquoted, as is a field whose quote is never closed.
"""

# ruff: noqa: FBT001, PLR0911, PLR0917 - compiled functions take plain arguments by position
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = [
    "CR",
    "HAS_NUL",
    "LF",
    "NO_FIELD",
    "SPACE",
    "TAB",
    "UNCLOSED",
    "UNKNOWN",
    "Bytes",
    "at_delimiter",
    "column_room",
    "gather_column",
    "line_end",
    "scan_records",
]

Bytes = NDArray[np.uint8]

UNCLOSED = 1
HAS_NUL = 2

_CLOSED = 0
_LITERAL = 1
_INCOMPLETE = 2
_NEVER = 3

NO_FIELD = -1
UNKNOWN = -2

_ENDS_PLAIN = 1
_ENDS_QUOTED = 2

LF = 10
CR = 13
SPACE = 32
TAB = 9

_WORD = 8


@kernel
def at_delimiter(buf: Bytes, i: int, delimiter: Bytes) -> bool:
    """Whether the delimiter stands at ``i``."""
    size = delimiter.size
    if i + size > buf.size:
        return False
    for k in range(size):  # noqa: SIM110 - Numba compiles no generators
        if buf[i + k] != delimiter[k]:
            return False
    return True


@kernel
def line_end(buf: Bytes, i: int, final: bool, any_cr: bool) -> int:
    """Length of the line end at ``i``: 0 none, -1 unknown because the window ends here."""
    byte = buf[i]
    if byte == LF:
        return 1
    if byte != CR:
        return 0
    if i + 1 < buf.size:
        if buf[i + 1] == LF:
            return 2
        return 1 if any_cr else 0
    return 1 if final else -1


@kernel
def _signs(delimiter: Bytes, quote: int, escape: int) -> Bytes:
    """Per byte value, whether it needs a look in a plain field (1), in a quoted one (2)."""
    signs = np.zeros(256, np.uint8)
    signs[LF] = signs[CR] = _ENDS_PLAIN | _ENDS_QUOTED
    signs[delimiter[0]] |= _ENDS_PLAIN
    if quote >= 0:
        signs[quote] |= _ENDS_QUOTED
    if escape >= 0:
        signs[escape] |= _ENDS_PLAIN | _ENDS_QUOTED
    return signs


@kernel
def _has_nul(buf: Bytes) -> bool:
    least = np.uint8(255)
    for k in range(buf.size):
        least = min(least, buf[k])
    return buf.size > 0 and least == 0


@kernel
def _skip_blanks(buf: Bytes, i: int, delimiter: Bytes) -> int:
    """The first position from ``i`` that is neither space nor tab, or where a delimiter stands."""
    while i < buf.size and (buf[i] == SPACE or buf[i] == TAB):
        if buf[i] == delimiter[0]:
            break
        i += 1
    return i


@kernel
def _quoted(
    buf: Bytes,
    i: int,
    final: bool,
    delimiter: Bytes,
    quote: int,
    escape: int,
    any_cr: bool,
    signs: Bytes,
) -> tuple[int, int, int, int, bool]:
    """Read a quoted field from just behind its opening quote.

    Returns (outcome, end of text, position behind the field, lines passed, needs unescaping).
    """
    lines = 0
    stray = False
    special = False
    n = buf.size
    while i < n:
        byte = buf[i]
        if not signs[byte] & _ENDS_QUOTED:
            i += 1
            continue
        if escape >= 0 and byte == escape:
            if i + 1 >= n:
                break
            if buf[i + 1] == LF or (buf[i + 1] == CR and any_cr):
                i += 1
                continue
            special = True
            i += 2
            continue
        if byte == quote:
            if i + 1 < n and buf[i + 1] == quote:
                special = True
                i += 2
                continue
            if i + 1 >= n and not final:
                return _INCOMPLETE, i, i, lines, special
            after = _skip_blanks(buf, i + 1, delimiter)
            if after >= n:
                if final:
                    return _CLOSED, i, n, lines, special
                return _INCOMPLETE, i, i, lines, special
            if at_delimiter(buf, after, delimiter):
                return _CLOSED, i, after, lines, special
            if not final and after + delimiter.size > n and buf[after] == delimiter[0]:
                return _INCOMPLETE, i, i, lines, special
            end = line_end(buf, after, final, any_cr)
            if end > 0:
                return _CLOSED, i, after, lines, special
            if end < 0:
                return _INCOMPLETE, i, i, lines, special
            stray = True
            i += 1
            continue
        if byte in (LF, CR):
            end = line_end(buf, i, final, any_cr)
            if end < 0:
                return _INCOMPLETE, i, i, lines, special
            if end > 0:
                if stray:
                    return _LITERAL, i, i, 0, special
                lines += 1
                i += end
                continue
        i += 1
    if final:
        return _NEVER, n, n, 0, special
    return _INCOMPLETE, i, i, lines, special


@kernel
def _unquoted(
    buf: Bytes,
    i: int,
    final: bool,
    delimiter: Bytes,
    escape: int,
    any_cr: bool,
    signs: Bytes,
) -> tuple[int, bool, bool]:
    """Where the unquoted field at ``i`` ends; whether that is known; needs unescaping."""
    n = buf.size
    first = delimiter[0]
    special = False
    while i < n:
        byte = buf[i]
        if not signs[byte] & _ENDS_PLAIN:
            i += 1
            continue
        if escape >= 0 and byte == escape:
            if i + 1 >= n:
                return (n, True, special) if final else (i, False, special)
            if buf[i + 1] != LF and buf[i + 1] != CR:
                special = True
                i += 2
                continue
        elif byte == first:
            if at_delimiter(buf, i, delimiter):
                return i, True, special
            if not final and i + delimiter.size > n:
                return i, False, special
        elif byte in (LF, CR):
            end = line_end(buf, i, final, any_cr)
            if end > 0:
                return i, True, special
            if end < 0:
                return i, False, special
        i += 1
    return n, final, special


@kernel
def _blank_line(
    buf: Bytes, i: int, final: bool, delimiter: Bytes, comment: int, any_cr: bool
) -> tuple[int, int]:
    """Skip a line without a record at ``i``: (bytes, 0 none or -1 unknown; lines)."""
    n = buf.size
    j = i
    if comment >= 0 and buf[i] == comment:
        while j < n:
            if buf[j] == LF or buf[j] == CR:
                end = line_end(buf, j, final, any_cr)
                if end < 0:
                    return -1, 0
                if end > 0:
                    return j + end - i, 1
            j += 1
        return (n - i, 0) if final else (-1, 0)
    while j < n:
        if buf[j] == SPACE:
            j += 1
        elif at_delimiter(buf, j, delimiter):
            j += delimiter.size
        else:
            break
    if j >= n:
        return (n - i, 0) if final else (-1, 0)
    if not final and j + delimiter.size > n and buf[j] == delimiter[0]:
        return -1, 0
    end = line_end(buf, j, final, any_cr)
    if end < 0:
        return -1, 0
    return (j + end - i, 1) if end > 0 else (0, 0)


@kernel
def _field(
    buf: Bytes,
    i: int,
    final: bool,
    give_up: bool,
    rules: NDArray[np.int64],
    delimiter: Bytes,
    signs: Bytes,
) -> tuple[int, int, int, int, int, int]:
    """Read the field at ``i``: (state, begin, end, position behind it, kind, lines passed).

    State: ``_CLOSED`` read, ``_NEVER`` read, but its quote is never closed, ``_INCOMPLETE``.
    """
    quote, escape, any_cr, padded = rules[0], rules[1], rules[3] != 0, rules[4] != 0
    start = _skip_blanks(buf, i, delimiter) if padded else i
    state = _CLOSED
    if quote >= 0 and start < buf.size and buf[start] == quote:
        outcome, stop, after, lines, special = _quoted(
            buf, start + 1, final, delimiter, quote, escape, any_cr, signs
        )
        if outcome == _CLOSED:
            return _CLOSED, start + 1, stop, after, 1 if special else 0, lines
        if outcome == _INCOMPLETE and not give_up:
            return _INCOMPLETE, i, i, i, 0, 0
        if outcome != _LITERAL:
            state = _NEVER
    stop, known, special = _unquoted(buf, i, final, delimiter, escape, any_cr, signs)
    if not known:
        return _INCOMPLETE, i, i, i, 0, 0
    return state, min(start, stop), stop, stop, 2 if special else 0, 0


@kernel
def scan_records(
    buf: Bytes,
    final: bool,
    give_up: bool,
    rules: NDArray[np.int64],
    delimiter: Bytes,
    line: int,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    kinds: Bytes,
    records: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Find the records of a window; returns (records found, bytes consumed, next line number).

    ``rules``: quote, escape, comment (each -1 for none), any_cr, padded, most fields kept per
    record. ``records[r]``: first field, number of fields, begin, end, line, flags. Field
    ``kinds``: 0 plain, 1 has quotes or escapes to be resolved. A record that the window cuts is
    left for the next one unless ``final``. With ``give_up`` an unclosed quote is taken as never
    closed.
    """
    quote, comment, any_cr, most = rules[0], rules[2], rules[3] != 0, rules[5]
    first, padded = np.int64(delimiter[0]), rules[4] != 0
    simple = delimiter.size == 1 and rules[1] < 0
    signs = _signs(delimiter, quote, rules[1])
    nul = _has_nul(buf)
    n = buf.size
    i = 0
    found = 0
    field = 0
    while i < n and found < records.shape[0] and field + most < starts.size:
        byte = buf[i]
        if byte in (LF, CR, SPACE, first, comment):
            skip, skipped = _blank_line(buf, i, final, delimiter, comment, any_cr)
            if skip < 0:
                break
            if skip > 0:
                i += skip
                line += skipped
                continue
        begin = i
        count = 0
        flags = 0
        passed = 0
        while True:
            # Nearly all fields are read here: a call counts references to its arrays, which takes
            # longer than the field.
            start, stop, kind, after = i, i, 0, -1
            if simple and i < n:
                byte, sign = buf[i], _ENDS_PLAIN
                if byte == quote:
                    start, sign = i + 1, _ENDS_QUOTED
                if byte == quote or not padded or byte not in (SPACE, TAB):
                    stop = start
                    while stop < n and not signs[buf[stop]] & sign:
                        stop += 1
                    after = stop
                    if sign == _ENDS_QUOTED:
                        after = stop + 1 if stop < n and buf[stop] == quote else n
                    if after >= n or not (
                        buf[after] in (LF, first)
                        or (buf[after] == CR and after + 1 < n and buf[after + 1] == LF)
                    ):
                        after = -1
            if after >= 0:
                i = after
            else:
                state, start, stop, i, kind, lines = _field(
                    buf, i, final, give_up and found == 0, rules, delimiter, signs
                )
                if state == _INCOMPLETE:
                    return found, begin, line
                if state == _NEVER:
                    flags |= UNCLOSED
                passed += lines
            if count < most:
                starts[field + count] = start
                ends[field + count] = stop
                kinds[field + count] = kind
            count += 1
            if i >= n or buf[i] != first or not (simple or at_delimiter(buf, i, delimiter)):
                break
            i += delimiter.size
            if i >= n and not final:
                return found, begin, line
        end = 0
        if i < n:
            end = 1 if buf[i] == LF else line_end(buf, i, final, any_cr)
        records[found, 0] = field
        records[found, 1] = count
        records[found, 2] = begin
        records[found, 3] = i
        records[found, 4] = line
        if nul and _has_nul(buf[begin:i]):
            flags |= HAS_NUL
        records[found, 5] = flags
        field += min(count, most)
        found += 1
        i += end
        line += passed + (1 if end > 0 else 0)
    return found, i, line


@kernel
def column_room(
    rows: NDArray[np.int64], column: int, starts: NDArray[np.int32], ends: NDArray[np.int32]
) -> int:
    """Raw bytes of all cells of a column."""
    room = 0
    for r in range(rows.shape[0]):
        if column < rows[r, 1]:
            f = rows[r, 0] + column
            room += ends[f] - starts[f]
    return room


@kernel
def gather_column(
    text: tuple[Bytes, NDArray[np.uint64]],
    rows: NDArray[np.int64],
    column: int,
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    kinds: Bytes,
    rules: NDArray[np.int64],
    delimiter: Bytes,
    offsets: NDArray[np.int32],
    valid: Bytes,
    out: tuple[Bytes, NDArray[np.uint64]],
) -> int:
    """Write one column's texts behind each other into ``out``; returns the number of absent cells.

    ``rows[r]``: first field and number of fields. ``offsets`` int32 [rows + 1]; ``valid`` 0 or 1
    per row. ``text`` and ``out``: bytes, and a word from each that has seven behind it; ``out``
    must hold the raw bytes of all cells of the column and eight more, which are spoilt.
    """
    buf, words = text
    data, out_words = out
    quote, escape = rules[0], rules[1]
    at = 0
    absent = 0
    offsets[0] = 0
    for r in range(rows.shape[0]):
        if column >= rows[r, 1]:
            valid[r] = 0
            absent += 1
            offsets[r + 1] = at
            continue
        valid[r] = 1
        f = rows[r, 0] + column
        i, end = starts[f], ends[f]
        kind = kinds[f]
        if kind == 0 and end + _WORD <= buf.size:
            to = np.uint64(at)
            for k in range(np.uint64(i), np.uint64(end), np.uint64(_WORD)):
                out_words[to] = words[k]
                to += np.uint64(_WORD)
            at += end - i
            offsets[r + 1] = at
            continue
        while i < end:
            byte = buf[i]
            if kind and i + 1 < end:
                after = buf[i + 1]
                if escape >= 0 and byte == escape:
                    if after in (quote, escape) or after == delimiter[0]:
                        data[at] = after
                        at += 1
                        i += 2
                        continue
                elif kind == 1 and byte == quote and after == quote:
                    i += 1
            data[at] = byte
            at += 1
            i += 1
        offsets[r + 1] = at
    return absent
