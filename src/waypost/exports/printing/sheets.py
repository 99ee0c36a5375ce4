"""A map as PDF, PNG or SVG, set by Typst; nothing of the system is needed, no browser runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import orjson
import typst

from waypost.exports.html.page import page_view
from waypost.exports.printing.content import sheet_content
from waypost.exports.printing.papers import PAPERS, Paper, tiling
from waypost.maps.document import JourneyMap

__all__ = ["print_pdf", "print_png", "print_svg", "typeset"]

A3 = PAPERS["A3"]
LEAST_POINTS = 5.2
"""Smallest text on paper; a map that would need less is laid over several sheets."""
MARGIN_MM = 10.0
TILE = PAPERS["A4"]


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
    lanes named again. ``tiles``: ``paper`` is a poster, cut into A4 sheets that overlap by 10 mm.
    ``evidence`` adds a table of what each figure rests on. Groups under five persons are not in it.
    The same map gives the same bytes.
    """
    content = sheet_content(page_view(document, language=language), evidence=evidence)
    content |= {"form": "tiles" if tiles else "sheets", "sheet": _sheet(paper)}
    if tiles:
        cut = tiling(paper, TILE)
        content["tiles"] = {"width": TILE.width, "height": TILE.height, **asdict(cut)}
    return typeset("map.typ", content, "pdf")[0]


def print_png(document: JourneyMap, *, language: str, pixels_per_inch: float = 144) -> bytes:
    """The map alone as one PNG picture, as wide as its steps ask for."""
    return typeset("map.typ", _picture(document, language), "png", pixels_per_inch)[0]


def print_svg(document: JourneyMap, *, language: str) -> bytes:
    """The map alone as one SVG picture; letters are outlines, so it looks the same everywhere."""
    return typeset("map.typ", _picture(document, language), "svg")[0]


def _picture(document: JourneyMap, language: str) -> dict[str, Any]:
    content = sheet_content(page_view(document, language=language))
    return content | {"form": "picture", "sheet": _sheet(A3, scale=1.0)}


def _sheet(paper: Paper, scale: float = 0.0) -> dict[str, float]:
    return {
        "width": paper.width,
        "height": paper.height,
        "margin": MARGIN_MM * max(1.0, paper.width / A3.width),
        "scale": scale or max(1.0, paper.width / A3.width),
        "least": LEAST_POINTS,
    }


def typeset(
    template: str,
    content: Mapping[str, Any],
    form: Literal["pdf", "png", "svg"],
    ppi: float | None = None,
) -> list[bytes]:
    """Pages of a template of ours, with ``content`` as its data; the same content, the same bytes.

    Nothing of the system is read: neither fonts nor time.
    """
    with as_file(files("waypost.exports") / "assets" / "print") as folder:
        made: Any = typst.compile(
            str(Path(folder) / template),
            root=str(folder),
            font_paths=[str(folder)],
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs={"data": orjson.dumps(dict(content)).decode()},
            timestamp=0,
        )
    pages: bytes | list[bytes] = made
    return pages if isinstance(pages, list) else [pages]
