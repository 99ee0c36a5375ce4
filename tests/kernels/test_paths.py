"""Paths equal their slow twin, and everybody is on one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.paths import paths_of
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels import paths as paths_kernel
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.paths import PathRules, count_paths, packed_path, persons_on_path, unpacked
from waypost.kernels.row_counts import (
    distinct_rows,
    largest,
    merged_in_parts,
    merged_rows,
    spread_rows,
)

rules_of = st.builds(
    PathRules,
    length=st.sampled_from([1, 2, 5, 9, 35]),
    backward=st.booleans(),
    occurrence=st.sampled_from(["first", "last", "every"]),
    collapse=st.sampled_from(["none", "repeats", "first"]),
    drop=st.sampled_from([-1, -1, 0, 1]),
    only_last=st.booleans(),
    whole=st.booleans(),
)


def _anchors(case, anchored):
    return np.array([code == 1 for _, code in case.flat], np.uint8) if anchored else ALL


def _found(counts, case, rules):
    paths = unpacked(counts.words, nodes=case.nodes, length=rules.length)
    tails = counts.words[:, -2:].tolist() if rules.whole else [None] * len(paths)
    numbers = zip(counts.counts.tolist(), counts.persons.tolist(), strict=True)
    keys = [(path, tail and tuple(tail)) for path, tail in zip(paths, tails, strict=True)]
    return dict(zip(keys, numbers, strict=True))


def _paths_by_person(case, rules, anchored):
    nodes = [None if node == SKIP else node for node in case.node_of]
    persons = [[(nodes[code], code == 1) for _, code, *_ in person] for person in case.kept()]
    with_nodes = [any(node is not None for node, _ in person) for person in persons]
    return [paths_of(person, rules, anchored=anchored) for person in persons], with_nodes


@relaxed
@given(cases(), rules_of, st.booleans())
def test_paths_equal_the_slow_twin(case, rules, anchored):
    anchored = anchored and bool(case.flat)
    counts = count_paths(case.journeys(), rules, anchors=_anchors(case, anchored))

    paths, with_nodes = _paths_by_person(case, rules, anchored)
    each = [[found if rules.whole else found[0] for found in mine or []] for mine in paths]
    expected = Counter(found for mine in each for found in mine)
    persons = Counter(found for mine in each for found in set(mine))
    assert Counter(counts.counts.tolist()) == Counter(expected.values())
    assert Counter(counts.persons.tolist()) == Counter(persons.values())
    if not rules.whole:
        found = {path: numbers for (path, _), numbers in _found(counts, case, rules).items()}
        assert found == {path: (expected[path], persons[path]) for path in expected}
    assert counts.everybody == sum(bool(mine) for mine in paths)
    missing = [mine is None and some for mine, some in zip(paths, with_nodes, strict=True)]
    assert counts.without_anchor == sum(missing)


@relaxed
@given(cases(), rules_of, st.booleans())
def test_those_on_a_path_are_as_many_as_were_counted(case, rules, anchored):
    anchors = _anchors(case, anchored and bool(case.flat))
    counts = count_paths(case.journeys(), rules, anchors=anchors)

    for (path, tail), (_, persons) in _found(counts, case, rules).items():
        words = packed_path(path, nodes=case.nodes, rules=rules, tail=tail or (0, 0))
        found = persons_on_path(case.journeys(), rules, anchors=anchors, words=words)
        assert found.sum() == persons


@relaxed
@given(cases(), rules_of, st.booleans(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, rules, anchored, cut):
    anchors = _anchors(case, anchored and bool(case.flat))
    whole = count_paths(case.journeys(), rules, anchors=anchors)

    one, other = (count_paths(p, rules, anchors=anchors) for p in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert _found(both, case, rules) == _found(whole, case, rules)
        assert both.everybody == whole.everybody


@pytest.mark.parametrize("length", [3, 6, 14])
@pytest.mark.parametrize("collapse", ["none", "first"])
def test_many_paths_and_many_nodes_are_counted_in_several_batches(monkeypatch, length, collapse):
    monkeypatch.setattr(paths_kernel, "_BATCH", 4_000)
    random = np.random.default_rng(3)
    persons, nodes = 9_000, 300
    codes = random.integers(0, nodes, persons * length).astype(np.uint16)
    offsets = np.arange(persons + 1, dtype=np.int64) * length
    coded = CodedJourneys(offsets, codes, np.arange(nodes, dtype=np.uint16), nodes, ALL, ALL)

    counts = count_paths(coded, PathRules(length, collapse=collapse), anchors=ALL)

    paths = unpacked(counts.words, nodes=nodes, length=length)
    rows = codes.reshape(persons, length).tolist()
    expected = Counter(
        tuple(dict.fromkeys(row)) if collapse == "first" else tuple(row) for row in rows
    )
    assert dict(zip(paths, counts.counts.tolist(), strict=True)) == dict(expected)


DIRECT, OTHER = 1, 0
SNOWPLOW = [OTHER, OTHER, OTHER, DIRECT, OTHER, DIRECT, DIRECT]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"collapse": "repeats"}, [OTHER, DIRECT, OTHER, DIRECT]),
        ({"collapse": "first"}, [OTHER, DIRECT]),
        ({"collapse": "none"}, SNOWPLOW),
        ({"collapse": "none", "drop": DIRECT}, [OTHER] * 4),
        ({"collapse": "none", "drop": DIRECT, "only_last": True}, SNOWPLOW[:5]),
    ],
)
def test_transforms_are_those_that_snowplow_publishes(rules, expected):
    """dbt-snowplow-attribution 0.5.1, the expected values of its path transformations."""
    assert _path(SNOWPLOW, rules) == tuple(expected)


def test_a_path_of_nothing_but_the_node_left_out_stays():
    assert _path([DIRECT, DIRECT], {"collapse": "none", "drop": DIRECT}) == (DIRECT, DIRECT)
    assert _path([DIRECT, DIRECT], {"collapse": "repeats"}) == (DIRECT,)


def _path(nodes, rules):
    codes = np.array(nodes, np.uint8)
    lookup = np.arange(256, dtype=np.uint16)
    journeys = CodedJourneys(np.array([0, codes.size]), codes, lookup, 2, ALL, ALL)
    counts = count_paths(journeys, PathRules(9, **rules), anchors=ALL)
    return unpacked(counts.words, nodes=2, length=9)[0]


@relaxed
@given(st.lists(st.lists(st.integers(1, 40), max_size=30), min_size=1, max_size=4))
def test_rows_merged_in_parts_are_those_merged_at_once(runs):
    spread = [spread_rows(np.array(run, np.int64), 1, len(run)) for run in runs]
    nobody = np.zeros(0, np.int32)
    mixed = [*spread, distinct_rows(np.array(runs[0], np.int64), nobody, 1, len(runs[0]))]
    for asked in (spread, mixed):
        whole = merged_rows(asked, 1)
        parts = merged_in_parts(asked, lambda work, items: [work(item) for item in items])
        for name in ("words", "counts", "persons", "starts"):
            assert np.array_equal(getattr(whole, name), getattr(parts, name))
    counted = Counter(word for run in runs for word in run)
    whole = merged_rows(spread, 1)
    assert dict(zip(whole.words.tolist(), whole.counts.tolist(), strict=True)) == counted


def test_a_code_beyond_the_nodes_is_on_no_path():
    lookup = np.full(256, SKIP, np.uint16)
    lookup[:2] = (0, 1)
    codes = np.array([1, 9, 0, 9], np.uint8)
    journeys = CodedJourneys(np.array([0, 3, 4]), codes, lookup, 2, ALL, ALL)
    counts = count_paths(journeys, PathRules(3, collapse="none"), anchors=ALL)
    assert unpacked(counts.words, nodes=2, length=3) == [(1, 0)]
    assert counts.everybody == 1


@relaxed
@given(st.lists(st.integers(0, 6) | st.integers(4_094, 4_099), max_size=30), st.integers(1, 12))
def test_the_largest_counts_are_found_with_their_equals(counts, top):
    found = largest(np.array(counts, np.int64), top)
    limit = sorted(counts, reverse=True)[top - 1] if top <= len(counts) else 0
    wanted = {row for row, count in enumerate(counts) if count >= limit}
    assert found.tolist() == sorted(found.tolist())
    assert wanted <= set(found.tolist())
    assert all(counts[row] >= min(limit, 4_096) for row in found)
