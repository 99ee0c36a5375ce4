"""Which rows of a text are preamble, header and records, and whether it holds several tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from waypost.intake.tables.celltypes import EMPTY, is_typed, kind_of

__all__ = ["Block", "Cells", "find_blocks", "unique_names"]

Cells = tuple[str, ...]

_LOOK = 200


@dataclass(frozen=True, slots=True)
class Block:
    """One table among rows: first row, header row, rows of the header, end, names, why."""

    first: int
    header: int
    header_rows: int
    end: int
    names: tuple[str, ...]
    reasons: tuple[str, ...]


def find_blocks(rows: list[Cells], blanks: list[int]) -> list[Block]:
    """The tables among the rows of a sample, in order; never empty for at least one row.

    ``blanks[i]`` is the number of blank lines before row ``i``. A new table begins only after a
    blank line (or a row of empty cells), with a header of its own.
    """
    starts = _table_starts(rows, blanks)
    ends = [*starts[1:], len(rows)]
    return [_block(rows, first, end) for first, end in zip(starts, ends, strict=True)]


def unique_names(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names stripped, made unique by ``_2``, ``_3``, empty ones called ``column_N``; what changed."""
    taken: set[str] = {name.strip() for name in names}
    seen: set[str] = set()
    result, changes = [], []
    for number, name in enumerate(names, start=1):
        new = " ".join(name.split()) or f"column_{number}"
        if new in seen:
            again = 2
            while f"{new}_{again}" in taken or f"{new}_{again}" in seen:
                again += 1
            changes.append(f"the name {new!r} comes again in column {number}: {new}_{again}")
            new = f"{new}_{again}"
        seen.add(new)
        result.append(new)
    return tuple(result), tuple(changes)


def _block(rows: list[Cells], first: int, end: int) -> Block:
    body = rows[first:end]
    width = _width(body)
    top = _top(body, width)
    reasons = []
    if top:
        reasons.append(f"{top} rows above the header are no part of the table")
    header_rows = _header_rows(body[top:], width)
    names, why = _names(body[top : top + header_rows], width)
    reasons.append(why)
    unique, changes = unique_names(names)
    return Block(first, first + top, header_rows, end, unique, (*reasons, *changes))


def _width(body: list[Cells]) -> int:
    """The number of columns: the commonest width, weighed by its cells."""
    counts = Counter(len(row) for row in body)
    return max(counts, key=lambda width: (counts[width] * (width - 0.9), width))


def _filled(row: Cells) -> int:
    return sum(1 for cell in row if cell.strip())


def _top(body: list[Cells], width: int) -> int:
    """How many rows come before the header or the first record."""
    if width == 1:
        return 0
    full = [_filled(row) for row in body if len(row) == width]
    need = max(2, round(0.5 * median(full[:_LOOK]))) if max(full) > 1 else 1
    for at, row in enumerate(body):
        if _filled(row) >= need and len(row) >= min(width, need):
            return at
    return 0


def _header_rows(body: list[Cells], width: int) -> int:
    """How many of the first rows are header: 0, 1 or more."""
    if not body or not _is_header(body[0], body[1 : 1 + _LOOK]):
        return 0
    for more in (1, 2):
        if len(body) > more and any(cell.startswith('{"ImportId"') for cell in body[more]):
            return more + 1
    if len(body) > 2 and _continues(body[1], body[2 : 2 + _LOOK], width):  # noqa: PLR2004 - header, header, record
        return 2
    return 1


def _is_header(head: Cells, below: list[Cells]) -> bool:
    """Whether the first row names the columns, by comparing it with what stands below."""
    kinds = [kind_of(cell) for cell in head]
    if not below:
        return not any(is_typed(kind) for kind in kinds) and EMPTY not in kinds
    if _ascending_years(head):
        return True
    votes = sum(_vote(cell, column, below) for column, cell in enumerate(head))
    if votes:
        return votes > 0
    return not any(is_typed(kind) for kind in kinds)


def _vote(cell: str, column: int, below: list[Cells]) -> float:
    """How much one cell of the first row speaks for (+) or against (-) a header."""
    kind = kind_of(cell)
    values = [row[column] for row in below if len(row) > column and row[column].strip()]
    if kind == EMPTY or not values:
        return 0.0
    kinds = Counter(kind_of(value) for value in values)
    typed = sum(n for name, n in kinds.items() if is_typed(name)) / len(values)
    if is_typed(kind):
        return -1.0 if kinds[kind] / len(values) > 0.5 else -0.3  # noqa: PLR2004 - most of them
    if typed > 0.5:  # noqa: PLR2004 - most of them
        return 1.0
    if cell in values:
        return -0.5
    lengths = {len(value) for value in values}
    return 0.4 if len(values) > 2 and len(lengths) == 1 and len(cell) not in lengths else 0.0  # noqa: PLR2004 - one or two prove nothing


def _ascending_years(head: Cells) -> bool:
    numbers = [int(cell) for cell in head if cell.strip().isascii() and cell.strip().isdigit()]
    years = [number for number in numbers if 1900 <= number <= 2100]  # noqa: PLR2004 - the years of today's data
    others = [cell for cell in head if cell.strip() and not cell.strip().isdigit()]
    return (
        len(years) > 1
        and years == sorted(set(numbers))
        and not any(map(is_typed, map(kind_of, others)))
    )


def _continues(row: Cells, below: list[Cells], width: int) -> bool:
    """Whether a second row still is header: text where nearly all below is typed."""
    if len(row) != width:
        return False
    if any(is_typed(kind_of(cell)) for cell in row):
        return False
    votes = [_vote(cell, column, below) for column, cell in enumerate(row)]
    return sum(1 for vote in votes if vote == 1.0) >= max(1, 0.5 * width)


def _names(header: list[Cells], width: int) -> tuple[list[str], str]:
    if not header:
        return [""] * width, "the first row looks like records, so the columns are numbered"
    first = [*header[0], *[""] * (width - len(header[0]))]
    while len(first) > width and not first[-1].strip():
        first.pop()
    if len(header) == 1 or any(cell.startswith('{"ImportId"') for cell in header[-1]):
        return first, f"the header is {len(header)} row(s) of text above the records"
    return _joined(first, header[1]), "the header is two rows, joined to one name"


def _joined(upper: list[str], lower: Cells) -> list[str]:
    """Names of two rows; an empty upper cell continues the one to its left."""
    names = []
    group = ""
    for column, cell in enumerate(upper):
        group = cell.strip() or group
        below = lower[column].strip() if column < len(lower) else ""
        names.append(f"{group} {below}".strip() if below else cell)
    return names


def _table_starts(rows: list[Cells], blanks: list[int]) -> list[int]:
    """Rows at which a table begins: the first, and headers after a blank line."""
    starts = [0]
    for at in range(1, len(rows)):
        parted = blanks[at] > 0 or not _filled(rows[at - 1])
        if parted and _filled(rows[at]) and _new_table(rows, at, starts[-1]):
            starts.append(at)
    return starts


def _new_table(rows: list[Cells], at: int, start: int) -> bool:
    """Whether the rows from ``at`` on are a table of another shape than the rows before."""
    before, after = rows[start:at], rows[at : at + _LOOK]
    if len(after) < 2 or not _is_table(before):  # noqa: PLR2004 - header and one record
        return False
    width = len(after[0])
    own = _filled(after[0]) == width > 1 and len(after[1]) == width
    return own and width != _width(before) and _is_header(after[0], after[1:])


def _is_table(rows: list[Cells]) -> bool:
    """Whether rows are a table by themselves rather than notes above one."""
    width = _width(rows)
    if width == 1 or sum(1 for row in rows if len(row) == width) < 2:  # noqa: PLR2004 - header and one record
        return False
    top = _top(rows, width)
    head, below = rows[top], rows[top + 1 :]
    return _filled(head) == width and sum(_vote(c, k, below) for k, c in enumerate(head)) > 0
