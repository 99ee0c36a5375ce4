"""Waypost: the journey store on disk, mapped; answers in the one form of ``tasks``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.side.log import EVENTS, World
from benchmarks.side.tasks import CHANNELS_KEPT, FUNNEL, PATTERN, SEGMENT, name_of
from waypost.engines import LocalEngine
from waypost.engines.masks import SnapshotMasks
from waypost.questions import (
    Abandonment,
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
    TimeBetween,
    Transitions,
    Volumes,
)

__all__ = ["READ", "everything", "forms", "load", "questions"]

WHERE = f"channel in ({', '.join(repr(f'channel_{code}') for code in CHANNELS_KEPT)})"
CHOSEN = f"event = '{name_of(SEGMENT)}'"
STEPS = [f"event:{name_of(code)}" for code in FUNNEL]
CODES = {name: code for code, name in enumerate(EVENTS)}


def questions() -> dict[str, object]:
    """By task, the question."""
    a, b, c = (f"event:{name_of(code)}" for code in PATTERN)
    return {
        "transitions": Transitions(by="event", times=False),
        "funnel": Funnel(STEPS, within="7d"),
        "paths": Paths(by="event", length=5, fold_repeats=False, top=50),
        "sessions": Sessions(by="event"),
        "session begins": Sessions(by="event"),
        "filtered transitions": Transitions(by="event", times=False, where=WHERE, segment=CHOSEN),
        "filtered funnel": Funnel(STEPS, within="7d", where=WHERE, segment=CHOSEN),
        "pattern": Patterns([f"{a} -> {b} ->{{1d}} {c}"]),
    }


def everything() -> dict[str, object]:
    """Every question once, as large as users ask: for growth with the log, and for memory."""
    names = [f"event:{name}" for name in EVENTS]
    steps = [f"step_{number}" for number in range(12)]
    six = f"{names[3]} -> {names[5]} ->{{1d}} {names[8]} -> !{names[9]} -> {names[7]} -> {names[2]}"
    asked = questions()
    del asked["session begins"]  # the same question
    return asked | {
        "transitions, times": Transitions(by="event"),
        "transitions, persons": Transitions(by="event", times=False, persons=True),
        "funnel of 20 steps": Funnel([names[place % 40] for place in range(1, 21)], within="30d"),
        "funnel, every attempt": Funnel(STEPS, within="7d", entry="each", count="attempts"),
        "funnel, exclusion": Funnel(STEPS, within="7d", exclude=names[2]),
        "pattern of 6 terms": Patterns([f"{six} -> {names[4]}"]),
        "conformance to 12 steps": Conformance(steps, by="step"),
        "whole journeys": Paths(by="step", whole=True),
        "flow": Flow(by="step"),
        "drop-off": DropOff(by="event"),
        "time between": TimeBetween(names[1], names[8]),
        "abandonment": Abandonment([names[5]], names[7]),
        "retention": Retention(first=names[1], every="week"),
        "cohorts": Cohorts(first=names[1], by="month"),
        "repeat": Repeat(names[7]),
        "loops": Loops(by="event"),
        "hand-overs": HandOvers(goal=names[7]),
        "hand-overs, by event": HandOvers(detail="event"),
        "groups": Groups("channel"),
        "volumes": Volumes(by="event"),
    }


def forms(world: World, threads: int) -> dict[str, Callable[[], object]]:
    """By task: what answers it, masks remembered as in an open workspace; see ``READ``."""
    snapshot = world.snapshot()
    engine, masks = LocalEngine(threads), SnapshotMasks(snapshot)
    asked = questions()

    def answer(task: str) -> Callable[[], object]:
        return lambda: engine.run(asked[task], snapshot, masks)

    return {task: answer(task) for task in asked}


def _edges(result) -> dict:
    columns = result.columns
    pairs = zip(map(CODES.get, columns["from"]), map(CODES.get, columns["to"]), strict=True)
    return dict(zip(pairs, columns["count"].tolist(), strict=True))


def _paths(result) -> list:
    rows = [
        (tuple(CODES[name] for name in row["path"]), row["persons"])
        for row in result.rows()
        if not row["is_rest"]
    ]
    merged: dict[tuple, int] = {}
    for path, persons in rows:
        merged[path] = merged.get(path, 0) + persons
    return sorted(merged.items(), key=lambda row: (-row[1], row[0]))[:50]


def _sessions(result) -> list:
    whole = result.facts["total_sessions"]
    rows = [
        (CODES[row["node"]], *(row[name] for name in ("sessions", "starts", "ends", "bounces")))
        for row in result.rows()
    ]
    return [*sorted(rows), (whole, round(result.facts["mean_seconds"] * whole))]


READ = {
    "transitions": _edges,
    "filtered transitions": _edges,
    "funnel": lambda result: result.columns["persons"].tolist(),
    "filtered funnel": lambda result: result.columns["persons"].tolist(),
    "paths": _paths,
    "sessions": _sessions,
    "session begins": lambda result: sorted(
        (CODES[row["node"]], row["starts"], row["bounces"]) for row in result.rows()
    ),
    "pattern": lambda result: [int(result.columns["persons"][0])],
}
"""By task: an answer in the one form of ``tasks``."""


def load(folder: str, events: int) -> World:
    """The world that ``log.make`` has written."""
    return World(Path(folder) / "events.parquet", Path(folder) / "shop", events)
