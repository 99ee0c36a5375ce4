"""What one can undo is read from the log: own changes, those undone left out, without limit."""

from __future__ import annotations

import uuid

import pytest

from waypost.app.studio.changes import Change, StaleChangeError, change_map
from waypost.app.studio.undoing import undo_history
from waypost.errors import ForbiddenError


def titles(house, shop: str, by: str = "emil") -> tuple[list[str], list[str]]:
    found = undo_history(house.site, house.people[by], shop)
    return [one.title for one in found.past], [one.title for one in found.future]


def rename(house, shop: str, was: str, value: str, by: str = "emil") -> None:
    ops = [
        {
            "op": "set",
            "kind": "head",
            "id": "head",
            "field": "title",
            "was": {"de": was},
            "value": {"de": value},
        }
    ]
    change = Change(str(uuid.uuid4()), 0, ops, f"{was} → {value}")
    change_map(house.site, house.people[by], shop, change)


def step(house, shop: str, *, again: bool = False) -> None:
    """Undo what is next, or do it again, as the browser does."""
    found = undo_history(house.site, house.emil, shop)
    last = (found.future if again else found.past)[0]
    change = Change(str(uuid.uuid4()), 0, last.undo, last.title, last.id)
    change_map(house.site, house.emil, shop, change)


def title_of(house, shop: str) -> str:
    return house.open(shop).document.head.title["de"]


def test_own_changes_come_newest_first_and_nobody_elses(house):
    shop = house.new_map("a")
    rename(house, shop, "a", "b")
    rename(house, shop, "b", "c", by="olga")
    rename(house, shop, "c", "d")
    assert titles(house, shop) == (["c → d", "a → b"], [])
    assert titles(house, shop, by="olga") == (["b → c"], [])


def test_what_was_undone_can_be_done_again_until_something_new_is_changed(house):
    shop = house.new_map("a")
    for was, value in ("ab", "bc", "cd"):
        rename(house, shop, was, value)
    step(house, shop)
    step(house, shop)
    assert title_of(house, shop) == "b"
    assert titles(house, shop) == (["a → b"], ["b → c", "c → d"])
    step(house, shop, again=True)
    assert title_of(house, shop) == "c"
    assert titles(house, shop) == (["b → c", "a → b"], ["c → d"])
    step(house, shop)
    assert title_of(house, shop) == "b"
    rename(house, shop, "b", "x")
    assert titles(house, shop) == (["b → x", "a → b"], [])


def test_a_long_history_comes_in_parts(house):
    shop = house.new_map("0")
    for number in range(130):
        rename(house, shop, str(number), str(number + 1))
    first = undo_history(house.site, house.emil, shop)
    rest = undo_history(house.site, house.emil, shop, before=first.past[-1].revision)
    assert (len(first.past), first.older, len(rest.past), rest.older) == (100, 30, 30, 0)
    assert rest.past[-1].title == "0 → 1"


def test_what_somebody_else_has_changed_since_cannot_be_undone(house):
    shop = house.new_map("a")
    rename(house, shop, "a", "b")
    rename(house, shop, "b", "c", by="olga")
    with pytest.raises(StaleChangeError):
        step(house, shop)


def test_who_may_not_edit_has_nothing_to_undo(house):
    with pytest.raises(ForbiddenError):
        undo_history(house.site, house.vito, house.new_map())
