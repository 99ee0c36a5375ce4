"""Journeys up to a goal, and how rules share the credit for it among the contacts before.

A person's contacts are cut at the goals: what lies before a goal and within the window is the
journey to it; what lies before the window, or after the last goal, is a journey without it.
Credit is counted in whole parts of a conversion, so that sums are exact in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys, longest_unit
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "COLLAPSES",
    "GOAL",
    "MONEY_PARTS",
    "NO_VALUE",
    "PARTS",
    "RULES",
    "Credits",
    "JourneyRules",
    "credit_contacts",
    "group_of",
    "journey_room",
    "mark_credited",
]

GOAL = 1
"""Bit of the step: the event is the goal."""

PARTS = 720_720 << 16
"""Parts of one conversion; equal shares of up to 16 contacts are whole."""

MONEY_PARTS = 55_440
"""Parts of a minor unit of money."""

NO_VALUE = np.iinfo(np.int64).min

RULES = (
    *("first_contact", "last_contact", "last_indirect", "linear"),
    *("position", "time_decay", "shapley"),
)
"""Models that look at one journey at a time; ``shapley``: conversions of subsets, closed form."""

COLLAPSES = ("none", "repeats", "first")

_FIRST, _LAST, _INDIRECT, _LINEAR, _POSITION, _DECAY, _UNIQUE = range(7)
_NONE, _REPEATS, _ONCE = range(3)
_WINDOW, _BEGIN, _END, _IS_FIRST, _REUSE, _COLLAPSE = range(6)
_WITH, _WITHOUT, _MONEY_WITH, _MONEY_WITHOUT = range(4)
_TOUCHED, _UNCONVERTED, _PERSONS = range(3)
_JOURNEYS, _OPEN, _CONVERTED, _PERSONS_WITHOUT, _WITH_VALUE = range(5)
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class JourneyRules:
    """How a life is cut into journeys, in ticks.

    ``window``: how long before the goal a contact counts, just met included; ``begin`` and ``end``:
    goals with ``begin <= at < end`` count, and journeys without one whose last contact lies there.
    ``first``: only a person's first goal. ``reuse``: contacts count again for a later goal.
    ``collapse``: ``none``, ``repeats`` (equal nodes in a row are one, at the last's time) or
    ``first`` (a node counts once a journey, at its first time). ``data_until``: a journey without
    a goal whose window reaches beyond is open.
    """

    window: int
    begin: int
    end: int
    data_until: int
    first: bool = False
    reuse: bool = False
    collapse: str = "repeats"

    def packed(self) -> NDArray[np.int64]:
        """The rules as kernels read them."""
        span = (self.window, self.begin, self.end, self.first, self.reuse)
        return np.array((*span, COLLAPSES.index(self.collapse), self.data_until), np.int64)


@dataclass(frozen=True, slots=True)
class Credits:
    """What rules give to nodes, by group of persons.

    ``parts``, ``money: int64[groups, models, nodes]`` in ``PARTS`` of a conversion and
    ``MONEY_PARTS`` of a minor unit; ``groups: int64[groups, 4]``: conversions with a contact and
    without, their money in minor units; ``nodes: int64[3, nodes]``: conversions and unconverted
    journeys with this node, persons with such a conversion; ``totals: int64[5]``: journeys without
    a goal, those of them still open, persons with a conversion, persons with one without contact,
    conversions with a value.
    """

    parts: NDArray[np.int64]
    money: NDArray[np.int64]
    groups: NDArray[np.int64]
    nodes: NDArray[np.int64]
    totals: NDArray[np.int64]

    def __add__(self, other: Credits) -> Credits:
        return Credits(
            self.parts + other.parts,
            self.money + other.money,
            self.groups + other.groups,
            self.nodes + other.nodes,
            self.totals + other.totals,
        )


def group_of(owners: NDArray[np.integer[Any]], groups: int) -> NDArray[np.uint16]:
    """``uint16[persons]``: a group for each number, as if drawn, the same whenever it is asked.

    The finaliser of SplitMix64: G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014.
    """
    step, one, two = (np.uint64(number) for number in _MIX)
    with np.errstate(over="ignore"):
        mixed = owners.astype(np.uint64) * step + step
        mixed = (mixed ^ (mixed >> np.uint64(30))) * one
        mixed = (mixed ^ (mixed >> np.uint64(27))) * two
        mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(groups)).astype(np.uint16)


def journey_room(journeys: CodedJourneys) -> tuple[NDArray[np.int64], ...]:
    """What ``cut`` and ``fold`` write into: contacts, journeys, a path, when a node was met."""
    longest = longest_unit(sealed(journeys.offsets)) + 1
    contacts = np.zeros((2, longest), np.int64)
    cuts, path = np.zeros((2 * longest + 1, 3), np.int64), np.zeros((2, longest), np.int64)
    return contacts, cuts, path, np.zeros(journeys.nodes + 1, np.int64)


@kernel
def cut(journeys: Journeys, at: Array, steps: Any, rules: Array, p: int, room: Any) -> int:
    """Cut a person's contacts into journeys; returns how many.

    ``room[0]``: node and time of contacts; ``room[1]``: first contact, end and goal event (−1 for
    none) of each journey. Events of one instant are contacts before goals.
    """
    offsets, codes, lookup, persons, events = journeys
    contacts, cuts = room[0], room[1]
    if persons.size and not persons[p]:
        return 0
    size, used, low, found, goals = 0, 0, 0, 0, 0
    i, end = offsets[p], offsets[p + 1]
    while i < end:
        now = np.int64(at[i])
        group, is_goal = i, False
        while i < end and np.int64(at[i]) == now:
            if events.size == 0 or events[i]:
                node = lookup[codes[i]]
                if steps[1][steps[0][i]] & GOAL:
                    is_goal = True
                elif node != SKIP:
                    contacts[0, size] = node
                    contacts[1, size] = now
                    size += 1
            i += 1
        if not is_goal:
            continue
        low = low if rules[_REUSE] else max(low, used)
        while low < size and contacts[1, low] < now - rules[_WINDOW]:
            low += 1
        if low > used and rules[_BEGIN] <= contacts[1, low - 1] < rules[_END]:
            cuts[found, 0], cuts[found, 1], cuts[found, 2] = used, low, -1
            found += 1
        used = size
        for k in range(group, i):
            is_here = (events.size == 0 or events[k]) and steps[1][steps[0][k]] & GOAL
            if not is_here or (rules[_IS_FIRST] and goals):
                continue
            goals += 1
            if rules[_BEGIN] <= now < rules[_END]:
                cuts[found, 0], cuts[found, 1], cuts[found, 2] = low, size, k
                found += 1
        if rules[_IS_FIRST]:
            return found
    if size > used and rules[_BEGIN] <= contacts[1, size - 1] < rules[_END]:
        cuts[found, 0], cuts[found, 1], cuts[found, 2] = used, size, -1
        found += 1
    return found


@kernel
def fold(begin: int, end: int, rules: Array, room: Any, stamp: int) -> int:
    """Write the nodes and times of a journey into ``room[2]``; returns how many are left.

    ``room[3]`` remembers when each node was met; ``stamp`` is another for every journey.
    """
    contacts, path, met = room[0], room[2], room[3]
    collapse, size = rules[_COLLAPSE], 0
    for k in range(begin, end):
        node = contacts[0, k]
        if collapse == _REPEATS and size > 0 and path[0, size - 1] == node:
            path[1, size - 1] = contacts[1, k]
            continue
        if collapse == _ONCE and met[node] == stamp:
            continue
        met[node] = stamp
        path[0, size] = node
        path[1, size] = contacts[1, k]
        size += 1
    return size


@kernel
def _by_weights(weights: Array, size: int, parts: Array) -> None:
    """Parts in proportion to weights; what rounding leaves goes to the last."""
    total, given = 0.0, np.int64(0)
    for k in range(size):
        total += weights[k]
    for k in range(size - 1):
        parts[k] = np.int64(np.rint(PARTS * (weights[k] / total)))
        given += parts[k]
    parts[size - 1] = PARTS - given


@kernel
def _equally(size: int, parts: Array) -> None:
    whole, rest = PARTS // size, PARTS % size
    for k in range(size):
        parts[k] = whole + (1 if k < rest else 0)


@kernel
def _share_out(model: int, path: Array, size: int, settings: Any, room: Any) -> None:
    """Fill ``room[0][:size]`` with the parts of each contact of a path."""
    parts, weights, _seen = room
    shares, half_life, direct = settings
    if model in (_FIRST, _LAST, _INDIRECT):
        chosen = 0 if model == _FIRST else size - 1
        if model == _INDIRECT:
            while chosen > 0 and direct[path[0, chosen]]:
                chosen -= 1
            if direct[path[0, chosen]]:
                chosen = size - 1
        parts[:size] = 0
        parts[chosen] = PARTS
    elif model == _LINEAR:
        _equally(size, parts)
    elif model == _UNIQUE:
        _once_each(path, size, room)
    else:
        for k in range(size):
            if model == _DECAY:
                weights[k] = 2.0 ** (-(path[1, size - 1] - path[1, k]) / half_life)
            else:
                weights[k] = shares[1] / (size - 2) if 0 < k < size - 1 else 0.0
        if model == _POSITION:
            weights[0] += shares[0]
            weights[size - 1] += shares[2]
            if size == 1 or (size == 2 and shares[0] + shares[2] == 0):  # noqa: PLR2004 - two contacts
                weights[:size] = 1.0
        _by_weights(weights, size, parts)


@kernel
def _once_each(path: Array, size: int, room: Any) -> None:
    """Equal parts for every node of a path, given to its first contact."""
    parts, weights, seen = room
    distinct = 0
    for k in range(size):
        weights[k] = 0.0
        if not seen[path[0, k]]:
            seen[path[0, k]] = 1
            weights[k] = 1.0
            distinct += 1
    whole, rest = PARTS // distinct, PARTS % distinct
    for k in range(size):
        seen[path[0, k]] = 0
        parts[k] = 0
        if weights[k] > 0:
            parts[k] = whole + (1 if rest > 0 else 0)
            rest -= 1


@kernel
def _book(parts: Array, path: Array, size: int, value: int, out: Any) -> None:
    """Add the parts of a path, and of its money, to the nodes of one group and model."""
    credit, money = out
    left = np.int64(value) * MONEY_PARTS
    for k in range(size):
        node = path[0, k]
        credit[node] += parts[k]
        if value != 0:
            amount = np.int64(np.rint(value * MONEY_PARTS * (parts[k] / PARTS)))
            given = left if k == size - 1 else amount
            money[node] += given
            left = np.int64(left - given)


@kernel
def _credit(
    journeys: Journeys, life: Any, rules: Array, settings: Any, room: Any, out: Any
) -> None:
    at, value, steps, groups, models = life
    rooms, shared, seen = room
    credit, money, by_group, nodes, totals = out
    path, stamp = rooms[2], 0
    for p in range(journeys[0].size - 1):
        found = cut(journeys, at, steps, rules, p, rooms)
        is_converted, is_without = False, False
        group = groups[p]
        for j in range(found):
            begin, end, goal = rooms[1][j, 0], rooms[1][j, 1], rooms[1][j, 2]
            stamp += 1
            size = fold(begin, end, rules, rooms, stamp)
            kind = _UNCONVERTED if goal < 0 else _TOUCHED
            for k in range(size):
                node = path[0, k]
                if seen[kind, node] != stamp:
                    seen[kind, node] = stamp
                    nodes[kind, node] += 1
                if goal >= 0 and seen[_PERSONS, node] != p + 1:
                    seen[_PERSONS, node] = p + 1
                    nodes[_PERSONS, node] += 1
            if goal < 0:
                totals[_JOURNEYS] += 1
                totals[_OPEN] += path[1, size - 1] + rules[_WINDOW] > rules[6]
                continue
            is_converted = True
            amount = value[goal] if value.size > 1 else value[0]
            totals[_WITH_VALUE] += amount != NO_VALUE
            amount = 0 if amount == NO_VALUE else amount
            by_group[group, _WITH if size else _WITHOUT] += 1
            by_group[group, _MONEY_WITH if size else _MONEY_WITHOUT] += amount
            is_without |= size == 0
            for m in range(models.size if size else 0):
                _share_out(models[m], path, size, settings, shared)
                _book(shared[0], path, size, amount, (credit[group, m], money[group, m]))
        totals[_CONVERTED] += is_converted
        totals[_PERSONS_WITHOUT] += is_without


def credit_contacts(
    journeys: CodedJourneys,
    life: tuple[NDArray[Any], NDArray[np.int64], CodedJourneys],
    rules: JourneyRules,
    *,
    models: tuple[str, ...],
    settings: tuple[NDArray[np.float64], float, NDArray[np.uint8]],
    groups: tuple[NDArray[np.uint16], int],
) -> Credits:
    """Credit of every node under each of ``models`` (of ``RULES``). O(events × models).

    ``life``: ``at`` and ``value`` of the events, and the goals as steps. ``settings``: shares of
    first, middle and last of ``position``; ticks of the half-life; ``uint8[nodes]``, 1 = a contact
    that ``last_indirect`` passes over. ``groups``: the group of each person, and how many.
    """
    at, value, steps = life
    shape = (groups[1], len(models), journeys.nodes)
    out = (
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros((groups[1], 4), np.int64),
        np.zeros((3, journeys.nodes), np.int64),
        np.zeros(5, np.int64),
    )
    rooms = journey_room(journeys)
    longest = rooms[2].shape[1]
    shared = (
        np.zeros(longest, np.int64),
        np.zeros(longest),
        np.zeros(journeys.nodes + 1, np.uint8),
    )
    wanted = np.array([RULES.index(model) for model in models], np.int64)
    where = (sealed(steps.codes), sealed(steps.lookup))
    values = sealed(value) if value.size else sealed(np.array([NO_VALUE]))
    lives = (sealed(at), values, where, sealed(groups[0]), wanted)
    kept = (sealed(settings[0]), max(float(settings[1]), 1.0), sealed(settings[2]))
    room = (rooms, shared, np.zeros((3, journeys.nodes + 1), np.int64))
    _credit(journeys.arguments(), lives, rules.packed(), kept, room, out)
    return Credits(*out)


@kernel
def _mark(journeys: Journeys, at: Array, steps: Any, rules: Array, wanted: Any, out: Any) -> None:
    """``wanted``: node (−1: no contact), whether with a goal, and 1 for first, 2 for last."""
    room, found = out
    node, is_goal, which = wanted
    path, stamp = room[2], 0
    for p in range(journeys[0].size - 1):
        for j in range(cut(journeys, at, steps, rules, p, room)):
            if (room[1][j, 2] >= 0) != is_goal:
                continue
            stamp += 1
            size = fold(room[1][j, 0], room[1][j, 1], rules, room, stamp)
            if node < 0:
                found[p] |= size == 0
            begin = max(size - 1, 0) if which == 2 else 0  # noqa: PLR2004 - the last
            for k in range(begin, min(size, 1) if which == 1 else size):
                found[p] |= path[0, k] == node


def mark_credited(
    journeys: CodedJourneys,
    at: NDArray[Any],
    rules: JourneyRules,
    *,
    steps: CodedJourneys,
    wanted: tuple[int, bool, str],
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who has a journey with a node. O(events).

    ``wanted``: the node, or −1 for journeys without a contact; whether those with a goal or those
    without are meant; ``first_contact`` or ``last_contact`` where the node is that one, else any.
    """
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    node, is_goal, which = wanted
    where = (sealed(steps.codes), sealed(steps.lookup))
    place = {"first_contact": 1, "last_contact": 2}.get(which, 0)
    out = (journey_room(journeys), found)
    _mark(journeys.arguments(), sealed(at), where, rules.packed(), (node, is_goal, place), out)
    return found
