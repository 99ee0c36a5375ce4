"""Hand-overs equal the twin that cuts journeys into visits, and conserve them."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.hand_overs import arrivals_of, ends_of, fate_of
from tests.strategies.coded_journeys import CODES, cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.hand_overs import (
    MOST_CHANGES,
    STAYED,
    HandOverRules,
    Places,
    count_hand_overs,
    mark_hand_overs,
)
from waypost.kernels.row_times import QUARTERS
from waypost.kernels.transitions import count_transitions

EVER = 1 << 60
GOALS = {1, 3}
GOAL = np.array([code in GOALS for code in range(256)], np.uint32)
ENDS = ("visits", "starts", "resumed", "moved_later", "came_later", "ends")
MEASURES = ("persons", "due", "in_time", "open")

rules = st.builds(
    HandOverRules,
    gap=st.sampled_from([0, 2, 6, EVER]),
    window=st.sampled_from([0, 4, 12]),
    data_until=st.integers(15, 45),
)


def _places(case, merged):
    """Every node a place, or nodes 0 and 1 two places of one node."""
    ids = np.arange(case.nodes, dtype=np.int64) * 3
    node_of = np.maximum(np.arange(case.nodes) - 1, 0) if merged else np.arange(case.nodes)
    return Places(ids, node_of.astype(np.int64), int(node_of.max(initial=-1)) + 1)


def _goal(case):
    codes = np.array([code for _, code in case.flat], case.code_type)
    return codes, GOAL


def _stage(case):
    """Two stages, by whether the time is even."""
    return (case.at() % 2).astype(np.uint8), np.minimum(np.arange(256), 1)


def _run(case, coded, asked, places, goal=True):
    return count_hand_overs(
        coded,
        case.at(),
        asked,
        places=places,
        stage=_stage(case),
        goal=_goal(case) if goal else (ALL, ALL),
        ticks_per_second=1,
    )


def _keys(found):
    return list(zip(*(ids.tolist() for ids in found.ends()), strict=True))


def _persons(case, places):
    """Events of counted persons as the twin reads them, beside their goals."""
    for events in case.kept():
        plain = [
            (at, int(places.node_of[case.node_of[code]]), int(places.ids[case.node_of[code]]), n)
            for at, code, _, n in events
            if case.node_of[code] != SKIP
        ]
        yield plain, [(at, n) for at, code, _, n in events if code in GOALS]


@relaxed
@given(cases(), rules, st.booleans())
def test_visits_begin_and_end_as_in_the_slow_twin(case, asked, merged):
    places = _places(case, merged)
    found = _run(case, case.journeys(), asked, places)
    twin, sizes, visitors = Counter(), Counter(), Counter()
    for events, _ in _persons(case, places):
        twin += ends_of(events, asked.gap)
        sizes += Counter(node for _, node, *_ in events)
        visitors += Counter({node for _, node, *_ in events})
    for node in range(places.nodes):
        for name in ENDS:
            assert found.of_nodes(name)[node] == twin[name, node], name
        assert found.of_nodes("events")[node] == sizes[node]
        assert found.of_nodes("persons")[node] == visitors[node]


@relaxed
@given(cases(), rules, st.booleans())
def test_every_row_equals_the_slow_twin(case, asked, merged):
    places = _places(case, merged)
    found = _run(case, case.journeys(), asked, places)
    counts, persons, fates, waits = Counter(), Counter(), Counter(), {}
    for events, goals in _persons(case, places):
        changes, stays = arrivals_of(events, asked.gap)
        firsts = {}
        for origin, target, wait, at, number in changes:
            counts[origin, target] += 1
            waits.setdefault((origin, target), []).append(wait)
            firsts.setdefault((origin, target), (at, number))
        for node, at, number in stays:
            counts["stays", node] += 1
            firsts.setdefault(("stays", node), (at, number))
        for key, (at, number) in firsts.items():
            persons[key] += 1
            fates[key, fate_of(at, number, goals, (asked.window, asked.data_until))] += 1

    def numbers(key):
        known = fates[key, "in_time"] + fates[key, "late"]
        still = fates[key, "open"]
        return [counts[key], persons[key], known, fates[key, "in_time"], still]

    keys = _keys(found)
    assert keys == sorted(waits)
    for row, key in enumerate(keys):
        known = sorted(waits[key])
        assert found.rows[row].tolist() == [*numbers(key), sum(known), -known[0], known[-1]]
        ranks = [max(math.ceil(share * len(known)), 1) for share in QUARTERS]
        assert found.quartiles()[row].tolist() == [known[rank - 1] for rank in ranks]
    for node in range(places.nodes):
        assert found.stays[node, :5].tolist() == numbers(("stays", node))


@relaxed
@given(cases(), rules)
def test_stages_and_numbers_of_hand_overs_equal_the_slow_twin(case, asked):
    places = _places(case, merged=False)
    found = _run(case, case.journeys(), asked, places)
    carried, persons, changes = Counter(), Counter(), Counter()
    for events, _ in _persons(case, places):
        cells = [(at % 2, node) for at, node, *_ in events]
        cells += [(at % 2, places.nodes) for at, *_ in events]
        carried += Counter(cells)
        persons += Counter(set(cells))
        if events:
            changes[len(arrivals_of(events, asked.gap)[0])] += 1
    for stage in range(found.carried.shape[0]):
        for node in range(places.nodes + 1):
            cell = stage, node
            assert found.carried[cell].tolist() == [carried[cell], persons[cell]]
    assert found.changes[:20].tolist() == [changes[number] for number in range(20)]


@relaxed
@given(cases(), rules)
def test_every_visit_begins_once_and_ends_once(case, asked):
    found = _run(case, case.journeys(), asked, _places(case, merged=False))
    out, into = np.zeros(case.nodes, np.int64), np.zeros(case.nodes, np.int64)
    origin, target = found.ends()
    np.add.at(out, origin // 3, found.column("count"))
    np.add.at(into, target // 3, found.column("count"))
    visits, resumed = found.of_nodes("visits"), found.of_nodes("resumed")
    assert np.array_equal(
        visits, out + resumed + found.of_nodes("moved_later") + found.of_nodes("ends")
    )
    assert np.array_equal(
        visits, found.of_nodes("starts") + into + resumed + found.of_nodes("came_later")
    )


@relaxed
@given(cases())
def test_without_a_limit_they_are_the_transitions_between_different_nodes(case):
    coded = case.journeys()
    found = _run(case, coded, HandOverRules(EVER, 1, 0), _places(case, merged=False), goal=False)
    edges = count_transitions(coded).edges
    table = np.diag(found.of_stays("count"))
    origin, target = found.ends()
    table[origin // 3, target // 3] = found.column("count")
    assert np.array_equal(table, edges)


@relaxed
@given(cases(), rules, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, asked, cut):
    coded, places = case.journeys(), _places(case, merged=False)
    whole = _run(case, coded, asked, places)
    parts = [_run(case, piece, asked, places) for piece in halves(coded, cut)]
    for both in (parts[0] + parts[1], parts[1] + parts[0]):
        assert np.array_equal(both.keys, whole.keys)
        assert np.array_equal(both.rows, whole.rows)
        assert np.array_equal(both.quartiles(), whole.quartiles())
        for name in ("stays", "nodes", "carried", "changes"):
            assert np.array_equal(getattr(both, name), getattr(whole, name))


@relaxed
@given(cases(), rules, st.sampled_from(MEASURES), st.booleans())
def test_members_are_as_many_as_a_row_counts(case, asked, measure, merged):
    coded, places = case.journeys(), _places(case, merged)
    counted = _run(case, coded, asked, places)
    shared = {"places": places, "goal": _goal(case), "column": measure}
    for row, key in enumerate(np.searchsorted(places.ids, _keys(counted)).tolist()):
        found = mark_hand_overs(coded, case.at(), asked, edge=tuple(key), **shared)
        assert found.sum() == counted.column(measure)[row]
    for node in range(places.nodes):
        found = mark_hand_overs(coded, case.at(), asked, edge=(node, STAYED), **shared)
        assert found.sum() == counted.of_stays(measure)[node]


def test_spans_beyond_32_bits_and_many_changes_are_counted():
    at = np.arange(300, dtype=np.int64) * (1 << 40)
    codes = (np.arange(300) % 2).astype(np.uint8)
    lookup = np.resize(np.array([0, 1], np.uint16), 256)
    coded = CodedJourneys(np.array([0, 300]), codes, lookup, 2, ALL, ALL)
    places = Places(np.arange(2), np.arange(2), 2)
    stage = np.zeros(300, np.uint8), np.zeros(256, np.int64)
    settings = {"places": places, "stage": stage, "goal": (ALL, ALL), "ticks_per_second": 10**6}
    near = count_hand_overs(coded, at, HandOverRules(1 << 40, 1, 1 << 60), **settings)
    assert near.column("count").tolist() == [150, 149]
    assert near.changes[MOST_CHANGES] == 1
    far = count_hand_overs(coded, at, HandOverRules((1 << 40) - 1, 1, 1 << 60), **settings)
    assert far.rows.shape[0] == 0
    assert far.of_nodes("moved_later").tolist() == [150, 149]


@pytest.mark.parametrize("nodes", [0, CODES])
def test_nobody_gives_nothing(nodes):
    empty = np.zeros(0, np.uint8)
    lookup = np.full(256, SKIP, np.uint16)
    coded = CodedJourneys(np.zeros(1, np.int64), empty, lookup, nodes, ALL, ALL)
    found = count_hand_overs(
        coded,
        np.zeros(0, np.int32),
        HandOverRules(5, 1, 9),
        places=Places(np.arange(nodes), np.arange(nodes), nodes),
        stage=(empty, np.zeros(256, np.int64)),
        goal=(ALL, ALL),
        ticks_per_second=1,
    )
    assert found.rows.size == 0
    assert (found + found).nodes.sum() == 0
