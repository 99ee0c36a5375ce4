"""Arrows as SVG: kinds differ by dashes and tips, so that they are told apart without colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from waypost.exports.printing.drawings import COLOURS
from waypost.exports.routing import Dot, Way

__all__ = ["LOOKS", "ArrowLook", "arrow_key_svg", "arrows_svg"]

CORNER = 3.0
HEAD, HALF_HEAD = 4.4, 2.3
TAIL = 1.9
HALO = 3.4
_NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class ArrowLook:
    """Design token of its colour, width and dashes in points, and whether its tip is hollow.

    ``has_tail`` is a diamond where it begins.
    """

    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    is_hollow: bool = False
    has_tail: bool = False


LOOKS: Mapping[str, ArrowLook] = {
    "leads-to": ArrowLook("act", 1.1),
    "answers": ArrowLook("pos", 1.1, (4.0, 2.2), is_hollow=True),
    "causes": ArrowLook("neg", 1.5, (0.01, 2.9), has_tail=True),
}
"""How each kind of connection is drawn, the same in every export."""


def arrows_svg(
    ways: Iterable[tuple[Way, str]], size: tuple[float, float], scale: float, words: Sequence[str]
) -> str:
    """A transparent picture of that size with every way as an arrow of its kind.

    ``words`` say them for who does not see them. ``scale`` is of the lines' widths and tips.
    """
    frame = {"xmlns": _NAMESPACE, "viewBox": f"0 0 {size[0]:.2f} {size[1]:.2f}"}
    element = ET.Element("svg", frame)
    ET.SubElement(element, "desc").text = "; ".join(words)
    drawn = list(ways)
    for way, _kind in drawn:
        ET.SubElement(element, "path", {"d": _path(way.dots, scale), **_halo(scale)})
    for way, kind in drawn:
        _arrow(element, way.dots, LOOKS[kind], scale)
    return ET.tostring(element, encoding="unicode")


def arrow_key_svg(kind: str) -> str:
    """A short arrow of that kind, for the legend."""
    element = ET.Element("svg", {"xmlns": _NAMESPACE, "viewBox": "0 0 26 8"})
    _arrow(element, (Dot(3, 4), Dot(25, 4)), LOOKS[kind], 1.0)
    return ET.tostring(element, encoding="unicode")


def _halo(scale: float) -> dict[str, str]:
    return {
        "fill": "none",
        "stroke": "#ffffff",
        "stroke-opacity": "0.75",
        "stroke-width": f"{HALO * scale:.2f}",
    }


def _arrow(element: ET.Element, dots: Sequence[Dot], look: ArrowLook, scale: float) -> None:
    last, paint = dots[-1], COLOURS[look.colour]
    base = _towards(last, dots[-2], HEAD * scale)
    painted = {
        "d": _path((*dots[:-1], base), scale),
        "fill": "none",
        "stroke": paint,
        "stroke-width": f"{look.width * scale:.2f}",
        "stroke-linejoin": "round",
    }
    if look.dashes:
        painted["stroke-dasharray"] = " ".join(f"{one * scale:.2f}" for one in look.dashes)
        painted["stroke-linecap"] = "butt" if look.is_hollow else "round"
    ET.SubElement(element, "path", painted)
    half = HALF_HEAD * scale
    tip = f"M{_at(Dot(base.x, base.y - half))}L{_at(last)}L{_at(Dot(base.x, base.y + half))}Z"
    fill = "#ffffff" if look.is_hollow else paint
    line = {
        "stroke": paint,
        "stroke-width": f"{0.8 * scale:.2f}",
        "stroke-linejoin": "round",
    }
    ET.SubElement(element, "path", {"d": tip, "fill": fill, **line})
    if look.has_tail:
        x, y, far = dots[0].x, dots[0].y, TAIL * scale
        diamond = f"M{x - far:.2f} {y:.2f}L{x:.2f} {y - far:.2f}L{x + far:.2f} {y:.2f}"
        ET.SubElement(
            element,
            "path",
            {"d": f"{diamond}L{x:.2f} {y + far:.2f}Z", "fill": paint},
        )


def _path(dots: Sequence[Dot], scale: float) -> str:
    """The way with its corners rounded."""
    made = [f"M{_at(dots[0])}"]
    for place in range(1, len(dots) - 1):
        before, here, after = dots[place - 1], dots[place], dots[place + 1]
        bend = min(CORNER * scale, _length(before, here) / 2, _length(here, after) / 2)
        made.append(f"L{_at(_towards(here, before, bend))}")
        made.append(f"Q{_at(here)} {_at(_towards(here, after, bend))}")
    return "".join([*made, f"L{_at(dots[-1])}"])


def _at(dot: Dot) -> str:
    return f"{dot.x:.2f} {dot.y:.2f}"


def _length(one: Dot, other: Dot) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _towards(here: Dot, there: Dot, by: float) -> Dot:
    whole = _length(here, there) or 1.0
    share = min(by / whole, 1.0)
    return Dot(here.x + (there.x - here.x) * share, here.y + (there.y - here.y) * share)
