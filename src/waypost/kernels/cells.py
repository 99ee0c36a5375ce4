"""Plain cells of a text column, read without leaving the buffers in which Arrow keeps them.

Every kernel takes ``offsets`` (int32 [cells + 1]), ``data`` and ``valid`` (uint8, one per cell). It
either reads all valid cells or refuses the column, and then a slower, more patient reader takes it.
"""

# ruff: noqa: PLR0911, PLR2004 - compiled functions take plain arguments by position
from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = [
    "REFUSED",
    "WALL",
    "ZONED",
    "cells_empty",
    "cells_end_in_zero",
    "cells_mails",
    "cells_minor",
    "cells_times",
]

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int32]

REFUSED, WALL, ZONED = 0, 1, 2
_DAY, _MINUTE, _SECOND = 86_400_000_000, 60_000_000, 1_000_000
_DATE_ONLY = 8
_ZERO, _NINE, _DOT, _DASH, _PLUS, _COLON = 48, 57, 46, 45, 43, 58
_BLANK, _UPPER_T, _UPPER_Z, _AT = 32, 84, 90, 64
_LONGEST_MAIL = 254
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@kernel
def _may_be_blank(data: Bytes, first: int, end: int) -> bool:
    """Whether the bytes at ``first`` may begin a blank of any kind."""
    byte = data[first]
    if byte <= _BLANK or byte == 0xC2:
        return True
    if byte < 0xE1 or byte > 0xE3 or first + 1 >= end:
        return False
    after = data[first + 1]
    if byte == 0xE1:
        return after in (0x9A, 0xA0)
    return after in (0x80, 0x81)


@kernel
def cells_empty(offsets: Offsets, data: Bytes, valid: Bytes, words: Bytes) -> int:
    """Clear ``valid`` where a cell is empty or one of ``words``; returns the cells left, or −1.

    ``words``: the words, each behind a byte with its length. −1: a cell has blanks at an end, so
    the column must be trimmed; ``valid`` is then spoilt.
    """
    left = 0
    for cell in range(valid.size):
        if not valid[cell]:
            continue
        first, end = offsets[cell], offsets[cell + 1]
        if first == end:
            valid[cell] = 0
            continue
        last = end - 1
        while last > first and data[last] & 0xC0 == 0x80:
            last -= 1
        if _may_be_blank(data, first, end) or _may_be_blank(data, last, end):
            return -1
        at = 0
        while at < words.size:
            size = words[at]
            if size == end - first and words[at + 1] == data[first]:
                k = 1
                while k < size and words[at + 1 + k] == data[first + k]:
                    k += 1
                if k == size:
                    valid[cell] = 0
                    break
            at += 1 + size
        left += valid[cell]
    return left


@kernel
def cells_end_in_zero(offsets: Offsets, data: Bytes, valid: Bytes) -> bool:
    """Whether any cell ends in ``.0``, as numbers do that a spreadsheet took for fractions."""
    for cell in range(valid.size):
        end = offsets[cell + 1]
        if valid[cell] and end - offsets[cell] > 2 and data[end - 1] == _ZERO:
            if data[end - 2] == _DOT:
                return True
    return False


@kernel
def cells_mails(offsets: Offsets, data: Bytes, valid: Bytes) -> int:
    """0: a cell is no plain ASCII address; 1: all are, in small letters; 2: some with capitals."""
    answer = 1
    for cell in range(valid.size):
        if not valid[cell]:
            continue
        first, end = offsets[cell], offsets[cell + 1]
        if end - first > _LONGEST_MAIL or data[first] == 39 or data[end - 1] == 39:
            return 0
        at_sign, dots, label = -1, 0, 0
        for i in range(first, end):
            byte = data[i]
            if byte <= _BLANK or byte >= 127:
                return 0
            if byte in (34, 40, 41, 44, 58, 59, 60, 62, 91, 93):
                return 0
            if byte == _AT:
                if at_sign >= 0 or i == first:
                    return 0
                at_sign, label = i, 0
            elif byte == _DOT:
                if i > first and data[i - 1] == _DOT:
                    return 0
                if at_sign >= 0:
                    if label == 0:
                        return 0
                    dots += 1
                label = 0
            else:
                label += 1
                if 65 <= byte <= 90:
                    answer = 2
        if at_sign < 0 or dots == 0 or label < 2:
            return 0
    return answer


@kernel
def cells_minor(
    offsets: Offsets, data: Bytes, valid: Bytes, mark: int, places: int, minor: NDArray[np.int64]
) -> bool:
    """Amounts like ``-1234.5`` into ``minor`` units; false where a cell is written otherwise.

    At most 12 digits before the ``mark`` and ``places`` behind it; 15 digits without places.
    """
    most = 12 if places else 15
    for cell in range(valid.size):
        minor[cell] = 0
        if not valid[cell]:
            continue
        i, end = offsets[cell], offsets[cell + 1]
        negative = data[i] == _DASH
        if negative or data[i] == _PLUS:
            i += 1
        begin, value = i, 0
        while i < end and _ZERO <= data[i] <= _NINE:
            value = value * 10 + (data[i] - _ZERO)
            i += 1
            if i - begin > most:
                return False
        if i == begin:
            return False
        behind = 0
        if i < end:
            if not places or data[i] != mark:
                return False
            i += 1
            while i < end and _ZERO <= data[i] <= _NINE and behind < places:
                value = value * 10 + (data[i] - _ZERO)
                behind += 1
                i += 1
            if i < end or behind == 0:
                return False
        for _ in range(places - behind):
            value *= 10
        minor[cell] = -value if negative else value
    return True


@kernel
def _digits(data: Bytes, first: int, count: int) -> int:
    """The number in so many digits, −1 where there are others than digits."""
    value = 0
    for i in range(first, first + count):
        if data[i] < _ZERO or data[i] > _NINE:
            return -1
        value = value * 10 + (data[i] - _ZERO)
    return value


@kernel
def _day_number(year: int, month: int, day: int) -> int:
    """Days since 1970, or a number below −1,000,000 for a date that does not exist.

    Years outside 1900 to 2199 are refused too. After H. Hinnant's days_from_civil.
    """
    if year < 1900 or year > 2199 or month < 1 or month > 12 or day < 1:
        return -9_999_999
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _MONTH_DAYS[month] + (1 if leap and month == 2 else 0):
        return -9_999_999
    if month <= 2:
        year -= 1
    era_year = year % 400
    year_day = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    day_of_era = era_year * 365 + era_year // 4 - era_year // 100 + year_day
    return (year // 400) * 146_097 + day_of_era - 719_468


@kernel
def _zone_minutes(data: Bytes, i: int, end: int) -> int:
    """Minutes east of Greenwich of ``Z``, ``+02:00`` or `` +0200`` up to ``end``; 9999 if none."""
    if i + 1 == end and data[i] == _UPPER_Z:
        return 0
    if data[i] == _BLANK:
        i += 1
    if end - i < 5 or (data[i] != _PLUS and data[i] != _DASH):
        return 9999
    hours = _digits(data, i + 1, 2)
    behind = i + 4 if data[i + 3] == _COLON else i + 3
    if behind + 2 != end:
        return 9999
    minutes = _digits(data, behind, 2)
    if hours < 0 or minutes < 0 or hours > 14 or minutes > 59:
        return 9999
    return -(hours * 60 + minutes) if data[i] == _DASH else hours * 60 + minutes


@kernel
def _one_time(data: Bytes, first: int, end: int) -> tuple[int, int, int]:
    """(kind, microseconds since 1970, flags) of one cell; kind 0 refuses it."""
    size = end - first
    if size in (10, 13, 16) and data[first] != _ZERO:
        stamp = _digits(data, first, size)
        if stamp >= 10_000_000:
            return ZONED, stamp * (1_000_000 if size == 10 else 1_000 if size == 13 else 1), 0
    if size < 10:
        return REFUSED, 0, 0
    if data[first + 4] == _DASH and data[first + 7] == _DASH:
        year, month = _digits(data, first, 4), _digits(data, first + 5, 2)
        day = _digits(data, first + 8, 2)
    elif data[first + 2] == _DOT and data[first + 5] == _DOT:
        year, month = _digits(data, first + 6, 4), _digits(data, first + 3, 2)
        day = _digits(data, first, 2)
    else:
        return REFUSED, 0, 0
    at = _day_number(year, month, day) * _DAY
    if at < -1_000_000 * _DAY:
        return REFUSED, 0, 0
    if size == 10:
        return WALL, at, _DATE_ONLY
    i = first + 10
    if size < 16 or (data[i] != _BLANK and data[i] != _UPPER_T) or data[i + 3] != _COLON:
        return REFUSED, 0, 0
    hour, minute, second = _digits(data, i + 1, 2), _digits(data, i + 4, 2), 0
    i += 6
    if i + 3 <= end and data[i] == _COLON:
        second = _digits(data, i + 1, 2)
        i += 3
        if i + 1 < end and data[i] == _DOT and _ZERO <= data[i + 1] <= _NINE:
            unit = _SECOND // 10
            i += 1
            while i < end and _ZERO <= data[i] <= _NINE and unit > 0:
                at += (data[i] - _ZERO) * unit
                unit //= 10
                i += 1
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return REFUSED, 0, 0
    at += hour * 60 * _MINUTE + minute * _MINUTE + second * _SECOND
    if i == end:
        return WALL, at, 0
    east = _zone_minutes(data, i, end)
    return (REFUSED, 0, 0) if east == 9999 else (ZONED, at - east * _MINUTE, 0)


@kernel
def cells_times(
    offsets: Offsets, data: Bytes, valid: Bytes, at: NDArray[np.int64], flags: NDArray[np.int32]
) -> int:
    """Times in microseconds since 1970 into ``at``; 1 as the wall clock shows them, 2 as in UTC.

    Reads ISO 8601, ``31.12.2024 23:59:59``, dates without a clock time (flag 8) and seconds,
    milli- or microseconds since 1970 of the usual 10, 13 or 16 digits. 0 refuses: another spelling,
    no such day, or cells with a zone beside cells without one.
    """
    kind = REFUSED
    for cell in range(valid.size):
        at[cell], flags[cell] = 0, 0
        if not valid[cell]:
            continue
        one, moment, flag = _one_time(data, offsets[cell], offsets[cell + 1])
        if one == REFUSED or (kind not in (REFUSED, one)):
            return REFUSED
        kind = one
        at[cell], flags[cell] = moment, flag
    return kind
