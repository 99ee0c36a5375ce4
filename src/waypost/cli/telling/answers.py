"""Answers to questions as tables, with the sentence that says what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from waypost.app import Workspace
from waypost.cli.session import Session
from waypost.cli.telling.answer_tables import TABLES, Telling
from waypost.cli.telling.conditions import mind_unknown_words
from waypost.cli.telling.figures import Figures
from waypost.cli.telling.names import Names
from waypost.errors import QuestionError
from waypost.kit.translation import NN_
from waypost.questions import Composed, Question, Result, question_from_dict

__all__ = ["answer", "answer_table", "question_in"]

_MORE = NN_(
    "… and {n} more row; --top or --json shows it.",
    "… and {n} more rows; --top or --json shows them.",
)

_NAMED = ("steps", "start", "goal", "first", "then")


def question_in(text: str) -> Question | Composed:
    """The question that a JSON text is; ``QuestionError`` where it is none."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise QuestionError(
            "The question is not JSON.",
            hint="""Write it like '{"question": "volumes", "by": "channel"}'.""",
        ) from error
    if not isinstance(content, Mapping):
        raise QuestionError(
            "The question is not a JSON object.",
            hint="""Write it like '{"question": "volumes", "by": "channel"}'.""",
        )
    return question_from_dict(content)


def answer(session: Session, workspace: Workspace, result: Result, *, rows: int) -> None:
    """The question as a sentence, its table, and what to mind."""
    if session.as_json:
        session.output.value(result.to_dict())
        return
    session.output.line(_asked(result, Names(workspace.snapshot, session.language), session))
    session.output.line()
    answer_table(session, workspace, result, rows=rows)
    filters = [result.question.get(name) for name in ("where", "segment")]
    mind_unknown_words(session, workspace.snapshot, [text for text in filters if text])


def _asked(result: Result, names: Names, session: Session) -> str:
    """The question as a sentence, with the names that people know."""
    read_as = result.facts.get("read_as", {})

    def known(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [known(one) for one in value]
        return names.of_step(value, read_as)

    fields = {
        name: known(value) if name in _NAMED else value for name, value in result.question.items()
    }
    return question_from_dict(fields).explain(session.language)


def answer_table(session: Session, workspace: Workspace, result: Result, *, rows: int) -> None:
    """The table of an answer, at most so many rows of it, and what to mind."""
    telling = Telling(
        session.gettext,
        Figures.of(session, workspace),
        Names(workspace.snapshot, session.language),
        result,
    )
    columns, found = TABLES[result.question["question"]](telling)
    session.output.table(columns, found[:rows])
    _tell_more(session, found, rows)
    for line in telling.below:
        session.output.line(line)
    for warning in result.warnings:
        session.output.mind(warning.say(session.language))


def _tell_more(session: Session, found: Sequence[Any], rows: int) -> None:
    more = len(found) - rows
    if more > 0:
        session.output.faint(session.texts(_MORE, more).format(n=more))
