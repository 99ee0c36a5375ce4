"""Repeat as a question: CDNOW's published counts, laws and refusals."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import MemorySnapshot, journeys, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import Repeat, Selection

DAY = 86_400
NONE = -(1 << 63)


def ask(question, *people, **settings):
    return LocalEngine().run(question, snapshot_of(*people, **settings))


def bought(*days):
    return [(day * DAY, "a") for day in days]


@relaxed
@given(journeys(codes=2), st.sampled_from([1, 3, 9]))
def test_times_reconcile_with_persons(people, most):
    named = [[(at, "ab"[code]) for at, code in person] for person in people]
    result = ask(Repeat("a", most=most), *named)
    counts = [sum(code == 0 for _, code in person) for person in people]
    facts, persons = result.facts, result.columns["persons"]
    assert persons.sum() + facts["later_occurrences"] == facts["occurrences"] == sum(counts)
    assert result.columns["exactly"].sum() + facts["more_than_most"] == facts["total_persons"]
    assert facts["total_persons"] == sum(count > 0 for count in counts)
    assert facts["repeaters"] == sum(count > 1 for count in counts)
    assert np.all(np.diff(persons) <= 0)


@relaxed
@given(journeys(codes=2), st.sampled_from(["persons", "exactly", "due", "in_time", "open"]))
def test_the_members_of_a_row_are_as_many_as_it_counts(people, measure):
    named = [[(at, "ab"[code]) for at, code in person] for person in people]
    snapshot = snapshot_of(*named)
    question = Repeat("a", within="9s", most=4)
    task = question.plan(snapshot)
    for line in LocalEngine().run(question, snapshot).rows():
        cell = {"n": line["n"], "measure": measure}
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == line[measure]


def test_who_still_has_time_is_open_and_not_counted_as_lost():
    result = ask(Repeat("a", within="10d", most=2), bought(0, 5), bought(0), bought(15), bought(20))
    second = list(result.rows())[1]
    assert (second["due"], second["in_time"], second["open"]) == (2, 1, 2)
    assert second["share_in_time"] == 0.5
    assert [warning.code for warning in result.warnings] == ["open"]


def test_a_limit_that_is_just_met_counts():
    result = ask(Repeat("a", within="10d", most=2), bought(0, 10), bought(30))
    assert result.columns["in_time"][1] == 1


def test_waits_run_from_the_time_before():
    result = ask(Repeat("a", most=3), bought(0, 10, 12), bought(0, 20, 24))
    assert (result.columns["mean_seconds"][1:] / DAY).tolist() == [15, 3]
    assert result.columns["q3_seconds"][1] == pytest.approx(20 * DAY, rel=0.004)


def test_estimated_shares_count_those_who_still_wait():
    """Of four, one did it after 6 days, two waited shorter: 1 of 2 at risk, not 1 of 4."""
    people = [bought(0, 6), bought(2), bought(3), bought(1)]
    end = [(7 * DAY, "b")]
    second = list(ask(Repeat("a", most=2), *people, end).rows())[1]
    assert second["share"] == 0.25
    assert second["estimated_share"] == 0.5


def test_money_is_told_by_time_and_by_who_came_back():
    people = [[(0, 0), (DAY, 0)], [(0, 0)], [(0, 0), (DAY, 0), (2 * DAY, 0)]]
    values = np.array([1000, 500, 300, NONE, 200, 100])
    snapshot = MemorySnapshot([shard_of(people, value=values)], data_until_us=3 * DAY * 10**6)
    result = LocalEngine().run(Repeat("event:a", most=2), snapshot)
    assert result.columns["value_sum"].tolist() == [1300, 700]
    assert result.columns["values"].tolist() == [2, 2]
    assert result.columns["value_mean"].tolist() == [650, 350]
    facts = result.facts
    assert facts["value_sum"] == 2100 == result.columns["value_sum"].sum() + facts["later_value"]
    assert facts["value_of_repeats"] == 800
    assert facts["value_of_repeaters"] == 1800
    assert facts["share_of_value_of_repeaters"] == pytest.approx(1800 / 2100)


def test_first_times_lie_in_the_period_and_later_ones_may_follow():
    result = ask(Repeat("a", until="1970-01-03"), bought(0, 30), bought(10, 12), zone="UTC")
    assert result.columns["persons"][:2].tolist() == [1, 1]


def test_nobody_gives_an_answer_that_says_so():
    result = ask(Repeat("d"), bought(0))
    assert result.facts["repeat_share"] is None
    assert [warning.code for warning in result.warnings] == ["nobody"]


@pytest.mark.parametrize(
    "wrong", [{"most": 0}, {"most": 101}, {"within": "0d"}, {"within": "soon"}]
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        Repeat("a", **wrong)


def test_an_unknown_step_gets_the_nearest_names():
    with pytest.raises(QuestionError, match="'order'"):
        ask(Repeat("ordr"), names=("order", "x"))


@pytest.mark.parametrize(("language", "words"), [("en", "90 days"), ("de", "90 Tage")])
def test_the_meaning_is_told_in_words(language, words):
    assert words in Repeat("order", within="90d").explain(language)


def test_finer_ticks_give_the_same_times():
    people = [bought(0, 5, 90), bought(3, 40), bought(80)]
    question = Repeat("a", within="30d", most=3)
    fine = [[(at * 10**6, 0) for at, _ in person] for person in people]
    micros = snapshot_of(ticks_per_second=10**6, data_until_us=90 * DAY * 10**6)
    micros.shards = [shard_of(fine, ticks=np.int64)]
    found, coarse = LocalEngine().run(question, micros), ask(question, *people)
    for column in ("persons", "due", "in_time", "open", "share_in_time", "mean_seconds"):
        assert np.array_equal(found.columns[column], coarse.columns[column], equal_nan=True)


@pytest.mark.realdata
def test_the_repeat_customers_of_cdnow_are_those_published(shared_data):
    """Repeat transactions in 39 weeks of 2,357 customers: 0 to 6, and 7 or more.

    P. Fader, B. Hardie and K. L. Lee, Marketing Science 24 (2005), 275-284, on the 1/10 sample of
    CDNOW; purchases of one day are one transaction, until 30 September 1997.
    """
    text = (shared_data / "cdnow" / "CDNOW_sample.txt").read_text(encoding="utf-8")
    days = {}
    for _, customer, on, *_ in (line.split() for line in text.splitlines() if line.strip()):
        if on <= "19970930":
            day = date(int(on[:4]), int(on[4:6]), int(on[6:])).toordinal()
            days.setdefault(customer, set()).add(day - date(1970, 1, 1).toordinal())
    people = [bought(*sorted(mine)) for mine in days.values()]
    result = ask(Repeat("a", most=7), *people, zone="UTC")
    assert result.columns["exactly"].tolist() == [1411, 439, 214, 100, 62, 38, 29]
    assert result.facts["more_than_most"] == 64
    assert result.facts["repeaters"] == 946
