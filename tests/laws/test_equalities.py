"""Questions that ask the same in other words get the same answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.laws import (
    EXAMPLES,
    ask,
    column,
    few,
    fewer,
    filters,
    law,
    plain,
    told,
    worlds,
)
from waypost.questions import (
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
    Paths,
    Patterns,
    Repeat,
    Retention,
    Sessions,
    StepFlow,
    TimeBetween,
    Transitions,
    Volumes,
    in_units,
)

FOREVER = "5000d"
A, B, C = (f"event:{name}" for name in "abc")
RECORDED = {"within": None, "ties": "recorded"}
codes = st.sampled_from("abcd")


def one(result, name="persons"):
    """The single figure of an answer with one row."""
    return int(result.columns[name][0])


def edges(result, name):
    """A column of transitions by pair."""
    rows = zip(result.columns["from"], result.columns["to"], result.columns[name], strict=True)
    return {(origin, target): int(value) for origin, target, value in rows if value}


def pairs_of(result):
    """Persons by path of a paths question."""
    rows = zip(result.columns["path"], result.columns["persons"].tolist(), strict=True)
    return {tuple(path): persons for path, persons in rows if path}


@law("strict-funnel-is-transition")
@few
@given(worlds(), plain, codes, codes)
def test_two_adjacent_strict_steps_are_the_persons_of_a_transition(world, chosen, x, y):
    funnel = Funnel([f"event:{x}", f"event:{y}"], order="strict", **RECORDED)
    reached = ask(funnel, world.snapshot, **chosen).facts["converted"]
    found = ask(Transitions(by="event", persons=True), world.snapshot, **chosen)
    assert reached == edges(found, "persons").get((x, y), 0)


@law("loose-funnel-is-eventual-transition")
@few
@given(worlds(), plain, codes, codes)
def test_two_loose_steps_are_the_persons_of_an_eventual_transition(world, chosen, x, y):
    funnel = Funnel([f"event:{x}", f"event:{y}"], **RECORDED)
    reached = ask(funnel, world.snapshot, **chosen).facts["converted"]
    found = ask(Transitions(by="event", gap="eventually"), world.snapshot, **chosen)
    assert reached == edges(found, "persons").get((x, y), 0)


@law("who-was-there")
@few
@given(worlds(), plain, codes)
def test_every_question_finds_the_same_persons_at_a_node(world, chosen, x):
    step, shop = f"event:{x}", world.snapshot

    def of(question):
        return ask(question, shop, **chosen)

    expected = column(of(Volumes(by="event")), "event", "persons").get(x, 0)
    assert column(of(Groups("event", of="event")), "group", "persons").get(x, 0) == expected
    assert of(Funnel([step], **RECORDED)).facts["entrants"] == expected
    assert one(of(Patterns(step))) == expected
    assert of(Repeat(step)).facts["total_persons"] == expected
    assert of(Retention(first=step)).facts["entrants"] == expected
    assert of(Cohorts(first=step)).facts["entrants"] == expected
    assert of(Paths(by="event", anchor=step)).facts["persons"] == expected
    assert of(Flow(by="event", anchor=step)).facts["persons"] == expected
    assert of(TimeBetween(step, B)).facts["persons"] == expected
    assert of(Abandonment(step, B)).facts["persons"] == expected
    assert column(of(DropOff(by="event")), "event", "visitors").get(x, 0) == expected
    visited = of(Conformance([step], by="event", undrawn="ignore"))
    assert one(visited) == visited.facts["persons"] == expected


@law("where-journeys-begin")
@few
@given(worlds(), plain)
def test_every_question_finds_the_same_beginnings(world, chosen):
    nodes = ask(Transitions(by="event"), world.snapshot, **chosen).facts["nodes"]
    starts = {n: int(c) for n, c in zip(nodes["node"], nodes["starts"], strict=True) if c}
    paths = pairs_of(ask(Paths(by="event", length=1), world.snapshot, **chosen))
    flow = ask(Flow(by="event", length=1), world.snapshot, **chosen).facts["nodes"]
    first = ask(Cohorts(by="first_event", periods=1), world.snapshot, **chosen)
    assert {path[0]: persons for path, persons in paths.items()} == starts
    assert dict(zip(flow["node"], flow["persons"], strict=True)) == starts
    assert column(ask(Groups("event"), world.snapshot, **chosen), "group", "persons") == starts
    assert column(first, "cohort", "entrants") == starts  # every row of a cohort says the same


@law("where-journeys-end")
@few
@given(worlds(), filters(units=False))
def test_every_question_finds_the_same_ends(world, chosen):
    nodes = ask(Transitions(by="event"), world.snapshot, **chosen).facts["nodes"]
    ends = {n: int(c) for n, c in zip(nodes["node"], nodes["ends"], strict=True) if c}
    paths = ask(Paths(by="event", length=1, direction="suffix"), world.snapshot, **chosen)
    dropped = ask(DropOff(by="event", quiet="12h"), world.snapshot, **chosen).columns
    both = dropped["ended"] + dropped["open"]
    backwards = ask(Flow(by="event", direction="before"), world.snapshot, **chosen).facts["nodes"]
    last = zip(backwards["column"], backwards["node"], backwards["persons"], strict=True)
    assert {path[0]: persons for path, persons in pairs_of(paths).items()} == ends
    assert {n: int(c) for n, c in zip(dropped["event"], both, strict=True) if c} == ends
    assert {node: persons for number, node, persons in last if number == -1} == ends


@law("first-transitions")
@few
@given(worlds(), filters(units=False))
def test_first_transitions_are_as_many_as_persons_with_two_events(world, chosen):
    paths = Paths(by="event", length=2, fold_repeats=False)
    firsts = {p: n for p, n in pairs_of(ask(paths, world.snapshot, **chosen)).items() if len(p) > 1}
    facts = ask(Transitions(by="event"), world.snapshot, **chosen).facts
    flow = ask(Flow(by="event", length=2, fold_repeats=False), world.snapshot, **chosen)
    bands = {(row["from"], row["to"]): row["persons"] for row in flow.rows() if row["kind"] == "on"}
    assert sum(firsts.values()) == facts["persons_with_two_events"]
    assert bands == firsts


@law("columns-of-flow-are-paths")
@few
@given(worlds(), filters(units=False), st.booleans(), st.sampled_from(["prefix", "suffix"]))
def test_a_column_of_a_flow_is_the_nodes_of_paths_at_that_place(world, chosen, fold, direction):
    paths = ask(
        Paths(by="event", length=4, fold_repeats=fold, direction=direction, top=5_000),
        world.snapshot,
        **chosen,
    )
    reading = "after" if direction == "prefix" else "before"
    flow = Flow(by="event", length=4, fold_repeats=fold, direction=reading)
    nodes = ask(flow, world.snapshot, **chosen).facts["nodes"]
    expected = {}
    for path, persons in pairs_of(paths).items():
        for place, node in enumerate(path if direction == "prefix" else path[::-1]):
            expected[place + 1, node] = expected.get((place + 1, node), 0) + persons
    found = zip(map(abs, nodes["column"]), nodes["node"], nodes["persons"], strict=True)
    assert {(number, node): persons for number, node, persons in found} == expected


@law("whole-paths-hold-all-events")
@few
@given(worlds(), filters(units=False))
def test_whole_journeys_have_all_events_and_short_ones_are_themselves(world, chosen):
    whole = Paths(by="event", length=7, whole=True, fold_repeats=False, top=5_000)
    result = ask(whole, world.snapshot, **chosen)
    events = ask(Volumes(by="event"), world.snapshot, **chosen).facts["events"]
    assert (result.columns["nodes"] * result.columns["persons"]).sum() == events
    plainly = Paths(by="event", length=50, fold_repeats=False, top=5_000)
    short = pairs_of(ask(plainly, world.snapshot, **chosen))
    known = zip(result.rows(), strict=True)
    assert all(short[tuple(r["path"])] == r["persons"] for (r,) in known if r["is_whole"])


@law("waits-are-conversions")
@few
@given(worlds(), plain, codes, codes)
def test_completed_waits_are_the_conversions_of_the_first_attempt(world, chosen, x, y):
    x, y = f"event:{x}", f"event:{y}"
    waits = ask(TimeBetween(x, y), world.snapshot, **chosen).facts
    funnel = ask(Funnel([x, y], entry="first", **RECORDED), world.snapshot, **chosen)
    assert waits["count"] == waits["persons_done"] == funnel.facts["converted"]
    mean = funnel.columns["mean_seconds"][1]
    assert waits["mean_seconds"] == (None if np.isnan(mean) else pytest.approx(mean))


@law("waits-for-again")
@few
@given(worlds(), plain)
def test_the_wait_for_the_second_time_is_that_of_time_between(world, chosen):
    again = ask(Repeat(A, most=2), world.snapshot, **chosen)
    waits = ask(TimeBetween(A, A), world.snapshot, **chosen)
    assert int(again.columns["persons"][1]) == waits.facts["count"]
    if waits.facts["count"]:
        assert again.columns["mean_seconds"][1] == pytest.approx(waits.facts["mean_seconds"])
        assert again.columns["median_seconds"][1] == waits.columns["seconds"][2]


@law("conversions-are-times")
@few
@given(worlds(), plain)
def test_conversions_are_the_times_and_first_ones_the_persons(world, chosen):
    times = ask(Repeat(A, most=1), world.snapshot, **chosen)
    each, first = (
        ask(Attribution(A, conversions=which, level=0), world.snapshot, **chosen).facts
        for which in ("each", "first")
    )
    assert each["conversions"] == times.facts["occurrences"]
    assert each["money"] == times.facts["value_sum"]
    assert first["conversions"] == first["persons"] == times.facts["total_persons"]


@law("shapley-is-linear-without-repeats")
@few
@given(worlds(), plain, st.sampled_from(["event", "channel"]))
def test_shapley_values_of_conversions_are_linear_shares_of_different_nodes(world, chosen, by):
    question = Attribution(A, by=by, collapse="first", within=None, level=0)
    columns = ask(question, world.snapshot, **chosen).columns
    assert columns["shapley"].tolist() == columns["linear"].tolist()


@law("pattern-is-funnel")
@few
@given(worlds(), plain, codes, codes, codes)
def test_a_pattern_with_arrows_is_a_funnel_without_a_window(world, chosen, x, y, z):
    steps = [f"event:{name}" for name in (x, y, z)]
    found = ask(Patterns(" -> ".join(steps)), world.snapshot, **chosen)
    assert one(found) == ask(Funnel(steps, **RECORDED), world.snapshot, **chosen).facts["converted"]


@law("pattern-within-is-funnel-within")
@few
@given(worlds(), plain, st.sampled_from(["6h", "12h", "1d"]))
def test_a_pattern_with_a_limit_is_a_funnel_with_a_window(world, chosen, within):
    found = ask(Patterns(f"{A} -> {B} -> {A} within {within}"), world.snapshot, **chosen)
    funnel = Funnel([A, B, A], within=within, ties="recorded")
    assert one(found) == ask(funnel, world.snapshot, **chosen).facts["converted"]


@law("pattern-direct-is-transition")
@few
@given(worlds(), filters(units=False), codes, codes)
def test_a_direct_pattern_is_a_transition(world, chosen, x, y):
    found = ask(Patterns(f"event:{x} => event:{y}"), world.snapshot, **chosen)
    result = ask(Transitions(by="event", persons=True), world.snapshot, **chosen)
    assert one(found) == edges(result, "persons").get((x, y), 0)
    if x != y:
        assert one(found, "matches") == edges(result, "count").get((x, y), 0)


@law("pattern-times-is-repeat")
@few
@given(worlds(), plain, st.integers(2, 4))
def test_n_times_are_a_pattern_a_funnel_and_a_row_of_repeat(world, chosen, n):
    persons = int(ask(Repeat(A), world.snapshot, **chosen).columns["persons"][n - 1])
    assert one(ask(Patterns(f"{A}{{{n}}}"), world.snapshot, **chosen)) == persons
    assert ask(Funnel([A] * n, **RECORDED), world.snapshot, **chosen).facts["converted"] == persons


@law("repeats-are-volumes")
@few
@given(worlds(), plain, codes)
def test_all_times_and_their_money_are_the_volume_of_the_node(world, chosen, x):
    facts = ask(Repeat(f"event:{x}"), world.snapshot, **chosen).facts
    everybody = chosen if chosen.get("segment") else chosen | {"segment": "event is not null"}
    volumes = ask(Volumes(by="event"), world.snapshot, **everybody)
    assert facts["occurrences"] == column(volumes, "event", "events").get(x, 0)
    assert facts["value_sum"] == column(volumes, "event", "value_sum").get(x, 0)


@law("loops-are-self-transitions")
@few
@given(worlds(), filters(units=False))
def test_repeats_are_transitions_of_a_node_to_itself(world, chosen):
    loops = ask(Loops(by="event"), world.snapshot, **chosen)
    nodes = ask(Transitions(by="event"), world.snapshot, **chosen).facts["nodes"]
    repeats = {n: int(c) for n, c in zip(nodes["node"], nodes["repeats"], strict=True) if c}
    assert {r["node"]: r["events"] for r in loops.rows() if r["kind"] == "repeated"} == repeats
    found = Transitions(by="event", persons=True)
    itself = {
        x: n
        for (x, y), n in edges(ask(found, world.snapshot, **chosen), "persons").items()
        if x == y
    }
    assert {r["node"]: r["persons"] for r in loops.rows() if r["kind"] == "repeated"} == itself


@law("returns-are-visits-again")
@few
@given(worlds(), filters(units=False))
def test_who_returns_comes_to_the_node_in_a_later_visit(world, chosen):
    loops = ask(Loops(by="step"), world.snapshot, **chosen)
    returned = {r["node"]: r["persons"] for r in loops.rows() if r["kind"] == "returned"}
    later = Transitions(by="step", gap="eventually", fold_repeats=True)
    again = edges(ask(later, world.snapshot, **chosen), "persons")
    assert returned == {x: persons for (x, y), persons in again.items() if x == y}
    flow = ask(StepFlow(by="step"), world.snapshot, **chosen)
    assert column(flow, "step", "returned") == returned


@law("step-flow-is-its-parts")
@few
@given(worlds(), filters(units=False), st.sampled_from(["step", "stage"]))
def test_figures_of_a_step_are_those_of_the_questions_about_them(world, chosen, by):
    flow = ask(StepFlow(by=by), world.snapshot, **chosen)
    volumes = ask(Volumes(by=by), world.snapshot, **chosen)
    for name in volumes.columns:
        assert list(flow.to_dict()["columns"][name]) == list(volumes.to_dict()["columns"][name])
    nodes = ask(Transitions(by=by), world.snapshot, **chosen).facts["nodes"]
    along = ask(Flow(by=by, align="order"), world.snapshot, **chosen).facts["nodes"]
    assert flow.columns["starts"].tolist() == nodes["starts"].tolist() == list(along["starts"])


@law("cohorts-are-those-of-retention")
@few
@given(worlds(), filters(units=False), st.sampled_from(["first", "first_in_period"]))
def test_cohorts_and_retention_agree_on_who_entered_and_came_back(world, chosen, entry):
    asked = {"first": A, "then": B, "every": "day", "periods": 4, "entry": entry}
    cohorts = ask(Cohorts(by="day", **asked), world.snapshot, **chosen)
    retention = ask(Retention(**asked), world.snapshot, **chosen)
    for name in ("cohort", "period", "entrants", "due"):
        assert list(cohorts.columns[name]) == list(retention.columns[name])
    for name in ("persons", "persons_due"):
        assert cohorts.columns[name].tolist() == retention.columns[name].tolist()


@law("retention-ranges")
@few
@given(worlds(), filters(units=False), st.integers(0, 3))
def test_on_and_on_or_after_are_ranges_of_periods(world, chosen, n):
    asked = {"first": A, "every": "day", "cohorts": "all"}

    def persons(period, **mode):
        columns = ask(Retention(**asked, **mode), world.snapshot, **chosen).columns
        rows = zip(map(str, columns["period"]), columns["persons"].tolist(), strict=True)
        return dict(rows).get(str(period), 0)

    ranges = {"mode": "between", "brackets": [(n, n), (n, 400)]}
    assert persons(n) == persons(f"{n}-{n}", **ranges)
    assert persons(n, mode="on_or_after") == persons(f"{n}-400", **ranges)


@law("coming-back-is-converting")
@few
@given(worlds(), plain, codes, codes)
def test_who_ever_comes_back_converts(world, chosen, x, y):
    x, y = f"event:{x}", f"event:{y}"
    retention = Retention(first=x, then=y, every="1d", mode="on_or_after", periods=1)
    back = int(ask(retention, world.snapshot, **chosen).facts["curve"]["persons"][0])
    funnel = Funnel([x, y], entry="first", **RECORDED)
    assert back == ask(funnel, world.snapshot, **chosen).facts["converted"]


@law("sessions-are-a-unit")
@few
@given(worlds(), filters(units=False))
def test_sessions_as_a_question_are_sessions_as_a_unit(world, chosen):
    # A unit is cut before filters leave events out, so only segments are the same in both.
    chosen = {name: value for name, value in chosen.items() if name == "segment"}
    asked = ask(Sessions(gap="7h", by="event"), world.snapshot, **chosen)
    unit = chosen | {"unit": "session:7h"}
    volumes = ask(Volumes(by="event"), world.snapshot, **unit)
    counts = ask(Transitions(by="event"), world.snapshot, **unit).facts
    assert column(asked, "node", "sessions") == column(volumes, "event", "sessions")
    assert column(asked, "node", "events") == column(volumes, "event", "events")
    assert asked.facts["total_sessions"] == counts["sessions"]
    assert asked.facts["bounces"] == counts["sessions"] - counts["sessions_with_two_events"]
    assert asked.columns["starts"].tolist() == counts["nodes"]["starts"].tolist()
    assert asked.columns["ends"].tolist() == counts["nodes"]["ends"].tolist()


@law("persons-of-sessions")
@few
@given(worlds(), filters(units=False))
def test_persons_of_sessions_are_the_persons(world, chosen):
    sessions = ask(Sessions(by="event"), world.snapshot, **chosen)
    volumes = ask(Volumes(by="event"), world.snapshot, **chosen)
    assert column(sessions, "node", "persons") == column(volumes, "event", "persons")
    persons = ask(Transitions(by="event"), world.snapshot, **chosen).facts["persons"]
    assert sessions.facts["total_persons"] == persons


@law("one-session-is-one-person")
@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"sessions"}))
@fewer
@given(worlds(), filters(units=False))
def test_where_everybody_has_one_session_sessions_are_persons(name, world, chosen):
    question = EXAMPLES[name]
    persons = ask(question, world.snapshot, **(chosen | {"segment": "event is not null"}))
    wide = {"unit": f"session:{FOREVER}", "segment": "event is not null"}
    sessions = ask(question, world.snapshot, **(chosen | wide))
    assert told(sessions) == told(in_units(persons, wide["unit"]))


@law("attempts-of-carts")
@few
@given(worlds(), plain)
def test_without_a_limit_attempts_are_those_of_a_funnel_of_each(world, chosen):
    carts = ask(Abandonment(A, B, within=FOREVER), world.snapshot, **chosen)
    funnel = ask(Funnel([A, B], entry="each", within=None), world.snapshot, **chosen)
    assert one(carts, "attempts") == funnel.facts["attempts"]
    assert one(carts, "converted") == funnel.facts["converted_attempts"]
    assert one(carts, "open") == int(funnel.columns["open"][0])
    assert carts.facts["persons_converted"] == funnel.facts["converted"]


@law("gone-on-is-converted")
@few
@given(worlds(), plain, st.sampled_from(["6h", "12h", "2d"]))
def test_who_went_on_in_time_converted_in_time(world, chosen, within):
    question = DropOff(by="event", after=A, target=B, within=within)
    facts = ask(question, world.snapshot, **chosen).facts
    funnel = Funnel([A, B], entry="first", within=within, ties="recorded")
    reached = ask(funnel, world.snapshot, **chosen).facts
    assert (facts["persons"], facts["went_on"], facts["not_gone_on"], facts["open"]) == (
        reached["entrants"],
        reached["converted"],
        reached["lost"],
        reached["open"],
    )


@law("drawn-in-order-is-perfect")
@few
@given(worlds(), filters(units=False))
def test_perfect_journeys_are_whole_paths(world, chosen):
    drawn = ask(Conformance(["a", "b"], by="event"), world.snapshot, **chosen).facts
    whole = ask(Paths(by="event", whole=True, top=5_000), world.snapshot, **chosen)
    perfect = sum(row["persons"] for row in whole.rows() if row["path"] == ["a", "b"])
    assert drawn["perfect"] == perfect


@law("steps-together-are-either-name")
@few
@given(worlds(), plain)
def test_a_step_of_several_names_is_a_condition_and_a_choice(world, chosen):
    either = Funnel([(A, C), B], **RECORDED)
    condition = Funnel(["event in ('a', 'c')", B], **RECORDED)
    counts = [
        ask(q, world.snapshot, **chosen).columns["persons"].tolist() for q in (either, condition)
    ]
    assert counts[0] == counts[1]
    assert counts[0][1] == one(ask(Patterns(f"({A} | {C}) -> {B}"), world.snapshot, **chosen))


@law("hand-overs-are-folded-transitions")
@few
@given(worlds(), filters(units=False), st.sampled_from(["channel", "event", "step"]))
def test_hand_overs_without_a_limit_are_transitions_between_visits(world, chosen, by):
    changed = ask(HandOvers(by=by, within=None), world.snapshot, **chosen)
    folded = Transitions(by=by, fold_repeats=True, persons=True)
    moved = ask(folded, world.snapshot, **chosen)
    for name in ("count", "persons", "persons_from"):
        assert edges(changed, name) == edges(moved, name)
