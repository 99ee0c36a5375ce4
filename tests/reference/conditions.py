"""The obvious way to say whether a condition holds for one event: Python, one row at a time.

A predicate takes a row: a dict by column name, where None is missing, ``value`` is in minor units
of a currency with two digits, ``at`` in microseconds since 1970; attributes are ``a.<name>``.
"""

from __future__ import annotations

import fnmatch
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

ZONE = ZoneInfo("Europe/Berlin")
CODED = {"event", "channel", "source", "touchpoint", "stage", "step"}
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def value_of(row, name):
    value = row.get(name)
    return None if value == "" and name in CODED else value


def text_holds(name, test):
    return lambda row: value_of(row, name) is not None and test(value_of(row, name))


def like(pattern, *, any_case=False):
    parts = [{"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern]
    flags = re.DOTALL | (re.IGNORECASE if any_case else 0)
    return lambda text: re.fullmatch("".join(parts), text, flags) is not None


def glob(pattern):
    return lambda text: fnmatch.fnmatchcase(text, pattern)


def compared(left, op, right):
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[op]


def holds_not(predicate):
    return lambda row: not predicate(row)


def number_holds(name, op, number):
    """Of something missing only ``!=`` holds."""

    def test(row):
        value = row.get(name)
        if name.startswith("a."):
            value = as_number(value)
            wanted = float(number)
        elif name == "value":
            value = None if value is None else Fraction(value, 100)
            wanted = Fraction(number)
        else:
            wanted = float(np.float32(number))
        return op == "!=" if value is None else compared(value, op, wanted)

    return test


def as_number(text):
    if text is None or re.fullmatch(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", text) is None:
        return None
    return float(text)


def instant_holds(op, written):
    """A date is the whole local day."""
    if len(written) == 10:
        day = date.fromisoformat(written)
        first, after = (midnight(day), midnight(day + timedelta(days=1)))
    else:
        first = micros(datetime.fromisoformat(written).replace(tzinfo=ZONE))
        after = first + 1

    def test(row):
        at = row["at"]
        return {
            "=": first <= at < after,
            "!=": not first <= at < after,
            "<": at < first,
            "<=": at < after,
            ">": at >= after,
            ">=": at >= first,
        }[op]

    return test


def midnight(day):
    return micros(datetime(day.year, day.month, day.day, tzinfo=ZONE))


def micros(instant):
    return (instant - EPOCH) // timedelta(microseconds=1)
