"""Whose journeys match a pattern, how often, and how long the first match takes.

A match is a choice of events, one after another, that the automaton accepts. Matches are counted
without overlap: the one that ends first counts, then the search begins anew behind it, which gives
the greatest possible number of matches of which each begins behind the end of the one before
(whatever else is chosen ends no earlier, so it leaves no more room). Of the matches with that end
the one that begins last is measured. A match that must reach the end of the journey occurs once;
the one that begins last is measured, and of these the shortest.

**Without limits of time** the set of live waits says all about the past, and an automaton of such
sets is filled in as they come up (lazily built subset construction, as in K. Thompson,
Communications of the ACM 11 (1968), 419-422): one table lookup an event. When its table is full,
sets are followed bit by bit instead; nothing backtracks, so time is O(events x places) at worst.

**With limits** every wait keeps one pair: when its event came and when the match began. One pair
suffices. (1) Only ``within``: what a wait allows later does not depend on when its event came, and
a later beginning is never worse, so the latest beginning suffices. (2) Only limits between events:
what a wait allows depends on when its event came alone; for a greatest time the latest event
suffices, for a least time the latest one that is old enough (a queue hands those over in order,
each once). (3) Both: call a place firm if a later arrival never has an earlier best beginning.
Where a match may begin, the beginning is the arrival. Where one wait leads from a firm place, the
best beginning is that of the latest arrival still waiting (and old enough), which only moves
forward. Where all that leads there stays open for good, the best beginning is a maximum over a
growing set. So at firm places the latest event also has the latest beginning, and it suffices for
both limits. The compiler refuses ``within`` where a limited wait begins at a place that is not
firm, and without ``within`` leaves the time of such patterns unmeasured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.patterns_automaton import PatternAutomaton, PatternClasses

__all__ = ["PRECISION", "PatternCounts", "count_pattern", "matching_persons"]

PRECISION = 7
NEVER = -(1 << 62)
_UNKNOWN = 0xFFFFFFFF
_TABLE = 1 << 19
_MOST_SETS = 1024
_FREE, _OPENING, _CLOSING, _FINAL, _SLOW, _LIMITED, _WITHIN, _TIMED = range(8)

Rules = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Arrives, ends, feeds, waits, least, most and numbers."""
Memory = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Start and last per wait, start per place, queue of times and of starts, heads and tails."""


@dataclass(frozen=True, slots=True)
class PatternCounts:
    """``persons`` with an event, of these ``matched``, their ``matches``; ticks of first matches.

    One entry per pattern; ``times`` has one row each.
    """

    persons: int
    matched: NDArray[np.int64]
    matches: NDArray[np.int64]
    times: LogHistogram

    def __add__(self, other: PatternCounts) -> PatternCounts:
        return PatternCounts(
            self.persons + other.persons,
            self.matched + other.matched,
            self.matches + other.matches,
            self.times + other.times,
        )


@kernel
def _arrived(alive: int, kind: int, rules: Rules) -> int:
    """Places that an event of the class arrives at, limits of time aside."""
    coming = rules[0][kind]
    feeds = rules[2]
    found = coming & rules[6][_FREE]
    for place in range(feeds.size):
        if (coming >> place) & 1 and alive & feeds[place]:
            found |= np.int64(1) << place
    return int(found)


@kernel
def _moved(alive: int, kind: int, arrived: int, rules: Rules) -> int:
    """The live waits behind the event."""
    after = alive & ~rules[1][kind]
    waits = rules[3]
    for place in range(waits.size):
        if (arrived >> place) & 1:
            after |= waits[place]
    return int(after)


@kernel
def _after_match(alive: int, kind: int, rules: Rules) -> int:
    """The live waits behind an event that completes a match: those from the journey's beginning."""
    return int(alive & rules[6][_OPENING] & ~rules[1][kind])


@kernel
def _learn(base: Any, kind: Any, rules: Rules, table: Array, sets: Array, used: Array) -> int:
    """Fill in one entry of the table; returns it, or ``_UNKNOWN`` where there is no room."""
    kinds = rules[0].size
    alive = sets[base // kinds]
    arrived = _arrived(alive, kind, rules)
    hit = 1 if rules[6][_CLOSING] == 0 and arrived & rules[6][_FINAL] else 0
    after = _after_match(alive, kind, rules) if hit else _moved(alive, kind, arrived, rules)
    found = 0
    while found < used[0] and sets[found] != after:
        found += 1
    if found == used[0]:
        if found == sets.size:
            return _UNKNOWN
        sets[found] = after
        used[0] += 1
    entry = (found * kinds) << 1 | hit
    table[base + kind] = entry
    return entry


@kernel
def _count_by_bits(
    begin: int, end: int, codes: Array, of_code: Array, events: Array, rules: Rules
) -> int:
    """Matches of one journey where the table has no room for its sets."""
    numbers = rules[6]
    alive = numbers[_OPENING]
    count = 0
    for i in range(begin, end):
        if events.size and not events[i]:
            continue
        kind = of_code[codes[i]]
        arrived = _arrived(alive, kind, rules)
        if numbers[_CLOSING] == 0 and arrived & numbers[_FINAL]:
            count += 1
            alive = _after_match(alive, kind, rules)
        else:
            alive = _moved(alive, kind, arrived, rules)
    return count + (1 if alive & numbers[_CLOSING] else 0)


@kernel
def _open_wait(
    wait: int, now: int, arrival: int, is_live: int, rules: Rules, memory: Memory
) -> None:
    """An arrival begins a wait, or renews a live one."""
    start, last, _, queue_at, queue_start, heads, tails = memory
    numbers = rules[6]
    if (numbers[_SLOW] >> wait) & 1:
        if not is_live:
            heads[wait] = 0
            tails[wait] = 0
            last[wait] = NEVER
        queue_at[wait, tails[wait]] = now
        queue_start[wait, tails[wait]] = arrival
        tails[wait] += 1
    elif (numbers[_LIMITED] >> wait) & 1 or not is_live or arrival > start[wait]:
        start[wait] = arrival
        last[wait] = now


@kernel
def _passes(wait: int, now: int, rules: Rules, memory: Memory) -> bool:
    """Whether the wait's limits of time allow an arrival now."""
    start, last, _, queue_at, queue_start, heads, tails = memory
    least, most, numbers = rules[4], rules[5], rules[6]
    if (numbers[_SLOW] >> wait) & 1:
        head = heads[wait]
        while head < tails[wait] and queue_at[wait, head] <= now - least[wait]:
            last[wait] = queue_at[wait, head]
            start[wait] = queue_start[wait, head]
            head += 1
        heads[wait] = head
        if last[wait] == NEVER:
            return False
    return not (numbers[_LIMITED] >> wait) & 1 or now - last[wait] <= most[wait]


@kernel
def _best_start(place: int, now: int, alive: int, rules: Rules, memory: Memory) -> int:
    """When the match that arrives at the place now began at the latest; ``NEVER`` for none."""
    if (rules[6][_FREE] >> place) & 1:
        return now
    start = memory[0]
    leading = alive & rules[2][place]
    best = NEVER
    for wait in range(start.size):
        if (leading >> wait) & 1 and _passes(wait, now, rules, memory):
            begun = now if (rules[6][_OPENING] >> wait) & 1 else start[wait]
            best = max(best, begun)
    return best if now - best <= rules[6][_WITHIN] else NEVER


@kernel
def _follow(
    span: tuple[int, int],
    journeys: Journeys,
    at: Array,
    rules: Rules,
    memory: Memory,
    first_only: bool,  # noqa: FBT001 - Numba knows positions only
) -> tuple[int, int]:
    """Matches of one journey and the ticks that the first takes, with all limits of time."""
    codes, of_code, events = journeys[1], journeys[2], journeys[4]
    start, last, arrivals = memory[0], memory[1], memory[2]
    ends, waits, numbers = rules[1], rules[3], rules[6]
    alive = numbers[_OPENING]
    count = 0
    ticks = 0
    for i in range(span[0], span[1]):
        if events.size and not events[i]:
            continue
        kind = of_code[codes[i]]
        coming = rules[0][kind]
        if coming == 0 and alive & ends[kind] == 0:
            continue
        now = int(at[i])
        arrived = np.int64(0)
        best = NEVER
        for place in range(waits.size):
            if (coming >> place) & 1:
                arrivals[place] = _best_start(place, now, alive, rules, memory)
                if arrivals[place] != NEVER:
                    arrived |= np.int64(1) << place
                    if (numbers[_FINAL] >> place) & 1:
                        best = max(best, arrivals[place])
        if numbers[_CLOSING] == 0 and best != NEVER:
            ticks = ticks if count else now - best
            count += 1
            alive = _after_match(alive, kind, rules)
            if first_only:
                return count, ticks
            continue
        alive &= ~ends[kind]
        if arrived == 0:
            continue
        for place in range(waits.size):
            if (arrived >> place) & 1:
                for wait in range(start.size):
                    if (waits[place] >> wait) & 1:
                        is_live = (alive >> wait) & 1
                        _open_wait(wait, now, arrivals[place], is_live, rules, memory)
                alive |= waits[place]
    closed = alive & numbers[_CLOSING]
    best = NEVER
    for wait in range(start.size):
        if (closed >> wait) & 1:
            spent = last[wait] - start[wait]
            if start[wait] > best or (start[wait] == best and spent < ticks):
                best, ticks = start[wait], spent
    return count + (1 if closed else 0), ticks


@kernel
def _scan(
    journeys: Journeys,
    at: Array,
    rules: Rules,
    learnt: tuple[Array, Array, Array],
    memory: Memory,
    out: tuple[Array, Array, Array],
) -> tuple[int, int, int]:
    """Persons with an event, those who match, and matches.

    ``out``: a histogram's counts and sums, and ``uint8[persons]``; empty where not wanted.
    """
    offsets, codes, of_code, persons, events = journeys
    table, sets, used = learnt
    counts, sums, found = out
    kinds = rules[0].size
    numbers = rules[6]
    timed = numbers[_TIMED] > 0
    existing = 0
    matched = 0
    matches = 0
    for p in range(offsets.size - 1):
        if persons.size and not persons[p]:
            continue
        begin, end = offsets[p], offsets[p + 1]
        base = np.uint32(0)
        count: Any = np.int64(0)
        exists = 0
        full = False
        for i in range(begin, end):
            if events.size and not events[i]:
                continue
            exists = 1
            kind = of_code[codes[i]]
            entry = table[base + kind]
            if entry == np.uint32(_UNKNOWN):
                entry = np.uint32(_learn(np.int64(base), np.int64(kind), rules, table, sets, used))
                if entry == np.uint32(_UNKNOWN):
                    full = True
                    break
            count += np.int64(entry & np.uint32(1))
            base = entry >> np.uint32(1)
        existing += exists
        if full:
            count = _count_by_bits(begin, end, codes, of_code, events, rules)
        elif numbers[_CLOSING] and sets[np.int64(base) // kinds] & numbers[_CLOSING]:
            count = 1
        if count == 0:
            continue
        if timed or counts.size:
            ticks = 0
            bound = count
            count, ticks = _follow((begin, end), journeys, at, rules, memory, not timed)
            if not timed:
                count = bound
            if count and counts.size:
                record(counts, sums, 0, ticks, PRECISION)
        if count:
            matched += 1
            matches += count
            if found.size:
                found[p] = 1
    return existing, matched, matches


def _memory(automaton: PatternAutomaton, offsets: NDArray[np.int64]) -> Memory:
    """Room for one journey: a queue as long as the longest one for every wait with a least time."""
    waits, slow = automaton.without.size, automaton.slow_waits()
    longest = int(np.diff(offsets).max(initial=0)) if slow.size else 0
    rows = int(slow.max()) + 1 if slow.size else 0
    queues = (np.empty((rows, longest), np.int64), np.empty((rows, longest), np.int64))
    pairs = (np.zeros(waits, np.int64), np.zeros(waits, np.int64))
    ends = (np.zeros(waits, np.int64), np.zeros(waits, np.int64))
    return (*pairs, np.zeros(automaton.waits.size, np.int64), *queues, *ends)


def _run(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    automaton: PatternAutomaton,
    out: tuple[Array, Array, Array],
) -> tuple[int, int, int]:
    classes = PatternClasses.of(automaton, journeys.lookup)
    kinds = classes.arrives.size
    sets = np.zeros(max(2, min(_MOST_SETS, _TABLE // kinds)), np.int64)
    numbers = automaton.numbers()
    sets[0] = numbers[_OPENING]
    learnt = (np.full(sets.size * kinds, _UNKNOWN, np.uint32), sets, np.ones(1, np.int64))
    shapes = (automaton.feeds, automaton.waits, automaton.least, automaton.most, numbers)
    rules = (classes.arrives, classes.ends, *shapes)
    coded = CodedJourneys(
        journeys.offsets, journeys.codes, classes.of_code, kinds, journeys.persons, journeys.events
    )
    memory = _memory(automaton, journeys.offsets)
    return _scan(coded.arguments(), sealed(at), rules, learnt, memory, out)


def count_pattern(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    automaton: PatternAutomaton,
    *,
    ticks_per_second: int,
) -> PatternCounts:
    """Counts for one pattern; ``journeys.lookup: uint32[dictionary]`` has the step bits of a code.

    O(events) without limits of time, O(events x places) at worst. Memory: a table of 2 MB, and
    16 bytes times the longest journey for each wait with a least time.
    """
    bins = bin_count(PRECISION, ticks_per_second)
    wide = LogHistogram.blank(1, bins)
    times = wide[0] if automaton.measured else np.zeros((1, 0), np.int64)
    out = (times, wide[1], np.zeros(0, np.uint8))
    persons, matched, matches = _run(journeys, at, automaton, out)
    histogram = LogHistogram.of(*wide, PRECISION)
    return PatternCounts(persons, np.array([matched]), np.array([matches]), histogram)


def matching_persons(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], automaton: PatternAutomaton
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those whose journey matches."""
    found = np.zeros(journeys.offsets.size - 1, np.uint8)
    out = (np.zeros((1, 0), np.int64), np.zeros((1, 3), np.int64), found)
    _run(journeys, at, automaton, out)
    return found
