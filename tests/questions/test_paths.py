"""What paths promise: everybody on one, occurrences apart from persons, and persons found again."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import (
    MemorySnapshot,
    events_of,
    journeys,
    shard_of,
    snapshot_of,
)
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Paths, Selection, Transitions

paths = st.builds(
    Paths,
    by=st.just("event"),
    length=st.integers(1, 12),
    direction=st.sampled_from(["prefix", "suffix"]),
    anchor=st.sampled_from([None, "event:b"]),
    occurrence=st.sampled_from(["first", "last", "every"]),
    collapse=st.sampled_from([None, "none", "first"]),
    leave_out=st.sampled_from([None, "c"]),
    leave_out_at=st.sampled_from(["anywhere", "end"]),
    whole=st.booleans(),
    top=st.sampled_from([2, 50]),
)


def ask(question, snapshot, threads=1):
    return LocalEngine(threads).run(question, snapshot)


@relaxed
@given(journeys(), paths)
def test_persons_of_a_row_are_as_many_as_it_counts(persons, question):
    snapshot = MemorySnapshot([shard_of(persons)])
    result, task = ask(question, snapshot), question.plan(snapshot)
    name = "persons" if "persons" in result.columns else "persons_at_least_once"
    for row in result.rows():
        if not row["is_rest"]:
            members = task.members(snapshot.shards[0], Selection(), row)
            assert members.sum() == row[name]


@relaxed
@given(journeys(), paths)
def test_rows_and_rest_are_everybody_and_coverage_rises_to_all(persons, question):
    result = ask(question, MemorySnapshot([shard_of(persons)]))
    name = "persons" if "persons" in result.columns else "occurrences"
    assert result.columns[name].sum() == result.facts[name]
    coverage = result.columns["coverage"]
    if result.facts["persons"]:
        assert np.all(np.diff(coverage) >= -1e-12)
        assert coverage[-1] == 1


def test_one_person_with_three_orders_is_three_occurrences():
    snapshot = snapshot_of(events_of("a1 b2 a3 b4 c5 b6"), events_of("a1 b2"), names="abc")
    question = Paths(by="event", direction="suffix", anchor="event:b", occurrence="every", length=2)
    result = ask(question, snapshot)
    rows = [
        (row["path"], row["occurrences"], row["persons_at_least_once"]) for row in result.rows()
    ]
    assert rows == [(["a", "b"], 3, 2.0), (["c", "b"], 1, 1.0), ([], 0, None)]
    assert (result.facts["occurrences"], result.facts["persons"]) == (4, 2)


def test_long_journeys_that_begin_alike_are_different_variants():
    snapshot = snapshot_of(events_of("a1 b2 c3"), events_of("a1 b2 d3"), events_of("a1 b2"))
    result = ask(Paths(by="event", length=2, whole=True), snapshot)
    assert result.facts["distinct_paths"] == 3
    assert result.columns["is_whole"] == (True, False, False, False)
    assert len(set(result.columns["variant"])) == 4


def test_a_question_from_before_keeps_its_json():
    assert Paths().to_dict() == {
        "question": "paths",
        "by": "touchpoint",
        "length": 5,
        "direction": "prefix",
        "occurrence": "first",
        "fold_repeats": True,
        "top": 50,
    }


def test_the_rest_is_no_path_whose_persons_could_be_named():
    snapshot = snapshot_of(events_of("a1"))
    with pytest.raises(QuestionError, match="other paths"):
        Paths(by="event").plan(snapshot).members(snapshot.shards[0], Selection(), {"path": []})


def test_a_whole_journey_needs_its_variant():
    snapshot = snapshot_of(events_of("a1"))
    task = Paths(by="event", whole=True).plan(snapshot)
    with pytest.raises(QuestionError, match="variant"):
        task.members(snapshot.shards[0], Selection(), {"path": ["a"]})


@pytest.fixture(scope="module")
def random_log():
    """600,000 events of 30,000 persons: two threads cut it in two."""
    random = np.random.default_rng(11)
    sizes = random.geometric(1 / 20, 30_000)
    codes = random.integers(0, 4, sizes.sum())
    ticks = random.integers(1, 50, codes.size).cumsum()
    persons = np.split(np.stack([ticks, codes], 1), sizes.cumsum()[:-1])
    snapshot = MemorySnapshot([shard_of(persons)])
    table = duckdb.connect()
    table.execute("SET threads = 2")
    table.execute("CREATE TABLE log (person INTEGER, tick INTEGER, event VARCHAR)")
    columns = {
        "person": np.repeat(np.arange(sizes.size), sizes),
        "tick": ticks,
        "event": np.array(list("abcd"))[codes],
    }
    table.register("columns", pa.table(columns))
    table.execute("INSERT INTO log SELECT * FROM columns")
    yield snapshot, table
    table.close()


@pytest.mark.parametrize("threads", [1, 2])
def test_paths_are_those_that_sql_finds(random_log, threads):
    snapshot, table = random_log
    expected = table.execute(
        "SELECT path, count(*) FROM (SELECT list(event ORDER BY tick)[1:4] AS path "
        "FROM log GROUP BY person) GROUP BY path"
    ).fetchall()
    question = Paths(by="event", length=4, collapse="none", top=1_000)
    rows = ask(question, snapshot, threads).rows()
    found = {tuple(row["path"]): row["persons"] for row in rows if not row["is_rest"]}
    assert found == {tuple(path): count for path, count in expected}


@pytest.mark.parametrize("threads", [1, 2])
def test_transitions_and_their_persons_are_those_that_sql_finds(random_log, threads):
    snapshot, table = random_log
    expected = table.execute(
        "SELECT event, following, count(*), count(DISTINCT person), "
        "quantile_disc(later - tick, 0.5) FROM (SELECT *, "
        "lead(event) OVER w AS following, lead(tick) OVER w AS later "
        "FROM log WINDOW w AS (PARTITION BY person ORDER BY tick)) "
        "WHERE following IS NOT NULL GROUP BY ALL"
    ).fetchall()
    rows = ask(Transitions(by="event", persons=True), snapshot, threads).rows()
    found = {
        (row["from"], row["to"], row["count"], row["persons"], row["median_seconds"])
        for row in rows
    }
    assert found == set(expected)
