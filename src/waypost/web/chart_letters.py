"""Charts that bring their letters along: a browser draws a picture with no fonts of the page."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

__all__ = ["with_letters"]


def with_letters(svg: bytes) -> bytes:
    """The SVG with our letters inside, so that it is set on every machine as it was measured."""
    begin = svg.index(b">", svg.index(b"<svg")) + 1
    return svg[:begin] + _letters() + svg[begin:]


@cache
def _letters() -> bytes:
    font = files("waypost") / "exports" / "assets" / "fonts" / "source-sans-3.woff2"
    return (
        b'<style>@font-face{font-family:"Source Sans 3";font-weight:200 900;'
        b"src:url(data:font/woff2;base64," + base64.b64encode(font.read_bytes()) + b")}</style>"
    )
