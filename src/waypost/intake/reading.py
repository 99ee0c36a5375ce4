"""How the cells of one table are read: what was decided per column, and short ways to a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.context import ReadContext
from waypost.intake.normalise import Decimals, Instant, TimeStyle
from waypost.intake.records import Record

__all__ = ["EMPTY_WORDS", "Reading", "as_text", "folded"]

_EXACT = 1e15  # up to here a float holds every whole number
_CODE = re.compile(r"[A-Za-z]{3}")
_POINT = Decimals(".")
EMPTY_WORDS = frozenset({"null", "none", "nan", "n/a", "undefined", "(not set)"})
"""In small letters, what exports write into cells that hold nothing."""
_LONGEST_EMPTY = max(map(len, EMPTY_WORDS))


def folded(name: str) -> str:
    """A column name without case, outer blanks and doubled blanks: how headers are compared."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()


def as_text(value: Any) -> str | None:
    """A cell or JSON scalar as trimmed text; None for nothing, empty text, lists and objects.

    Whole floats lose their ``.0``; booleans become ``true`` and ``false``.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    return str(value) if isinstance(value, int) else None


@dataclass(slots=True)
class Reading:
    """A table's columns and their styles; remembers which columns were asked for."""

    context: ReadContext
    names: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, TimeStyle] = field(default_factory=dict)
    decimals: Mapping[str, Decimals] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _paths: dict[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict)

    def with_utc(self, *names: str) -> Reading:
        """The same, with the times of those columns in UTC whose names say that they are."""
        zone = normalise.zone_named("UTC")
        styles = {
            key: replace(self.times.get(key, TimeStyle()), zone=zone)
            for key in map(folded, names)
            if "utc" in key
        }
        return replace(self, times={**self.times, **styles})

    def cell(self, cells: Mapping[str, Any], *names: str) -> Any:
        """The first of the named cells that is there and not empty, else None.

        A name is a column in any case, or a dotted path into a JSON object.
        """
        for name in names:
            value = self._find(cells, name)
            if value is not None and value != "":
                return value
        return None

    def _find(self, cells: Mapping[str, Any], name: str) -> Any:
        if name in cells:
            self.used.add(name)
            return cells[name]
        actual, path = self._paths.get(name) or self._path(name)
        if actual is not None and actual in cells:
            self.used.add(actual)
            return cells[actual]
        value: Any = cells
        for part in path:
            if not isinstance(value, dict | Mapping):
                return None
            value = value.get(part)
            if value is None:
                return None
        if not path:
            return None
        self.used.add(name)
        return value

    def _path(self, name: str) -> tuple[str | None, tuple[str, ...]]:
        """The column that the name means in any case, and its way into an object."""
        parts = tuple(name.split("."))
        found = self.names.get(folded(name)), parts if len(parts) > 1 else ()
        self._paths[name] = found
        return found

    def text(self, record: Record | Mapping[str, Any], *names: str) -> str | None:
        """The first non-empty of the named cells as text; ``null`` and its like are empty."""
        cells = record.cells if isinstance(record, Record) else record
        for name in names:
            found = as_text(self._find(cells, name))
            if found is None:
                continue
            if len(found) > _LONGEST_EMPTY or found.casefold() not in EMPTY_WORDS:
                return found
        return None

    def needed(self, record: Record | Mapping[str, Any], *names: str, called: str = "") -> str:
        """As ``text``, but nothing is an ``InputError``, which names ``called`` or the first."""
        found = self.text(record, *names)
        if found is None:
            column = called or names[0]
            raise InputError(f"{column} is empty.", column=column)
        return found

    def filled(self, record: Record | Mapping[str, Any], *names: str) -> str:
        """The first of the named columns that holds something; the first of all where none does."""
        return next((name for name in names if self.text(record, name) is not None), names[0])

    def time(self, record: Record | Mapping[str, Any], *names: str) -> Instant | None:
        """The first non-empty of the named cells as an instant; ``InputError`` names the column."""
        for name in names:
            cell = self.text(record, name)
            if cell is None:
                continue
            style = self.times.get(folded(name), normalise.ISO)
            try:
                return normalise.parse_time(cell, self.context.zone, style=style)
            except InputError as error:
                raise InputError(
                    f"{name}: {error.message}", hint=error.hint, column=name
                ) from error
        return None

    def needed_time(self, record: Record | Mapping[str, Any], *names: str) -> Instant:
        """As ``time``, but an empty cell is an ``InputError`` too."""
        found = self.time(record, *names)
        if found is None:
            raise InputError(f"{names[0]} is empty, so the record has no time.", column=names[0])
        return found

    def money(self, record: Record | Mapping[str, Any], name: str, currency: str) -> int | None:
        """The named cell in minor units of ``currency``; None where empty."""
        cell = self.text(record, name)
        mark = self.decimals.get(folded(name), _POINT).mark
        try:
            return normalise.amount(cell, currency, mark=mark)
        except InputError as error:
            raise InputError(f"{name}: {error.message}", hint=error.hint, column=name) from error

    def currency(self, record: Record | Mapping[str, Any], *names: str) -> str:
        """The ISO code in the named cells, else the workspace's currency."""
        found = self.text(record, *names)
        return found.upper() if found and _CODE.fullmatch(found) else self.context.currency

    def email(self, record: Record | Mapping[str, Any], *names: str) -> tuple[tuple[str, str], ...]:
        """The identifier ``email`` of the first cell that holds one, else nothing."""
        return self._first("email", (normalise.email(self.text(record, name)) for name in names))

    def phone(self, record: Record | Mapping[str, Any], *names: str) -> tuple[tuple[str, str], ...]:
        """The identifier ``phone`` of the first cell that holds one, else nothing."""
        country = self.context.country
        return self._first(
            "phone", (normalise.phone(self.text(record, name), country) for name in names)
        )

    def identifier(
        self, kind: str, record: Record | Mapping[str, Any], *names: str
    ) -> tuple[tuple[str, str], ...]:
        """An identifier of ``kind`` with the first non-empty cell as it is, else nothing."""
        return self._first(kind, (self.text(record, name) for name in names))

    def order(self, record: Record | Mapping[str, Any], *names: str) -> tuple[tuple[str, str], ...]:
        """The identifier ``order_id`` of the first cell with an order number, else nothing."""
        return self._first(
            "order_id", (normalise.order_id(self.text(record, name)) for name in names)
        )

    @staticmethod
    def _first(kind: str, values: Iterable[str | None]) -> tuple[tuple[str, str], ...]:
        for value in values:
            if value:
                return ((kind, value),)
        return ()

    def attributes(
        self, record: Record | Mapping[str, Any], wanted: Mapping[str, str | tuple[str, ...]]
    ) -> dict[str, str]:
        """Attributes by name from the columns named in ``wanted``; empty cells are left out.

        Of several columns the first that holds something counts.
        """
        found = {
            name: self.text(record, *((columns,) if isinstance(columns, str) else columns))
            for name, columns in wanted.items()
        }
        return {name: value for name, value in found.items() if value is not None}
