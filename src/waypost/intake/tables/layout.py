"""Which rows of a text are preamble, header and records, and whether it holds several tables."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median

from waypost.intake.tables.celltypes import EMPTY, is_typed, kind_of

__all__ = ["Block", "Cells", "find_blocks", "unique_names"]

Cells = tuple[str, ...]

_LOOK = 200
_NOTES = 60
_LEVELS = 5
_MOST = 0.5
_FEW = 2  # values that prove nothing
_YEARS = (1900, 2100)
_KEYED = 0.9  # share of filled cells in a column of keys
_PART = 0.25  # share of names by which a header is known again


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
    blocks = [_block(rows, first, end) for first, end in zip(starts, ends, strict=True)]
    return [_narrowed(rows, block) for block in blocks] if len(blocks) > 1 else blocks


def _narrowed(rows: list[Cells], block: Block) -> Block:
    """The block without columns at its end that only the table beside or below it fills."""
    used = max(map(_used, rows[block.header : block.end]), default=0)
    return replace(block, names=block.names[:used]) if 0 < used < len(block.names) else block


def unique_names(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names made unique by ``_2``, ``_3``, empty ones called ``column_N``; what was changed."""
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
    top = _with_groups(body, _top(body, width))
    reasons = []
    if top:
        reasons.append(f"{top} rows above the header are no part of the table")
    header_rows = _header_rows(body[top:], width)
    header, below = body[top : top + header_rows], body[top + header_rows :]
    names, why = _names(header, below[:_LOOK], width)
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
    """How many rows come before the header or the first record.

    The header is the first row that is filled about like the records are and no wider or narrower
    than they; where there is none, the first well-filled row of any width.
    """
    if width == 1:
        return 0
    full = [_filled(row) for row in body if len(row) == width]
    need = max(2, math.ceil(0.5 * median(full[:_LOOK]))) if max(full) > 1 else 1
    enough = [_filled(row) >= need for row in body]
    first = enough.index(True) if any(enough) else 0
    fitting = next((at for at, row in enumerate(body) if enough[at] and _used(row) == width), first)
    same = next((at for at, row in enumerate(body) if enough[at] and len(row) == width), first)
    best = min(fitting, same)
    if best == first or best > _NOTES or not _is_odd(body, first, best):
        return first
    return best


def _with_groups(body: list[Cells], top: int) -> int:
    """Take in rows above the header that name groups of its columns."""
    while top > 0 and _filled(body[top - 1]) > 1 and _fills(body[top - 1], body[top]):
        if body[top - 1][0].strip() and body[top][0].strip():
            break
        top -= 1
    return top


def _used(row: Cells) -> int:
    """The width of a row without empty cells at its end."""
    used = len(row)
    while used and not row[used - 1].strip():
        used -= 1
    return used


def _is_odd(body: list[Cells], first: int, best: int) -> bool:
    """Whether the rows from ``first`` to ``best`` are notes: ``best`` is a better header than they.

    A row one cell narrower than the records may lack the name of the row numbers; it stays.
    """
    if len(body[first]) == len(body[best]) - 1 and best == first + 1:
        return _is_header(body[best], body[best + 1 : best + _LOOK])
    return _is_header(body[best], body[best + 1 : best + _LOOK]) or best - first > 1


def _header_rows(body: list[Cells], width: int) -> int:
    """How many of the first rows are header: 0, 1 or more."""
    if not body or not _is_header(body[0], body[1 : 1 + _LOOK]):
        return 0
    for more in (1, 2):
        if len(body) > more and _is_survey_codes(body[more]):
            return more + 1
    rows = 1
    while rows < _LEVELS and len(body) > rows + 1:
        row, below = body[rows], body[rows + 1 : rows + 1 + _LOOK]
        if not (_fills(body[rows - 1], row) or _hangs(row, below) or _continues(row, below, width)):
            break
        rows += 1
    return rows


def _is_survey_codes(row: Cells) -> bool:
    """Whether the row holds the question codes that survey exports put below the labels."""
    return any(cell.startswith('{"ImportId"') for cell in row)


def _fills(upper: Cells, row: Cells) -> bool:
    """Whether a row names the parts of groups: text only where the row above has gaps."""
    filled = [column for column, cell in enumerate(row) if cell.strip()]
    if not filled or len(filled) >= len(row) or any(is_typed(kind_of(row[c])) for c in filled):
        return False
    gaps = {column for column, cell in enumerate(upper) if not cell.strip()}
    heads = {column - 1 for column in gaps}
    inner = {gap for gap in gaps if gap > 0 and gap < _used(upper)}
    covered = inner.intersection(filled)
    return bool(covered) and all(c in gaps or c in heads for c in filled)


def _hangs(row: Cells, below: list[Cells]) -> bool:
    """Whether a row is the second line of some names: no key, and text only above typed columns."""
    if not row or row[0].strip() or not _filled(row):
        return False
    keys = sum(1 for other in below if other and other[0].strip())
    votes = [_vote(cell, column, below) for column, cell in enumerate(row) if cell.strip()]
    return keys > _KEYED * len(below) and all(vote == 1.0 for vote in votes)


def _is_header(head: Cells, below: list[Cells]) -> bool:
    """Whether the first row names the columns, by comparing it with what stands below."""
    kinds = [kind_of(cell) for cell in head]
    if not below:
        return not any(is_typed(kind) for kind in kinds) and EMPTY not in kinds
    if _ascending_years(head):
        return True
    below = [row for row in below if not _repeats(head, row)]
    votes = sum(_vote(cell, column, below) for column, cell in enumerate(head))
    if votes:
        return votes > 0
    return not any(is_typed(kind) for kind in kinds)


def _repeats(head: Cells, row: Cells) -> bool:
    """Whether a later row is the header once more, at least in part: only text, the same key."""
    same = sum(1 for a, b in zip(head, row, strict=False) if a.strip() and a == b)
    if same > 1 and same == _filled(row):
        return True
    text = not any(is_typed(kind_of(cell)) for cell in row)
    return text and bool(same) and head[0] == row[0] and same >= _PART * _filled(head)


def _vote(cell: str, column: int, below: list[Cells]) -> float:
    """How much one cell of the first row speaks for (+) or against (-) a header."""
    kind = kind_of(cell)
    values = [row[column] for row in below if len(row) > column and row[column].strip()]
    if kind == EMPTY or not values:
        return 0.0
    kinds = Counter(kind_of(value) for value in values)
    typed = sum(n for name, n in kinds.items() if is_typed(name)) / len(values)
    if is_typed(kind):
        return -1.0 if kinds[kind] / len(values) > _MOST else -0.3
    if typed > _MOST:
        return 1.0
    if cell in values:
        return -0.5
    lengths = {len(value) for value in values}
    return 0.4 if len(values) > _FEW and len(lengths) == 1 and len(cell) not in lengths else 0.0


def _ascending_years(head: Cells) -> bool:
    numbers = [int(cell) for cell in head if cell.strip().isascii() and cell.strip().isdigit()]
    years = [number for number in numbers if _YEARS[0] <= number <= _YEARS[1]]
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


def _names(header: list[Cells], below: list[Cells], width: int) -> tuple[list[str], str]:
    if not header:
        return [""] * width, "the first row looks like records, so the columns are numbered"
    if _is_survey_codes(header[-1]):
        return _fit(list(header[0]), width), "the header has labels and question codes below it"
    if len(header) > 1:
        names = _joined([_fit(list(row), width) for row in header])
        return names, f"the header is {len(header)} rows, joined to one name"
    first = list(header[0])
    if len(first) == width - 1 and _numbers_rows(below, width):
        return ["", *first], "the header lacks the name of the first column, which numbers the rows"
    return _fit(first, width), "the first row of the table is its header"


def _fit(names: list[str], width: int) -> list[str]:
    """As many names as columns; surplus names stay where they are no empty text."""
    while len(names) > width and not names[-1].strip():
        names.pop()
    return [*names, *[""] * (width - len(names))]


def _numbers_rows(below: list[Cells], width: int) -> bool:
    """Whether the first cells of the records are all different."""
    full = [row for row in below if len(row) == width]
    firsts = {row[0] for row in full}
    trailing = not any(row[-1].strip() for row in full)
    return len(full) > 1 and len(firsts) == len(full) and not trailing


def _joined(levels: list[list[str]]) -> list[str]:
    """Names of several rows; an empty upper cell continues the one to its left if it has parts."""
    names = [""] * len(levels[0])
    for depth, level in enumerate(levels):
        group = ""
        for column, cell in enumerate(level):
            parts = any(lower[column].strip() for lower in levels[depth + 1 :])
            bounded = any(upper[column].strip() for upper in levels[:depth])
            group = cell.strip() or (group if parts and not bounded else "")
            names[column] = f"{names[column]} {group}".strip()
    return names


def _table_starts(rows: list[Cells], blanks: list[int]) -> list[int]:
    """Rows at which a table begins: the first, and headers of another width or below a title."""
    starts = [0]
    for at in range(1, len(rows)):
        titled = at - 1 > starts[-1] and blanks[at - 1] > 0 and _filled(rows[at - 1]) == 1
        if len(rows[at]) == len(rows[at - 1]) and not (blanks[at] or titled):
            continue
        if _new_table(rows, at, starts[-1], parted=blanks[at] > 0 or titled):
            starts.append(at - 1 if titled else at)
    return starts


def _new_table(rows: list[Cells], at: int, start: int, *, parted: bool) -> bool:
    """Whether the rows from ``at`` on are a table of another shape than the rows before.

    Without a blank line between them, typed records below text are asked for on both sides.
    """
    before, after = rows[start:at], rows[at : at + _LOOK]
    if len(after) <= 1 or not _is_table(before):
        return False
    width = len(after[0])
    if parted and width == _width(before):
        return _is_other_table(rows[start:at], after)
    if not (_named(after[0]) and len(after[1]) == width != _width(before)):
        return False
    if parted:
        return _is_header(after[0], after[1:])
    return len(before[-1]) == _width(before) and _is_table(after)


def _is_other_table(before: list[Cells], after: list[Cells]) -> bool:
    """Whether rows below a blank one are another table, as wide as the first or made so.

    A sheet fills all rows up to its width. The names must be other ones, and typed cells below
    them must say that they are names.
    """
    used = _used(after[0])
    head, below = after[0][:used], [row[:used] for row in after[1:]]
    known = before[_top(before, len(after[0]))]
    same = sum(1 for a, b in zip(known, head, strict=False) if b.strip() and a.strip() == b.strip())
    if not _named(head) or same > _PART * len(head):
        return False
    return any(_vote(cell, k, below) == 1.0 for k, cell in enumerate(head)) and _is_header(
        head, below
    )


def _named(row: Cells) -> bool:
    """Whether all cells of a row but empty ones at its end are filled, two at least."""
    return _filled(row) == _used(row) > 1


def _is_table(rows: list[Cells]) -> bool:
    """Whether rows are a table by themselves rather than notes above one."""
    width = _width(rows)
    if width == 1 or sum(1 for row in rows if len(row) == width) <= 1:
        return False
    top = _top(rows, width)
    head, below = rows[top], rows[top + 1 : top + 1 + _LOOK]
    return _named(head) and sum(_vote(c, k, below) for k, c in enumerate(head)) > 0
