"""Mailboxes, phones and computers that people with different names use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.identity import Observation, persons_by_definition
from tests.strategies.identity import (
    groups,
    log_by_source,
    log_of,
    observations,
    observed,
    people,
    sets_of_persons,
)
from waypost.identity import Decisions, IdentitySettings, Persons, explain, resolve, suspicious

FAMILY = "familie@x.de"
ANNA, BERT = "Anna Müller", "Bert Müller"
SHARED = [
    (1, {"email": FAMILY, "phone": "+491", "name": ANNA}),
    (2, {"email": FAMILY, "phone": "+492", "name": BERT}),
    (3, {"email": FAMILY, "name": "Dr. Anna Mueller"}),
    (4, {"email": FAMILY, "name": "Müller, Bert"}),
    (5, {"email": FAMILY}),
]


def rows_of(folder: Path, seen: list, decisions: Decisions | None = None) -> list[int]:
    return people(log_of(folder, seen), decisions).person_of_rows.tolist()


def value(persons: Persons) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in suspicious(persons)}


def test_each_name_on_a_shared_mailbox_is_a_person_of_its_own(tmp_path: Path) -> None:
    anna, bert, also_anna, also_bert, nobody = rows_of(tmp_path, SHARED)
    assert anna == also_anna != bert == also_bert
    assert nobody == -1


def test_a_new_family_name_or_a_typo_parts_nobody(tmp_path: Path) -> None:
    names = [ANNA, "Anna Schmidt", "Amna Schmidt", "A. Schmidt", "Schmidt", "Anna Schmidt GmbH", ""]
    seen = [(at, {"email": FAMILY, "name": name}) for at, name in enumerate(names)]
    assert set(rows_of(tmp_path, seen)) == {0}


def test_an_event_without_a_name_goes_with_the_only_user_whom_nothing_forbids(
    tmp_path: Path,
) -> None:
    seen = [
        *SHARED,
        (6, {"phone": "+492", "user_id": "u2"}),
        (7, {"email": FAMILY, "user_id": "u2"}),
        (8, {"email": FAMILY, "device_id": "tablet"}),
    ]
    rows = rows_of(tmp_path, seen)
    assert rows[1] == rows[5] == rows[6]
    assert rows[7] not in {-1, rows[0], rows[1]}


def test_by_exclusion_the_second_account_on_a_mailbox_belongs_to_the_other_user(
    tmp_path: Path,
) -> None:
    seen = [
        *SHARED,
        (6, {"phone": "+491", "user_id": "u1"}),
        (7, {"email": FAMILY, "user_id": "u2"}),
    ]
    rows = rows_of(tmp_path, seen)
    assert rows[5] == rows[0]
    assert rows[6] == rows[1]


def test_a_shared_phone_is_parted_too(tmp_path: Path) -> None:
    seen = [
        (1, {"phone": "+491", "email": "a@x.de", "name": ANNA}),
        (2, {"phone": "+491", "email": "b@x.de", "name": BERT}),
    ]
    assert people(log_of(tmp_path, seen)).count == 2


def test_a_computer_with_two_names_behind_it_follows_who_was_there(tmp_path: Path) -> None:
    seen = [
        (1, {"email": "a@x.de", "name": ANNA}),
        (2, {"email": "b@x.de", "name": BERT}),
        (3, {"anonymous_id": "pc-1", "email": "a@x.de"}),
        (4, {"anonymous_id": "pc-1"}),
        (5, {"anonymous_id": "pc-1", "email": "b@x.de"}),
        (6, {"anonymous_id": "pc-1"}),
    ]
    persons = people(log_of(tmp_path, seen))
    rows = persons.person_of_rows.tolist()
    assert rows[0] == rows[2] == rows[3] != rows[1] == rows[4] == rows[5]
    assert ("anonymous_id", "pc-1") in value(persons)


def test_the_device_of_one_user_of_a_shared_mailbox_is_not_shared_itself(tmp_path: Path) -> None:
    seen = [
        *SHARED,
        (6, {"anonymous_id": "pc-1", "phone": "+492"}),
        (7, {"anonymous_id": "pc-1", "email": FAMILY}),
    ]
    persons = people(log_of(tmp_path, seen))
    assert persons.person_of_rows[6] == persons.person_of_rows[1]
    assert value(persons) == {("email", FAMILY)}


def test_a_mentioned_order_does_not_join_two_names(tmp_path: Path) -> None:
    seen = [
        (1, {"email": "a@x.de", "order_id": "1001", "name": ANNA}),
        (2, {"phone": "+492", "name": BERT}),
        (3, {"phone": "+492", "order_id": "1001"}),
    ]
    assert people(log_of(tmp_path, seen)).count == 2


def test_an_account_under_two_names_is_one_account(tmp_path: Path) -> None:
    seen = [
        (1, {"user_id": "u1", "name": ANNA}),
        (2, {"user_id": "u1", "name": BERT}),
        (3, {"user_id": "u1"}),
    ]
    assert set(rows_of(tmp_path, seen)) == {0}


def test_the_story_says_who_shares_a_mailbox(tmp_path: Path) -> None:
    log = log_of(tmp_path, SHARED)
    persons = people(log)
    ids = [persons.person_id(int(persons.person_of_rows[row])) for row in (0, 1)]
    (found,) = suspicious(persons)
    assert (found.kind, found.value) == ("email", FAMILY)
    assert found.reason == (
        f"people with different names use it: Anna Müller ({ids[0]}), Bert Müller ({ids[1]})"
    )
    story = explain(persons, log, None, FAMILY)
    assert (story.person, story.asked.standing) == (-1, "shared by name")
    assert [one.reason for one in story.identifiers[1:]] == [
        "as used under the name Anna Müller",
        "as used under the name Bert Müller",
    ]
    anna = explain(persons, log, None, ids[0])
    assert {one.value for one in anna.identifiers} == {FAMILY, "+491"}
    assert anna.events == 2


def test_the_table_of_identifiers_has_a_row_for_each_user(tmp_path: Path) -> None:
    table = people(log_of(tmp_path, SHARED)).identifiers().to_pylist()
    mine = {one["name"]: one["person"] for one in table if one["value"] == FAMILY}
    assert mine.keys() == {None, ANNA, BERT}
    assert mine[None] is None
    assert len({mine[ANNA], mine[BERT]}) == 2


def test_a_mailbox_kept_apart_is_kept_apart_under_each_name(tmp_path: Path) -> None:
    log, decisions = log_of(tmp_path, SHARED), Decisions()
    before = groups(people(log))
    number = decisions.keep_apart(("email", FAMILY), ("phone", "+491")).number
    assert frozenset({("phone", "+491")}) in groups(people(log, decisions))
    decisions.undo(number)
    assert groups(people(log, decisions)) == before


def test_a_mailbox_taken_out_by_hand_is_not_parted(tmp_path: Path) -> None:
    decisions = Decisions()
    decisions.split("email", FAMILY)
    persons = people(log_of(tmp_path, SHARED), decisions)
    assert persons.parts.base.size == 0
    assert frozenset({("phone", "+491")}) in groups(persons)


def test_an_undone_import_brings_the_mailbox_back_together(tmp_path: Path) -> None:
    alone = sets_of_persons(people(log_by_source(tmp_path / "a", SHARED[:1], ["shop"])))
    log = log_by_source(tmp_path / "b", SHARED[:2], ["shop", "till"])
    assert people(log).count == 2
    log.undo("till")
    assert sets_of_persons(people(log)) == alone


def test_names_count_only_where_settings_name_their_attribute(tmp_path: Path) -> None:
    log = log_of(tmp_path, SHARED)
    assert resolve(log, IdentitySettings(person_names=()), Decisions()).count == 1
    other = IdentitySettings(person_names=("first + last", "customer_name"))
    assert resolve(log, other, Decisions()).count == 2


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_parting_by_name_can_be_turned_off_for_a_kind(tmp_path: Path, kind: str) -> None:
    own = {kind: IdentitySettings().of(kind).model_copy(update={"parted_by_name": False})}
    seen = [(1, {kind: "+491@x.de", "name": ANNA}), (2, {kind: "+491@x.de", "name": BERT})]
    assert resolve(log_of(tmp_path, seen), IdentitySettings(kinds=own), Decisions()).count == 1


NAMES = ("", "A M", "B M", "A S")
"""Told as “Anna Müller” and so on: what conflicts is plain."""
TOLD = {"": "", "A M": "Anna Müller", "B M": "Bert Müller", "A S": "Anna Schmidt"}
KINDS = ("user_id", "email", "anonymous_id", "order_id")


@settings(max_examples=75, deadline=None)
@given(found=observations(KINDS, values=3), data=st.data())
def test_persons_with_names_agree_with_their_definition_in_any_order_of_import(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation], data: st.DataObject
) -> None:
    drawn = st.lists(st.sampled_from(NAMES), min_size=len(found), max_size=len(found))
    names = data.draw(drawn)
    sources = data.draw(
        st.lists(st.sampled_from(["a", "b"]), min_size=len(found), max_size=len(found))
    )
    of_second = {at: name for (at, _), name in zip(found, names, strict=True) if name}
    expected = persons_by_definition(found, names=of_second)
    seen = observed(found, [TOLD[name] for name in names])
    folder = tmp_path_factory.mktemp("log")
    one = people(log_by_source(folder / "one", seen, sources))
    assert groups(one) == expected
    other = people(log_by_source(folder / "other", seen, sources, reverse=True))
    assert groups(other) == expected
    assert one.ids().equals(other.ids())
