"""Micro-conversions equal the twin that looks at every life and every node."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.micro_conversions import life_of, standing_at_landmark, standing_raw
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.micro_conversions import (
    ENTRY,
    GOAL,
    MEASURES,
    Landmark,
    count_micro_conversions,
    mark_micro_conversions,
)

EVER = 1 << 60
STARTS = {(0, 1, 2, 3): {3}, (0, 2): {3}, (1,): {1, 3}}
NAMES = {
    "raw_persons": "persons",
    "raw_in_time": "reached",
    "raw_others": "others",
    "raw_others_in_time": "others_reached",
    "persons": "landmark_persons",
    "in_time": "landmark_reached",
    "others": "landmark_others",
    "others_in_time": "landmark_others_reached",
}
"""What the twin calls a measure."""

rules = st.builds(
    Landmark,
    ticks=st.sampled_from([0, 3, 10]),
    events=st.sampled_from([0, 0, 1, 2, 4]),
    window=st.sampled_from([0, 4, 12, EVER]),
    entry_from=st.sampled_from([-EVER, 5]),
    entry_until=st.sampled_from([EVER, 20]),
    data_until=st.integers(15, 45),
)
steps = st.sampled_from(sorted(STARTS))


def _bits(first):
    goals = STARTS[first]
    return [ENTRY * (code in first) + GOAL * (code in goals) for code in range(4)]


def _run(case, coded, asked, first):
    bits = np.resize(np.array(_bits(first), np.uint32), 4)
    step = CodedJourneys(coded.offsets, coded.codes, bits, 4, coded.persons, coded.events)
    return count_micro_conversions(coded, case.at(), asked, steps=step, ticks_per_second=1)


def _lives(case, asked, first):
    """Lives of counted persons: (at, node) and when the goal came; without those outside."""
    for events in case.kept():
        plain = [(at, code) for at, code, *_ in events]
        life = life_of(plain, first, STARTS[first], (asked.entry_from, asked.entry_until))
        if life is not None:
            yield [(at, case.node_of[code]) for at, code in life[0]], life[1]


def _twin(lives, node, asked):
    """Persons by what the kernel calls them."""
    given_rules = (asked.ticks, asked.events, asked.window, asked.data_until)
    found = Counter()
    for life in lives:
        if not life[0]:
            continue
        raw = standing_raw(life, node, asked.window, asked.data_until)
        if raw is not None:
            kind, reached = raw
            found["persons" if kind == "did" else "others"] += 1
            found["reached" if kind == "did" else "others_reached"] += reached
        known = standing_at_landmark(life, node, given_rules)
        if isinstance(known, str):
            found[known] += 1
        else:
            did, reached = known
            name = "landmark_" if did else "landmark_others"
            found[name + ("persons" if did else "")] += 1
            found[name + ("reached" if did else "_reached")] += reached
        did = any(here == node for _, here in life[0])
        found["ever"] += did
        found["before_goal"] += did and life[1] is not None
    return found


@relaxed
@given(cases(), rules, steps)
def test_every_node_equals_the_slow_twin(case, asked, first):
    counts = _run(case, case.journeys(), asked, first)
    lives = list(_lives(case, asked, first))
    for node in range(case.nodes):
        twin = _twin(lives, node, asked)
        for name in ("persons", "reached", "landmark_persons", "landmark_reached"):
            assert counts.column(name)[node] == twin[name], name
        assert counts.column("ever")[node] == twin["ever"]
        assert counts.column("before_goal")[node] == twin["before_goal"]
        others = counts.total("due") - counts.column("from_entry")[node]
        reached = counts.total("due_reached") - counts.column("reached_from_entry")[node]
        assert (others, reached) == (twin["others"], twin["others_reached"])
        others = counts.total("at_risk") - counts.column("landmark_persons")[node]
        reached = counts.total("at_risk_reached") - counts.column("landmark_reached")[node]
        assert (others, reached) == (twin["landmark_others"], twin["landmark_others_reached"])
        assert counts.total("before_landmark") == twin["left out"]
        assert counts.total("landmark_open") == twin["open"]


@relaxed
@given(cases(), rules, steps)
def test_everyone_who_enters_has_one_fate(case, asked, first):
    counts = _run(case, case.journeys(), asked, first)
    lives = list(_lives(case, asked, first))
    fates = ("reached_at_entry", "before_landmark", "landmark_open", "at_risk")
    assert counts.total("entrants") == len(lives) == sum(map(counts.total, fates))
    assert counts.total("reached_at_entry") == sum(not events for events, _ in lives)
    assert counts.total("converters") == sum(bool(e) and g is not None for e, g in lives)


@relaxed
@given(cases(), rules, steps)
def test_times_run_from_the_act_to_the_goal(case, asked, first):
    counts = _run(case, case.journeys(), asked, first)
    lives = list(_lives(case, asked, first))
    for node in range(case.nodes):
        waits = []
        for events, goal in lives:
            own = [at for at, here in events if here == node]
            if own and goal is not None and asked.data_until - own[0] >= asked.window:
                waits += [goal - own[0]] * (goal - own[0] <= asked.window)
        assert counts.times.total[node] == sum(waits)
        assert counts.times.size()[node] == len(waits) == counts.column("reached")[node]


@relaxed
@given(cases(), rules, steps, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, asked, first, cut):
    coded = case.journeys()
    whole = _run(case, coded, asked, first)
    parts = [_run(case, piece, asked, first) for piece in halves(coded, cut)]
    for both in (parts[0] + parts[1], parts[1] + parts[0]):
        assert np.array_equal(both.rows, whole.rows)
        assert np.array_equal(both.totals, whole.totals)
        assert np.array_equal(both.times.counts, whole.times.counts)
        assert np.array_equal(both.times.sums(), whole.times.sums())


@relaxed
@given(cases(), rules, steps, st.sampled_from(MEASURES))
def test_members_are_as_many_as_the_twin_counts(case, asked, first, measure):
    coded = case.journeys()
    bits = np.array(_bits(first), np.uint32)
    step = CodedJourneys(coded.offsets, coded.codes, bits, 4, coded.persons, coded.events)
    lives = list(_lives(case, asked, first))
    for node in range(case.nodes):
        found = mark_micro_conversions(
            coded, case.at(), asked, steps=step, node=node, measure=measure
        )
        assert found.sum() == _twin(lives, node, asked)[NAMES[measure]]


@pytest.mark.parametrize("events", [0, 2])
def test_spans_beyond_32_bits_are_counted(events):
    long = 1 << 40
    codes = np.array([0, 1, 3], np.uint8)
    offsets = np.array([0, 3])
    lookup = np.array([0, 1, SKIP, SKIP], np.uint16)
    coded = CodedJourneys(offsets, codes, lookup, 2, ALL, ALL)
    bits = np.array([ENTRY, ENTRY, ENTRY, ENTRY | GOAL], np.uint32)
    step = CodedJourneys(offsets, codes, bits, 4, ALL, ALL)
    asked = Landmark(long, events, long, -EVER, EVER, 4 * long)
    at = np.array([0, long, 2 * long], np.int64)
    counts = count_micro_conversions(coded, at, asked, steps=step, ticks_per_second=10**6)
    assert counts.column("landmark_reached").tolist() == [1, 1]
    assert counts.column("reached").tolist() == [0, 1]
    assert counts.times.total.tolist() == [0, long]


def test_nobody_gives_nothing():
    empty, none = np.zeros(0, np.uint8), np.zeros(1, np.int64)
    coded = CodedJourneys(none, empty, np.full(256, SKIP, np.uint16), 0, ALL, ALL)
    step = CodedJourneys(none, empty, np.zeros(256, np.uint32), 0, ALL, ALL)
    asked = Landmark(1, 0, 1, -EVER, EVER, 9)
    at = np.zeros(0, np.int32)
    counts = count_micro_conversions(coded, at, asked, steps=step, ticks_per_second=1)
    assert (counts + counts).totals.sum() == 0
