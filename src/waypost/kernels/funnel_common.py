"""The common funnel: every code is at most one step; a total window, and what breaks every attempt.

Step by step, for a block of persons at a time. Links hold what a step was met with, in the order of
the events: by whom, from which entry, when. An event of the next step looks for the latest link
before it. That its entry is the latest of all, too, is why no other link can take the person
further. How many links, or persons, begin before an event is counted in bits, so that nothing is
searched and nothing branches. Excluded events only shorten the time of an entry: whoever entered
has until the next of them, so the latest entry still has the most time.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from waypost.kernels.coded import Array, block_end, longest_unit
from waypost.kernels.fetching import fetch
from waypost.kernels.funnel_lists import bound_from, event_lists
from waypost.kernels.funnel_rules import FOREVER, FunnelEvents, FunnelRules
from waypost.kernels.funnel_standing import (
    FIRST,
    FROM,
    GAP,
    REACHED,
    START,
    STEPS,
    TIES,
    UNTIL,
    WHO,
    WINDOW,
    earn,
    leave,
    note_times,
    stand,
    younger,
)
from waypost.kernels.funnel_units import BEST_STEP, TOTALS
from waypost.kernels.jit import kernel, sealed
from waypost.kernels.person_bounds import below, count_up

__all__ = ["count_commonly"]

_BLOCK = 1 << 16
"""Events, and persons, whose links fit a second-level cache."""

_KEPT = threading.local()

_ANY, _RECORDED, _RISING = range(3)
_TIE_WORDS = ("any", "recorded", "rising")
_BEGINS, _WHICH = range(2)
_BEGIN, _END = range(2)
_NOWHERE = (1 << 32) - 1
_SOON = 32
"""Events between asking memory for an instant and reading it."""
_FEW = 8
"""Events a link: beyond this, going from link to link is faster than passing all events."""


@kernel
def _number(
    offsets: Array, cut: tuple[int, int], bits: Array, ranks: Array, persons: Array
) -> None:
    """Number the persons of a block that have events, from 1: where each begins, and which it is.

    Behind the last one stands the end of the block.
    """
    begins, which = persons[_BEGINS], persons[_WHICH]
    first, last = cut
    origin = offsets[first]
    words = ((offsets[last] - origin) >> 6) + 1
    bits[:words] = 0
    number, before, low = np.uint64(0), np.int64(-1), np.uint64(63)
    # The word is written again with every bit and never read, which would wait for the writing.
    word, written = np.uint64(0), np.uint64(0)
    for p in range(np.uint64(first), np.uint64(last)):
        begin = np.int64(offsets[p]) - origin
        number += np.uint64(begin != before)
        before = begin
        begins[number] = begin
        which[number] = p
        place = np.uint64(begin)
        written = written if place >> np.uint64(6) == word else np.uint64(0)
        word = place >> np.uint64(6)
        written |= np.uint64(1) << (place & low)
        bits[word] = written
    # Persons without events at the end got a number that begins there, too.
    begins[number + np.uint64(1)] = offsets[last] - origin
    count_up(bits, ranks, words)


@kernel
def _sift(steps: Any, persons: Any, events: Any, kept: Array) -> int:
    """Events of a step that exist, of persons who count, moved together; returns how many.

    Pass by pass, because instants, which are read for what is left, are the largest array.
    """
    positions, cursor, stop, shift = steps
    bits, ranks, which, counted = persons
    existing, exists, base = events
    size, some, one = np.uint64(0), np.uint64(0), np.uint64(1)
    for k in range(cursor, stop):
        kept[size] = positions[k]
        size += np.uint64(existing.size == 0 or exists[existing[positions[k] + base]] > 0)
    if not counted.size:
        return int(np.int64(size))
    for k in range(np.int64(size)):
        number = below(bits, ranks, np.uint64(np.int64(kept[k]) - shift) + one)
        kept[some] = kept[k]
        some += np.uint64(counted[which[number]] > 0)
    return int(np.int64(some))


@kernel
def _enter(steps: Any, persons: Any, events: Any, rules: Array, into: Any) -> int:
    """Links of the first step; returns how many."""
    positions, cursor, stop, shift = steps
    bits, ranks = persons
    at, origin = events
    places, links = into
    least, limit, only_first = rules[FROM], rules[UNTIL], rules[FIRST] > 0
    size, one, latest = np.uint64(1), np.uint64(1), np.uint64(0)
    for k in range(cursor, stop):
        fetch(at, np.int64(positions[min(k + _SOON, stop - 1)]) - shift + origin)
        place = np.uint64(np.int64(positions[k]) - shift)
        i = place + np.uint64(origin)
        number = below(bits, ranks, place + one)
        now = np.int64(at[i])
        fits = (now >= least) & (now < limit)
        if only_first:
            fits &= number != latest
            latest = number if fits else latest
        places[size] = place
        links[size, WHO] = number
        links[size, START] = now
        links[size, REACHED] = now
        size += np.uint64(fits)
    return int(size) - 1


@kernel
def _break(entries: Any, begins: Array, breaks: Any, events: Any, window: int) -> None:
    """Until when each entry may be followed: its window, or the next excluded instant after it.

    Backwards, with the two nearest instants behind: the nearer may be that of the entry.
    """
    places, links, size, untils = entries
    positions, cursor, stop, shift = breaks
    at, existing, exists, origin = events
    near = far = near_place = far_place = np.int64(_NOWHERE)
    k = stop - 1
    for link in range(size, 0, -1):
        place, start = np.int64(places[link]), links[link, START]
        end = np.int64(begins[links[link, WHO] + 1])
        while k >= cursor and np.int64(positions[k]) - shift > place:
            other = np.int64(positions[k]) - shift
            now = np.int64(at[other + origin])
            k -= 1
            if existing.size and not exists[existing[other + origin]]:
                continue
            if now != near:
                far, far_place = near, near_place
            near, near_place = now, other
        until = start + window
        if near_place < end and near > start:
            until = min(until, near)
        elif far_place < end and near_place < end:
            until = min(until, far)
        untils[link] = until


@kernel
def _mark(links: Array, size: int, places: Array, begins: Array, into: Any) -> None:
    """Set the bits of the links' places, and note where the persons behind them begin and end."""
    bits, ranks, edges, words = into
    bits[:words] = 0
    low, six, one = np.uint64(63), np.uint64(6), np.uint64(1)
    word, written = np.uint64(0), np.uint64(0)
    for link in range(np.uint64(1), np.uint64(size + 1)):
        place, person = np.uint64(places[link]), np.uint64(links[link, WHO])
        written = written if place >> six == word else np.uint64(0)
        word = place >> six
        written |= one << (place & low)
        bits[word] = written
        edges[_BEGIN, link] = begins[person]
        edges[_END, link] = begins[person + one]
    count_up(bits, ranks, words)
    # No link is before the first or after the last.
    edges[_END, 0], edges[_BEGIN, size + 1] = 0, _NOWHERE
    links[0, REACHED], links[size + 1, REACHED] = -FOREVER, 4 * FOREVER


@kernel
def _meet(steps: Any, marks: Any, ties: int, found: Array) -> int:
    """Events of the next step with a link of their person, and the last link before each."""
    positions, cursor, stop, shift = steps
    bits, ranks, edges, _ = marks
    places, before = found[0], found[1]
    size, one, tied = np.uint64(0), np.uint64(1), ties == _ANY
    for k in range(cursor, stop):
        place = np.uint64(np.int64(positions[k]) - shift)
        link = below(bits, ranks, place)
        places[size] = place
        before[size] = link
        is_near = edges[_END, link] > place
        if tied:
            is_near |= edges[_BEGIN, link + one] <= place
        size += np.uint64(is_near)
    return int(size)


@kernel
def _meet_few(steps: Any, links: tuple[Array, int], edges: Array, ties: int, found: Array) -> int:
    """As ``_meet``, searched from person to person; for few links and many events."""
    positions, cursor, stop, shift = steps
    at, many = links
    places, before = found[0], found[1]
    size, link, k = 0, 1, cursor
    while link <= many and k < stop:
        end = np.int64(edges[_END, link])
        least = np.int64(edges[_BEGIN, link] if ties == _ANY else at[link])
        k = bound_from(positions, k, stop, least + shift)
        while k < stop and np.int64(positions[k]) - shift < end:
            place = np.int64(positions[k]) - shift
            while link < many and np.int64(at[link + 1]) < place:
                link += 1
            places[size] = place
            before[size] = link if np.int64(at[link]) < place else link - 1
            size += 1
            k += 1
        while link <= many and np.int64(edges[_END, link]) <= end:
            link += 1
    return size


@kernel
def _exist(found: Array, many: int, events: Any) -> int:
    """Those of what ``_meet`` found that exist, moved together; returns how many."""
    _, existing, exists, origin = events
    places, before = found[0], found[1]
    size = np.uint64(0)
    for k in range(many):
        place = places[k]
        places[size], before[size] = place, before[k]
        size += np.uint64(exists[existing[np.uint64(place) + np.uint64(origin)]] > 0)
    return int(np.int64(size))


@kernel
def _sign(ticks: int, place: Any, least: Any) -> int:
    """Negative where ``ticks`` are, or where ``place`` is below ``least``."""
    return int(ticks | (np.int64(place) - np.int64(least)))


@kernel
def _follow(found: Array, before: Any, events: Any, rules: Array, into: Any) -> int:
    """Links of the next step from what ``_meet`` found; returns how many."""
    old, edges, limits = before
    at, origin = events
    places, links, untils = into
    window, ties = rules[WINDOW], rules[TIES]
    size, one, latest = np.uint64(1), np.uint64(1), np.uint64(0)
    last = found.shape[1] - 1
    for k in range(found.shape[1]):
        fetch(at, np.int64(found[0, min(k + _SOON, last)]) + origin)
        place, link = np.uint64(found[0, k]), np.uint64(found[1, k])
        i = place + np.uint64(origin)
        now = np.int64(at[i])
        # Two signs in one number: it is nearly never true, but each of them is hard to guess.
        if ties == _ANY:
            # What an event before could follow, this one can: a long instant is passed once.
            link = max(link, latest)
            while _sign(now - old[link + one, REACHED], place, edges[_BEGIN, link + one]) >= 0:
                link += one
            latest = link
        elif ties == _RISING:
            while _sign(old[link, REACHED] - now, edges[_END, link], place + one) >= 0:
                link -= one
        begun = old[link, START]
        until = limits[link] if limits.size else begun + window
        fits = (edges[_END, link] > place) & (now <= until)
        places[size] = place
        links[size, WHO] = old[link, WHO]
        links[size, START] = begun
        links[size, REACHED] = now
        links[size, GAP] = now - old[link, REACHED]
        if limits.size:
            untils[size] = until
        size += np.uint64(fits)
    return int(size) - 1


@kernel
def _one_block(cut: tuple[int, int], persons: Any, events: Any, lists: Any, rest: Any) -> None:
    """The funnel of persons ``cut[0]`` to ``cut[1]`` (exclusive)."""
    offsets, counted = persons
    at, value, existing, exists = events
    base, positions, cursor, ends = lists
    rules, room, told = rest
    bits, ranks, numbered, links, places, firsts, standing, edges, near, kept, untils = room
    steps, window, old, level = rules[STEPS], rules[WINDOW], 0, 1
    origin, end = offsets[cut[0]], offsets[cut[1]]
    shift = origin - base
    begin, stop = cursor[0], bound_from(positions, cursor[0], ends[0], end - base)
    cursor[0] = stop
    if begin == stop:
        return
    seen, marks = (at, existing, exists, origin), (bits, ranks, edges, ((end - origin) >> 6) + 1)
    _number(offsets, cut, bits, ranks, numbered)
    entering = positions
    if existing.size or counted.size:
        some = (bits, ranks, numbered[_WHICH], counted), (existing, exists, base)
        stop = _sift((positions, begin, stop, shift), *some, near[0])
        entering, begin = kept, 0
    entries = (entering, begin, stop, shift)
    size = _enter(entries, (bits, ranks), (at, origin), rules, (places, links[0]))
    if untils.size:
        begin = bound_from(positions, cursor[steps], ends[steps], shift)
        stop = bound_from(positions, begin, ends[steps], end - base)
        cursor[steps] = stop
        entries = (places, links[0], size, untils[0])
        _break(entries, numbered[_BEGINS], (positions, begin, stop, shift), seen, window)
    met = stand((links[0], size, untils[0]), 1, window, standing, firsts[0])
    for k in range(met):
        firsts[1, k] = links[0, firsts[0, k], WHO]
    entrants = firsts[1, :met]
    while level < steps and size:
        begin = bound_from(positions, cursor[level], ends[level], shift)
        stop = bound_from(positions, begin, ends[level], end - base)
        cursor[level] = stop
        step = (positions, begin, stop, shift)
        _mark(links[old], size, places, numbered[_BEGINS], marks)
        if size * _FEW < stop - begin:
            many = _meet_few(step, (places, size), edges, rules[TIES], near)
        else:
            many = _meet(step, marks, rules[TIES], near)
        if existing.size:
            many = _exist(near, many, seen)
        before, into = (links[old], edges, untils[old]), (places, links[1 - old], untils[1 - old])
        size = _follow(near[:, :many], before, (at, origin), rules, into)
        old = 1 - old
        met = stand((links[old], size, untils[old]), level + 1, window, standing, firsts[0])
        if rules[TIES] == _RECORDED:
            younger(links[old], size, firsts[0, :met])
        note_times(links[old], firsts[0, :met], level, steps, (told[1], told[2]))
        level += 1
    if level == steps and size and value.size:
        earn(places, firsts[0, :met], value, origin, told[0][TOTALS])
    leave(entrants, standing, numbered[_WHICH], rules, told)


@kernel
def _all_blocks(persons: Any, events: Any, lists: Any, rest: Any) -> None:
    offsets = persons[0]
    first = 0
    while first < offsets.size - 1:
        last = min(block_end(offsets, first, _BLOCK), first + _BLOCK)
        _one_block((first, last), persons, events, lists, rest)
        first = last


def count_commonly(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through a common funnel, into ``sink`` and ``who``.

    Looks at step events, excluded ones and at where persons begin: O(these + persons), where a
    shard keeps posting lists. Memory as ``event_lists``, and 13 MB, or 200 bytes per event of the
    longest journey.
    """
    out, counts, sums, value = sink
    journeys, steps = events.journeys, rules.steps
    kind_of = np.zeros(journeys.lookup.size, np.uint8)
    for s in range(steps):
        kind_of[(journeys.lookup >> np.asarray(s, journeys.lookup.dtype)) & 1 > 0] = s + 1
    kind_of[: events.excluded.size][events.excluded > 0] = steps + 1
    kinds = steps + bool(rules.exclusions)
    offsets, counted = sealed(journeys.offsets), sealed(journeys.persons)
    *room, untils = _room_for(offsets)
    rest = (sealed(_numbers(rules)), (*room, untils if rules.exclusions else untils[:, :0]))
    source = (sealed(events.at), value, *events.existence())
    for lists in event_lists(journeys, kind_of, kinds, postings=events.postings):
        part = slice(lists.first, lists.last)
        persons = (offsets[lists.first : lists.last + 1], counted[part])
        places = (lists.base, sealed(lists.positions), lists.begins.copy(), sealed(lists.ends))
        standing = [one[part] for one in who]
        _all_blocks(persons, source, places, (*rest, (out, counts, sums, *standing)))
    entered = int(out[BEST_STEP].sum())
    everyone = int(np.count_nonzero(counted)) if counted.size else offsets.size - 1
    out[BEST_STEP, 0] = everyone - entered
    if entered:
        # Everyone's first step is met at once.
        counts[[0, steps], 0] = entered
        sums[[0, steps], 1:] = 0


def _room_for(offsets: Array) -> tuple[Array, ...]:
    """Room that the thread keeps, as fresh memory costs more than the work; or larger room."""
    longest = int(longest_unit(offsets))
    if longest > _BLOCK:
        return _room(longest)
    if not hasattr(_KEPT, "room"):
        _KEPT.room = _room(_BLOCK)
    kept: tuple[Array, ...] = _KEPT.room
    return kept


def _room(events: int) -> tuple[Array, ...]:
    """What a block needs, in the order in which ``_one_block`` takes it.

    Bits and ranks, persons, links of two steps and their places, first links, where persons stand,
    where those of links begin and end, events that meet a link, events of the first step that are
    left (the same memory, read before, in the type of posting lists), and until when links can be
    followed.
    """
    words, size = (events >> 6) + 2, events + 3
    near = np.empty((2, size), np.uint32)
    return (
        np.empty(words, np.uint64),
        np.empty(words, np.uint32),
        np.empty((2, size), np.uint64),
        np.empty((2, size, 4), np.int64),
        np.empty(size, np.uint32),
        np.empty((2, size), np.int64),
        np.empty((size, 4), np.int64),
        np.empty((2, size), np.uint32),
        near,
        sealed(near[0]),
        np.empty((2, size), np.int64),
    )


def _numbers(rules: FunnelRules) -> Array:
    """The rules as the kernel reads them."""
    numbers = (rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until)
    more = (rules.entry == "first", _TIE_WORDS.index(rules.ties))
    return np.array([*numbers, *more], np.int64)
