"""Events are counted at the first step, in the order of the map, whose binding they fit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.drawn_steps import slow_flow, steps_by_person
from tests.strategies.drawn_maps import RULES, bindings, document_of, stage_id, step_id
from waypost.maps.reading import EventSource, ReadingFilter, read_map
from waypost.maps.reading.drawing import Bound, drawing_of
from waypost.questions import Funnel, HandOvers, StepFlow, Transitions, Volumes


def busy(source: EventSource) -> list[str]:
    rows = source.ask(Volumes(by="touchpoint")).rows()
    return [row["touchpoint"] for row in rows if row["persons"]]


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_flow_equals_the_slow_twin(source: EventSource, data: st.DataObject) -> None:
    bound = data.draw(bindings(busy(source)))
    journeys = source.drawn(drawing_of(document_of(bound)))
    slow = slow_flow(steps_by_person(source, bound), len(bound))

    answer = journeys.ask(StepFlow())

    rows = {row["step"]: row for row in answer.rows()}
    for place in range(len(bound)):
        row = rows[step_id(place)]
        assert (row["persons"], row["events"], row["returned"]) == (
            slow.persons[place],
            slow.events[place],
            slow.returned[place],
        )
        jumps = answer.facts["jumps"][step_id(place)]
        assert jumps == {
            step_id(there): n for (here, there), n in slow.jumps.items() if here == place
        }


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_notes_equal_the_slow_twin(source: EventSource, data: st.DataObject) -> None:
    bound = data.draw(bindings(busy(source)))
    slow = slow_flow(steps_by_person(source, bound), len(bound))

    notes = read_map(document_of(bound), source).reality

    told = {note.id: note for note in notes}
    for place in range(len(bound)):
        skipped = told.get(f"skipped:{step_id(place)}")
        if slow.persons[place]:
            assert (skipped.persons if skipped else 0) == slow.skipped[place]
        looped = told.get(f"looped:{step_id(place)}")
        assert (looped.persons if looped else 0) == slow.returned[place]
    undrawn = {note.touchpoint: note.persons for note in notes if note.kind == "undrawn"}
    told_elsewhere = {
        t.id for t in source.snapshot.touchpoints if {"side", "repeats"} & set(t.facts)
    }
    told_elsewhere |= {name for one in bound for name in one.touchpoints}
    whole = {t: n["persons"] for t, n in slow.undrawn.items() if t not in told_elsewhere}
    assert undrawn == whole
    for note in notes:
        if note.kind == "undrawn":
            pair = tuple(_place(step, len(bound)) for step in (note.step, note.to_step))
            counted = slow.undrawn[note.touchpoint]
            most = max(n for between, n in counted.items() if between != "persons")
            assert (counted[pair], note.values["between"]) == (most, most)


def _place(step: str, steps: int) -> int:
    return [step_id(place) for place in range(steps)].index(step) if step else -1


def test_without_rules_no_event_gets_another_code(source: EventSource) -> None:
    journeys = source.drawn(drawing_of(document_of([Bound(("order",))])))

    assert not journeys.has_rules


def test_an_event_belongs_to_the_first_step_that_binds_it(source: EventSource) -> None:
    first = document_of([Bound((), "event = 'order_placed'"), Bound(("order",))])
    second = document_of([Bound(("order",)), Bound((), "event = 'order_placed'")])

    counted = [[step.events for step in read_map(one, source).steps] for one in (first, second)]

    assert counted[0][0] > 0
    assert counted[0] == counted[1]
    assert counted[0][1] == 0


def test_a_rule_that_cannot_be_read_leaves_the_other_steps_their_numbers(
    source: EventSource,
) -> None:
    found = read_map(document_of([Bound((), RULES[-1]), Bound(("order",))]), source)

    assert [step.is_bound for step in found.steps] == [False, True]
    assert found.steps[1].persons > 0
    broken = [note for note in found.reality if note.kind == "broken"]
    assert [note.step for note in broken] == [step_id(0)]
    assert "person" in broken[0].label[""]


def test_the_stage_of_an_event_is_that_of_its_step(source: EventSource) -> None:
    document = document_of([Bound(("order",)), Bound((), "channel = 'email'")], stages=2)

    rows = source.drawn(drawing_of(document)).ask(StepFlow(by="stage")).rows()
    steps = source.drawn(drawing_of(document)).ask(StepFlow(by="step")).rows()

    email = next(row for row in steps if row["step"] == step_id(1))
    assert next(row for row in rows if row["stage"] == stage_id(1))["persons"] == email["persons"]


def test_filters_keep_the_words_of_the_workspace(source: EventSource) -> None:
    journeys = source.drawn(drawing_of(document_of([Bound((), "channel = 'email'")])))
    question = StepFlow(where="touchpoint = 'order'")

    assert journeys.ask(question).facts["journeys"] == 0
    assert source.ask(question).facts["journeys"] > 0


def test_all_questions_run_on_drawn_steps(source: EventSource) -> None:
    document = document_of([Bound(("order",)), Bound((), "a.campaign = 'spring'")])
    journeys = source.drawn(drawing_of(document))

    funnel = journeys.ask(Funnel((f"step:{step_id(0)}", f"step:{step_id(1)}")))
    assert 0 < funnel.facts["converted"] < funnel.facts["entrants"]
    assert journeys.ask(Transitions(by="step")).facts
    sessions = journeys.ask(StepFlow(unit="session"))
    assert sessions.facts["journeys"] > journeys.ask(StepFlow()).facts["journeys"]


def test_members_of_a_note_are_as_many_as_it_says(source: EventSource) -> None:
    document = document_of([Bound(("order",)), Bound((), "channel = 'email'")])
    notes = [n for n in read_map(document, source).reality if n.kind in ("looped", "jumped_back")]

    for note in notes:
        cell = note.evidence.cell
        found = source.drawn(drawing_of(document)).members(StepFlow(), cell)
        assert found.numbers.size == note.persons
    assert {note.kind for note in notes} == {"looped", "jumped_back"}


@settings(max_examples=12, deadline=None)
@given(data=st.data(), where=st.sampled_from(["", "value > 400 or channel = 'web'"]))
def test_channel_switches_are_hand_overs_at_one_step(
    source: EventSource, data: st.DataObject, where: str
) -> None:
    document = document_of(data.draw(bindings(busy(source))))
    question = HandOvers(by="channel", within=None, detail="step", where=where or None)
    rows = source.drawn(drawing_of(document)).ask(question).rows()

    notes = read_map(document, source, ReadingFilter(where=where)).reality

    told = {
        (note.step, *note.channels): (note.persons, note.values["times"])
        for note in notes
        if note.kind == "channel"
    }
    assert told == {
        (row["from_detail"], row["from"], row["to"]): (row["persons"], row["count"])
        for row in rows
        if row["from_detail"] and row["from_detail"] == row["to_detail"]
    }
