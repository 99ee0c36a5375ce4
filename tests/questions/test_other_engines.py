"""Sessions and retention equal what ClickHouse's engine answers on the same random logs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.strategies.journeys_in_memory import MemorySnapshot
from waypost.engines import LocalEngine
from waypost.questions import ArrayShard, Repeat, Retention, Sessions

DAY = 86_400
NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def chdb():
    return pytest.importorskip("chdb")


@pytest.fixture(scope="module", params=[1, 2, 3])
def log(request, tmp_path_factory):
    """A random log as a snapshot, and as a file that ClickHouse reads; distinct instants."""
    random = np.random.default_rng(request.param)
    sizes = random.geometric(1 / 12, 300)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    gaps = np.where(random.random(offsets[-1]) < 0.7, 600, 2 * DAY) * random.random(offsets[-1])
    at = np.concatenate(
        [
            int(begin) + np.cumsum(1 + gaps[first:last].astype(np.int64))
            for begin, first, last in zip(
                random.integers(0, 40 * DAY, 300), offsets[:-1], offsets[1:], strict=True
            )
        ]
    )
    code = random.integers(0, len(NAMES), at.size).astype(np.uint8)
    shard = ArrayShard(offsets, at.astype(np.int32), code)
    snapshot = MemorySnapshot([shard], events=NAMES, zone="UTC", data_until_us=10**15)
    path = tmp_path_factory.mktemp("log") / "events.csv"
    person = np.repeat(np.arange(300), sizes)
    np.savetxt(path, np.stack([person, at, code], axis=1), fmt="%d", delimiter=",")
    return snapshot, f"file('{path}', CSV, 'person Int64, at Int64, code UInt8')"


def answer(chdb, sql):
    text = str(chdb.query(sql, "JSONCompactEachRow"))
    return [[int(value) for value in json.loads(line)] for line in text.splitlines()]


@pytest.mark.parametrize(("at_gap", "sign"), [("splits", ">="), ("stays", ">")])
def test_sessions_are_those_of_split_arrays(chdb, log, at_gap, sign):
    snapshot, source = log
    sql = f"""
        select sum(length(parts)), sum(arraySum(x -> x[-1] - x[1], parts)),
               sum(arrayCount(x -> length(x) = 1, parts))
        from (select arraySplit((x, gap) -> gap {sign} 300, times, arrayDifference(times)) parts
              from (select arraySort(groupArray(at)) times from {source} group by person))"""
    [[sessions, seconds, bounces]] = answer(chdb, sql)
    facts = LocalEngine().run(Sessions(by="all", gap="300s", at_gap=at_gap), snapshot).facts
    assert facts["total_sessions"] == sessions
    assert facts["bounces"] == bounces
    assert facts["mean_seconds"] * sessions == pytest.approx(seconds)


def test_retention_by_day_is_that_of_a_join(chdb, log):
    snapshot, source = log
    sql = f"""
        select day, n, count() from (
            select distinct e.person, e.day day, intDiv(r.at, {DAY}) - e.day n
            from (select person, min(at) entered, intDiv(min(at), {DAY}) day
                  from {source} where code = 0 group by person) e
            join (select person, at from {source} where code = 1) r on r.person = e.person
            where r.at > e.entered)
        where n <= 7 group by day, n order by day, n"""
    expected = answer(chdb, sql)
    result = LocalEngine().run(Retention(first="a", then="b", every="day", periods=7), snapshot)
    begin = np.datetime64("1970-01-01")
    found = [
        [int((np.datetime64(row["cohort"]) - begin).astype(int)), row["period"], row["persons"]]
        for row in result.rows()
        if row["persons"]
    ]
    assert found == expected


def test_three_given_days_are_those_of_clickhouses_retention(chdb, log):
    """Its ``retention`` wants the first condition and asks of each further one whether it held."""
    snapshot, source = log
    days = ", ".join(f"intDiv(at, {DAY}) = {day}" for day in (5, 6, 7))
    sql = f"""
        select sum(r[1]), sum(r[2]), sum(r[3])
        from (select retention({days}) r from {source} group by person)"""
    [expected] = answer(chdb, sql)
    on_day_5 = {"since": "1970-01-06", "until": "1970-01-06", "entry": "first_in_period"}
    result = LocalEngine().run(Retention(every="day", periods=2, **on_day_5), snapshot)
    assert [result.facts["entrants"], *result.columns["persons"][1:].tolist()] == expected


def test_windows_from_the_entry_are_those_of_a_join(chdb, log):
    snapshot, source = log
    sql = f"""
        select n, count() from (
            select distinct e.person, intDiv(r.at - e.entered, {2 * DAY}) n
            from (select person, min(at) entered from {source} group by person) e
            join (select person, at from {source}) r on r.person = e.person
            where r.at > e.entered)
        where n <= 9 group by n order by n"""
    expected = answer(chdb, sql)
    result = LocalEngine().run(Retention(every="2d", periods=9), snapshot)
    persons = [[row["period"], row["persons"]] for row in result.rows() if row["persons"]]
    assert persons == expected


def test_persons_by_number_of_times_are_those_of_a_count(chdb, log):
    snapshot, source = log
    sql = f"""
        select times, count() from (select person, count() times from {source}
        where code = 2 group by person) where times <= 10 group by times order by times"""
    expected = answer(chdb, sql)
    result = LocalEngine().run(Repeat("c"), snapshot)
    assert [[r["n"], r["exactly"]] for r in result.rows() if r["exactly"]] == expected
