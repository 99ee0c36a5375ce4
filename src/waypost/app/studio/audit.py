"""The audit log: who did what, and when; written in the same transaction as what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.element_words import text_in
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.account_tables import AuditRow, MemberRow
from waypost.documents.map_tables import MapRow

__all__ = ["AuditEntry", "AuditWishes", "audit_acts", "audit_entries", "note", "note_account"]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing somebody did; ``act`` is its stable name, ``about`` what it was done to.

    ``subject`` is what people call that: the title of a map or segment where ``about`` is its id.
    """

    id: int
    at: datetime
    user: int | None
    name: str
    via: str
    act: str
    about: str
    subject: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class AuditWishes:
    """Which entries: of an act, of somebody (part of the name), before an id, how many."""

    act: str = ""
    who: str = ""
    before: int = 0
    limit: int = 100


def note(
    session: Session, actor: Actor, act: str, *, at: datetime, about: str = "", **facts: object
) -> None:
    """Write down that the actor did something in this workspace."""
    session.add(
        AuditRow(
            workspace=actor.workspace,
            at=at,
            user=actor.user or None,
            name=actor.name,
            via=actor.via,
            act=act,
            about=about,
            facts=_as_text(facts),
        )
    )


def note_account(
    session: Session, user: int | None, name: str, act: str, *, at: datetime, **facts: object
) -> None:
    """Write down what concerns an account, in every workspace or none."""
    session.add(
        AuditRow(
            workspace="",
            at=at,
            user=user,
            name=name,
            via="session",
            act=act,
            about="",
            facts=_as_text(facts),
        )
    )


def audit_entries(site: Site, actor: Actor, wishes: AuditWishes) -> list[AuditEntry]:
    """The newest first; with what members did to their accounts. Needs ``ADMINISTER``."""
    require(actor, Right.ADMINISTER)
    chosen = select(AuditRow).where(_of_workspace(actor)).order_by(AuditRow.id.desc())
    if wishes.act:
        chosen = chosen.where(AuditRow.act == wishes.act)
    if wishes.who:
        chosen = chosen.where(AuditRow.name.icontains(wishes.who, autoescape=True))
    if wishes.before:
        chosen = chosen.where(AuditRow.id < wishes.before)
    with site.database.reading() as session:
        rows = session.scalars(chosen.limit(wishes.limit)).all()
        titles = _titles(session, actor, rows)
        return [_entry(row, titles) for row in rows]


def audit_acts(site: Site, actor: Actor) -> list[str]:
    """The names of what was ever done here, in order."""
    require(actor, Right.ADMINISTER)
    chosen = select(AuditRow.act).where(_of_workspace(actor)).distinct()
    with site.database.reading() as session:
        return sorted(session.scalars(chosen))


def _of_workspace(actor: Actor) -> ColumnElement[bool]:
    """What happened in the workspace, and to the accounts of its members."""
    members = select(MemberRow.user).where(MemberRow.workspace == actor.workspace)
    of_accounts = (AuditRow.workspace == "") & AuditRow.user.in_(members)
    return or_(AuditRow.workspace == actor.workspace, of_accounts)


def _titles(session: Session, actor: Actor, rows: Sequence[AuditRow]) -> dict[str, str]:
    """What the maps that entries are about are called now, by id."""
    chosen = select(MapRow.id, MapRow.title).where(
        MapRow.workspace == actor.workspace, MapRow.id.in_({row.about for row in rows})
    )
    found = session.execute(chosen).all()
    return {name: text_in(json.loads(title), actor.language) for name, title in found}


def _entry(row: AuditRow, titles: Mapping[str, str]) -> AuditEntry:
    facts = json.loads(row.facts)
    return AuditEntry(
        id=row.id,
        at=row.at,
        user=row.user,
        name=row.name,
        via=row.via,
        act=row.act,
        about=row.about,
        subject=titles.get(row.about) or facts.get("title") or row.about,
        facts=facts,
    )


def _as_text(facts: dict[str, object]) -> str:
    texts = {name: str(value) for name, value in facts.items()}
    return json.dumps(texts, ensure_ascii=False, sort_keys=True)
