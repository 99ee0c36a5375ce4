"""A discovered map, taken as a document and read again, has the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from waypost.app import Workspace
from waypost.maps import MapWishes
from waypost.maps.document import JourneyMap, load_map
from waypost.maps.reading import ReadingFilter, document_from
from waypost.maps.reading.drawing import drawing_of
from waypost.maps.reading.from_map import drawn_id
from waypost.questions import Funnel, StepFlow

IDS = ("id", "stage", "step", "to_step", "goal_step", "evidence", "time_evidence", "goal_evidence")


@pytest.fixture(params=["browsing", "scattered", "demo"])
def shop(request: pytest.FixtureRequest) -> Workspace:
    found: Workspace = request.getfixturevalue(request.param)
    return found


_FOUND: dict[Path, JourneyMap] = {}


def discovered(shop: Workspace) -> JourneyMap:
    """The map of all that a shop has, discovered once."""
    if shop.path not in _FOUND:
        _FOUND[shop.path] = shop.map().document
    return _FOUND[shop.path]


def figures(value: object) -> object:
    """A document without what names its parts: ids, questions, and lanes by their kind."""
    if isinstance(value, dict):
        return {k: figures(v) for k, v in value.items() if k not in IDS and k != "next_steps"}
    return [figures(one) for one in value] if isinstance(value, list) else value


def by_kind(found, lanes) -> list[list]:
    kinds = {lane.id: lane.content for lane in lanes}
    steps = json.loads(found.to_json())["steps"]
    return [
        sorted((kinds[lane], figures(cards)) for lane, cards in step.get("cells", {}).items())
        for step in steps
    ]


def test_every_cell_says_the_same(shop: Workspace) -> None:
    found = discovered(shop)
    again = shop.read(document_from(found, "en")).document

    assert by_kind(again, again.lanes) == by_kind(found, found.lanes)


def test_every_step_and_stage_has_the_same_figures(shop: Workspace) -> None:
    found = json.loads(discovered(shop).to_json())
    again = json.loads(shop.read(document_from(discovered(shop), "en")).document.to_json())

    for part in ("steps", "stages"):
        ours, theirs = ([{**one, "cells": None} for one in m[part]] for m in (again, found))
        pairs = zip(figures(ours), figures(theirs), strict=True)
        assert [{k: one[k] for k in other} for one, other in pairs] == figures(theirs)


def test_the_head_counts_the_same(shop: Workspace) -> None:
    found = discovered(shop).head
    again = shop.read(document_from(discovered(shop), "en")).document.head

    for field in ("persons", "events", "anonymous_events", "unbound_events", "reached_goal"):
        assert getattr(again, field) == getattr(found, field)
    assert (again.since, again.until, again.sources) == (found.since, found.until, found.sources)
    assert again.goal_step == drawn_id("steps", found.goal_step)


@pytest.mark.parametrize(
    "chosen",
    [
        {"where": "channel = 'web'"},
        {"segment": "event = 'order_placed'"},
        {"segment": "never: event = 'order_placed'"},
        {"since": "2025-02-01", "until": "2026-03-03"},
    ],
    ids=str,
)
def test_a_filter_changes_both_alike(shop: Workspace, chosen: dict) -> None:
    whole = discovered(shop)
    found = shop.map(MapWishes(**chosen)).document
    segment = (chosen["segment"],) if "segment" in chosen else ()
    asked = ReadingFilter(**(chosen | {"segment": segment}))
    again = shop.read(document_from(whole, "en"), asked).document
    counted = {drawn_id("steps", step.id): step for step in found.steps}

    for step in again.steps:
        same = counted.get(step.id)
        assert (step.persons, step.events) == ((same.persons, same.events) if same else (0, 0))
        if same:
            assert step.median_seconds_to_next == same.median_seconds_to_next
    assert again.head.persons == found.head.persons
    assert again.head.sources == found.head.sources


def test_the_same_document_gives_the_same_bytes(shop: Workspace) -> None:
    document = document_from(discovered(shop), "en")

    first = shop.read(document).document.to_json()
    assert Workspace.open(shop.path).read(document).document.to_json() == first


def test_a_document_of_a_map_is_the_same_every_time(shop: Workspace) -> None:
    assert document_from(shop.map().document, "en") == document_from(discovered(shop), "en")


def test_questions_asked_of_the_workspace_give_the_same(shop: Workspace) -> None:
    document = document_from(discovered(shop), "en")
    drawn = shop.source.drawn(drawing_of(document))
    asked = {row["step"]: row for row in shop.ask(StepFlow()).rows()}

    for row in drawn.ask(StepFlow()).rows():
        own = next(name for name in asked if drawn_id("steps", name) == row["step"])
        assert {**row, "step": own} == asked[own]


def test_a_funnel_of_drawn_steps_is_that_of_the_command_line(shop: Workspace) -> None:
    names = [step.id for step in discovered(shop).steps][:3]
    document = document_from(discovered(shop), "en")
    told = run("funnel", shop.path, *(f"step:{name}" for name in names), "--json").value
    steps = tuple(f"step:{drawn_id('steps', name)}" for name in names)

    facts = shop.source.drawn(drawing_of(document)).ask(Funnel(steps)).facts

    for name in ("entrants", "converted", "lost", "open"):
        assert facts[name] == told["facts"][name]


def test_a_map_of_a_segment_becomes_a_document_of_that_segment(browsing: Workspace) -> None:
    wishes = MapWishes(
        segment="event = 'order_placed'", where="channel = 'web'", since="2026-03-01"
    )
    found = browsing.map(wishes).document
    document = document_from(found, "en")

    assert document.head.filter.segment == ("event = 'order_placed'",)
    again = browsing.read(document).document
    assert [step.persons for step in again.steps] == [step.persons for step in found.steps]
    assert again.head.filters == found.head.filters | {"segment": ["event = 'order_placed'"]}
    assert load_map(again.to_json()) == again
