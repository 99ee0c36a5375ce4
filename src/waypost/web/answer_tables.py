"""An answer as a table of a page: every column in words, every figure with what it sorts by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from waypost.app.question_fields.names import Names
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech
from waypost.kit.translation import N_
from waypost.questions import Result
from waypost.questions.column_names import bound_of, kind_of, label, unit_label, value_label

__all__ = ["AnswerTable", "Cell", "Column", "answer_table", "cell_of"]

DASH = "–"
_NAMES = ("node", "path", "text", "date")
_SEEN = ("first_on", "last_on")
_COUNTED_NAMES = ("column", "n", "period", "quantile")
_HIDDEN = ("is_rest", "is_whole", "is_nothing", "from_is_rest", "to_is_rest")
_AXES = ("touchpoint", "step", "stage", "channel", "event")
_LEAST_P = 0.001
_OF_CREDIT = ("", "_share", "_low", "_high")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; ``unit`` is what figures are of, ``measure`` the answer's own name."""

    heading: str
    unit: str
    measure: str
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """``sorts``: a number or text to order by, empty where there is no value; ``under``: below."""

    text: str
    sorts: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """``cells``: by row, as many as ``columns``. ``keys``: what names each row, as JSON."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...]


def answer_table(result: Result, names: Names, speech: Speech) -> AnswerTable:
    """The columns that say something, names first; both bounds of an interval are one column."""
    table = _Table(result, names, speech)
    rows = list(result.rows())
    places = list(table.places(rows))
    return AnswerTable(
        tuple(table.column(place) for place in places),
        tuple(tuple(table.cell(place, row) for place in places) for row in rows),
        tuple(orjson.dumps(cell_of(result, row)).decode() for row in rows),
    )


def cell_of(result: Result, row: dict[str, Any]) -> dict[str, Any]:
    """What names a row: the values of its key columns."""
    return {
        name: row[name]
        for name in result.columns
        if (_is_name(name, kind_of(name, result.units)) and name not in _HIDDEN)
        and row[name] is not None
    }


def _is_name(name: str, kind: str) -> bool:
    if name in _SEEN:
        return False
    return kind in _NAMES or name in _COUNTED_NAMES


@dataclass(frozen=True, slots=True)
class _Table:
    result: Result
    names: Names
    speech: Speech

    def places(self, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
        """Columns by name; a pair where they are bounds of one interval."""
        says = [name for name in self.result.columns if self._says_something(name, rows)]
        credited = [name for name in says if self._is_credit(name)]
        spoken = {f"{name}{part}" for name in credited for part in _OF_CREDIT[1:]}
        for name in sorted(says, key=self._rank):
            if name in credited:
                yield tuple(f"{name}{part}" for part in _OF_CREDIT)
            if name in credited or name in spoken:
                continue
            bound = bound_of(name)
            if bound is None:
                yield (name,)
            elif bound[1] == "low":
                other = f"{name.rpartition('_')[0]}_high".lstrip("_")
                yield (name, other) if other in says else (name,)
            elif f"{name.rpartition('_')[0]}_low".lstrip("_") not in says:
                yield (name,)

    def _rank(self, name: str) -> int:
        """Names stand first, then credits, so that they can be compared without scrolling."""
        return 0 if self._names(name) else 1 if self._is_credit(name) else 2

    def _is_credit(self, name: str) -> bool:
        """Whether a figure has its share and the share's interval beside it under its own name."""
        return all(f"{name}{part}" in self.result.columns for part in _OF_CREDIT)

    def _names(self, name: str) -> bool:
        return _is_name(name, kind_of(name, self.result.units))

    def _says_something(self, name: str, rows: Sequence[dict[str, Any]]) -> bool:
        if name in _HIDDEN:
            return False
        return not rows or any(row[name] not in (None, "") for row in rows)

    def column(self, place: tuple[str, ...]) -> Column:
        """The heading of a place."""
        name, language = place[0], self.speech.language
        if len(place) > 1 and not self._is_credit(name):
            base = bound_of(name)
            of = label(base[0], language) if base and base[0] else ""
            told = N_("Interval: {column}") if of else N_("Interval")
            return Column(self.speech.gettext(told).format(column=of), "", name, is_figure=True)
        heading = label(name, language)
        if name == "node" and self._by() in _AXES:
            heading = label(self._by(), language)
        unit = self.result.units.get(name, "")
        is_name = self._names(name) and name not in _COUNTED_NAMES
        return Column(heading, unit_label(unit, language), name, is_figure=not is_name)

    def _by(self) -> str:
        inner = self.result.question.get("of_question", self.result.question)
        return str(inner.get("by", "touchpoint"))

    def cell(self, place: tuple[str, ...], row: dict[str, Any]) -> Cell:
        """A value as it is shown."""
        name = place[0]
        kind, value = kind_of(name, self.result.units), row[name]
        if self._is_credit(name):
            return self._credit(name, row)
        if len(place) > 1:
            return Cell(self._interval(kind, value, row[place[1]]), _sorts(value))
        if kind == "path" and row.get("is_rest"):
            return Cell(self.speech.gettext(N_("(all other paths)")), "")
        if row.get(f"{name}_is_rest"):
            return Cell(value_label("(rest)", self.speech.language), "")
        return Cell(self._shown(name, kind, value), _sorts(value))

    def _credit(self, name: str, row: dict[str, Any]) -> Cell:
        """A share of all, below it the interval, and how much that is."""
        credit, share, low, high = (row[f"{name}{part}"] for part in _OF_CREDIT)
        amount = self._figure("number", credit)
        under = (amount,) if low is None else (self._interval("share", low, high), amount)
        return Cell(self._figure("share", share), _sorts(credit), under)

    def _interval(self, kind: str, low: float | None, high: float | None) -> str:
        if low is None or high is None:
            return DASH
        return formats.interval(self.speech, self._figure(kind, low), self._figure(kind, high))

    def _shown(self, name: str, kind: str, value: Any) -> str:
        language = self.speech.language
        if kind == "node":
            return self._node(name, str(value))
        if kind == "path":
            return " → ".join(self._node("node", str(one)) for one in value or ())
        if kind == "text":
            if name == "measure":
                return label(str(value), language)
            return DASH if value is None else value_label(str(value), language)
        if kind == "flag":
            return self.speech.gettext(N_("yes")) if value else ""
        return str(value) if name in ("column", "period") else self._figure(kind, value)

    def _node(self, name: str, value: str) -> str:
        axis = name if name in _AXES else self._by()
        typed = value.partition(":")[0] in _AXES and ":" in value
        read_as = self.result.facts.get("read_as", {})
        found = (
            self.names.of_step(value, read_as)
            if typed or value in read_as
            else self.names.of(axis, value)
        )
        return value_label(found, self.speech.language) if found == value else found

    def _figure(self, kind: str, value: Any) -> str:
        if value is None:
            return DASH
        if kind == "probability":
            return _probability(self.speech, float(value))
        if kind == "points":
            return formats.signed(self.speech, value * 100)
        writers: dict[str, Callable[[Speech, float], str]] = {
            "count": formats.count,
            "number": formats.decimal,
            "share": formats.share,
            "seconds": formats.duration,
            "money": formats.money,
        }
        return writers[kind](self.speech, value) if kind in writers else str(value)


def _probability(speech: Speech, value: float) -> str:
    shown = f"{max(value, _LEAST_P):.3f}"
    told = shown.replace(".", ",") if speech.language == "de" else shown
    return f"< {told}" if value < _LEAST_P else told


def _sorts(value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    return re.sub(r"\s+", " ", str(value))
