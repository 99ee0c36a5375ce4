"""Why a person is a person: its identifiers, what joined them, and what was not merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from waypost.errors import NotFoundError, nearest
from waypost.identity.joining import Fate, Standing
from waypost.identity.persons import FATES, STANDINGS, Persons
from waypost.journeys.log import EventLog

__all__ = [
    "EdgeStory",
    "IdentifierStory",
    "PersonStory",
    "Suspicion",
    "explain",
    "suspicious",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EDGES_TOLD = 200


@dataclass(frozen=True, slots=True)
class IdentifierStory:
    """One identifier and what it counts for; ``reason`` is empty where it simply joined."""

    kind: str
    value: str
    standing: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EdgeStory:
    """Two identifiers seen together: when, how often, by which sources, with what fate."""

    one: IdentifierStory
    other: IdentifierStory
    first_at: datetime
    last_at: datetime
    events: int
    sources: tuple[str, ...]
    fate: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PersonStory:
    """What is known of one person, or of an identifier that is nobody (``person_id`` empty).

    ``edges`` are those of the person's identifiers, most trusted fate first, at most 200 of
    ``edge_count``; ``events`` counts rows, ``first_at`` and ``last_at`` are theirs (None = no
    event).
    """

    asked: IdentifierStory
    person: int
    person_id: str
    identifiers: tuple[IdentifierStory, ...]
    edges: tuple[EdgeStory, ...]
    edge_count: int
    events: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An identifier that was not simply merged, with why and with how many others it was seen."""

    kind: str
    value: str
    reason: str
    others: int


def explain(persons: Persons, log: EventLog, kind: str | None, value: str) -> PersonStory:
    """The story of the person behind an identifier, of the first kind that has it if none is given.

    A person id (``p_…``) is understood as well. ``NotFoundError`` if the log has no such
    identifier.
    """
    node = _find(persons, kind, value)
    person = int(persons.person_of_nodes[node])
    members = (
        np.flatnonzero(persons.person_of_nodes == person) if person >= 0 else _alone(persons, node)
    )
    touching = _touching(persons, members)
    rows = (
        np.flatnonzero(persons.person_of_rows == person) if person >= 0 else np.empty(0, np.int64)
    )
    first, last = _span(log, rows)
    return PersonStory(
        asked=_identifier(persons, node),
        person=person,
        person_id=persons.person_id(person) if person >= 0 else "",
        identifiers=tuple(_identifier(persons, int(member)) for member in members),
        edges=tuple(_edge(persons, int(edge)) for edge in touching[:EDGES_TOLD]),
        edge_count=int(touching.size),
        events=int(rows.size),
        first_at=first,
        last_at=last,
    )


def _alone(persons: Persons, node: int) -> NDArray[np.int64]:
    """A node that is nobody, with its parts."""
    return np.append(node, persons.parts.part[persons.parts.base == node]).astype(np.int64)


def suspicious(persons: Persons) -> Iterator[Suspicion]:
    """Identifiers that were set aside or refused somewhere: standing first, then by kind and value.

    ``others`` is how many identifiers it was seen with, or refused with.
    """
    standing = persons.joined.standing
    edges = persons.edges
    ends = np.concatenate([edges.a, edges.b])
    degree = np.bincount(ends, minlength=persons.nodes.count)
    for node in np.flatnonzero(standing != Standing.FINE):
        told = _identifier(persons, int(node))
        yield Suspicion(told.kind, told.value, told.reason, int(degree[node]))
    refused = np.flatnonzero(np.isin(persons.joined.fates, _REFUSALS))
    weaker, first, counts = np.unique(
        _weaker(persons, refused), return_index=True, return_counts=True
    )
    for node, edge, count in zip(weaker, refused[first], counts, strict=True):
        told = _identifier(persons, int(node))
        yield Suspicion(told.kind, told.value, _why(persons, int(edge)), int(count))


_REFUSALS = (Fate.OVER_LIMIT, Fate.CONTRADICTION, Fate.KEPT_APART, Fate.OTHER_NAME)


def _weaker(persons: Persons, refused: NDArray[np.int64]) -> NDArray[np.int32]:
    """The less trusted end of each edge; of two alike, the second."""
    a, b = persons.edges.a[refused], persons.edges.b[refused]
    priority = persons.priorities[persons.nodes.kind]
    return np.where(priority[a] > priority[b], a, b).astype(np.int32)


def _find(persons: Persons, kind: str | None, value: str) -> int:
    kinds = persons.nodes.kinds
    if kind is None and value.startswith("p_"):
        known = np.flatnonzero(persons.hashes == _hash_of(value))
        if known.size:
            return int(np.flatnonzero(persons.person_of_nodes == known[0])[0])
    if kind is not None and kind not in kinds:
        like = nearest(kind, kinds)
        raise NotFoundError(
            f"No event has an identifier of the kind {kind!r}.",
            hint=f"Did you mean {like[0]!r}?" if like else f"There are: {', '.join(kinds)}.",
            kind=kind,
        )
    for candidate in kinds if kind is None else (kind,):
        node = persons.nodes.find(candidate, value)
        if node >= 0:
            return node
    raise NotFoundError(
        f"No event has the identifier {value!r}.",
        hint=f"Identifiers are compared whole; the kinds here are {', '.join(kinds) or 'none'}.",
        value=value,
    )


def _hash_of(person_id: str) -> np.uint64:
    try:
        return np.uint64(int(person_id.removeprefix("p_"), 16))
    except (ValueError, OverflowError):
        return np.uint64(0)


def _identifier(persons: Persons, node: int) -> IdentifierStory:
    kind, value = persons.nodes.value(node)
    code = int(persons.joined.standing[node])
    reason = {
        Standing.BLOCKED: "the value names nobody",
        Standing.SHARED_DEVICE: "several people use it; its events follow who was logged in",
        Standing.SHARED: f"it was seen with {int(persons.joined.sharers[node])} others of one kind",
        Standing.SPLIT: "it was taken out by a decision",
    }
    told = reason.get(code) or _by_name(persons, node, parted=code == Standing.PARTED)
    return IdentifierStory(kind, value, STANDINGS[code], told)


def _by_name(persons: Persons, node: int, *, parted: bool) -> str:
    """Who uses a parted identifier, or under which name a part was used; else nothing."""
    parts = persons.parts
    places = np.flatnonzero((parts.base if parted else parts.part) == node)
    if not parted:
        return f"as used under the name {parts.labels[places[0]]}" if places.size else ""
    users = [f"{parts.labels[place]}{_id_in_brackets(persons, place)}" for place in places.tolist()]
    return f"people with different names use it: {', '.join(users)}"


def _id_in_brackets(persons: Persons, place: int) -> str:
    person = int(persons.person_of_nodes[persons.parts.part[place]])
    return f" ({persons.person_id(person)})" if person >= 0 else ""


def _touching(persons: Persons, members: NDArray[np.int64]) -> NDArray[np.int64]:
    inside = np.zeros(persons.nodes.count, np.bool_)
    inside[members] = True
    touching = np.flatnonzero(inside[persons.edges.a] | inside[persons.edges.b])
    order = np.lexsort((persons.edges.first_at[touching], persons.joined.fates[touching]))
    return touching[order]


def _edge(persons: Persons, edge: int) -> EdgeStory:
    edges = persons.edges
    return EdgeStory(
        one=_identifier(persons, int(edges.a[edge])),
        other=_identifier(persons, int(edges.b[edge])),
        first_at=_instant(int(edges.first_at[edge])),
        last_at=_instant(int(edges.last_at[edge])),
        events=int(edges.events[edge]),
        sources=edges.sources_of(edge),
        fate=FATES[int(persons.joined.fates[edge])],
        reason=_why(persons, edge),
    )


def _why(persons: Persons, edge: int) -> str:
    broken = int(persons.joined.broken[edge])
    kind = persons.nodes.kinds[broken] if broken >= 0 else ""
    reasons = {
        Fate.OVER_LIMIT: f"the person would have more identifiers of kind {kind} than allowed",
        Fate.CONTRADICTION: f"both sides have a {kind} of their own, and they differ",
        Fate.KEPT_APART: "a decision keeps them apart",
        Fate.OTHER_NAME: "the names seen with them are of two people",
        Fate.SHARED: "one of them is shared by several people",
        Fate.BLOCKED: "one of them names nobody",
        Fate.SPLIT: "one of them was taken out by a decision",
    }
    return reasons.get(int(persons.joined.fates[edge]), "")


def _span(log: EventLog, rows: NDArray[np.int64]) -> tuple[datetime | None, datetime | None]:
    """First and last instant of some rows, read from the segments that have them."""
    found: list[int] = []
    segments = [s for s in log.segments() if _within(rows, s.first_row, s.rows).size]
    for part in log.scan(["at"], segments=segments):
        mine = _within(rows, part.first_row, part.batch.num_rows) - part.first_row
        at = part.batch.column(0).cast("int64").to_numpy()[mine]
        found += [int(at.min()), int(at.max())] if at.size else []
    return (_instant(min(found)), _instant(max(found))) if found else (None, None)


def _within(rows: NDArray[np.int64], first: int, count: int) -> NDArray[np.int64]:
    low, high = np.searchsorted(rows, [first, first + count])
    return rows[low:high]


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
