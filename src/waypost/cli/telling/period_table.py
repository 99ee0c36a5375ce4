"""Retention and cohorts as they are usually looked at: a line per cohort, a column per period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.cli.grid import Column
from waypost.cli.telling.answer_tables import Table, Telling
from waypost.kit.translation import N_
from waypost.questions.column_names import label

__all__ = ["period_table"]

_MONEY = "value_per_entrant"
_MONEY_SO_FAR = "value_per_head_so_far"
_SHARES = N_(
    "Share who came back, of those whose period is over. In brackets: not over yet for all."
)
_VALUES = N_("Value per person who entered. In brackets: not over yet for all.")
_SPENT = N_("Value per person so far. In brackets: not over yet for all.")
_ACTIVE = N_("Share who did it, of those whose period is over. In brackets: not over yet for all.")
_ALL = N_("All")


def period_table(telling: Telling) -> Table:
    """The newest cohort first, under all of them together; later periods give way."""
    rows = list(telling.result.rows())
    measure = _measure(telling)
    periods = list(dict.fromkeys(row["period"] for row in rows))
    cohorts: dict[str, dict[Any, dict[str, Any]]] = {}
    for row in rows:
        cohorts.setdefault(row["cohort"], {})[row["period"]] = row
    columns = [
        Column(label("cohort", telling.names.language), gives="middle"),
        Column(label("entrants", telling.names.language), right=True),
        *(
            Column(str(period), right=True, spare=place)
            for place, period in enumerate(periods, start=1)
        ),
    ]
    told = [
        [name, _entered(telling, cells), *(_cell(telling, cells.get(p), measure) for p in periods)]
        for name, cells in _ordered(cohorts)
    ]
    _tell_below(telling, measure)
    return columns, [*_together(telling, measure, len(cohorts), len(periods)), *told]


def _ordered(cohorts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Cohorts of the calendar backwards; others as they stand."""
    found = list(cohorts.items())
    return found[::-1] if all(name[:1].isdigit() for name in cohorts) else found


def _measure(telling: Telling) -> str:
    columns = telling.result.columns
    if telling.result.question["question"] == "retention":
        return _MONEY if _MONEY in columns else "share"
    spent = any(columns["value_so_far"]) if "value_so_far" in columns else False
    return _MONEY_SO_FAR if spent else "share"


def _tell_below(telling: Telling, measure: str) -> None:
    asked = telling.result.question["question"]
    shares = _SHARES if asked == "retention" else _ACTIVE
    message = {_MONEY: _VALUES, _MONEY_SO_FAR: _SPENT}.get(measure, shares)
    telling.below.append(telling.text(message))


def _entered(telling: Telling, cells: Mapping[Any, dict[str, Any]]) -> str:
    return telling.figures.count(next(iter(cells.values()))["entrants"])


def _cell(telling: Telling, row: dict[str, Any] | None, measure: str) -> str:
    if row is None:
        return ""
    value = row[measure]
    if not row["finished"] and value is None:
        value = (row.get("share_so_far") or None) if measure == "share" else None
        if value is None:
            return ""
    shown = _shown(telling, measure, value)
    return shown if row["finished"] or value is None else f"({shown})"


def _shown(telling: Telling, measure: str, value: float | None) -> str:
    return telling.figures.share(value) if measure == "share" else telling.figures.money(value)


def _together(telling: Telling, measure: str, cohorts: int, periods: int) -> list[list[str]]:
    """The curve over all cohorts, where there are several and it is known."""
    curve = telling.result.facts.get("curve")
    values = None if curve is None else curve.get(measure)
    if cohorts < 2 or values is None or len(values) != periods:  # noqa: PLR2004 - one is its own mean
        return []
    entered = telling.figures.count(telling.result.facts.get("entrants"))
    cells = [_shown(telling, measure, float(value)) for value in values]
    return [[telling.text(_ALL), entered, *cells]]
