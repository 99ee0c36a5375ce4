"""Behind every figure of persons are as many persons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.strategies.laws import (
    EXAMPLES,
    Event,
    ask,
    fewer,
    filters,
    find,
    law,
    snapshot_from,
    worlds,
)
from waypost.errors import QuestionError

WHOLES = {"hand_overs": {"persons_from"}}
"""Columns whose persons stand behind other rows."""


def person_columns(question, result):
    """Columns that count persons of the row."""
    shares = {share.count for share in question.shares if share.at_random}
    named = {
        name
        for name, values in result.columns.items()
        if name.startswith("persons") and np.asarray(values).dtype.kind == "i"
    }
    return sorted((shares | named) - WHOLES.get(question.name, set()))


def keys_of(question):
    """The columns that say what a row stands for."""
    named = {key for share in question.shares for key in share.keys}
    return sorted(named or {question.by})


def cells(question, result):
    """Every row that stands for persons, with each of its counts."""
    for row in result.rows():
        if not (row.get("is_rest") or row.get("from_is_rest") or row.get("to_is_rest")):
            for name in person_columns(question, result):
                yield {key: row[key] for key in keys_of(question)} | {"measure": name}, row[name]


@law("members-are-counts")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds(), filters(units=False))
def test_behind_a_figure_are_as_many_persons(name, world, chosen):
    question, shop = EXAMPLES[name], world.snapshot
    result = ask(question, shop, **chosen)
    for cell, count in cells(question, result):
        members = find(replace(question, **chosen), cell, shop)
        assert members.numbers.size == members.units == count
        assert np.all(np.diff(members.numbers) > 0)


@law("members-are-visible")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds())
def test_nobody_hidden_is_behind_a_figure(name, world):
    question, shop = EXAMPLES[name], world.snapshot
    shown = np.concatenate(
        [
            np.arange(shard.offsets.size - 1)[
                shard.hidden == 0 if shard.hidden.size else slice(None)
            ]
            + shard.first_person
            for shard in shop.shards
        ]
    )
    for cell, _ in cells(question, ask(question, shop)):
        assert np.isin(find(question, cell, shop).numbers, shown).all()


@law("members-of-sessions")
@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"sessions"}))
@fewer
@given(worlds())
def test_behind_a_figure_of_sessions_are_as_many_sessions(name, world):
    question, shop = replace(EXAMPLES[name], unit="session:7h"), world.snapshot
    result = ask(question, shop)
    for share in question.shares:
        if not share.at_random:
            continue
        named = share.of_unit(question.unit)
        for row in result.rows():
            if row.get("is_rest"):
                continue
            cell = {key: row[key] for key in named.keys} | {"measure": share.count}
            members = find(question, cell, shop)
            assert members.units == row[named.count]
            assert members.numbers.size <= members.units


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_figure_that_the_answer_does_not_have_is_refused(name):
    shop = snapshot_from([([[Event(0, 0), Event(1, 2)]], [])])
    with pytest.raises(QuestionError, match="measure is 'perons'"):
        find(EXAMPLES[name], {"measure": "perons"}, shop)


def test_a_figure_is_called_as_the_answer_calls_it():
    shop = snapshot_from([([[Event(0, 0), Event(1, 1)]], [])])
    funnel = replace(EXAMPLES["funnel"], unit="session:7h")
    assert find(funnel, {"step": "a", "measure": "sessions"}, shop).units == 1
    events = {"event": "a", "to": "b", "from": "a", "measure": "count"}
    assert find(EXAMPLES["transitions"], events, shop).units == 1
