"""What people decide, and that its undoing restores exactly what was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.identity import groups, log_of, people
from waypost.errors import DamagedError, InputError, NotFoundError
from waypost.identity import Decisions, Persons

SEEN = [
    (1, {"anonymous_id": "a-1", "email": "a@x.de"}),
    (2, {"anonymous_id": "a-1", "phone": "+491"}),
    (3, {"phone": "+491", "email": "b@x.de"}),
    (4, {"email": "b@x.de"}),
    (5, {"anonymous_id": "a-1"}),
]


def same(one: Persons, other: Persons) -> bool:
    return (
        np.array_equal(one.person_of_rows, other.person_of_rows)
        and one.ids().equals(other.ids())
        and one.identifiers().equals(other.identifiers())
        and np.array_equal(one.joined.fates, other.joined.fates)
    )


def test_a_split_identifier_stands_alone(tmp_path: Path) -> None:
    log, decisions = log_of(tmp_path, SEEN), Decisions.open(tmp_path)
    assert people(log).count == 1
    decisions.split("phone", "+491")
    persons = people(log, decisions)
    assert frozenset({("phone", "+491")}) in groups(persons)
    assert frozenset({("email", "b@x.de")}) in groups(persons)


def test_a_blocked_value_is_nobody(tmp_path: Path) -> None:
    log, decisions = log_of(tmp_path, SEEN), Decisions.open(tmp_path)
    decisions.block("anonymous_id", "a-1")
    assert people(log, decisions).person_of_rows[4] == -1


def test_blocking_bob_gives_the_devices_back(tmp_path: Path) -> None:
    seen = [(i, {"device_id": device, "user_id": "Bob"}) for i, device in enumerate("abc")]
    seen += [(9, {"device_id": device}) for device in "abc"]
    log, decisions = log_of(tmp_path, seen), Decisions.open(tmp_path)
    assert people(log).count == 1
    decisions.block("user_id", "Bob")
    assert people(log, decisions).count == 3


def test_kept_apart_identifiers_are_never_one_person(tmp_path: Path) -> None:
    log, decisions = log_of(tmp_path, SEEN), Decisions.open(tmp_path)
    decisions.keep_apart(("email", "a@x.de"), ("email", "b@x.de"))
    persons = people(log, decisions)
    assert persons.count == 2
    for group in groups(persons):
        assert not {("email", "a@x.de"), ("email", "b@x.de")} <= group


@settings(max_examples=25, deadline=None)
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["split", "block", "apart"]), st.integers(0, 3), st.integers(0, 3)
        ),
        min_size=1,
        max_size=4,
    ),
    kept=st.integers(0, 3),
)
def test_undo_restores_exactly(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int, int]], kept: int
) -> None:
    folder = tmp_path_factory.mktemp("log")
    known = [("anonymous_id", "a-1"), ("email", "a@x.de"), ("phone", "+491"), ("email", "b@x.de")]
    log, decisions = log_of(folder, SEEN), Decisions.open(folder)
    numbers = []
    expected = people(log, decisions)
    for place, (act, one, other) in enumerate(acts):
        if act == "apart" and one != other:
            made = decisions.keep_apart(known[one], known[other])
        elif act == "block":
            made = decisions.block(*known[one])
        else:
            made = decisions.split(*known[one])
        if place < kept:
            expected = people(log, decisions)
        else:
            numbers.append(made.number)
    for number in numbers:
        decisions.undo(number)
    assert same(people(log, Decisions.open(folder)), expected)


def test_decisions_survive_and_only_grow(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    first = decisions.split("email", "a@x.de", reason="two people")
    path = tmp_path / "identity" / "decisions.jsonl"
    before = path.read_bytes()
    decisions.undo(first.number)
    assert path.read_bytes().startswith(before)
    again = Decisions.open(tmp_path)
    assert again.active() == ()
    assert [decision.act for decision in again.all()] == ["split", "undo"]
    assert again.all()[0].reason == "two people"


def test_a_decision_of_another_process_is_not_lost(tmp_path: Path) -> None:
    one, other = Decisions.open(tmp_path), Decisions.open(tmp_path)
    one.split("email", "a@x.de")
    assert other.block("email", "b@x.de").number == 2
    assert len(Decisions.open(tmp_path).active()) == 2


def test_what_does_not_hold_cannot_be_undone(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    decisions.split("email", "a@x.de")
    decisions.undo(1)
    for number in (1, 2, 99):
        with pytest.raises(NotFoundError, match="no decision"):
            decisions.undo(number)


def test_an_empty_decision_is_refused(tmp_path: Path) -> None:
    decisions = Decisions.open(tmp_path)
    with pytest.raises(InputError):
        decisions.split("email", " ")
    with pytest.raises(InputError):
        decisions.keep_apart(("email", "a"), ("email", "a"))


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"number": 2, "act": "split"}', b'{"number": 1, "act": "x"}']
)
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "identity" / "decisions.jsonl"
    path.parent.mkdir()
    path.write_bytes(line + b"\n")
    with pytest.raises(DamagedError, match="Line 1"):
        Decisions.open(tmp_path)
