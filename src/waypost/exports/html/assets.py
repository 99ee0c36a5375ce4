"""Fonts, icons, style and script, ready to stand inside a page."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from markupsafe import Markup

__all__ = ["PageAssets", "page_assets"]

_FONTS = (
    ("Source Sans 3", "source-sans-3", "normal", "200 900"),
    ("Newsreader", "newsreader-normal", "normal", "400 650"),
    ("Newsreader", "newsreader-italic", "italic", "400 650"),
)
_STYLES = ("tokens", "base", "head", "map", "evidence", "sections", "narrow", "print")
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class PageAssets:
    """Our own files, marked as safe to stand in the page as they are."""

    fonts: tuple[FontFace, ...]
    style: Markup
    early: Markup
    script: Markup
    ways: Markup
    icons: Markup


@dataclass(frozen=True, slots=True)
class FontFace:
    """One font file, its bytes in base64."""

    family: str
    style: str
    weight: str
    data: str


@lru_cache(maxsize=1)
def page_assets() -> PageAssets:
    """All of them, read once from the package."""
    root = files("waypost.exports") / "assets"
    fonts = tuple(
        FontFace(
            family,
            style,
            weight,
            base64.b64encode((root / "fonts" / f"{name}.woff2").read_bytes()).decode("ascii"),
        )
        for family, name, style, weight in _FONTS
    )
    sheets = ((root / "css" / f"{name}.css").read_text("utf-8") for name in _STYLES)
    return PageAssets(
        fonts,
        Markup("\n".join(sheets)),  # noqa: S704 - files of this package, no user's text
        Markup((root / "early.js").read_text("utf-8")),  # noqa: S704 - as above
        Markup((root / "map.js").read_text("utf-8")),  # noqa: S704 - as above
        Markup((root / "ways.js").read_text("utf-8")),  # noqa: S704 - as above
        _icons((root / "icons.svg").read_text("utf-8")),
    )


def _icons(sprite: str) -> Markup:
    """The symbols without their file's frame, to be used by their ids."""
    symbols = (found[0] for found in _SYMBOL.finditer(sprite))
    return Markup("\n".join(symbols))  # noqa: S704 - a file of this package
