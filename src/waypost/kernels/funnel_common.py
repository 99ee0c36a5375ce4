"""The common funnel: every code is at most one step, and only the total window is asked.

Step by step, for one person at a time. A chain holds what a step was met with, in order of time:
from which entry, when. The events of the next step each look for the latest link that they may
follow. That its entry is the latest of all, too, is why no other link can take the person further.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from waypost.kernels.coded import Array
from waypost.kernels.funnel_lists import bound_from, event_lists, person_from
from waypost.kernels.funnel_rules import FOREVER, PRECISION, FunnelEvents, FunnelRules
from waypost.kernels.funnel_units import BEST_STEP, STILL_OPEN, TOTALS, VALUE, VALUED
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel, sealed

__all__ = ["count_commonly"]

_NO_VALUE = -(1 << 63)


@kernel
def _walk(persons: Any, events: Any, lists: Any, rules: Array, told: Any) -> None:
    # One body on purpose: Numba counts references to every array that a call takes out of a tuple,
    # which costs more than the work on a person with few step events.
    offsets, counted = persons
    at, value, existing, exists, chain = events
    base, positions, cursor, ends = lists
    out, counts, sums, level_of, open_of, met_of = told
    start, reached, order = chain[0], chain[1], chain[2]
    steps, window, entry_from, entry_until = rules[0], rules[1], rules[2], rules[3]
    data_until, first, recorded, slack = rules[4], rules[5], rules[6], rules[7]
    half, p, place = start.size >> 1, 0, 0
    plain = existing.size == 0 and rules[8] > 0
    while cursor[0] < ends[0]:
        k = cursor[0]
        p = person_from(offsets, p, base + np.int64(positions[k]))
        begin, end = offsets[p] - base, offsets[p + 1] - base
        stop = bound_from(positions, k, ends[0], end)
        cursor[0] = stop
        if counted.size and not counted[p]:
            continue
        best, size, old, new, entries = 1, 0, 0, half, k
        if plain:
            size = stop - k
            place = base + np.int64(positions[k])
            last_entry = np.int64(at[base + np.int64(positions[stop - 1])])
        else:
            while k < stop:
                i = base + np.int64(positions[k])
                k += 1
                now = np.int64(at[i])
                if now < entry_from or now >= entry_until or (first and size):
                    continue
                if existing.size and not exists[existing[i]]:
                    continue
                if size == 0:
                    place = i
                start[size] = now
                reached[size] = now
                order[size] = i if recorded else now
                size += 1
            if size == 0:
                continue
            last_entry = start[size - 1]
        while best < steps:
            k = bound_from(positions, cursor[best], ends[best], begin)
            stop = bound_from(positions, k, ends[best], end)
            cursor[best] = stop
            if k == stop:
                break
            if plain and best == 1:
                for link in range(size):
                    i = base + np.int64(positions[entries + link])
                    now = np.int64(at[i])
                    start[link] = now
                    reached[link] = now
                    order[link] = i if recorded else now
            found, link = 0, 0
            while k < stop:
                i = base + np.int64(positions[k])
                k += 1
                now = np.int64(at[i])
                latest = (i if recorded else now) - slack
                while link < size and order[old + link] <= latest:
                    link += 1
                if link == 0 or now - start[old + link - 1] > window:
                    continue
                if existing.size and not exists[existing[i]]:
                    continue
                since = start[old + link - 1]
                if found == 0:
                    span, gap, place = now - since, now - reached[old + link - 1], i
                    record(counts, sums, best, span, PRECISION)
                    record(counts, sums, steps + best, gap, PRECISION)
                    if best + 1 == steps:
                        found = 1
                        break
                start[new + found] = since
                reached[new + found] = now
                order[new + found] = i if recorded else now
                found += 1
            if found == 0:
                break
            best += 1
            size, old, new = found, new, old
        out[BEST_STEP, best] += 1
        is_open = 0
        if best < steps:
            is_open = 1 if last_entry + window > data_until else 0
            out[STILL_OPEN, best] += is_open
            latest = old + size - 1
            since = start[latest] if best > 1 else last_entry
            latest_met = reached[latest] if best > 1 else last_entry
            seen = max(0, min(since + window, data_until) - latest_met)
            record(counts, sums, 2 * steps + best, seen, PRECISION)
        elif value.size and value[place] != _NO_VALUE:
            out[TOTALS, VALUE] += value[place]
            out[TOTALS, VALUED] += 1
        if level_of.size:
            level_of[p] = best
            open_of[p] = is_open
            met_of[p] = (1 << best) - 1


def count_commonly(events: FunnelEvents, rules: FunnelRules, sink: Any, who: Any) -> None:
    """Run all persons through a common funnel, into ``sink`` and ``who``.

    Looks at step events of persons with a first step only: O(step events). Memory as
    ``event_lists``, and 48 bytes per event of the longest journey.
    """
    out, counts, sums, value = sink
    journeys, steps = events.journeys, rules.steps
    kind_of = np.zeros(journeys.lookup.size, np.uint8)
    for s in range(steps):
        kind_of[(journeys.lookup >> np.asarray(s, journeys.lookup.dtype)) & 1 > 0] = s + 1
    offsets, counted = sealed(journeys.offsets), sealed(journeys.persons)
    longest = int(np.diff(offsets).max(initial=0))
    chain = np.empty((3, 2 * longest + 2), np.int64)
    source = (sealed(events.at), value, *events.existence(), chain)
    numbers = sealed(_numbers(rules))
    for lists in event_lists(journeys, kind_of, steps, postings=events.postings):
        part = slice(lists.first, lists.last)
        persons = (offsets[lists.first : lists.last + 1], counted[part])
        places = (lists.base, sealed(lists.positions), lists.begins.copy(), sealed(lists.ends))
        standing = [one[part] for one in who]
        _walk(persons, source, places, numbers, (out, counts, sums, *standing))
    entered = int(out[BEST_STEP].sum())
    everyone = int(np.count_nonzero(counted)) if counted.size else offsets.size - 1
    out[BEST_STEP, 0] = everyone - entered
    if entered:
        # Everyone's first step is met at once.
        counts[[0, steps], 0] = entered
        sums[[0, steps], 1:] = 0


def _numbers(rules: FunnelRules) -> Array:
    """The rules as the kernel reads them; ``slack``: how much later than its link a step is."""
    slack = 0 if rules.ties == "any" else 1
    ever = rules.entry_from <= -FOREVER and rules.entry_until >= FOREVER
    numbers = (rules.steps, rules.window, rules.entry_from, rules.entry_until, rules.data_until)
    first = rules.entry == "first"
    more = (first, rules.ties == "recorded", slack, ever and not first)
    return np.array([*numbers, *more], np.int64)
