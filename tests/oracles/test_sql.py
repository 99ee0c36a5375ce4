"""Questions equal what window functions and joins find in the same log (DuckDB, MIT licence)."""

from __future__ import annotations

import numpy as np
import pytest

from waypost.engines import LocalEngine
from waypost.questions import (
    Abandonment,
    Cohorts,
    DropOff,
    Flow,
    Funnel,
    Groups,
    HandOvers,
    Loops,
    Paths,
    Repeat,
    Retention,
    Sessions,
    TimeBetween,
    Transitions,
    Volumes,
)

GAP = 1_800
DAY = 86_400


def ask(question, log):
    return LocalEngine(threads=1).run(question, log.snapshot)


def table_of(result, *names):
    """The named columns as sorted tuples."""
    return sorted(tuple(row[name] for name in names) for row in result.rows())


def test_persons_who_come_to_b_at_any_time_after_a(log):
    expected = log.rows(
        "SELECT x.name, y.name, count(DISTINCT person) FROM log x JOIN log y USING (person) "
        "WHERE y.tick > x.tick GROUP BY ALL"
    )
    found = ask(Transitions(by="event", gap="eventually"), log)
    assert table_of(found, "from", "to", "persons") == sorted(expected)


def test_starts_ends_and_visits_folded(log):
    expected = log.rows(
        "SELECT name, following, count(*) FROM (SELECT person, name, "
        "lead(name) OVER (PARTITION BY person ORDER BY tick) AS following FROM log) "
        "WHERE name <> following GROUP BY ALL"
    )
    found = ask(Transitions(by="event", fold_repeats=True, times=False), log)
    assert table_of(found, "from", "to", "count") == sorted(expected)
    ends = log.rows(
        "SELECT last, count(*) FROM (SELECT arg_max(name, tick) AS last FROM log "
        "GROUP BY person) GROUP BY last ORDER BY last"
    )
    nodes = found.facts["nodes"]
    assert list(zip(nodes["node"], nodes["ends"].tolist(), strict=True)) == ends


def test_volumes_and_their_money(log):
    expected = log.rows(
        "SELECT name, count(*), count(DISTINCT person), count(DISTINCT tick // $day), "
        "count(value), coalesce(sum(value), 0)::BIGINT FROM log GROUP BY name",
        day=DAY,
    )
    found = ask(Volumes(by="event"), log)
    names = ("event", "events", "persons", "days", "values", "value_sum")
    assert table_of(found, *names) == sorted(expected)


def test_groups_of_a_first_value(log):
    expected = log.rows(
        "SELECT first, count(*) FROM (SELECT arg_min(name, tick) AS first FROM log "
        "GROUP BY person) GROUP BY first"
    )
    assert table_of(ask(Groups("event"), log), "group", "persons") == sorted(expected)


def test_waits_from_the_first_to_the_first_after_it(log):
    [expected] = log.rows(
        "WITH firsts AS (SELECT person, min(tick) AS began FROM log WHERE name = 'a' "
        "GROUP BY person), waits AS (SELECT began, (SELECT min(tick) FROM log b "
        "WHERE b.person = f.person AND name = 'b' AND tick > began) - began AS wait FROM firsts f) "
        "SELECT count(wait), count(*) - count(wait), avg(wait), min(wait), max(wait), "
        "quantile_disc(wait, 0.5) FROM waits"
    )
    result = ask(TimeBetween("a", "b"), log)
    names = ("count", "censored", "mean_seconds", "least_seconds", "greatest_seconds")
    assert [result.facts[name] for name in names] == pytest.approx(expected[:5])
    assert result.columns["seconds"][2] == pytest.approx(expected[5], rel=0.005)


def test_waits_from_every_first_to_the_next_then(log):
    [expected] = log.rows(
        "SELECT count(due), count(*) - count(due), avg(due - tick), count(DISTINCT person), "
        "count(DISTINCT CASE WHEN due IS NOT NULL THEN person END) FROM (SELECT *, "
        "min(CASE WHEN name = 'b' THEN tick END) OVER (PARTITION BY person ORDER BY tick "
        "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS due FROM log) WHERE name = 'a'"
    )
    facts = ask(TimeBetween("a", "b", mode="any_to_next"), log).facts
    names = ("count", "censored", "mean_seconds", "persons", "persons_done")
    assert [facts[name] for name in names] == pytest.approx(expected)


def test_waits_for_the_nth_time_and_its_money(log):
    expected = log.rows(
        "SELECT n, count(*), avg(tick - before), sum(value)::BIGINT FROM (SELECT *, "
        "row_number() OVER w AS n, lag(tick) OVER w AS before FROM log WHERE name = 'b' "
        "WINDOW w AS (PARTITION BY person ORDER BY tick)) WHERE n <= 5 GROUP BY n ORDER BY n"
    )
    found = ask(Repeat("b", most=5), log)
    names = ("n", "persons", "mean_seconds", "value_sum")
    for row, (n, persons, mean, money) in zip(found.rows(), expected, strict=True):
        told = [row[name] for name in names]
        assert told[:2] + told[3:] == [n, persons, money]
        assert told[2] == (mean if mean is None else pytest.approx(mean))


def test_who_repeats_in_time(log):
    until = log.snapshot.data_until_us // 1_000_000
    [expected] = log.rows(
        "SELECT count(*) FILTER (tick + $day <= $until), "
        "count(*) FILTER (tick + $day <= $until AND later - tick <= $day) FROM (SELECT *, "
        "row_number() OVER w AS n, lead(tick) OVER w AS later FROM log WHERE name = 'b' "
        "WINDOW w AS (PARTITION BY person ORDER BY tick)) WHERE n = 1",
        day=DAY,
        until=until,
    )
    second = list(ask(Repeat("b", within="1d"), log).rows())[1]
    assert (second["due"], second["in_time"]) == expected


SESSIONS = """
WITH marked AS (SELECT *, (tick - lag(tick) OVER w >= $gap) IS NOT FALSE AS begins FROM log
                WINDOW w AS (PARTITION BY person ORDER BY tick)),
numbered AS (SELECT *, sum(begins::INT) OVER (PARTITION BY person ORDER BY tick) AS session
             FROM marked)
"""


def test_sessions_by_node(log):
    expected = log.rows(
        SESSIONS + "SELECT name, count(DISTINCT (person, session)), count(DISTINCT person), "
        "count(*) FILTER (place = 1), count(*) FILTER (place = size), count(*) FILTER (size = 1), "
        "count(*) FROM (SELECT *, row_number() OVER (PARTITION BY person, session ORDER BY tick) "
        "AS place, count(*) OVER (PARTITION BY person, session) AS size FROM numbered) "
        "GROUP BY name",
        gap=GAP,
    )
    found = ask(Sessions(by="event"), log)
    names = ("node", "sessions", "persons", "starts", "ends", "bounces", "events")
    assert table_of(found, *names) == sorted(expected)


def test_durations_of_sessions_and_those_with_a_goal(log):
    [expected] = log.rows(
        SESSIONS + "SELECT count(*), avg(lasted), count(*) FILTER (has), quantile_disc(lasted, .9)"
        " FROM (SELECT max(tick) - min(tick) AS lasted, bool_or(name = 'b') AS has FROM numbered "
        "GROUP BY person, session)",
        gap=GAP,
    )
    facts = ask(Sessions(by="event", goal="b"), log).facts
    told = [facts[name] for name in ("total_sessions", "mean_seconds", "converting")]
    assert told == pytest.approx(expected[:3])
    assert facts["p90_seconds"] == pytest.approx(expected[3], rel=0.01)


def test_where_journeys_end_and_who_was_there(log):
    until = log.snapshot.data_until_us // 1_000_000
    expected = log.rows(
        "WITH ends AS (SELECT person, arg_max(name, tick) AS name, "
        "max(tick) + $quiet <= $until AS gone FROM log GROUP BY person) "
        "SELECT name, count(*) FILTER (gone), count(*) FILTER (NOT gone), "
        "(SELECT count(DISTINCT person) FROM log l WHERE l.name = ends.name) FROM ends "
        "GROUP BY name",
        quiet=DAY,
        until=until,
    )
    found = ask(DropOff(by="event", quiet="1d"), log)
    assert table_of(found, "event", "ended", "open", "visitors") == sorted(expected)


def test_the_second_and_third_column_of_a_flow(log):
    expected = log.rows(
        "WITH placed AS (SELECT *, row_number() OVER w AS place, lead(name) OVER w AS following "
        "FROM log WINDOW w AS (PARTITION BY person ORDER BY tick)) "
        "SELECT place, name, following, count(*) FROM placed "
        "WHERE place <= 2 AND following IS NOT NULL GROUP BY ALL"
    )
    found = ask(Flow(by="event", length=3, fold_repeats=False), log)
    bands = table_of(found, "column", "from", "to", "persons", "kind")
    assert [band[:4] for band in bands if band[4] == "on"] == sorted(expected)


def test_last_steps_before_an_anchor(log):
    expected = log.rows(
        "SELECT path, count(*) FROM (SELECT list(l.name ORDER BY l.tick)[-3:] AS path FROM log l "
        "JOIN (SELECT person, min(tick) AS ended FROM log WHERE name = 'd' GROUP BY person) e "
        "ON l.person = e.person AND l.tick <= e.ended GROUP BY l.person) GROUP BY path"
    )
    question = Paths(by="event", direction="suffix", anchor="d", length=3, collapse="none", top=500)
    rows = [row for row in ask(question, log).rows() if not row["is_rest"]]
    assert {tuple(r["path"]): r["persons"] for r in rows} == {tuple(p): n for p, n in expected}


def test_visits_that_repeat(log):
    expected = log.rows(
        "WITH islands AS (SELECT *, row_number() OVER (PARTITION BY person ORDER BY tick) - "
        "row_number() OVER (PARTITION BY person, name ORDER BY tick) AS island FROM log), "
        "visits AS (SELECT person, name, count(*) AS size, max(tick) - min(tick) AS lasted "
        "FROM islands GROUP BY person, name, island) "
        "SELECT name, count(DISTINCT person), count(*), sum(size - 1)::BIGINT, sum(lasted)::DOUBLE "
        "FROM visits WHERE size > 1 GROUP BY name"
    )
    rows = [row for row in ask(Loops(by="event"), log).rows() if row["kind"] == "repeated"]
    names = ("node", "persons", "loops", "events", "total_seconds")
    assert sorted(tuple(row[name] for name in names) for row in rows) == sorted(expected)


@pytest.mark.parametrize("within", [600, 5_000, 90_000])
def test_the_first_attempt_of_a_funnel(log, within):
    expected = log.rows(
        "WITH one AS (SELECT person, min(tick) AS t1 FROM log WHERE name = 'a' GROUP BY person), "
        "two AS (SELECT o.person, t1, min(l.tick) AS t2 FROM one o LEFT JOIN log l "
        "ON l.person = o.person AND l.name = 'b' AND l.tick > t1 AND l.tick <= t1 + $within "
        "GROUP BY ALL), three AS (SELECT t.person, t2, min(l.tick) AS t3 "
        "FROM two t LEFT JOIN log l "
        "ON l.person = t.person AND l.name = 'c' AND l.tick > t2 AND l.tick <= t1 + $within "
        "GROUP BY ALL) SELECT count(*), count(t2), count(t3) FROM three",
        within=within,
    )
    found = ask(Funnel(["a", "b", "c"], entry="first", within=f"{within}s"), log)
    assert [tuple(found.columns["persons"].tolist())] == expected


def test_attempts_with_a_pause_limit(log):
    """An attempt is a run of starts, each at most an hour after the one before, until a goal."""
    until = log.snapshot.data_until_us // 1_000_000
    expected = log.rows(
        "WITH seen AS (SELECT *, lag(name) OVER w AS before, lag(tick) OVER w AS earlier "
        "FROM log WHERE name IN ('a', 'b') WINDOW w AS (PARTITION BY person ORDER BY tick)), "
        "runs AS (SELECT *, sum((name = 'a' AND (before IS DISTINCT FROM 'a' OR "
        "tick - earlier > 3600))::INT) OVER (PARTITION BY person ORDER BY tick) AS attempt "
        "FROM seen), "
        "carts AS (SELECT person, max(tick) FILTER (name = 'a') AS latest, "
        "min(tick) FILTER (name = 'b') AS goal FROM runs WHERE attempt > 0 "
        "GROUP BY person, attempt) "
        "SELECT count(*), count(*) FILTER (goal - latest <= 3600), "
        "count(*) FILTER ((goal - latest <= 3600) IS NOT TRUE AND latest + 3600 > $until) "
        "FROM carts",
        until=until,
    )
    row = next(ask(Abandonment("a", "b", within="1h"), log).rows())
    assert [(row["attempts"], row["converted"], row["open"])] == expected
    assert row["abandoned"] == row["attempts"] - row["converted"] - row["open"]


def test_money_of_cohorts_by_day(log):
    expected = log.rows(
        "WITH entered AS (SELECT person, min(tick) AS began FROM log WHERE name = 'b' "
        "GROUP BY person) SELECT (DATE '1970-01-01' + (began // $day)::INT)::VARCHAR AS cohort, "
        "tick // $day - began // $day AS n, count(DISTINCT person), count(*), sum(value)::BIGINT "
        "FROM log JOIN entered USING (person) WHERE name = 'b' AND tick >= began "
        "GROUP BY 1, 2 HAVING n <= 3",
        day=DAY,
    )
    found = ask(Cohorts(first="b", then="b", by="day", every="day", periods=3), log)
    rows = table_of(found, "cohort", "period", "persons", "events", "value_sum")
    assert [row for row in rows if row[3]] == sorted(expected)


def test_who_comes_back_in_a_range_of_days(log):
    expected = log.rows(
        "WITH entered AS (SELECT person, min(tick) AS began FROM log WHERE name = 'a' "
        "GROUP BY person) SELECT count(DISTINCT person) FROM log JOIN entered USING (person) "
        "WHERE name = 'c' AND tick > began AND (tick - began) // $day BETWEEN 1 AND 2",
        day=DAY,
    )
    question = Retention(first="a", then="c", every="1d", mode="between", brackets=[(1, 2)])
    assert [tuple(ask(question, log).facts["curve"]["persons"].tolist())] == expected


def test_changes_of_event_within_an_hour(log):
    expected = log.rows(
        "SELECT name, following, count(*), count(DISTINCT person), avg(later - tick) FROM "
        "(SELECT *, lead(name) OVER w AS following, lead(tick) OVER w AS later FROM log "
        "WINDOW w AS (PARTITION BY person ORDER BY tick)) "
        "WHERE name <> following AND later - tick <= 3600 GROUP BY ALL"
    )
    found = ask(HandOvers(by="event", within="1h"), log)
    rows = table_of(found, "from", "to", "count", "persons", "mean_seconds")
    assert [row[:4] for row in rows] == [row[:4] for row in sorted(expected)]
    assert np.allclose([row[4] for row in rows], [row[4] for row in sorted(expected)])
