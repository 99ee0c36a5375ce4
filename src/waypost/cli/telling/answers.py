"""Answers to questions as tables, with the sentences that say what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from waypost.app import Workspace
from waypost.app.question_fields.counted import in_persons, plural_of
from waypost.app.question_fields.names import Names, sentence
from waypost.cli.asking.wishes import Wishes
from waypost.cli.session import Session
from waypost.cli.telling.answer_tables import Telling
from waypost.cli.telling.conditions import mind_unknown_words
from waypost.cli.telling.figures import Figures
from waypost.cli.telling.files import write_chart, write_csv
from waypost.cli.telling.members import tell_members
from waypost.cli.telling.tables import table_of
from waypost.errors import QuestionError
from waypost.kit.translation import NN_
from waypost.questions import Composed, Question, Result, question_from_dict
from waypost.questions.segments import parts_of

__all__ = ["answer", "answer_table", "answered", "question_in"]

_MORE = NN_(
    "… and {n} more row; --top or --json shows it.",
    "… and {n} more rows; --top or --json shows them.",
)


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


def answered(
    session: Session, workspace: Workspace, question: Question | Composed, wishes: Wishes
) -> None:
    """Ask, write the files that were wished for, and tell the answer or who is behind a row."""
    result = workspace.ask(question)
    written = []
    if wishes.chart is not None:
        view = workspace.snapshot
        written.append(write_chart(session, result, wishes.chart, view=view))
    if wishes.csv is not None:
        written.append(write_csv(session, result, wishes.csv))
    if wishes.members:
        told = _telling(session, workspace, result)
        tell_members(session, workspace, question, told, wishes)
    else:
        answer(session, workspace, result, rows=wishes.rows)
    for path in written:
        session.output.rows([(session.gettext("Written: %s") % path, "")])


def answer(session: Session, workspace: Workspace, result: Result, *, rows: int) -> None:
    """The question in sentences, its table, and what to mind."""
    if session.as_json:
        session.output.value(result.to_dict())
        return
    session.output.line(sentence(result, Names(workspace.snapshot, session.language)))
    session.output.line()
    answer_table(session, workspace, result, rows=rows)
    mind_unknown_words(session, workspace.snapshot, _conditions(result.question))


def _conditions(question: Mapping[str, Any]) -> list[str]:
    """The texts of all filters, also of groups that are compared."""
    inside = question.get("of_question", question)
    found = [text for text in (inside.get("where"),) if text]
    for part in (inside, question.get("first"), question.get("second")):
        segment = part.get("segment") if isinstance(part, Mapping) else None
        texts = tuple(segment) if isinstance(segment, list) else segment
        found += [condition for condition, _positive in parts_of(texts)]
    return found


def answer_table(session: Session, workspace: Workspace, result: Result, *, rows: int) -> None:
    """The table of an answer, at most so many rows of it, and what to mind."""
    telling = _telling(session, workspace, result)
    columns, found = table_of(telling)
    session.output.table(columns, found[:rows])
    _tell_more(session, found, rows)
    for line in telling.below:
        session.output.line(line)
    for warning in result.warnings:
        session.output.mind(warning.say(session.language))


def _telling(session: Session, workspace: Workspace, result: Result) -> Telling:
    return Telling(
        session.gettext,
        Figures.of(session, workspace),
        Names(workspace.snapshot, session.language),
        in_persons(result),
        unit=plural_of(result.question),
    )


def _tell_more(session: Session, found: Sequence[Any], rows: int) -> None:
    more = len(found) - rows
    if more > 0:
        session.output.faint(session.texts(_MORE, more).format(n=more))
