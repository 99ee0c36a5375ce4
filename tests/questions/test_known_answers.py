"""Published answers, asked as questions through the engine."""

from __future__ import annotations

import pytest

from tests.strategies.journeys_in_memory import snapshot_of
from waypost.engines import LocalEngine
from waypost.questions import Funnel, Paths, Transitions

REGISTER, CASUALLY, THOROUGHLY = "register request", "examine casually", "examine thoroughly"
CHECK, DECIDE, REINITIATE = "check ticket", "decide", "reinitiate request"
PAY, REJECT = "pay compensation", "reject request"

RUNNING_EXAMPLE = [
    [REGISTER, THOROUGHLY, CHECK, DECIDE, REJECT],
    [REGISTER, CHECK, CASUALLY, DECIDE, PAY],
    [REGISTER, CASUALLY, CHECK, DECIDE, REINITIATE, THOROUGHLY, CHECK, DECIDE, PAY],
    [REGISTER, CHECK, THOROUGHLY, DECIDE, REJECT],
    [
        *[REGISTER, CASUALLY, CHECK, DECIDE, REINITIATE, CHECK, CASUALLY, DECIDE],
        *[REINITIATE, CASUALLY, CHECK, DECIDE, REJECT],
    ],
    [REGISTER, CASUALLY, CHECK, DECIDE, PAY],
]
EDGES = {
    (CHECK, DECIDE): 6,
    (CASUALLY, CHECK): 4,
    (REGISTER, CASUALLY): 3,
    (REGISTER, CHECK): 2,
    (REGISTER, THOROUGHLY): 1,
    (CHECK, CASUALLY): 2,
    (CHECK, THOROUGHLY): 1,
    (CASUALLY, DECIDE): 2,
    (THOROUGHLY, CHECK): 2,
    (THOROUGHLY, DECIDE): 1,
    (DECIDE, PAY): 3,
    (DECIDE, REJECT): 3,
    (DECIDE, REINITIATE): 3,
    (REINITIATE, CHECK): 1,
    (REINITIATE, CASUALLY): 1,
    (REINITIATE, THOROUGHLY): 1,
}
HOUR = 3600


@pytest.fixture
def running_example():
    """The log of van der Aalst's book, as PM4Py ships it: 42 events, 6 cases, 6 variants."""
    names = (REGISTER, CASUALLY, THOROUGHLY, CHECK, DECIDE, REINITIATE, PAY, REJECT)
    cases = [list(enumerate(case)) for case in RUNNING_EXAMPLE]
    return snapshot_of(*cases, names=names)


def test_transitions_of_the_running_example(running_example):
    """PM4Py 2.7.23, discover_dfg on tests/input_data/running-example.csv."""
    result = LocalEngine().run(Transitions(by="event"), running_example)
    found = {(row["from"], row["to"]): row["count"] for row in result.rows()}
    assert found == EDGES
    assert result.facts["transitions"] == 36


def test_starts_and_ends_of_the_running_example(running_example):
    """PM4Py 2.7.23, the same call."""
    nodes = LocalEngine().run(Transitions(by="event"), running_example).facts["nodes"]
    starts = {n: int(c) for n, c in zip(nodes["node"], nodes["starts"], strict=True) if c}
    ends = {n: int(c) for n, c in zip(nodes["node"], nodes["ends"], strict=True) if c}
    assert starts == {REGISTER: 6}
    assert ends == {REJECT: 3, PAY: 3}


def test_variants_of_the_running_example(running_example):
    """Six cases, six variants."""
    result = LocalEngine().run(Paths(by="event", length=20, fold_repeats=False), running_example)
    assert result.facts["distinct_paths"] == 6
    assert list(RUNNING_EXAMPLE[0]) in list(result.to_dict()["columns"]["path"])


def _mixpanel(**rules):
    events = [(HOUR, "A"), (HOUR + 1800, "A"), (HOUR + 2700, "B"), (2 * HOUR + 900, "C")]
    snapshot = snapshot_of(events, names="ABC", data_until_us=10**12)
    return LocalEngine().run(Funnel(["A", "B", "C"], within="1h", **rules), snapshot)


def test_mixpanels_default_stops_at_two_steps():
    """docs.mixpanel.com, funnels: A 1:00, A 1:30, B 1:45, C 2:15, window one hour."""
    assert _mixpanel(entry="first").columns["persons"].tolist() == [1, 1, 0]


def test_reentry_reaches_three_steps():
    """The same events with optimized re-entry, as in ClickHouse and PostHog."""
    assert _mixpanel(entry="any").columns["persons"].tolist() == [1, 1, 1]


def test_an_entry_after_a_lapsed_window_converts():
    """Mixpanel's second case: A, A again, the window of the first ends, B."""
    events = [(0, "A"), (3000, "A"), (4000, "B")]
    snapshot = snapshot_of(events, names="AB", data_until_us=10**12)
    reached = {
        entry: LocalEngine().run(Funnel(["A", "B"], within="1h", entry=entry), snapshot)
        for entry in ("first", "any")
    }
    assert reached["first"].facts["converted"] == 0
    assert reached["any"].facts["converted"] == 1
