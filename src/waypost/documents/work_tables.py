"""Tables of the work that follows from maps: opportunities, actions, and what on maps they mean."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from waypost.documents.base import Base, Instant

__all__ = ["ActionRow", "OpportunityRow", "WorkLinkRow", "WorkStepRow"]


class OpportunityRow(Base):
    """A problem worth solving; amounts in minor units a month, with bounds where known."""

    __tablename__ = "opportunities"
    __table_args__ = (Index("opportunities_by_workspace", "workspace", "changed_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text)
    status: Mapped[str]
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    value_low: Mapped[int | None] = mapped_column(BigInteger)
    value_high: Mapped[int | None] = mapped_column(BigInteger)
    value_origin: Mapped[str]
    persons: Mapped[int | None]
    severity: Mapped[int | None]
    reach: Mapped[int | None]
    confidence: Mapped[int | None]
    effort: Mapped[int | None]
    strategic: Mapped[int | None]
    owner: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    evidence: Mapped[str] = mapped_column(Text)
    dismissed_because: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ActionRow(Base):
    """Something done about a problem; ``place`` orders the cards of one column of the board."""

    __tablename__ = "actions"
    __table_args__ = (Index("actions_by_workspace", "workspace", "status", "place"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    revision: Mapped[int]
    opportunity: Mapped[str | None] = mapped_column(
        ForeignKey("opportunities.id", ondelete="SET NULL")
    )
    title: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    status: Mapped[str]
    place: Mapped[str]
    owner: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    due: Mapped[date | None]
    effort: Mapped[int | None]
    verdict: Mapped[str]
    verdict_note: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)


class WorkLinkRow(Base):
    """An opportunity or action stands for an element of a map; both may be gone meanwhile."""

    __tablename__ = "work_links"
    __table_args__ = (Index("work_links_by_map", "map"),)

    work: Mapped[str] = mapped_column(primary_key=True)
    map: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    element: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str]
    label: Mapped[str] = mapped_column(Text)


class WorkStepRow(Base):
    """What happened to an opportunity or action: one line each, never changed."""

    __tablename__ = "work_steps"
    __table_args__ = (Index("work_steps_by_work", "work", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    workspace: Mapped[str]
    work: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str]
    what: Mapped[str]
    was: Mapped[str] = mapped_column(Text)
    became: Mapped[str] = mapped_column(Text)
