"""Retention as a question: published cases, laws and refusals."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import journeys, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import Retention, Selection

DAY, HOUR, MINUTE = 86_400, 3_600, 60
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
LATER = 10**15


def seconds(text):
    return int((datetime.fromisoformat(text) - BEGIN).total_seconds())


def ask(question, *people, **settings):
    return LocalEngine().run(question, snapshot_of(*people, **settings))


def row(result, cohort, period):
    return next(r for r in result.rows() if (r["cohort"], r["period"]) == (cohort, period))


def came_back(text, back, **rules):
    """The period in which one person came back."""
    people = [(seconds(text), "a"), (seconds(back), "b")]
    result = ask(Retention(first="a", then="b", **rules), people, data_until_us=LATER)
    return [r["period"] for r in result.rows() if r["persons"]]


def test_the_cohorts_of_clickhouses_example():
    """ClickHouse, retention: users 0-4 on day 1, 0-9 on day 2, 0-14 on day 3 give 5, 5, 5."""
    days = [(range(5), 0), (range(10), 1), (range(15), 2)]
    people = [[(day * DAY, "a") for users, day in days if user in users] for user in range(15)]
    result = ask(Retention(every="day", periods=2), *people, data_until_us=LATER, zone="UTC")
    assert row(result, "1970-01-01", 1)["entrants"] == 5
    assert [row(result, "1970-01-01", n)["persons"] for n in (1, 2)] == [5, 5]
    assert row(result, "1970-01-02", 1)["persons"] == 5
    assert row(result, "1970-01-03", 0)["entrants"] == 5


@pytest.mark.parametrize(("clock", "period"), [("full_hour", 1), ("exact", 0)])
def test_windows_from_the_full_hour_are_those_of_amplitude(clock, period):
    """Amplitude, retention: entry on 1 December 17:59, return on 2 December 17:00 is day 1."""
    rules = {"every": "24h", "clock": clock}
    assert came_back("2025-12-01T17:59+01:00", "2025-12-02T17:00+01:00", **rules) == [period]


@pytest.mark.parametrize(("every", "period"), [("day", 1), ("24h", 0)])
def test_sixteen_minutes_across_midnight_are_a_day_in_the_calendar_only(every, period):
    """PostHog, issue 29958: signed up at 23:45, last seen at 00:01."""
    assert came_back("2025-05-05T23:45+02:00", "2025-05-06T00:01+02:00", every=every) == [period]


@pytest.mark.parametrize(
    ("every", "text", "back", "period"),
    [
        ("week", "2025-05-11T23:59+02:00", "2025-05-12T00:00+02:00", 1),
        ("week", "2025-05-05T00:00+02:00", "2025-05-11T23:59+02:00", 0),
        ("month", "2025-01-31T23:59+01:00", "2025-02-01T00:00+01:00", 1),
        ("month", "2024-12-31T12:00+01:00", "2025-02-01T00:00+01:00", 2),
        ("quarter", "2025-03-31T12:00+02:00", "2025-04-01T00:00+02:00", 1),
        ("year", "2024-12-31T23:59+01:00", "2026-01-01T00:00+01:00", 2),
        ("day", "2025-03-29T23:30+01:00", "2025-03-31T00:00+02:00", 2),
        ("day", "2025-10-26T00:00+02:00", "2025-10-26T23:59+01:00", 0),
        ("day", "2025-10-26T00:00+02:00", "2025-10-27T00:00+01:00", 1),
    ],
)
def test_calendar_periods_are_those_of_the_workspaces_zone(every, text, back, period):
    assert came_back(text, back, every=every) == [period]


people_of = st.lists(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from("ab")), min_size=1, max_size=8).map(
        lambda events: [(at * DAY // 2, name) for at, name in sorted(events)]
    ),
    min_size=1,
    max_size=8,
)


@relaxed
@given(people_of, st.sampled_from(["day", "week", "24h", "3d"]))
def test_unbounded_retention_never_rises(people, every):
    result = ask(Retention(every=every, periods=6, mode="on_or_after"), *people)
    persons = result.columns["persons"].reshape(-1, 7)
    assert np.all(np.diff(persons, axis=1) <= 0)


@relaxed
@given(people_of)
def test_a_bracket_holds_at_least_each_of_its_periods_and_at_most_their_sum(people):
    question = Retention(first="a", then="b", every="day", periods=5)
    single = ask(question, *people).columns["persons"].reshape(-1, 6)
    bracketed = Retention(first="a", then="b", every="day", mode="between", brackets=[(1, 5)])
    together = ask(bracketed, *people).columns["persons"]
    assert np.all(together >= single[:, 1:].max(axis=1))
    assert np.all(together <= single[:, 1:].sum(axis=1))


@relaxed
@given(people_of)
def test_cohorts_add_up_to_one_of_everybody(people):
    rules = {"first": "a", "every": "day", "periods": 4}
    apart = ask(Retention(**rules), *people)
    together = ask(Retention(**rules, cohorts="all"), *people)
    for column in ("persons", "persons_due", "due", "entrants"):
        summed = apart.columns[column].reshape(-1, 5).sum(axis=0)
        assert summed.tolist() == together.columns[column].reshape(-1, 5).sum(axis=0).tolist()
    assert apart.facts["entrants"] == together.facts["entrants"]


@relaxed
@given(people_of, st.sampled_from(["persons", "persons_due", "entrants", "due"]))
def test_the_members_of_a_row_are_as_many_as_it_counts(people, measure):
    snapshot = snapshot_of(*people)
    question = Retention(first="a", then="b", every="day", periods=3)
    task = question.plan(snapshot)
    for line in LocalEngine().run(question, snapshot).rows():
        cell = {"cohort": line["cohort"], "period": line["period"], "measure": measure}
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == line[measure]


def test_members_without_a_cohort_are_those_of_the_curve():
    people = [[(0, "a"), (DAY, "b")], [(DAY, "a"), (2 * DAY, "b")], [(DAY, "a")]]
    snapshot = snapshot_of(*people)
    question = Retention(first="a", then="b", every="day", periods=2)
    found = question.plan(snapshot).members(snapshot.shards[0], Selection(), {"period": 1})
    curve = LocalEngine().run(question, snapshot).facts["curve"]
    assert found.sum() == curve["persons"][1] == 2


def test_unfinished_periods_are_marked_and_left_out_of_means():
    people = [[(0, "a"), (DAY, "b")], [(2 * DAY, "a")], [(2 * DAY, "a"), (3 * DAY, "b")]]
    result = ask(Retention(first="a", then="b", every="day", periods=1), *people, zone="UTC")
    assert result.columns["finished"] == (True, True, True, False)
    assert result.facts["curve"]["due"].tolist() == [3, 1]
    assert result.facts["curve"]["share"].tolist() == [0, 1]
    assert row(result, "1970-01-03", 1)["share"] is None
    assert row(result, "1970-01-03", 1)["share_so_far"] == 0.5
    assert [warning.code for warning in result.warnings] == ["unfinished"]


def test_means_are_weighted_by_persons_or_of_cohorts():
    one = [[(0, "a"), (DAY, "b")]]
    many = [[(DAY, "a")] for _ in range(3)]
    end = [[(9 * DAY, "c")]]
    rules = {"first": "a", "then": "b", "every": "day", "periods": 1}
    weighted = ask(Retention(**rules), *one, *many, *end, zone="UTC")
    simple = ask(Retention(**rules, mean="simple"), *one, *many, *end, zone="UTC")
    assert weighted.facts["curve"]["share"][1] == 0.25
    assert simple.facts["curve"]["share"][1] == 0.5


def test_a_cohort_of_a_month_keeps_the_days_of_those_who_had_them():
    """PostHog, issue 23355: a cohort that has matured in part is not cut for everybody."""
    people = [[(0, "a"), (2 * DAY, "b")], [(20 * DAY, "a")], [(21 * DAY, "b")]]
    rules = {"first": "a", "then": "b", "every": "day", "periods": 2}
    result = ask(Retention(**rules, cohorts="month"), *people, zone="UTC")
    cell = row(result, "1970-01", 2)
    assert (cell["entrants"], cell["due"], cell["share"]) == (2, 1, 1.0)
    assert cell["finished"] is False


def test_only_the_first_of_all_lets_a_person_enter_unless_asked():
    people = [(0, "a"), (10 * DAY, "a"), (11 * DAY, "b")]
    rules = {"first": "a", "then": "b", "every": "day", "since": "1970-01-05"}
    assert ask(Retention(**rules), people).facts["entrants"] == 0
    counted = ask(Retention(**rules, entry="first_in_period"), people)
    assert counted.facts["entrants"] == 1
    assert row(counted, "1970-01-11", 1)["persons"] == 1


def test_returns_may_come_after_the_period_of_entries():
    people = [(0, "a"), (3 * DAY, "b")]
    result = ask(Retention(first="a", then="b", every="day", until="1970-01-01"), people)
    assert row(result, "1970-01-01", 3)["persons"] == 1


def test_money_is_the_mean_over_all_who_entered():
    people = [[(0, 0), (DAY, 1), (DAY + 1, 1)], [(0, 0)], [(5, 0), (DAY, 1)], [(9 * DAY, 2)]]
    none = -(1 << 63)
    snapshot = snapshot_of(zone="UTC", data_until_us=9 * DAY * 10**6)
    snapshot.shards = [shard_of(people, value=np.array([none, 500, 100, none, 0, 300, none]))]
    question = Retention(first="a", then="b", every="day", periods=1, of="money")
    found = row(LocalEngine().run(question, snapshot), "1970-01-01", 1)
    assert found["value_sum"] == 900
    assert found["value_per_entrant"] == 300
    assert found["high"] - 300 == pytest.approx(4.302652729911275 * np.sqrt(90_000 / 3))


@relaxed
@given(journeys(codes=2, latest=9), st.sampled_from([None, "a"]))
def test_any_event_is_every_event(people, first):
    named = [[(at * DAY, "ab"[code]) for at, code in person] for person in people]
    counted = ask(Retention(first=first, every="day", periods=3), *named)
    either = "event in ('a', 'b', 'c', 'd')"
    same = ask(Retention(first=first or either, then=either, every="day", periods=3), *named)
    assert counted.columns["persons"].tolist() == same.columns["persons"].tolist()


def test_nobody_gives_an_answer_that_says_so():
    result = ask(Retention(first="d"), [(0, "a")])
    assert len(result) == 0
    assert [warning.code for warning in result.warnings] == ["nobody-entered"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": "fortnight"},
        {"every": "0d"},
        {"periods": 0},
        {"mode": "sometimes"},
        {"mode": "between"},
        {"brackets": [(0, 1)]},
        {"mode": "between", "brackets": [(3, 1)]},
        {"mode": "between", "brackets": [(1,)]},
        {"mean": "median"},
        {"of": "heads"},
        {"cohorts": "24h"},
        {"clock": "noon"},
        {"entry": "last"},
    ],
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        Retention(**wrong)


def test_an_unknown_step_gets_the_nearest_names():
    with pytest.raises(QuestionError, match="'order'"):
        ask(Retention(first="ordr"), names=("order", "x"))


def test_a_period_that_is_not_in_the_answer_has_no_members():
    snapshot = snapshot_of([(0, "a")])
    task = Retention(periods=2).plan(snapshot)
    with pytest.raises(QuestionError, match="no period"):
        task.members(snapshot.shards[0], Selection(), {"period": 7})


@pytest.mark.parametrize(("language", "words"), [("en", "24 hours"), ("de", "24 Stunden")])
def test_the_meaning_is_told_in_words(language, words):
    assert words in Retention(first="order", every="24h").explain(language)
    ranges = Retention(mode="between", brackets=[(1, 7), (8, 14)])
    assert "1–7, 8–14" in ranges.explain(language)
    told = Retention(first="order", then="visit", mode="on_or_after").explain(language)
    assert "order" in told
    assert "visit" in told


@relaxed
@given(people_of, st.sampled_from(["day", "week", "36h"]))
def test_finer_ticks_give_the_same_cells(people, every):
    question = Retention(first="a", then="b", every=every, periods=5)
    seconds_of = ask(question, *people)
    fine = [[(at * 10**6, "ab".index(name)) for at, name in person] for person in people]
    latest = max(at for person in fine for at, _ in person)
    micros = snapshot_of(ticks_per_second=10**6, data_until_us=latest)
    micros.shards = [shard_of(fine, ticks=np.int64)]
    found = LocalEngine().run(question, micros)
    for column in ("cohort", "period", "entrants", "due", "persons", "persons_due"):
        assert list(found.columns[column]) == list(seconds_of.columns[column])
