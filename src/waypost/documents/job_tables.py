"""Tables of long work: jobs, uploaded files, and who saw whose identifiers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = ["JobRow", "RevealRow", "UploadRow"]


class JobRow(Base):
    """A piece of long work of one workspace: what it does, how far it is, how it ended.

    ``lane`` is ``write`` or ``read``; in each lane of a workspace one job runs at a time.
    ``asked``, ``result`` and ``error`` are JSON. ``is_shown`` is False for looks.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_by_state", "workspace", "lane", "state"),
        Index("jobs_by_time", "workspace", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    lane: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    is_shown: Mapped[bool]
    asked: Mapped[str] = mapped_column(Text)
    task: Mapped[str] = mapped_column(Text, default="")
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")
    is_cancelling: Mapped[bool] = mapped_column(default=False)
    again_of: Mapped[int | None]
    by: Mapped[int]
    by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class UploadRow(Base):
    """A file that comes in pieces: its name as the browser says it, and how much is there.

    The bytes lie in the workspace's staging under ``id``; ``name`` is never a path. ``look`` is
    what was recognised, as JSON, and ``imported`` what became of it.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index("uploads_by_workspace", "workspace", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    name: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text, default="")
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    stamp: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str]
    job: Mapped[int | None]
    look: Mapped[str] = mapped_column(Text, default="")
    imported: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[int]
    by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class RevealRow(Base):
    """Somebody saw identifiers: who, when, whose, and by which way. Rows are only ever added."""

    __tablename__ = "reveals"
    __table_args__ = (Index("reveals_by_time", "workspace", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    by: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    person: Mapped[str]
    way: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
