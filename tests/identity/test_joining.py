"""Which identifiers become one person: as defined, and whatever the order of arrival."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.identity import Observation, persons_by_definition, plain_components
from tests.strategies.identity import groups, log_of, observations, people, sets_of_persons
from waypost.kernels.union_find import union_edges, union_roots

FREE = ("loyalty_card", "phone", "handle")
GUARDED = ("user_id", "email", "anonymous_id", "order_id")


def as_seen(found: list[Observation]) -> list[tuple[int, dict[str, str]]]:
    return [(at, dict(ids)) for at, ids in found]


@settings(max_examples=60, deadline=None)
@given(edges=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_union_find_finds_the_connected_parts(edges: list[tuple[int, int]]) -> None:
    parent = np.arange(20, dtype=np.int32)
    ends = np.array(edges, np.int32).reshape(-1, 2)
    union_edges(parent, ends[:, 0].copy(), ends[:, 1].copy(), np.ones(len(edges), np.uint8))
    union_roots(parent)
    nodes = [(0, frozenset({("n", str(i))})) for i in range(20)]
    joined = [(0, frozenset({("n", str(a)), ("n", str(b))})) for a, b in edges]
    for part in plain_components(nodes + joined):
        members = sorted(int(value) for _, value in part)
        assert {int(parent[member]) for member in members} == {members[0]}


@settings(max_examples=50, deadline=None)
@given(found=observations(("anonymous_id", "device_id"), values=3))
def test_without_anything_to_guard_persons_are_the_connected_parts(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation]
) -> None:
    log = log_of(tmp_path_factory.mktemp("log"), as_seen(found))
    assert groups(people(log)) == plain_components(found)


@settings(max_examples=60, deadline=None)
@given(found=observations(GUARDED))
def test_guarded_persons_agree_with_their_definition(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation]
) -> None:
    log = log_of(tmp_path_factory.mktemp("log"), as_seen(found))
    assert groups(people(log)) == persons_by_definition(found)


@settings(max_examples=40, deadline=None)
@given(found=observations((*GUARDED, *FREE)), seed=st.integers(0, 1000), batches=st.integers(1, 4))
def test_the_order_of_import_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation], seed: int, batches: int
) -> None:
    folder = tmp_path_factory.mktemp("log")
    one = people(log_of(folder / "one", as_seen(found)))
    shuffled = as_seen(found)
    random.Random(seed).shuffle(shuffled)
    other = people(log_of(folder / "other", shuffled, batches=batches))
    assert groups(one) == groups(other)
    assert one.ids().equals(other.ids())
    assert one.identifiers().equals(other.identifiers())
    assert one.edges.first_at.tolist() == other.edges.first_at.tolist()
    assert one.joined.fates.tolist() == other.joined.fates.tolist()


@settings(max_examples=40, deadline=None)
@given(found=observations((*GUARDED, *FREE)))
def test_no_person_exceeds_a_limit(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation]
) -> None:
    persons = people(log_of(tmp_path_factory.mktemp("log"), as_seen(found)))
    for group in groups(persons):
        kinds = [kind for kind, _ in group]
        assert kinds.count("user_id") <= 1
        assert kinds.count("loyalty_card") <= 3
        assert kinds.count("email") <= 5


def test_rows_without_identifier_have_no_person(tmp_path: Path) -> None:
    persons = people(log_of(tmp_path, [(1, {}), (2, {"email": "a@b.de"}), (3, {})]))
    assert persons.person_of_rows.tolist() == [-1, 0, -1]
    assert persons.count == 1


def test_an_empty_log_has_no_persons(tmp_path: Path) -> None:
    persons = people(log_of(tmp_path, []))
    assert (persons.count, persons.person_of_rows.size, persons.edges.count) == (0, 0, 0)


def test_rows_taken_back_or_replaced_carry_nothing(tmp_path: Path) -> None:
    log = log_of(
        tmp_path, [(1, {"email": "a@b.de"}), (2, {"user_id": "u", "email": "a@b.de"})], batches=2
    )
    log.undo("b1")
    persons = people(log)
    assert groups(persons) == {frozenset({("email", "a@b.de")})}
    assert persons.person_of_rows.tolist() == [0, -1]


def test_a_second_identifier_of_a_kind_joins_too(tmp_path: Path) -> None:
    log = log_of(
        tmp_path, [(1, {"email": "a@b.de", "email#2": "c@d.de"}), (2, {"email": "c@d.de"})]
    )
    persons = people(log)
    assert groups(persons) == {frozenset({("email", "a@b.de"), ("email", "c@d.de")})}
    assert persons.person_of_rows.tolist() == [0, 0]


def test_the_id_of_a_person_is_kept_when_unrelated_people_arrive(tmp_path: Path) -> None:
    seen = [(1, {"email": "a@b.de", "phone": "+49301"})]
    before = set(sets_of_persons(people(log_of(tmp_path / "one", seen))))
    after = people(
        log_of(tmp_path / "two", [*seen, *((9, {"user_id": f"u{i}"}) for i in range(50))])
    )
    assert before <= set(sets_of_persons(after))
