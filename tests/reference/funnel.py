"""Funnels, slowly: try every way to pick events."""

from __future__ import annotations

from itertools import permutations, product

__all__ = ["best_level", "is_open"]


def best_level(events, steps, rules):
    """How many steps a person gets through.

    ``events``: (at, code) in recorded order; ``steps``: one set of codes per step. Every choice of
    one event per step is tried, in every order that ties allow.
    """
    orders = _orders(events) if rules["ties"] == "any" else [list(enumerate(events))]
    return max((_best_of(order, steps, rules) for order in orders), default=0)


def _orders(events):
    """Recorded order with events of one instant in every order; numbers stay with the events."""
    numbered = list(enumerate(events))
    instants = sorted({at for at, _ in events})
    groups = [[item for item in numbered if item[1][0] == at] for at in instants]
    for choice in product(*(list(permutations(group)) for group in groups)):
        yield [item for group in choice for item in group]


def _entries(order, steps, rules):
    found = [
        place
        for place, (_, (at, code)) in enumerate(order)
        if code in steps[0] and rules["from"] <= at < rules["until"]
    ]
    if not rules["first_entry"] or not found:
        return found
    earliest = order[found[0]][1][0]
    if rules["ties"] == "recorded" or rules["strict"]:
        return found[:1]
    return [place for place in found if order[place][1][0] == earliest]


def _best_of(order, steps, rules):
    best = 0
    for entry in _entries(order, steps, rules):
        best = max(best, _longest(order, steps, rules, (entry,)))
    return best


def _longest(order, steps, rules, picked):
    """The most steps reached by any way to go on from the events picked."""
    level = len(picked)
    if level == len(steps):
        return level
    begin = order[picked[0]][1][0]
    last = picked[-1]
    reach = _reach(order, last, rules)
    best = level
    for place in reach:
        if place >= len(order):
            continue
        at, code = order[place][1]
        rising = rules["ties"] != "rising" or at > order[last][1][0]
        if code in steps[level] and at - begin <= rules["window"] and rising:
            best = max(best, _longest(order, steps, rules, (*picked, place)))
    return best


def _reach(order, last, rules):
    """Places that the next step may take after the one at ``last``.

    Where one event may serve several steps and ties have no order, only instants count: an event
    of the same instant serves again although another of that instant was picked in between.
    """
    if rules["strict"]:
        return [last + 1]
    if not rules["reuse"]:
        return range(last + 1, len(order))
    if rules["ties"] == "any":
        return [p for p, item in enumerate(order) if item[1][0] >= order[last][1][0]]
    return range(last, len(order))


def is_open(events, steps, rules, data_until):
    """Whether the latest entry still has time, for a person who is not through."""
    entries = [
        at for at, code in events if code in steps[0] and rules["from"] <= at < rules["until"]
    ]
    if not entries:
        return False
    clock = entries[0] if rules["first_entry"] else entries[-1]
    return clock + rules["window"] > data_until
