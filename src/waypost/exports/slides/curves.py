"""The emotion curves on slides: ratings, words, behaviour, and those of personas and plans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from waypost.exports.html.speech import speech_for
from waypost.exports.html.views import PageView, StepView
from waypost.exports.printing.drawings import PERSONA_COLOURS
from waypost.exports.slides.drawing import Box, Dashes, colour, dot, line, text
from waypost.exports.slides.texts import Run

__all__ = ["CurveLook", "curves_on", "look_of"]

_BANDS = {"n2": "div-n2", "n1": "div-n1", "0": "div-0", "p1": "div-p1", "p2": "div-p2"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COLUMN = 100.0
_GRID = ((0.07, "line", "+2"), (0.5, "line-strong", "0"), (0.93, "line", "−2"))


@dataclass(frozen=True, slots=True)
class CurveLook:
    """Colour and dashes of a curve."""

    tone: str
    dashes: Dashes


def look_of(look: str) -> CurveLook:
    """How a persona's curve, or one of what shall be, is drawn."""
    words = look.split()
    dashes: Dashes = "dash" if "cv-to-be" in words else "dot" if "cv-drawn" in words else ""
    return CurveLook(PERSONA_COLOURS.get(words[1], "ink"), dashes)


def curves_on(slide: Any, view: PageView, place: Box, steps: Sequence[StepView]) -> None:
    """Every curve over these columns; lines only between neighbours that both have the reading."""
    left, top, width, height = place
    far = left + width * len(steps)
    for share, tone, name in _GRID:
        line(slide, (left, top + share * height, far, top + share * height), tone)
        label = (left - 26, top + share * height - 7, 24, 12)
        text(slide, label, [(Run(name, tone="quiet"),)], 8)
    word = speech_for(view.language, "EUR").gettext("Emotion")
    text(slide, (left - 2, top - 12, 90, 12), [(Run(word, tone="quiet"),)], 8)
    _beside(slide, view, place, steps)
    _measured(slide, place, steps)


def _beside(slide: Any, view: PageView, place: Box, steps: Sequence[StepView]) -> None:
    """Curves of personas and of what shall be, as far as both ends lie on this slide."""
    left, top, width, height = place
    first = (steps[0].column - 2) * _COLUMN
    last = first + _COLUMN * len(steps)
    for look, ends in _segments(view):
        if first <= ends[0] and ends[2] <= last:
            here = tuple(
                top + value / 100 * height if place % 2 else left + (value - first) / 100 * width
                for place, value in enumerate(ends)
            )
            drawn = look_of(look)
            line(slide, (here[0], here[1], here[2], here[3]), drawn.tone, 1.75, dashes=drawn.dashes)


def _segments(view: PageView) -> Iterator[tuple[str, Box]]:
    for shape in view.emotion:
        if not shape.look.startswith("cv-persona"):
            continue
        numbers = [float(found) for found in _NUMBER.findall(shape.path)]
        if "H" in shape.path:
            yield shape.look, (numbers[0], numbers[1], numbers[2], numbers[1])
            continue
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        for (x, y), (to_x, to_y) in pairwise(points):
            yield shape.look, (x, y, to_x, to_y)


def _measured(slide: Any, place: Box, steps: Sequence[StepView]) -> None:
    left, top, width, height = place
    points = [{point.key: point for cell in step.cells for point in cell.points} for step in steps]
    x = [left + width * (index + 0.5) for index in range(len(steps))]
    for key in ("beh", "text", "rep"):
        for ends in _neighbours(points, key, x, (top, height)):
            dashes: Dashes = "" if key == "rep" else "dash"
            line(slide, ends, "ink", 2 if key == "rep" else 1, dashes=dashes)
    for at, here in zip(x, points, strict=True):
        for key, point in here.items():
            y = top + point.top / 100 * height
            fill = _BANDS.get(point.band, "div-0") if key == "rep" else "surface"
            dot(slide, (at, y), 9 if key == "rep" else 7, fill, form=key)
            if point.is_labelled:
                label = (at - 15, y - 20, 30, 13)
                told = text(slide, label, [(Run(point.value, is_strong=True),)], 10, align="center")
                told.fill.solid()
                told.fill.fore_color.rgb = colour("surface")


def _neighbours(
    points: Sequence[dict[str, Any]], key: str, x: Sequence[float], frame: tuple[float, float]
) -> Iterator[Box]:
    top, height = frame
    for index in range(len(points) - 1):
        here, after = points[index].get(key), points[index + 1].get(key)
        if here is not None and after is not None:
            yield (
                x[index],
                top + here.top / 100 * height,
                x[index + 1],
                top + after.top / 100 * height,
            )
