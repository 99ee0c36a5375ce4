"""Sessions as questions: rules, laws and refusals."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from tests.strategies.journeys_in_memory import shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import Selection, Sessions

MINUTE, HOUR = 60, 3600


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


def count(snapshot, **rules):
    return ask(Sessions(by="event", **rules), snapshot).facts["total_sessions"]


@pytest.mark.parametrize(("at_gap", "sessions"), [("splits", 2), ("stays", 1)])
def test_exactly_thirty_minutes_splits_as_in_posthog_unless_asked(at_gap, sessions):
    """PostHog, paths: events less than 1,800 s apart stay together."""
    snapshot = snapshot_of([(0, "a"), (1800, "b")])
    assert count(snapshot, at_gap=at_gap) == sessions


def test_a_session_is_no_longer_than_the_longest():
    """PostHog's browser library ends sessions after 24 hours, whatever happens in them."""
    hourly = snapshot_of([(hour * 20 * MINUTE, "a") for hour in range(3 * 25)])
    assert count(hourly) == 1
    assert count(hourly, longest="24h") == 2


@pytest.mark.parametrize(
    ("text", "sessions"),
    [
        ("2025-03-30T00:50+01:00 2025-03-30T01:10+01:00", 1),
        ("2025-03-29T23:50+01:00 2025-03-30T00:10+01:00", 2),
        ("2025-03-30T23:50+02:00 2025-03-31T00:10+02:00", 2),
        ("2025-10-26T02:50+02:00 2025-10-26T02:10+01:00", 1),
        ("2025-10-26T23:50+01:00 2025-10-27T00:10+01:00", 2),
    ],
)
def test_midnight_is_that_of_the_workspace_also_when_clocks_change(text, sessions):
    """Berlin: clocks go forward on 30 March 2025 and back on 26 October 2025."""
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    seconds = [int((datetime.fromisoformat(t) - begin).total_seconds()) for t in text.split()]
    snapshot = snapshot_of([(at, "a") for at in seconds])
    assert count(snapshot, midnight=True) == sessions
    assert count(snapshot) == 1


def test_an_event_can_begin_a_session():
    snapshot = snapshot_of([(0, "a"), (60, "b"), (120, "a"), (180, "c")])
    assert count(snapshot, new_at="b") == 2
    assert count(snapshot, new_at="event = 'a'") == 2


def test_another_value_of_a_field_begins_a_session():
    snapshot = snapshot_of([(0, "a"), (60, "a"), (120, "b"), (180, "a")])
    assert count(snapshot, new_on="event") == 3


def test_rows_and_what_has_no_node_add_up_to_all_sessions():
    snapshot = snapshot_of([(0, "a"), (9000, "b"), (9060, "a")], [(0, "c")])
    result = ask(Sessions(by="event", goal="b"), snapshot)
    rest = result.facts["without_node"]
    for column in ("starts", "ends"):
        assert result.columns[column].sum() + rest[column] == result.facts["total_sessions"] == 3
    assert result.columns["events"].sum() + rest["events"] == result.facts["total_events"] == 4
    assert result.columns["bounces"].tolist() == [1, 0, 1, 0]
    assert result.facts["bounce_share"] == pytest.approx(2 / 3)
    assert result.facts["converting"] == 1
    assert result.columns["converting"].tolist() == [1, 1, 0, 0]


def test_durations_run_from_the_first_to_the_last_event():
    snapshot = snapshot_of([(0, "a"), (60, "b"), (9000, "b"), (9100, "a")])
    facts = ask(Sessions(by="all"), snapshot).facts
    assert facts["mean_seconds"] == 80
    assert facts["median_seconds"] == 60
    assert facts["events_per_session"] == 2


@pytest.mark.parametrize("measure", ["persons", "starts", "ends", "bounces"])
def test_the_members_of_a_row_have_such_a_session(measure):
    people = [[(0, "a")], [(0, "b"), (60, "a")], [(0, "a"), (60, "b")], [(0, "c")]]
    snapshot = snapshot_of(*people)
    task = Sessions(by="event").plan(snapshot)
    found = task.members(snapshot.shards[0], Selection(), {"node": "a", "measure": measure})
    expected = {"persons": [0, 1, 2], "starts": [0, 2], "ends": [0, 1], "bounces": [0]}
    assert np.flatnonzero(found).tolist() == expected[measure]


def test_the_members_of_every_row_are_as_many_as_its_persons():
    people = [
        [(at * step, "abcd"[(at * step) % 4]) for at in range(9)] for step in range(1, 1200, 7)
    ]
    snapshot = snapshot_of(*people)
    question = Sessions(by="event", gap="10m")
    task = question.plan(snapshot)
    for row in ask(question, snapshot).rows():
        found = task.members(snapshot.shards[0], Selection(), {"node": row["node"]})
        assert found.sum() == row["persons"]


def test_where_leaves_events_out_before_sessions_are_cut():
    snapshot = snapshot_of([(0, "a"), (1000, "b"), (2000, "a")])
    assert count(snapshot) == 1
    assert count(snapshot, where="event = 'a'") == 2


def test_nobody_gives_an_answer_that_says_so():
    result = ask(Sessions(by="event", where="event = 'd'"), snapshot_of([(0, "a")]))
    assert [warning.code for warning in result.warnings] == ["no-sessions"]
    assert result.facts["bounce_share"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"gap": "0s"},
        {"gap": "soon"},
        {"at_gap": "maybe"},
        {"longest": "-1d"},
        {"by": "colour"},
        {"unit": "session"},
    ],
)
def test_a_session_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        Sessions(**wrong)


def test_an_unknown_goal_gets_the_nearest_names():
    with pytest.raises(QuestionError, match="'checkout'"):
        ask(Sessions(by="event", goal="chekout"), snapshot_of(names=("checkout", "x")))


def test_the_meaning_is_told_in_words():
    question = Sessions(gap="45m", longest="1d", midnight=True, new_at="ad_click", goal="order")
    told = question.explain("en")
    assert "45 minutes" in told
    assert "1 day" in told
    assert "midnight" in told
    assert "ad_click" in told
    german = question.explain("de")
    assert "45 Minuten" in german
    assert "Mitternacht" in german


@pytest.mark.parametrize("by", ["event", "all"])
def test_finer_ticks_give_the_same_sessions(by):
    people = [[(at * step, "ab"[at % 2]) for at in range(9)] for step in range(1, 1200, 77)]
    question = Sessions(by=by, gap="10m", longest="1h", midnight=True)
    seconds = ask(question, snapshot_of(*people))
    fine = [[(at * 1_000_000, name) for at, name in person] for person in people]
    micros = snapshot_of(ticks_per_second=1_000_000)
    micros.shards = [shard_of([[(a, "abcd".index(n)) for a, n in p] for p in fine], ticks=np.int64)]
    found = ask(question, micros)
    for column in ("sessions", "starts", "bounces"):
        assert found.columns[column].tolist() == seconds.columns[column].tolist()
    assert found.facts["mean_seconds"] == pytest.approx(seconds.facts["mean_seconds"])
