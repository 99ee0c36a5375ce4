"""Delimiter, quote and escape of a text, found by trying them.

A candidate is scored as van den Burg, Nazábal and Sutton ("Wrangling messy CSV files by detecting
row and type patterns", 2019) propose: how regular the rows become, times how much the cells look
like values. The rows are cut by the same kernel that will read the file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from waypost.intake.tables.celltypes import EMPTY, MIXED, TEXT, WORD, kind_of
from waypost.intake.tables.delimited import Rules, cells_of, scan_text
from waypost.intake.tables.shapes import Dialect

__all__ = ["Row", "detect_dialect", "rows_of"]

_DELIMITERS = (",", ";", "\t", "|", ":", " ", "^", "~", "§", "\x01", "\x1f")
_COMMON = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.99, ":": 0.85, " ": 0.8, "^": 0.95, "~": 0.95}
_SCORED_BYTES = 96 * 1024
_SCORED_ROWS = 300
_SCORED_CELLS = 4000
_COLUMNS = 16_384
_EVERYDAY = (" ", ":")
_REGULAR = 0.9
_LACKING = 0.6
_CHANCE = 1e-4
_DOUBLED = re.compile(r'"(?:[^"]|"")*""(?:[^"]|"")*"')
_WORTH = {EMPTY: 0.75, WORD: 0.9, TEXT: 0.8, MIXED: 0.15}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a sample: its cells, where it lies, its line, blank lines right before it."""

    cells: tuple[str, ...]
    begin: int
    end: int
    line: int
    blanks: int


def rows_of(text: bytes, dialect: Dialect, *, whole: bool, most: int = 1_000_000) -> list[Row]:
    """The records of a sample, cut by ``dialect``; a record that the sample cuts is left out."""
    rules = Rules.of(dialect, _COLUMNS)
    found, _ = scan_text(text, rules, final=whole)
    records = found.records[:most]
    if not records.shape[0]:
        return []
    buf = np.frombuffer(text, np.uint8)
    counts = np.minimum(records[:, 1], _COLUMNS)
    total = int(counts.sum())
    fields = np.stack([records[0, 0] + np.arange(total), np.ones(total, np.int64)], axis=1)
    cells = cells_of(buf, found, rules, rows=fields, column=0)[0]
    flat = [cell.decode("utf-8", "replace") for cell in cells.cast("binary").to_pylist()]
    rows = []
    at, before = 0, 0
    for record, count in zip(records.tolist(), counts.tolist(), strict=True):
        begin, end = record[2], record[3]
        gap = text[before:begin].replace(b"\r\n", b"\n")
        ends = gap.count(b"\n") + (gap.count(b"\r") if rules.any_cr else 0)
        rows.append(
            Row(tuple(flat[at : at + count]), begin, end, record[4], max(ends - bool(before), 0))
        )
        at += count
        before = end
    return rows


def detect_dialect(text: bytes, *, whole: bool) -> Dialect:
    """The dialect that explains the sample best; header and encoding are left at their defaults.

    Ties go to the commoner delimiter. Text without any delimiter is one column.
    """
    head = text[:_SCORED_BYTES]
    newline = _newline(head)
    whole = whole and len(head) == len(text)
    scored: list[tuple[float, Dialect]] = []
    for dialect in _candidates(head, newline):
        rows = _below_remarks(rows_of(head, dialect, whole=whole, most=_SCORED_ROWS))
        scored.append((_score(rows, dialect), dialect))
    scored.sort(key=lambda item: -item[0])
    best_score, best = scored[0]
    if not best.quote and '"' not in head.decode("utf-8", "replace"):
        best = replace(best, quote='"')
    rival = next((s for s, d in scored if d.delimiter != best.delimiter), 0.0)
    lead = (best_score - rival) / best_score if best_score > 0 else 0.0
    confidence = round(min(0.99, 0.5 + lead), 2) if best_score > 0 else 0.3
    return replace(best, confidence=confidence, reasons=(_why(best),))


def _below_remarks(rows: list[Row]) -> list[Row]:
    """The rows without the lines at the top that begin with ``#``, two at least."""
    first = next((at for at, row in enumerate(rows) if not row.cells[0].startswith("#")), 0)
    return rows[first:] if first > 1 else rows


def _why(dialect: Dialect) -> str:
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ":": "colon"}
    if not dialect.delimiter:
        return "no sign divides the lines regularly, so each line is one cell"
    sign = names.get(dialect.delimiter, repr(dialect.delimiter))
    return f"cut at each {sign}, the rows are most regular and the cells most like values"


def _newline(head: bytes) -> str:
    """``"any"`` where lone CRs are about all line ends there are, else ``"lf"``."""
    pairs = head.count(b"\r\n")
    feeds, returns = head.count(b"\n") - pairs, head.count(b"\r") - pairs
    return "any" if returns > feeds + pairs or (returns and not feeds + pairs) else "lf"


def _candidates(head: bytes, newline: str) -> list[Dialect]:
    sample = head.decode("utf-8", "replace")
    delimiters = [sign for sign in _DELIMITERS if sign in sample]
    quotes = [sign for sign in ('"', "'") if sign in sample]
    found = []
    for delimiter in ["", *delimiters]:
        for quote in [*quotes, ""]:
            base = Dialect(delimiter=delimiter, quote=quote, newline=newline, header_rows=0)
            found.append(base)
            if "\\" in sample and (f"\\{quote}" if quote else f"\\{delimiter}") in sample:
                found.append(replace(base, escape="\\"))
            if quote and delimiter and f"{delimiter} {quote}" in sample:
                found.append(replace(base, padded=True))
    return found


def _score(rows: list[Row], dialect: Dialect) -> float:
    """Regularity of the rows times likeliness of the cells; 0 for no rows."""
    if not rows:
        return 0.0
    counts = Counter(len(row.cells) for row in rows)
    pattern = sum(n * max(k - 1, 1e-3) / k for k, n in counts.items()) / len(counts)
    score = pattern * _likely(rows, dialect) / len(rows)
    if dialect.delimiter and _is_chance(counts, len(rows), dialect.delimiter):
        score *= _CHANCE
    return score * _COMMON.get(dialect.delimiter, 0.9)


def _is_chance(counts: Counter[int], rows: int, delimiter: str) -> bool:
    """Whether a sign seems to stand in the text by chance: most rows lack it, or it is irregular.

    Spaces and colons stand in any text; they must cut nearly all rows alike.
    """
    usual = max(counts.values())
    if delimiter in _EVERYDAY:
        return usual < _REGULAR * rows or counts[1] == usual
    return counts[1] > _LACKING * rows


def _likely(rows: list[Row], dialect: Dialect) -> float:
    """The mean worth of the cells."""
    worth = 0.0
    seen = 0
    for row in rows:
        for cell in row.cells:
            worth += _worth(cell, dialect)
            seen += 1
        if seen > _SCORED_CELLS:
            break
    return worth / seen


def _worth(cell: str, dialect: Dialect) -> float:
    """0 where quotes are left over, also for a quoted quote that another dialect left whole."""
    if dialect.quote and cell[:1] == dialect.quote:
        return 0.0
    if dialect.quote != '"' and _DOUBLED.fullmatch(cell):
        return 0.0
    if not dialect.quote and len(cell) > 1 and cell[0] in "\"'" and cell[-1] == cell[0]:
        return 0.1
    return _WORTH.get(kind_of(cell), 1.0)
