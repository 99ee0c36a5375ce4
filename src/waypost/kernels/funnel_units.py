"""What is noted of one person or attempt on its way through a funnel, and how it is counted."""

from __future__ import annotations

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import FOREVER, NEVER, PRECISION
from waypost.kernels.histograms import record
from waypost.kernels.jit import kernel

__all__ = [
    "ANY",
    "ATTEMPTS",
    "BEST",
    "BEST_STEP",
    "DATA_UNTIL",
    "DISJOINT",
    "DROP",
    "DROPPED",
    "DROPPED_AT",
    "EACH",
    "ENTRY_FROM",
    "ENTRY_UNTIL",
    "FIRST",
    "FLAGS",
    "GAPS",
    "GONE",
    "LEVELS",
    "MET",
    "NUMBERS",
    "OPEN",
    "PERSONS",
    "POLICY",
    "REACHED",
    "RECORDED",
    "REUSE",
    "RISING",
    "ROWS",
    "RULES",
    "RUNNING",
    "SEATS",
    "SEEN",
    "SORTED",
    "SPANS",
    "STANDING",
    "START",
    "STEPS",
    "STEP_AT",
    "STILL_OPEN",
    "STOP",
    "STRICT",
    "TIES",
    "TIE_SPAN",
    "TOGETHER",
    "TOTALS",
    "UNIT",
    "UNORDERED",
    "UNTIL",
    "VALUE",
    "VALUED",
    "WAIT",
    "WHEN",
    "WHOLE",
    "WINDOW",
    "end_attempt",
    "end_person",
    "forget_levels",
    "meet",
    "note_wait",
]

LEVELS, WINDOW, ENTRY_FROM, ENTRY_UNTIL, DATA_UNTIL, POLICY, TIES, TIE_SPAN = range(8)
REUSE, STRICT, UNORDERED, DISJOINT, DROP, ATTEMPTS, STEPS, STOP = range(8, 16)
NUMBERS = 16
"""Places of the rules in the row ``RULES`` of a run."""

RULES, STEP_AT, GAPS, SPANS, START, REACHED, GONE, WAIT, UNTIL, FLAGS = range(10)
UNIT, WHOLE, SEATS, SORTED, STANDING, ROWS = 10, 15, 20, 24, 25, 26
"""Rows of a run, ``int64[ROWS, …]``: the rules, and what is noted of one person.

One array on purpose: Numba counts references to every array that a call takes out of a tuple, which
costs more than the work. ``STEP_AT``: the needed step of each level; ``START``, ``REACHED`` and
``GONE``: of each level; ``WAIT`` and ``UNTIL``: since and until when who stands there waits.
``UNIT`` and ``WHOLE`` are five rows each: what the running attempt, or the person, has met.
"""

ANY, FIRST, BEST, EACH = range(4)
RECORDED, TOGETHER, RISING = range(3)

BEST_STEP, STILL_OPEN, SEEN, PERSONS, TOTALS = range(5)
"""Rows of what is counted; a total each in the first places of the last row."""

DROPPED, VALUE, VALUED = range(3)

OPEN, RUNNING, DROPPED_AT = range(3)
"""Places of a person's flags."""

MET, WHEN, SINCE_ENTRY, SINCE_PREVIOUS, PLACE = range(5)
"""Rows of a unit."""

_NO_VALUE = -(1 << 63)


@kernel
def meet(s: int, begin: int, before: int, now: int, place: int, run: Array) -> None:
    """Note that step ``s`` was met now, if no better way was noted.

    Better is earlier, for ``best`` sooner after the entry; at one instant the younger entry.
    """
    span, gap = now - begin, now - before
    if run[UNIT + MET, s]:
        when, noted = run[UNIT + WHEN, s], run[UNIT + SINCE_ENTRY, s]
        if run[RULES, POLICY] != BEST and now != when:
            if now > when:
                return
        elif span > noted or (
            span == noted and (now > when or gap >= run[UNIT + SINCE_PREVIOUS, s])
        ):
            return
    run[UNIT + MET, s] = 1
    run[UNIT + WHEN, s] = now
    run[UNIT + SINCE_ENTRY, s] = span
    run[UNIT + SINCE_PREVIOUS, s] = gap
    run[UNIT + PLACE, s] = place


@kernel
def note_wait(level: int, reached: int, until: int, run: Array) -> None:
    """Who stands at ``level`` since ``reached`` waits until then; the latest such wait counts."""
    if reached >= run[WAIT, level]:
        run[WAIT, level] = reached
        run[UNTIL, level] = until


@kernel
def _level_of(unit: int, run: Array) -> int:
    """How many needed steps in a row were met."""
    level = 0
    while level < run[RULES, LEVELS] and run[unit + MET, run[STEP_AT, level + 1]]:
        level += 1
    return level


@kernel
def _forget_waits(run: Array) -> None:
    for level in range(run[RULES, LEVELS] + 1):
        run[WAIT, level] = NEVER
        run[UNTIL, level] = NEVER


@kernel
def forget_levels(run: Array) -> None:
    """No attempt stands anywhere."""
    for level in range(run[RULES, LEVELS] + 1):
        run[START, level] = NEVER


@kernel
def _count_unit(  # noqa: PLR0917 - Numba counts references to tuples
    unit: int, is_open: int, run: Array, out: Array, counts: Array, sums: Array, value: Array
) -> None:
    """Count the person or attempt in the rows from ``unit`` on."""
    level, steps = _level_of(unit, run), run[RULES, STEPS]
    step = run[STEP_AT, level]
    out[BEST_STEP, step + 1] += 1
    if level == 0:
        return
    for s in range(steps):
        if run[unit + MET, s]:
            out[SEEN, s] += 1
            record(counts, sums, s, run[unit + SINCE_ENTRY, s], PRECISION)
            record(counts, sums, steps + s, run[unit + SINCE_PREVIOUS, s], PRECISION)
    if level < run[RULES, LEVELS]:
        out[STILL_OPEN, step + 1] += is_open
        seen = max(0, min(run[UNTIL, level], run[RULES, DATA_UNTIL]) - run[WAIT, level])
        record(counts, sums, 2 * steps + run[STEP_AT, level + 1], seen, PRECISION)
    elif value.size:
        money = value[run[unit + PLACE, step]]
        if money != _NO_VALUE:
            out[TOTALS, VALUE] += money
            out[TOTALS, VALUED] += 1


@kernel
def end_attempt(
    is_open: int, run: Array, out: Array, counts: Array, sums: Array, value: Array
) -> None:
    """Count the running attempt, or keep what it met for its person, and forget it."""
    if run[RULES, ATTEMPTS]:
        _count_unit(UNIT, is_open, run, out, counts, sums, value)
        _forget_waits(run)
    for s in range(run[RULES, STEPS]):
        if not run[UNIT + MET, s]:
            continue
        when, kept = run[UNIT + WHEN, s], run[WHOLE + WHEN, s]
        shorter = run[UNIT + SINCE_ENTRY, s] < run[WHOLE + SINCE_ENTRY, s]
        if not run[WHOLE + MET, s] or when < kept or (when == kept and shorter):
            for row in range(5):
                run[WHOLE + row, s] = run[UNIT + row, s]
        run[UNIT + MET, s] = 0
    forget_levels(run)
    run[FLAGS, RUNNING] = 0


@kernel
def end_person(run: Array, out: Array, counts: Array, sums: Array, value: Array) -> int:
    """Count the person and make room for the next one; 1 if the person counts.

    Where the person stands stays in the run's ``STANDING``.
    """
    unit = WHOLE if run[RULES, POLICY] == EACH else UNIT
    last = run[RULES, STEPS] - 1
    through = run[unit + WHEN, last] if run[unit + MET, last] else FOREVER
    counts_at_all = run[FLAGS, DROPPED_AT] >= through or not run[RULES, DROP]
    if counts_at_all:
        if not run[RULES, ATTEMPTS]:
            _count_unit(unit, run[FLAGS, OPEN], run, out, counts, sums, value)
        _note_person(unit, run, out)
    else:
        out[TOTALS, DROPPED] += 1
    for s in range(last + 1):
        run[UNIT + MET, s] = 0
        run[WHOLE + MET, s] = 0
    _forget_waits(run)
    run[FLAGS, OPEN] = 0
    run[FLAGS, RUNNING] = 0
    run[FLAGS, DROPPED_AT] = FOREVER
    return 1 if counts_at_all else 0


@kernel
def _note_person(unit: int, run: Array, out: Array) -> None:
    met = 0
    for s in range(run[RULES, STEPS]):
        out[PERSONS, s] += run[unit + MET, s]
        met |= run[unit + MET, s] << s
    level = _level_of(unit, run)
    run[STANDING, 0] = run[STEP_AT, level] + 1
    run[STANDING, 1] = run[FLAGS, OPEN] if 0 < level < run[RULES, LEVELS] else 0
    run[STANDING, 2] = met
