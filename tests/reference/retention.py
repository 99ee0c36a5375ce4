"""Coming back, slowly: look at every event of every person for every cell."""

from __future__ import annotations

from bisect import bisect_right

__all__ = ["cells_of", "entry_of", "squares"]


def entry_of(events, enters, begin, end, first):
    """The place of the event by which a person enters, or None; ``events``: (at, code, …)."""
    places = [place for place, event in enumerate(events) if event[1] in enters]
    if first:
        places = places[:1]
    inside = [place for place in places if begin <= events[place][0] < end]
    return inside[0] if inside else None


def _period(at, entered, begins, width):
    if width:
        return (at - entered) // width
    return bisect_right(begins, at) - bisect_right(begins, entered)


def cells_of(events, entry, returns, rules):
    """One person's cells: (returned, due, events, money).

    ``events``: (at, code, value) with None for no money; ``rules``: ``cells`` as (low, high), high
    None = open; ``begins`` or ``width``; ``data_until``; ``with_entry``.
    """
    entered = events[entry][0]
    after = events[entry if rules["with_entry"] else entry + 1 :]
    found = []
    for low, high in rules["cells"]:
        inside = [
            value
            for at, code, value in after
            if code in returns
            and low <= _period(at, entered, rules["begins"], rules["width"])
            and (high is None or _period(at, entered, rules["begins"], rules["width"]) <= high)
        ]
        last = low if high is None else high
        money = sum(value for value in inside if value is not None)
        found.append((bool(inside), _is_over(last, entered, rules), len(inside), money))
    return found


def _is_over(period, entered, rules):
    """Whether the period has ended at the end of the data."""
    if rules["width"]:
        return entered + (period + 1) * rules["width"] <= rules["data_until"]
    place = bisect_right(rules["begins"], entered) + period
    return rules["begins"][place] <= rules["data_until"]


def squares(people):
    """Sum of squares of the due persons' money in one cell."""
    return sum(money**2 for _, due, _, money in people if due)
