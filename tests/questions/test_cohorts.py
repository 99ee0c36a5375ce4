"""Cohorts as a question: reconciling tables, first touches, and CDNOW's published figures."""

from __future__ import annotations

import gzip
from datetime import date
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import MemorySnapshot, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.model import Touchpoint
from waypost.questions import ArrayShard, Cohorts, Repeat, Retention, Selection, Volumes

DAY = 86_400
NONE = -(1 << 63)


def ask(question, *people, **settings):
    return LocalEngine().run(question, snapshot_of(*people, **settings))


def row(result, cohort, period):
    return next(r for r in result.rows() if (r["cohort"], r["period"]) == (cohort, period))


people_of = st.lists(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 1), st.sampled_from([NONE, 0, 100, 250, -50])),
        min_size=1,
        max_size=8,
    ).map(lambda events: sorted((at * DAY // 2, code, value) for at, code, value in events)),
    min_size=1,
    max_size=8,
)


def with_money(people, **settings):
    shard = shard_of(
        [[event[:2] for event in person] for person in people],
        value=np.array([event[2] for person in people for event in person], np.int64),
    )
    latest = max(event[0] for person in people for event in person)
    return MemorySnapshot([shard], data_until_us=latest * 10**6, **settings)


@relaxed
@given(people_of)
def test_a_table_that_reaches_to_the_end_holds_every_event_and_all_money(people):
    result = LocalEngine().run(Cohorts(by="week", every="day", periods=12), with_money(people))
    events = [event for person in people for event in person]
    assert result.facts["events"] == len(events) == result.columns["events"].sum()
    assert result.facts["value_sum"] == sum(v for *_, v in events if v != NONE)
    assert result.facts["entrants"] == len(people)


@relaxed
@given(people_of, st.sampled_from(["day", "36h"]))
def test_what_came_together_is_the_sum_of_single_periods(people, every):
    result = LocalEngine().run(Cohorts(by="week", every=every, periods=5), with_money(people))
    for single, so_far in (("events", "events_so_far"), ("value_sum", "value_so_far")):
        table = result.columns[single].reshape(-1, 6)
        assert np.array_equal(np.cumsum(table, axis=1), result.columns[so_far].reshape(-1, 6))
    persons = result.columns["persons_so_far"].reshape(-1, 6)
    assert np.all(np.diff(persons, axis=1) >= 0)
    assert np.all(persons <= result.columns["entrants"].reshape(-1, 6))


@relaxed
@given(people_of)
def test_money_per_head_counts_everyone_whose_period_is_over(people):
    rules = {"first": "a", "then": "b", "every": "day", "periods": 3}
    found = LocalEngine().run(Cohorts(**rules, by="all"), with_money(people, zone="UTC"))
    until = max(event[0] for person in people for event in person) // DAY
    for period in range(4) if len(found) else ():
        heads = []
        for person in people:
            entries = [at for at, code, _ in person if code == 0]
            if not entries or entries[0] // DAY + period >= until:
                continue
            last = (entries[0] // DAY + period + 1) * DAY
            place = person.index(next(event for event in person if event[1] == 0))
            after = [v for at, code, v in person[place:] if code == 1 and at < last and v != NONE]
            heads.append(sum(after))
        cell = row(found, "all", period)
        assert cell["due"] == len(heads)
        assert cell["value_per_head_so_far"] == (pytest.approx(mean(heads)) if heads else None)


@relaxed
@given(people_of)
def test_active_persons_after_the_entry_are_those_of_retention(people):
    snapshot = with_money(people)
    rules = {"first": "a", "then": "b", "every": "day", "periods": 4}
    cohorts = LocalEngine().run(Cohorts(**rules, by="day"), snapshot)
    retention = LocalEngine().run(Retention(**rules), snapshot)
    for column in ("cohort", "period", "entrants", "due", "persons", "persons_due"):
        assert list(cohorts.columns[column]) == list(retention.columns[column])


@relaxed
@given(people_of, st.sampled_from(["persons", "persons_due", "persons_so_far", "entrants", "due"]))
def test_the_members_of_a_row_are_as_many_as_it_counts(people, measure):
    snapshot = with_money(people)
    question = Cohorts(first="a", by="week", every="day", periods=2)
    task = question.plan(snapshot)
    for line in LocalEngine().run(question, snapshot).rows():
        cell = {"cohort": line["cohort"], "period": line["period"], "measure": measure}
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == line[measure]


def test_cohorts_of_the_first_channel_look_at_the_first_event_of_all():
    people = [[(0, "b"), (DAY, "a")], [(0, "a"), (DAY, "b")], [(DAY, "a")]]
    result = ask(Cohorts(first="a", by="first_channel", every="day", periods=0 + 1), *people)
    entrants = {r["cohort"]: r["entrants"] for r in result.rows()}
    assert entrants == {"web": 2, "email": 1}


def test_who_came_from_nowhere_known_is_a_cohort_without_a_name():
    touchpoints = (Touchpoint("", {}), Touchpoint("cart", {"en": "Cart"}))
    people = [[(0, "a")], [(0, "b")], [(0, "a"), (5, "b")]]
    result = ask(Cohorts(by="first_touchpoint", periods=1), *people, touchpoints=touchpoints)
    assert {r["cohort"]: r["entrants"] for r in result.rows()} == {"": 1, "cart": 2}


def test_the_entry_itself_is_the_first_activity():
    found = row(ask(Cohorts(first="a", then="a", by="month"), [(0, "a")]), "1970-01", 0)
    assert (found["persons"], found["events"], found["finished"]) == (1, 1, False)


def test_nobody_gives_an_answer_that_says_so():
    result = ask(Cohorts(first="d"), [(0, "a")])
    assert [warning.code for warning in result.warnings] == ["nobody-entered"]


@pytest.mark.parametrize(
    "wrong", [{"by": "colour"}, {"every": "moon"}, {"periods": 401}, {"entry": "last"}]
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        Cohorts(**wrong)


def test_a_period_that_is_not_in_the_answer_has_no_members():
    snapshot = snapshot_of([(0, "a")])
    task = Cohorts(periods=2).plan(snapshot)
    with pytest.raises(QuestionError):
        task.members(snapshot.shards[0], Selection(), {"period": 3})


@pytest.mark.parametrize(("language", "words"), [("en", "month"), ("de", "Monat")])
def test_the_meaning_is_told_in_words(language, words):
    assert words in Cohorts(first="order").explain(language)
    assert "order" in Cohorts(then="order", by="first_channel").explain(language)


@pytest.fixture(scope="module")
def cdnow(shared_data):
    """CDNOW's purchases as a snapshot: one event a purchase, at midnight UTC, in US cents."""
    with gzip.open(shared_data / "cdnow" / "CDNOW_master.txt.gz", "rt") as file:
        rows = [
            line.split()[-4:] for line in file if line.split()[-1:] not in ([], ["dollar_value"])
        ]
    begin = date(1970, 1, 1).toordinal()
    parsed = [
        (int(who), _ordinal(on) - begin, round(float(dollars) * 100))
        for who, on, _, dollars in rows
    ]
    parsed.sort(key=lambda item: item[:2])
    who = np.array([item[0] for item in parsed])
    at = np.array([item[1] * DAY for item in parsed], np.int32)
    value = np.array([item[2] for item in parsed], np.int64)
    offsets = np.concatenate([[0], np.flatnonzero(np.diff(who)) + 1, [who.size]]).astype(np.int64)
    shard = ArrayShard(offsets, at, np.zeros(at.size, np.uint8), value=value)
    latest = int(at.max()) * 10**6
    return MemorySnapshot([shard], events=("order",), zone="UTC", data_until_us=latest)


def _ordinal(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()


@pytest.mark.realdata
def test_cdnows_customers_and_purchases_are_all_counted(cdnow):
    """23,570 customers who first bought in January to March 1997, 69,659 purchases.

    P. Fader and B. Hardie, Notes on the CDNOW Master Data Set, 2013.
    """
    result = LocalEngine().run(Cohorts(first="order", then="order", periods=18), cdnow)
    assert result.facts["entrants"] == 23_570
    assert result.facts["events"] == 69_659
    assert sorted({r["cohort"] for r in result.rows()}) == ["1997-01", "1997-02", "1997-03"]
    assert row(result, "1997-01", 0)["persons"] == row(result, "1997-01", 0)["entrants"]


@pytest.mark.realdata
def test_cdnows_orders_reconcile_across_questions(cdnow):
    cohorts = LocalEngine().run(Cohorts(first="order", then="order", periods=18), cdnow)
    repeat = LocalEngine().run(Repeat("order"), cdnow)
    assert repeat.facts["occurrences"] == cohorts.facts["events"]
    assert repeat.facts["total_persons"] == cohorts.facts["entrants"]
    assert repeat.facts["value_sum"] == cohorts.facts["value_sum"]


def test_the_money_of_an_order_and_of_its_payment_counts_once():
    shard = shard_of([[(0, 1), (5, 2)]], value=np.array([2000, 2000], np.int64))
    contacts = (
        Touchpoint("", {}),
        Touchpoint("order", {"en": "Order"}),
        Touchpoint("payment", {"en": "Payment"}, facts={"repeats": "order_placed"}),
    )
    data = MemorySnapshot([shard], touchpoints=contacts, data_until_us=90 * DAY * 1_000_000)
    engine = LocalEngine()
    assert row(engine.run(Cohorts(), data), "1970-01", 0)["value_sum"] == 2000
    assert row(engine.run(Cohorts(then="payment"), data), "1970-01", 0)["value_sum"] == 2000
    assert sum(engine.run(Volumes(by="channel"), data).columns["value_sum"]) == 2000
    assert list(engine.run(Volumes(), data).columns["value_sum"]) == [2000, 2000]
