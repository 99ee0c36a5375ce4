"""What stands on the sheet, as plain values that Typst reads as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from waypost.exports.html.hyphenation import breakable
from waypost.exports.html.speech import speech_for
from waypost.exports.html.views import (
    CellView,
    GapItem,
    Item,
    MarkItem,
    PageView,
    Panel,
    RowItem,
    StageView,
)
from waypost.exports.printing.arrow_drawing import arrow_key_svg
from waypost.exports.printing.drawings import (
    COLOURS,
    EMOTION_HEIGHT,
    FLOW_HEIGHT,
    curve_key_svg,
    emotion_svg,
    flow_svg,
    icon_svg,
)

__all__ = ["sheet_content"]

_SIGNS = ("observed", "reported", "estimated", "assumed")
_TEXTS = ("text", "title", "value", "note")
_ALWAYS = ("clock", "check", "flag", "arrow-right")


def sheet_content(view: PageView, *, evidence: bool = False) -> dict[str, Any]:
    """Everything the sheet's template needs; ``evidence`` adds what each figure rests on."""
    steps = [step for stage in view.stages for step in stage.steps]
    return {
        "language": view.language,
        "words": _words(view.language),
        "colours": dict(COLOURS),
        "icons": _icons(view),
        "head": _plain(view.head),
        "lanes": [_plain(lane) for lane in view.lanes],
        "stages": [_stage(stage) for stage in view.stages],
        "steps": len(steps),
        "flow": _flow(view),
        "emotion": _emotion(view),
        "curves": [{"svg": curve_key_svg(look), "name": name} for look, name in view.curve_names],
        "reality": [_item(entry.item) for entry in view.reality],
        "journeys": _plain(view.journeys),
        "gaps": [{"item": _item(gap.item), "note": gap.panel.note} for gap in view.gaps],
        "readings": [list(reading) for reading in view.readings],
        "sources": _sources(view),
        "data_until": view.data_until,
        "fingerprint": view.fingerprint,
        "connections": [_plain(one) for one in view.connections],
        "connection_kinds": [
            {"svg": arrow_key_svg(kind), "name": name} for kind, name in view.connection_kinds
        ],
        "arrows": {},
        "panels": [_panel(panel) for panel in _panels(view)] if evidence else [],
    }


def _words(language: str) -> dict[str, str]:
    _ = speech_for(language, "EUR").gettext
    return {
        "go_on": _("go on"),
        "persons": _("persons"),
        "journeys": _("Typical journeys"),
        "journeys_note": _("Every person is counted with the journey that theirs is nearest to."),
        "rest": _("Rest: journeys that are near to none of these"),
        "reality": _("How reality differs"),
        "reality_note": _(
            "What people did that this map does not draw, and what it draws that nobody did."
        ),
        "gaps": _("What we do not know"),
        "gaps_note": _("These gaps touch the figures above."),
        "legend": _("How to read the map"),
        "known": _("How each cell is known"),
        "observed": _("observed"),
        "observed_means": _("counted from events"),
        "reported": _("reported"),
        "reported_means": _("somebody said so"),
        "estimated": _("estimated"),
        "estimated_means": _("a model says so"),
        "assumed": _("assumed"),
        "assumed_means": _("the team typed it"),
        "band": _("interval of the mean (95%)"),
        "no_line": _("A gap in the line: nobody said anything there"),
        "emotion": _("Emotion"),
        "flow": _("Flow"),
        "sources": _("Events by source"),
        "on": _("on"),
        "back": _("back"),
        "leave": _("leave"),
        "still_open": _("still open"),
        "connections": _("Connections"),
        "small": _("Groups under 5 persons are not shown."),
        "data_until": _("Data until {day}"),
        "evidence": _("What the figures rest on"),
        "figure": _("Figure"),
        "value": _("Value"),
        "meaning": _("Meaning"),
        "rests_on": _("Rests on"),
        "page": _("Page {n} of {of}"),
        "sheet": _("Sheet {row}{column} of {rows} × {columns}"),
    }


def _sources(view: PageView) -> list[list[str]]:
    """Every source of the map with its events, as the head's first chart has them."""
    bars = next((panel.bars for panel in view.head.panels if panel.bars), ())
    return [[one.name.text, one.value] for one in bars]


def _stage(stage: StageView) -> dict[str, Any]:
    made: dict[str, Any] = _plain(stage)
    made["steps"] = [
        {**_plain(step, without=("cells", "panels")), "cells": [_cell(cell) for cell in step.cells]}
        for step in stage.steps
    ]
    return made


def _cell(cell: CellView) -> dict[str, Any]:
    return {
        "lane": cell.lane,
        "rows": [_item(row) for row in cell.rows],
        "more": cell.more if cell.more_rows else "",
        "items": [_item(item) for item in cell.items],
        "is_assumed": cell.is_assumed,
        "points": [_plain(point) for point in cell.points],
        "remark": cell.remark,
    }


def _item(item: Item) -> dict[str, Any]:
    return {"kind": item.kind, **_plain(item)}


def _plain(value: Any, *, without: Sequence[str] = ()) -> Any:
    """Frozen views as dictionaries and lists; a view among others keeps its fields' names."""
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.name not in without]
        return {name: _field(value, name) for name in names}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    return value


def _field(of: Any, name: str) -> Any:
    value = getattr(of, name)
    return breakable(value) if name in _TEXTS and isinstance(value, str) else _plain(value)


def _flow(view: PageView) -> dict[str, Any] | None:
    if view.flow is None or not view.flow.shapes:
        return None
    return {
        "svg": flow_svg(view.flow),
        "height": FLOW_HEIGHT / 100,
        "arrows": [share / 100 for share in view.flow.arrows],
    }


def _emotion(view: PageView) -> dict[str, Any] | None:
    has_points = any(
        cell.points for stage in view.stages for step in stage.steps for cell in step.cells
    )
    if not view.emotion or not (has_points or view.curve_names):
        return None
    return {"svg": emotion_svg(view.emotion, view.step_count), "height": EMOTION_HEIGHT / 100}


def _icons(view: PageView) -> dict[str, str]:
    used = dict.fromkeys(_ALWAYS)
    for cell in (cell for stage in view.stages for step in stage.steps for cell in step.cells):
        used.update(dict.fromkeys(_names(cell.rows)))
        used.update(dict.fromkeys(_names(cell.items)))
    used.update(dict.fromkeys(entry.item.icon for entry in (*view.gaps, *view.reality)))
    notes = (note for stage in view.stages for step in stage.steps for note in step.notes)
    used.update(dict.fromkeys(note.icon for note in notes))
    if view.journeys:
        chips = (chip for journey in view.journeys.journeys for chip in journey.chips)
        used.update(dict.fromkeys(chip.icon for chip in chips))
    made = {name: icon_svg(f"i-{name}", "ink-2") for name in used if name}
    made |= {f"p-{sign}": icon_svg(f"p-{sign}", "ink") for sign in _SIGNS}
    made["check"] = icon_svg("i-check", "pos")
    made["flag"] = icon_svg("i-flag", "neg")
    return {name: svg for name, svg in made.items() if svg}


def _names(items: Iterable[Item]) -> Iterable[str]:
    return (item.icon for item in items if isinstance(item, RowItem | MarkItem | GapItem))


def _panels(view: PageView) -> Iterable[Panel]:
    yield from view.head.panels
    for stage in view.stages:
        for step in stage.steps:
            yield from step.panels


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "eyebrow": panel.eyebrow,
        "title": panel.title.text,
        "sign": panel.mark.sign,
        "figure": " ".join(part for part in (panel.figure, panel.unit) if part),
        "interval": panel.interval,
        "definition": panel.definition,
        "numbers": [f"{pair.name.text} {pair.value}" for pair in panel.numbers],
        "sources": [f"{pair.name.text} {pair.value}" for pair in panel.sources],
        "period": panel.period,
        "command": panel.command,
    }
