"""Paths equal their slow twin, and everybody is on one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.paths import path_of
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP, CodedJourneys
from waypost.kernels.paths import PathRules, count_paths, unpacked

rules_of = st.builds(
    PathRules,
    length=st.sampled_from([1, 2, 5, 9]),
    backward=st.booleans(),
    last=st.booleans(),
    fold=st.booleans(),
)


def _anchors(case, anchored):
    return np.array([code == 1 for _, code in case.flat], np.uint8) if anchored else ALL


def _found(counts, case, rules):
    paths = unpacked(counts.words, nodes=case.nodes, length=rules.length)
    return dict(zip(paths, counts.counts.tolist(), strict=True))


@relaxed
@given(cases(), rules_of, st.booleans())
def test_paths_equal_the_slow_twin(case, rules, anchored):
    anchored = anchored and bool(case.flat)
    counts = count_paths(case.journeys(), rules, anchors=_anchors(case, anchored))

    asked = {
        "length": rules.length,
        "backward": rules.backward,
        "last": rules.last,
        "fold": rules.fold,
        "anchored": anchored,
    }
    nodes = [None if node == SKIP else node for node in case.node_of]
    persons = [[(nodes[code], code == 1) for _, code, *_ in person] for person in case.kept()]
    paths = [path_of(person, asked) for person in persons]
    assert _found(counts, case, rules) == dict(Counter(path for path in paths if path))
    with_nodes = [any(node is not None for node, _ in person) for person in persons]
    missing = [path is None and some for path, some in zip(paths, with_nodes, strict=True)]
    assert counts.without_anchor == sum(missing)


@relaxed
@given(cases(), rules_of, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, rules, cut):
    whole = count_paths(case.journeys(), rules, anchors=ALL)

    one, other = (count_paths(p, rules, anchors=ALL) for p in halves(case.journeys(), cut))
    assert _found(one + other, case, rules) == _found(whole, case, rules)
    assert _found(other + one, case, rules) == _found(whole, case, rules)


@pytest.mark.parametrize("length", [3, 6])
def test_many_paths_and_many_nodes_survive_growing_the_table(length):
    random = np.random.default_rng(3)
    persons, nodes = 9_000, 300
    codes = random.integers(0, nodes, persons * length).astype(np.uint16)
    offsets = np.arange(persons + 1, dtype=np.int64) * length
    coded = CodedJourneys(offsets, codes, np.arange(nodes, dtype=np.uint16), nodes, ALL, ALL)

    counts = count_paths(coded, PathRules(length, fold=False), anchors=ALL)

    paths = unpacked(counts.words, nodes=nodes, length=length)
    expected = Counter(tuple(row) for row in codes.reshape(persons, length).tolist())
    assert dict(zip(paths, counts.counts.tolist(), strict=True)) == dict(expected)
