"""Attribution in a terminal: a column for each model, or all figures of one model."""

from __future__ import annotations

from typing import Any

from waypost.cli.grid import Column
from waypost.cli.telling.answer_tables import Table, Telling
from waypost.cli.telling.any_table import any_table
from waypost.kit.translation import N_
from waypost.questions.attribution_rows import MODELS
from waypost.questions.column_names import label, value_label

__all__ = ["credit_table"]

_SHARES = N_(
    "Share of all conversions that a contact gets the credit for. One --model shows credit, "
    "interval and value; --json and --csv have all of them."
)
_FIRST_TO_GO = {
    "linear": 0,
    "last_contact": 1,
    "first_contact": 2,
    "markov": 3,
    "time_decay": 4,
    "shapley": 5,
    "position": 6,
    "last_indirect": 7,
}
"""Where room is short, the model with the highest number is left out first."""

_COUNTS = ("conversions", "with_contact", "without_contact", "not_converted")


def credit_table(telling: Telling) -> Table:
    """One line for each contact, most credit first; shares where several models are shown."""
    result, language = telling.result, telling.names.language
    models = [model for model in MODELS if model in result.columns]
    if len(models) == 1:
        table = any_table(telling)
        _tell_counts(telling)
        return table
    heads = [
        Column(telling.heading(), gives="middle"),
        Column(label("journeys_with", language), right=True, spare=10, tall=True),
        *(
            Column(label(model, language), right=True, spare=_FIRST_TO_GO[model], tall=True)
            for model in models
        ),
    ]
    _tell_counts(telling)
    telling.below.append(telling.text(_SHARES))
    return heads, [_line(telling, row, models) for row in result.rows()]


def _line(telling: Telling, row: dict[str, Any], models: list[str]) -> list[str]:
    figures, name = telling.figures, str(row["node"])
    found = telling.node(name)
    shown = value_label(found, telling.names.language) if found == name else found
    shares = [figures.share(row[f"{model}_share"]) for model in models]
    return [shown, figures.count(row["journeys_with"]), *shares]


def _tell_counts(telling: Telling) -> None:
    facts, language = telling.result.facts, telling.names.language
    told = [f"{label(name, language)}: {telling.figures.count(facts[name])}" for name in _COUNTS]
    telling.below.append(" · ".join(told))
