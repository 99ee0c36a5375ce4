"""Funnels equal the twin that tries everything, whatever their rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.funnels import EVER, FunnelCase, funnel_cases
from waypost.kernels.coded import ALL, CodedJourneys, EventChoice
from waypost.kernels.funnel import FunnelEvents, FunnelRules, count_funnel, stand_in_funnel
from waypost.kernels.postings import postings_of

relaxed = settings(deadline=None, max_examples=60)
thorough = settings(deadline=None, max_examples=400)
"""The first example of a kernel waits for its compilation."""


def _count(events, rules):
    return count_funnel(events, rules, ticks_per_second=1)


def _agrees(case):
    counts = _count(case.events(), case.rules)
    best, still_open, seen, persons, dropped, spans, gaps = case.twin()
    assert counts.best.tolist() == best
    assert counts.open.tolist() == still_open
    assert counts.seen.tolist() == seen
    assert counts.persons.tolist() == persons
    assert counts.dropped == dropped
    assert counts.since_entry.total.tolist() == spans
    if case.rules.order != "any":
        assert counts.since_previous.total.tolist() == gaps


def _same_times(common, general):
    """Also that nothing takes longer than the common funnel has bins for."""
    bins = common.counts.shape[1]
    rest = general.counts[:, bins:]
    return np.array_equal(common.counts, general.counts[:, :bins]) and not rest.any()


@thorough
@given(funnel_cases())
def test_every_combination_of_rules_equals_the_slow_twin(case):
    _agrees(case)


@relaxed
@given(funnel_cases(common=True))
def test_the_common_funnel_equals_the_slow_twin(case):
    _agrees(case)


@relaxed
@given(funnel_cases(common=True))
def test_the_common_funnel_equals_the_one_that_knows_every_rule(case):
    limits = dataclasses.replace(case.rules, limits=(EVER,) * case.rules.steps)
    common, general = _count(case.events(), case.rules), _count(case.events(), limits)
    for part in ("best", "open", "seen", "persons", "value", "valued"):
        assert np.array_equal(getattr(common, part), getattr(general, part))
    for part in ("since_entry", "since_previous", "waited"):
        assert _same_times(getattr(common, part), getattr(general, part))
        assert np.array_equal(getattr(common, part).total, getattr(general, part).total)


@relaxed
@given(funnel_cases(), st.integers(0, 3))
def test_pieces_add_up_in_either_order(case, cut):
    middle = min(cut, len(case.persons))
    whole = _count(case.events(), case.rules)

    one, other = _count(case.events(0, middle), case.rules), _count(case.events(middle), case.rules)
    for both in (one + other, other + one):
        assert np.array_equal(both.best, whole.best)
        assert np.array_equal(both.open, whole.open)
        assert np.array_equal(both.since_entry.counts, whole.since_entry.counts)
        assert np.array_equal(both.waited.total, whole.waited.total)
        assert (both.dropped, both.value) == (whole.dropped, whole.value)


@relaxed
@given(funnel_cases())
def test_where_persons_stand_adds_up_to_the_counts(case):
    counts, standing = _count(case.events(), case.rules), stand_in_funnel(case.events(), case.rules)
    for step, persons in enumerate(counts.persons.tolist()):
        assert np.count_nonzero((standing.met >> step) & 1) == persons
    if not case.rules.attempts:
        for level in range(1, case.rules.steps + 1):
            assert np.count_nonzero(standing.level == level) == counts.best[level]
            assert standing.open[standing.level == level].sum() == counts.open[level]


@relaxed
@given(funnel_cases())
def test_who_meets_a_step_has_a_time_and_who_waits_for_it_another(case):
    counts = _count(case.events(), case.rules)
    assert np.array_equal(counts.since_entry.size(), counts.seen)
    assert np.array_equal(counts.since_previous.size(), counts.seen)
    stopped = counts.best[1:-1].sum()
    assert counts.waited.size().sum() == stopped


@relaxed
@given(funnel_cases())
def test_more_time_never_takes_a_person_less_far(case):
    if case.rules.entry == "each" or case.rules.drop_person:
        return
    longer = dataclasses.replace(case.rules, window=case.rules.window + 3)
    short, long = (_count(case.events(), rules).best for rules in (case.rules, longer))
    assert np.all(np.cumsum(long) <= np.cumsum(short))


def _everyone(text, rules):
    """Counts of one person: ``"A1 B2"``, where A is step 1, B step 2 and X excludes."""
    events = [(int(word[1:]), "ABCDX".index(word[0]), None) for word in text.split()]
    steps_of = [[step] if step < rules.steps else [] for step in range(4)]
    case = FunnelCase([events], [*steps_of, [], []], [[], [], [], [], [0], []], rules)
    return _count(case.events(), rules)


def _abc(**rules):
    settings = {"window": 100, "entry_from": -EVER, "entry_until": EVER, "data_until": 1000}
    return FunnelRules(steps=3, **(settings | rules))


def test_a_span_beyond_32_bits_of_ticks_is_counted():
    far = 1 << 40
    case = FunnelCase(
        [[(0, 0, None), (far, 1, None)]],
        [[0], [1], [], [], [], []],
        [[]] * 6,
        FunnelRules(2, far, -EVER, EVER, far),
        wide=True,
    )
    assert _count(case.events(), case.rules).since_entry.greatest[1] == far


def test_who_waits_is_seen_waiting_until_the_data_or_the_time_ends():
    """A at 0 and B at 5 leave 95 for C; the data end at 40, or long after."""
    assert _everyone("A0 B5", _abc(data_until=40)).waited.total.tolist() == [0, 0, 35]
    assert _everyone("A0 B5", _abc(data_until=400)).waited.total.tolist() == [0, 0, 95]


def test_money_is_that_of_the_last_step_of_who_is_through():
    counts = _everyone("A1 B2 C3 C4", _abc())
    assert (counts.value, counts.valued) == (103, 1)
    assert _everyone("A1 B2", _abc()).value == 0


def test_nobody_is_an_empty_answer():
    case = FunnelCase([], [[0], [1], [2], [], [], []], [[]] * 6, _abc())
    assert _count(case.events(), case.rules).best.tolist() == [0, 0, 0, 0]


def test_a_step_window_runs_from_the_step_before_and_includes_its_end():
    """GA4, withinDurationFromPriorStep (developers.google.com, runFunnelReport)."""
    limits = (EVER, 10, 5)
    assert _everyone("A0 B10 C15", _abc(limits=limits)).seen.tolist() == [1, 1, 1]
    assert _everyone("A0 B10 C16", _abc(limits=limits)).seen.tolist() == [1, 1, 0]


def test_an_optional_step_counts_where_it_occurs_and_changes_no_other():
    rules = _abc(optional=(1,))
    assert _everyone("A0 C2", rules).seen.tolist() == [1, 0, 1]
    assert _everyone("A0 B1 C2", rules).seen.tolist() == [1, 1, 1]
    assert _everyone("A0 C2", rules).since_previous.total.tolist() == [0, 0, 2]


def test_an_exclusion_ends_the_attempt_or_leaves_the_person_out():
    text = "A0 X1 B2 A3 B4 C5"
    assert _everyone(text, _abc(exclusions=((0, 1),))).seen.tolist() == [1, 1, 1]
    left_out = _everyone(text, _abc(exclusions=((0, 1),), drop_person=True))
    assert (left_out.dropped, left_out.seen.tolist()) == (1, [0, 0, 0])


@relaxed
@given(
    st.sampled_from([1, 2, 6]),
    st.sampled_from(["any", "first", "best"]),
    st.data(),
)
def test_what_ends_the_search_leaves_the_funnel_of_what_came_before(stop, entry, data):
    fixed = {"ties": "recorded", "tie_span": 0, "order": "ordered", "entry": entry}
    unbroken = {"exclusions": (), "drop_person": False, "attempts": False}
    _agrees(data.draw(funnel_cases(stop=stop, **fixed, **unbroken)))


def test_a_search_that_ended_is_lost_and_an_attempt_of_each_begins_anew():
    events = [[(0, 0, None), (1, 1, None), (2, 1, None), (3, 0, None), (4, 1, None), (5, 2, None)]]
    far = {"window": EVER, "entry_from": -EVER, "entry_until": EVER, "data_until": 9, "stop": 1}
    found = {}
    for entry in ("any", "each"):
        rules = FunnelRules(3, entry=entry, attempts=entry == "each", **far)
        case = FunnelCase(events, [[0], [1], [2], [], [], []], [[]] * 6, rules)
        counts = _count(case.events(), rules)
        found[entry] = counts.seen.tolist(), counts.open.tolist()
    assert found == {"any": ([1, 1, 0], [0, 0, 0, 0]), "each": ([2, 2, 1], [0, 0, 0, 0])}


def test_an_exclusion_outside_its_two_steps_breaks_nothing():
    rules = _abc(exclusions=((1, 2),), drop_person=True)
    assert _everyone("A0 X1 B2 C3", rules).seen.tolist() == [1, 1, 1]


def test_the_best_attempt_has_the_times_of_the_fastest():
    text = "A0 B50 C90 A100 B101 C102"
    assert _everyone(text, _abc()).since_entry.total.tolist() == [0, 50, 90]
    assert _everyone(text, _abc(entry="best")).since_entry.total.tolist() == [0, 1, 2]


def test_in_any_order_distinct_steps_are_counted():
    rules = _abc(order="any", window=10)
    assert _everyone("C0 A5 B10", rules).seen.tolist() == [1, 1, 1]
    assert _everyone("C0 A5 B11", rules).seen.tolist() == [1, 1, 0]
    assert _everyone("C0 C1 C2", rules).seen.tolist() == [1, 0, 0]


def test_a_later_step_that_excludes_does_so_also_where_a_step_before_it_is_missing():
    """C excludes between A and C; without any B, the person is left out all the same."""
    rules = _abc(exclusions=((0, 2),), drop_person=True)
    steps_of, excluded_by = [[0], [1], [2], [], [], []], [[], [], [0], [], [], []]
    case = FunnelCase([[(6, 0, None), (7, 2, None)]], steps_of, excluded_by, rules)
    assert _count(case.events(), case.rules).dropped == 1
    _agrees(case)


@pytest.mark.parametrize("ties", ["any", "recorded", "rising"])
@pytest.mark.parametrize("entry", ["any", "first", "each"])
@pytest.mark.parametrize("is_posted", [True, False])
def test_many_blocks_of_persons_equal_the_kernel_that_knows_every_rule(ties, entry, is_posted):
    """Also a journey longer than a block, persons without events, masks and rare steps."""
    random = np.random.default_rng(4)
    sizes = np.append(random.geometric(0.2, 50_000) - 1, [100_000, 0, 0])
    random.shuffle(sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    person = np.repeat(np.arange(sizes.size), sizes)
    at = random.integers(0, 60, person.size)
    at = at[np.lexsort((at, person))].astype(np.int32)
    codes = random.choice(6, person.size, p=[0.3, 0.3, 0.2, 0.15, 0.045, 0.005]).astype(np.uint8)
    lookup = np.zeros(256, np.uint32)
    lookup[[0, 1, 4, 3]] = [1, 2, 4, 8]
    others, table = random.integers(0, 4, person.size).astype(np.uint8), np.array([1, 1, 1, 0])
    persons = (random.random(sizes.size) < 0.7).astype(np.uint8)
    journeys = CodedJourneys(offsets, codes, lookup, 256, persons, ALL)
    events = FunnelEvents(
        journeys,
        at,
        value=np.where(person % 3 == 0, person, -(1 << 63)),
        postings=postings_of(codes, 6) if is_posted else None,
        choice=EventChoice.of(others, table.astype(np.uint8)),
    )
    rules = FunnelRules(4, 25, 5, 50, 60, entry=entry, ties=ties, attempts=entry == "each")
    if entry != "each" and (ties == "any" or (ties == "rising" and is_posted)):
        excluded = np.zeros(256, np.int64)
        excluded[5 if entry == "any" else 2] = 1
        events = dataclasses.replace(events, excluded=excluded)
        rules = dataclasses.replace(rules, exclusions=((0, 3),))
    general = dataclasses.replace(rules, limits=(EVER,) * 4)
    found, wanted = _count(events, rules), _count(events, general)
    for part in ("best", "open", "seen", "persons", "value", "valued"):
        assert np.array_equal(getattr(found, part), getattr(wanted, part))
    for part in ("since_entry", "since_previous", "waited"):
        assert _same_times(getattr(found, part), getattr(wanted, part))
    for one, other in zip(
        *(dataclasses.astuple(stand_in_funnel(events, asked)) for asked in (rules, general)),
        strict=True,
    ):
        assert np.array_equal(one, other)
