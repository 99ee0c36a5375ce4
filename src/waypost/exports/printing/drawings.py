"""Curve, flow and icons as small SVG pictures with their colours in them.

The page's drawings take their colours from its style sheet; paper has none, so each shape gets its
paint here. Paper is always light.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from xml.etree import ElementTree as ET

from waypost.exports.html.views import FlowDrawing, Shape

__all__ = [
    "COLOURS",
    "EMOTION_HEIGHT",
    "FLOW_HEIGHT",
    "PERSONA_COLOURS",
    "curve_key_svg",
    "emotion_svg",
    "flow_svg",
    "icon_svg",
]

COLOURS: Mapping[str, str] = {
    "ink": "#15201d",
    "ink-2": "#47534f",
    "ink-3": "#5a6662",
    "line": "#d6ddda",
    "line-strong": "#7f8b86",
    "sunken": "#eaeeec",
    "surface": "#ffffff",
    "act": "#14524a",
    "act-soft": "#dcebe6",
    "neg": "#b23710",
    "neg-soft": "#fbe9e2",
    "neg-line": "#d2603a",
    "pos": "#1b5f9e",
    "pos-soft": "#e3edf7",
    "pos-line": "#4c8fc9",
    "sign": "#f5bc14",
    "sign-soft": "#fdf2cc",
    "sign-ink": "#4d3900",
    "sign-line": "#b98900",
    "seq-1": "#e6efec",
    "seq-2": "#c3dad3",
    "seq-3": "#93bcb1",
    "div-n2": "#d2603a",
    "div-n1": "#efb49c",
    "div-0": "#e4e8e6",
    "div-p1": "#a9cbe8",
    "div-p2": "#4c8fc9",
}
"""The light values of the design tokens."""

EMOTION_HEIGHT, FLOW_HEIGHT = 84.0, 56.0
"""Height of the drawings where a step is 100 wide."""

ARC = 0.45
"""From sixteenths of the page's root size to the drawing's units."""

_FILLED: Mapping[str, tuple[str, float]] = {
    "cv-up": ("pos-soft", 0.55),
    "cv-down": ("neg-soft", 0.55),
    "cv-band": ("ink", 0.13),
    "fl-on": ("seq-2", 1),
    "fl-far": ("seq-1", 1),
    "fl-off": ("neg-line", 0.42),
    "fl-bar": ("act", 1),
    "fl-bar fl-on": ("act", 1),
    "fl-bar fl-back": ("sign-line", 1),
    "fl-bar fl-left": ("neg-line", 1),
}
_DRAWN: Mapping[str, tuple[str, float, str]] = {
    "cv-grid": ("line", 0.6, ""),
    "cv-zero": ("line-strong", 0.7, ""),
    "cv-whisker": ("ink-2", 0.9, ""),
    "cv-rep": ("ink", 1.8, ""),
    "cv-text": ("ink-2", 1.0, "5 3"),
    "cv-beh": ("ink-2", 1.0, "1 2.4"),
    "fl-back": ("sign-line", 1.0, "3.2 2"),
    "fl-bar fl-still_open": ("ink-2", 0.8, ""),
}
PERSONA_COLOURS: Mapping[str, str] = {
    "cv-p1": "act",
    "cv-p2": "sign-line",
    "cv-p3": "div-p2",
    "cv-p4": "div-n2",
    "cv-p5": "seq-3",
    "cv-p6": "neg-line",
    "cv-p7": "ink-2",
    "cv-p8": "line-strong",
}
"""Colours of the personas' curves on paper and on slides."""
_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
_SYMBOL = re.compile(r'<symbol id="([^"]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)
_NAMESPACE = "http://www.w3.org/2000/svg"


def emotion_svg(shapes: Iterable[Shape], steps: int) -> str:
    """The curve, 100 wide per step."""
    return _svg(shapes, 100.0 * steps, EMOTION_HEIGHT)


def curve_key_svg(look: str) -> str:
    """A short stretch of a curve of that look, for the legend."""
    frame = {"xmlns": _NAMESPACE, "viewBox": "0 0 24 8"}
    element = ET.Element("svg", frame)
    ET.SubElement(element, "path", {"d": "M1 4 H23", **_curve(look.split())})
    return ET.tostring(element, encoding="unicode")


def flow_svg(drawing: FlowDrawing) -> str:
    """Bars, ribbons and ways out."""
    return _svg(drawing.shapes, drawing.width, FLOW_HEIGHT)


def icon_svg(name: str, colour: str) -> str:
    """An icon of the page's sprite on its own; empty for a name it does not have."""
    found = _symbols().get(name)
    if found is None:
        return ""
    box, inside = found
    paint = COLOURS.get(colour, colour)
    frame = {
        "xmlns": _NAMESPACE,
        "viewBox": box,
        "fill": "none",
        "stroke": paint,
        "stroke-width": "2" if name.startswith("i-") else "1.4",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    element = ET.Element("svg", frame)
    body = ET.fromstring(f'<g xmlns="{_NAMESPACE}">{inside}</g>')  # noqa: S314 - our own file
    element.append(body)
    ET.register_namespace("", _NAMESPACE)
    return ET.tostring(element, encoding="unicode").replace("currentColor", paint)


@lru_cache(maxsize=1)
def _symbols() -> dict[str, tuple[str, str]]:
    sprite = (files("waypost.exports") / "assets" / "icons.svg").read_text("utf-8")
    return {found[1]: (found[2], found[3]) for found in _SYMBOL.finditer(sprite)}


def _svg(shapes: Iterable[Shape], width: float, height: float) -> str:
    frame = {"xmlns": _NAMESPACE, "viewBox": f"0 0 {width:g} {height:g}"}
    element = ET.Element("svg", frame)
    for shape in shapes:
        ET.SubElement(element, "path", {"d": _squeezed(shape.path, height / 100), **_paint(shape)})
    return ET.tostring(element, encoding="unicode")


def _paint(shape: Shape) -> dict[str, str]:
    look = shape.look
    if look in _DRAWN:
        colour, width, dashes = _DRAWN[look]
        fill = "#ffffff" if look.startswith("fl-bar") else "none"
        painted = {
            "fill": fill,
            "stroke": COLOURS[colour],
            "stroke-width": f"{shape.width * ARC or width:g}",
            "stroke-linejoin": "round",
        }
        return painted | ({"stroke-dasharray": dashes} if dashes else {})
    if look.startswith("cv-persona"):
        return _curve(look.split())
    colour, opacity = _FILLED.get(look, ("line", 1.0))
    return {"fill": COLOURS[colour], "fill-opacity": f"{opacity:g}"}


def _curve(looks: list[str]) -> dict[str, str]:
    """A persona's line: its colour, dotted where somebody drew it, dashed for what shall be."""
    painted = {
        "fill": "none",
        "stroke": COLOURS[PERSONA_COLOURS.get(looks[1], "ink")],
        "stroke-width": "1.5",
        "stroke-linejoin": "round",
    }
    dashes = "6 3" if "cv-to-be" in looks else "1 3" if "cv-drawn" in looks else ""
    return painted | ({"stroke-dasharray": dashes} if dashes else {})


def _squeezed(path: str, by: float) -> str:
    """The path with every upright coordinate multiplied by ``by``; absolute commands only."""
    made: list[str] = []
    command, place = "M", 0
    for token in _TOKEN.findall(path):
        if token.isalpha():
            command, place = token, 0
            made.append(token)
            continue
        is_upright = command == "V" or (command != "H" and place % 2 == 1)
        made.append(f"{float(token) * by:g}" if is_upright else token)
        place += 1
    return " ".join(made)
