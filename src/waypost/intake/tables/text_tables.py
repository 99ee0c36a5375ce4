"""Delimited text of unknown dialect: the tables in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from waypost.intake.tables.aligned import is_aligned, squeezed
from waypost.intake.tables.csv_table import CsvTable, Region
from waypost.intake.tables.dialects import Row, detect_dialect, rows_of
from waypost.intake.tables.encodings import Encoding
from waypost.intake.tables.layout import Block, find_blocks
from waypost.intake.tables.shapes import Dialect
from waypost.intake.tables.sources import ByteSource

__all__ = ["delimited_tables"]

_ALIGNED = Dialect(
    delimiter=" ",
    header_rows=0,
    confidence=0.9,
    aligned=True,
    reasons=("runs of blanks set the same number of columns apart in every line",),
)


def delimited_tables(
    source: ByteSource, encoding: Encoding, text: bytes, *, whole: bool
) -> list[CsvTable]:
    """The tables of a text whose first bytes are ``text``; empty when it holds no record."""
    if is_aligned(text, whole=whole):
        text = b"".join(squeezed(iter([text])))
        dialect = _ALIGNED
    else:
        dialect = detect_dialect(text, whole=whole)
    rows = rows_of(text, dialect, whole=whole)
    if not rows:
        return []
    blocks = find_blocks([row.cells for row in rows], [row.blanks for row in rows])
    dialect = replace(
        dialect,
        encoding=encoding.name,
        confidence=min(dialect.confidence, encoding.confidence),
        reasons=(encoding.reason, *dialect.reasons),
    )
    parts = _Parts(source, encoding, dialect, rows)
    return [parts.table(block, blocks) for block in blocks]


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
