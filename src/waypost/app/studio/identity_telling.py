"""Why a person is one person, and what was joined lately, as plain JSON values.

Runs in a worker process, since who is who is computed from the whole log. Unless it shall be
revealed, values of identifiers are masked here, so that they never leave the worker.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from waypost.app.building import persons_of
from waypost.app.studio.pseudonyms import masked, reference
from waypost.app.workspace import Workspace
from waypost.errors import NotFoundError
from waypost.identity import (
    Decisions,
    EdgeStory,
    IdentifierStory,
    Persons,
    PersonStory,
    suspicious,
)
from waypost.identity.joining import Fate
from waypost.kit import SILENT

__all__ = ["identifier_named", "merges", "who"]

_MERGES = 60
_SUSPICIONS = 100
_NAMES = "people with different names use it"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def who(workspace: Workspace, identifier: str, *, reveal: bool = False) -> dict[str, Any]:
    """The person behind an identifier or a person's id, and what joined it.

    ``splits`` are the decisions of this workspace about the person's identifiers.
    ``NotFoundError`` where the log has no such identifier.
    """
    story = workspace.who(identifier)
    pairs = {decision.pair for decision in Decisions.open(workspace.path).active()}
    return {
        "person": story.person_id,
        "events": story.events,
        "first_at": _instant(story.first_at),
        "last_at": _instant(story.last_at),
        "asked": _identifier(story.asked, reveal=reveal),
        "identifiers": [_identifier(one, reveal=reveal) for one in story.identifiers],
        "edges": [_edge(one, pairs, reveal=reveal) for one in story.edges],
        "edge_count": story.edge_count,
        "splits": _decisions(workspace, story, reveal=reveal),
    }


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _identifier(one: IdentifierStory, *, reveal: bool) -> dict[str, str]:
    reason = one.reason
    if not reveal and reason.startswith(_NAMES):
        reason = _NAMES
    if not reveal and reason.startswith("as used under the name"):
        reason = "as used under one of the names"
    return {
        "kind": one.kind,
        "value": one.value if reveal else masked(one.kind, one.value),
        "reference": reference(one.kind, one.value),
        "standing": one.standing,
        "reason": reason,
    }


def _edge(
    one: EdgeStory, pairs: set[frozenset[tuple[str, str]]], *, reveal: bool
) -> dict[str, Any]:
    ends = frozenset((end.kind, end.value) for end in (one.one, one.other))
    return {
        "one": _identifier(one.one, reveal=reveal),
        "other": _identifier(one.other, reveal=reveal),
        "first_at": _instant(one.first_at),
        "last_at": _instant(one.last_at),
        "events": one.events,
        "sources": list(one.sources),
        "fate": one.fate,
        "kept_apart": ends in pairs,
        "reason": one.reason,
    }


def _decisions(workspace: Workspace, story: PersonStory, *, reveal: bool) -> list[dict[str, str]]:
    """Identifiers taken out of this person, or this one taken out of another."""
    mine = {(one.kind, one.value) for one in (story.asked, *story.identifiers)}
    for edge in story.edges:
        mine |= {(edge.one.kind, edge.one.value), (edge.other.kind, edge.other.value)}
    return [
        {
            "kind": decision.kind,
            "value": decision.value if reveal else masked(decision.kind, decision.value),
            "reference": reference(decision.kind, decision.value),
        }
        for decision in Decisions.open(workspace.path).active()
        if decision.act == "split" and (decision.kind, decision.value) in mine
    ]


def identifier_named(workspace: Workspace, person: str, named: str) -> tuple[str, str]:
    """Kind and value of the identifier of a person that a reference names."""
    story = workspace.who(person)
    known = [story.asked, *story.identifiers]
    for edge in story.edges:
        known += [edge.one, edge.other]
    for one in known:
        if reference(one.kind, one.value) == named:
            return one.kind, one.value
    raise NotFoundError("This person has no such identifier any more.", person=person)


def merges(workspace: Workspace) -> dict[str, Any]:
    """What was joined latest, what was not joined simply, and what people decided; all masked."""
    persons = persons_of(workspace.path, workspace.log, SILENT)
    found = sorted(suspicious(persons), key=lambda one: (-one.others, one.kind, one.value))
    return {
        "persons": persons.count,
        "identifiers": persons.nodes.count,
        "merges": _latest_merges(persons),
        "suspicious": [
            {
                "kind": one.kind,
                "value": masked(one.kind, one.value),
                "reason": _NAMES if one.reason.startswith(_NAMES) else one.reason,
                "others": one.others,
            }
            for one in found[:_SUSPICIONS]
        ],
        "suspicious_count": len(found),
        "decisions": [
            {
                "number": one.number,
                "act": one.act,
                "kind": one.kind,
                "value": masked(one.kind, one.value),
                "other_kind": one.other_kind,
                "other_value": masked(one.other_kind, one.other_value) if one.other_kind else "",
            }
            for one in Decisions.open(workspace.path).active()
        ],
    }


def _latest_merges(persons: Persons) -> list[dict[str, Any]]:
    """The joined pairs that were first seen together last."""
    edges = persons.edges
    joined = np.flatnonzero(persons.joined.fates == Fate.JOINED)
    order = joined[np.argsort(-edges.first_at[joined], kind="stable")][:_MERGES]
    found = []
    for edge in order.tolist():
        one, other = int(edges.a[edge]), int(edges.b[edge])
        person = int(persons.person_of_nodes[one])
        found.append(
            {
                "person": persons.person_id(person) if person >= 0 else "",
                "one": _node(persons, one),
                "other": _node(persons, other),
                "first_at": _instant(_EPOCH + timedelta(microseconds=int(edges.first_at[edge]))),
                "events": int(edges.events[edge]),
                "sources": list(edges.sources_of(edge)),
            }
        )
    return found


def _node(persons: Persons, node: int) -> dict[str, str]:
    kind, value = persons.nodes.value(node)
    return {"kind": kind, "value": masked(kind, value)}
