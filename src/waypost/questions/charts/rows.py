"""Bars under each other: a name, an amount with its interval, and figures at the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.scene import MARGIN, Scene, fitted
from waypost.questions.charts.words import wrapped

__all__ = ["Part", "Row", "Rows", "draw_rows", "legend"]

_ROW, _BAR, _NARROW_ROW = 30.0, 14.0, 46.0
_GAP = 14.0
_LABEL_PART = 0.38
_LEAST_COLUMN = 58.0
_NARROW_FIGURES = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar; ``hatched``: not decided, estimated, or a rest."""

    value: float
    colour: str
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """``figures``: texts for the columns at the right. ``heading`` begins a section above it."""

    label: str
    parts: tuple[Part, ...]
    figures: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    heading: str = ""

    @property
    def reach(self) -> float:
        """How far it goes to the right."""
        whole = sum(part.value for part in self.parts if math.isfinite(part.value))
        return max(whole, self.high if math.isfinite(self.high) else 0.0)


@dataclass(frozen=True, slots=True)
class Rows:
    """``captions``: over the figures. ``whole``: the value at the right edge, None = the largest.

    With ``whole`` a track shows what is missing to it.
    """

    rows: Sequence[Row]
    captions: tuple[str, ...] = ()
    whole: float | None = None


@dataclass(frozen=True, slots=True)
class _Places:
    """Where bars begin and end, and the right edges of the columns of figures."""

    left: float
    width: float
    edges: tuple[float, ...]


def draw_rows(scene: Scene, canvas: Canvas, y: float, table: Rows) -> float:
    """Draw them below ``y``; gives where they end."""
    places = _places(scene, table)
    y = _captions(scene, canvas, y, (table, places))
    top = table.whole or max((row.reach for row in table.rows), default=0.0) or 1.0
    for place, row in enumerate(table.rows):
        if row.heading:
            y += 10 if place else 0
            canvas.text((MARGIN, y + 8), row.heading, scene.ink(13, bold=True))
            y += 22
        y = _row(scene, canvas, (row, places, top, table.whole is not None), y)
    return y + 2


def legend(
    scene: Scene, canvas: Canvas, y: float, entries: Sequence[tuple[str, str, bool]]
) -> float:
    """Name, colour and hatching of parts, in one line or more."""
    x = MARGIN
    for name, colour, hatched in entries:
        wide = 18 + text_width(name, 12) + 16
        if x > MARGIN and x + wide > scene.width - MARGIN:
            x, y = MARGIN, y + 18
        _bar(canvas, Box(x, y, 12, 12), (colour, hatched))
        canvas.text((x + 18, y + 6), name, Ink(scene.colours.ink_2, 12))
        x += wide
    return y + 26


def _places(scene: Scene, table: Rows) -> _Places:
    shown = _shown(scene, table)
    edges, right = [], scene.width - MARGIN
    for column in reversed(range(shown)):
        texts = [row.figures[column] for row in table.rows if column < len(row.figures)]
        caption = max(text_width(word, 12) for word in table.captions[column].split(" "))
        wide = max([*(text_width(text) for text in texts), caption, _LEAST_COLUMN])
        edges.append(right)
        right -= wide + _GAP
    left = MARGIN
    if not scene.narrow:
        names = max((text_width(row.label) for row in table.rows), default=0.0)
        left += min(names, scene.inner * _LABEL_PART) + _GAP
    end = scene.width - MARGIN if scene.narrow else right - 4
    return _Places(left, max(40.0, end - left), tuple(reversed(edges)))


def _shown(scene: Scene, table: Rows) -> int:
    return min(len(table.captions), _NARROW_FIGURES if scene.narrow else len(table.captions))


def _captions(scene: Scene, canvas: Canvas, y: float, shown: tuple[Rows, _Places]) -> float:
    table, places = shown
    if not places.edges:
        return y
    words = [table.captions[place].split(" ") for place in range(len(places.edges))]
    gaps = [edge - before for before, edge in zip((0.0, *places.edges), places.edges, strict=False)]
    lines = [
        wrapped(" ".join(text), max(gap - _GAP, 30) if place else 10**4, 12)
        for place, (text, gap) in enumerate(zip(words, gaps, strict=True))
    ]
    if len(lines) > 1 or not scene.narrow:
        lines[0] = wrapped(table.captions[0], _first_width(table), 12)
    tall = max(len(text) for text in lines)
    for edge, text in zip(places.edges, lines, strict=True):
        for place, line in enumerate(text):
            at = (edge, y + 6 + 15 * (tall - len(text) + place))
            canvas.text(at, line, scene.faint(12, align="right"))
    return y + 15 * tall + 6


def _first_width(table: Rows) -> float:
    texts = [row.figures[0] for row in table.rows if row.figures]
    longest = max(text_width(word, 12) for word in table.captions[0].split(" "))
    return max([longest + 1, _LEAST_COLUMN, *(text_width(text) for text in texts)])


def _row(scene: Scene, canvas: Canvas, shown: tuple[Row, _Places, float, bool], y: float) -> float:
    row, places, top, tracked = shown
    tall = _NARROW_ROW if scene.narrow else _ROW
    text_y = y + 10 if scene.narrow else y + tall / 2
    box = Box(places.left, y + 22 if scene.narrow else text_y - _BAR / 2, places.width, _BAR)
    room = places.left - MARGIN - _GAP
    if scene.narrow:
        figures = [text_width(text) for text in row.figures[: len(places.edges)]]
        room = scene.inner - sum(figures) - _GAP * (len(figures) + 1)
        if places.edges and figures:
            room = places.edges[0] - figures[0] - _GAP - MARGIN
    canvas.text((MARGIN, text_y), fitted(row.label, room), scene.ink())
    for edge, text in zip(places.edges, row.figures, strict=False):
        bold = edge == places.edges[0]
        canvas.text((edge, text_y), text, scene.ink(13, bold=bold, align="right"))
    if tracked:
        canvas.fill(box, scene.colours.sunken, level=1)
    _bars(canvas, box, row, top)
    canvas.rule(
        (MARGIN, y + tall), (scene.width - MARGIN, y + tall), colour=scene.colours.line, level=0
    )
    return y + tall


def _bars(canvas: Canvas, box: Box, row: Row, top: float) -> None:
    x = box.x
    for part in row.parts:
        if not math.isfinite(part.value) or part.value <= 0:
            continue
        wide = max(1.0, box.width * part.value / top)
        _bar(canvas, Box(x, box.y, wide, box.height), (part.colour, part.hatched))
        x += wide
    if math.isfinite(row.low) and math.isfinite(row.high):
        low, high = (box.x + box.width * bound / top for bound in (row.low, row.high))
        canvas.whisker((low, high), box.middle)
    line = canvas.colours.strong_line
    canvas.rule((box.x, box.y - 3), (box.x, box.y + box.height + 3), colour=line)


def _bar(canvas: Canvas, box: Box, look: tuple[str, bool]) -> None:
    colour, hatched = look
    if not hatched:
        canvas.fill(box, colour)
        return
    canvas.outline(box, colour)
    canvas.hatch(box, colour)
