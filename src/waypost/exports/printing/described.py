"""What a picture shows, inside the picture: its title and the connections that are drawn in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

__all__ = ["described_png", "described_svg"]

_HEADER = 33
"""Bytes of a PNG's signature and its first part."""


def described_svg(picture: bytes, title: str, told: Iterable[str]) -> bytes:
    """The SVG with a title and a description, which programs read aloud."""
    begin = picture.index(b">", picture.index(b"<svg")) + 1
    words = f"<title>{escape(title)}</title><desc>{escape('; '.join(told))}</desc>"
    return picture[:begin] + words.encode() + picture[begin:]


def described_png(picture: bytes, title: str, told: Iterable[str]) -> bytes:
    """The PNG with its title and a description as texts in UTF-8 behind its header."""
    texts = _text("Title", title) + _text("Description", "; ".join(told))
    return picture[:_HEADER] + texts + picture[_HEADER:]


def _text(keyword: str, words: str) -> bytes:
    if not words:
        return b""
    told = b"iTXt" + keyword.encode() + b"\0\0\0\0\0" + words.encode()
    check = zlib.crc32(told).to_bytes(4, "big")
    return (len(told) - 4).to_bytes(4, "big") + told + check
