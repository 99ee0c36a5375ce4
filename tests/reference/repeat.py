"""Doing it again, slowly: list everyone's times and look at each."""

from __future__ import annotations

__all__ = ["rows_of", "times_of"]


def times_of(events, codes, begin, end):
    """A person's times as (at, value); empty where the first lies outside ``begin <= at < end``.

    ``events``: (at, code, value), None for no money.
    """
    times = [(at, value) for at, code, value in events if code in codes]
    return times if times and begin <= times[0][0] < end else []


def rows_of(persons, most, window, until):
    """Per time (from 1): counts as a dict of sets of persons, waits, unfinished waits, values."""
    rows = []
    for n in range(1, most + 1):
        row = {name: set() for name in ("persons", "exactly", "due", "in_time", "open")}
        waits, waiting, values = [], [], []
        for person, times in enumerate(persons):
            if len(times) >= n:
                row["persons"].add(person)
                values += [value for _, value in times[n - 1 : n] if value is not None]
            if len(times) == n:
                row["exactly"].add(person)
            if n == 1 or len(times) < n - 1 or not times:
                continue
            before = times[n - 2][0]
            again = times[n - 1][0] if len(times) >= n else None
            if again is None:
                waiting.append(max(until - before, 0))
            else:
                waits.append(again - before)
            if until - before >= window:
                row["due"].add(person)
                if again is not None and again - before <= window:
                    row["in_time"].add(person)
            elif again is None:
                row["open"].add(person)
        rows.append((row, waits, waiting, values))
    return rows
