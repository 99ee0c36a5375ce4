"""Which encoding a text is in, told from its bytes, and the text as UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from waypost.intake.tables.likely_letters import likelihood
from waypost.intake.tables.sources import ByteSource, StreamBreakError

__all__ = ["REPAIRED", "Encoding", "detect_encoding", "utf8_chunks"]

_UNIT = 4  # bytes of one UTF-32 unit
_ASCII = 128
_MOSTLY = 0.7  # text of Europe lies nearly all below U+0100
_RARE = 0.05  # one bad byte among twenty good letters
_SURE = 6.0  # such a lead leaves no doubt

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

REPAIRED = "utf-8 (cp1252)"
_REPAIR = (
    "UTF-8, but somebody before took Windows-1252 for Latin-1: the control characters U+0080 to "
    "U+009F are read as the Windows-1252 signs they were"
)
_CONTROL = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
_SIGN_OF = {
    bytes([0xC2, code]): bytes([code]).decode("cp1252").encode()
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}

_EIGHT_BIT = {"cp1252": 0.0, "iso8859-15": -0.5, "mac-roman": -1.5, "cp850": -1.5, "cp858": -2.5}
"""Encodings of Western Europe, with the odds before anything is read; the first wins ties."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A detected encoding: Python codec name, length of the byte order mark, 0 to 1, why."""

    name: str
    mark: int
    confidence: float
    reason: str


def detect_encoding(sample: bytes, *, whole: bool = True) -> Encoding:
    """The encoding that explains ``sample`` best; ``whole`` says that nothing follows it.

    Byte order marks come first, then the places of zero bytes (UTF-16 and UTF-32 without mark),
    then valid UTF-8, then the 8-bit encodings of Western Europe by how likely their
    letters and signs are where they stand.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return Encoding(name, len(mark), 1.0, f"a byte order mark says {name.upper()}")
    wide = _wide(sample)
    if wide is not None:
        return wide
    if sample.isascii():
        return Encoding("utf-8", 0, 1.0, "plain ASCII")
    if _is_utf8(sample, whole=whole):
        if _CONTROL.search(sample):
            return Encoding(REPAIRED, 0, 0.8, _REPAIR)
        return Encoding("utf-8", 0, 0.99, "valid UTF-8 with letters beyond ASCII")
    return _eight_bit(sample, whole=whole)


def _is_utf8(sample: bytes, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> Encoding | None:
    """UTF-16 or UTF-32 without a mark: zero bytes always in the same places."""
    head = sample[: 4096 - len(sample[:4096]) % 4]
    if len(head) < _UNIT:
        return None
    shares = [head[k::4].count(0) / len(head[k::4]) for k in range(4)]
    filled = [share > _MOSTLY for share in shares]
    names = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    name = names.get((filled[0], filled[1], filled[2], filled[3]))
    if name is None:
        return None
    return Encoding(name, 0, 0.9, f"zero bytes lie as in {name.upper()} without a mark")


def _eight_bit(sample: bytes, *, whole: bool) -> Encoding:
    """The likeliest of the 8-bit encodings, with the confidence of its lead."""
    broken = _broken_share(sample, whole=whole)
    if broken < _RARE:
        return Encoding("utf-8", 0, 0.7, "nearly all of it is UTF-8; some bytes are not")
    scores = {name: odds + likelihood(_decoded(sample, name)) for name, odds in _EIGHT_BIT.items()}
    best = max(scores, key=lambda name: scores[name])
    lead = scores[best] - max(score for name, score in scores.items() if name != best)
    confidence = round(0.5 + 0.45 * min(lead / _SURE, 1.0), 2)
    return Encoding(best, 0, confidence, f"not UTF-8; its letters make most sense as {best}")


def _decoded(sample: bytes, name: str) -> str:
    return sample.decode(name, "replace")


def _broken_share(sample: bytes, *, whole: bool) -> float:
    """The share of non-ASCII places that are not valid UTF-8."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=whole)
    broken = text.count("\ufffd")
    beyond = sum(1 for sign in text if sign > "\x7f")
    return broken / max(beyond, 1)


def utf8_chunks(source: ByteSource, encoding: Encoding) -> Iterator[bytes]:
    """The text as UTF-8 without byte order mark.

    A byte that is not valid in the encoding becomes a byte that is not valid in UTF-8, so that the
    record it belongs to is recognised later and nothing is replaced silently.
    """
    if encoding.name == REPAIRED:
        yield from _repaired(source)
        return
    if encoding.name == "utf-8":
        skip = encoding.mark
        for piece in source.chunks():
            yield piece[skip:]
            skip = max(skip - len(piece), 0)
        return
    yield from _transcoded(source, encoding)


def _repaired(source: ByteSource) -> Iterator[bytes]:
    """UTF-8 with its C1 control characters read as the Windows-1252 signs they were."""
    held = b""
    for piece in source.chunks():
        text = held + piece
        held = text[-1:] if text.endswith(b"\xc2") else b""
        text = text[: len(text) - len(held)]
        yield _CONTROL.sub(lambda found: _SIGN_OF.get(found[0], found[0]), text)
    if held:
        yield held


def _transcoded(source: ByteSource, encoding: Encoding) -> Iterator[bytes]:
    on_error = "surrogatepass" if encoding.name.startswith("utf-") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding.name)(on_error)
    skip = encoding.mark
    broken: StreamBreakError | None = None
    try:
        for piece in source.chunks():
            yield decoder.decode(piece[skip:]).encode("utf-8", on_error)
            skip = max(skip - len(piece), 0)
    except StreamBreakError as error:
        broken = error
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", on_error)
    except UnicodeDecodeError:
        yield b"\xff"
    if broken is not None:
        raise broken
