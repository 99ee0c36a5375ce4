"""Persons: a computed view over the log, the settings and the decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.identity.attribution import roots_of_rows
from waypost.identity.decisions import APART, BLOCK, SPLIT, Decision, Decisions
from waypost.identity.edges import Edges, read_edges
from waypost.identity.identifiers import Identifiers, read_identifiers
from waypost.identity.joining import Fate, Joined, Standing, join, set_aside
from waypost.identity.naming import read_names
from waypost.identity.parting import Parted, Parts, part_by_name
from waypost.identity.settings import IdentitySettings
from waypost.journeys.log import EventLog
from waypost.kernels.identity_rows import identity_smallest
from waypost.kit import SILENT, Progress

__all__ = ["FATES", "STANDINGS", "Persons", "resolve"]

STANDINGS: Mapping[int, str] = {
    Standing.FINE: "joined",
    Standing.BLOCKED: "blocked",
    Standing.SHARED_DEVICE: "shared device",
    Standing.SHARED: "shared",
    Standing.SPLIT: "split",
    Standing.PARTED: "shared by name",
}

FATES: Mapping[int, str] = {
    Fate.JOINED: "joined",
    Fate.OVER_LIMIT: "demoted",
    Fate.CONTRADICTION: "demoted",
    Fate.KEPT_APART: "demoted",
    Fate.SHARED: "demoted",
    Fate.BLOCKED: "blocked",
    Fate.SPLIT: "split",
    Fate.OTHER_NAME: "demoted",
}


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who.

    ``person_of_rows``: int32 per row of the log, −1 = nobody or a row that does not count.
    ``hashes``: uint64 per person, rising: the smallest hash of its identifiers, from which its id
    is made. ``person_of_nodes``: int32 per identifier, −1 if it stands for nobody or no event is
    its own. ``parts``: what people with different names share. ``priorities``: int32 per kind, 0 is
    trusted most.
    """

    person_of_rows: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    person_of_nodes: NDArray[np.int32]
    nodes: Identifiers
    edges: Edges
    parts: Parts
    joined: Joined
    priorities: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of persons who have at least one event."""
        return int(self.hashes.size)

    def person_id(self, person: int) -> str:
        """The stable id: ``p_`` and 16 hexadecimal digits."""
        return f"p_{int(self.hashes[person]):016x}"

    def ids(self) -> pa.Array:
        """The stable id of every person, in order."""
        return pa.array([f"p_{value:016x}" for value in self.hashes.tolist()], pa.string())

    def identifiers(self) -> pa.Table:
        """Every identifier: ``kind``, ``value``, ``person`` (null for nobody), ``standing``.

        One that people with different names use has a further row for each, with its ``name``.
        """
        kinds = pa.DictionaryArray.from_arrays(
            pa.array(self.nodes.kind.astype(np.int32)), pa.array(self.nodes.kinds, pa.string())
        )
        persons = pa.array(self.person_of_nodes, mask=self.person_of_nodes < 0)
        values = pa.chunked_array(self.nodes.values, pa.string())
        standing = _worded(self.joined.standing, STANDINGS)
        names = np.full(self.nodes.count, None, object)
        names[self.parts.part] = self.parts.labels
        columns = {"kind": kinds, "value": values, "person": persons, "standing": standing}
        return pa.table(columns | {"name": pa.array(names, pa.string())})


def _worded(codes: NDArray[np.uint8], words: Mapping[int, str]) -> pa.Array:
    names = [words[code] for code in range(len(words))]
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names))


def resolve(
    log: EventLog,
    settings: IdentitySettings,
    decisions: Decisions,
    *,
    progress: Progress = SILENT,
) -> Persons:
    """The persons behind the log's rows that count.

    The answer depends on which identifiers were seen together and when, never on the order of
    import. Costs about a second per million rows; memory is some 100 bytes a row and 150 per
    identifier.
    """
    active = decisions.active()
    blocked: dict[str, list[str]] = {}
    for decision in active:
        if decision.act == BLOCK:
            blocked.setdefault(decision.kind, []).append(decision.value)
    reading = read_identifiers(log, settings, decided=blocked, progress=progress)
    nodes, at = reading.identifiers, reading.at
    edges = read_edges(log, nodes, at, progress=progress)
    aside = set_aside(nodes, edges, settings, split=_split(nodes, active))
    told = read_names(log, settings, progress=progress)
    fine = aside.standing == Standing.FINE
    found = part_by_name(log, (nodes, edges), fine, told, at=at, settings=settings)
    nodes, parts = found.identifiers, found.parts
    apart = parts.spread(_apart(nodes, active))
    aside = aside.of(found.origin)
    joined = join(nodes, found.edges, settings, aside=aside, apart=apart, parts=parts)
    rows = roots_of_rows(nodes, joined, settings, at)
    return _numbered(found, joined, rows, settings)


def _split(nodes: Identifiers, active: tuple[Decision, ...]) -> list[int]:
    """Nodes taken out by hand; what the log does not have is passed over."""
    found = (nodes.find(d.kind, d.value) for d in active if d.act == SPLIT)
    return [node for node in found if node >= 0]


def _apart(nodes: Identifiers, active: tuple[Decision, ...]) -> list[tuple[int, int]]:
    """Pairs of nodes to keep apart; what the log does not have is passed over."""
    pairs = (
        (nodes.find(d.kind, d.value), nodes.find(d.other_kind, d.other_value))
        for d in active
        if d.act == APART
    )
    return [pair for pair in pairs if min(pair) >= 0]


def _numbered(
    found: Parted,
    joined: Joined,
    root_of_rows: NDArray[np.int32],
    settings: IdentitySettings,
) -> Persons:
    """Number the persons who have events, by their hashes."""
    nodes = found.identifiers
    smallest = np.full(nodes.count, np.iinfo(np.uint64).max, np.uint64)
    identity_smallest(smallest, joined.roots, nodes.hashes)
    active = np.zeros(nodes.count + 1, np.bool_)
    active[root_of_rows] = True
    roots = np.flatnonzero(active[:-1])
    roots = roots[np.argsort(smallest[roots], kind="stable")]
    number = np.full(nodes.count + 1, -1, np.int32)
    number[roots] = np.arange(roots.size, dtype=np.int32)
    stands = (joined.standing == Standing.FINE) | (joined.standing == Standing.SPLIT)
    return Persons(
        person_of_rows=number[root_of_rows],
        hashes=smallest[roots],
        person_of_nodes=np.where(stands, number[joined.roots], -1).astype(np.int32),
        nodes=nodes,
        edges=found.edges,
        parts=found.parts,
        joined=joined,
        priorities=np.array([settings.of(kind).priority for kind in nodes.kinds], np.int32),
    )
