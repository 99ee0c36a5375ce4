"""Published cases of peers, asked as questions."""

from __future__ import annotations

import pytest

from tests.strategies.journeys_in_memory import events_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.questions import Funnel, Paths, Patterns, Transitions

RUNNING_EXAMPLE = ("aehgc", "adbeh", "abdefcdeh", "adceg", "abdefdbefbdeg", "abdeh")
"""Cases 1 to 6 of the log of W. van der Aalst's book, one letter an activity."""


def ask(question, *persons, **other):
    return LocalEngine(threads=1).run(question, snapshot_of(*persons, **other))


def traces(*texts):
    return [list(enumerate(text)) for text in texts]


def listed(result):
    return {tuple(r["path"]): r["persons"] for r in result.rows() if not r["is_rest"]}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"collapse": "none"}, "aaaDaDD"),
        ({"collapse": "repeats"}, "aDaD"),
        ({"collapse": "first"}, "aD"),
        ({"collapse": "none", "leave_out": "D"}, "aaaa"),
        ({"collapse": "none", "leave_out": "D", "leave_out_at": "end"}, "aaaDa"),
    ],
)
def test_snowplows_path_transforms(fields, path):
    """Snowplow, dbt-snowplow-attribution, test_path_transformations_expected.sql."""
    question = Paths(by="event", length=10, **fields)
    assert listed(ask(question, *traces("aaaDaDD"), names="aD")) == {tuple(path): 1}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"collapse": "repeats"}, "D"),
        ({"collapse": "none", "leave_out": "D"}, "DD"),
        ({"collapse": "none", "leave_out": "D", "leave_out_at": "end"}, "DD"),
    ],
)
def test_snowplows_path_of_one_channel_stays(fields, path):
    """The same file: where there is nothing else, nothing is left out."""
    question = Paths(by="event", length=10, **fields)
    assert listed(ask(question, *traces("DD"), names="aD")) == {tuple(path): 1}


def test_variants_of_the_running_example_are_its_traces():
    """PM4Py, get_variants on tests/input_data/running-example.csv: six cases, six variants."""
    question = Paths(by="event", whole=True, length=50, fold_repeats=False)
    result = ask(question, *traces(*RUNNING_EXAMPLE), names="abcdefgh")
    assert listed(result) == {tuple(text): 1 for text in RUNNING_EXAMPLE}
    assert (result.columns["nodes"] * result.columns["persons"]).sum() == 42


def test_eventually_follows_is_not_symmetric():
    """PM4Py, issue 342: only abcd has c before d, and none has d before c."""
    persons = traces("abcd", "acbe", "abce")
    later = ask(Transitions(by="event", gap="eventually"), *persons, names="abcde")
    found = {(row["from"], row["to"]): row["persons"] for row in later.rows()}
    assert found["c", "d"] == 1
    assert ("d", "c") not in found
    both = ask(Patterns(["c -> d", "d -> c"]), *persons, names="abcde")
    assert both.columns["persons"].tolist() == [1, 0]


@pytest.mark.parametrize(("window", "level"), [(2, 3), (3, 4), (4, 5)])
def test_clickhouses_ladder(window, level):
    """ClickHouse, 00632_aggregation_window_funnel: events 1000 to 1008, one a second."""
    person = [(second, f"e{1000 + second}") for second in range(9)]
    names = tuple(f"e{number}" for number in range(1000, 1009))
    steps = [f"e{number}" for number in range(1003, 1008)]
    question = Funnel(steps, within=f"{window}s")
    assert ask(question, person, names=names).columns["persons"].sum() == level


@pytest.mark.parametrize(("apart", "level"), [(1, 2), (2, 1)])
def test_amplitudes_second(apart, level):
    """Amplitude, funnel analysis: within a second either order counts."""
    found = ask(Funnel(["a", "b"], ties_within="1s"), events_of(f"b5 a{5 + apart}"), names="ab")
    assert found.columns["persons"].sum() == level


@pytest.mark.parametrize(("gap", "level"), [(59, 3), (60, 3), (61, 2)])
def test_ga4s_limit_from_the_step_before_is_met_when_it_is_just_met(gap, level):
    """Google Analytics Data API, withinDurationFromPriorStep."""
    person = [(0, "a"), (60, "b"), (60 + gap, "c")]
    found = ask(Funnel(["a", "b", "c"], within=None, within_step="60s"), person, names="abc")
    assert found.columns["persons"].sum() == level


def test_posthogs_person_with_three_sessions_is_three_paths():
    """PostHog, paths: one user with three sessions counts three times."""
    person = [
        (start + step, name) for start in (0, 9_000, 18_000) for step, name in enumerate("ab")
    ]
    sessions = ask(Paths(by="event", unit="session"), person, names="ab")
    assert sessions.columns["sessions"].tolist() == [3, 0]
    assert listed(ask(Paths(by="event", length=9), person, names="ab")) == {tuple("ababab"): 1}


def test_overwriting_the_entry_greedily_would_lose_a_conversion():
    """ClickHouse, measured: A0 B1 A9 C12 within 10 s is two steps, not three."""
    found = ask(Funnel(["a", "b", "c"], within="10s"), events_of("a0 b1 a9 c12"), names="abc")
    assert found.columns["persons"].tolist() == [1, 1, 0]
