"""What is counted of sessions equals the twin that lists them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.sessions import counts_of
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.postings import postings_of
from waypost.kernels.session_counts import count_sessions, mark_members
from waypost.kernels.session_nodes import fits_in_words, tally_nodes
from waypost.kernels.sessions import UNLIMITED, SessionRules, session_offsets

GAP = {"gap": 4, "at_gap_splits": True, "longest": UNLIMITED}
NO_GOAL = (np.zeros(0, np.uint8), np.zeros(0, np.uint32))
MEASURES = ("persons", "sessions", "starts", "ends", "bounces", "converting")


def _goal(case, code):
    lookup = np.zeros(4, np.uint32)
    lookup[code] = 1
    return case.journeys().codes, lookup


def _twin(case, goal=None):
    nodes = case.node_of
    persons = [
        [(at, 0, None if nodes[code] == SKIP else nodes[code], code == goal) for at, code, *_ in p]
        for p in case.kept()
    ]
    return counts_of(persons, GAP, lambda at: at >> 62, case.nodes)


def _cuts(coded, case):
    return session_offsets(coded.offsets, case.at(), SessionRules(4), events=coded.events)


def _count(coded, case, goal=NO_GOAL):
    cuts = _cuts(coded, case)
    return count_sessions(coded, case.at(), cuts, goal=goal, ticks_per_second=1)


@relaxed
@given(cases(), st.integers(0, 3))
def test_counts_equal_the_slow_twin(case, goal):
    counts = _count(case.journeys(), case, _goal(case, goal))

    rows, durations, sizes, _ = _twin(case, goal)
    for name in (*MEASURES, "events"):
        assert counts.column(name).tolist() == [row[name] for row in rows.values()]
    assert counts.durations.total[0] == sum(durations)
    assert counts.sizes.total[0] == sum(sizes)
    assert counts.durations.size()[0] == len(durations)


@relaxed
@given(cases(), st.lists(st.sampled_from([0, 1]), max_size=6), st.booleans())
def test_few_nodes_are_tallied_as_the_whole_table_counts_them(case, counted, posted):
    coded = case.journeys()
    counted += [1] * (6 - len(counted)) if counted else []
    persons = np.array(counted, np.uint8)[: coded.offsets.size - 1]
    object.__setattr__(coded, "persons", persons)
    object.__setattr__(coded, "events", ALL)

    table = _count(coded, case)
    postings = postings_of(coded.codes, 4) if posted else None
    tallied = tally_nodes(coded, case.at(), 4, ticks_per_second=1, postings=postings)
    assert np.array_equal(tallied.numbers, table.numbers)
    assert np.array_equal(tallied.durations.counts, table.durations.counts)
    assert np.array_equal(tallied.sizes.sums(), table.sizes.sums())


def test_planes_of_digits_are_emptied_before_they_are_full():
    persons, each = 5, 1 << 16
    offsets = np.arange(persons + 1, dtype=np.int64) * each
    lookup = np.zeros(256, np.uint16)
    at = np.tile(np.arange(each, dtype=np.int32) * 4, persons)
    coded = CodedJourneys(offsets, np.zeros(at.size, np.uint8), lookup, 1, ALL, ALL)

    numbers = tally_nodes(coded, at, 4, ticks_per_second=1).numbers

    events = persons * each
    assert numbers[0].tolist() == [events, persons, events, events, events, events, 0]
    assert fits_in_words(coded)


def test_a_journey_longer_than_a_block_is_one_person_s():
    events = 3 << 16
    ends, at = np.array([0, events]), np.arange(events, dtype=np.int32) * 2
    coded = CodedJourneys(ends, np.zeros(events, np.uint8), np.zeros(256, np.uint16), 1, ALL, ALL)

    numbers = tally_nodes(coded, at, 4, ticks_per_second=1).numbers

    assert numbers[0].tolist() == [1, 1, 1, 1, 0, events, 0]


@relaxed
@given(cases(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, cut):
    whole = _count(case.journeys(), case)
    one, other = (_count(piece, case) for piece in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.numbers, whole.numbers)
        assert np.array_equal(both.durations.counts, whole.durations.counts)
        assert np.array_equal(both.sizes.sums(), whole.sizes.sums())


@relaxed
@given(cases(), st.integers(0, 3), st.sampled_from(MEASURES))
def test_members_are_those_behind_a_row(case, goal, measure):
    coded = case.journeys()
    counted = [
        place for place in range(len(case.persons)) if not case.counted or case.counted[place]
    ]
    rows, *_, behind = _twin(case, goal)
    for row, node in enumerate(rows):
        found = mark_members(
            coded, _cuts(coded, case), goal=_goal(case, goal), node=row, column=measure
        )
        expected = [counted[place] for place in sorted(behind.get((node, measure), ()))]
        assert np.flatnonzero(found).tolist() == expected


@pytest.mark.parametrize("ticks", [np.int32, np.int64])
def test_nobody_has_no_sessions(ticks):
    cuts = session_offsets(np.zeros(1, np.int64), np.zeros(0, ticks), SessionRules(4))
    assert [array.tolist() for array in cuts] == [[0], [0]]


def test_long_and_large_sessions_are_tallied_like_short_ones():
    random = np.random.default_rng(5)
    offsets = np.array([0, 700, 700, 1000, 1001], np.int64)
    at = np.concatenate([np.cumsum(random.integers(0, 900, size)) for size in (700, 300, 1)])
    cuts = session_offsets(offsets, at, SessionRules(899))
    blind = CodedJourneys(offsets, np.zeros(1001, np.uint8), np.full(256, SKIP), 0, ALL, ALL)
    table = count_sessions(blind, at, cuts, goal=NO_GOAL, ticks_per_second=1)

    alone = tally_nodes(blind, at, 899, ticks_per_second=1)
    assert alone.durations.greatest[0] > 16_384
    assert alone.sizes.greatest[0] >= 256
    assert np.array_equal(alone.numbers, table.numbers)
    assert np.array_equal(alone.durations.sums(), table.durations.sums())
    assert np.array_equal(alone.durations.counts, table.durations.counts)
    assert np.array_equal(alone.sizes.counts, table.sizes.counts)
