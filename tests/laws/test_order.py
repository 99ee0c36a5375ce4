"""More of one thing is never less of another."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.laws import (
    EXAMPLES,
    ask,
    column,
    counts_of,
    few,
    fewer,
    filters,
    law,
    plain,
    worlds,
)
from waypost.questions import (
    Abandonment,
    Cohorts,
    DropOff,
    Funnel,
    Paths,
    Patterns,
    Repeat,
    Retention,
    Sessions,
    TimeBetween,
    Transitions,
    Volumes,
)

A, B, C = (f"event:{name}" for name in "abc")
persons_only = filters(units=False)
entries = st.sampled_from(["any", "best", "first"])
SHARES = ("share_of_persons", "share_of_sessions", "share_of_first", "share_abandoned")
"""What low and high belong to, where it is not called share."""


def reached(question, world, chosen):
    """Persons at each step."""
    return ask(question, world.snapshot, **chosen).columns["persons"]


def persons(question, world, chosen):
    """The persons of an answer's first row."""
    return int(reached(question, world, chosen)[0])


@law("longer-window")
@few
@given(worlds(), persons_only, entries, st.sampled_from(["any", "recorded", "rising"]))
def test_a_longer_window_never_loses_anybody(world, chosen, entry, ties):
    funnel = Funnel([A, B, C], entry=entry, ties=ties)
    windows = ("1s", "6h", "12h", "2d", None)
    rows = [reached(replace(funnel, within=within), world, chosen) for within in windows]
    assert all(np.all(shorter <= longer) for shorter, longer in pairwise(rows))


@law("longer-window-per-step")
@few
@given(worlds(), persons_only)
def test_a_longer_window_per_step_never_loses_anybody(world, chosen):
    windows = ("6h", "12h", "2d", None)
    rows = [
        reached(Funnel([A, B, C], within=None, within_step=within), world, chosen)
        for within in windows
    ]
    assert all(np.all(shorter <= longer) for shorter, longer in pairwise(rows))


@law("more-steps")
@few
@given(worlds(), persons_only, entries)
def test_another_step_never_gains_anybody(world, chosen, entry):
    short = reached(Funnel([A, B], entry=entry), world, chosen)
    long = reached(Funnel([A, B, C], entry=entry), world, chosen)
    assert np.all(np.diff(long) <= 0)
    assert long[0] == short[0]
    assert long[2] <= short[1]


@law("looser-ties")
@few
@given(worlds(), persons_only, entries)
def test_looser_ties_never_lose_anybody(world, chosen, entry):
    rising, recorded, either = (
        reached(Funnel([A, B, C], entry=entry, ties=ties, within="12h"), world, chosen)
        for ties in ("rising", "recorded", "any")
    )
    assert np.all(rising <= recorded)
    assert np.all(recorded <= either)


@law("looser-rules")
@few
@given(worlds(), persons_only)
def test_every_looser_rule_of_a_funnel_never_loses_anybody(world, chosen):
    loose = reached(Funnel([A, B, A]), world, chosen)
    tighter = (
        Funnel([A, B, A], entry="first"),
        Funnel([A, B, A], order="strict"),
        Funnel([A, B, A], exclude=C),
        Funnel([A, B, A], within_step="6h"),
        Funnel([A, B, A], entry="each"),
    )
    for question in tighter:
        assert np.all(reached(question, world, chosen) <= loose)
    assert np.array_equal(reached(Funnel([A, B, A], entry="best"), world, chosen), loose)
    assert np.all(loose <= reached(Funnel([A, B, A], reuse=True), world, chosen))


@law("any-order")
@few
@given(worlds(), persons_only)
def test_steps_in_any_order_are_met_at_least_as_often_as_in_one(world, chosen):
    ordered = reached(Funnel([A, B, C]), world, chosen)
    assert np.all(ordered <= reached(Funnel([A, B, C], order="any"), world, chosen))


@law("narrower-pattern")
@few
@given(worlds(), filters(units=False))
def test_a_narrower_pattern_never_gains_anybody(world, chosen):
    wider = ["a -> b", "a ->{12h} b", "a ->{6h} b"]
    narrower = ["a => b", "a -> !c -> b", "^ a -> b", "a -> b $", "a -> b within 12h"]
    found = ask(Patterns([*wider, *narrower]), world.snapshot, **chosen).columns["persons"]
    assert found[0] >= found[1] >= found[2]
    assert np.all(found[3:] <= found[0])
    assert found[7] == found[1]


@law("direct-is-eventual")
@few
@given(worlds(), persons_only, st.sampled_from(["event", "step", "channel"]))
def test_who_goes_directly_goes_eventually(world, chosen, by):
    direct = ask(Transitions(by=by, persons=True), world.snapshot, **chosen)
    later = ask(Transitions(by=by, gap="eventually"), world.snapshot, **chosen)
    far = {(r["from"], r["to"]): r["persons"] for r in later.rows()}
    assert all(row["persons"] <= far[row["from"], row["to"]] for row in direct.rows())
    assert all(row["persons"] <= row["count"] for row in direct.rows())


@law("on-or-after-falls")
@few
@given(worlds(), persons_only, st.sampled_from(["day", "6h"]))
def test_unbounded_retention_never_rises_and_holds_each_period(world, chosen, every):
    asked = {"first": A, "every": every, "cohorts": "all", "periods": 5}
    on = ask(Retention(**asked), world.snapshot, **chosen).columns["persons"]
    after = ask(Retention(**asked, mode="on_or_after"), world.snapshot, **chosen).columns["persons"]
    assert np.all(np.diff(after) <= 0)
    assert np.all(on <= after)
    assert np.all(after <= on.sum() + after[-1:].sum())


@law("wider-range")
@few
@given(worlds(), persons_only, st.integers(0, 3), st.integers(0, 3))
def test_a_range_holds_its_periods_and_no_more_than_their_sum(world, chosen, low, more):
    asked = {"first": A, "every": "12h", "periods": 6}
    on = ask(Retention(**asked), world.snapshot, **chosen).facts["curve"]["persons"]
    ranged = Retention(**asked, mode="between", brackets=[(low, low + more)])
    found = int(ask(ranged, world.snapshot, **chosen).facts["curve"]["persons"][0])
    each = on[low : low + more + 1]
    assert each.max(initial=0) <= found <= each.sum()


@law("cohorts-grow")
@few
@given(worlds(), persons_only)
def test_what_cohorts_have_done_so_far_never_falls(world, chosen):
    question = Cohorts(first="event:a", by="all", every="12h", periods=5)
    columns = ask(question, world.snapshot, **chosen).columns
    for name in ("persons_so_far", "events_so_far", "value_so_far"):
        assert np.all(np.diff(columns[name]) >= 0)
    assert np.all(columns["persons_so_far"] <= columns["entrants"])


@law("n-times")
@few
@given(worlds(), persons_only, st.sampled_from(["6h", "1d"]))
def test_one_time_more_never_gains_anybody(world, chosen, within):
    columns = ask(Repeat(A, within=within), world.snapshot, **chosen).columns
    assert np.all(np.diff(columns["persons"]) <= 0)
    longer = ask(Repeat(A, within="9d"), world.snapshot, **chosen).columns
    assert np.all(columns["persons"] == longer["persons"])
    assert np.all(columns["open"] <= longer["open"])


@law("longer-silence")
@few
@given(worlds(), persons_only)
def test_a_longer_silence_never_makes_more_sessions(world, chosen):
    gaps = ("1s", "6h", "7h", "12h", "9d")
    counts = [
        ask(Sessions(gap=gap, by="all"), world.snapshot, **chosen).facts["total_sessions"]
        for gap in gaps
    ]
    assert counts == sorted(counts, reverse=True)
    stays = ask(Sessions(gap="6h", at_gap="stays", by="all"), world.snapshot, **chosen)
    assert stays.facts["total_sessions"] <= counts[1]
    facts = ask(Sessions(gap="9d", by="all"), world.snapshot, **chosen).facts
    assert facts["total_sessions"] == facts["total_persons"]


@law("more-reasons-to-end")
@few
@given(worlds(), persons_only)
def test_another_reason_to_end_never_makes_fewer_sessions(world, chosen):
    least = ask(Sessions(gap="1d", by="all"), world.snapshot, **chosen).facts["total_sessions"]
    for more in ({"longest": "12h"}, {"new_at": C}, {"new_on": "channel"}, {"midnight": True}):
        found = ask(Sessions(gap="1d", by="all", **more), world.snapshot, **chosen).facts
        assert found["total_sessions"] >= least


@law("longer-recovery")
@few
@given(worlds(), persons_only)
def test_a_longer_time_to_recover_never_recovers_fewer(world, chosen):
    shorter, longer = (
        ask(Abandonment(A, B, "6h", recovery), world.snapshot, **chosen)
        for recovery in ("12h", "3d")
    )
    assert shorter.facts["recovered"] <= longer.facts["recovered"]
    assert longer.facts["recovered"] <= longer.columns["abandoned"].sum()


@law("quantiles-rise")
@few
@given(worlds(), plain, st.sampled_from(["first_to_first_after", "any_to_next", "first_to_first"]))
def test_quantiles_never_fall(world, chosen, mode):
    columns = ask(TimeBetween(A, B, mode), world.snapshot, **chosen).to_dict()["columns"]
    for name in ("seconds", "kaplan_meier_seconds"):
        known = [value for value in columns[name] if value is not None]
        assert known == sorted(known)


@law("longer-paths")
@few
@given(worlds(), persons_only, st.sampled_from(["prefix", "suffix"]))
def test_longer_paths_are_never_fewer(world, chosen, direction):
    distinct = [
        ask(Paths(by="event", length=n, direction=direction), world.snapshot, **chosen).facts[
            "distinct_paths"
        ]
        for n in (1, 2, 3, 4)
    ]
    whole = ask(Paths(by="event", whole=True), world.snapshot, **chosen).facts["distinct_paths"]
    assert [*distinct, whole] == sorted([*distinct, whole])


@law("later-data")
@few
@given(worlds(), plain)
def test_the_longer_we_look_the_fewer_are_open(world, chosen):
    sooner, later = (replace(world, until=world.until + more).snapshot for more in (0, 50_000))
    for question, name in (
        (Funnel([A, B], within="1d"), "open"),
        (DropOff(by="event", quiet="1d"), "open"),
        (Abandonment(A, B, within="1d"), "open"),
    ):
        before = ask(question, sooner, **chosen).columns[name].sum()
        assert ask(question, later, **chosen).columns[name].sum() <= before


@law("fewer-persons")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds(), filters(), st.sampled_from(["event = 'a'", "never: event = 'c'"]))
def test_a_segment_never_gains_anybody(name, world, chosen, segment):
    question = EXAMPLES[name]
    chosen = {key: value for key, value in chosen.items() if key not in ("segment", "unit")}
    everybody = ask(question, world.snapshot, **chosen)
    some = ask(question, world.snapshot, **chosen, segment=segment)
    for share in question.shares:
        whole, part = counts_of(everybody, share), counts_of(some, share)
        assert all(count <= whole.get(key, 0) for key, count in part.items())


@law("fewer-events")
@few
@given(worlds(), persons_only, st.sampled_from(["channel = 'web'", "value > 2", "event != 'b'"]))
def test_a_condition_never_gains_an_event_or_a_visitor(world, chosen, where):
    chosen = {key: value for key, value in chosen.items() if key != "where"}
    everything = ask(Volumes(by="event"), world.snapshot, **chosen).columns
    some = ask(Volumes(by="event"), world.snapshot, **chosen, where=where)
    for name in ("events", "persons", "anonymous_events", "values", "ratings"):
        assert np.all(some.columns[name] <= everything[name])
    assert column(some, "event", "persons").keys() <= {"a", "b", "c", "d"}


@law("shares-lie-inside")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds(), filters())
def test_a_share_lies_in_its_interval_and_a_count_in_its_whole(name, world, chosen):
    question = EXAMPLES[name]
    if name == "sessions":
        chosen = {key: value for key, value in chosen.items() if key != "unit"}
    result = ask(question, world.snapshot, **chosen)
    for share in question.shares:
        for count, whole in share.of_unit(chosen.get("unit")).read(result).values():
            assert 0 <= count <= whole or not share.at_random
    named = next((column for column in SHARES if column in result.columns), "share")
    between = "difference" if name == "micro_conversions" else named
    for row in result.rows():
        known = [row.get(key) for key in ("low", between, "high")]
        if None not in known:
            assert known == sorted(known)
