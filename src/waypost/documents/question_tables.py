"""Tables of segments and of questions that somebody kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = ["SavedQuestionRow", "SegmentRow"]


class SegmentRow(Base):
    """A named group of persons; ``rules`` is a JSON list of conditions."""

    __tablename__ = "segments"
    __table_args__ = (Index("segments_by_workspace", "workspace"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)


class SavedQuestionRow(Base):
    """A question under a name; ``asked`` is what was filled in, as an address has it."""

    __tablename__ = "saved_questions"
    __table_args__ = (Index("saved_questions_by_workspace", "workspace"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    name: Mapped[str] = mapped_column(Text)
    question: Mapped[str]
    asked: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
