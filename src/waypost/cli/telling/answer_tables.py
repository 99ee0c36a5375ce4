"""One table per kind of question: which columns a terminal has room for, and how they are called.

What is left out is in ``--json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from waypost.app.question_fields.names import Names
from waypost.cli.grid import Column
from waypost.cli.telling.figures import Figures
from waypost.questions import Result
from waypost.questions.column_names import label

__all__ = ["TABLES", "Table", "Telling"]

Cell = Callable[[dict[str, Any]], str]
Table = tuple[list[Column], list[list[str]]]


@dataclass(frozen=True, slots=True)
class Telling:
    """What a table is made with; ``below`` are lines that follow it.

    ``result`` speaks of persons, whatever is counted; ``unit`` is the plural of that.
    """

    text: Callable[[str], str]
    figures: Figures
    names: Names
    result: Result
    unit: str = "persons"
    below: list[str] = field(default_factory=list)

    def by(self) -> str:
        """What the question groups by."""
        return str(self.result.question.get("by", "touchpoint"))

    def node(self, name: str) -> str:
        """A node of the grouping as people know it."""
        return self.names.of(self.by(), name)

    def step(self, typed: str) -> str:
        """A step of the question as people know it."""
        return self.names.of_step(typed, self.result.facts.get("read_as", {}))

    def counted(self) -> str:
        """The heading of what the question counts: persons, sessions, orders."""
        return label(self.unit, self.names.language)

    def heading(self) -> str:
        """What the grouping is called; a field is called by its name."""
        _ = self.text
        known = {
            "touchpoint": _("Touchpoint"),
            "step": _("Step"),
            "stage": _("Stage"),
            "channel": _("Channel"),
            "event": _("Event"),
        }
        return known.get(self.by(), self.by())


def _table(first: Column, columns: Mapping[str, Cell], spare: Sequence[str] = ()) -> list[Column]:
    """Figures align right; of those in ``spare`` the first goes first where room is short."""
    ranks = {name: len(spare) - place for place, name in enumerate(spare)}
    figures = (Column(name, right=True, spare=ranks.get(name, 0)) for name in columns)
    return [first, *figures]


def _rows(
    telling: Telling,
    first: Callable[[dict[str, Any]], str],
    columns: Mapping[str, Cell],
) -> list[list[str]]:
    rows = telling.result.rows()
    return [[first(row), *(cell(row) for cell in columns.values())] for row in rows]


def _funnel(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns: dict[str, Cell] = {
        telling.counted(): lambda row: figures.count(row["persons"]),
        _("of first"): lambda row: figures.share(row["share_of_first"]),
        _("Interval"): lambda row: figures.interval(row["low"], row["high"]),
        _("of previous"): lambda row: figures.share(row["share_of_previous"]),
        _("lost"): lambda row: figures.count(row["lost"]),
        _("open"): lambda row: figures.count(row["open"]),
        _("Time"): lambda row: figures.duration(row["median_seconds"]),
    }
    rows = _rows(telling, lambda row: telling.step(row["step"]), columns)
    if rows:
        rows[0][3] = rows[0][4] = rows[0][7] = ""
        rows[-1][5] = rows[-1][6] = ""
    telling.below.append(
        _("Interval: 95 % of the share of the first step. Time: median since the first step.")
    )
    spare = (_("of previous"), _("Interval"))
    return _table(Column(_("Step"), gives="fold"), columns, spare), rows


def _abandonment(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns: dict[str, Cell] = {
        _("Attempts"): lambda row: figures.count(row["attempts"]),
        _("converted"): lambda row: figures.count(row["converted"]),
        _("abandoned"): lambda row: figures.count(row["abandoned"]),
        _("open"): lambda row: figures.count(row["open"]),
        _("Share"): lambda row: figures.share(row["share_abandoned"]),
        _("Interval"): lambda row: figures.interval(row["low"], row["high"]),
        _("Value"): lambda row: figures.money(
            row["value_abandoned"] if row["valued_abandoned"] else None
        ),
    }
    facts = telling.result.facts
    rows = _rows(telling, lambda row: telling.step(row["step"]), columns)
    if len(rows) > 1:
        summed = {**facts, "valued_abandoned": sum(telling.result.columns["valued_abandoned"])}
        rows.append([_("Together"), *(cell(summed) for cell in columns.values())])
    telling.below.append(
        _("An attempt counts where it got to. Value: what lies in abandoned ones, where known.")
    )
    spare = (_("converted"), _("open"), _("Interval"))
    return _table(Column(_("Attempt got to"), gives="fold"), columns, spare), rows


def _paths(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    at_end = telling.result.question.get("direction") == "suffix"

    def told(row: dict[str, Any]) -> str:
        if row["is_rest"]:
            return _("(all other paths)")
        places = [telling.node(name) for name in row["path"]]
        edge = [_("(begin)"), *places] if at_end else [*places, _("(end)")]
        return " → ".join(edge if row["is_whole"] else places)

    columns = [
        Column(telling.counted(), right=True),
        Column(_("Share"), right=True),
        Column(_("Interval"), right=True),
        Column(_("Path"), gives="fold"),
    ]
    rows = [
        [
            figures.count(row["persons"]),
            figures.share(row["share"]),
            figures.interval(row["low"], row["high"]),
            told(row),
        ]
        for row in telling.result.rows()
        if not row["is_rest"] or row["persons"]
    ]
    return columns, rows


def _transitions(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns = [
        Column(_("From"), gives="middle"),
        Column(_("To"), gives="middle"),
        Column(_("Count"), right=True),
        Column(_("Share"), right=True),
    ]
    timed = "median_seconds" in telling.result.columns
    if timed:
        columns.append(Column(_("Time"), right=True))
    rows = [
        [
            telling.node(row["from"]),
            telling.node(row["to"]),
            figures.count(row["count"]),
            figures.share(row["share"]),
            *([figures.duration(row["median_seconds"])] if timed else []),
        ]
        for row in telling.result.rows()
    ]
    telling.below.append(_("Share: of all that goes on from there. Time: median."))
    return columns, rows


def _drop_off(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns: dict[str, Cell] = {
        _("Visitors"): lambda row: figures.count(row["visitors"]),
        _("ended"): lambda row: figures.count(row["ended"]),
        _("Share"): lambda row: figures.share(row["share"]),
        _("Interval"): lambda row: figures.interval(row["low"], row["high"]),
        _("of visitors"): lambda row: figures.share(row["share_of_visitors"]),
        _("open"): lambda row: figures.count(row["open"]),
    }
    by = telling.by()
    rows = [
        [telling.node(row[by]), *(cell(row) for cell in columns.values())]
        for row in sorted(telling.result.rows(), key=lambda row: -row["ended"])
        if row["visitors"]
    ]
    telling.below.append(_("Share: of all journeys that have ended."))
    spare = (_("open"), _("of visitors"))
    return _table(Column(telling.heading(), gives="fold"), columns, spare), rows


def _time_between(telling: Telling) -> Table:
    _, figures, facts = telling.text, telling.figures, telling.result.facts
    columns: dict[str, Cell] = {
        _("of those who got there"): lambda row: figures.duration(row["seconds"]),
        _("of all who began"): lambda row: figures.duration(row["kaplan_meier_seconds"]),
    }
    rows = _rows(telling, lambda row: figures.share(row["quantile"], places=0), columns)
    measured = _("Measured: {done}. Mean: {mean}.")
    telling.below.append(
        measured.format(
            done=figures.count(facts["count"]),
            mean=figures.duration(facts["mean_seconds"]),
        )
    )
    return _table(Column(_("Share within")), columns), rows


def _volumes(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns: dict[str, Cell] = {
        _("Events"): lambda row: figures.count(row["events"]),
        telling.counted(): lambda row: figures.count(row["persons"]),
        _("without person"): lambda row: figures.count(row["anonymous_events"]),
        _("Days"): lambda row: figures.count(row["days"]),
        _("Rating"): lambda row: figures.decimal(row["rating_mean"]),
        _("Value"): lambda row: figures.money(row["value_sum"] if row["values"] else None),
    }
    by = telling.by()
    rows = [
        [telling.node(row[by]), *(cell(row) for cell in columns.values())]
        for row in telling.result.rows()
        if row["events"] or row["anonymous_events"]
    ]
    spare = (_("Days"), _("without person"), _("Rating"), _("Value"))
    return _table(Column(telling.heading(), gives="fold"), columns, spare), rows


def _step_flow(telling: Telling) -> Table:
    _, figures = telling.text, telling.figures
    columns: dict[str, Cell] = {
        telling.counted(): lambda row: figures.count(row["persons"]),
        _("on"): lambda row: figures.count(row["on"]),
        _("back"): lambda row: figures.count(row["back"]),
        _("left"): lambda row: figures.count(row["left"]),
        _("open"): lambda row: figures.count(row["open"]),
        _("Share left"): lambda row: figures.share(row["share_left"]),
        _("Time"): lambda row: figures.duration(row["median_seconds_to_next"]),
    }
    by = telling.by()
    rows = _rows(telling, lambda row: telling.node(row[by]), columns)
    telling.below.append(_("Time: median until the next step."))
    spare = (_("Time"), _("open"), _("back"), _("on"))
    return _table(Column(telling.heading(), gives="fold"), columns, spare), rows


TABLES: Mapping[str, Callable[[Telling], Table]] = {
    "abandonment": _abandonment,
    "drop_off": _drop_off,
    "funnel": _funnel,
    "paths": _paths,
    "step_flow": _step_flow,
    "time_between": _time_between,
    "transitions": _transitions,
    "volumes": _volumes,
}
