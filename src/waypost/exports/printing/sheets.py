"""A map as PDF, PNG or SVG, set by Typst; nothing of the system is needed, no browser runs.

Only signs that our fonts lack, such as emoji, take a font of the system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

from waypost.exports.html.page import page_view
from waypost.exports.printing.arrows import arrows_on
from waypost.exports.printing.content import sheet_content
from waypost.exports.printing.described import described_png, described_svg
from waypost.exports.printing.papers import PAPERS, Paper, tiling
from waypost.maps.document import JourneyMap

__all__ = ["print_pdf", "print_png", "print_svg", "typeset"]

A3 = PAPERS["A3"]
LEAST_POINTS = 5.2
"""Smallest text on paper; a map that would need less is laid over several sheets."""
MARGIN_MM = 10.0
TILE = PAPERS["A4"]
_FOREIGN = re.compile("[^\0-\u06ff\u1e00-\u27bf\ufb00-\ufeff]")
"""Signs beyond Latin, Greek, Cyrillic, Hebrew, Arabic and the usual symbols."""


def print_pdf(
    document: JourneyMap,
    *,
    language: str,
    paper: Paper = A3,
    tiles: bool = False,
    evidence: bool = False,
) -> bytes:
    """The map as a vector PDF, A4 to A0 in landscape, then journeys, gaps and legend.

    The map takes one sheet while its smallest text stays readable, else up to four, each with its
    lanes named again. ``tiles``: ``paper`` is a poster, cut into A4 sheets that overlap by 10 mm;
    A4 itself needs no cut.
    ``evidence`` adds a table of what each figure rests on. Groups under five persons are not in it.
    The same map gives the same bytes.
    """
    content = sheet_content(page_view(document, language=language), evidence=evidence)
    is_cut = tiles and paper != TILE
    content |= {"form": "tiles" if is_cut else "sheets", "sheet": _sheet(paper)}
    if is_cut:
        cut = tiling(paper, TILE)
        content["tiles"] = {"width": TILE.width, "height": TILE.height, **asdict(cut)}
    return typeset("map.typ", _connected(content), "pdf")[0]


def print_png(document: JourneyMap, *, language: str, pixels_per_inch: float = 144) -> bytes:
    """The map alone as one PNG picture, as wide as its steps ask for."""
    content = _picture(document, language)
    made = typeset("map.typ", content, "png", pixels_per_inch)[0]
    return described_png(made, content["head"]["title"]["text"], _told(content))


def print_svg(document: JourneyMap, *, language: str) -> bytes:
    """The map alone as one SVG picture; letters are outlines, so it looks the same everywhere."""
    content = _picture(document, language)
    made = typeset("map.typ", content, "svg")[0]
    return described_svg(made, content["head"]["title"]["text"], _told(content))


def _told(content: Mapping[str, Any]) -> list[str]:
    return [one["words"] for one in content["connections"]]


def _picture(document: JourneyMap, language: str) -> dict[str, Any]:
    content = sheet_content(page_view(document, language=language))
    return _connected(content | {"form": "picture", "sheet": _sheet(A3, scale=1.0)})


def _connected(content: dict[str, Any]) -> dict[str, Any]:
    """The same with arrows, drawn over the sheets where their cards came to lie."""
    if not content["connections"]:
        return content
    form = "poster" if content["form"] == "tiles" else content["form"]
    places = _places(content | {"form": form})
    arrows = arrows_on(places, content["connections"], content["sheet"]["scale"])
    return content | {"arrows": arrows}


def _sheet(paper: Paper, scale: float = 0.0) -> dict[str, float]:
    return {
        "width": paper.width,
        "height": paper.height,
        "margin": MARGIN_MM * max(1.0, paper.width / A3.width),
        "scale": scale or max(1.0, paper.width / A3.width),
        "least": LEAST_POINTS,
    }


def _places(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where the template's marks came to lie: kind, id, page, x and y in points."""
    data = orjson.dumps(dict(content)).decode()
    with as_file(files("waypost.exports") / "assets" / "print") as folder:
        found = typst.query(
            str(Path(folder) / "map.typ"),
            "<places>",
            field="value",
            one=True,
            root=str(folder),
            font_paths=[str(folder)],
            ignore_system_fonts=_has_letters(data),
            sys_inputs={"data": data},
        )
    places: list[dict[str, Any]] = orjson.loads(found) if isinstance(found, str) else found
    return places


def _has_letters(data: str) -> bool:
    """Whether Waypost's fonts and those inside Typst have every sign of ``data``."""
    return _FOREIGN.search(data) is None


def typeset(
    template: str,
    content: Mapping[str, Any],
    form: Literal["pdf", "png", "svg"],
    ppi: float | None = None,
) -> list[bytes]:
    """Pages of a template of ours, with ``content`` as its data; the same content, the same bytes.

    Time is not read, and fonts of the system only for signs that ours lack, such as emoji and
    Chinese: there the bytes are those of this machine.
    """
    data = orjson.dumps(dict(content)).decode()
    with as_file(files("waypost.exports") / "assets" / "print") as folder:
        made: Any = typst.compile(
            str(Path(folder) / template),
            root=str(folder),
            font_paths=[str(folder)],
            ignore_system_fonts=_has_letters(data),
            format=form,
            ppi=ppi,
            sys_inputs={"data": data},
            timestamp=0,
        )
    pages: bytes | list[bytes] = made
    return pages if isinstance(pages, list) else [pages]
