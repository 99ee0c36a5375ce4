"""Conformance and loops as questions: rows, facts, members, bad questions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.questions.test_known_answers import RUNNING_EXAMPLE
from tests.strategies.journeys_in_memory import events_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Conformance, Loops, Patterns, Selection, question_from_dict


def snapshot(*persons, names="abcd"):
    return snapshot_of(*map(events_of, persons), names=names)


def ask(question, *persons):
    return LocalEngine().run(question, snapshot(*persons))


def told(answer):
    """(persons, events) of rows with persons, by what they are about."""
    keys = [key for key in ("kind", "step", "node", "other", "from", "to") if key in answer.columns]
    count = "events" if "step" in answer.columns else "loops"
    return {
        tuple(row[key] for key in keys if row[key]): (row["persons"], row[count])
        for row in answer.rows()
        if row["persons"]
    }


def test_a_journey_as_drawn_fits_perfectly():
    answer = ask(Conformance(["a", "b", "c"], by="event"), "a1 b2 c3")
    assert (answer.facts["mean_fitness"], answer.facts["perfect"], answer.facts["cost"]) == (
        1,
        1,
        0,
    )
    assert told(answer) == {("visited", step): (1, 1) for step in "abc"}


def test_what_differs_is_told_with_its_place():
    answer = ask(Conformance(["a", "b", "c"], by="event"), "a1 d2 c3 a4")
    assert told(answer) == {
        ("visited", "a"): (1, 1),
        ("repeated", "a"): (1, 1),
        ("skipped", "b"): (1, 1),
        ("visited", "c"): (1, 1),
        ("jumped", "a", "c"): (1, 1),
        ("jumped", "c", "a"): (1, 1),
        ("jumped", "a", "(end)"): (1, 1),
        ("inserted", "d", "a", "c"): (1, 1),
    }
    assert answer.facts["cost"] == 3
    assert answer.facts["mean_fitness"] == pytest.approx(1 - 3 / 7)


def test_the_running_example_against_its_most_usual_course():
    """Costs by hand: edit distance of each case from register, casually, check, decide, pay."""
    names = tuple(dict.fromkeys(name for case in RUNNING_EXAMPLE for name in case))
    cases = [list(enumerate(case)) for case in RUNNING_EXAMPLE]
    drawn = ["register request", "examine casually", "check ticket", "decide", "pay compensation"]
    question = Conformance(drawn, by="event")
    answer = LocalEngine().run(question, snapshot_of(*cases, names=names))
    assert answer.facts["cost"] == 4 + 2 + 4 + 4 + 10 + 0
    assert answer.facts["worst_cost"] == 42 + 6 * 5
    assert answer.facts["perfect"] == 1


def test_optional_and_repeatable_steps_cost_nothing():
    question = Conformance(["a", "b", "c"], optional=["b"], repeatable=["c"], by="event")
    answer = ask(question, "a1 c2", "a1 b2 c3 c4", "a1 c2 d3 c4")
    assert answer.facts["perfect"] == 2
    assert answer.facts["cost"] == 1
    assert told(answer)["repeated", "c"] == (1, 1)


def test_undrawn_visits_can_be_left_aside():
    kept = ask(Conformance(["a", "b"], by="event"), "a1 d2 b3", "d1")
    left = ask(Conformance(["a", "b"], by="event", undrawn="ignore"), "a1 d2 b3", "d1")
    assert (kept.facts["persons"], kept.facts["cost"]) == (2, 4)
    assert (left.facts["persons"], left.facts["cost"]) == (1, 0)


def test_repeats_in_a_row_are_one_visit_unless_told_otherwise():
    assert ask(Conformance(["a", "b"], by="event"), "a1 a2 b3").facts["cost"] == 0
    question = Conformance(["a", "b"], by="event", fold_repeats=False)
    assert ask(question, "a1 a2 b3").facts["cost"] == 1


def test_a_step_drawn_twice_carries_its_number():
    answer = ask(Conformance(["a", "b", "a"], by="event"), "a1 b2")
    assert told(answer)["skipped", "a #2"] == (1, 1)
    assert told(answer)["visited", "a #1"] == (1, 1)


def test_the_distribution_holds_all_persons():
    answer = ask(Conformance(["a", "b"], by="event"), "a1 b2", "d1", "a1", "b1 a2")
    assert sum(answer.facts["distribution"]["persons"]) == answer.facts["persons"] == 4
    assert len(answer.facts["distribution"]["fitness_from"]) == 10


@pytest.mark.parametrize(
    "given",
    [
        {"steps": []},
        {"steps": "a"},
        {"steps": ["a"] * 31},
        {"steps": ["a"], "optional": ["b"]},
        {"steps": ["a"], "repeatable": ["b"]},
        {"steps": ["a"], "undrawn": "drop"},
        {"steps": ["a"], "by": "day"},
        {"steps": ["ordr"]},
    ],
)
def test_a_drawing_that_cannot_be_is_refused(given):
    with pytest.raises(QuestionError):
        ask(Conformance(**given), "a1")


@pytest.mark.parametrize("given", [{"visits": 2}, {"by": "day"}])
def test_loops_that_cannot_be_are_refused(given):
    with pytest.raises(QuestionError):
        Loops(**given)


def test_loops_of_every_kind_are_told():
    answer = ask(Loops(by="event"), "a1 b2 a4 b7 c9", "c1 c3")
    assert told(answer) == {
        ("repeated", "c"): (1, 1),
        ("returned", "a"): (1, 1),
        ("returned", "b"): (1, 1),
        ("back_and_forth", "a", "b"): (1, 1),
    }
    assert answer.columns["total_seconds"].tolist() == [2, 3, 5, 5]
    assert answer.columns["median_seconds"].tolist() == [2, 3, 5, 5]
    assert (answer.facts["persons"], answer.facts["looping"]) == (2, 2)


@pytest.mark.parametrize(
    "question",
    [Loops(by="event", visits=3), Conformance(["a", "b", "c"], optional=["b"], by="event")],
    ids=lambda question: question.name,
)
def test_members_of_every_row_are_its_persons(question):
    data = snapshot("a1 b2 a3 b4 a5 c6", "c1 a2 d3 a4", "d1", "a1 a2 b3 c4 b5")
    task, answer = question.plan(data), LocalEngine().run(question, data)
    for row in answer.rows():
        found = task.members(data.shards[0], Selection(), row)
        assert found.sum() == row["persons"]
        assert set(found.tolist()) <= {0, 1}


@pytest.mark.parametrize(
    "question", [Loops(by="event"), Conformance(["a"], by="event"), Patterns(["a", "b -> a"])]
)
def test_what_groups_are_compared_by_is_a_share_of_all_persons(question):
    answer = ask(question, "a1 b2 a3 b4", "c1", "b1 a2")
    read = question.shares[0].read(answer)
    assert {whole for _, whole in read.values()} == {3}
    assert sorted(count for count, _ in read.values()) == sorted(answer.columns["persons"])


@pytest.mark.parametrize("question", [Loops(by="event"), Conformance(["a"], by="event")])
@pytest.mark.parametrize("cell", [{}, {"kind": "lost"}, {"kind": "returned", "node": "nowhere"}])
def test_a_cell_that_cannot_be_is_refused(question, cell):
    data = snapshot("a1 b2")
    with pytest.raises(QuestionError):
        question.plan(data).members(data.shards[0], Selection(), cell)


@pytest.mark.parametrize("question", [Loops(by="event"), Conformance(["a"], by="event")])
def test_nobody_at_all_is_told(question):
    answer = ask(type(question)(**{**fields(question), "since": "2030-01-01"}), "a1")
    assert answer.facts["persons"] == 0
    assert [notice.code for notice in answer.warnings] == ["nobody"]
    assert np.isnan(answer.columns["share"]).all()


def fields(question):
    return {key: value for key, value in question.to_dict().items() if key != "question"}


@pytest.mark.parametrize(
    "question", [Loops(visits=3), Conformance(["a", "b"], optional=["a"], undrawn="ignore")]
)
def test_a_question_is_json_and_back(question):
    assert question_from_dict(question.to_dict()) == question


def test_questions_are_told_in_german():
    assert "im Kreis" in Loops(by="channel").explain("de")
    drawn = Conformance(["a", "b"], optional=["a"], repeatable=["b"]).explain("de")
    assert "Darf fehlen: a." in drawn
    assert "Darf sich wiederholen: b." in drawn
