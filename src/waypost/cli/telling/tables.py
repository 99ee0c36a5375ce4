"""Which table an answer gets: one made for it, or the one for any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from waypost.cli.grid import Column
from waypost.cli.telling.answer_tables import TABLES, Table, Telling
from waypost.cli.telling.any_table import any_table, heading_of, shown_value
from waypost.cli.telling.comparison_table import comparison_table
from waypost.cli.telling.credit_table import credit_table
from waypost.cli.telling.figures import joined
from waypost.cli.telling.period_table import period_table
from waypost.questions import Result
from waypost.questions.column_names import bound_of, is_known, kind_of, label

__all__ = ["table_of"]

_MADE: Mapping[str, Callable[[Telling], Table]] = {
    **TABLES,
    "attribution": credit_table,
    "cohorts": period_table,
    "retention": period_table,
}
_NEEDS = {
    "attribution": ("journeys_with",),
    "abandonment": ("persons_abandoned",),
    "drop_off": ("visitors",),
    "funnel": ("persons", "lost", "open"),
    "paths": ("persons", "low"),
    "retention": ("finished",),
    "cohorts": ("finished",),
}
"""Columns without which the answer gets the table for any."""

_TELLS_MORE = {"funnel": "attempts", "transitions": "persons"}
"""Columns with which an answer tells more than its own table has room for."""

_MOST_FACTS = 6
_FIGURES_KEPT = 2
_FIGURES = ("count", "number", "share", "seconds", "money")


def table_of(telling: Telling) -> Table:
    """Columns and rows; what explains them goes below."""
    asked = telling.result.question["question"]
    if asked == "breakdown":
        return _broken_down(telling)
    if asked == "comparison":
        return comparison_table(telling)
    if _fits(telling.result):
        return _MADE[asked](telling)
    table = any_table(telling)
    _tell_facts(telling)
    return table


def _fits(result: Result) -> bool:
    asked = result.question["question"]
    if asked not in _MADE or _TELLS_MORE.get(asked) in result.columns:
        return False
    return all(name in result.columns for name in _NEEDS.get(asked, ()))


def _broken_down(telling: Telling) -> Table:
    """The tables of all groups under each other, each row with its group."""
    inner = _inner(telling.result)
    groups = list(dict.fromkeys(telling.result.columns["group"]))
    columns: list[Column] = []
    cells: list[list[str]] = []
    below: list[list[str]] = []
    first: Mapping[str, Any] = next(iter(telling.result.facts["groups"].values()), {})
    whole = replace(telling, result=replace(telling.result, question=inner, facts=first))
    if not groups or not all(_fits(_part(telling.result, inner, name)) for name in groups):
        return any_table(whole)
    for name in groups:
        one = replace(telling, result=_part(telling.result, inner, name), below=[])
        columns, rows = table_of(one)
        shown = shown_value(whole, "group", name, kind="text")
        cells += [[shown, *row] for row in rows]
        below.append(one.below)
    if all(lines == below[0] for lines in below):  # others tell of one group only
        telling.below.extend(below[0])
    heading = label("group", telling.names.language)
    return [Column(heading, gives="middle"), *_yielding(columns)], cells


def _yielding(columns: Sequence[Column]) -> list[Column]:
    """Beside a column of groups the other figures have less room: all but two may give way."""
    figures = [place for place, column in enumerate(columns) if column.right]
    return [
        replace(column, spare=column.spare + len(columns) if column.spare else place)
        if place in figures[_FIGURES_KEPT:]
        else column
        for place, column in enumerate(columns)
    ]


def _part(result: Result, inner: Mapping[str, Any], name: str) -> Result:
    """One group's rows, as the answer that they were."""
    places = np.flatnonzero([group == name for group in result.columns["group"]])
    columns = {
        column: values[places] if isinstance(values, np.ndarray) else [values[n] for n in places]
        for column, values in result.columns.items()
        if column != "group"
    }
    return Result(inner, columns, result.facts["groups"].get(name, {}), result.units)


def _inner(result: Result) -> Mapping[str, Any]:
    found: Mapping[str, Any] = result.question["of_question"]
    return found


def _tell_facts(telling: Telling) -> None:
    """Single figures beside the table."""
    facts, result = telling.result.facts, telling.result
    told = [
        (name, kind_of(name, result.units))
        for name, value in facts.items()
        if is_known(name)
        and bound_of(name) is None
        and not isinstance(value, str | Mapping | tuple | list | np.ndarray)
    ]
    lines = [
        f"{heading_of(telling, name)}: {shown_value(telling, name, _plain(facts[name]), kind=kind)}"
        for name, kind in told
        if kind in _FIGURES and name != "quantile_relative_error"
    ]
    if lines:
        telling.below.append(joined(lines[:_MOST_FACTS]))


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN is undefined
