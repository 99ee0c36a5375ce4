"""A ``Reading`` for whole columns: what it answers for each record, for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waypost.intake.formats.guards import free_text
from waypost.intake.generic.columns import Parsed, amounts, cleaned, each_different, parse_times
from waypost.intake.normalise import ISO, Decimals
from waypost.intake.reading import EMPTY_WORDS, Reading, folded

__all__ = ["ColumnReading", "text_column"]

_EMPTY = pa.array(sorted(EMPTY_WORDS))
_NOTHING = pa.scalar(None, pa.string())
_CODE = "^[A-Za-z]{3}$"


def text_column(column: pa.Array) -> pa.Array:
    """As ``Reading.text``: trimmed, and null for nothing and for words that say so."""
    trimmed = cleaned(column)
    says_nothing = pc.is_in(pc.ascii_lower(trimmed), value_set=_EMPTY)
    if not pc.any(says_nothing).as_py():
        return trimmed
    return pc.if_else(says_nothing, _NOTHING, trimmed)


class ColumnReading:
    """The columns of some rows of text, each found in any case, freed of guards and read once."""

    def __init__(self, rows: pa.RecordBatch, reading: Reading) -> None:
        self._rows = rows
        self.reading = reading
        self._texts: dict[str, pa.Array] = {}

    def cells(self, name: str) -> pa.Array:
        """The column without guarding apostrophes; nulls where the table has none of this name."""
        reading = self.reading
        actual = name if name in self._rows.schema.names else reading.names.get(folded(name))
        at = -1 if actual is None else self._rows.schema.get_field_index(actual)
        if at < 0 or actual is None:
            return pa.nulls(self._rows.num_rows, pa.string())
        column = self._rows.column(at)
        if actual not in reading.used and pc.any(pc.not_equal(column, "")).as_py():
            reading.used.add(actual)
        if pc.any(pc.match_substring(column, "'")).as_py():
            return each_different(column, free_text, pa.string())[0]
        return column

    def text(self, name: str) -> pa.Array:
        """Trimmed texts, null where empty."""
        if name not in self._texts:
            self._texts[name] = text_column(self.cells(name))
        return self._texts[name]

    def time(self, name: str) -> Parsed:
        """Microseconds since 1970 UTC, and flags."""
        style = self.reading.times.get(folded(name), ISO)
        return parse_times(self.text(name), style, self.reading.context.zone)

    def currency(self, name: str) -> pa.Array:
        """ISO codes, the workspace's where the column has none."""
        found, common = self.text(name), self.reading.context.currency
        is_code = pc.fill_null(pc.match_substring_regex(found, _CODE), fill_value=False)
        return pc.if_else(is_code, pc.ascii_upper(found), pa.scalar(common))

    def money(self, name: str, codes: pa.Array) -> Parsed:
        """Minor units of the currency that ``codes`` names in each row."""
        mark = self.reading.decimals.get(folded(name), Decimals(".")).mark
        column = self.text(name)
        different = codes.unique().to_pylist()
        if len(different) == 1:
            return amounts(column, different[0], mark)
        values = pa.nulls(len(column), pa.int64())
        bad = np.zeros(len(column), np.bool_)
        for code in different:
            part = pc.if_else(pc.equal(codes, code), column, _NOTHING)
            parsed = amounts(part, code, mark)
            values, bad = pc.coalesce(values, parsed.values), bad | parsed.bad
        return Parsed(values, bad, {})

    def attributes(self, wanted: Mapping[str, str]) -> dict[str, pa.Array]:
        """Texts by attribute name, from the columns named in ``wanted``."""
        return {name: self.text(column) for name, column in wanted.items()}
