"""What a map's numbers lead to: checks, proposals with their verdicts, files."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Accepted, Change, write_change
from waypost.app.studio.event_sources import event_source
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_numbers import Numbers, read_document
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapVerdictRow
from waypost.errors import ConflictError, InputError, NotFoundError, nearest
from waypost.exports import MAP_FORMATS, FileWishes, map_file
from waypost.kit.translation import N_
from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.lint import lint
from waypost.maps.reading import ReadingFilter
from waypost.maps.reading.proposals import Proposal, proposals
from waypost.model import label_in

__all__ = [
    "EXPORTS",
    "ExportedMap",
    "Verdict",
    "export_map",
    "judge_proposal",
    "lint_map",
    "proposals_of",
    "reading_or_none",
]

Verdict = Literal["accept", "reject"]
_PATIENCE_SECONDS = 300.0
_SHEETS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
EXPORTS = {**MAP_FORMATS, **_SHEETS}
"""The forms that a map can be had in, with their media types."""


@dataclass(frozen=True, slots=True)
class ExportedMap:
    """A map as a file; ``name`` without the ending."""

    content: bytes
    media_type: str
    name: str


def lint_map(site: Site, actor: Actor, map_id: str) -> list[dict[str, Any]]:
    """What could be better about the map, in the actor's language, the gravest first."""
    document = _document(site, actor, map_id)
    reading = reading_or_none(site, actor.workspace, document)
    found = lint(document, reading, today=site.today(actor.workspace))
    return [finding.as_json(actor.language) for finding in found]


def _document(site: Site, actor: Actor, map_id: str) -> MapDocument:
    with site.database.reading() as session:
        return find_map(session, actor, map_id, Right.SEE).document


def reading_or_none(
    site: Site, workspace: str, document: MapDocument, chosen: ReadingFilter | None = None
) -> JourneyMap | None:
    """The document read against the events; None where there are none yet."""
    try:
        told = read_document(site, workspace, document, chosen, patience=_PATIENCE_SECONDS)
    except NotFoundError:
        return None
    if not isinstance(told, Numbers):
        raise ConflictError(
            N_("Counting takes longer than usual."), hint=N_("Try again in some minutes.")
        )
    return told.reading


def proposals_of(site: Site, actor: Actor, map_id: str) -> list[dict[str, Any]]:
    """What the data would add to the map and nobody has judged yet, in the actor's language."""
    document = _document(site, actor, map_id)
    with site.database.reading() as session:
        query = select(MapVerdictRow.proposal).where(MapVerdictRow.map == map_id)
        judged = set(session.scalars(query))
    found = [one for one in _found(site, actor, document) if one.id not in judged]
    return [_told(one, actor.language) for one in found]


def _found(site: Site, actor: Actor, document: MapDocument) -> list[Proposal]:
    reading = reading_or_none(site, actor.workspace, document)
    if reading is None:
        return []
    return proposals(document, reading, source=event_source(site, actor.workspace))


def _told(proposal: Proposal, language: str) -> dict[str, Any]:
    words = {
        name: label_in(text, language)
        for name, text in (("title", proposal.title), ("reason", proposal.reason))
    }
    return {**proposal.as_dict(), **words}


def judge_proposal(
    site: Site, actor: Actor, map_id: str, proposal: str, verdict: Verdict
) -> Accepted | None:
    """Accept a proposal, which changes the map, or reject it: it is not made again.

    ``NotFoundError`` for one that is not made any more.
    """
    document = _document(site, actor, map_id)
    made = next((one for one in _found(site, actor, document) if one.id == proposal), None)
    if made is None:
        raise NotFoundError(
            N_("This proposal is not made any more."), hint=N_("Load the proposals again.")
        )
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        _keep_verdict(session, site, actor, (map_id, proposal), verdict)
        if verdict == "reject":
            return None
        title = label_in(made.title, actor.language)
        change = Change(str(uuid.uuid4()), found.row.revision, made.ops, title)
        accepted = write_change(session, found, actor, change, at=site.clock())
    hub_of(site).wake()
    return accepted


def _keep_verdict(
    session: Session, site: Site, actor: Actor, about: tuple[str, str], verdict: Verdict
) -> None:
    if session.get(MapVerdictRow, about) is not None:
        raise ConflictError(
            N_("Somebody has judged this proposal already."), hint=N_("Load the proposals again.")
        )
    session.add(
        MapVerdictRow(
            map=about[0],
            proposal=about[1],
            workspace=actor.workspace,
            verdict=verdict,
            by=actor.user,
            by_name=actor.name,
            at=site.clock(),
        )
    )


def export_map(
    site: Site,
    actor: Actor,
    map_id: str,
    form: str,
    *,
    wishes: FileWishes,
    chosen: ReadingFilter | None = None,
) -> ExportedMap:
    """The map as a file. JSON is the edited map itself: importing it gives the same map."""
    if form not in EXPORTS:
        near = nearest(form, EXPORTS) or list(EXPORTS)
        raise InputError(N_("A map cannot be had in this form."), hint=", ".join(near), form=form)
    document = _document(site, actor, map_id)
    title = label_in(document.head.title, wishes.language)
    content = _content(site, actor, document, (form, wishes, chosen))
    return ExportedMap(content, EXPORTS[form], title)


def _content(
    site: Site,
    actor: Actor,
    document: MapDocument,
    wanted: tuple[str, FileWishes, ReadingFilter | None],
) -> bytes:
    form, wishes, chosen = wanted
    if form == "json":
        return document.to_json()
    if form in _SHEETS:
        from waypost.exports.sheets import sheet_file  # noqa: PLC0415 - only a sheet needs it

        return sheet_file(document, form, language=wishes.language)
    reading = reading_or_none(site, actor.workspace, document, chosen)
    if reading is None:
        raise NotFoundError(
            N_("This workspace has no journeys yet."), hint=N_("Add data, then build.")
        )
    return map_file(reading, form, wishes)
