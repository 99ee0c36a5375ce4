"""Keeping versions of a map within somebody else's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waypost.documents.map_tables import MapRow, MapVersionRow

__all__ = ["BEFORE_RESTORE", "DAILY", "NAMED", "keep_daily_version", "keep_version"]

NAMED = "named"
BEFORE_RESTORE = "before-restore"
DAILY = "daily"


def keep_version(
    session: Session, row: MapRow, reason: str, *, name: str = "", note: str = "", at: datetime
) -> MapVersionRow:
    """The map as it stands now, kept under the next number; the caller holds the map's lock.

    Who changed the map last is who made an automatic version; a named one gets its maker later.
    """
    latest = session.scalar(
        select(func.max(MapVersionRow.number)).where(MapVersionRow.map == row.id)
    )
    version = MapVersionRow(
        map=row.id,
        number=(latest or 0) + 1,
        workspace=row.workspace,
        revision=row.revision,
        reason=reason,
        name=name,
        note=note,
        document=row.document,
        by=row.changed_by,
        by_name=row.changed_by_name,
        at=at,
    )
    session.add(version)
    return version


def keep_daily_version(session: Session, row: MapRow, at: datetime) -> None:
    """Before the first change of a day (UTC), what the map was after the last one before it."""
    if row.revision < 1 or row.changed_at.date() >= at.date():
        return
    kept = session.scalar(
        select(func.max(MapVersionRow.revision)).where(MapVersionRow.map == row.id)
    )
    if kept is None or kept < row.revision:
        keep_version(session, row, DAILY, at=row.changed_at)
