"""Who binds a step sees at once what it would count, and what it misses by little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.drawn_maps import RULES, document_of, step_id
from waypost.app import Workspace
from waypost.errors import InputError, RuleError
from waypost.maps.reading import (
    EventSource,
    ReadingFilter,
    count_binding,
    read_map,
    touchpoints_of,
)
from waypost.maps.reading.drawing import Bound
from waypost.questions import Volumes


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_count_is_what_a_step_so_bound_reads(source: EventSource, data: st.DataObject) -> None:
    busy = sorted(use.id for use in touchpoints_of(source) if use.persons)
    touchpoints = tuple(data.draw(st.lists(st.sampled_from(busy), max_size=2, unique=True)))
    where = data.draw(st.sampled_from(("", *RULES[:-1])))
    chosen = ReadingFilter(where=data.draw(st.sampled_from(("", "value > 400", "event != 'x'"))))

    counted = count_binding(source, touchpoints, where, chosen)

    (step,) = read_map(document_of([Bound(touchpoints, where)]), source, chosen).steps
    assert (counted.persons, counted.events) == (step.persons, step.events)
    assert counted.anonymous_events == step.anonymous_events
    assert (counted.first_on, counted.last_on) == (step.first_on, step.last_on)
    assert len(counted.examples) == min(5, counted.events + counted.anonymous_events)


def test_events_that_fail_one_condition_are_told_by_it(browsing: Workspace) -> None:
    rule = "event = 'cart_product_added' and value > 60"

    found = count_binding(browsing.source, (), rule)

    assert found.events == 0
    assert [(n.condition, n.events, n.persons) for n in found.nearly] == [
        ("value > 60", 20, 20),
        ("event = 'cart_product_added'", 8, 8),
    ]


def test_a_name_that_does_not_occur_is_told_the_nearest(browsing: Workspace) -> None:
    (near, *_) = count_binding(browsing.source, (), "event = 'order_place'").nearly

    assert (near.name, near.events) == ("order_placed", 8)


def test_events_of_an_earlier_step_are_told_apart(source: EventSource) -> None:
    document = document_of([Bound(("order",)), Bound((), "event = 'order_placed'")])

    found = count_binding(source, (), "event = 'order_placed'", document=document, step=step_id(1))

    assert found.elsewhere == found.events + found.anonymous_events > 0
    first = count_binding(source, ("order",), document=document, step=step_id(0))
    assert first.elsewhere == 0


def test_examples_name_no_person(browsing: Workspace) -> None:
    examples = count_binding(browsing.source, ("cart",)).examples

    assert [one.at for one in examples] == sorted(one.at for one in examples)
    assert all(one.person.startswith("p_") and one.value == 500_000 for one in examples) or all(
        one.person.startswith("p_") for one in examples
    )


def test_an_unknown_touchpoint_is_refused_with_the_nearest(source: EventSource) -> None:
    with pytest.raises(InputError, match="ordr") as caught:
        count_binding(source, ("ordr",))

    assert "order" in caught.value.hint


def test_a_rule_that_cannot_be_read_is_refused(source: EventSource) -> None:
    with pytest.raises(RuleError):
        count_binding(source, (), "evnt = 'x'")


def test_touchpoints_say_how_busy_they_are_and_who_binds_them(source: EventSource) -> None:
    document = document_of([Bound(("order",)), Bound(("order", "cart"))])
    rows = {row["touchpoint"]: row for row in source.ask(Volumes(by="touchpoint")).rows()}

    uses = {use.id: use for use in touchpoints_of(source, document)}

    assert uses["order"].bound_by == (step_id(0), step_id(1))
    assert uses["cart"].bound_by == (step_id(1),)
    assert all(use.persons == rows[name]["persons"] for name, use in uses.items())
