"""Micro-conversions as a question: what the landmark removes, laws, members and refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import journeys, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import MicroConversions, Selection, question_from_dict
from waypost.questions.differences import false_discovery

DAY = 86_400
MEASURES = (
    "raw_persons",
    "raw_in_time",
    "raw_others",
    "raw_others_in_time",
    "persons",
    "in_time",
    "others",
    "others_in_time",
)
LANDMARKS = st.sampled_from(["1s", "8s", "1 event", "3 events"])


def ask(question, *people, **settings):
    return LocalEngine().run(question, snapshot_of(*people, **settings))


def named(people):
    return [[(at, "abcd"[code]) for at, code in person] for person in people]


def on_days(*events):
    return [(round(day * DAY), name) for day, name in events]


def row_of(result, node):
    return next(row for row in result.rows() if row["node"] == node)


@relaxed
@given(journeys(), LANDMARKS)
def test_persons_reconcile(people, landmark):
    question = MicroConversions("d", by="event", landmark=landmark, within="9s")
    result = ask(question, *named(people))
    facts = result.facts
    parts = ("reached_at_entry", "left_out_at_landmark", "open_at_landmark", "at_risk")
    assert facts["entrants"] == sum(facts[part] for part in parts)
    assert facts["entrants"] == sum(bool(person) for person in people)
    for row in result.rows():
        assert row["persons"] + row["others"] == facts["at_risk"]
        both = row["in_time"] + row["others_in_time"]
        assert both == facts["at_risk_in_time"]
    assert {*result.columns["node"], *facts["never_before_goal"]} == set("abcd")


@relaxed
@given(journeys(), LANDMARKS, st.sampled_from(MEASURES))
def test_the_members_of_a_row_are_as_many_as_it_counts(people, landmark, measure):
    snapshot = snapshot_of(*named(people))
    question = MicroConversions("d", by="event", start="a", landmark=landmark, within="9s")
    task = question.plan(snapshot)
    for row in LocalEngine().run(question, snapshot).rows():
        cell = {"node": row["node"], "measure": measure}
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == row[measure]


def test_time_alone_makes_no_landmark_lift():
    """Everyone comes daily until they order, on day 1 to 20; an act falls on every second visit.

    Raw, whoever stays longer has more chances to do it; at the landmark all had the same.
    """
    generator = np.random.default_rng(5)
    people = []
    for _ in range(4_000):
        last = int(generator.integers(1, 41))
        acts = generator.random(last) < 0.5
        journey = [(day, "b" if acts[day] else "a") for day in range(last)]
        people.append(on_days(*journey, (last, "d"), (90, "c")))
    question = MicroConversions("d", by="event", candidates="b", landmark="3d", within="20d")
    row = row_of(ask(question, *people), "b")
    assert abs(row["difference"]) < 0.06
    assert not row["likelier"]
    assert row["raw_difference"] < -0.3


def test_an_act_that_helps_is_found_and_told_apart_from_chance():
    generator = np.random.default_rng(6)
    people = []
    for _ in range(3_000):
        helpful, idle = (generator.random(2) < 0.3).tolist()
        reached = generator.random() < (0.4 if helpful else 0.2)
        journey = [(0, "a")] + [(0.1, "b")] * helpful + [(0.2, "c")] * idle
        people.append(on_days(*journey, *([(2, "d")] if reached else []), (60, "a")))
    result = ask(MicroConversions("d", by="event"), *people)
    assert result.columns["node"][0] == "b"
    assert row_of(result, "b")["likelier"]
    assert not row_of(result, "c")["likelier"]
    assert row_of(result, "b")["difference"] == pytest.approx(0.2, abs=0.05)
    assert row_of(result, "b")["lift"] == pytest.approx(2, rel=0.2)


def test_who_reached_the_goal_by_the_landmark_is_left_out():
    people = [
        on_days((0, "a"), (1, "d")),
        on_days((0, "a"), (1.1, "d")),
        on_days((0, "d"), (50, "a")),
    ]
    facts = ask(MicroConversions("d", by="event"), *people).facts
    assert (facts["left_out_at_landmark"], facts["at_risk"], facts["reached_at_entry"]) == (1, 1, 1)
    assert facts["at_risk_in_time"] == 1


def test_an_act_after_the_landmark_moves_nobody_to_another_group():
    people = [on_days((0, "a"), (5, "b"), (6, "d")), on_days((0, "a"), (90, "c"))]
    row = row_of(ask(MicroConversions("d", by="event"), *people), "b")
    assert (row["persons"], row["others"]) == (0, 2)
    assert (row["raw_persons"], row["raw_in_time"]) == (1, 1)


def test_a_landmark_may_be_a_number_of_events():
    people = [
        on_days((0, "a"), (3, "b"), (5, "d"), (90, "c")),
        on_days((0, "a"), (4, "a"), (5, "b"), (6, "d")),
        on_days((0, "a"), (9, "d")),
    ]
    result = ask(MicroConversions("d", by="event", landmark="2 events"), *people)
    row = row_of(result, "b")
    assert result.facts["left_out_at_landmark"] == 1
    assert (row["persons"], row["others"]) == (1, 1)


def test_what_comes_always_before_the_goal_is_no_act_that_helps():
    people = [on_days((0, "a"), (2, "b"), (2.1, "d"), (60, "a")) for _ in range(30)]
    people += [on_days((0, "c"), (0.1, "b"), (60, "a")) for _ in range(30)]
    result = ask(MicroConversions("d", by="event"), *people)
    assert row_of(result, "b")["always_before"]
    assert row_of(result, "b")["share_of_converters"] == 1
    assert result.columns["always_before"].tolist() == [False, True, True]


def test_false_alarms_are_controlled_over_all_rows():
    generator = np.random.default_rng(7)
    people = [
        on_days(
            *[(0, name) for name in "abc" if generator.random() < 0.5],
            (0.5, "e"),
            *([(2, "d")] if generator.random() < 0.3 else []),
            (60, "e"),
        )
        for _ in range(400)
    ]
    result = ask(MicroConversions("d", by="event"), *people, names="abcde")
    expected = [
        stats.fisher_exact(
            [
                [row["in_time"], row["persons"] - row["in_time"]],
                [
                    row["others_in_time"],
                    row["others"] - row["others_in_time"],
                ],
            ]
        ).pvalue
        if row["others"]
        else np.nan
        for row in result.rows()
    ]
    assert result.columns["p"] == pytest.approx(expected, nan_ok=True)
    assert result.columns["q"] == pytest.approx(false_discovery(np.array(expected)), nan_ok=True)


def test_one_person_among_thousands_is_tested_exactly():
    """One of one against 1 in 20: chance is about 5 %, not nil as the test of shares says."""
    people = [
        on_days((0, "a"), *([(2, "d")] if k % 20 == 0 else []), (60, "c")) for k in range(2000)
    ]
    people[0] = on_days((0, "a"), (0, "b"), (2, "d"), (60, "c"))
    row = row_of(ask(MicroConversions("d", by="event"), *people), "b")
    assert row["p"] == pytest.approx(0.05, abs=0.001)


def test_who_still_has_time_does_not_count():
    people = [on_days((0, "a"), (0.1, "b")), on_days((39.5, "a"), (40, "b"))]
    result = ask(MicroConversions("d", by="event"), *people)
    assert (result.facts["at_risk"], result.facts["open_at_landmark"]) == (1, 1)
    assert row_of(result, "b")["raw_persons"] == 1


def test_entries_lie_in_the_period_and_the_rest_may_come_later():
    people = [on_days((0, "a"), (9, "d")), on_days((5, "a"), (8, "d")), on_days((90, "c"))]
    question = MicroConversions("d", by="event", until="1970-01-03")
    result = ask(question, *people, zone="UTC")
    assert (result.facts["entrants"], result.facts["at_risk_in_time"]) == (1, 1)


def test_time_may_begin_with_a_step():
    people = [on_days((0, "a"), (10, "b"), (10.5, "c"), (12, "d"), (99, "a"))]
    result = ask(MicroConversions("d", by="event", start="b"), *people)
    assert set(result.columns["node"]) == {"b", "c"}
    assert row_of(result, "c")["in_time"] == 1


def test_only_the_candidates_are_compared():
    people = [on_days((0, "a"), (0.1, "b"), (3, "d"), (60, "c"))]
    result = ask(MicroConversions("d", by="event", candidates=("b", "c")), *people)
    assert result.columns["node"] == ("b",)
    assert result.facts["never_before_goal"] == ["c"]


def test_answers_say_that_they_show_no_effect():
    result = ask(MicroConversions("d", by="event"), on_days((0, "a"), (60, "c")))
    assert [warning.code for warning in result.warnings] == ["association", "few-at-risk"]
    assert [w.code for w in ask(MicroConversions("d"), names="abcd").warnings] == ["nobody"]


@relaxed
@given(journeys(), LANDMARKS)
def test_finer_ticks_give_the_same_answer(people, landmark):
    question = MicroConversions("d", by="event", landmark=landmark, within="8s")
    coarse = ask(question, *named(people), data_until_us=40 * 10**6)
    fine = [[(at * 10**6, code) for at, code in person] for person in people]
    micros = snapshot_of(ticks_per_second=10**6, data_until_us=40 * 10**6)
    micros.shards = [shard_of(fine, ticks=np.int64)]
    found = LocalEngine().run(question, micros)
    for column in ("node", *MEASURES):
        assert np.array_equal(found.columns[column], coarse.columns[column])


@pytest.mark.parametrize("landmark", ["12h", "4 events"])
def test_a_question_survives_its_json(landmark):
    question = MicroConversions("order", candidates=("a", "b"), landmark=landmark)
    assert question_from_dict(json.loads(json.dumps(question.to_dict()))) == question


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "device"},
        {"candidates": ()},
        {"landmark": "0 events"},
        {"landmark": "9999 events"},
        {"landmark": "soon"},
        {"within": "0d"},
    ],
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        MicroConversions("a", **wrong)


@pytest.mark.parametrize("field", ["goal", "start", "candidates"])
def test_an_unknown_name_gets_the_nearest(field):
    fields = {"goal": "x", "by": "event"} | {field: "ordr"}
    with pytest.raises(QuestionError) as caught:
        ask(MicroConversions(**fields), names=("order", "x"))
    assert "'order'" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("language", "landmark", "words"),
    [
        ("en", "2d", "2 days"),
        ("de", "2d", "2 Tage"),
        ("en", "3 events", "3 events"),
        ("de", "3 events", "3 Ereignissen"),
    ],
)
def test_the_meaning_is_told_in_words(language, landmark, words):
    assert words in MicroConversions("order", landmark=landmark).explain(language)
