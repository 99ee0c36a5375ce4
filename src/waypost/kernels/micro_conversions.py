"""Who does a thing before the goal, and how many of them and of the others reach it.

Two countings in one pass. *Raw*: from the first time that a person does it (others: from their
entry) as long as the window. *Landmark*: everyone who has not reached the goal by the landmark is
followed from there as long as the window, parted by what they did up to it. J. R. Anderson, K. C.
Cain, R. D. Gelber, Journal of Clinical Oncology 1 (1983), 710-719.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed

__all__ = [
    "ENTRY",
    "GOAL",
    "MEASURES",
    "PRECISION",
    "Landmark",
    "MicroCounts",
    "count_micro_conversions",
    "mark_micro_conversions",
]

PRECISION = 6
ENTRY, GOAL = 1, 2
"""Bits of the steps: the event begins the time of a person; the event is the goal."""

_NOWHERE = -1
_LEFT_OUT, _STILL_OPEN, _FOLLOWED, _MADE_IT = range(4)
_DONE, _REACHED, _DONE_FROM_ENTRY, _REACHED_FROM_ENTRY, _BY, _BY_REACHED, _BEFORE, _EVER = range(8)
_COLUMNS = (
    "persons",
    "reached",
    "from_entry",
    "reached_from_entry",
    "landmark_persons",
    "landmark_reached",
    "before_goal",
    "ever",
)
_TOTALS = (
    "entrants",
    "reached_at_entry",
    "converters",
    "due",
    "due_reached",
    "before_landmark",
    "landmark_open",
    "at_risk",
    "at_risk_reached",
)
_ENTRANTS, _AT_ENTRY, _CONVERTERS, _DUE, _DUE_REACHED = range(5)
_EARLY, _LANDMARK_OPEN, _AT_RISK, _AT_RISK_REACHED = range(5, 9)
MEASURES = (
    "raw_persons",
    "raw_in_time",
    "raw_others",
    "raw_others_in_time",
    "persons",
    "in_time",
    "others",
    "others_in_time",
)
_OTHERS, _BY_LANDMARK = 2, 4


@dataclass(frozen=True, slots=True)
class Landmark:
    """When it is settled who did a thing, in ticks.

    ``ticks`` after the entry, what lies just there included; or, where ``events`` is above 0, with
    that many events, the entry being the first. ``window``: how long the goal may take, just met
    counts. A person enters with their first event of ``ENTRY``, if ``entry_from <= at <
    entry_until``.
    """

    ticks: int
    events: int
    window: int
    entry_from: int
    entry_until: int
    data_until: int

    def packed(self) -> NDArray[np.int64]:
        """The rules as kernels read them."""
        span = (self.entry_from, self.entry_until, self.data_until)
        return np.array((self.ticks, self.events, self.window, *span), np.int64)


@dataclass(frozen=True, slots=True)
class MicroCounts:
    """``rows: int64[nodes, 8]``, ``totals: int64[9]``, ``times``: ticks to the goal, a row a node.

    ``totals``: who entered; with the goal itself; who reached it later at any time; whose window
    after the entry is over; of these, reached it in that window; left out at the landmark, open
    there, at risk there; of these, reached.

    Columns of ``rows``: did it before the goal and the window after is over; of these, reached the
    goal in it; did it, and the window after the entry is over; of these, reached it in that window;
    at risk at the landmark and did it by then; of these, reached; reached the goal at any time and
    did it before; did it before the goal or without one.
    """

    rows: NDArray[np.int64]
    totals: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: MicroCounts) -> MicroCounts:
        return MicroCounts(
            self.rows + other.rows, self.totals + other.totals, self.times + other.times
        )

    def column(self, name: str) -> NDArray[np.int64]:
        """A column of ``rows`` by name."""
        return self.rows[:, _COLUMNS.index(name)]

    def total(self, name: str) -> int:
        """One of ``totals`` by name."""
        return int(self.totals[_TOTALS.index(name)])


@kernel
def _read(journeys: Journeys, p: int, at: Array, steps: Any, rules: Array, mind: Any) -> Any:
    """Where a person enters, reaches the goal first and passes the landmark; what they did before.

    Returns positions of the entry and of the goal, -1 for none, the last position that counts by
    the landmark (-1 where it was never passed) and how many nodes were met. ``mind``: when each
    node was last met, by person; its first position; the nodes in their order.
    """
    offsets, codes, lookup, persons, events = journeys
    stamps, first, met = mind
    stamp = np.uint32(p + 1)
    entry, goal, by, found, passed = _NOWHERE, _NOWHERE, _NOWHERE, 0, 0
    if persons.size and not persons[p]:
        return entry, goal, by, found
    for i in range(offsets[p], offsets[p + 1]):
        if events.size and not events[i]:
            continue
        bits = steps[1][steps[0][i]]
        if entry == _NOWHERE:
            if not bits & ENTRY:
                continue
            if not rules[3] <= at[i] < rules[4]:
                break
            entry = i
        passed += 1
        if bits & GOAL:
            goal = i
            break
        node = lookup[codes[i]]
        if node != SKIP and stamps[node] != stamp:
            stamps[node] = stamp
            first[node] = i
            met[found] = node
            found += 1
        if passed == rules[1]:
            by = i
    return entry, goal, by, found


@kernel
def _outcome(at: Array, rules: Array, entry: int, goal: int, by: int) -> Any:
    """Landmark of a person in ticks, and what is known of them.

    Returns the landmark (meaningless for who never passed it); whether the window after the entry
    is over and whether the goal came in it; for the landmark whether they are left out,
    still open, followed, or followed and reached it.
    """
    begin, until, window = np.int64(at[entry]), rules[5], rules[2]
    is_due = until - begin >= window
    is_reached = goal > entry and np.int64(at[goal]) - begin <= window
    mark = begin + rules[0]
    at_risk = goal == _NOWHERE or np.int64(at[goal]) > mark
    if rules[1] > 0:
        at_risk = by != _NOWHERE
        mark = np.int64(at[by]) if at_risk else begin
    if goal == entry or not at_risk:
        return mark, is_due, is_reached, _LEFT_OUT
    if until - mark < window:
        return mark, is_due, is_reached, _STILL_OPEN
    comes = goal != _NOWHERE and np.int64(at[goal]) - mark <= window
    return mark, is_due, is_reached, _MADE_IT if comes else _FOLLOWED


@kernel
def _did_by(place: int, at: Array, rules: Array, by: int, mark: int) -> bool:
    return bool(place <= by) if rules[1] > 0 else bool(np.int64(at[place]) <= mark)


@kernel
def _tally(totals: Array, known: Any, goal: int) -> None:
    _, is_due, is_reached, fate = known
    totals[_CONVERTERS] += goal != _NOWHERE
    totals[_DUE] += is_due
    totals[_DUE_REACHED] += is_due and is_reached
    totals[_EARLY] += fate == _LEFT_OUT
    totals[_LANDMARK_OPEN] += fate == _STILL_OPEN
    totals[_AT_RISK] += fate >= _FOLLOWED
    totals[_AT_RISK_REACHED] += fate == _MADE_IT


@kernel
def _count(journeys: Journeys, at: Array, steps: Any, rules: Array, out: Any) -> None:
    rows, totals, counts, sums, mind = out
    until, window = rules[5], rules[2]
    first, met = mind[1], mind[2]
    for p in range(journeys[0].size - 1):
        entry, goal, by, found = _read(journeys, p, at, steps, rules, mind)
        if entry == _NOWHERE:
            continue
        totals[_ENTRANTS] += 1
        if goal == entry:
            totals[_AT_ENTRY] += 1
            continue
        known = _outcome(at, rules, entry, goal, by)
        mark, is_due, is_reached, fate = known
        _tally(totals, known, goal)
        for k in range(found):
            node = met[k]
            place = first[node]
            done = np.int64(at[place])
            rows[node, _EVER] += 1
            rows[node, _BEFORE] += goal != _NOWHERE
            rows[node, _DONE_FROM_ENTRY] += is_due
            rows[node, _REACHED_FROM_ENTRY] += is_due and is_reached
            if until - done >= window:
                rows[node, _DONE] += 1
                if goal != _NOWHERE and np.int64(at[goal]) - done <= window:
                    rows[node, _REACHED] += 1
                    record(counts, sums, node, int(at[goal]) - int(done), PRECISION)
            if fate >= _FOLLOWED and _did_by(place, at, rules, by, mark):
                rows[node, _BY] += 1
                rows[node, _BY_REACHED] += fate == _MADE_IT


def _mind(journeys: CodedJourneys) -> tuple[Array, Array, Array]:
    nodes = journeys.nodes + 1
    return np.zeros(nodes, np.uint32), np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)


def _steps(steps: CodedJourneys) -> tuple[Array, Array]:
    return sealed(steps.codes), sealed(steps.lookup)


def count_micro_conversions(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: Landmark,
    *,
    steps: CodedJourneys,
    ticks_per_second: int,
) -> MicroCounts:
    """Raw and landmark counts of every node. O(events), one pass.

    ``steps``: the same events with bits ``ENTRY`` and ``GOAL``. Before the goal means earlier in
    the recorded order; a person's events from their first goal on are not looked at, nor those
    before their entry.
    """
    rows = np.zeros((journeys.nodes, len(_COLUMNS)), np.int64)
    totals = np.zeros(len(_TOTALS), np.int64)
    counts, sums = LogHistogram.blank(journeys.nodes, bin_count(PRECISION, ticks_per_second))
    out = (rows, totals, counts, sums, _mind(journeys))
    _count(journeys.arguments(), sealed(at), _steps(steps), rules.packed(), out)
    return MicroCounts(rows, totals, LogHistogram.of(counts, sums, PRECISION))


@kernel
def _mark(journeys: Journeys, at: Array, steps: Any, rules: Array, asked: Any) -> None:
    node, measure, mind, found = asked
    until, window = rules[5], rules[2]
    for p in range(found.size):
        entry, goal, by, _ = _read(journeys, p, at, steps, rules, mind)
        if entry in (_NOWHERE, goal):
            continue
        mark, is_due, is_reached, fate = _outcome(at, rules, entry, goal, by)
        place = mind[1][node]
        is_done = mind[0][node] == np.uint32(p + 1)
        wants_reached = measure & 1
        if measure >= _BY_LANDMARK:
            did = is_done and _did_by(place, at, rules, by, mark)
            found[p] = fate >= _FOLLOWED + wants_reached and did != (measure & _OTHERS > 0)
        elif measure >= _OTHERS:
            found[p] = not is_done and is_due and (is_reached or not wants_reached)
        elif is_done:
            done = np.int64(at[place])
            comes = goal != _NOWHERE and np.int64(at[goal]) - done <= window
            found[p] = until - done >= window and (comes or not wants_reached)


def mark_micro_conversions(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    rules: Landmark,
    *,
    steps: CodedJourneys,
    node: int,
    measure: str,
) -> NDArray[np.uint8]:
    """``uint8[persons]``: who is counted at a node, in one of ``MEASURES``. O(events)."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    asked = (node, MEASURES.index(measure), _mind(journeys), found)
    _mark(journeys.arguments(), sealed(at), _steps(steps), rules.packed(), asked)
    return found
