"""What a picture is, from its bytes alone, and the picture without what it tells of its maker.

A photo from a phone says where and when it was taken and with which device. Only what is needed to
show it is kept: pixels, colours, and which side is up.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from waypost.errors import UnreadableFileError
from waypost.kit.translation import N_

__all__ = ["MOST_BYTES", "Picture", "read_picture"]

MOST_BYTES = 8 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP"}
_MARK, _DATA, _EXIF = 0xFF, 0xDA, 0xE1
_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset(range(5, 9))
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_LENGTH = re.compile(r"\s*([0-9.]+)(px)?\s*$")
_LARGEST_SIDE = 20_000


@dataclass(frozen=True, slots=True)
class Picture:
    """Its bytes without private facts, what they are, and its size in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """PNG, JPEG, GIF, WebP or SVG, recognised by content.

    Raises ``UnreadableFileError`` for anything else, for a picture over 8 MiB or over 20,000 pixels
    a side, and for an SVG with a document type (it could refer to files).
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFileError(
            N_("This picture has more than 8 MiB."),
            hint=N_("Save it smaller: 1600 pixels wide are enough for a map."),
            bytes=len(content),
        )
    try:
        picture = _recognised(content)
    except (struct.error, IndexError, ValueError, expat.ExpatError):
        picture = None
    if picture is None or not _has_size(picture):
        raise UnreadableFileError(
            N_("This file is no picture that browsers show."),
            hint=N_("Add a PNG, JPEG, WebP, GIF or SVG file of at most 20,000 pixels a side."),
        )
    return picture


def _has_size(picture: Picture) -> bool:
    return 0 < picture.width <= _LARGEST_SIDE and 0 < picture.height <= _LARGEST_SIDE


def _recognised(content: bytes) -> Picture | None:
    if content.startswith(_PNG):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return Picture(content, "image/gif", *struct.unpack("<HH", content[6:10]))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    if b"<svg" in content[:4096]:
        return _svg(content)
    return None


def _png(content: bytes) -> Picture:
    width, height = struct.unpack(">II", content[16:24])
    kept = [content[:8]]
    at = 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        end = at + 12 + length
        name = content[at + 4 : at + 8]
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
        if name == b"IEND":
            break
    return Picture(b"".join(kept), "image/png", width, height)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers of a JPEG with their segments, up to the picture's data, which comes last."""
    at = 2
    while at < len(content) - 1:
        marker = content[at + 1]
        if content[at] != _MARK:
            raise ValueError(at)
        if marker == _DATA:
            yield marker, content[at:]
            return
        length = 0 if marker in _BARE else struct.unpack(">H", content[at + 2 : at + 4])[0]
        yield marker, content[at : at + 2 + length]
        at += 2 + length


def _jpeg(content: bytes) -> Picture:
    kept, size, up = [], (0, 0), 1
    for marker, segment in _segments(content):
        if marker in _SIZES:
            height, width = struct.unpack(">HH", segment[5:9])
            size = (width, height)
        if marker == _EXIF:
            up = _orientation(segment) or up
        elif marker not in {0xED, 0xFE}:  # IPTC and comments
            kept.append(segment)
    turned = size[::-1] if up in _ON_ITS_SIDE else size
    return Picture(b"\xff\xd8" + _saying_up(up) + b"".join(kept), "image/jpeg", *turned)


def _orientation(segment: bytes) -> int | None:
    """Which side is up (1 to 8) as the EXIF segment of a JPEG says; None where it says nothing."""
    if segment[4:10] != b"Exif\0\0":
        return None
    exif = segment[10:]
    order = "<" if exif[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", exif[4:8])
    (count,) = struct.unpack(order + "H", exif[start : start + 2])
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack(order + "HHIH", exif[entry : entry + 10])
        if tag == _ORIENTATION:
            return int(value) if value in range(1, 9) else None
    return None


def _saying_up(orientation: int) -> bytes:
    if orientation == 1:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _webp(content: bytes) -> Picture:
    kind = content[12:16]
    if kind == b"VP8X":
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
    elif kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    return Picture(_without_notes(content), "image/webp", width, height)


def _without_notes(content: bytes) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        (length,) = struct.unpack("<I", content[at + 4 : at + 8])
        end = at + 8 + length + length % 2
        if content[at : at + 4] == b"VP8X":
            kept.append(
                content[at : at + 8] + bytes([content[at + 8] & ~0x0C]) + content[at + 9 : end]
            )
        elif content[at : at + 4] not in (b"EXIF", b"XMP "):
            kept.append(content[at:end])
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _svg(content: bytes) -> Picture | None:
    found: dict[str, str] = {}
    parser = expat.ParserCreate()

    def started(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.update(attributes, _root=name.rpartition(":")[2])

    def refused(*_: object) -> None:
        raise ValueError("document type")

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = refused
    parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    if found.get("_root") != "svg":
        return None
    width, height = _svg_size(found)
    return Picture(content, "image/svg+xml", width, height)


def _svg_size(attributes: dict[str, str]) -> tuple[int, int]:
    sides = [_LENGTH.match(attributes.get(name, "")) for name in ("width", "height")]
    box = [
        float(part) for part in re.split(r"[\s,]+", attributes.get("viewBox", "").strip()) if part
    ]
    if all(sides):
        width, height = (float(side[1]) for side in sides if side)
    elif box[3:]:
        width, height = box[2], box[3]
    else:
        width, height = 300.0, 150.0
    return max(1, round(width)), max(1, round(height))
