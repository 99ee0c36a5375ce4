"""Patterns equal their slow twin, with and without limits of time, and merge."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reference.patterns import first_match_ticks, match_count
from tests.strategies.coded_journeys import cases, halves
from tests.strategies.journeys_in_memory import journeys
from tests.strategies.patterns import pattern_texts
from waypost.errors import QuestionError
from waypost.kernels import patterns as kernels
from waypost.kernels.coded import ALL, CodedJourneys
from waypost.kernels.patterns import count_pattern, matching_persons
from waypost.kit import as_timedelta
from waypost.questions.pattern_compiler import compiled
from waypost.questions.pattern_language import parse_pattern

NAMES = "abcd"
BITS = {name: place for place, name in enumerate(NAMES)}
LOOKUP = [1, 2, 4, 8]
persons = journeys(most_persons=4, most_events=5, latest=12)
relaxed = settings(deadline=None, max_examples=60)


def automaton_of(text):
    pattern = parse_pattern(text)
    ticks = lambda duration: int(as_timedelta(duration).total_seconds())  # noqa: E731
    try:
        return pattern, compiled(pattern, BITS, ticks)
    except QuestionError:
        assume(False)


def coded(people, code_type=np.uint8):
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in people])]).astype(np.int64)
    codes = np.array([code for one in people for _, code in one], code_type)
    lookup = np.array(LOOKUP, np.uint32)
    return CodedJourneys(offsets, codes, lookup, 4, ALL, ALL)


def ticks_of(people, scale=1):
    return np.array([at * scale for one in people for at, _ in one], np.int64)


def named(people):
    return [[(at, NAMES[code]) for at, code, *_ in one] for one in people]


def check(text, people):
    pattern, automaton = automaton_of(text)
    found = count_pattern(coded(people), ticks_of(people), automaton, ticks_per_second=1)
    expected = [match_count(pattern, events) for events in named(people)]
    assert found.persons == sum(bool(events) for events in people)
    assert found.matches.tolist() == [sum(expected)]
    assert found.matched.tolist() == [sum(count > 0 for count in expected)]
    who = matching_persons(coded(people), ticks_of(people), automaton)
    assert who.tolist() == [int(count > 0) for count in expected]
    times = [first_match_ticks(pattern, events) for events in named(people)]
    taken = [time for time in times if time is not None]
    assert found.times.total.tolist() == [sum(taken)]
    if taken:
        assert (found.times.least[0], found.times.greatest[0]) == (min(taken), max(taken))


@relaxed
@given(pattern_texts(), persons)
def test_patterns_without_limits_equal_the_slow_twin(text, people):
    check(text, people)


@relaxed
@given(pattern_texts(timed=True), persons)
def test_patterns_with_limits_equal_the_slow_twin(text, people):
    check(text, people)


@relaxed
@given(
    st.sampled_from(
        [
            "(a ->{4s} b? ->{4s} c) ->{4s} d within 7s",
            "(a | b -> c) ->{2s..5s} d ->{3s} a within 8s",
            "(a ->{3s} b | b){1,} ->{1s..} c $ within 9s",
            "a ->{5s} (b ->{2s} c)* ->{3s} d",
        ]
    ),
    journeys(most_persons=3, most_events=7, latest=12),
)
def test_limits_behind_alternatives_equal_the_slow_twin_within_a_limit_too(text, people):
    check(text, people)


@relaxed
@given(pattern_texts(), persons)
def test_a_full_table_changes_nothing(text, people):
    with mock.patch.object(kernels, "_MOST_SETS", 2):
        check(text, people)


@relaxed
@given(cases(most_persons=4, most_events=5), pattern_texts(timed=True))
def test_what_is_left_out_does_not_exist(case, text):
    pattern, automaton = automaton_of(text)
    found = count_pattern(case.journeys(LOOKUP), case.at(), automaton, ticks_per_second=1)
    expected = [match_count(pattern, events) for events in named(case.kept())]
    assert found.matches.tolist() == [sum(expected)]
    assert found.persons == sum(bool(events) for events in case.kept())


@relaxed
@given(cases(), pattern_texts(timed=True), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, text, cut):
    _, automaton = automaton_of(text)
    journeys = case.journeys(LOOKUP)
    whole = count_pattern(journeys, case.at(), automaton, ticks_per_second=1)
    one, other = (
        count_pattern(piece, case.at(), automaton, ticks_per_second=1)
        for piece in halves(journeys, cut)
    )
    for both in (one + other, other + one):
        assert both.persons == whole.persons
        assert both.matches.tolist() == whole.matches.tolist()
        assert np.array_equal(both.times.counts, whole.times.counts)


@relaxed
@given(pattern_texts(timed=True), persons)
def test_members_are_those_who_are_counted(text, people):
    _, automaton = automaton_of(text)
    journeys = coded(people)
    found = count_pattern(journeys, ticks_of(people), automaton, ticks_per_second=1)
    who = matching_persons(journeys, ticks_of(people), automaton)
    assert who.sum() == found.matched[0]


def test_limits_hold_beyond_two_to_the_31_ticks():
    people = [[(0, 0), (3_000_000_000, 1)]]
    pattern = parse_pattern("a ->{2d..} b")
    for limit, expected in ((3_000_000_000, 1), (3_000_000_001, 0)):
        automaton = compiled(pattern, BITS, lambda _, limit=limit: limit)
        found = count_pattern(coded(people), ticks_of(people), automaton, ticks_per_second=1)
        assert found.matches.tolist() == [expected]
        assert found.times.total.tolist() == [3_000_000_000 * expected]


def test_sixty_four_places_are_possible():
    automaton = compiled(parse_pattern("a{64}"), BITS, lambda _: 0)
    for size, expected in ((63, 0), (64, 1), (128, 2)):
        people = [[(at, 0) for at in range(size)]]
        found = count_pattern(coded(people), ticks_of(people), automaton, ticks_per_second=1)
        assert found.matches.tolist() == [expected]


def test_a_pattern_that_makes_others_backtrack_for_ever_takes_one_pass():
    people = [[(at, 0) for at in range(20_000)]]
    automaton = compiled(parse_pattern("(a+ -> a+)+ -> b"), BITS, lambda _: 0)
    found = count_pattern(coded(people), ticks_of(people), automaton, ticks_per_second=1)
    assert found.matches.tolist() == [0]
