"""What the answers of questions promise: totals reconcile, open is not lost, names are helped."""

from __future__ import annotations

import numpy as np
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
from waypost.errors import InputError, QuestionError
from waypost.model import Stage, Step, Touchpoint
from waypost.questions import (
    QUESTIONS,
    Abandonment,
    Attribution,
    Cohorts,
    Conformance,
    DropOff,
    Flow,
    Funnel,
    Groups,
    HandOvers,
    Loops,
    MicroConversions,
    Paths,
    Patterns,
    Repeat,
    Retention,
    Sessions,
    StepFlow,
    TimeBetween,
    Transitions,
    Volumes,
    question_from_dict,
)

DAY = 86_400
EXAMPLES = (
    Funnel(["a", "b"], within="2d", entry="first", order="strict", ties="recorded", reuse=True),
    Transitions(by="event", fold_repeats=True, times=False, since="2025-01-01"),
    Paths(by="channel", length=3, direction="suffix", anchor="a", occurrence="last", top=5),
    DropOff(by="event", quiet="2w", where="channel = 'web'"),
    TimeBetween("a", "b", mode="any_to_next", until="2025-02-01T10:00:00+01:00"),
    Abandonment(["a", "b"], "c", segment="event = 'd'"),
    Attribution("c", by="event", models=("first", "markov"), within=None, position=(3, 3, 4)),
    Flow(by="stage", align="order", quiet="10d"),
    StepFlow(by="stage", quiet="10d"),
    Volumes(by="channel"),
    Cohorts(first="a", by="month", every="month", periods=3),
    Conformance(["a", "b", "c"], by="event", optional=["b"]),
    Groups("channel", of="event", unit="session:1h"),
    HandOvers(within=None, detail="touchpoint", goal="c", goal_within="2d"),
    Loops(by="event"),
    MicroConversions("c", by="event", candidates=("a", "b"), start="a", landmark="3 events"),
    Patterns({"bought": "a -> !c -> b", "twice": "a{2}"}),
    Repeat("a", most=3, within="30d"),
    Retention(first="a", every="day", periods=3, mode="on_or_after"),
    Sessions(by="event", gap="1h", midnight=True, goal="b"),
)
TOUCHPOINTS = (
    Touchpoint("", {}),
    Touchpoint("cart", {"en": "Cart", "de": "Warenkorb"}, step="basket"),
    Touchpoint("order", {"en": "Order", "de": "Bestellung"}, step="checkout"),
)


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: question.name)
def test_a_question_survives_its_json_shape(question):
    assert question_from_dict(question.to_dict()) == question


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: question.name)
def test_a_question_says_what_it_asks(question, language):
    sentence = question.explain(language)
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: question.name)
def test_german_differs_from_english(question):
    assert question.explain("de") != question.explain("en")


def test_every_kind_of_question_has_an_example():
    assert {type(question).name for question in EXAMPLES} == set(QUESTIONS)


def test_an_unknown_question_gets_the_nearest_name():
    with pytest.raises(QuestionError, match="funnel"):
        question_from_dict({"question": "funel"})


def test_an_unknown_field_is_named():
    with pytest.raises(QuestionError, match="stepz"):
        question_from_dict({"question": "funnel", "stepz": ["a"]})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Funnel([]),
        lambda: Funnel("a"),
        lambda: Funnel(["a"], within="soon"),
        lambda: Funnel(["a"], entry="once"),
        lambda: Transitions(by="person"),
        lambda: Paths(length=0),
        lambda: Paths(top=0),
        lambda: StepFlow(by="event"),
        lambda: TimeBetween("a", "b", mode="fast"),
        lambda: Abandonment([], "b"),
        lambda: DropOff(since="yesterday"),
    ],
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        wrong()


def test_an_unknown_step_gets_the_nearest_names():
    with pytest.raises(QuestionError, match="'order'"):
        ask(Funnel(["ordr"]), snapshot_of(names="a", touchpoints=TOUCHPOINTS))


def test_a_step_may_be_named_by_its_german_label():
    task = Funnel(["Warenkorb", "bestellung"]).plan(snapshot_of(touchpoints=TOUCHPOINTS))
    assert [step.codes for step in task.steps] == [(1,), (2,)]


def test_a_prefix_says_which_kind_is_meant():
    snapshot = snapshot_of(names=("cart", "x"), touchpoints=TOUCHPOINTS)
    assert Funnel(["event:cart"]).plan(snapshot).steps[0].axis == "event"
    assert Funnel(["cart"]).plan(snapshot).steps[0].axis == "touchpoint"


def test_too_many_nodes_for_a_table_of_pairs_are_refused():
    snapshot = snapshot_of(events=tuple(f"e{number}" for number in range(4_001)))
    with pytest.raises(QuestionError, match="4001"):
        ask(Transitions(by="event"), snapshot)


def test_a_period_that_ends_before_it_begins_is_refused():
    question = Transitions(by="event", since="2025-02-01", until="2025-01-01")
    with pytest.raises(QuestionError, match="empty"):
        ask(question, snapshot_of())


def test_days_are_those_of_the_workspace():
    snapshot = snapshot_of(zone="Europe/Berlin")
    period = Transitions(by="event", since="2025-07-01", until="2025-07-01").period_in(snapshot)
    assert period.end - period.begin == DAY
    assert period.begin % DAY == 22 * 3600


def test_a_day_with_a_clock_change_has_its_own_length():
    snapshot = snapshot_of(zone="Europe/Berlin")
    period = Transitions(by="event", since="2025-03-30", until="2025-03-30").period_in(snapshot)
    assert period.end - period.begin == 23 * 3600


@relaxed
@given(journeys(), st.sampled_from(["any", "first"]), st.integers(0, 40))
def test_a_funnel_loses_nobody_unseen(persons, entry, until):
    snapshot = MemorySnapshot([shard_of(persons)], data_until_us=until * 1_000_000)
    result = ask(Funnel(["event:a", "event:b", "event:c"], within="5s", entry=entry), snapshot)
    persons_at = result.columns["persons"]
    gone = result.columns["lost"] + result.columns["open"]
    assert np.array_equal(persons_at[:-1] - persons_at[1:], gone[:-1])


@relaxed
@given(journeys(), st.integers(1, 4), st.integers(1, 3), st.sampled_from(["prefix", "suffix"]))
def test_listed_paths_and_the_rest_are_everybody(persons, length, top, direction):
    question = Paths(by="event", length=length, top=top, direction=direction)
    result = ask(question, MemorySnapshot([shard_of(persons)]))
    assert result.columns["persons"].sum() == sum(bool(person) for person in persons)
    assert result.facts["rest"] == result.columns["persons"][-1]


@relaxed
@given(journeys())
def test_folding_drops_self_loops_and_keeps_all_other_rows(persons):
    snapshot = MemorySnapshot([shard_of(persons)])
    kept = ask(Transitions(by="event"), snapshot)
    folded = ask(Transitions(by="event", fold_repeats=True), snapshot)
    others = {(r["from"], r["to"]): r["count"] for r in kept.rows() if r["from"] != r["to"]}
    assert {(r["from"], r["to"]): r["count"] for r in folded.rows()} == others


def test_an_entrant_with_time_left_is_open_not_lost():
    snapshot = snapshot_of([(0, "a")], [(9 * DAY, "a")], names="ab", data_until_us=10 * DAY * 10**6)
    result = ask(Funnel(["a", "b"], within="7d"), snapshot)
    assert result.columns["lost"].tolist() == [1, 0]
    assert result.columns["open"].tolist() == [1, 0]
    assert [warning.code for warning in result.warnings] == ["open"]


def test_the_period_governs_entries_only():
    snapshot = snapshot_of(
        [(DAY - 9, "a"), (DAY + 9, "b")], [(DAY + 1, "a")], names="ab", zone="UTC"
    )
    result = ask(Funnel(["a", "b"], until="1970-01-01"), snapshot)
    assert result.columns["persons"].tolist() == [1, 1]


def test_times_to_convert_are_those_of_the_first_time():
    snapshot = snapshot_of(events_of("a0 b5 a7 b8"), names="ab")
    result = ask(Funnel(["a", "b"]), snapshot)
    assert result.columns["median_seconds"].tolist() == [0.0, 5.0]


def test_an_attempt_with_time_left_is_open():
    snapshot = snapshot_of([(0, "a")], [(9 * DAY, "a")], names="ab", data_until_us=10 * DAY * 10**6)
    result = ask(Abandonment("a", "b"), snapshot)
    assert (result.facts["abandoned"], result.facts["open"]) == (1, 1)


def test_the_value_of_an_abandoned_cart_is_the_sum_of_what_was_put_in():
    snapshot = snapshot_of(events_of("a0 a5 c9"), names="abc", data_until_us=10**15)
    snapshot.shards[0].value = np.array([100, 250, 999], np.int64)
    result = ask(Abandonment(["a", "c"], "b"), snapshot)
    assert result.columns["value_abandoned"].tolist() == [0, 350]


def test_stages_flow_like_steps():
    stages = (Stage("", {}), Stage("see", {}), Stage("buy", {}))
    snapshot = snapshot_of(events_of("a1 b2"), names="xab", stages=stages, data_until_us=10**15)
    result = ask(StepFlow(by="stage"), snapshot)
    assert result.columns["stage"] == ("see", "buy")
    assert result.columns["on"].tolist() == [1, 0]
    assert result.facts["jumps"] == {"see": {"buy": 1}, "buy": {}}


def test_ratings_have_a_mean_and_an_interval():
    """The t interval of 1, 2, 2 (n = 3): 1.6667 ± 4.3027 · 0.57735 / √3."""
    steps = (Step("", {}, ""), Step("one", {}, ""))
    touchpoints = (Touchpoint("", {}), Touchpoint("t", {}, step="one"))
    snapshot = snapshot_of(events_of("a1 a2 a3"), names="xa", steps=steps, touchpoints=touchpoints)
    snapshot.shards[0].rating = np.array([1, 2, 2], np.float32)
    result = ask(StepFlow(), snapshot)
    assert result.columns["rating_mean"][0] == pytest.approx(5 / 3)
    assert result.columns["rating_low"][0] == pytest.approx(5 / 3 - 4.302653 / 3, abs=1e-5)
    assert result.facts["ratings"]["one"]["histogram"].tolist() == [0, 0, 0, 1, 2]
