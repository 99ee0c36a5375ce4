"""Tables of text that fit a width: what is short stays whole, what is long gives way."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

__all__ = [
    "Column",
    "cell_width",
    "fitted",
    "hanging",
    "heading_lines",
    "left_out",
    "lines_of",
    "shortened",
]

_GAP = "  "
_ELLIPSIS = "…"
_LEAST = 8
_HEADING_LINES = 2
_READABLE = 16
_NO_WIDTH = "\u2060\u200b"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what becomes of its cells where the width does not suffice.

    ``gives`` is empty for cells that stay whole, ``middle`` for names that lose their middle,
    ``fold`` for text that goes on in the next line. A column with ``spare`` is left out where the
    width does not suffice, the highest first. The heading of a ``tall`` one takes several lines
    where it is wider than its cells.
    """

    name: str
    right: bool = False
    gives: str = ""
    spare: int = 0
    tall: bool = False

    @property
    def least(self) -> int:
        """How many places the heading needs."""
        if not self.tall:
            return cell_width(self.name)
        widths = range(1, cell_width(self.name) + 1)
        fitting = (width for width in widths if _fits_in_two(self.name, width))
        return next(fitting, 0)


def cell_width(text: str) -> int:
    """How many places of a terminal the text takes."""
    wide = sum(1 for char in text if east_asian_width(char) in "WF")
    none = sum(1 for char in text if combining(char) or char in _NO_WIDTH)
    return len(text) + wide - none


def _fits_in_two(text: str, width: int) -> bool:
    words = [cell_width(word) for word in text.split(" ")]
    return max(words) <= width and len(_folded(text, width)) <= _HEADING_LINES


def shortened(text: str, width: int) -> str:
    """The text in at most ``width`` places; its middle gives way to an ellipsis."""
    if cell_width(text) <= width:
        return text
    if width <= 1:
        return _ELLIPSIS[:width]
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail].rstrip()}{_ELLIPSIS}{text[len(text) - tail :].lstrip()}"


def left_out(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> frozenset[int]:
    """Places of spare columns that must go, so that what gives way stays readable."""
    sizes = _natural(columns, rows)
    needed = [
        min(size, _READABLE) if column.gives else size
        for size, column in zip(sizes, columns, strict=True)
    ]
    gone: list[int] = []
    spare = sorted((-column.spare, place) for place, column in enumerate(columns) if column.spare)
    for _rank, place in spare:
        kept = [size for at, size in enumerate(needed) if at not in gone]
        if sum(kept) + len(_GAP) * (len(kept) - 1) <= width:
            break
        gone.append(place)
    return frozenset(gone)


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(column.least, *(cell_width(row[place]) for row in rows), 0)
        for place, column in enumerate(columns)
    ]


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The width of each column; what gives way shrinks, the widest first, to eight at least."""
    found = _natural(columns, rows)
    over = sum(found) + len(_GAP) * (len(columns) - 1) - width
    yielding = [place for place, column in enumerate(columns) if column.gives]
    while over > 0 and any(found[place] > _LEAST for place in yielding):
        widest = max(yielding, key=lambda place: found[place])
        found[widest] -= 1
        over -= 1
    return found


def lines_of(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """The heading and the rows as lines."""
    widths = fitted(columns, rows, width)
    yield from _heading(columns, widths)
    for row in rows:
        cells = [
            _pieces(text, size, column.gives)
            for text, size, column in zip(row, widths, columns, strict=True)
        ]
        for number in range(max(len(pieces) for pieces in cells)):
            parts = [pieces[number] if number < len(pieces) else "" for pieces in cells]
            yield _joined(columns, parts, widths)


def _heading(columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    cells = [
        _folded(column.name, size) if column.tall else [column.name]
        for column, size in zip(columns, widths, strict=True)
    ]
    for number in range(max((len(pieces) for pieces in cells), default=1)):
        parts = [pieces[number] if number < len(pieces) else "" for pieces in cells]
        yield _joined(columns, parts, widths)


def heading_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many lines of a table are its heading."""
    return sum(1 for _line in _heading(columns, fitted(columns, rows, width)))


def hanging(text: str, width: int) -> str:
    """The text broken at blanks; what follows a line's begin is set in under it by two."""
    lines = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        room = max(_LEAST, width - indent - 2)
        whole = textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False)
        first, *rest = whole or [""]
        lines.append(" " * indent + first)
        lines += [f"{' ' * indent}  {piece}" for piece in rest]
    return "\n".join(lines)


def _joined(columns: Sequence[Column], parts: Sequence[str], widths: Sequence[int]) -> str:
    placed = (
        _placed(part, size, right=column.right)
        for column, part, size in zip(columns, parts, widths, strict=True)
    )
    return _GAP.join(placed).rstrip()


def _placed(text: str, width: int, *, right: bool) -> str:
    blanks = " " * max(0, width - cell_width(text))
    return blanks + text if right else text + blanks


def _pieces(text: str, width: int, gives: str) -> list[str]:
    if cell_width(text) <= width:
        return [text]
    if gives == "middle":
        return [shortened(text, width)]
    return _folded(text, width) if gives == "fold" else [text]


def _folded(text: str, width: int) -> list[str]:
    """Lines broken at blanks; a word that is too long is cut."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_width(joined) <= width:
            lines[-1] = joined
            continue
        pieces = [word[start : start + width] for start in range(0, len(word), width)]
        lines += pieces
    return [line for line in lines if line] or [""]
