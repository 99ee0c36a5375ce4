"""Connections on a slide: cards as shapes of their own, and connectors glued to their sides.

A connector is drawn where both its ends stand on the same slide; the words under the card say
every connection in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from waypost.exports.html.views import CellView, ConnectionView, MarkItem, NoteItem, QuoteItem
from waypost.exports.routing import Gauge, Lines, Placed, Way, Wish, routed
from waypost.exports.slides.drawing import LEFT, RIGHT, Box, Ends, card, connector, text
from waypost.exports.slides.measuring import height_of
from waypost.exports.slides.texts import Paragraph, item_paragraphs, rows_of

__all__ = ["Slide", "ends_among", "stack", "stack_height"]

GAUGE = Gauge(room=2.5, apart=2.2, ports=0.0, first_line=1e6, clear=5.0, bend=18.0, shared=6.0)
SIDE, INSET, BETWEEN = 5.0, 4.0, 4.0


@dataclass(slots=True)
class Slide:
    """One slide while it is drawn: shapes that connectors may end at, and its lines."""

    slide: Any
    columns: tuple[float, ...]
    rows: list[float] = field(default_factory=list)
    shapes: dict[str, tuple[Any, Placed]] = field(default_factory=dict)

    def add(self, name: str, shape: Any, box: Box, column: int) -> None:
        """A shape under the id of its card or step."""
        self.shapes[name] = (shape, Placed(*box, column, column + 1))

    def connect(self, connections: Sequence[ConnectionView]) -> None:
        """Draw every connection whose ends are both here."""
        here = [
            one for one in connections if one.source in self.shapes and one.target in self.shapes
        ]
        wishes = [
            Wish(str(number), self.shapes[one.source][1], self.shapes[one.target][1])
            for number, one in enumerate(here)
        ]
        ways = routed(wishes, Lines(self.columns, tuple(self.rows)), GAUGE) if wishes else ()
        for one, way in zip(here, ways, strict=True):
            ends = self._ends(one, way)
            connector(self.slide, way.dots, ends, one.kind, one.words)

    def _ends(self, one: ConnectionView, way: Way) -> Ends:
        source, target = self.shapes[one.source][0], self.shapes[one.target][0]
        leaves = RIGHT if way.dots[1].x > way.dots[0].x else LEFT
        enters = RIGHT if way.dots[-2].x > way.dots[-1].x else LEFT
        return Ends(source, leaves, target, enters)


def ends_among(connections: Sequence[ConnectionView], names: set[str]) -> frozenset[str]:
    """Ends of the connections that lie between things of these names."""
    inside = [one for one in connections if one.source in names and one.target in names]
    return frozenset(name for one in inside for name in (one.source, one.target))


def stack_height(cell: CellView, ends: frozenset[str], width: float, size: float) -> float:
    """Height of a cell whose cards are shapes; 0 where none of them is connected."""
    groups = list(_groups(cell, ends))
    if not any(name for name, _ in groups):
        return 0.0
    return sum(_height(group, width, size) + BETWEEN for group in groups)


def stack(slide: Slide, cell: CellView, place: Box, column: int, ends: frozenset[str]) -> None:
    """The cell as shapes below each other; ``place`` is left, top, width and size of the text."""
    left, top, width, size = place
    top += BETWEEN / 2
    for name, paragraphs in _groups(cell, ends):
        height = _height((name, paragraphs), width, size)
        if name:
            box = (left + SIDE, top, width - 2 * SIDE, height)
            shape = card(slide.slide, box, paragraphs, size)
            slide.add(name, shape, box, column)
        else:
            text(slide.slide, (left + SIDE - 2, top, width - 2 * SIDE, height), paragraphs, size)
        top += height + BETWEEN


def _height(group: tuple[str, Sequence[Paragraph]], width: float, size: float) -> float:
    name, paragraphs = group
    inset = 2 * INSET if name else 0.0
    return height_of(paragraphs, width - 2 * SIDE - inset, size) + (4.0 if name else 0.0)


def _groups(cell: CellView, ends: frozenset[str]) -> Iterator[tuple[str, list[Paragraph]]]:
    """Connected cards by their ids, and under no name what stands before, between and after."""
    plain = rows_of(cell)
    for item in cell.items:
        name = item.card if isinstance(item, NoteItem | MarkItem | QuoteItem) else ""
        told = list(item_paragraphs(item))
        if name not in ends:
            plain += told
            continue
        if plain:
            yield "", plain
        yield name, told
        plain = []
    if plain:
        yield "", plain
