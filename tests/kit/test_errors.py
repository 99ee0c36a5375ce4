"""Errors say what, which, and what next."""

from __future__ import annotations

import waypost.errors as errors_module
from waypost.errors import InputError, WaypostError, nearest


def test_message_and_hint_print_as_one() -> None:
    assert str(InputError("No.", hint="Do this.")) == "No. Do this."


def test_facts_become_text_for_programs() -> None:
    assert InputError("No.", value=3).as_dict() == {
        "code": "input",
        "message": "No.",
        "hint": "",
        "facts": {"value": "3"},
    }


def test_every_error_has_a_code_of_its_own_and_leaves_unsuccessfully() -> None:
    tree = [getattr(errors_module, name) for name in errors_module.__all__ if name != "nearest"]

    assert len({error.code for error in tree}) == len(tree)
    assert all(issubclass(error, WaypostError) and error.exit_code > 0 for error in tree)


def test_nearest_ignores_case_and_keeps_the_spelling() -> None:
    assert nearest("checkuot", ["Checkout", "Cart", "Order"]) == ["Checkout"]


def test_nothing_is_near_nonsense() -> None:
    assert nearest("zzzz", ["Checkout"]) == []
