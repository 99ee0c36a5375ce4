"""Paths as rows of boxes, each with the share of persons on it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.scene import MARGIN, Scene, fitted, noted

__all__ = ["draw_paths"]

_ROW, _CHIP, _BAR = 46.0, 20.0, 8.0
_MOST = 10
_MOST_PLACES = 6


def draw_paths(scene: Scene, canvas: Canvas, y: float) -> float:
    """The most frequent paths, a box a node; all others together at the end."""
    names = ("path", "share", "low", "high", "is_whole", "is_rest")
    measure = "occurrences" if scene.column("occurrences") else "persons"
    columns = [scene.column(name) for name in (*names, measure)]
    table = list(zip(*columns, strict=True))
    listed = [row for row in table if not row[5]]
    rest = [row for row in table if row[5]] + listed[_MOST:]
    every = measure == "occurrences"
    top = max((row[1] for row in listed), default=0.0) or 1.0
    shown = listed[:_MOST]
    together = sum(int(row[6]) for row in rest)
    if together:
        top = max(top, sum(float(row[1]) for row in rest))
    scale = 1.0 if top > 0.5 else top * 1.1  # noqa: PLR2004 - the half
    for row in shown:
        nodes = [scene.words.node(str(name)) for name in row[0]]
        _chips(scene, canvas, (nodes, bool(row[4])), y)
        bounds = (math.nan, math.nan) if every else (row[2], row[3])
        _measured(scene, canvas, (row[1], *bounds, row[6], scale), y)
        y += _ROW
    if together:
        said = scene.words.say(N_("All other paths"))
        canvas.text((MARGIN, y + _CHIP / 2), said, scene.faint(13))
        part = sum(float(row[1]) for row in rest)
        _measured(scene, canvas, (part, math.nan, math.nan, together, scale), y, rest=True)
        y += _ROW
    if any(row[4] for row in shown):
        note = scene.words.say(N_("Dark stroke: the journey begins or ends there."))
        y = noted(scene, canvas, y - 8, note)
    return y - 6


def _measured(
    scene: Scene,
    canvas: Canvas,
    row: tuple[float, float, float, int, float],
    y: float,
    *,
    rest: bool = False,
) -> None:
    share, low, high, count, scale = row
    words, right = scene.words, scene.width - MARGIN
    canvas.text((right, y + 10), words.count(count), scene.ink(13, align="right"))
    at = (right - _numbers(scene), y + 10)
    canvas.text(at, words.share(share), scene.ink(13, bold=True, align="right"))
    bar = Box(MARGIN, y + _CHIP + 6, scene.inner, _BAR)
    canvas.fill(bar, scene.colours.sunken, level=1)
    done = Box(bar.x, bar.y, max(1.0, bar.width * share / scale), _BAR)
    if rest:
        canvas.outline(done, scene.colours.strong_line)
        canvas.hatch(done, scene.colours.strong_line)
    else:
        canvas.fill(done, scene.colours.bar)
    if math.isfinite(low) and math.isfinite(high):
        ends = (bar.x + bar.width * low / scale, bar.x + bar.width * high / scale)
        canvas.whisker(ends, bar.middle)


def _numbers(scene: Scene) -> float:
    return 54.0 if scene.narrow else 64.0


def _chips(scene: Scene, canvas: Canvas, path: tuple[Sequence[str], bool], y: float) -> None:
    """Boxes with a name each; a journey that is whole has a bar where it begins or ends."""
    nodes, whole = path
    at_end = scene.question.get("direction") == "suffix"
    room = scene.inner - _numbers(scene) - 62
    shown = list(nodes)
    if len(shown) > _MOST_PLACES:
        shown = [*shown[: _MOST_PLACES - 1], f"+{len(nodes) - _MOST_PLACES + 1}"]
    arrow = 12.0
    wishes = [text_width(name, 12) + 14 for name in shown]
    free = room - arrow * (len(shown) - 1) - 8
    wide = _fair(wishes, free)
    x = MARGIN
    if whole and at_end:
        canvas.fill(Box(x, y, 3, _CHIP), scene.colours.ink)
        x += 7
    for place, (name, size) in enumerate(zip(shown, wide, strict=True)):
        if place:
            canvas.text((x + arrow / 2, y + _CHIP / 2), "›", scene.faint(13, align="center"))
            x += arrow
        canvas.fill(Box(x, y, size, _CHIP), scene.colours.amounts[0], tip=name)
        text = fitted(name, size - 10, 12)
        canvas.text((x + 7, y + _CHIP / 2), text, Ink(scene.colours.ink, 12))
        x += size
    if whole and not at_end:
        canvas.fill(Box(x + 4, y, 3, _CHIP), scene.colours.ink)


def _fair(wishes: Sequence[float], free: float) -> list[float]:
    """Widths that fit: who wants least gets it, the others share what is left."""
    given = [0.0] * len(wishes)
    order = sorted(range(len(wishes)), key=lambda place: wishes[place])
    for done, place in enumerate(order):
        given[place] = max(24.0, min(wishes[place], free / (len(wishes) - done)))
        free -= given[place]
    return given
