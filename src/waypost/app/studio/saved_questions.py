"""Questions that somebody kept under a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import check_title, new_id
from waypost.documents.question_tables import SavedQuestionRow
from waypost.errors import NotFoundError
from waypost.kit.translation import N_
from waypost.questions import QUESTIONS

__all__ = ["SavedQuestion", "forget_question", "keep_question", "saved_questions"]

_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """``asked``: what was filled in, as the address of its page has it."""

    id: str
    name: str
    question: str
    asked: str
    created_by: str
    created_at: datetime


def saved_questions(site: Site, actor: Actor) -> list[SavedQuestion]:
    """The workspace's kept questions, by name."""
    require(actor, Right.SEE)
    query = select(SavedQuestionRow).where(SavedQuestionRow.workspace == actor.workspace)
    with site.database.reading() as session:
        found = [_entry(row) for row in session.scalars(query)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def keep_question(
    site: Site, actor: Actor, *, name: str, question: str, asked: str
) -> SavedQuestion:
    """Keep a question; ``NotFoundError`` for a kind that there is not."""
    require(actor, Right.COMMENT)
    check_title(name)
    if question not in QUESTIONS or len(asked) > _LONGEST:
        raise NotFoundError(N_("There is no such question."), question=question)
    with site.database.writing() as session:
        row = SavedQuestionRow(
            id=new_id("q"),
            workspace=actor.workspace,
            name=name.strip(),
            question=question,
            asked=asked,
            created_by=actor.name,
            created_at=site.clock(),
        )
        session.add(row)
        session.flush()
        return _entry(row)


def forget_question(site: Site, actor: Actor, kept: str) -> None:
    """Delete the kept question of that id; ``NotFoundError`` where there is none."""
    require(actor, Right.COMMENT)
    with site.database.writing() as session:
        row = session.get(SavedQuestionRow, kept)
        if row is None or row.workspace != actor.workspace:
            raise NotFoundError(N_("There is no such question."), question=kept)
        session.delete(row)


def _entry(row: SavedQuestionRow) -> SavedQuestion:
    return SavedQuestion(row.id, row.name, row.question, row.asked, row.created_by, row.created_at)
