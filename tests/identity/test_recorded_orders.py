"""Order numbers that systems recorded, apart from those that people typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.identity import Observation, persons_by_definition
from tests.strategies.identity import groups, log_by_source, observations, people
from waypost.identity import Decisions

DAY = 86_400
RECORDERS = ("segment", "shopify")
KINDS = ("user_id", "email", "anonymous_id", "order_id")

SHOP = (100, {"email": "anna@x.de", "order_id": "1001"})
TRACKED = (99, {"anonymous_id": "d1", "order_id": "1001"})
TYPED = (50, {"anonymous_id": "d1", "email": "ana@x.de"})
WRONG = (10, {"email": "bert@x.de", "order_id": "1001"})
ORDERED = [SHOP, TRACKED, TYPED]
BY = ["shopify", "segment", "segment"]


def mails(persons) -> set[frozenset[str]]:
    """The e-mails of every person that has one."""
    found = (frozenset(v for k, v in one if k == "email") for one in groups(persons))
    return {one for one in found if one}


def test_a_recorded_order_joins_the_mail_of_the_shop_and_the_one_typed_online(
    tmp_path: Path,
) -> None:
    persons = people(log_by_source(tmp_path, ORDERED, BY))
    assert mails(persons) == {frozenset({"anna@x.de", "ana@x.de"})}


def test_a_number_typed_before_the_order_was_recorded_does_not_take_its_place(
    tmp_path: Path,
) -> None:
    persons = people(log_by_source(tmp_path, [*ORDERED, WRONG], [*BY, "zendesk"]))
    assert mails(persons) == {frozenset({"anna@x.de", "ana@x.de"}), frozenset({"bert@x.de"})}


@pytest.mark.parametrize("other", ["zendesk", "calls", "qualtrics", "reviews", "stripe", "own"])
def test_what_other_sources_say_of_an_order_stays_guarded(tmp_path: Path, other: str) -> None:
    persons = people(log_by_source(tmp_path, [SHOP, WRONG], ["shopify", other]))
    assert mails(persons) == {frozenset({"anna@x.de"}), frozenset({"bert@x.de"})}


def test_two_orders_of_one_number_in_one_source_glue_nobody(tmp_path: Path) -> None:
    seen = [SHOP, (101, {"email": "bert@x.de", "order_id": "1001"})]
    assert len(mails(people(log_by_source(tmp_path, seen, ["shopify", "shopify"])))) == 2


@pytest.mark.parametrize(("later", "persons"), [(DAY, 1), (DAY + 1, 2)])
def test_one_number_at_two_times_is_two_orders(tmp_path: Path, later: int, persons: int) -> None:
    seen = [SHOP, (100 + later, {"email": "bert@x.de", "order_id": "1001"})]
    found = mails(people(log_by_source(tmp_path, seen, ["shopify", "segment"])))
    assert len(found) == persons


def test_three_mails_do_not_come_together_by_orders(tmp_path: Path) -> None:
    """A till in a shop on which staff order for everybody."""
    seen = [TYPED]
    for number in ("1001", "1002", "1003"):
        seen.append((100, {"anonymous_id": "d1", "order_id": number}))
        seen.append((100, {"email": f"{number}@x.de", "order_id": number}))
    by = ["segment", *["segment", "shopify"] * 3]
    assert all(len(one) == 1 for one in mails(people(log_by_source(tmp_path, seen, by))))


def test_two_accounts_never_come_together_by_an_order(tmp_path: Path) -> None:
    seen = [
        (1, {"user_id": "u1", "order_id": "1001"}),
        (2, {"user_id": "u2", "order_id": "1001"}),
    ]
    persons = people(log_by_source(tmp_path, seen, ["shopify", "segment"]))
    assert not any({("user_id", "u1"), ("user_id", "u2")} <= one for one in groups(persons))


def test_an_undone_import_leaves_the_persons_that_were_there(tmp_path: Path) -> None:
    before = people(log_by_source(tmp_path / "one", ORDERED[1:], BY[1:]))
    log = log_by_source(tmp_path / "two", ORDERED, BY)
    log.undo("shopify")
    assert groups(people(log)) == groups(before)


def test_an_order_split_off_joins_nothing_until_that_is_undone(tmp_path: Path) -> None:
    log = log_by_source(tmp_path, ORDERED, BY)
    before, decisions = groups(people(log)), Decisions()
    number = decisions.split("order_id", "1001").number
    assert len(mails(people(log, decisions))) == 2
    decisions.undo(number)
    assert groups(people(log, decisions)) == before


@settings(max_examples=50, deadline=None)
@given(found=observations(KINDS, values=3), data=st.data())
def test_persons_agree_with_their_definition_in_any_order_of_import(
    tmp_path_factory: pytest.TempPathFactory, found: list[Observation], data: st.DataObject
) -> None:
    names = st.sampled_from([*RECORDERS, "zendesk"])
    sources = data.draw(st.lists(names, min_size=len(found), max_size=len(found)))
    seen = [(at, dict(ids)) for at, ids in found]
    recorders = {at: own for (at, _), own in zip(found, sources, strict=True) if own in RECORDERS}
    expected = persons_by_definition(found, recorders)
    folder = tmp_path_factory.mktemp("log")
    assert groups(people(log_by_source(folder / "one", seen, sources))) == expected
    other = log_by_source(folder / "other", seen, sources, reverse=True)
    assert groups(people(other)) == expected
