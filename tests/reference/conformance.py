"""Conformance, slowly: every alignment tried for the cost, one chosen by rule, then told.

A journey is a list of visits: a set of drawn places that the visit may be (empty: at no drawn
step) and the node that it lies at.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import groupby

__all__ = ["conformance", "folded", "least_cost"]

LOG, AGAIN, VISIT, SKIP = range(4)


def folded(visits):
    """Equal neighbours as one visit."""
    return [key for key, _ in groupby(visits)]


def moves_from(i, j, visits, optional, repeatable):
    """Every move possible after ``i`` visits and ``j`` steps: kind, cost, next i, next j."""
    steps = len(optional)
    if i < len(visits):
        yield LOG, 1, i + 1, j
        if j >= 1 and repeatable[j - 1] and j in visits[i][0]:
            yield AGAIN, 0, i + 1, j
        if j < steps and j + 1 in visits[i][0]:
            yield VISIT, 0, i + 1, j + 1
    if j < steps:
        yield SKIP, 0 if optional[j] else 1, i, j + 1


def least_cost(visits, optional, repeatable, i=0, j=0):
    """The least cost of all alignments, each tried."""
    if i == len(visits) and j == len(optional):
        return 0
    return min(
        cost + least_cost(visits, optional, repeatable, *then)
        for _, cost, *then in moves_from(i, j, visits, optional, repeatable)
    )


def costs_so_far(visits, optional, repeatable):
    """The least cost from the beginning to every (i, j)."""
    steps = len(optional)
    least = {(0, 0): 0}
    for i in range(len(visits) + 1):
        for j in range(steps + 1):
            for _, cost, *then in moves_from(i, j, visits, optional, repeatable):
                reached = least[i, j] + cost
                least[tuple(then)] = min(least.get(tuple(then), reached), reached)
    return least


def chosen(visits, optional, repeatable):
    """Moves of one optimal alignment: read from the end, inserted before again, visit, skip."""
    least = costs_so_far(visits, optional, repeatable)
    i, j = len(visits), len(optional)
    found = []
    while (i, j) != (0, 0):
        leading = [
            (kind, before)
            for before in ((i - 1, j), (i - 1, j - 1), (i, j - 1))
            if before in least
            for kind, cost, *then in moves_from(*before, visits, optional, repeatable)
            if tuple(then) == (i, j) and least[before] + cost == least[i, j]
        ]
        kind, before = min(leading)
        found.append((kind, i - 1, j))
        i, j = before
    return found[::-1], least[len(visits), len(optional)]


def one_journey(visits, optional, repeatable):
    """What one journey shows: fitness and counts by (kind, step or node, from, to)."""
    end = len(optional) + 1
    moves, cost = chosen(visits, optional, repeatable)
    seen, told = set(), Counter()
    inserted, visited, before = [], 0, 0

    def jump(place):
        passed = range(before + 1, place)
        if place < before or any(not optional[step - 1] for step in passed):
            told["jumped", None, before, place] += 1

    def settle(place):
        for node in inserted:
            told["inserted", node, visited, place] += 1
        inserted.clear()

    for kind, i, j in (move for move in moves if move[0] != SKIP):
        places, node = visits[i]
        if kind == LOG and not places:
            inserted.append(node)
            continue
        place = min(places) if kind == LOG else j
        jump(place)
        before = place
        if kind == VISIT:
            settle(place)
            visited = place
            seen.add(place)
            told["visited", place, None, None] += 1
        else:
            again = kind == AGAIN or place in seen
            told["repeated" if again else "out_of_order", place, None, None] += 1
    jump(end)
    settle(end)
    for place in set(range(1, end)) - seen:
        told["skipped", place, None, None] += 1
    worst = len(visits) + sum(not free for free in optional)
    return Fraction(worst - cost, worst), cost, told


def conformance(persons, optional, repeatable):
    """Fitness of each journey, costs, and (persons, events) by cell."""
    fitness, costs, events, people = [], [], Counter(), Counter()
    for visits in persons:
        if visits:
            one, cost, told = one_journey(visits, optional, repeatable)
            fitness.append(one)
            costs.append(cost)
            events += told
            people.update(told.keys())
    return fitness, costs, {cell: (people[cell], events[cell]) for cell in events}
