"""Attribution, slowly: journeys cut by hand, credit as fractions, chains walked state by state."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import groupby, permutations

__all__ = ["journeys_of_person", "shapley_by_orders", "shares_of", "without_each"]


def journeys_of_person(events, goals, rules):
    """Journeys as ([(at, node), …], value of the goal or None for no goal, whether it is one).

    ``events``: (at, node or None, is goal, value); ``rules``: window, begin, end, first, reuse.
    """
    window, begin, end, first, reuse = rules
    contacts, used, found, reached = [], 0, [], False
    for at, instant in groupby(events, key=lambda event: event[0]):
        here = list(instant)
        contacts += [(at, node) for _, node, is_goal, _ in here if node is not None and not is_goal]
        values = [value for _, _, is_goal, value in here if is_goal]
        if not values:
            continue
        low = 0 if reuse else used
        while low < len(contacts) and contacts[low][0] < at - window:
            low += 1
        stale = contacts[used:low]
        if stale and begin <= stale[-1][0] < end:
            found.append((stale, None, False))
        if begin <= at < end:
            wanted = values[:1] if first else values
            found += [(contacts[low:], value, True) for value in wanted]
        used, reached = len(contacts), True
        if first:
            break
    rest = contacts[used:]
    if rest and not (first and reached) and begin <= rest[-1][0] < end:
        found.append((rest, None, False))
    return found


def folded(contacts, collapse):
    """The contacts that count: all, none right after another, or the first at a node."""
    kept = []
    for at, node in contacts:
        if collapse == "repeats" and kept and kept[-1][1] == node:
            kept[-1] = (at, node)
        elif collapse != "first" or node not in {known for _, known in kept}:
            kept.append((at, node))
    return kept


def shares_of(model, path, settings):
    """Credit of each contact of a path; ``settings``: shares by position, half-life, direct."""
    (begin, middle, end), half_life, direct = settings
    size = len(path)
    if model == "first_contact":
        weights = [1] + [0] * (size - 1)
    elif model == "last_contact":
        weights = [0] * (size - 1) + [1]
    elif model == "last_indirect":
        chosen = [place for place, (_, node) in enumerate(path) if node != direct]
        weights = [int(place == (chosen or [size - 1])[-1]) for place in range(size)]
    elif model == "linear":
        weights = [1] * size
    elif model == "time_decay":
        weights = [2.0 ** (-(path[-1][0] - at) / half_life) for at, _ in path]
    elif model == "position":
        between = [Fraction(middle, size - 2)] * (size - 2) if size > 2 else []
        weights = [1] if size == 1 else [begin, *between, end]
        weights = [1] * size if not sum(weights) else weights
    else:
        weights = [int(node not in {n for _, n in path[:k]}) for k, (_, node) in enumerate(path)]
    return [weight / sum(weights) for weight in weights]


def reaching(journeys, order, without=None, *, rounds=3_000):
    """Probability of the goal, walked move by move; moves to ``without`` lead to nothing.

    ``journeys``: (nodes, whether they reach the goal).
    """
    moves = {}
    for nodes, is_goal in journeys:
        state = ()
        for node in nodes:
            after = (*state, node)[-order:]
            moves.setdefault(state, Counter())[after] += 1
            state = after
        moves.setdefault(state, Counter())["goal" if is_goal else "nothing"] += 1
    there, reached = {(): 1.0}, 0.0
    for _ in range(rounds):
        ahead = Counter()
        for state, mass in there.items():
            whole = sum(moves[state].values())
            for after, times in moves[state].items():
                part = mass * times / whole
                if after == "goal":
                    reached += part
                elif after != "nothing" and after[-1] != without:
                    ahead[after] += part
        there = {state: mass for state, mass in ahead.items() if mass > 1e-15}
        if not there:
            break
    return reached


def without_each(journeys, order, nodes):
    """The share of conversions that is lost without each node."""
    whole = reaching(journeys, order)
    return [(whole - reaching(journeys, order, node)) / whole for node in nodes]


def shapley_by_orders(nodes, worth):
    """What each node adds, on average over all orders; ``worth`` of a frozenset."""
    found, orders = Counter(), list(permutations(nodes))
    for order in orders:
        there = frozenset()
        for node in order:
            found[node] += worth(there | {node}) - worth(there)
            there |= {node}
    return [found[node] / len(orders) for node in nodes]
