"""Questions equal ClickHouse's functions for journeys on one random log (chdb, Apache-2.0)."""

from __future__ import annotations

import json

import pytest

from waypost.engines import LocalEngine
from waypost.questions import Funnel, Paths, Patterns, Transitions

chdb = pytest.importorskip("chdb")

STEPS = "name = 'a', name = 'b', name = 'c', name = 'd'"
PATTERNS = {
    "a{3}": "(?1).*(?1).*(?1)",
    "a{2 in a row}": "(?1)(?1)",
    "a => b => c": "(?1)(?2)(?3)",
    "a -> b -> a -> b": "(?1).*(?2).*(?1).*(?2)",
    "a => . => . => d": "(?1)..(?4)",
    "b ->{900s} a ->{900s} b": "(?2)(?t<=900)(?1)(?t<=900)(?2)",
    "d ->{1h..} a": "(?4)(?t>=3600)(?1)",
}
WINDOWS = (300, 5_000, 90_000)
"""Seconds."""


@pytest.fixture(scope="module")
def theirs(log):
    """Everything in one query: sums over persons by name."""
    asked = {
        f"strict {w}": f"windowFunnel({w}, 'strict_order')(at, name = 'a', name = 'b') = 2"
        for w in WINDOWS
    }
    asked |= {f"long {w}": f"windowFunnel({w})(at, {STEPS}, name = 'a') = 5" for w in WINDOWS}
    for text, peer in PATTERNS.items():
        asked[f"match {text}"] = f"sequenceMatch('{peer}')(at, {STEPS})"
        asked[f"count {text}"] = f"sequenceCount('{peer}')(at, {STEPS})"
    for name in "abcd":
        second = f"sequenceNextNode('forward', 'head')(at, name, 1, name = '{name}')"
        asked |= {f"{name}{then}": f"ifNull({second} = '{then}', 0)" for then in "abcd"}
        after = f"sequenceNextNode('forward', 'first_match')(at, name, 1, name = '{name}')"
        asked |= {f"after {name}{then}": f"ifNull({after} = '{then}', 0)" for then in "abcd"}
    inner = ", ".join(f"{text} as n{place}" for place, text in enumerate(asked.values()))
    sums = ", ".join(f"sum(n{place})" for place in range(len(asked)))
    query = (
        f"select {sums} from (select {inner} from (select person, toDateTime(tick) as at, "
        f"toNullable(name) as name from file('{log.file}', Parquet)) group by person) "
        "settings allow_experimental_funnel_functions = 1"
    )
    numbers = json.loads(str(chdb.query(query, "JSONCompactEachRow")))
    return {name: int(number) for name, number in zip(asked, numbers, strict=True)}


def ask(question, log):
    return LocalEngine(threads=1).run(question, log.snapshot)


@pytest.mark.parametrize("window", WINDOWS)
def test_strict_order_finds_nobody_that_two_strict_steps_miss(log, theirs, window):
    """It gives up at a person's first a that something else follows; here the next a may do."""
    funnel = Funnel(["a", "b"], order="strict", ties="recorded", within=f"{window}s")
    assert 0 < theirs[f"strict {window}"] <= ask(funnel, log).facts["converted"]


@pytest.mark.parametrize("window", WINDOWS)
def test_five_steps_within_a_window_are_those_of_window_funnel(log, theirs, window):
    funnel = Funnel(["a", "b", "c", "d", "a"], within=f"{window}s")
    assert ask(funnel, log).facts["converted"] == theirs[f"long {window}"]


@pytest.mark.parametrize("text", PATTERNS)
def test_patterns_are_those_of_sequence_match_and_count(log, theirs, text):
    found = ask(Patterns(text), log).columns
    assert int(found["persons"][0]) == theirs[f"match {text}"]
    assert int(found["matches"][0]) == theirs[f"count {text}"]


def test_second_events_are_those_of_sequence_next_node(log, theirs):
    rows = ask(Paths(by="event", length=2, fold_repeats=False), log).rows()
    pairs = {"".join(row["path"]): row["persons"] for row in rows if len(row["path"]) > 1}
    assert pairs == {name: count for name, count in theirs.items() if len(name) == 2}


def test_what_follows_the_first_of_a_kind_is_that_of_sequence_next_node(log, theirs):
    for name in "abcd":
        question = Paths(by="event", length=2, anchor=name, fold_repeats=False)
        rows = [row for row in ask(question, log).rows() if len(row["path"]) > 1]
        found = {"".join(row["path"]): row["persons"] for row in rows}
        assert found == {name + then: theirs[f"after {name}{then}"] for then in "abcd"}


def test_direct_patterns_are_transitions(log, theirs):
    persons = ask(Transitions(by="event", persons=True), log)
    rows = {(row["from"], row["to"]): row["persons"] for row in persons.rows()}
    assert rows["a", "a"] == theirs["match a{2 in a row}"]
