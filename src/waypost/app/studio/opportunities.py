"""Opportunities: problems worth solving, priced, scored, linked to the maps they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import (
    LARGEST,
    MapElement,
    WorkStep,
    check_member,
    check_title,
    first_stamps,
    history_of,
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
from waypost.documents.work_tables import ActionRow, OpportunityRow, WorkLinkRow
from waypost.errors import NotFoundError
from waypost.kit.translation import N_

__all__ = [
    "AXES",
    "STATUSES",
    "Opportunity",
    "OpportunityDetail",
    "OpportunityFields",
    "add_opportunity",
    "axis_value",
    "change_opportunity",
    "list_opportunities",
    "opportunity",
    "remove_opportunity",
]

Status = Literal["open", "chosen", "solved", "dismissed"]
STATUSES: Mapping[str, str] = {
    "open": N_("open"),
    "chosen": N_("chosen"),
    "solved": N_("solved"),
    "dismissed": N_("dismissed"),
}
AXES: Mapping[str, str] = {
    "value": N_("Value a month"),
    "persons": N_("Persons affected"),
    "severity": N_("How bad it is"),
    "reach": N_("Reach"),
    "confidence": N_("How sure we are"),
    "effort": N_("Effort"),
    "strategic": N_("Fits our aims"),
    "score": N_("Value for effort"),
}
"""What the matrix may stand on; scales from 1 to 5 unless they are amounts or counts."""
Amount = Annotated[int | None, Field(ge=-(10**15), le=10**15)]
_SCALES = ("severity", "reach", "confidence", "effort", "strategic")
_MIDDLE = 3


class OpportunityFields(BaseModel):
    """What one may write; a field that is left out keeps its value.

    ``value_minor`` is money a month in minor units, with its bounds; ``value_origin`` says how it
    is known. Scales go from 1 (little) to 5 (much).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = Field(default="", max_length=300)
    problem: str = Field(default="", max_length=5_000)
    status: Status = "open"
    value_minor: Amount = None
    value_low: Amount = None
    value_high: Amount = None
    value_origin: Literal["observed", "reported", "estimated", "assumed"] = "assumed"
    persons: int | None = Field(default=None, ge=0, le=LARGEST)
    severity: int | None = Field(default=None, ge=1, le=5)
    reach: int | None = Field(default=None, ge=1, le=5)
    confidence: int | None = Field(default=None, ge=1, le=5)
    effort: int | None = Field(default=None, ge=1, le=5)
    strategic: int | None = Field(default=None, ge=1, le=5)
    owner: int | None = Field(default=None, ge=0, le=LARGEST)
    dismissed_because: str = Field(default="", max_length=1_000)

    @model_validator(mode="after")
    def _bounds_hold_the_value(self) -> OpportunityFields:
        low, value, high = self.value_low, self.value_minor, self.value_high
        known = [bound for bound in (low, value, high) if bound is not None]
        if known != sorted(known):
            raise ValueError("the value must lie between its lower and its upper bound")
        return self


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One opportunity as lists and the matrix show it."""

    id: str
    revision: int
    title: str
    problem: str
    status: str
    value_minor: int | None
    value_low: int | None
    value_high: int | None
    value_origin: str
    persons: int | None
    severity: int | None
    reach: int | None
    confidence: int | None
    effort: int | None
    strategic: int | None
    owner: int | None
    owner_name: str
    dismissed_because: str
    evidence: Mapping[str, Any]
    links: tuple[MapElement, ...]
    actions: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OpportunityDetail:
    """An opportunity with everything that happened to it, newest first."""

    opportunity: Opportunity
    history: tuple[WorkStep, ...]


def axis_value(entry: Opportunity, axis: str) -> float | None:
    """Where the opportunity stands on an axis of ``AXES``; None where that is not known.

    ``score`` is value (else persons) times confidence over effort, both scales 3 where they are not
    said: the more it brings for what it asks, the higher.
    """
    if axis == "value":
        return entry.value_minor
    if axis == "score":
        worth = entry.value_minor if entry.value_minor is not None else entry.persons
        if worth is None:
            return None
        return worth * (entry.confidence or _MIDDLE) / (entry.effort or _MIDDLE)
    found: float | None = getattr(entry, axis) if axis in (*_SCALES, "persons") else None
    return found


def list_opportunities(
    site: Site, actor: Actor, *, map_id: str = "", statuses: Sequence[str] = ()
) -> list[Opportunity]:
    """The workspace's opportunities, most valuable first; of one map, or of some states only."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        query = select(OpportunityRow).where(OpportunityRow.workspace == actor.workspace)
        if statuses:
            query = query.where(OpportunityRow.status.in_(statuses))
        if map_id:
            linked = select(WorkLinkRow.work).where(
                WorkLinkRow.map == map_id, WorkLinkRow.workspace == actor.workspace
            )
            query = query.where(OpportunityRow.id.in_(linked))
        entries = _entries(session, actor, session.scalars(query).all())
    return sorted(entries, key=lambda one: (-(axis_value(one, "value") or 0), one.title, one.id))


def opportunity(site: Site, actor: Actor, name: str) -> OpportunityDetail:
    """One opportunity with its history; ``NotFoundError`` where there is none."""
    require(actor, Right.SEE)
    with site.database.reading() as session:
        row = _row(session, actor, name)
        return OpportunityDetail(
            _entries(session, actor, [row])[0], history_of(session, actor, name)
        )


def add_opportunity(
    site: Site,
    actor: Actor,
    fields: OpportunityFields,
    *,
    links: Sequence[MapElement] = (),
    evidence: Mapping[str, Any] | None = None,
) -> Opportunity:
    """A new opportunity; ``evidence`` is the card it was made from, kept as it was that day."""
    require(actor, Right.EDIT_MAPS)
    check_title(fields.title)
    with site.database.writing() as session:
        check_member(session, actor, fields.owner)
        row = OpportunityRow(
            id=new_id("o"),
            evidence=orjson.dumps(dict(evidence or {})).decode(),
            **first_stamps(site, actor),
            **fields.model_dump(),
        )
        store_with_links(session, site, actor, row, links)
        return _entries(session, actor, [row])[0]


def change_opportunity(
    site: Site,
    actor: Actor,
    name: str,
    fields: OpportunityFields,
    *,
    revision: int,
    links: Sequence[MapElement] | None = None,
) -> Opportunity:
    """Write the fields that were said.

    Raises ``ConflictError`` with both texts where somebody else changed them meanwhile.
    """
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        row = _row(session, actor, name)
        values = meant_changes(row, fields, revision)
        check_member(session, actor, fields.owner)
        merged = {**{key: getattr(row, key) for key in OpportunityFields.model_fields}, **values}
        OpportunityFields.model_validate(merged)
        written_changes(session, site, actor, row, values)
        if links is not None:
            set_links(session, actor, name, links)
        session.flush()
        return _entries(session, actor, [row])[0]


def remove_opportunity(site: Site, actor: Actor, name: str) -> None:
    """Delete it and its links; its actions stay and stand on their own."""
    require(actor, Right.EDIT_MAPS)
    with site.database.writing() as session:
        remove_with_links(session, site, actor, _row(session, actor, name))


def _row(session: Session, actor: Actor, name: str) -> OpportunityRow:
    missing = NotFoundError(
        "There is no such opportunity here.",
        hint="It may have been deleted. Look at the list.",
        opportunity=name,
    )
    return own_row(session, actor, OpportunityRow, name, missing)


def _entries(session: Session, actor: Actor, rows: Sequence[OpportunityRow]) -> list[Opportunity]:
    names = names_of(session, actor)
    links = links_of(session, actor, [row.id for row in rows])
    counts = _action_counts(session, actor)
    return [_entry(row, names, links.get(row.id, ()), counts.get(row.id, 0)) for row in rows]


def _entry(
    row: OpportunityRow, names: Mapping[int, str], links: Iterable[MapElement], actions: int
) -> Opportunity:
    shared = {name: getattr(row, name) for name in OpportunityFields.model_fields}
    return Opportunity(
        id=row.id,
        revision=row.revision,
        owner_name=names.get(row.owner or 0, ""),
        evidence=orjson.loads(row.evidence),
        links=tuple(links),
        actions=actions,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        **shared,
    )


def _action_counts(session: Session, actor: Actor) -> dict[str, int]:
    rows = session.scalars(
        select(ActionRow.opportunity).where(
            ActionRow.workspace == actor.workspace, ActionRow.opportunity.is_not(None)
        )
    )
    counts: dict[str, int] = {}
    for name in rows:
        counts[name or ""] = counts.get(name or "", 0) + 1
    return counts
