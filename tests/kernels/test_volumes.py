"""Volumes equal plain counting."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import SKIP
from waypost.kernels.volumes import count_volumes, span_of

DAY_BEGINS = np.array([0, 7, 14, 24, 31], np.int64)
LEVELS = (-2.0, -1.5, -0.4, 0.0, 0.5, 1.49, 2.0)


def _ratings(case):
    return np.array(
        [np.nan if n % 3 else LEVELS[n % len(LEVELS)] for n in range(len(case.flat))], np.float32
    )


def _count(case, coded=None):
    channel = np.array([code % 2 for _, code in case.flat], case.code_type)
    return count_volumes(
        case.journeys() if coded is None else coded,
        (case.at(), channel, case.value(), _ratings(case)),
        channels=2,
        first_day=100,
        day_begins=DAY_BEGINS,
    )


def _kept(case):
    """(person, node, at, code, value, number) of every event that counts."""
    return [
        (person, case.node_of[code], at, code, value, number)
        for person, events in enumerate(case.kept())
        for at, code, value, number in events
        if case.node_of[code] != SKIP
    ]


@relaxed
@given(cases())
def test_events_and_persons_equal_plain_counting(case):
    found, kept = _count(case), _kept(case)

    nodes = range(case.nodes)
    events = Counter(node for _, node, *_ in kept)
    persons = Counter(node for _, node in {(person, node) for person, node, *_ in kept})
    channels = Counter((n, c) for _, n, c in {(p, n, code % 2) for p, n, _, code, *_ in kept})
    assert found.events.tolist() == [events[node] for node in nodes]
    assert found.persons.tolist() == [persons[node] for node in nodes]
    assert found.by_channel.tolist() == [[channels[n, 0], channels[n, 1]] for n in nodes]


@relaxed
@given(cases())
def test_values_and_ratings_equal_plain_sums(case):
    found, kept, ratings = _count(case), _kept(case), _ratings(case)

    for node in range(case.nodes):
        mine = [event for event in kept if event[1] == node]
        money = [value for *_, value, _ in mine if value != -(1 << 63)]
        rated = [float(ratings[e[-1]]) for e in mine if not np.isnan(ratings[e[-1]])]
        assert (found.valued[node], found.value_sum[node]) == (len(money), sum(money))
        assert found.rated[node] == len(rated)
        assert abs(found.rating_sum[node] - sum(rated)) < 1e-3
        levels = Counter(int(np.floor(abs(r) + 0.5) * np.sign(r)) for r in rated)
        assert found.ratings[node].tolist() == [levels[level] for level in range(-2, 3)]


@relaxed
@given(cases())
def test_days_are_those_of_the_calendar_given(case):
    found, kept = _count(case), _kept(case)

    days = {(n, 100 + int(np.searchsorted(DAY_BEGINS, at, "right")) - 1) for _, n, at, *_ in kept}
    assert {(int(key) >> 32, int(key) & 0xFFFFFFFF) for key in found.days} == days
    assert found.distinct_days().sum() == len(days)


@relaxed
@given(cases(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, cut):
    whole = _count(case)

    one, other = (_count(case, piece) for piece in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.numbers, whole.numbers)
        assert np.array_equal(both.days, whole.days)
        assert np.array_equal(both.span, whole.span)


@relaxed
@given(cases())
def test_the_span_is_that_of_all_persons(case):
    at = [at for at, _ in case.flat]
    expected = (min(at), max(at)) if at else (0, 0)
    assert span_of(case.journeys().offsets, case.at()) == expected
