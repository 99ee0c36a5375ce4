"""Loops equal their slow twin, and merge."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.loops import loops
from tests.strategies.coded_journeys import cases, halves
from waypost.kernels import loops as loops_kernel
from waypost.kernels.loops import KINDS, count_loops, looping_persons, timed_loops

relaxed = settings(deadline=None, max_examples=120)
LEAST = st.integers(3, 5)


def cell_of(key, nodes):
    kind, node, other = key
    if other is None:
        return KINDS.index(kind) * nodes + node
    return 2 * nodes + node * nodes + other


@relaxed
@given(cases(most_events=14), LEAST)
def test_loops_equal_the_slow_twin(case, least):
    counts = count_loops(case.journeys(), case.at(), least=least)
    expected, persons = loops(case.kept_nodes(), least)
    wanted = np.zeros_like(counts.cells)
    for key, found in expected.items():
        people, events, ticks = zip(*found, strict=True)
        wanted[:, cell_of(key, case.nodes)] = (
            len(set(people)),
            len(found),
            sum(events),
            sum(ticks),
        )
    assert np.array_equal(counts.cells, wanted)
    assert counts.persons == persons
    assert counts.looping == len({one[0] for found in expected.values() for one in found})


@relaxed
@given(cases(most_events=14), LEAST)
def test_times_are_those_of_the_loops(case, least):
    counted = count_loops(case.journeys(), case.at(), least=least)
    counts, found = timed_loops(case.journeys(), case.at(), least=least, ticks_per_second=1)
    assert np.array_equal(counts.cells, counted.cells)
    assert (counts.persons, counts.looping) == (counted.persons, counted.looping)
    expected, _ = loops(case.kept_nodes(), least)
    by_cell = {cell_of(key, case.nodes): [one[2] for one in all_] for key, all_ in expected.items()}
    assert found.keys.tolist() == sorted(by_cell)
    assert found.times.size().tolist() == [len(by_cell[key]) for key in found.keys]
    assert found.times.least.tolist() == [min(by_cell[key]) for key in found.keys]
    assert found.times.greatest.tolist() == [max(by_cell[key]) for key in found.keys]


@relaxed
@given(cases(most_events=14), LEAST, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, least, cut):
    def both(journeys):
        return timed_loops(journeys, case.at(), least=least, ticks_per_second=1)

    whole, times = both(case.journeys())
    pieces = [both(piece) for piece in halves(case.journeys(), cut)]
    for order in (pieces, pieces[::-1]):
        counts, found = (reduce(add, parts) for parts in zip(*order, strict=True))
        assert np.array_equal(counts.cells, whole.cells)
        assert (counts.persons, counts.looping) == (whole.persons, whole.looping)
        assert np.array_equal(found.times.counts, times.times.counts)


@relaxed
@given(cases(most_events=14), LEAST)
def test_members_are_those_who_are_counted(case, least):
    counts = count_loops(case.journeys(), case.at(), least=least)
    for cell in np.flatnonzero(counts.cells[0]).tolist():
        found = looping_persons(case.journeys(), case.at(), least=least, cell=cell)
        assert found.sum() == counts.cells[0, cell]


@relaxed
@given(cases(most_events=14), LEAST)
def test_blocks_of_journeys_make_no_difference(case, least):
    def both():
        return timed_loops(case.journeys(), case.at(), least=least, ticks_per_second=1)

    counts, times = both()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loops_kernel, "_BLOCK", 5)
        cut_counts, cut_times = both()
    assert np.array_equal(counts.cells, cut_counts.cells)
    assert np.array_equal(times.keys, cut_times.keys)
    assert np.array_equal(times.times.counts, cut_times.times.counts)
    assert np.array_equal(times.times.sums(), cut_times.times.sums())
