"""Options that every question takes beside its own fields."""

from __future__ import annotations

from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any

import typer

from waypost.kit.translation import N_

__all__ = ["COMMON", "ROWS", "TOP", "Chart", "Csv", "Members", "Shop", "keyword"]

ROWS = 20

_FILTERS = N_("Whom and what it counts")
_GROUPS = N_("Side by side")
_OUTPUT = N_("Output")


def _option(*flags: str, text: str, panel: str, metavar: str = N_("TEXT"), **more: Any) -> Any:
    return typer.Option(*flags, help=text, metavar=metavar, rich_help_panel=panel, **more)


def keyword(name: str, kind: Any, *, default: Any) -> Parameter:
    """A parameter of a command's function."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


Shop = Annotated[
    Path,
    typer.Argument(help=N_("The workspace: its directory."), metavar="SHOP", show_default=False),
]
_Where = Annotated[
    str | None,
    _option(
        text=N_("Count only events for which this is true, like \"channel = 'web'\"."),
        metavar=N_("CONDITION"),
        panel=_FILTERS,
    ),
]
_Segment = Annotated[
    list[str] | None,
    _option(
        text=N_(
            "Count only persons with an event for which this is true; with never: in front, only "
            "those without. May be repeated: all of them must hold."
        ),
        metavar=N_("CONDITION"),
        panel=_FILTERS,
    ),
]
_Since = Annotated[
    str | None,
    _option(text=N_("From this day on, like 2026-08-01."), metavar=N_("DAY"), panel=_FILTERS),
]
_Until = Annotated[
    str | None,
    _option(text=N_("Up to and including this day."), metavar=N_("DAY"), panel=_FILTERS),
]
_Only = Annotated[
    str | None,
    _option(
        text=N_(
            "Count only those whose first value of a field is one of these: channel=web,email; "
            "channel!=web for all others, (none) for no value."
        ),
        metavar=N_("FIELD=VALUES"),
        panel=_FILTERS,
    ),
]
_OnlyOf = Annotated[
    str,
    _option(
        text=N_("With --only: the value of the first event that has one, or of every event."),
        metavar="first|event",
        panel=_FILTERS,
        autocompletion=lambda: ["first", "event"],
    ),
]
_Unit = Annotated[
    str,
    _option(
        text=N_(
            "What is counted: person, session (30 minutes of silence end one, session:2h says "
            "otherwise), order, account, or any other field that events share."
        ),
        metavar=N_("UNIT"),
        panel=_FILTERS,
        autocompletion=lambda: ["person", "session", "order", "account"],
    ),
]
_Breakdown = Annotated[
    str | None,
    _option(
        text=N_("Answer for each of the most frequent values of a field, and the rest."),
        metavar=N_("FIELD"),
        panel=_GROUPS,
    ),
]
_BreakdownOf = Annotated[
    str,
    _option(
        text=N_("A person belongs to the value of the first event, or of every event."),
        metavar="first|event",
        panel=_GROUPS,
        autocompletion=lambda: ["first", "event"],
    ),
]
_Groups = Annotated[
    int,
    _option(
        text=N_("How many values of the breakdown have a group of their own."),
        metavar=N_("NUMBER"),
        panel=_GROUPS,
        min=1,
    ),
]
_Compare = Annotated[
    str | None,
    _option(
        text=N_("Compare persons with such an event to all others, and say how sure it is."),
        metavar=N_("CONDITION"),
        panel=_GROUPS,
    ),
]
_With = Annotated[
    str | None,
    _option(
        "--with",
        text=N_("Compare them to persons with such an event instead of to all others."),
        metavar=N_("CONDITION"),
        panel=_GROUPS,
    ),
]
_CompareSince = Annotated[
    str | None,
    _option(
        "--compare-since",
        text=N_("Compare the period of --since and --until to another one, from this day on."),
        metavar=N_("DAY"),
        panel=_GROUPS,
    ),
]
_CompareUntil = Annotated[
    str | None,
    _option(
        "--compare-until",
        text=N_("The other period: up to and including this day."),
        metavar=N_("DAY"),
        panel=_GROUPS,
    ),
]
Members = Annotated[
    list[str] | None,
    _option(
        text=N_(
            "List who is behind a row: a column and its value, like step=order; measure=lost names "
            "another figure of the row. May be repeated."
        ),
        metavar=N_("COLUMN=VALUE"),
        panel=_OUTPUT,
    ),
]
Chart = Annotated[
    Path | None,
    _option(
        text=N_("Draw the answer: a file that ends in .svg, .png or .pdf."),
        metavar=N_("FILE"),
        panel=_OUTPUT,
    ),
]
Csv = Annotated[
    Path | None,
    _option(
        text=N_("Write all rows and columns to a file for spreadsheets."),
        metavar=N_("FILE"),
        panel=_OUTPUT,
    ),
]
_Top = Annotated[
    int,
    _option(text=N_("How many rows are shown."), metavar=N_("NUMBER"), panel=_OUTPUT, min=1),
]

_Language = Annotated[
    str | None,
    _option(text=N_("Language of the output: de or en."), metavar=N_("LANGUAGE"), panel=_OUTPUT),
]
_Json = Annotated[
    bool,
    typer.Option(
        "--json",
        help=N_("Print one JSON value instead of text, also for errors."),
        rich_help_panel=_OUTPUT,
    ),
]

TOP = keyword("top", _Top, default=ROWS)

COMMON: tuple[Parameter, ...] = (
    keyword("where", _Where, default=None),
    keyword("segment", _Segment, default=None),
    keyword("since", _Since, default=None),
    keyword("until", _Until, default=None),
    keyword("only", _Only, default=None),
    keyword("only_of", _OnlyOf, default="first"),
    keyword("unit", _Unit, default="person"),
    keyword("breakdown", _Breakdown, default=None),
    keyword("breakdown_of", _BreakdownOf, default="first"),
    keyword("groups", _Groups, default=8),
    keyword("compare", _Compare, default=None),
    keyword("against", _With, default=None),
    keyword("other_since", _CompareSince, default=None),
    keyword("other_until", _CompareUntil, default=None),
    TOP,
    keyword("members", Members, default=None),
    keyword("chart", Chart, default=None),
    keyword("csv", Csv, default=None),
    keyword("language", _Language, default=None),
    keyword("json", _Json, default=False),
)
"""``TOP`` is left out where a question has such an option itself."""
