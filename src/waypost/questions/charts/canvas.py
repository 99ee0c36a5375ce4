"""Marks at places in pixels, and the Vega-Lite layers that draw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from waypost.questions.charts.colours import FONT, Colours

__all__ = ["Box", "Canvas", "Ink", "text_width"]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_CAP = 3.0
_HATCH = 5.0
_RIBBON_OPACITY = 0.4
_PIXELS = 4  # the size of a point whose shape is drawn as large as it is written
_NARROW, _WIDE = set("fijlrt.,:;|'!()[]I /-"), set("mwMWQOGD%@→")


@dataclass(frozen=True, slots=True)
class Box:
    """A place: left, top, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Ink:
    """How text is set; ``align`` is ``left``, ``center`` or ``right``."""

    colour: str
    size: int = 13
    bold: bool = False
    align: str = "left"
    angle: int = 0


def text_width(text: str, size: float = 13) -> float:
    """About how wide the text is; never less than in the fonts that charts are drawn with."""
    units = sum(0.33 if c in _NARROW else 0.87 if c in _WIDE else 0.58 for c in text)
    return units * size


@dataclass(slots=True)
class Canvas:
    """Collects marks; what has a higher level lies above, of one level what came first below."""

    colours: Colours
    width: float
    _layers: dict[tuple[int, str, tuple[Any, ...]], list[dict[str, Any]]] = field(
        default_factory=dict
    )
    _groups: int = 0

    def fill(self, box: Box, colour: str, *, tip: str = "", level: int = 2) -> None:
        """A filled box; ``tip`` shows when it is pointed at."""
        mark = {**_ends((box.x, box.y), (box.x + box.width, box.y + box.height)), "c": colour}
        if tip:
            mark["tip"] = tip
        self._put((level, "rect", (bool(tip),)), mark)

    def outline(self, box: Box, colour: str, *, dashed: bool = False) -> None:
        """A box that is hollow."""
        wide, tall = _short(box.width), _short(box.height)
        path = f"M0,0h{wide}v{tall}h{-wide}Z"
        self._put((4, "shape", (False, dashed, 1.0)), _shape((box.x, box.y), path, colour))

    def hatch(self, box: Box, colour: str) -> None:
        """Diagonal lines: known less, or not over yet."""
        path, offset = "", _HATCH / 2
        while offset < box.width + box.height:
            x0, y0 = max(0.0, offset - box.height), min(box.height, offset)
            x1, y1 = min(box.width, offset), max(0.0, offset - box.width)
            path += f"M{_short(x0)},{_short(y0)}L{_short(x1)},{_short(y1)}"
            offset += _HATCH
        if path:
            self._put((3, "shape", (False, False, 1.0)), _shape((box.x, box.y), path, colour))

    def ribbon(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        width: float,
        colour: str,
        tip: str = "",
    ) -> None:
        """A curved stripe between the upper corners of its two ends."""
        across, down, wide = end[0] - start[0], _short(end[1] - start[1]), _short(width)
        half, whole, low = _short(across / 2), _short(across), _short(end[1] - start[1] + width)
        path = (
            f"M0,0C{half},0,{half},{down},{whole},{down}V{low}C{half},{low},{half},{wide},0,{wide}Z"
        )
        mark = _shape(start, path, colour) | ({"tip": tip} if tip else {})
        self._put((1, "shape", (True, False, _RIBBON_OPACITY, bool(tip))), mark)

    def rule(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        colour: str,
        width: float = 1,
        dashed: bool = False,
        level: int = 4,
    ) -> None:
        """A straight line."""
        self._put((level, "rule", (width, dashed)), {**_ends(start, end), "c": colour})

    def whisker(self, ends: tuple[float, float], y: float) -> None:
        """An interval between two places at height ``y``, with caps."""
        low, high = ends
        ink = self.colours.ink
        self.rule((low, y), (high, y), colour=ink, width=1.5, level=5)
        for x in (low, high):
            self.rule((x, y - _CAP), (x, y + _CAP), colour=ink, width=1.5, level=5)

    def curve(
        self,
        points: Iterable[tuple[float, float]],
        colour: str,
        *,
        width: float = 2,
        dashed: bool = False,
        stepped: bool = False,
    ) -> None:
        """A line through points that go to the right."""
        self._groups += 1
        for x, y in points:
            mark = {"x": _short(x), "y": _short(y), "g": self._groups, "c": colour}
            self._put((5, "line", (width, dashed, stepped)), mark)

    def band(
        self,
        points: Iterable[tuple[float, float, float]],
        colour: str,
        *,
        opacity: float = 0.25,
        stepped: bool = False,
        level: int = 1,
    ) -> None:
        """An area between an upper and a lower edge: x, top, bottom."""
        self._groups += 1
        for x, top, low in points:
            mark = {"x": _short(x), "y": _short(top), "y2": _short(low), "g": self._groups}
            self._put((level, "area", (opacity, stepped)), {**mark, "c": colour})

    def dot(self, at: tuple[float, float], colour: str, *, hollow: bool = False) -> None:
        """A round mark; hollow where it cannot be told."""
        mark = {"x": _short(at[0]), "y": _short(at[1]), "c": colour}
        self._put((6, "point", (self.colours.ground if hollow else colour,)), mark)

    def text(self, at: tuple[float, float], text: str, ink: Ink) -> None:
        """One line of text, its middle at the height of ``at``."""
        mark = {"x": _short(at[0]), "y": _short(at[1]), "t": text, "c": ink.colour}
        self._put((7, "text", (ink.size, ink.bold, ink.align, ink.angle)), mark)

    def spec(self, height: float, description: str) -> dict[str, Any]:
        """Everything as a Vega-Lite specification, lowest level first."""
        keys = sorted(self._layers, key=lambda key: key[0])
        layers = [_layer(key[1], key[2], self._layers[key]) for key in keys]
        return {
            "$schema": _SCHEMA,
            "description": description,
            "width": round(self.width),
            "height": round(height),
            "padding": 0,
            "autosize": {"type": "none"},
            "background": self.colours.ground,
            "config": {"view": {"stroke": None}, "mark": {"aria": False}, "font": FONT},
            "layer": layers,
        }

    def _put(self, key: tuple[int, str, tuple[Any, ...]], mark: dict[str, Any]) -> None:
        self._layers.setdefault(key, []).append(mark)


def _short(number: float) -> float:
    return round(float(number), 1)


def _ends(start: tuple[float, float], end: tuple[float, float]) -> dict[str, Any]:
    return {
        "x": _short(start[0]),
        "y": _short(start[1]),
        "x2": _short(end[0]),
        "y2": _short(end[1]),
    }


def _shape(at: tuple[float, float], path: str, colour: str) -> dict[str, Any]:
    return {"x": _short(at[0]), "y": _short(at[1]), "s": path, "c": colour}


def _layer(kind: str, style: tuple[Any, ...], marks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    place = {"type": "quantitative", "scale": None, "axis": None}
    encoding: dict[str, Any] = {"x": {"field": "x", **place}, "y": {"field": "y", **place}}
    for edge in ("x2", "y2"):
        if edge in marks[0]:
            encoding[edge] = {"field": edge}
    if "g" in marks[0]:
        encoding["detail"] = {"field": "g", "type": "nominal"}
    if kind == "text":
        encoding["text"] = {"field": "t", "type": "nominal"}
    if "tip" in marks[0]:
        encoding["tooltip"] = {"field": "tip", "type": "nominal"}
    colour = {"field": "c", "type": "nominal", "scale": None, "legend": None}
    if "s" in marks[0]:
        encoding["shape"] = {"field": "s", "type": "nominal", "scale": None, "legend": None}
    stroked = kind in ("rule", "line", "point") or (kind == "shape" and not style[0])
    encoding["stroke" if stroked else "fill"] = colour
    return {"data": {"values": list(marks)}, "mark": _mark(kind, style), "encoding": encoding}


def _mark(kind: str, style: tuple[Any, ...]) -> dict[str, Any]:
    if kind == "text":
        size, bold, align, angle = style
        weight = "bold" if bold else "normal"
        said = {"fontSize": size, "fontWeight": weight, "align": align, "angle": angle}
        return {"type": kind, "font": FONT, "baseline": "middle", **said}
    if kind in ("rule", "line"):
        width, dashed, *stepped = style
        mark = {"type": kind, "strokeWidth": width}
        if dashed:
            mark["strokeDash"] = [4, 3]
        return mark | ({"interpolate": "step-after"} if stepped and stepped[0] else {})
    if kind == "area":
        steps = {"interpolate": "step-after"} if style[1] else {}
        return {"type": kind, "fillOpacity": style[0], "line": False, **steps}
    if kind == "point":
        return {"type": kind, "size": 50, "opacity": 1, "strokeWidth": 2, "fill": style[0]}
    if kind == "shape":
        filled, dashed, opacity, *_ = style
        look = {"opacity": opacity, "filled": filled, "strokeWidth": 0 if filled else 1}
        dash = {"strokeDash": [4, 3]} if dashed else {}
        return {"type": "point", "size": _PIXELS, **look, **dash}
    return {"type": kind}
