"""A table for any answer, by what kind of value each column holds.

Names stand first and stay; figures follow, the less important ones give way where room is short.
Both bounds of an interval are one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from waypost.cli.grid import Column
from waypost.cli.telling.answer_tables import Table, Telling
from waypost.cli.telling.figures import DASH
from waypost.kit.translation import N_
from waypost.questions import Result
from waypost.questions.column_names import bound_of, kind_of, label, value_label

__all__ = ["any_table", "heading_of", "shown_value"]

_NAMES = ("node", "path", "text", "date")
_COUNTED_NAMES = ("column", "n", "period", "quantile")
"""Figures that say what a row stands for."""

_SAID_OTHERWISE = ("is_rest", "is_whole", "is_nothing", "from_is_rest", "to_is_rest")
_DETAILS = re.compile(
    r"^(q1|q3|p90|mean|least|greatest|total|km)_|so_far$|estimated|^valued?s?$|^p$|^q$"
)
_AXES = ("touchpoint", "step", "stage", "channel", "event")
_ALL_PATHS = N_("(all other paths)")
_INTERVAL = N_("Interval")
_INTERVAL_OF = N_("Interval: {column}")


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of the table: one of the answer, or both bounds of an interval."""

    names: tuple[str, ...]
    kind: str
    heading: str


def any_table(telling: Telling) -> Table:
    """The columns that say something, and the rows."""
    rows = _counting(telling.result)
    places = list(_places(telling, rows))
    columns = [_column(place, rank) for rank, place in enumerate(places, start=1)]
    cells = [[_cell(telling, place, row) for place in places] for row in rows]
    return columns, cells


def _counting(result: Result) -> list[dict[str, Any]]:
    """The rows that count anybody or anything; all of them where none does."""
    counts = [name for name in result.columns if kind_of(name, result.units) == "count"]
    counts = [name for name in counts if name not in _COUNTED_NAMES]
    rows = list(result.rows())
    return [row for row in rows if any(row[name] for name in counts)] or rows


def _places(telling: Telling, rows: Sequence[dict[str, Any]]) -> Iterator[_Place]:
    result, language = telling.result, telling.names.language
    says = [name for name in result.columns if _says_something(name, rows)]
    for name in sorted(says, key=lambda name: not _is_name(name, kind_of(name, result.units))):
        kind = kind_of(name, result.units)
        bound = bound_of(name)
        if bound is None or f"{_stem(name)}_{_other(bound[1])}".lstrip("_") not in says:
            yield _Place((name,), kind, heading_of(telling, name))
        elif bound[1] == "low":
            both = (name, f"{_stem(name)}_high".lstrip("_"))
            base = bound[0] and label(bound[0], language)
            told = _INTERVAL_OF if base else _INTERVAL
            yield _Place(both, kind, telling.text(told).format(column=base))


def _stem(name: str) -> str:
    return name.rpartition("_")[0]


def _other(side: str) -> str:
    return "high" if side == "low" else "low"


def heading_of(telling: Telling, name: str) -> str:
    """The name of a column or fact in what is counted."""
    if name == "differs":
        return telling.text(N_("Differs"))
    if name == "node" and telling.by() in _AXES:
        return telling.heading()
    in_units = re.sub(r"(?<![a-z])person(s?)(?![a-z])", rf"{telling.unit[:-1]}\1", name)
    return label(in_units, telling.names.language)


def _says_something(name: str, rows: Sequence[dict[str, Any]]) -> bool:
    """Whether any row has a value; a measure that is always the same says nothing."""
    if name in _SAID_OTHERWISE:
        return False
    values = [row[name] for row in rows]
    if name == "measure":
        return any(value != values[0] for value in values)
    return not rows or any(value not in (None, "") for value in values)


def _is_name(name: str, kind: str) -> bool:
    return kind in _NAMES or name in _COUNTED_NAMES


def _column(place: _Place, rank: int) -> Column:
    name = place.names[0]
    if place.kind in ("node", "path", "text"):
        gives = "fold" if place.kind == "path" or name in ("pattern", "group") else "middle"
        return Column(place.heading, gives=gives, tall=True)
    if _is_name(name, place.kind):
        return Column(place.heading, right=True, tall=True)
    late = 100 if _DETAILS.search(name) else 50 if len(place.names) > 1 else 0
    return Column(place.heading, right=True, spare=rank + late, tall=True)


def _cell(telling: Telling, place: _Place, row: dict[str, Any]) -> str:
    values = [row[name] for name in place.names]
    if len(values) > 1:
        return _interval(telling, place.kind, values)
    if place.kind == "path" and row.get("is_rest"):
        return telling.text(_ALL_PATHS)
    if row.get("is_nothing") and place.kind == "node":
        return label("is_nothing", telling.names.language)
    if row.get(f"{place.names[0]}_is_rest"):
        return value_label("(rest)", telling.names.language)
    return shown_value(telling, place.names[0], values[0], kind=place.kind)


def _interval(telling: Telling, kind: str, values: Sequence[float | None]) -> str:
    low, high = values
    if low is None or high is None:
        return DASH
    if kind == "share":
        return telling.figures.interval(low, high)
    written = [_figure(telling, kind, bound) for bound in values]
    return telling.text(N_("{low} to {high}")).format(low=written[0], high=written[1])


def shown_value(telling: Telling, name: str, value: Any, *, kind: str) -> str:
    """A value of a column as a table shows it; what is undefined is a dash."""
    if kind == "node":
        return _node(telling, name, str(value))
    if kind == "path":
        return " → ".join(_node(telling, "node", str(one)) for one in value or ())
    if kind == "text":
        if name == "measure":
            return heading_of(telling, str(value))
        return DASH if value is None else value_label(str(value), telling.names.language)
    if kind == "flag":
        return telling.text(N_("yes")) if value else ""
    return str(value) if name in ("column", "period") else _figure(telling, kind, value)


def _node(telling: Telling, name: str, value: str) -> str:
    axis = name if name in _AXES else telling.by()
    read_as = telling.result.facts.get("read_as", {})
    typed = name == "step" and (value in read_as or value.partition(":")[0] in _AXES)
    found = telling.step(value) if typed else telling.names.of(axis, value)
    return value_label(found, telling.names.language) if found == value else found


def _figure(telling: Telling, kind: str, value: Any) -> str:
    figures = telling.figures
    if value is None:
        return DASH
    if kind == "probability":
        return figures.probability(value)
    if kind == "points":
        return figures.signed(value * 100)
    writers: dict[str, Callable[[float], str]] = {
        "count": figures.count,
        "number": figures.decimal,
        "share": figures.share,
        "seconds": figures.duration,
        "money": figures.money,
    }
    return writers[kind](value) if kind in writers else str(value)
