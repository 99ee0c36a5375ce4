"""Logs with identifiers, and persons in a form that can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from tests.reference.identity import Observation
from tests.strategies.log import import_rows
from waypost.identity import Decisions, IdentitySettings, Persons, resolve
from waypost.journeys import EventLog

__all__ = [
    "groups",
    "log_by_source",
    "log_of",
    "observations",
    "observed",
    "people",
    "sets_of_persons",
]

Seen = tuple[int, dict[str, str]]


def log_of(folder: Path, seen: Sequence[Seen], *, batches: int = 1) -> EventLog:
    """A log of events at a second, each with identifiers by kind, dealt out to batches in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    log = EventLog.open(folder)
    rows = [{"key": f"{number}", "at": at, **_cells(ids)} for number, (at, ids) in enumerate(seen)]
    for batch in range(batches):
        if rows[batch::batches]:
            import_rows(log, f"b{batch}", rows[batch::batches])
    return log


def log_by_source(
    folder: Path, seen: Sequence[Seen], sources: Sequence[str], *, reverse: bool = False
) -> EventLog:
    """A log of events, each of its source; a batch per source, by name or the other way round."""
    folder.mkdir(parents=True, exist_ok=True)
    log = EventLog.open(folder)
    for source in sorted(set(sources), reverse=reverse):
        rows = [
            {"key": f"{number}", "at": at, **_cells(ids)}
            for number, ((at, ids), own) in enumerate(zip(seen, sources, strict=True))
            if own == source
        ]
        import_rows(log, source, rows, source=source)
    return log


def _cells(ids: dict[str, str]) -> dict[str, str]:
    """``name`` is the name that the event was made under, all else identifiers by kind."""
    return {"a.customer_name" if k == "name" else f"id.{k}": v for k, v in ids.items()}


def people(log: EventLog, decisions: Decisions | None = None) -> Persons:
    """The persons under the shipped settings."""
    return resolve(log, IdentitySettings(), decisions or Decisions())


def groups(persons: Persons) -> set[frozenset[tuple[str, str]]]:
    """Identifiers that share a root, also where no event is the person's own."""
    found: dict[int, set[tuple[str, str]]] = {}
    for node, root in enumerate(persons.joined.roots.tolist()):
        found.setdefault(root, set()).add(persons.nodes.value(node))
    return {frozenset(group) for group in found.values()}


def sets_of_persons(persons: Persons) -> dict[str, list[int]]:
    """Rows by person id."""
    rows: dict[str, list[int]] = {}
    for row, person in enumerate(persons.person_of_rows.tolist()):
        if person >= 0:
            rows.setdefault(persons.person_id(person), []).append(row)
    return rows


def observed(found: Sequence[Observation], names: Sequence[str]) -> list[Seen]:
    """The observations as events, each under a name; an empty one is none."""
    pairs = zip(found, names, strict=True)
    return [(at, dict(ids) | ({"name": name} if name else {})) for (at, ids), name in pairs]


def observations(kinds: Sequence[str], values: int = 4) -> st.SearchStrategy[list[Observation]]:
    """Up to 14 events at distinct seconds with up to three identifiers, one of a kind."""
    identifiers = st.dictionaries(
        st.sampled_from(list(kinds)), st.integers(1, values).map(lambda n: f"v{n}@x"), max_size=3
    )
    events = st.lists(identifiers, max_size=14)
    return events.map(
        lambda drawn: [(at, frozenset(ids.items())) for at, ids in enumerate(drawn, start=1)]
    )
