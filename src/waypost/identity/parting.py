"""Mailboxes and phones that people with different names use, parted by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.identity.edges import Edges, edges_of_rows
from waypost.identity.identifiers import Identifiers, with_parts
from waypost.identity.name_table import NameTable
from waypost.identity.naming import NamesOfRows
from waypost.identity.person_names import PersonName, known_as, parse_name
from waypost.identity.settings import IdentitySettings
from waypost.journeys.log import EventLog
from waypost.kernels.union_find import union_edges, union_roots

__all__ = ["Parted", "Parts", "part_by_name"]

_NO_NODES = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of identifiers that several people use, and the names that nodes carry.

    ``base`` and ``part``: int32 nodes, the parts of one base behind each other, who used it most
    often under a name first; ``labels`` are these names. ``named`` and ``name``: int32 pairs of a
    node and a name of ``table`` that was seen with it.
    """

    base: NDArray[np.int32]
    part: NDArray[np.int32]
    labels: tuple[str, ...]
    named: NDArray[np.int32]
    name: NDArray[np.int32]
    table: NameTable

    @property
    def bases(self) -> NDArray[np.int32]:
        """The parted identifiers, each once, rising."""
        return np.unique(self.base)

    def spread(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The pairs of nodes, with a parted identifier's parts in its stead."""
        return [
            (one, other)
            for pair in pairs
            for one in self._parts_of(pair[0])
            for other in self._parts_of(pair[1])
        ]

    def _parts_of(self, node: int) -> list[int]:
        return [int(part) for part in self.part[self.base == node]] or [node]


@dataclass(frozen=True, slots=True)
class Parted:
    """Identifiers and edges with the parts as nodes of their own.

    ``origin``: int64 per node the one that it was before, for a part the parted one.
    """

    identifiers: Identifiers
    edges: Edges
    parts: Parts
    origin: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Distinct pairs of node and name with how many rows, the first instant and a text of it."""

    node: NDArray[np.int32]
    name: NDArray[np.int32]
    rows: NDArray[np.int64]
    first_at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    """What belongs together of one identifier."""

    base: int
    names: tuple[int, ...]
    label: str
    key: str


def part_by_name(
    log: EventLog,
    found: tuple[Identifiers, Edges],
    fine: NDArray[np.bool_],
    told: NamesOfRows,
    *,
    at: NDArray[np.int64],
    settings: IdentitySettings,
) -> Parted:
    """Give each name its part of the identifiers that conflicting names use.

    ``fine``: nodes that may join; only these are parted. Names are looked at where identifiers that
    were seen together have more than one. Of a kind that is not parted, an identifier that
    conflicting names use carries no name.
    """
    identifiers, edges = found
    told = _in_doubt(identifiers, edges, fine, told)
    names, texts_of, name_of_text = _parsed(told)
    table = NameTable.of(names)
    name_of_row = name_of_text[told.text]
    keep = name_of_row >= 0
    rows, name_of_row = told.rows[keep], name_of_row[keep]
    seen = _seen(identifiers, fine, (rows, name_of_row), at, settings)
    divided, loose = _divided(identifiers, seen, (names, table, texts_of), settings)
    if not divided:
        parts = _parts(seen, loose, table, None, ())
        return Parted(identifiers, edges, parts, np.arange(identifiers.count))
    return _rebuilt(log, found, (rows, name_of_row), (seen, loose, table, divided), at=at)


def _in_doubt(
    identifiers: Identifiers, edges: Edges, fine: NDArray[np.bool_], told: NamesOfRows
) -> NamesOfRows:
    """The rows whose identifiers are connected with more than one text of a name."""
    if told.rows.size == 0:
        return told
    roots = np.arange(identifiers.count, dtype=np.int32)
    usable = (fine[edges.a] & fine[edges.b]).astype(np.uint8)
    union_edges(roots, edges.a, edges.b, usable)
    union_roots(roots)
    root = np.full(told.rows.size, -1, np.int32)
    place = np.append(np.where(fine, roots, -1), -1).astype(np.int32)
    for _, nodes in identifiers.columns:
        mine = place[nodes[told.rows]]
        root = np.where(root < 0, mine, root)
    pairs = np.unique((root[root >= 0].astype(np.int64) << 32) | told.text[root >= 0])
    texts = np.bincount((pairs >> 32).astype(np.int64), minlength=identifiers.count + 1)
    doubtful = (root >= 0) & (texts[root] > 1)
    return NamesOfRows(told.rows[doubtful], told.text[doubtful], told.texts)


def _parsed(
    told: NamesOfRows,
) -> tuple[list[PersonName], list[str], NDArray[np.int32]]:
    """Distinct names, the first text of each by letters, and per text its name (−1 = none)."""
    used = np.unique(told.text)
    texts = told.texts.take(pa.array(used)).to_pylist()
    numbers: dict[PersonName, int] = {}
    shown: list[str] = []
    name_of_text = np.full(len(told.texts), -1, np.int32)
    for text, number in sorted(zip(texts, used.tolist(), strict=True)):
        name = parse_name(text)
        if name:
            known = numbers.setdefault(name, len(numbers))
            if known == len(shown):
                shown.append(known_as(text))
            name_of_text[number] = known
    return list(numbers), shown, name_of_text


def _seen(
    identifiers: Identifiers,
    fine: NDArray[np.bool_],
    named: tuple[NDArray[np.int64], NDArray[np.int32]],
    at: NDArray[np.int64],
    settings: IdentitySettings,
) -> _Seen:
    """Which names were seen with which naming identifiers."""
    rows, name = named
    pairs, instants = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for kind, nodes in identifiers.columns:
        if settings.of(identifiers.kinds[kind]).names:
            mine = nodes[rows]
            usable = (mine >= 0) & fine[mine]
            pairs.append((mine[usable].astype(np.int64) << 32) | name[usable])
            instants.append(at[rows[usable]])
    whole, when = np.concatenate(pairs), np.concatenate(instants)
    distinct, place, counts = np.unique(whole, return_inverse=True, return_counts=True)
    first_at = np.full(distinct.size, np.iinfo(np.int64).max)
    np.minimum.at(first_at, place, when)
    return _Seen(
        node=(distinct >> 32).astype(np.int32),
        name=(distinct & 0xFFFFFFFF).astype(np.int32),
        rows=counts.astype(np.int64),
        first_at=first_at,
    )


def _divided(
    identifiers: Identifiers,
    seen: _Seen,
    known: tuple[Sequence[PersonName], NameTable, Sequence[str]],
    settings: IdentitySettings,
) -> tuple[list[_Part], NDArray[np.bool_]]:
    """The parts of parted identifiers, and per pair seen whether its node keeps the name itself."""
    names, table, texts = known
    keeps = np.ones(seen.node.size, np.bool_)
    parts: list[_Part] = []
    starts = np.flatnonzero(np.diff(seen.node, prepend=-1))
    stops = np.append(starts[1:], seen.node.size)
    several = stops - starts > 1
    for start, stop in zip(starts[several].tolist(), stops[several].tolist(), strict=True):
        order = np.lexsort(
            (seen.name[start:stop], seen.first_at[start:stop], -seen.rows[start:stop])
        )
        together = _together([int(seen.name[start + one]) for one in order], table)
        if len(together) == 1:
            continue
        keeps[start:stop] = False
        node = int(seen.node[start])
        if settings.of(identifiers.kinds[int(identifiers.kind[node])]).parted_by_name:
            rows = dict(
                zip(seen.name[start:stop].tolist(), seen.rows[start:stop].tolist(), strict=True)
            )
            together.sort(key=lambda group: -sum(rows[name] for name in group))
            for group in together:
                key = min(" ".join((*names[one].given, *names[one].family)) for one in group)
                parts.append(_Part(node, tuple(group), texts[group[0]], key))
    return parts, keeps


def _together(names: Sequence[int], table: NameTable) -> list[list[int]]:
    """Each name with the first group in which it conflicts with none."""
    found: list[list[int]] = []
    for name in names:
        for group in found:
            pairs = np.array([(name, one) for one in group], np.int32)
            if not table.conflicts(pairs).any():
                group.append(name)
                break
        else:
            found.append([name])
    return found


def _parts(
    seen: _Seen,
    keeps: NDArray[np.bool_],
    table: NameTable,
    numbers: tuple[NDArray[np.int32], NDArray[np.int32]] | None,
    divided: Sequence[_Part],
) -> Parts:
    """``numbers``: the new number of every node, and of every part."""
    named, name = seen.node[keeps], seen.name[keeps]
    if numbers is None:
        return Parts(_NO_NODES, _NO_NODES, (), named, name, table)
    new, mine = numbers
    sizes = [len(part.names) for part in divided]
    of_parts = np.array([one for part in divided for one in part.names], np.int32)
    return Parts(
        base=new[[part.base for part in divided]],
        part=mine,
        labels=tuple(part.label for part in divided),
        named=np.concatenate([new[named], np.repeat(mine, sizes)]),
        name=np.concatenate([name, of_parts]),
        table=table,
    )


def _rebuilt(
    log: EventLog,
    found: tuple[Identifiers, Edges],
    named: tuple[NDArray[np.int64], NDArray[np.int32]],
    made: tuple[_Seen, NDArray[np.bool_], NameTable, list[_Part]],
    *,
    at: NDArray[np.int64],
) -> Parted:
    """Number the parts in, and see anew which identifiers the rows of parted ones have together."""
    identifiers, edges = found
    seen, keeps, table, divided = made
    bases = np.array([part.base for part in divided], np.int32)
    touched = np.zeros(identifiers.count + 1, np.bool_)
    touched[bases] = True
    rows = _rows_with(identifiers, touched, at.size)
    wider, number, origin = with_parts(identifiers, bases, [part.key for part in divided])
    new, mine = number[: identifiers.count], number[identifiers.count :]
    part_of = {
        (part.base, name): int(number)
        for part, number in zip(divided, mine.tolist(), strict=True)
        for name in part.names
    }
    _give_parts(identifiers, wider, named, touched, part_of)
    special = np.zeros(wider.count, np.bool_)
    special[new[bases]] = special[mine] = True
    fresh = edges_of_rows(log, wider, at, rows)
    kept = ~(touched[edges.a] | touched[edges.b])
    old = replace(edges.chosen(kept), a=new[edges.a[kept]], b=new[edges.b[kept]])
    merged = old.with_more(fresh.chosen(special[fresh.a] | special[fresh.b]))
    parts = _parts(seen, keeps, table, (new, mine), divided)
    return Parted(wider, merged, parts, origin)


def _rows_with(
    identifiers: Identifiers, touched: NDArray[np.bool_], count: int
) -> NDArray[np.int64]:
    kinds = {int(identifiers.kind[node]) for node in np.flatnonzero(touched)}
    found = np.zeros(count, np.bool_)
    for kind, nodes in identifiers.columns:
        if kind in kinds:
            found |= touched[nodes]
    return np.flatnonzero(found)


def _give_parts(
    identifiers: Identifiers,
    wider: Identifiers,
    named: tuple[NDArray[np.int64], NDArray[np.int32]],
    touched: NDArray[np.bool_],
    part_of: dict[tuple[int, int], int],
) -> None:
    """Rows with a name get the part of their name."""
    rows, name = named
    keys = np.array([base << 32 | one for base, one in part_of], np.int64)
    order = np.argsort(keys)
    keys, values = keys[order], np.fromiter(part_of.values(), np.int32, len(part_of))[order]
    for (_, before), (_, after) in zip(identifiers.columns, wider.columns, strict=True):
        mine = touched[before[rows]]
        wanted = (before[rows[mine]].astype(np.int64) << 32) | name[mine]
        after[rows[mine]] = values[np.searchsorted(keys, wanted)]
