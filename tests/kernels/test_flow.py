"""Flow between columns equals its slow twin, and conserves."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.flow import column_flow, forward_flow
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP
from waypost.kernels.flow import count_columns, persons_on_link
from waypost.kernels.forward_flow import count_forward, persons_forward
from waypost.kernels.paths import PathRules

ENDS = ("left", "open", "beyond")
rules_of = st.builds(
    PathRules,
    length=st.sampled_from([1, 2, 3, 5]),
    backward=st.booleans(),
    occurrence=st.sampled_from(["first", "last"]),
    collapse=st.sampled_from(["none", "repeats"]),
)


def _anchors(case, anchored):
    is_anchored = anchored and bool(case.flat)
    return np.array([code == 1 for _, code in case.flat], np.uint8) if is_anchored else ALL


def _count(case, rules, anchored, open_after, coded=None):
    return count_columns(
        case.journeys() if coded is None else coded,
        case.at(),
        anchors=_anchors(case, anchored),
        rules=rules,
        open_after=open_after,
    )


@relaxed
@given(cases(), rules_of, st.booleans(), st.integers(-1, 30))
def test_flow_equals_the_slow_twin(case, rules, anchored, open_after):
    found = _count(case, rules, anchored, open_after)

    nodes = [None if node == SKIP else node for node in case.node_of]
    kept = case.kept()
    links, ends, missing = column_flow(
        [[(nodes[code], code == 1) for _, code, *_ in person] for person in kept],
        rules,
        anchored=_anchors(case, anchored).size > 0,
        latest=[person[-1][0] if person else 0 for person in kept],
        open_after=open_after,
    )
    assert {
        tuple(map(int, k)): int(found.links[tuple(k)]) for k in np.argwhere(found.links)
    } == links
    named = {
        (int(c), int(n), ENDS[e]): int(found.ends[c, n, e]) for c, n, e in np.argwhere(found.ends)
    }
    assert named == ends
    assert found.without_anchor == missing


@relaxed
@given(cases(), rules_of, st.booleans(), st.integers(-1, 30))
def test_every_node_of_every_column_conserves(case, rules, anchored, open_after):
    found = _count(case, rules, anchored, open_after)

    persons = found.persons()
    assert np.array_equal(found.links.sum(axis=1), persons[1:])
    assert np.array_equal(persons[:-1], found.links.sum(axis=2) + found.ends[:-1].sum(axis=2))
    assert found.ends.sum() == persons[0].sum()


@relaxed
@given(cases(), rules_of, st.booleans(), st.integers(-1, 30))
def test_those_on_a_link_are_as_many_as_were_counted(case, rules, anchored, open_after):
    found = _count(case, rules, anchored, open_after)

    def members(*link):
        given = {"anchors": _anchors(case, anchored), "rules": rules}
        return persons_on_link(case.journeys(), case.at(), link=(*link, open_after), **given).sum()

    for k, a, b in np.argwhere(found.links):
        assert members(int(k), int(a), int(b), -1) == found.links[k, a, b]
    for k, a, end in np.argwhere(found.ends):
        assert members(int(k), int(a), -1, int(end)) == found.ends[k, a, end]
    for k, a in np.argwhere(found.persons()):
        assert members(int(k), int(a), -1, -1) == found.persons()[k, a]


@relaxed
@given(cases(), rules_of, st.booleans(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, rules, anchored, cut):
    whole = _count(case, rules, anchored, 9)

    one, other = (_count(case, rules, anchored, 9, piece) for piece in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.links, whole.links)
        assert np.array_equal(both.ends, whole.ends)


@relaxed
@given(cases(), st.integers(-1, 30))
def test_forward_flow_equals_the_slow_twin_and_conserves(case, open_after):
    found = count_forward(case.journeys(), case.at(), open_after=open_after)

    kept = case.kept()
    links, starts, ends = forward_flow(
        [[node for _, node in person] for person in case.kept_nodes()],
        latest=[person[-1][0] if person else 0 for person in kept],
        open_after=open_after,
    )
    assert {(int(a), int(b)): int(found.links[a, b]) for a, b in np.argwhere(found.links)} == links
    assert {(int(n), ENDS[e]): int(found.ends[n, e]) for n, e in np.argwhere(found.ends)} == ends
    assert found.starts.tolist() == [starts[node] for node in range(case.nodes)]
    assert np.array_equal(found.starts + found.links.sum(axis=0), found.persons())


@relaxed
@given(cases(), st.integers(-1, 30))
def test_those_who_advance_are_as_many_as_were_counted(case, open_after):
    found = count_forward(case.journeys(), case.at(), open_after=open_after)

    def members(*link):
        journeys, at = case.journeys(), case.at()
        return persons_forward(journeys, at, link=link, open_after=open_after).sum()

    for a, b in np.argwhere(found.links):
        assert members(int(a), int(b), -1) == found.links[a, b]
    for a, end in np.argwhere(found.ends):
        assert members(int(a), -1, int(end)) == found.ends[a, end]
    for a in range(case.nodes):
        assert members(a, -1, -1) == found.persons()[a]
