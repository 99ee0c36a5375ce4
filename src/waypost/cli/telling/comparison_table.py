"""Two groups side by side: shares first, then how far apart they are and how sure that is."""

from __future__ import annotations

from dataclasses import replace

from waypost.cli.telling.answer_tables import Table, Telling
from waypost.cli.telling.any_table import any_table
from waypost.kit.translation import N_
from waypost.questions import Comparison, Result, question_from_dict
from waypost.questions.meaning import side_words

__all__ = ["comparison_table"]

_SIDES = N_("First group: {first}. Second group: {second}.")
_SURE = N_("Differs: of all rows so marked, at most 5 % are expected to be so by chance.")
_ORDER = (
    "first_share",
    "second_share",
    "difference",
    "low",
    "differs",
    "p",
    "first_count",
    "first_of",
    "second_count",
    "second_of",
    "q",
)
"""Columns behind those that name a row; where room is short the last go first, the difference
stays."""


def comparison_table(telling: Telling) -> Table:
    """One row per share that is compared, the surest difference first."""
    question = question_from_dict(telling.result.question)
    assert isinstance(question, Comparison)
    language = telling.names.language
    first, second = (side_words(side, language) for side in question.sides)
    telling.below.append(telling.text(_SIDES).format(first=first, second=second))
    telling.below.append(telling.text(_SURE))
    columns, rows = any_table(replace(telling, result=_arranged(telling.result)))
    named = len(columns) - sum(1 for column in columns if column.spare)
    kept = {*range(named), named + _ORDER.index("difference")}
    ranked = [
        replace(column, spare=0 if place in kept else place) for place, column in enumerate(columns)
    ]
    return ranked, rows


def _arranged(result: Result) -> Result:
    """The answer with its columns in the order of the table, read as the first group's."""
    keys = [name for name in result.columns if name not in (*_ORDER, "high")]
    names = [*keys, *(name for name in _ORDER if name in result.columns), "high"]
    columns = {name: result.columns[name] for name in names}
    return replace(
        result,
        columns=columns,
        question=result.question["of_question"],
        facts=result.facts.get("first_facts") or {},
    )
