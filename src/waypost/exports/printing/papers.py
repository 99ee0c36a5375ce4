"""Sheets of paper, and how a poster is cut into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.errors import InputError, nearest

__all__ = ["PAPERS", "Paper", "Tiling", "paper_named", "tiling"]

OVERLAP_MM = 10.0
"""What two neighbouring sheets of a poster share, to be glued."""
TILE_MARGIN_MM = 8.0
"""What office printers leave blank at each edge."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in landscape, in millimetres."""

    name: str
    width: float
    height: float


PAPERS: Mapping[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper("A4", 297, 210),
        Paper("A3", 420, 297),
        Paper("A2", 594, 420),
        Paper("A1", 841, 594),
        Paper("A0", 1189, 841),
    )
}


@dataclass(frozen=True, slots=True)
class Tiling:
    """How many sheets side by side and one below the other; ``step_*`` is from one to the next."""

    columns: int
    rows: int
    step_x: float
    step_y: float
    margin: float


def paper_named(name: str) -> Paper:
    """The paper; ``InputError`` for a size that Waypost does not know."""
    found = PAPERS.get(name.strip().upper())
    if found is None:
        close = nearest(name.strip().upper(), PAPERS) or list(PAPERS)
        raise InputError(
            f"There is no paper size {name!r}.",
            hint=f"Choose one of: {', '.join(close)}.",
            paper=name,
        )
    return found


def tiling(poster: Paper, sheet: Paper) -> Tiling:
    """The sheets that carry ``poster`` at full size, each overlapping the next by a centimetre."""
    wide, high = sheet.width - 2 * TILE_MARGIN_MM, sheet.height - 2 * TILE_MARGIN_MM
    step_x, step_y = wide - OVERLAP_MM, high - OVERLAP_MM
    columns = max(1, -(-int(poster.width - OVERLAP_MM) // int(step_x)))
    rows = max(1, -(-int(poster.height - OVERLAP_MM) // int(step_y)))
    return Tiling(columns, rows, step_x, step_y, TILE_MARGIN_MM)
