"""How high a cell's text will stand, reckoned with the print fonts.

PowerPoint lays text out with the fonts of its own machine; so a little is added, and tables grow
by themselves where it still was too little.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files

from PIL import ImageFont

from waypost.exports.slides.texts import Paragraph, Run

__all__ = ["LINE", "height_of", "lines_of"]

UNITS = 100
"""Size at which widths are measured; they scale."""
RESERVE = 1.08
LINE = 1.2
AFTER = 0.25
"""Space after a paragraph, in its own size."""


def height_of(paragraphs: Sequence[Paragraph], width: float, size: float) -> float:
    """Height in points of paragraphs set in ``size`` points within ``width`` points."""
    if not paragraphs:
        return LINE * size
    lines = sum(lines_of(paragraph, width, size) for paragraph in paragraphs)
    return lines * LINE * size + (len(paragraphs) - 1) * AFTER * size


def lines_of(paragraph: Paragraph, width: float, size: float) -> int:
    """Lines that the paragraph takes; a word longer than the line is broken."""
    room = width / size / RESERVE
    lines, at = 1, 0.0
    for run in paragraph:
        for word in run.text.replace("\u00a0", "\u2007").split(" "):
            wide = _width(word, run) / UNITS
            if at and at + wide > room:
                lines, at = lines + 1, 0.0
            lines += int(wide // room) if wide > room else 0
            at += wide + 0.25
    return lines


@lru_cache(maxsize=4096)
def _width(word: str, run: Run) -> float:
    return _font(run.is_strong, run.is_voice).getlength(word)


@lru_cache(maxsize=4)
def _font(is_strong: bool, is_voice: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001 - a cache key
    name = "voice-400-italic" if is_voice else "sans-700" if is_strong else "sans-400"
    with as_file(files("waypost.exports") / "assets" / "print" / f"{name}.ttf") as path:
        return ImageFont.truetype(str(path), UNITS, layout_engine=ImageFont.Layout.BASIC)
