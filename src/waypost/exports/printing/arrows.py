"""Arrows on paper: Typst says where it laid the cards, then the ways between them are drawn.

A connection is drawn where both its ends lie on the same sheet; the words under its card say it in
any case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from waypost.exports.printing.arrow_drawing import arrows_svg
from waypost.exports.routing import Gauge, Lines, Placed, Wish, routed

__all__ = ["arrows_on"]

GAUGE = Gauge(room=2.8, apart=2.2, ports=4.5, first_line=6.0, clear=4.0, bend=15.0, shared=6.0)
"""For text of 8 points, before the map is scaled to its sheet."""
SET = 4.0
"""Points of margin beyond the last line, for arrows beside it."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What Typst laid on one page, in points from its upper left corner."""

    boxes: Mapping[str, tuple[float, float, float, float]]
    lines: Lines
    scale: float


def arrows_on(
    places: Sequence[Mapping[str, Any]], connections: Sequence[Mapping[str, str]], unit: float
) -> dict[str, dict[str, Any]]:
    """By number of the page: the arrows as SVG and its size in points.

    ``places`` are marks of the template: ``kind`` column, row, end, from or to; ``unit`` is the
    template's own scale of text.
    """
    pages: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for place in places:
        pages[place["page"]].append(place)
    made = {str(page): _arrows(_sheet(here, unit), connections) for page, here in pages.items()}
    return {page: drawn for page, drawn in made.items() if drawn}


def _sheet(places: Sequence[Mapping[str, Any]], unit: float) -> _Sheet:
    columns = sorted(
        {place["x"]: place["width"] for place in places if place["kind"] == "column"}.items()
    )
    rows = sorted({place["y"] for place in places if place["kind"] == "row"})
    end = next(place for place in places if place["kind"] == "end")
    first, width = columns[0]
    far = columns[1][0] if len(columns) > 1 else end["x"]
    starts = {p["id"]: (p["x"], p["y"]) for p in places if p["kind"] == "from"}
    ends = {p["id"]: (p["x"], p["y"]) for p in places if p["kind"] == "to"}
    return _Sheet(
        {name: (*at, *ends[name]) for name, at in starts.items() if name in ends},
        Lines((*(x for x, _ in columns), end["x"]), (*rows, end["y"])),
        (far - first) / width * unit,
    )


def _arrows(sheet: _Sheet, connections: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    here = [
        one for one in connections if one["source"] in sheet.boxes and one["target"] in sheet.boxes
    ]
    if not here:
        return {}
    wishes = [
        Wish(str(number), _placed(sheet, one["source"]), _placed(sheet, one["target"]))
        for number, one in enumerate(here)
    ]
    ways = routed(wishes, sheet.lines, GAUGE.times(sheet.scale))
    size = (
        sheet.lines.columns[-1] + SET * sheet.scale,
        sheet.lines.rows[-1] + SET * sheet.scale,
    )
    drawn = [(way, one["kind"]) for way, one in zip(ways, here, strict=True)]
    svg = arrows_svg(drawn, size, sheet.scale, [one["words"] for one in here])
    return {"svg": svg, "width": size[0], "height": size[1]}


def _placed(sheet: _Sheet, name: str) -> Placed:
    left, top, right, bottom = sheet.boxes[name]
    columns = sheet.lines.columns
    middle = (left + right) / 2
    column = max((n for n, x in enumerate(columns[:-1]) if x <= middle), default=0)
    return Placed(left, top, right - left, bottom - top, column, column + 1)
