"""Abandonment equals its slow twin, to the last cent and the last recovery."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.abandonment import attempts, recovery_of
from tests.strategies.coded_journeys import CODES, Case, cases, halves, relaxed
from waypost.kernels.abandonment import (
    RECOVERED,
    STILL_RECOVERABLE,
    AbandonmentRules,
    count_abandonment,
    persons_with_attempts,
)

FATES = ("converted", "abandoned", "open")
UNTIL = 30
RECOVERY = 12


def _lookup(steps):
    return [sum(1 << s for s, codes in enumerate(steps) if code in codes) for code in range(CODES)]


starts_and_goal = st.sampled_from([([{0}], {1}), ([{0}, {1}], {2}), ([{0, 1}, {1}], {1, 2})])


def _abandoned(case, starts, goal, coded=None, begin_from=0):
    return count_abandonment(
        case.journeys(_lookup([*starts, goal])) if coded is None else coded,
        case.at(),
        case.value(),
        rules=AbandonmentRules(len(starts), 5, begin_from, 25, UNTIL, RECOVERY),
        ticks_per_second=1,
    )


@relaxed
@given(cases(), starts_and_goal, st.sampled_from([0, 6]))
def test_attempts_equal_the_slow_twin(case, asked, begin_from):
    starts, goal = asked
    found = _abandoned(case, starts, goal, begin_from=begin_from)

    expected, people, money, valued, anybody = (Counter() for _ in range(5))
    for person in case.kept():
        events = [(at, code, None if v == -(1 << 63) else v) for at, code, v, _ in person]
        every = attempts(events, starts, goal, 5, UNTIL)
        mine = [attempt for attempt in every if begin_from <= attempt[0] < 25]
        expected.update((row, fate) for _, row, fate, *_ in mine)
        people.update({(row, fate) for _, row, fate, *_ in mine})
        anybody.update({fate for _, _, fate, *_ in mine} | ({"any"} if mine else set()))
        for _, row, fate, value, _ in mine:
            valued[row, fate] += value is not None
            money[row, fate] += value or 0
    rows = range(len(starts))
    for counter, table in (
        (expected, found.attempts),
        (people, found.persons),
        (valued, found.valued),
        (money, found.value),
    ):
        assert table.tolist() == [[counter[row, fate] for fate in FATES] for row in rows]
    assert found.anybody.tolist() == [anybody[fate] for fate in (*FATES, "any")]
    assert found.times.size()[:2].tolist() == found.attempts[:, :2].sum(axis=0).tolist()


@relaxed
@given(cases(), starts_and_goal, st.integers(0, 6))
def test_attempts_of_pieces_add_up(case, asked, cut):
    starts, goal = asked
    whole = _abandoned(case, starts, goal)

    coded = case.journeys(_lookup([*starts, goal]))
    one, other = (_abandoned(case, starts, goal, piece) for piece in halves(coded, cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.attempts, whole.attempts)
        assert np.array_equal(both.anybody, whole.anybody)
        assert np.array_equal(both.squares, whole.squares)
        assert np.array_equal(both.recovered, whole.recovered)


def _expected(case, starts, goal, begin_from=0):
    """(person, row, fate, value, recovery) of every attempt that counts."""
    for number, person in enumerate(case.kept()):
        events = [(at, code, None if v == -(1 << 63) else v) for at, code, v, _ in person]
        for begin, row, fate, value, latest in attempts(events, starts, goal, 5, UNTIL):
            if begin_from <= begin < 25:
                again = recovery_of(events, goal, latest, RECOVERY, UNTIL)
                yield number, row, fate, value, again if fate == "abandoned" else None


@relaxed
@given(cases(), starts_and_goal)
def test_recoveries_and_squares_equal_the_slow_twin(case, asked):
    starts, goal = asked
    found = _abandoned(case, starts, goal)

    expected = list(_expected(case, starts, goal))
    for row in range(len(starts)):
        mine = [one for one in expected if one[1] == row]
        again = Counter(one[4] for one in mine)
        assert found.recovered[row, RECOVERED] == again["recovered"]
        assert found.recovered[row, STILL_RECOVERABLE] == again["still"]
        squares = [(value or 0) ** 2 for *_, fate, value, _ in mine if fate == "abandoned"]
        assert found.squared()[row] == pytest.approx(sum(squares))


@relaxed
@given(cases(), starts_and_goal)
def test_those_with_attempts_are_as_many_as_were_counted(case, asked):
    starts, goal = asked
    found = _abandoned(case, starts, goal)
    rules = AbandonmentRules(len(starts), 5, 0, 25, UNTIL)

    def members(row, fate):
        coded = case.journeys(_lookup([*starts, goal]))
        return persons_with_attempts(coded, case.at(), rules=rules, row=row, fate=fate).sum()

    for row in range(len(starts)):
        assert [members(row, fate) for fate in range(3)] == found.persons[row].tolist()
    assert [members(-1, fate) for fate in (0, 1, 2, -1)] == found.anybody.tolist()


def test_values_are_squared_without_losing_a_cent():
    starts, goal = [{0}], {1}
    large = 3_000_000_001
    case = _one_person([(0, 0), (1, 0)], [large, 0])
    found = _abandoned(case, starts, goal)
    assert found.squares.tolist() == [[large**2 >> 32, large**2 % (1 << 32)]]


def _one_person(events, values):
    return Case([events], [], [], [0, 1, 2, 3], np.uint8, np.int32, values)
