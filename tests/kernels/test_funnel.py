"""Funnels equal the twin that tries everything, and the published answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.funnel import best_level, is_open
from tests.strategies.coded_journeys import CODES, cases, halves, relaxed
from waypost.kernels.coded import ALL, CodedJourneys
from waypost.kernels.funnel import FunnelRules, count_funnel

EVER = 1 << 60
small = {"most_persons": 3, "most_events": 5, "latest": 8}


def _lookup(steps):
    return [sum(1 << s for s, codes in enumerate(steps) if code in codes) for code in range(CODES)]


def _rules(steps, **given_rules):
    settings = {"window": 4, "entry_from": -EVER, "entry_until": EVER, "data_until": 10}
    return FunnelRules(steps=len(steps), **(settings | given_rules))


def _twin(case, steps, rules):
    asked = {
        "window": rules.window,
        "from": rules.entry_from,
        "until": rules.entry_until,
        "first_entry": rules.first_entry,
        "strict": rules.strict,
        "ties": "recorded" if rules.strict else rules.ties,
        "reuse": rules.reuse and not rules.strict,
    }
    best, still_open = np.zeros(len(steps) + 1, int), np.zeros(len(steps) + 1, int)
    for person in case.kept():
        events = [(at, code) for at, code, *_ in person]
        level = best_level(events, steps, asked)
        best[level] += 1
        through = level in {0, len(steps)}
        still_open[level] += not through and is_open(events, steps, asked, rules.data_until)
    return best, still_open


def _count(case, steps, rules):
    return count_funnel(case.journeys(_lookup(steps)), case.at(), rules, ticks_per_second=1)


disjoint = st.sampled_from([[{0}, {1}], [{0}, {1}, {2}], [{1, 2}, {0}, {3}], [{2}]])
repeated = st.sampled_from([[{0}, {0}], [{0}, {1}, {0}], [{0, 1}, {1}], [{0}, {0, 1}, {1}]])


@relaxed
@given(cases(**small), disjoint, st.booleans(), st.sampled_from(["any", "recorded", "rising"]))
def test_distinct_steps_equal_the_slow_twin(case, steps, first_entry, ties):
    rules = _rules(steps, first_entry=first_entry, ties=ties, entry_from=1, entry_until=7)
    counts = _count(case, steps, rules)

    best, still_open = _twin(case, steps, rules)
    assert np.array_equal(counts.best, best)
    assert np.array_equal(counts.open, still_open)


@relaxed
@given(cases(**small), repeated, st.sampled_from(["any", "recorded", "rising"]))
def test_an_event_serves_one_step_unless_it_may_be_reused(case, steps, ties):
    rules = _rules(steps, ties=ties)
    assert np.array_equal(_count(case, steps, rules).best, _twin(case, steps, rules)[0])


@relaxed
@given(cases(**small), repeated, st.sampled_from(["any", "recorded"]))
def test_reused_events_equal_the_slow_twin(case, steps, ties):
    rules = _rules(steps, ties=ties, reuse=True)
    assert np.array_equal(_count(case, steps, rules).best, _twin(case, steps, rules)[0])


@relaxed
@given(cases(**small), st.one_of(disjoint, repeated), st.booleans())
def test_strict_order_equals_the_slow_twin(case, steps, first_entry):
    rules = _rules(steps, strict=True, first_entry=first_entry)
    assert np.array_equal(_count(case, steps, rules).best, _twin(case, steps, rules)[0])


@relaxed
@given(cases(), st.one_of(disjoint, repeated), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, steps, cut):
    rules = _rules(steps)
    whole = _count(case, steps, rules)

    coded = case.journeys(_lookup(steps))
    one, other = (
        count_funnel(piece, case.at(), rules, ticks_per_second=1) for piece in halves(coded, cut)
    )
    for both in (one + other, other + one):
        assert np.array_equal(both.best, whole.best)
        assert np.array_equal(both.open, whole.open)
        assert np.array_equal(both.since_entry.counts, whole.since_entry.counts)


@relaxed
@given(cases())
def test_two_steps_equal_pairs_within_the_window(case):
    counts = _count(case, [{0}, {1}], _rules([{0}, {1}], ties="recorded"))

    converted = sum(
        any(
            one == 0 and other == 1 and later - at <= 4
            for place, (at, one, *_) in enumerate(person)
            for later, other, *_ in person[place + 1 :]
        )
        for person in case.kept()
    )
    assert counts.best[2] == converted


@relaxed
@given(cases())
def test_every_person_who_reached_a_step_has_a_time(case):
    steps = [{0}, {1}, {2}]
    counts = _count(case, steps, _rules(steps))

    reached = np.cumsum(counts.best[::-1])[::-1][1:]
    assert np.array_equal(counts.since_entry.size(), reached)
    assert np.array_equal(counts.since_previous.size(), reached)
    assert np.all(counts.since_entry.greatest[reached > 0] <= 4)


def _level(text, names, window, **rules):
    """The level of one person: ``"A1 B2"`` and steps ``"AB"``; unknown letters are no step."""
    events = [(int(word[1:]), ord(word[0])) for word in text.split()]
    lookup = np.zeros(256, np.uint32)
    for step, letter in enumerate(names):
        lookup[ord(letter)] |= np.uint32(1 << step)
    codes = np.array([code for _, code in events], np.uint8)
    at = np.array([at for at, _ in events], np.int32)
    journeys = CodedJourneys(np.array([0, len(events)]), codes, lookup, 256, ALL, ALL)
    asked = FunnelRules(len(names), window, -EVER, EVER, EVER, **rules)
    counts = count_funnel(journeys, at, asked, ticks_per_second=1)
    return int(np.flatnonzero(counts.best)[0])


CLICKHOUSE = [
    ("A1 B2 C3 B4 D5", "ABCD", 100, 4),
    ("A1 B2 D3 C4", "ABCD", 100, 3),
    ("A1 X2 B3", "AB", 100, 2),
    ("B5 A5", "AB", 100, 2),
    ("A1", "AA", 100, 2),
    ("A0 B10", "AB", 10, 2),
    ("A0 B11", "AB", 10, 1),
    ("A0 A8 B15", "AB", 10, 2),
    ("A0 B1 A9 C12", "ABC", 10, 2),
    ("a0 b1 c2 d3 e4 f5 g6 h7 i8", "defgh", 2, 3),
    ("a0 b1 c2 d3 e4 f5 g6 h7 i8", "defgh", 3, 4),
    ("a0 b1 c2 d3 e4 f5 g6 h7 i8", "defgh", 4, 5),
    ("a1 b2 c3", "abc", 100, 3),
    ("a1 d2 b3 c4", "abc", 100, 3),
    ("a1 a2 b3 b4 c5 c6", "abc", 100, 3),
    ("a1 a2 a3 a4 b5 b6 c7 c8", "abc", 100, 3),
    ("a1 a2 b3 b4 d5 d6 c7 c8", "abc", 100, 3),
    ("c1 c2 b3 b4 a5 a6", "abc", 100, 1),
]


@pytest.mark.parametrize(("text", "steps", "window", "level"), CLICKHOUSE)
def test_matches_clickhouse_in_its_default_mode(text, steps, window, level):
    """ClickHouse 26.9, tests/queries/0_stateless/00632_aggregation_window_funnel."""
    assert _level(text, steps, window, reuse=True) == level


@pytest.mark.parametrize(
    ("text", "steps", "level"),
    [
        ("A1 B2 C3 B4 D5", "ABCD", 3),
        ("A1 B2 D3 C4", "ABCD", 2),
        ("A1 X2 B3", "AB", 1),
        ("a1 b2 c3", "abc", 3),
        ("a1 d2 b3 c4", "abc", 1),
        ("a1 a2 b3 b4 c5 c6", "abc", 2),
        ("a1 a2 a3 a4 b5 b6 c7 c8", "abc", 2),
        ("a1 a2 b3 b4 d5 d6 c7 c8", "abc", 2),
        ("c1 c2 b3 b4 a5 a6", "abc", 1),
    ],
)
def test_strict_order_lets_nothing_lie_between(text, steps, level):
    """ClickHouse's strict_order, except its first line: there B before D ends the chain for us."""
    assert _level(text, steps, 100, strict=True) == level


def test_rising_ties_need_time_to_pass():
    """ClickHouse 26.9, strict_increase."""
    assert _level("B5 A5", "AB", 100, ties="rising") == 1


def test_one_event_is_one_step_by_default():
    """ClickHouse 26.9, strict_once."""
    assert _level("A1", "AA", 100) == 1


def test_a_later_entry_may_still_convert():
    """Mixpanel, optimized re-entry: A 1:00, A 1:30, B 1:45, C 2:15, one hour."""
    assert _level("A60 A90 B105 C135", "ABC", 60) == 3


def test_the_first_entry_starts_the_only_clock():
    """Mixpanel's default on the same events: C comes 75 minutes after the first A."""
    assert _level("A60 A90 B105 C135", "ABC", 60, first_entry=True) == 2


def test_an_older_start_may_still_grow_after_a_tie():
    """A at 1 leaves time for B at 5, though another A lies at the same instant as B."""
    assert _level("A1 A5 B5", "AB", 10, ties="rising") == 2
