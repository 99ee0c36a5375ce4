"""Differences of shares with their intervals; hollow where it cannot be told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, text_width
from waypost.questions.charts.composed import key_text
from waypost.questions.charts.scene import MARGIN, Scene, fitted, noted, nothing

__all__ = ["draw_comparison", "draw_micro_conversions"]

_MOST_DIFFERENCES = 20
_ROW = 30.0
_LEAST_SIDE = 0.4
_FIGURES = (158.0, 60.0, 0.0)


def draw_comparison(scene: Scene, canvas: Canvas, y: float) -> float:
    """Differences with their intervals, the greatest first; hollow where it cannot be told."""
    return _draw_rows(scene, canvas, y, (_differences(scene), _groups(scene)))


def draw_micro_conversions(scene: Scene, canvas: Canvas, y: float) -> float:
    """How many more of those who did a thing reach the goal, of the surest acts."""
    names = ("node", "share", "others_share", "difference", "low", "high", "q", "likelier")
    always = scene.column("always_before") or [False] * len(scene.result)
    table = zip(*(scene.column(name) for name in names), always, strict=True)
    rows = [(scene.words.node(str(row[0])), *row[1:8]) for row in table if not row[8]]
    known = [row for row in rows if math.isfinite(row[3])][:_MOST_DIFFERENCES]
    sides = scene.words.say(N_("did not")), scene.words.say(N_("did it"))
    y = _draw_rows(scene, canvas, y, (known, sides))
    for notice in scene.result.warnings[:1]:
        y = noted(scene, canvas, y, notice.say(scene.words.language))
    return y


def _groups(scene: Scene) -> tuple[str, str]:
    facts, words = scene.result.facts, scene.words
    more = N_("more: {group}")
    return words.say(more, group=facts["second"]), words.say(more, group=facts["first"])


def _draw_rows(
    scene: Scene,
    canvas: Canvas,
    y: float,
    shown: tuple[list[tuple[Any, ...]], tuple[str, str]],
) -> float:
    """Rows of name, two shares, difference, its interval, q and whether they differ."""
    (rows, sides), top = shown, y
    if not rows:
        return nothing(scene, canvas, y)
    plot = _plot(scene, rows)
    zero, scale = _scaled(plot, [bound for row in rows for bound in row[3:6]])
    y = _sides(scene, canvas, y, (plot, zero, sides))
    for row in rows:
        _difference(scene, canvas, row, (y, plot, zero, scale))
        y += _ROW * (1.5 if scene.narrow else 1)
    foot = y
    canvas.rule((zero, top - 4), (zero, foot), colour=scene.colours.strong_line, level=1)
    said = scene.words.say(
        N_("Points of percent with 95 % interval. Hollow: cannot tell. q: share of false alarms.")
    )
    return noted(scene, canvas, y + 2, said)


def _differences(scene: Scene) -> list[tuple[Any, ...]]:
    """Name, both shares, difference, low, high, q and whether they differ."""
    fixed = {"measure", "first_count", "first_of", "second_count", "second_of", "p"}
    wanted = ("first_share", "second_share", "difference", "low", "high", "q", "differs")
    keys = [n for n in scene.result.columns if n not in fixed and n not in wanted]
    columns = [scene.column(name) for name in wanted]
    names = list(zip(*(scene.column(key) for key in keys), strict=True))
    measures = scene.column("measure")
    several = len(set(measures)) > 1
    rows = []
    for place, values in enumerate(zip(*columns, strict=True)):
        name = key_text(scene, [None if part is None else str(part) for part in names[place]])
        if several:
            name = f"{name}: {scene.words.label(str(measures[place]))}"
        rows.append((name, *values))
    known = [row for row in rows if math.isfinite(row[3])]
    known.sort(key=lambda row: (not row[7], -abs(row[3]), row[0]))
    shown = known[:_MOST_DIFFERENCES]
    return sorted(shown, key=lambda row: -row[3])


def _plot(scene: Scene, rows: Sequence[tuple[Any, ...]]) -> Box:
    if scene.narrow:
        return Box(MARGIN, 0, scene.inner, 0)
    names = max((text_width(row[0]) for row in rows), default=0.0)
    left = MARGIN + min(names, scene.inner * 0.3) + 14
    return Box(left, 0, scene.width - MARGIN - _FIGURES[0] - 66 - left, 0)


def _scaled(plot: Box, bounds: Sequence[float]) -> tuple[float, float]:
    """Where no difference lies, and pixels for one; neither side is less than a third."""
    known = [bound for bound in bounds if math.isfinite(bound)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    low, high = min(low, -high * _LEAST_SIDE), max(high, -low * _LEAST_SIDE)
    scale = plot.width / ((high - low) or 1.0)
    return plot.x - low * scale if high > low else plot.x + plot.width / 2, scale


def _sides(
    scene: Scene, canvas: Canvas, y: float, shown: tuple[Box, float, tuple[str, str]]
) -> float:
    """Which side means more in which group, and the heads of the figures."""
    (plot, zero, sides), words = shown, scene.words
    rooms = zero - plot.x - 24, plot.x + plot.width - zero - 24
    left, right = (fitted(text, room, 12) for text, room in zip(sides, rooms, strict=True))
    canvas.text((zero - 8, y + 4), f"← {left}", scene.faint(12, align="right"))
    canvas.text((zero + 8, y + 4), f"{right} →", scene.faint(12))
    if not scene.narrow:
        for place, name in enumerate((words.say(N_("Points")), words.say(N_("Shares")), "q")):
            edge = scene.width - MARGIN - _FIGURES[place]
            canvas.text((edge, y + 4), name, scene.faint(12, align="right"))
    return y + 18


def _difference(
    scene: Scene, canvas: Canvas, row: tuple[Any, ...], placed: tuple[float, Box, float, float]
) -> None:
    name, first, second, difference, low, high, q, differs = row
    y, plot, middle, scale = placed
    words = scene.words
    line = y + (32 if scene.narrow else _ROW / 2)
    text_y = y + 12 if scene.narrow else line
    points, q_text = words.points(difference), _small(scene, q)
    shares = f"{words.share(first, 0)} : {words.share(second, 0)}"
    edge = scene.width - MARGIN
    room = (edge - 150 if scene.narrow else plot.x - 14) - MARGIN
    canvas.text((MARGIN, text_y), fitted(name, room), scene.ink())
    if scene.narrow:
        canvas.text((edge, text_y), f"{points}  (q {q_text})", scene.ink(13, align="right"))
    else:
        canvas.text((edge - _FIGURES[0], text_y), points, scene.ink(13, bold=True, align="right"))
        canvas.text((edge - _FIGURES[1], text_y), shares, scene.faint(12, align="right"))
        canvas.text((edge, text_y), q_text, scene.faint(12, align="right"))
    canvas.whisker((middle + low * scale, middle + high * scale), line)
    colour = scene.colours.act if differs else scene.colours.strong_line
    canvas.dot((middle + difference * scale, line), colour, hollow=not differs)
    foot = y + _ROW * (1.5 if scene.narrow else 1)
    canvas.rule((MARGIN, foot), (edge, foot), colour=scene.colours.line, level=0)


_LEAST_Q = 0.001


def _small(scene: Scene, q: float) -> str:
    if not math.isfinite(q):
        return "–"
    text = "< 0.001" if q < _LEAST_Q else f"{q:.3f}"
    return text.replace(".", ",") if scene.words.language == "de" else text
