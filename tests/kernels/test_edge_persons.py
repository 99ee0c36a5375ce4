"""Persons on edges equal their slow twin, and are found again one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.transitions import persons_by_edge, transitions
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import ALL, CodedJourneys
from waypost.kernels.edge_persons import BORDER, count_edge_persons, persons_on_edge

policies = st.sampled_from(
    [
        {"eventually": False, "fold": False},
        {"eventually": True, "fold": False},
        {"eventually": True, "fold": True},
    ]
)


def _nodes(case):
    return [[node for _, node in person] for person in case.kept_nodes()]


@relaxed
@given(cases(), policies)
def test_persons_equal_the_slow_twin(case, policy):
    found = count_edge_persons(case.journeys(), **policy)

    edges, visitors = persons_by_edge(_nodes(case), **policy)
    pairs = {(int(a), int(b)): int(found.edges[a, b]) for a, b in np.argwhere(found.edges)}
    assert pairs == dict(edges)
    assert found.visitors.tolist() == [visitors[node] for node in range(case.nodes)]


@relaxed
@given(cases(), policies)
def test_those_on_an_edge_are_as_many_as_were_counted(case, policy):
    found = count_edge_persons(case.journeys(), **policy)

    for origin in range(case.nodes):
        for target in range(case.nodes):
            members = persons_on_edge(case.journeys(), (origin, target), **policy)
            assert members.sum() == found.edges[origin, target]


@relaxed
@given(cases())
def test_those_who_start_or_end_at_a_node_are_found(case):
    _, starts, ends = transitions(case.kept_nodes())
    for node in range(case.nodes):
        assert persons_on_edge(case.journeys(), (BORDER, node)).sum() == starts[node]
        assert persons_on_edge(case.journeys(), (node, BORDER)).sum() == ends[node]


@relaxed
@given(cases(), policies, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, policy, cut):
    whole = count_edge_persons(case.journeys(), **policy)

    one, other = (count_edge_persons(piece, **policy) for piece in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.edges, whole.edges)
        assert np.array_equal(both.visitors, whole.visitors)


@pytest.mark.parametrize(("edge", "kept"), [((2, 3), [1, 0, 0]), ((3, 2), [0, 0, 0])])
def test_eventually_has_a_direction(edge, kept):
    """PM4Py issue 342: of abcd, acbe and abce only abcd has c → d, and none has d → c."""
    a, b, c, d, e = range(5)
    codes = np.array([a, b, c, d, a, c, b, e, a, b, c, e], np.uint8)
    offsets = np.array([0, 4, 8, 12])
    journeys = CodedJourneys(offsets, codes, np.arange(256, dtype=np.uint16), 5, ALL, ALL)
    assert persons_on_edge(journeys, edge, eventually=True).tolist() == kept
