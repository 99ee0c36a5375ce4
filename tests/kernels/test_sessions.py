"""Sessions partition events, and equal the twin that asks every event."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.sessions import sessions_of
from tests.strategies.coded_journeys import cases, relaxed
from waypost.kernels.coded import ALL
from waypost.kernels.sessions import UNLIMITED, SessionRules, marks_of_change, session_offsets

DAY = 10
BEGINS = np.arange(0, 60, DAY, dtype=np.int64)

rules = st.builds(
    SessionRules,
    gap=st.integers(1, 12),
    at_gap_splits=st.booleans(),
    longest=st.sampled_from([3, 8, UNLIMITED]),
    day_begins=st.sampled_from([np.zeros(0, np.int64), BEGINS]),
)


def _marks(case, draw):
    return draw(st.lists(st.sampled_from([0, 1]), min_size=len(case.flat), max_size=len(case.flat)))


def _twin(case, asked, marks):
    """Numbers of the first existing event of every session, person by person."""
    given_rules = {
        "gap": asked.gap,
        "at_gap_splits": asked.at_gap_splits,
        "longest": asked.longest,
    }
    length = DAY if asked.day_begins.size else 1 << 40
    number, persons = 0, []
    for person in case.persons:
        events = []
        for at, _ in person:
            if not case.existing or case.existing[number]:
                events.append((at, marks[number] if marks else 0, number))
            number += 1
        persons.append(sessions_of(events, given_rules, lambda at: at // length))
    return persons


@relaxed
@given(cases(), rules, st.booleans(), st.data())
def test_sessions_equal_the_slow_twin(case, asked, marked, data):
    marks = _marks(case, data.draw) if marked else []
    coded = case.journeys()
    given_marks = np.array(marks, np.uint8) if marked else ALL
    offsets, first = session_offsets(
        coded.offsets, case.at(), asked, marks=given_marks, events=coded.events
    )

    twin = _twin(case, asked, marks)
    for person, sessions in enumerate(twin):
        begins = offsets[first[person] : first[person + 1]].tolist()
        assert begins[1:] == [session[0][2] for session in sessions[1:]]
        assert begins[:1] == [coded.offsets[person]] * bool(case.persons[person])


@relaxed
@given(cases(), rules)
def test_sessions_partition_the_events_and_persons_their_sessions(case, asked):
    coded = case.journeys()
    offsets, first = session_offsets(coded.offsets, case.at(), asked, events=coded.events)

    assert offsets[0] == coded.offsets[0]
    assert offsets[-1] == coded.offsets[-1]
    assert np.all(np.diff(offsets) > 0)
    assert first[-1] == offsets.size - 1
    assert np.array_equal(offsets[first], coded.offsets)


@relaxed
@given(cases(), rules, st.integers(0, 6))
def test_a_piece_has_the_sessions_of_its_persons(case, asked, cut):
    offsets, at = case.journeys().offsets, case.at()
    middle = min(cut, offsets.size - 1)
    whole, _ = session_offsets(offsets, at, asked)
    parts = [session_offsets(o, at, asked)[0] for o in (offsets[: middle + 1], offsets[middle:])]
    assert np.array_equal(np.concatenate([parts[0][:-1], parts[1]]), whole)


@pytest.mark.parametrize("ticks", [np.int32, np.int64])
@pytest.mark.parametrize(("splits", "sessions"), [(True, 3), (False, 2)])
def test_exactly_the_gap_splits_or_stays(ticks, splits, sessions):
    at = np.array([0, 1799, 3599, 5400], ticks)
    asked = SessionRules(1800, at_gap_splits=splits)
    offsets, _ = session_offsets(np.array([0, 4]), at, asked)
    assert offsets.size - 1 == sessions


def test_a_gap_longer_than_32_bits_of_ticks_can_hold_never_splits_narrow_times():
    at = np.array([0, 2**31 - 1], np.int32)
    offsets, _ = session_offsets(np.array([0, 2]), at, SessionRules(1 << 33))
    assert offsets.tolist() == [0, 2]


def test_times_beyond_32_bits_are_cut_exactly():
    begin = 1 << 40
    at = np.array([0, 5, begin, begin + 5, begin + 10], np.int64)
    offsets, _ = session_offsets(np.array([0, 5]), at, SessionRules(5, at_gap_splits=False))
    assert offsets.tolist() == [0, 2, 5]


def test_narrow_times_may_lie_on_both_sides_of_the_epoch():
    at = np.array([-(2**31), 2**31 - 1], np.int32)
    offsets, _ = session_offsets(np.array([0, 2]), at, SessionRules(2**31))
    assert offsets.tolist() == [0, 1, 2]


@relaxed
@given(cases())
def test_a_mark_of_change_is_another_code_than_the_last_known_one(case):
    coded = case.journeys()
    codes = np.array([code - 1 for _, code in case.flat], np.int32)
    marks = marks_of_change(coded.offsets, codes, coded.events)

    number, expected = 0, np.zeros(len(case.flat), np.uint8)
    for person in case.persons:
        known = -1
        for _, code in person:
            if code > 0 and (not case.existing or case.existing[number]):
                expected[number] = known not in {-1, code}
                known = code
            number += 1
    assert np.array_equal(marks, expected)
