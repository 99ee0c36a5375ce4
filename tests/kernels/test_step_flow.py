"""Flow equals its slow twin and conserves persons at every node."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.step_flow import flow
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.step_flow import MEASURES, count_flow, persons_in_flow

NAMES = ("persons", "starts", "left", "open", "returned", "reached_later")


def _count(case, open_after, coded=None):
    journeys = case.journeys() if coded is None else coded
    return count_flow(journeys, case.at(), open_after=open_after, ticks_per_second=1)


def _twin(case, open_after):
    kept = case.kept()
    latest = [person[-1][0] if person else 0 for person in kept]
    return flow(case.kept_nodes(), latest, open_after)


@relaxed
@given(cases(), st.integers(-1, 30))
def test_flow_equals_the_slow_twin(case, open_after):
    found = _count(case, open_after)

    numbers, jumps, _, _ = _twin(case, open_after)
    nodes = range(case.nodes)
    for name in NAMES:
        assert found.column(name).tolist() == [numbers.get(n, Counter())[name] for n in nodes]
    assert found.on().tolist() == [numbers.get(n, Counter())["on"] for n in nodes]
    assert found.back().tolist() == [numbers.get(n, Counter())["back"] for n in nodes]
    assert {(int(a), int(b)): int(found.jumps[a, b]) for a, b in np.argwhere(found.jumps)} == jumps


@relaxed
@given(cases(), st.integers(-1, 30))
def test_persons_are_on_back_left_or_open(case, open_after):
    found = _count(case, open_after)

    parts = found.on() + found.back() + found.column("left") + found.column("open")
    assert np.array_equal(found.column("persons"), parts)


@relaxed
@given(cases())
def test_times_and_visits_are_those_of_the_slow_twin(case):
    found = _count(case, 0)

    _, _, times, visits = _twin(case, 0)
    for node in range(case.nodes):
        assert found.times.size()[node] == len(times.get(node, []))
        assert found.times.total[node] == sum(times.get(node, []))
        expected = sorted(visits.get(node, [0]))
        median = expected[(len(expected) + 1) // 2 - 1]
        assert np.nan_to_num(found.visits.quantile(0.5)[node]) == median


@relaxed
@given(cases(), st.integers(0, 30), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, open_after, cut):
    whole = _count(case, open_after)

    one, other = (_count(case, open_after, p) for p in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.numbers, whole.numbers)
        assert np.array_equal(both.jumps, whole.jumps)
        assert np.array_equal(both.times.counts, whole.times.counts)


@relaxed
@given(cases(), st.integers(-1, 30))
def test_those_in_a_cell_are_as_many_as_were_counted(case, open_after):
    found = _count(case, open_after)

    def members(measure, *nodes):
        given = {"open_after": open_after, "measure": measure, "nodes": nodes}
        return persons_in_flow(case.journeys(), case.at(), **given).sum()

    counts = {name: found.column(name) for name in NAMES} | {"on": found.on(), "back": found.back()}
    for node in range(case.nodes):
        for measure in MEASURES:
            assert members(measure, node, -1) == counts[measure][node]
        for other in range(case.nodes):
            moved = members("on" if other > node else "back", node, other)
            assert other == node or moved == found.jumps[node, other]
