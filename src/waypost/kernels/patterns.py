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

**With limits** what matters of an arrival is when it came and when its match began at the latest:
a later beginning is never worse. A wait without limits of its own keeps the latest beginning. A
wait with limits asks for the latest beginning among the arrivals that are old enough and not too
old. Both edges of that stretch only move forward, so it is the maximum over a sliding window
(D. Lemire, Nordic Journal of Computing 13 (2006), 328-339): arrivals come in when they are old
enough, each takes out those before it with no later beginning, and the first that is left is the
answer. Every arrival comes in once and goes out once, so time stays O(events x places).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import Array, CodedJourneys, Journeys
from waypost.kernels.histograms import LogHistogram, bin_count, record
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.patterns_automaton import PatternAutomaton, PatternClasses, listed

__all__ = ["PRECISION", "PatternCounts", "count_pattern", "matching_persons"]

PRECISION = 7
NEVER = -(1 << 62)
_UNKNOWN = 0xFFFFFFFF
_TABLE = 1 << 19
_MOST_SETS = 1024
_FREE, _OPENING, _CLOSING, _FINAL, _SLOW, _LIMITED, _WITHIN, _TIMED = range(8)

Rules = tuple[Array, Array, Array, Array, Array, Array, Array]
"""Arrives, ends, feeds, waits, least, most and numbers."""
Lists = tuple[Array, Array, Array, Array, Array, Array]
"""Places by class of event, leading waits by place and begun waits by place, each with starts."""
Memory = tuple[Array, Array, Array, Array, Array, Array]
"""Start and last per wait, start per place; of waits with limits the times, starts and marks."""

_HEAD, _MIDDLE, _YOUNG, _TAIL = range(4)
"""Marks of a wait: the window is from head to middle; young to tail is what is not old enough."""


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
def _come_in(wait: int, at: int, since: int, came: Array, began: Array, marks: Array) -> None:
    """An arrival comes into the window of a wait, and takes out what it is better than."""
    head, middle = marks[_HEAD, wait], marks[_MIDDLE, wait]
    while middle > head and began[wait, middle - 1] <= since:
        middle -= 1
    came[wait, middle] = at
    began[wait, middle] = since
    marks[_MIDDLE, wait] = middle + 1


@kernel
def _open_wait(
    wait: int, now: int, sets: tuple[int, int, int], arrival: int, memory: Memory
) -> None:
    """An arrival begins a wait, or renews a live one; ``sets``: live, slow and limited waits."""
    start, last, _, came, began, marks = memory
    is_live = (sets[0] >> wait) & 1
    if (sets[2] >> wait) & 1:
        if not is_live:
            marks[:, wait] = 0
        if (sets[1] >> wait) & 1:
            came[wait, marks[_TAIL, wait]] = now
            began[wait, marks[_TAIL, wait]] = arrival
            marks[_TAIL, wait] += 1
        else:
            _come_in(wait, now, arrival, came, began, marks)
    elif not is_live or arrival > start[wait]:
        start[wait] = arrival
        last[wait] = now


@kernel
def _closed_ticks(closed: int, start: Array, last: Array) -> int:
    """How long the match takes that begins last, and of these is shortest."""
    best = NEVER
    ticks = 0
    for wait in range(start.size):
        if (closed >> wait) & 1:
            spent = last[wait] - start[wait]
            if start[wait] > best or (start[wait] == best and spent < ticks):
                best, ticks = start[wait], spent
    return int(ticks)


@kernel
def _scan(journeys: Journeys, rules: Rules, learnt: tuple[Array, Array, Array], hits: Array) -> int:
    """Matches of each person, limits of time aside, into ``hits``; returns who has an event."""
    offsets, codes, of_code, persons, events = journeys
    table, sets, used = learnt
    kinds = rules[0].size
    closing = rules[6][_CLOSING]
    existing = 0
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
        elif closing and sets[np.int64(base) // kinds] & closing:
            count = 1
        hits[p] = count
    return existing


@kernel
def _measure(
    journeys: Journeys,
    at: Array,
    tables: tuple[Rules, Lists],
    memory: Memory,
    out: tuple[Array, Array],
    hits: Array,
) -> None:
    """Follow the journeys with ``hits`` through time: matches that keep the limits, first ticks.

    One function over all persons: arrays handed on per person would cost more than the work.
    """
    offsets, codes, of_code, _, events = journeys
    arrives, ends, _, waits, least, most, numbers = tables[0]
    places, by_kind, leading, by_place, begun, by_begin = tables[1]
    start, last, arrivals, came, began, marks = memory
    free, opening, closing, final = numbers[0], numbers[1], numbers[2], numbers[3]
    slow, limited, within, timed = numbers[4], numbers[5], numbers[6], numbers[7]
    for p in range(hits.size):
        if hits[p] == 0:
            continue
        alive = opening
        count, ticks = 0, 0
        for i in range(offsets[p], offsets[p + 1]):
            kind = of_code[codes[i]]
            idle = arrives[kind] & free == 0
            if idle and (alive == 0 or arrives[kind] | (alive & ends[kind]) == 0):
                continue
            if events.size and not events[i]:
                continue
            now = int(at[i])
            arrived = np.int64(0)
            best = NEVER
            for k in range(by_kind[kind], by_kind[kind + 1]):
                place = places[k]
                since = now if (free >> place) & 1 else NEVER
                for m in range(by_place[place], by_place[place + 1]):
                    wait = leading[m]
                    if since == now or not (alive >> wait) & 1:
                        continue
                    if not (limited >> wait) & 1:
                        since = max(since, now if (opening >> wait) & 1 else start[wait])
                        continue
                    young = marks[_YOUNG, wait]
                    while young < marks[_TAIL, wait] and came[wait, young] <= now - least[wait]:
                        _come_in(wait, came[wait, young], began[wait, young], came, began, marks)
                        young += 1
                    marks[_YOUNG, wait] = young
                    head, middle = marks[_HEAD, wait], marks[_MIDDLE, wait]
                    while head < middle and now - came[wait, head] > most[wait]:
                        head += 1
                    marks[_HEAD, wait] = head
                    if head < middle:
                        since = max(since, began[wait, head])
                if since == NEVER or now - since > within:
                    continue
                arrivals[place] = since
                arrived |= np.int64(1) << place
                best = max(best, since) if (final >> place) & 1 else best
            if closing == 0 and best != NEVER:
                ticks = ticks if count else now - best
                count += 1
                alive &= opening & ~ends[kind]
                if not timed:
                    break
                continue
            alive &= ~ends[kind]
            for k in range(by_kind[kind], by_kind[kind + 1]):
                place = places[k]
                if not (arrived >> place) & 1:
                    continue
                for m in range(by_begin[place], by_begin[place + 1]):
                    _open_wait(begun[m], now, (alive, slow, limited), arrivals[place], memory)
                alive |= waits[place]
        if alive & closing:
            count = 1
            ticks = _closed_ticks(alive & closing, start, last)
        hits[p] = count if timed else hits[p]
        if hits[p] and out[0].size:
            record(out[0], out[1], 0, ticks, PRECISION)


def _memory(automaton: PatternAutomaton, offsets: NDArray[np.int64]) -> Memory:
    """Room for one journey: as many arrivals as the longest one for every wait with limits."""
    waits, limited = automaton.without.size, automaton.limited_waits()
    longest = int(np.diff(offsets).max(initial=0)) if limited.size else 0
    rows = int(limited.max()) + 1 if limited.size else 0
    windows = (np.empty((rows, longest), np.int64), np.empty((rows, longest), np.int64))
    pairs = (np.zeros(waits, np.int64), np.zeros(waits, np.int64))
    places = np.zeros(automaton.waits.size, np.int64)
    return (*pairs, places, *windows, np.zeros((4, waits), np.int64))


def _lists(classes: PatternClasses, automaton: PatternAutomaton) -> Lists:
    kinds, leading, begun = map(listed, (classes.arrives, automaton.feeds, automaton.waits))
    return (*kinds, *leading, *begun)


def _hits(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    automaton: PatternAutomaton,
    times: tuple[Array, Array],
) -> tuple[int, NDArray[np.int64]]:
    """Persons with an event, and every person's matches; times are recorded where there is room."""
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
    ).arguments()
    hits = np.zeros(journeys.offsets.size - 1, np.int64)
    existing = _scan(coded, rules, learnt, hits)
    if automaton.timed or times[0].size:
        tables, memory = (rules, _lists(classes, automaton)), _memory(automaton, journeys.offsets)
        _measure(coded, sealed(at), tables, memory, times, hits)
    return existing, hits


def count_pattern(
    journeys: CodedJourneys,
    at: NDArray[np.signedinteger[Any]],
    automaton: PatternAutomaton,
    *,
    ticks_per_second: int,
) -> PatternCounts:
    """Counts for one pattern; ``journeys.lookup: uint32[dictionary]`` has the step bits of a code.

    O(events) without limits of time, O(events x places) at worst. Memory: a table of 2 MB, 8 bytes
    a person, and 16 bytes times the longest journey for each wait with limits.
    """
    wide = LogHistogram.blank(1, bin_count(PRECISION, ticks_per_second))
    persons, hits = _hits(journeys, at, automaton, wide)
    matched, matches = np.array([np.count_nonzero(hits)]), np.array([int(hits.sum())])
    return PatternCounts(persons, matched, matches, LogHistogram.of(*wide, PRECISION))


def matching_persons(
    journeys: CodedJourneys, at: NDArray[np.signedinteger[Any]], automaton: PatternAutomaton
) -> NDArray[np.uint8]:
    """``uint8[persons]``: 1 for those whose journey matches."""
    none = (np.zeros((1, 0), np.int64), np.zeros((1, 3), np.int64))
    _, hits = _hits(journeys, at, automaton, none)
    return (hits > 0).astype(np.uint8)
