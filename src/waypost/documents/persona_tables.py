"""The table of personas: a named group of persons, and a story that says it is invented."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = ["PersonaRow"]


class PersonaRow(Base):
    """A persona; ``segment`` is a JSON list of conditions, ``story`` a JSON object of texts."""

    __tablename__ = "personas"
    __table_args__ = (Index("personas_by_workspace", "workspace"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    segment: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text)
    colour: Mapped[str]
    is_pinned: Mapped[bool]
    made_from: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
