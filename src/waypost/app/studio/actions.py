"""Actions: what is done about a problem, on a board from idea to verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import (
    LARGEST,
    MapElement,
    check_member,
    check_title,
    first_stamps,
    links_of,
    meant_changes,
    names_of,
    new_id,
    own_row,
    remove_with_links,
    set_links,
    store_with_links,
    written_changes,
)
from waypost.documents.work_tables import ActionRow, OpportunityRow
from waypost.errors import InputError, NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.ordering import between

__all__ = [
    "COLUMNS",
    "VERDICTS",
    "Action",
    "ActionFields",
    "action",
    "add_action",
    "board",
    "change_action",
    "list_actions",
    "move_action",
    "my_actions",
    "remove_action",
]

Column = Literal["idea", "planned", "doing", "done", "verified"]
COLUMNS: Mapping[str, str] = {
    "idea": N_("Idea"),
    "planned": N_("Planned"),
    "doing": N_("Doing"),
    "done": N_("Done"),
    "verified": N_("Verified"),
}
"""The columns of the board, from left to right."""
VERDICTS: Mapping[str, str] = {
    "": N_("not looked at yet"),
    "worked": N_("has worked"),
    "failed": N_("has not worked"),
    "unknown": N_("cannot tell"),
}
_FINISHED = ("done", "verified")


class ActionFields(BaseModel):
    """What one may write; a field that is left out keeps its value. Effort is from 1 to 5."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = Field(default="", max_length=300)
    note: str = Field(default="", max_length=5_000)
    status: Column = "idea"
    opportunity: str | None = None
    owner: int | None = Field(default=None, ge=0, le=LARGEST)
    due: date | None = None
    effort: int | None = Field(default=None, ge=1, le=5)
    verdict: Literal["", "worked", "failed", "unknown"] = ""
    verdict_note: str = Field(default="", max_length=2_000)


@dataclass(frozen=True, slots=True)
class Action:
    """One card of the board. ``is_overdue``: its day is past and it is not done."""

    id: str
    revision: int
    title: str
    note: str
    status: str
    place: str
    opportunity: str | None
    opportunity_title: str
    owner: int | None
    owner_name: str
    due: date | None
    effort: int | None
    verdict: str
    verdict_note: str
    is_overdue: bool
    links: tuple[MapElement, ...]
    changed_by: str
    changed_at: datetime


def list_actions(site: Site, actor: Actor, *, opportunity: str = "") -> list[Action]:
    """The workspace's actions by column and place; those of one opportunity only where named."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        query = select(ActionRow).where(ActionRow.workspace == actor.workspace)
        if opportunity:
            query = query.where(ActionRow.opportunity == opportunity)
        entries = _entries(session, site, actor, session.scalars(query).all())
    order = list(COLUMNS)
    return sorted(entries, key=lambda one: (order.index(one.status), one.place, one.id))


def action(site: Site, actor: Actor, name: str) -> Action:
    """One card of the board; ``NotFoundError`` where there is none."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        return _entries(session, site, actor, [_row(session, actor, name)])[0]


def board(site: Site, actor: Actor) -> dict[str, list[Action]]:
    """Every column with its cards from top to bottom; empty columns are there too."""
    columns: dict[str, list[Action]] = {name: [] for name in COLUMNS}
    for entry in list_actions(site, actor):
        columns[entry.status].append(entry)
    return columns


def my_actions(site: Site, actor: Actor) -> list[Action]:
    """What the actor has to do, the most urgent first; what is done is not among it."""
    mine = [
        entry
        for entry in list_actions(site, actor)
        if entry.owner == actor.user and entry.status not in _FINISHED
    ]
    return sorted(mine, key=lambda one: (one.due or date.max, one.title))


def add_action(
    site: Site, actor: Actor, fields: ActionFields, *, links: Sequence[MapElement] = ()
) -> Action:
    """A new card at the foot of its column."""
    require(actor, Right.EDIT_MAPS)
    check_title(fields.title)
    with site.database.writing() as session:
        _check(session, actor, fields)
        row = ActionRow(
            id=new_id("a"),
            place=between(_last_place(session, actor, fields.status), None),
            done_at=site.clock() if fields.status in _FINISHED else None,
            **first_stamps(site, actor),
            **fields.model_dump(),
        )
        store_with_links(session, site, actor, row, links)
        return _entries(session, site, actor, [row])[0]


def change_action(
    site: Site,
    actor: Actor,
    name: str,
    fields: ActionFields,
    *,
    revision: int,
    links: Sequence[MapElement] | None = None,
) -> Action:
    """Write the fields that were said.

    Raises ``ConflictError`` with both texts where somebody else changed them meanwhile.
    """
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        row = _row(session, actor, name)
        values = meant_changes(row, fields, revision)
        _check(session, actor, fields)
        if values.get("status", row.status) != row.status:
            values["place"] = between(_last_place(session, actor, values["status"]), None)
            row.done_at = site.clock() if values["status"] in _FINISHED else None
        written_changes(session, site, actor, row, values)
        if links is not None:
            set_links(session, actor, name, links)
        session.flush()
        return _entries(session, site, actor, [row])[0]


def move_action(site: Site, actor: Actor, name: str, *, column: str, after: str = "") -> Action:
    """Put the card into a column, below the card ``after``; at its head where none is named."""
    require(actor, Right.EDIT_MAPS)
    if column not in COLUMNS:
        raise InputError(
            f"The board has no column {column!r}.",
            hint=f"Its columns are: {', '.join(COLUMNS)}.",
            column=column,
        )
    with site.database.writing() as session:
        row = _row(session, actor, name)
        others = [one for one in _column(session, actor, column) if one.id != name]
        place = _place_after(others, after)
        if row.status != column:
            row.done_at = site.clock() if column in _FINISHED else None
        written_changes(session, site, actor, row, {"status": column})
        row.place = place
        session.flush()
        return _entries(session, site, actor, [row])[0]


def remove_action(site: Site, actor: Actor, name: str) -> None:
    """Delete the card and its links."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        remove_with_links(session, site, actor, _row(session, actor, name))


def _place_after(others: Sequence[ActionRow], after: str) -> str:
    names = [one.id for one in others]
    if after and after not in names:
        raise NotFoundError(
            "The card to go below is not in this column.",
            hint="Somebody moved it meanwhile; try again.",
            after=after,
        )
    index = names.index(after) + 1 if after else 0
    before = others[index - 1].place if index else None
    following = others[index].place if index < len(others) else None
    return between(before, following)


def _column(session: Session, actor: Actor, column: str) -> Sequence[ActionRow]:
    query = (
        select(ActionRow)
        .where(ActionRow.workspace == actor.workspace, ActionRow.status == column)
        .order_by(ActionRow.id)
    )
    return sorted(session.scalars(query), key=lambda row: (row.place, row.id))


def _last_place(session: Session, actor: Actor, column: str) -> str | None:
    rows = _column(session, actor, column)
    return rows[-1].place if rows else None


def _check(session: Session, actor: Actor, fields: ActionFields) -> None:
    check_member(session, actor, fields.owner)
    if fields.opportunity is None:
        return
    found = session.get(OpportunityRow, fields.opportunity)
    if found is None or found.workspace != actor.workspace:
        raise NotFoundError(
            "There is no such opportunity here.",
            hint="Choose one from the list, or none.",
            opportunity=fields.opportunity,
        )


def _row(session: Session, actor: Actor, name: str) -> ActionRow:
    missing = NotFoundError(
        "There is no such action here.",
        hint="It may have been deleted. Look at the board.",
        action=name,
    )
    return own_row(session, actor, ActionRow, name, missing)


def _entries(session: Session, site: Site, actor: Actor, rows: Sequence[ActionRow]) -> list[Action]:
    names = names_of(session, actor)
    links = links_of(session, actor, [row.id for row in rows])
    titles = {
        row.id: row.title
        for row in session.execute(
            select(OpportunityRow.id, OpportunityRow.title).where(
                OpportunityRow.workspace == actor.workspace
            )
        )
    }
    today = site.today(actor.workspace)
    return [_entry(row, (names, titles), links.get(row.id, ()), today) for row in rows]


def _entry(
    row: ActionRow,
    words: tuple[Mapping[int, str], Mapping[str, str]],
    links: Iterable[MapElement],
    today: date,
) -> Action:
    names, titles = words
    shared = {name: getattr(row, name) for name in ActionFields.model_fields}
    return Action(
        id=row.id,
        revision=row.revision,
        place=row.place,
        opportunity_title=titles.get(row.opportunity or "", ""),
        owner_name=names.get(row.owner or 0, ""),
        is_overdue=row.due is not None and row.due < today and row.status not in _FINISHED,
        links=tuple(links),
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        **shared,
    )
