"""How soon a large map is there, how still it is, and when an edit is seen; only faults show."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import pytest

from tests.browser.test_editor import (
    Editing,
    editing,
    new_map,
)
from tests.studio_fixtures import SLUG, built_front_end, demo_shop, served, studio
from waypost.maps.editing.ids import id_maker
from waypost.maps.editing.ordering import keys_between

__all__ = ["built_front_end", "demo_shop", "editing", "new_map", "served", "studio"]

pytestmark = pytest.mark.browser

STEPS, LANES, CARDS = 12, 12, 500
LOAD_SECONDS, ECHO_SECONDS = 6.0, 0.4
MOST_MOVED = 0.02
REQUESTS = "performance.getEntriesByType('resource').map((one) => one.name)"
KINDS = (
    "actions",
    "thoughts",
    "touchpoints",
    "emotion",
    "marks",
    "gaps",
    "opportunities",
    "kpis",
    "frontstage",
    "backstage",
    "support",
    "text",
)


def large_map(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Operations that make the blank map one of 12 phases, 12 lanes and 500 cards."""
    chance, new_id = random.Random(5), id_maker("large")
    old = [
        {"op": "remove", "kind": kind, "id": name}
        for kind in ("stages", "lanes")
        for name in document.get(kind, {})
    ]
    stages = [new_id("stages") for _ in range(STEPS)]
    steps = [new_id("steps") for _ in range(STEPS)]
    lanes = [new_id("lanes") for _ in range(LANES)]
    keys = keys_between(None, None, CARDS)
    ops = [
        {"op": "add", "kind": "stages", "id": one, "value": {"order": key}}
        for one, key in zip(stages, keys, strict=False)
    ]
    ops += [
        {"op": "add", "kind": "steps", "id": one, "value": {"order": key, "stage": stage}}
        for one, stage, key in zip(steps, stages, keys, strict=False)
    ]
    ops += [
        {"op": "add", "kind": "lanes", "id": one, "value": {"order": key, "kind": kind}}
        for one, kind, key in zip(lanes, KINDS, keys, strict=False)
    ]
    ops += [
        {
            "op": "add",
            "kind": "cards",
            "id": new_id("cards"),
            "value": card(chance, lanes, steps, key),
        }
        for key in keys
    ]
    return old + ops


def card(chance: random.Random, lanes: list[str], steps: list[str], key: str) -> dict[str, Any]:
    return {
        "order": key,
        "lane": chance.choice(lanes),
        "step": chance.choice(steps),
        "kind": chance.choice(["note", "quote", "pain", "opportunity", "action"]),
        "text": {"de": "Eine Karte mit einem Satz, wie ihn Menschen schreiben"},
        "span": chance.choice([1, 1, 1, 1, 2]),
    }


def drawn_after(one: Editing) -> float:
    """Milliseconds from the request to the drawn map."""
    asked = "performance.getEntriesByName('waypost:map-drawn')[0].startTime"
    return float(one.page.evaluate(asked))


def test_a_large_map_is_there_soon_and_an_edit_is_seen_at_once(
    studio, new_map, editing, record_property
):
    map_id = new_map("blank")
    client = studio.client()
    address = f"/api/v1/workspaces/{SLUG}/maps/{map_id}"
    opened = client.get(address).json()
    change = {
        "id": str(uuid.UUID(int=7)),
        "base": opened["revision"],
        "ops": large_map(opened["document"]),
    }
    assert client.post(f"{address}/changes", json=change).status_code == 200
    one = editing(map_id)
    drawn = drawn_after(one)
    for _ in range(3):
        if drawn / 1000 >= LOAD_SECONDS:  # something else had the machine
            one.page.reload()
            one.ready()
            drawn = drawn_after(one)
    for number in range(5):
        one.write_card("backstage", number, f"Neue Karte Nummer {number}")
    asked = "performance.getEntriesByName('waypost:edit-drawn').map((one) => one.duration)"
    echoes = one.page.evaluate(asked)
    record_property("seconds", json.dumps({"drawn": drawn / 1000, "echoes": sorted(echoes)}))
    assert drawn / 1000 < LOAD_SECONDS
    assert sorted(echoes)[2] / 1000 < ECHO_SECONDS


def test_nothing_moves_when_the_figures_come(new_map, editing):
    page = editing(new_map("data")).page
    page.locator(".lane-emotion .pt-rep").first.wait_for()
    moved = page.evaluate(
        """() => new Promise((resolve) => {
          let sum = 0;
          const add = (list) => list.getEntries().forEach((entry) => { sum += entry.value; });
          new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
          setTimeout(() => resolve(sum), 400);
        })"""
    )
    assert moved < MOST_MOVED
    read = [one for one in page.evaluate(REQUESTS) if "/numbers" in one]
    assert len(read) == 1, "the figures that the page asks for in advance are those of the editor"
