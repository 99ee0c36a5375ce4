"""A row of an answer: its name, its words, its figure for a map; shared by page and API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from waypost.app.question_fields.names import Names
from waypost.app.studio import asking
from waypost.app.studio.actor import Actor
from waypost.app.studio.question_cards import Figure
from waypost.app.studio.question_words import TITLES
from waypost.app.studio.site import Site
from waypost.errors import InputError
from waypost.kit.translation import N_, translator
from waypost.questions import Composed, Question, Result
from waypost.questions.column_names import label

__all__ = ["Row", "cell_in", "figure_of", "row_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an answer: the question, what names the row, the answer, the row in words."""

    question: Question | Composed
    cell: dict[str, Any]
    result: Result
    place: str

    def title(self, language: str) -> str:
        """What a card of this row says before its figure."""
        plain = self.question.question if isinstance(self.question, Composed) else self.question
        return f"{translator(language).gettext(TITLES[plain.name])}, {self.place}"


def row_of(site: Site, actor: Actor, question: Question | Composed, cell: dict[str, Any]) -> Row:
    """The row that a cell names, in the answer; raises what the question raises."""
    result = asking.answer_now(site, actor, question)
    return Row(question, cell, result, _place_words(site, actor, result, cell))


def figure_of(site: Site, actor: Actor, row: Row, text: str) -> Figure:
    """How many are behind the row; an empty text becomes the question, the row and the number."""
    persons = asking.members_behind(site, actor, row.question, row.cell).num_rows
    said = text.strip() or f"{row.title(actor.language)}: {persons}"
    return Figure(said, persons, row.question, row.cell)


def cell_in(text: str, measure: str) -> dict[str, Any]:
    """The cell as an address has it, JSON; ``InputError`` for a text that names none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError(N_("This names no row of an answer."), value=text) from error
    if not isinstance(found, dict):
        raise InputError(N_("This names no row of an answer."), value=text)
    cell = {
        str(name): tuple(value) if isinstance(value, list) else value
        for name, value in found.items()
    }
    return {**cell, "measure": measure} if measure else cell


def _place_words(site: Site, actor: Actor, result: Result, cell: dict[str, Any]) -> str:
    """The row in words."""
    names = Names(asking.view_of(site, actor), actor.language)
    by = str(result.question.get("of_question", result.question).get("by", "touchpoint"))
    found = []
    for value in cell.values():
        texts = value if isinstance(value, tuple) else (value,)
        found.append(" → ".join(names.of(by, names.of_step(str(one), {})) for one in texts))
    return ", ".join(label(one, actor.language) if one in result.columns else one for one in found)
