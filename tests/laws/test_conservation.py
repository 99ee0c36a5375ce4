"""Nothing is lost and nothing counts twice: every answer adds up to its whole."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.laws import EXAMPLES, ask, column, few, fewer, filters, law, worlds
from waypost.questions import (
    Abandonment,
    Attribution,
    Breakdown,
    Cohorts,
    Comparison,
    Conformance,
    DropOff,
    Flow,
    Funnel,
    Groups,
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
)

axes = st.sampled_from(["event", "touchpoint", "stage", "step", "channel"])
persons_only = filters(units=False)
EVERYBODY = "event is not null"
"""A segment of all persons; it leaves out events without a person."""


@law("flow-in-is-flow-out")
@few
@given(worlds(), filters(), axes, st.booleans())
def test_what_comes_to_a_node_leaves_it_or_ends_there(world, chosen, by, fold):
    nodes = ask(Transitions(by=by, fold_repeats=fold), world.snapshot, **chosen).facts["nodes"]
    assert np.array_equal(nodes["starts"] + nodes["inflow"], nodes["outflow"] + nodes["ends"])


@law("one-start-one-end")
@few
@given(worlds(), persons_only, axes)
def test_everybody_starts_once_and_ends_once(world, chosen, by):
    facts = ask(Transitions(by=by), world.snapshot, **chosen).facts
    assert facts["nodes"]["starts"].sum() == facts["nodes"]["ends"].sum() == facts["persons"]


@law("events-less-persons")
@few
@given(worlds(), persons_only, axes)
def test_transitions_are_all_events_but_everybodys_first(world, chosen, by):
    facts = ask(Transitions(by=by), world.snapshot, **chosen).facts
    events = ask(Volumes(by=by), world.snapshot, **chosen).facts["events"]
    assert facts["transitions"] == events - facts["persons"]


@law("rows-of-transitions")
@few
@given(worlds(), persons_only, axes)
def test_rows_of_transitions_and_borders_hold_every_event_once_as_an_end(world, chosen, by):
    result = ask(Transitions(by=by, borders=True), world.snapshot, **chosen)
    events = ask(Volumes(by=by), world.snapshot, **chosen).facts["events"]
    leaving = [
        count for origin, count in zip(*_two(result, "from", "count"), strict=True) if origin
    ]
    arriving = [count for target, count in zip(*_two(result, "to", "count"), strict=True) if target]
    assert sum(leaving) == sum(arriving) == events


def _two(result, one, other):
    return result.columns[one], result.columns[other].tolist()


@law("funnel-balance")
@few
@given(
    worlds(),
    filters(units=False),
    st.sampled_from(["any", "best", "first", "each"]),
    st.sampled_from([{}, {"ties": "recorded"}, {"ties": "rising"}, {"order": "strict"}]),
    st.sampled_from(["6h", "1d", None]),
)
def test_who_is_at_a_step_goes_on_is_lost_or_open(world, chosen, entry, ways, within):
    question = Funnel(["a", "b", "a"], entry=entry, within=within, **ways)
    columns = ask(question, world.snapshot, **chosen).columns
    reached = columns["attempts" if entry == "each" else "persons"]
    gone = reached[1:] + columns["lost"][:-1] + columns["open"][:-1]
    assert np.array_equal(reached[:-1], gone)


@law("abandonment-balance")
@few
@given(worlds(), persons_only, st.sampled_from(["6h", "12h", "3d"]))
def test_an_attempt_is_converted_abandoned_or_open(world, chosen, within):
    columns = ask(Abandonment(["a", "c"], "b", within), world.snapshot, **chosen).columns
    fates = columns["converted"] + columns["abandoned"] + columns["open"]
    assert np.array_equal(columns["attempts"], fates)


@law("paths-and-rest")
@few
@given(
    worlds(),
    filters(),
    axes,
    st.sampled_from(["prefix", "suffix"]),
    st.integers(1, 4),
    st.integers(1, 4),
)
def test_listed_paths_and_the_rest_are_everybody(world, chosen, by, direction, length, top):
    chosen = {name: value for name, value in chosen.items() if name != "unit"}
    question = Paths(by=by, direction=direction, length=length, top=top)
    result = ask(question, world.snapshot, **chosen)
    assert result.columns["persons"].sum() == result.facts["persons"]
    assert result.columns["persons"][-1] == result.facts["rest"]


@law("anchors-and-others")
@few
@given(worlds(), persons_only, st.sampled_from(["first", "last"]))
def test_who_has_no_anchor_is_told(world, chosen, occurrence):
    question = Paths(by="event", anchor="event:a", occurrence=occurrence)
    facts = ask(question, world.snapshot, **chosen).facts
    everybody = ask(Paths(by="event"), world.snapshot, **chosen).facts["persons"]
    assert facts["persons"] + facts["without_anchor"] == everybody


@law("flow-columns")
@few
@given(
    worlds(),
    filters(),
    axes,
    st.sampled_from(["after", "before"]),
    st.booleans(),
    st.integers(1, 3),
)
def test_nobody_is_lost_between_two_columns(world, chosen, by, direction, fold, top):
    chosen = {name: value for name, value in chosen.items() if name != "unit"}
    question = Flow(by=by, direction=direction, length=4, fold_repeats=fold, top=top, quiet="12h")
    nodes = ask(question, world.snapshot, **chosen).facts["nodes"]
    ends = [name for name in ("left", "open", "beyond", "starts", "earlier") if name in nodes]
    near, far = ("in", "out") if direction == "after" else ("out", "in")
    moved, arrived, present = defaultdict(int), defaultdict(int), defaultdict(int)
    for place, column_number in enumerate(map(abs, nodes["column"])):
        persons = nodes["persons"][place]
        assert persons == nodes[near][place]
        assert persons == nodes[far][place] + sum(nodes[end][place] for end in ends)
        moved[column_number + 1] += nodes[far][place]
        arrived[column_number] += nodes[near][place]
        present[column_number] += persons
    assert all(moved[number] == arrived[number] for number in arrived if number > 1)


@law("flow-along-the-map")
@few
@given(worlds(), persons_only, st.sampled_from(["step", "stage"]))
def test_along_the_map_everybody_comes_from_somewhere_and_gets_somewhere(world, chosen, by):
    question = Flow(by=by, align="order", quiet="12h")
    nodes = ask(question, world.snapshot, **chosen).facts["nodes"]
    assert np.array_equal(nodes["persons"], nodes["starts"] + nodes["in"])
    assert np.array_equal(nodes["persons"], nodes["out"] + nodes["left"] + nodes["open"])


@law("step-flow-balance")
@few
@given(worlds(), filters(), st.sampled_from(["step", "stage"]))
def test_who_is_at_a_step_goes_on_goes_back_leaves_or_is_open(world, chosen, by):
    chosen = {name: value for name, value in chosen.items() if name != "unit"}
    result = ask(StepFlow(by=by, quiet="12h"), world.snapshot, **chosen)
    parts = [result.columns[name] for name in ("on", "back", "left", "open")]
    assert np.array_equal(result.columns["persons"], sum(parts))
    jumps = [sum(targets.values()) for targets in result.facts["jumps"].values()]
    assert jumps == (parts[0] + parts[1]).tolist()


@law("journeys-end-once")
@few
@given(worlds(), persons_only, axes)
def test_a_journey_has_ended_at_one_node_or_is_open_at_one(world, chosen, by):
    result = ask(DropOff(by=by, quiet="12h"), world.snapshot, **chosen)
    facts, columns = result.facts, result.columns
    assert columns["ended"].sum() == facts["closed_journeys"]
    assert columns["open"].sum() == facts["open_journeys"]
    persons = ask(Transitions(by=by), world.snapshot, **chosen).facts["persons"]
    assert facts["closed_journeys"] + facts["open_journeys"] == persons


@law("what-came-instead")
@few
@given(worlds(), persons_only, st.sampled_from(["6h", "12h", "2d"]))
def test_who_did_not_go_on_did_something_else_or_nothing(world, chosen, within):
    question = DropOff(by="event", after="event:a", target="event:b", within=within)
    result = ask(question, world.snapshot, **chosen)
    facts = result.facts
    assert facts["persons"] == facts["went_on"] + facts["not_gone_on"] + facts["open"]
    assert result.columns["persons"].sum() == facts["not_gone_on"]


@law("sessions-partition")
@few
@given(worlds(), persons_only, axes, st.sampled_from(["splits", "stays"]), st.booleans())
def test_every_event_is_in_exactly_one_session(world, chosen, by, at_gap, midnight):
    question = Sessions(by=by, gap="6h", at_gap=at_gap, midnight=midnight)
    result = ask(question, world.snapshot, **chosen)
    facts, rest = result.facts, result.facts["without_node"]
    volumes = ask(Volumes(by="event"), world.snapshot, **chosen).facts["events"]
    assert result.columns["events"].sum() + rest["events"] == facts["total_events"] == volumes
    for end in ("starts", "ends"):
        assert result.columns[end].sum() + rest[end] == facts["total_sessions"]
    assert result.columns["bounces"].sum() + rest["bounces"] == facts["bounces"]


@law("cohorts-part-entrants")
@few
@given(worlds(), persons_only, st.sampled_from(["day", "week", "all"]))
def test_everybody_who_enters_is_in_one_cohort(world, chosen, cohorts):
    result = ask(Retention(first="a", every="day", cohorts=cohorts), world.snapshot, **chosen)
    columns = result.columns
    first = columns["entrants"][np.array(columns["period"]) == 0]
    assert first.sum() == result.facts["entrants"]
    assert np.all(columns["persons_due"] <= columns["due"])
    assert np.all(columns["due"] <= columns["entrants"])


@law("cohort-table-holds-all")
@few
@given(worlds(), filters(period=False, units=False))
def test_a_table_of_cohorts_that_is_long_enough_holds_all_events_and_money(world, chosen):
    question = Cohorts(by="day", every="day", periods=9)
    facts = ask(question, world.snapshot, **chosen).facts
    volumes = ask(Volumes(by="event"), world.snapshot, **chosen)
    assert facts["events"] == volumes.facts["events"]
    of_persons = chosen if chosen.get("segment") else chosen | {"segment": EVERYBODY}
    known = ask(Volumes(by="event"), world.snapshot, **of_persons)
    assert facts["value_sum"] == known.columns["value_sum"].sum()


@law("credits-add-up")
@few
@given(worlds(), persons_only, axes, st.sampled_from(["6h", None]), st.booleans())
def test_credits_and_what_had_no_contact_are_all_conversions(world, chosen, by, within, reuse):
    question = Attribution("event:d", by=by, within=within, reuse=reuse, level=0)
    result = ask(question, world.snapshot, **chosen)
    facts, columns = result.facts, result.columns
    assert facts["with_contact"] + facts["without_contact"] == facts["conversions"]
    for model in question.shown_models if facts["conversions"] else ():
        assert columns[model].sum() == pytest.approx(facts["conversions"], rel=1e-9)
        if facts["with_value"]:
            assert columns[f"{model}_money"].sum() == pytest.approx(facts["money"], rel=1e-9)


@law("repeat-adds-up")
@few
@given(worlds(), persons_only, st.integers(1, 4))
def test_times_and_later_times_are_all_times(world, chosen, most):
    result = ask(Repeat("event:a", most=most), world.snapshot, **chosen)
    facts, columns = result.facts, result.columns
    assert columns["persons"].sum() + facts["later_occurrences"] == facts["occurrences"]
    assert columns["exactly"].sum() + facts["more_than_most"] == facts["total_persons"]
    assert columns["value_sum"].sum() + facts["later_value"] == facts["value_sum"]


@law("repeat-in-time")
@few
@given(worlds(), persons_only)
def test_who_did_it_once_less_is_due_or_open(world, chosen):
    columns = ask(Repeat("event:a", within="12h"), world.snapshot, **chosen).columns
    before, n = columns["persons"][:-1], slice(1, None)
    assert np.all(columns["due"][n] + columns["open"][n] <= before)
    assert np.all(columns["in_time"] <= columns["due"])


@law("groups-part-units")
@few
@given(worlds(), filters(), st.sampled_from(["event", "channel", "touchpoint"]))
def test_the_groups_of_first_values_part_the_units(world, chosen, by):
    result = ask(Groups(by), world.snapshot, **chosen)
    unit = "sessions" if chosen.get("unit") else "persons"
    assert result.columns[unit].sum() == result.facts[unit]


@law("waits-end-or-last")
@few
@given(worlds(), persons_only, st.sampled_from(["first_to_first_after", "any_to_next"]))
def test_a_wait_is_over_or_still_lasts(world, chosen, mode):
    facts = ask(TimeBetween("event:a", "event:b", mode), world.snapshot, **chosen).facts
    counted = ask(Volumes(by="event"), world.snapshot, **chosen)
    started = column(counted, "event", "events" if mode == "any_to_next" else "persons")
    assert facts["count"] + facts["censored"] == started.get("a", 0)
    assert sum(facts["histogram"]["count"]) == facts["count"]


@law("steps-visited-or-skipped")
@few
@given(worlds(), persons_only, st.sampled_from(["insert", "ignore"]))
def test_a_drawn_step_is_visited_or_skipped_by_everybody(world, chosen, undrawn):
    question = Conformance(["a", "b", "d"], by="event", undrawn=undrawn)
    result = ask(question, world.snapshot, **chosen)
    kinds = {"visited": 0, "skipped": 0}
    for row in result.rows():
        if row["kind"] in kinds:
            kinds[row["kind"]] += row["persons"]
    assert sum(kinds.values()) == 3 * result.facts["persons"]
    assert sum(result.facts["distribution"]["persons"]) == result.facts["persons"]


@law("loops-are-listed")
@few
@given(worlds(), persons_only, axes)
def test_the_rows_of_loops_are_all_loops(world, chosen, by):
    result = ask(Loops(by=by, visits=3), world.snapshot, **chosen)
    for name in ("loops", "events"):
        counted = dict.fromkeys(result.facts[name], 0)
        for row in result.rows():
            counted[row["kind"]] += row[name]
        assert counted == dict(result.facts[name])
    persons = result.columns["persons"]
    assert np.all(persons <= result.facts["looping"])
    assert result.facts["looping"] <= persons.sum()


@law("matches-hold-persons")
@few
@given(worlds(), filters())
def test_who_shows_a_pattern_has_a_match_and_is_one_of_all(world, chosen):
    result = ask(Patterns(["a -> b", "a", "b => b"]), world.snapshot, **chosen)
    unit = "sessions" if chosen.get("unit") else "persons"
    assert np.all(result.columns[unit] <= result.columns["matches"])
    assert np.all(result.columns[unit] <= result.facts[unit])


@law("volumes-of-nodes")
@few
@given(worlds(), persons_only, axes)
def test_events_and_money_of_nodes_are_those_of_their_events(world, chosen, by):
    volumes = ask(Volumes(by=by), world.snapshot, **chosen)
    bound = {"touchpoint": "touchpoint", "step": "touchpoint", "stage": "stage"}.get(by)
    if bound is not None:
        extra = f"{bound} is not null"
        where = chosen.get("where")
        chosen = chosen | {"where": f"({where}) and {extra}" if where else extra}
    events = ask(Volumes(by="event"), world.snapshot, **chosen)
    for name in ("events", "anonymous_events", "values", "value_sum", "ratings"):
        assert volumes.columns[name].sum() == events.columns[name].sum()


@law("breakdown-adds-up")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds(), filters(units=False), st.sampled_from(["channel", "event"]), st.integers(1, 3))
def test_the_parts_of_a_breakdown_add_up_row_by_row(name, world, chosen, by, top):
    question, chosen = EXAMPLES[name], {k: v for k, v in chosen.items() if k != "only"}
    whole = ask(question, world.snapshot, **chosen)
    parts = ask(Breakdown(question, by, top=top), world.snapshot, **chosen)
    for share in question.shares:
        expected, added = defaultdict(int), defaultdict(int)
        for result, counts in ((whole, expected), (parts, added)):
            for row in result.rows():
                counts[tuple(str(row[key]) for key in share.keys)] += row[share.count]
        assert {k: v for k, v in added.items() if v} == {k: v for k, v in expected.items() if v}


@law("two-sides-are-the-whole")
@pytest.mark.parametrize("name", sorted(EXAMPLES))
@fewer
@given(worlds(), filters(units=False))
def test_a_group_and_everybody_else_are_the_whole(name, world, chosen):
    question, chosen = EXAMPLES[name], {k: v for k, v in chosen.items() if k != "segment"}
    if not question.shares:
        return
    whole = ask(question, world.snapshot, **chosen)
    compared = ask(Comparison(question, "event = 'a'"), world.snapshot, **chosen)
    expected, added = defaultdict(int), defaultdict(int)
    for share in question.shares:
        for key, (count, _) in share.read(whole).items():
            expected[share.count, *key] += count
        for row in compared.rows():
            if row["measure"] == share.count:
                key = tuple(str(row[name]) for name in share.keys)
                added[share.count, *key] += row["first_count"] + row["second_count"]
    assert {k: v for k, v in added.items() if v} == {k: v for k, v in expected.items() if v}


@law("did-it-or-not")
@few
@given(worlds(), persons_only, st.sampled_from(["6h", "1d"]))
def test_at_the_landmark_everybody_did_a_thing_or_did_not(world, chosen, landmark):
    question = MicroConversions("event:d", by="event", landmark=landmark, within="1d")
    result = ask(question, world.snapshot, **chosen)
    columns, whole = result.columns, result.facts["at_risk"]
    assert np.all(columns["persons"] + columns["others"] == whole)
    reached = columns["in_time"] + columns["others_in_time"]
    assert np.all(reached == result.facts["at_risk_in_time"])
