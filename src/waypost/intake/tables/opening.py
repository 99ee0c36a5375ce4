"""From a path to its tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from waypost.errors import UnreadableFileError
from waypost.intake.tables.csv_table import CsvTable, Region
from waypost.intake.tables.dialects import Row, detect_dialect, rows_of
from waypost.intake.tables.encodings import Encoding, detect_encoding, utf8_chunks
from waypost.intake.tables.layout import Block, find_blocks
from waypost.intake.tables.shapes import Dialect, Limits, Table
from waypost.intake.tables.sources import ByteSource, StreamBreakError, packing_of

__all__ = ["open_tables"]

_DEFAULT = Limits()


def open_tables(path: Path, *, limits: Limits = _DEFAULT) -> list[Table]:
    """The tables of a file, in file order, at least one.

    Raises ``UnreadableFileError`` for what is empty, no data, damaged or beyond ``limits``.
    """
    with path.open("rb") as file:
        head = file.read(512)
    source = ByteSource(path, path.name, packing_of(head), limits)
    return list(_text_tables(source))


def _text_tables(source: ByteSource) -> list[CsvTable]:
    size = source.limits.sample_bytes
    sample = source.head(size + 1)
    whole = len(sample) <= size
    if not sample.strip():
        raise UnreadableFileError(f"{source.name} is empty.", path=source.path)
    encoding = detect_encoding(sample[:size], whole=whole)
    text = _text_head(source, encoding, size)
    dialect = detect_dialect(text, whole=whole)
    rows = rows_of(text, dialect, whole=whole)
    blocks = find_blocks([row.cells for row in rows], [row.blanks for row in rows])
    dialect = replace(
        dialect,
        encoding=encoding.name,
        confidence=min(dialect.confidence, encoding.confidence),
        reasons=(encoding.reason, *dialect.reasons),
    )
    parts = _Parts(source, encoding, dialect, rows)
    return [parts.table(block, blocks) for block in blocks]


def _text_head(source: ByteSource, encoding: Encoding, size: int) -> bytes:
    """The first ``size`` bytes of the text as UTF-8."""
    found = b""
    try:
        for piece in utf8_chunks(source, encoding):
            found += piece
            if len(found) >= size:
                break
    except StreamBreakError:
        pass
    return found[:size]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the tables of one text have in common."""

    source: ByteSource
    encoding: Encoding
    dialect: Dialect
    rows: list[Row]

    def table(self, block: Block, blocks: list[Block]) -> CsvTable:
        """The table that one block is."""
        number = blocks.index(block) + 1
        name = self.source.name if len(blocks) == 1 else f"{self.source.name}:table {number}"
        dialect = replace(
            self.dialect,
            header_row=self.rows[block.header].line - 1,
            header_rows=block.header_rows,
            reasons=(*self.dialect.reasons, *block.reasons),
        )
        return CsvTable(name, block.names, dialect, self.source, self.encoding, self._region(block))

    def _region(self, block: Block) -> Region:
        rows = self.rows
        begin = block.header + block.header_rows
        end = rows[block.end].begin if block.end < len(rows) else None
        if begin < len(rows):
            return Region(rows[begin].begin, end, rows[begin].line)
        last = rows[-1]
        return Region(last.end, end, last.line)
