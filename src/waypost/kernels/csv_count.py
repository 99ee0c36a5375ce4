"""How many records delimited text has, found another way than by reading their fields.

The rules of the format are those of ``csv_scan``; only what a delimiter and a line end are is
shared with it, so that the two counts check each other.
"""

# ruff: noqa: FBT001, PLR0911, PLR0917 - compiled functions take plain arguments by position
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.csv_scan import (
    CR,
    LF,
    NO_FIELD,
    SPACE,
    TAB,
    UNKNOWN,
    Bytes,
    at_delimiter,
    line_end,
)
from waypost.kernels.jit import kernel

__all__ = ["count_records"]


@kernel
def _closing_quote(
    buf: Bytes, i: int, final: bool, delimiter: Bytes, quote: int, escape: int, any_cr: bool
) -> int:
    """Position behind the quote that closes, seen from just behind the opening one.

    ``NO_FIELD``: it opens no field; ``UNKNOWN``: the window ends before that is known.
    """
    n = buf.size
    stray = False
    while i < n:
        byte = buf[i]
        if byte == escape:
            if i + 1 == n:
                return NO_FIELD if final else UNKNOWN
            lone = buf[i + 1] == LF or (any_cr and buf[i + 1] == CR)
            i += 1 if lone else 2
        elif byte == quote and i + 1 < n and buf[i + 1] == quote:
            i += 2
        elif byte == quote:
            j = i + 1
            while j < n and buf[j] != delimiter[0] and (buf[j] == SPACE or buf[j] == TAB):
                j += 1
            if j == n:
                return j if final else UNKNOWN
            if j + delimiter.size > n and not final and buf[j] == delimiter[0]:
                return UNKNOWN
            end = line_end(buf, j, final, any_cr)
            if end < 0:
                return UNKNOWN
            if end > 0 or at_delimiter(buf, j, delimiter):
                return j
            stray = True
            i += 1
        elif byte in (LF, CR):
            end = line_end(buf, i, final, any_cr)
            if end < 0:
                return UNKNOWN
            if end > 0 and stray:
                return NO_FIELD
            i += max(end, 1)
        else:
            i += 1
    return NO_FIELD if final else UNKNOWN


@kernel
def count_records(
    buf: Bytes, final: bool, give_up: bool, rules: NDArray[np.int64], delimiter: Bytes
) -> tuple[int, int]:
    """Count the records of a window; returns (records, bytes consumed).

    One pass over the bytes with three flags and no fields: another way than ``scan_records`` to
    what must be the same number. ``rules`` as there.
    """
    quote, escape, comment = rules[0], rules[1], rules[2]
    any_cr, padded = rules[3] != 0, rules[4] != 0
    first, simple = np.int64(delimiter[0]), delimiter.size == 1
    n = buf.size
    count = 0
    consumed = 0
    i = 0
    fresh = True  # only spaces and delimiters since the line began
    remark = False  # this line is a comment
    opens = True  # a quote here would open a field
    dull = np.ones(256, np.uint8)  # bytes that only say: here is a record, and no field opens
    dull[LF] = dull[CR] = dull[SPACE] = dull[TAB] = dull[delimiter[0]] = 0
    for sign in (quote, escape, comment):
        if sign >= 0:
            dull[sign] = 0
    within = np.ones(256, np.uint8)  # bytes that say nothing within quotes
    within[LF] = within[CR] = within[quote] = within[escape] = 0
    while i < n:
        byte = buf[i]
        if dull[byte]:
            if i == consumed:
                remark = False
            fresh = opens = False
            i += 1
            while i < n and dull[buf[i]]:
                i += 1
            continue
        if i == consumed:
            fresh = True
            opens = True
            remark = comment >= 0 and byte == comment
        if byte in (LF, CR):
            end = line_end(buf, i, final, any_cr)
            if end < 0:
                break
            if end > 0:
                count += 0 if fresh or remark else 1
                i += end
                consumed = i
                continue
        if byte != SPACE and not at_delimiter(buf, i, delimiter):
            fresh = False
        if remark:
            i += 1
        elif opens and byte == quote:
            opens = False
            # Nearly all quotes close just before what ends a cell; a call would take longer.
            behind = i + 1
            while behind < n and within[buf[behind]]:
                behind += 1
            behind += 1
            plain = behind < n and buf[behind - 1] == quote and byte != escape
            if not (plain and simple and buf[behind] in (LF, first)):
                behind = _closing_quote(buf, i + 1, final, delimiter, quote, escape, any_cr)
            if behind == UNKNOWN and not (give_up and count == 0):
                return count, consumed
            i = behind if behind >= 0 else i + 1
        elif byte == escape:
            opens = False
            plain = i + 1 < n and buf[i + 1] != LF and buf[i + 1] != CR
            i += 2 if plain else 1
        elif at_delimiter(buf, i, delimiter):
            opens = True
            i += delimiter.size
        else:
            opens = opens and padded and (byte in (SPACE, TAB))
            i += 1
    if final and consumed < n:
        count += 0 if fresh or remark else 1
        consumed = n
    return count, consumed
