"""What shards contribute adds up in any order and grouping, for every question."""

from __future__ import annotations

import pickle
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.laws import EXAMPLES, contributions, fewer, filters, law, told, worlds
from waypost.questions import QUESTIONS

every_question = pytest.mark.parametrize("name", sorted(EXAMPLES))


def test_every_kind_of_question_has_an_example():
    assert set(EXAMPLES) == set(QUESTIONS)


@law("parts-add-in-any-grouping")
@every_question
@fewer
@given(worlds(), filters(), st.data())
def test_parts_add_in_any_grouping(name, world, chosen, data):
    task, parts, nothing = contributions(name, world.snapshot, chosen)
    expected = told(task.finish(reduce(add, parts, nothing)))
    while len(parts) > 1:
        place = data.draw(st.integers(0, len(parts) - 2))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    assert told(task.finish(reduce(add, parts, nothing))) == expected


@law("parts-add-in-any-order")
@every_question
@fewer
@given(worlds(), filters(), st.randoms(use_true_random=False))
def test_parts_add_in_any_order(name, world, chosen, chance):
    task, parts, nothing = contributions(name, world.snapshot, chosen)
    expected = told(task.finish(reduce(add, parts, nothing)))
    chance.shuffle(parts)
    assert told(task.finish(reduce(add, [*parts, nothing]))) == expected


@law("nobody-adds-nothing")
@every_question
@fewer
@given(worlds(), filters())
def test_nobody_adds_nothing(name, world, chosen):
    task, parts, nothing = contributions(name, world.snapshot, chosen)
    for part in parts:
        alone = told(task.finish(part))
        assert told(task.finish(part + nothing)) == told(task.finish(nothing + part)) == alone


@law("parts-are-left-alone")
@every_question
@fewer
@given(worlds(), filters())
def test_adding_changes_neither_part(name, world, chosen):
    task, parts, nothing = contributions(name, world.snapshot, chosen)
    before = [told(task.finish(part)) for part in parts]
    reduce(add, parts, nothing)
    assert [told(task.finish(part)) for part in parts] == before


@law("parts-travel")
@every_question
@fewer
@given(worlds(), filters())
def test_parts_come_from_another_machine_unchanged(name, world, chosen):
    task, parts, nothing = contributions(name, world.snapshot, chosen)
    sent = [pickle.loads(pickle.dumps(part)) for part in parts]
    expected = told(task.finish(reduce(add, parts, nothing)))
    assert told(task.finish(reduce(add, sent, nothing))) == expected
