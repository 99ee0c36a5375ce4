"""Two groups side by side: difference, interval, test, and false alarms under control."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.questions.test_answers import EXAMPLES
from tests.strategies.journeys_in_memory import snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Comparison, Funnel, Group, Groups, Volumes, question_from_dict
from waypost.questions.differences import differences, false_discovery

ENGINE = LocalEngine()


def one(*row):
    return differences(np.array([row], dtype=np.int64))


def test_newcombe_1998_table_ii_method_10():
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table II: 56/70 - 48/80, 9/10 - 3/10."""
    found = differences(np.array([[56, 70, 48, 80], [9, 10, 3, 10], [10, 10, 0, 20]]))
    assert found.low == pytest.approx([0.0524, 0.1705, 0.6791], abs=5e-5)
    assert found.high == pytest.approx([0.3339, 0.8090, 1.0], abs=5e-5)


def test_fishers_tea_lady():
    """R. A. Fisher, The Design of Experiments (1935): 3 of 4 cups right, two-sided p = 0.486."""
    assert one(3, 4, 1, 4).p[0] == pytest.approx(34 / 70)


def test_benjamini_hochberg_1995_rejects_four_of_fifteen():
    """Y. Benjamini, Y. Hochberg (1995), section 3.2: the four smallest of these are rejected."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
         0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    assert (false_discovery(np.array(p)) <= 0.05).sum() == 4


def test_the_exact_and_the_large_sample_test_meet():
    exact, large = one(200, 500, 250, 500).p[0], one(201, 501, 250, 500).p[0]
    assert exact == pytest.approx(large, rel=0.4)


def test_one_person_beside_a_crowd_is_no_evidence():
    assert one(1, 1, 100, 10_000).p[0] == pytest.approx(0.0101, abs=1e-4)


counts = st.integers(0, 3_000).flatmap(
    lambda whole: st.tuples(st.integers(0, whole), st.just(whole))
)


@given(st.lists(st.tuples(counts, counts), max_size=6))
def test_every_difference_lies_in_its_interval_and_q_is_at_least_p(pairs):
    table = np.array([[*a, *b] for a, b in pairs], dtype=np.int64).reshape(-1, 4)
    found = differences(table)
    columns = found.columns(np.arange(len(table)))
    for place, (_, n, _, m) in enumerate(table.tolist()):
        if not n or not m:
            assert np.isnan(found.p[place])
            assert not columns["differs"][place]
            continue
        assert found.low[place] - 1e-12 <= columns["difference"][place]
        assert columns["difference"][place] <= found.high[place] + 1e-12
        assert 0 <= found.p[place] <= found.q[place] + 1e-12 <= 1 + 1e-9


@given(counts, counts)
def test_swapping_the_groups_only_turns_the_sign(a, b):
    there, back = one(*a, *b), one(*b, *a)
    assert there.low == pytest.approx(-back.high, nan_ok=True)
    assert there.p == pytest.approx(back.p, nan_ok=True)


def shop():
    buyers = [[(1, "a"), (2, "b"), (3, "c")]] * 30
    lookers = [[(1, "a")]] * 25 + [[(1, "a"), (2, "b")]] * 5
    return snapshot_of(*buyers, *lookers)


def test_persons_with_an_event_are_compared_with_everybody_else():
    result = ENGINE.run(Comparison(Funnel(["a", "b"], within="1h"), "event = 'c'"), shop())
    row = next(row for row in result.rows() if row["step"] == "b")
    assert (row["first_count"], row["first_of"]) == (30, 30)
    assert (row["second_count"], row["second_of"]) == (5, 30)
    assert row["difference"] == pytest.approx(25 / 30)
    assert row["differs"]


def test_both_sides_of_a_complement_have_everybody_once():
    result = ENGINE.run(Comparison(Groups("event"), "event = 'c'"), shop())
    assert result.facts["first_facts"]["persons"] + result.facts["second_facts"]["persons"] == 60


def test_a_row_that_one_group_lacks_counts_zero_there():
    result = ENGINE.run(Comparison(Groups("event", of="event"), "event = 'c'"), shop())
    row = next(row for row in result.rows() if row["group"] == "c")
    assert (row["second_count"], row["second_of"]) == (0, 30)


def test_periods_are_compared_by_named_groups():
    early = Group("early", until="1970-01-01T01:00:02+01:00")
    late = Group("late", since="1970-01-01T01:00:02+01:00")
    result = ENGINE.run(Comparison(Groups("event"), early, late), shop())
    assert result.facts["first"] == "early"
    assert result.facts["first_facts"]["persons"] == 60
    assert result.facts["second_facts"]["persons"] == 35


def test_an_empty_group_is_told_and_nothing_differs():
    result = ENGINE.run(Comparison(Groups("event"), "event = 'zzz'"), shop())
    assert "empty-group" in [warning.code for warning in result.warnings]
    assert not result.columns["differs"].any()


def test_behind_a_side_are_its_persons():
    question = Comparison(Groups("event"), Group("buyers", segment="event = 'c'"))
    found = ENGINE.find(question, {"side": "buyers", "group": "a"}, shop())
    assert found.numbers.tolist() == list(range(30))
    with pytest.raises(QuestionError, match="buyers"):
        ENGINE.find(question, {"side": "byers", "group": "a"}, shop())


def test_a_comparison_reads_back_from_its_json():
    question = Comparison(Funnel(["a", "b"]), Group("x", where="channel = 'web'"), "event = 'b'")
    assert question_from_dict(question.to_dict()) == question


def test_everybody_else_of_a_period_is_refused():
    with pytest.raises(QuestionError, match="second"):
        Comparison(Groups("event"), Group("early", until="2025-01-01"))


def test_an_answer_without_persons_cannot_be_compared():
    with pytest.raises(QuestionError, match="no shares"):
        Comparison(Volumes(by="event"), "event = 'c'")


SHARES = [question for question in EXAMPLES if question.comparable().shares]


@pytest.mark.parametrize("question", SHARES, ids=lambda question: question.name)
def test_every_question_with_shares_can_be_compared(question):
    result = ENGINE.run(Comparison(question, "event = 'c'"), shop())
    assert (result.columns["first_count"] <= result.columns["first_of"]).all()
    assert (result.columns["second_count"] <= result.columns["second_of"]).all()
