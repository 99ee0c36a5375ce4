"""Tables whose columns are set apart by runs of blanks, as statistics programs print them.

Such a text is read as if one blank stood for each run and none at the ends of a line. A cell
cannot be empty in it, and its lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from waypost.intake.tables.sources import StreamBreakError

__all__ = ["is_aligned", "squeezed"]

_RUN = re.compile(rb" {2,}")
_AT_END = re.compile(rb" (?=\r?\n)")
_OTHER_SIGNS = b",;\t|\"'\x00"
_LEAST_LINES = 3
_LEAST_WORDS = 2


def is_aligned(text: bytes, *, whole: bool) -> bool:
    """Whether every line has the same number of words, two at least, and blanks stand in runs.

    A last line that the sample cuts is not looked at. Never for text with other delimiters or
    quotes in it.
    """
    lone_returns = text.count(b"\r") > text.count(b"\r\n")
    if lone_returns or any(sign in text for sign in _OTHER_SIGNS):
        return False
    lines = text.splitlines() if whole else text.splitlines()[:-1]
    words = [len(line.split()) for line in lines if line.strip()]
    if len(words) < _LEAST_LINES or words[0] < _LEAST_WORDS or set(words) != {words[0]}:
        return False
    return any(b"  " in line.strip() or line[:1] == b" " for line in lines)


def squeezed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The text with one blank for each run of blanks, and none at the ends of its lines.

    A break of the packed data is raised after the last piece, as it came.
    """
    held, fresh = b"", True
    broken: StreamBreakError | None = None
    try:
        for piece in pieces:
            text = _tight(held + piece, fresh=fresh)
            held = text[len(text.rstrip(b" \r")) :]
            out = text[: len(text) - len(held)]
            fresh = out.endswith(b"\n") if out else fresh
            yield out
    except StreamBreakError as error:
        broken = error
    yield held.rstrip(b" ")
    if broken is not None:
        raise broken


def _tight(text: bytes, *, fresh: bool) -> bytes:
    text = _RUN.sub(b" ", text).replace(b"\n ", b"\n")
    return _AT_END.sub(b"", text[1:] if fresh and text[:1] == b" " else text)
