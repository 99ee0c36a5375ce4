"""The identifiers of a log as numbered nodes, in an order that only their values decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.identity.junk import blocked_values, canonical, canonical_text
from waypost.identity.settings import IdentitySettings
from waypost.journeys.log import EventLog, text_md5
from waypost.kit import Progress
from waypost.model import IDENTIFIER_PREFIX

__all__ = ["Identifiers", "read_identifiers"]

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Nodes sorted by kind, then by the hash of kind and value.

    ``starts[k]`` to ``starts[k + 1]`` are the nodes of kind ``k``, with ``values[k]``; ``kind`` is
    uint8[n], ``hashes`` uint64[n], ``blocked`` bool[n]. ``columns`` has per identifier column of
    the log the node of every row, int32[rows], −1 for none or a row that does not count.
    """

    kinds: tuple[str, ...]
    starts: NDArray[np.int64]
    kind: NDArray[np.uint8]
    values: tuple[pa.Array, ...]
    hashes: NDArray[np.uint64]
    blocked: NDArray[np.bool_]
    columns: tuple[tuple[int, NDArray[np.int32]], ...]

    @property
    def count(self) -> int:
        """Number of identifiers, blocked ones included."""
        return int(self.starts[-1])

    def value(self, node: int) -> tuple[str, str]:
        """Kind and value of a node."""
        kind = int(self.kind[node])
        return self.kinds[kind], self.values[kind][int(node - self.starts[kind])].as_py()

    def find(self, kind: str, value: str) -> int:
        """The node of an identifier, −1 if the log does not have it."""
        if kind not in self.kinds:
            return -1
        number = self.kinds.index(kind)
        text = canonical_text(kind, value)
        hi, _ = text_md5(pa.array([text]), prefix=f"{kind}\0")
        first, stop = int(self.starts[number]), int(self.starts[number + 1])
        node = first + int(np.searchsorted(self.hashes[first:stop], hi[0]))
        while node < stop and self.hashes[node] == hi[0]:
            if self.value(node)[1] == text:
                return node
            node += 1
        return -1


@dataclass(frozen=True, slots=True)
class _OfKind:
    values: pa.Array
    hashes: NDArray[np.uint64]
    blocked: NDArray[np.bool_]
    columns: list[NDArray[np.int32]]


def read_identifiers(
    log: EventLog,
    settings: IdentitySettings,
    *,
    decided: Mapping[str, Collection[str]],
    progress: Progress,
) -> Identifiers:
    """Every identifier of a row that counts; ``decided`` are values blocked by hand, by kind."""
    kinds = log.identifier_kinds()
    progress.start("reading identifiers", len(kinds))
    parts = []
    for kind in kinds:
        parts.append(_read_kind(log, kind, settings, decided.get(kind, ())))
        progress.advance(1)
    progress.finish()
    starts = np.cumsum([0, *(len(part.values) for part in parts)])
    columns = [
        (number, _shifted(column, int(starts[number])))
        for number, part in enumerate(parts)
        for column in part.columns
    ]
    return Identifiers(
        kinds=kinds,
        starts=starts,
        kind=np.repeat(np.arange(len(kinds), dtype=np.uint8), np.diff(starts)),
        values=tuple(part.values for part in parts),
        hashes=_joined([part.hashes for part in parts], np.uint64),
        blocked=_joined([part.blocked for part in parts], np.bool_),
        columns=tuple(columns),
    )


def _joined(parts: list[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    return np.concatenate([np.empty(0, dtype), *parts])


def _shifted(column: NDArray[np.int32], first: int) -> NDArray[np.int32]:
    column[column >= 0] += np.int32(first)
    return column


def _read_kind(
    log: EventLog, kind: str, settings: IdentitySettings, decided: Collection[str]
) -> _OfKind:
    names = [
        name
        for name in log.identifier_columns()
        if name.removeprefix(IDENTIFIER_PREFIX).split("#")[0] == kind
    ]
    texts, columns = _codes(log, names)
    values, renumbered = _distinct(kind, texts, columns)
    hi, lo = text_md5(values, prefix=f"{kind}\0")
    order = np.lexsort((lo, hi))
    place = np.empty(order.size + 1, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    place[-1] = -1
    final = place[renumbered]
    values = values.take(pa.array(order))
    return _OfKind(
        values=values,
        hashes=hi[order],
        blocked=blocked_values(kind, values, settings, decided),
        columns=_once([final[column] for column in columns]),
    )


def _once(columns: list[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
    """A row that repeats an identifier has it once."""
    for one, other in combinations(columns, 2):
        other[other == one] = -1
    return columns


def _codes(log: EventLog, names: list[str]) -> tuple[pa.Array, list[NDArray[np.int32]]]:
    """All texts of the columns, each once, and per column and row the number of its text, or −1."""
    rows = log.row_count()
    chunks: list[pa.Array] = []
    places: list[tuple[int, int, NDArray[np.bool_]]] = []
    for part in log.scan(names, encoded=names):
        for number, array in enumerate(part.batch.columns):
            if array.null_count < len(array):
                chunks.append(array)
                places.append((number, part.first_row, part.visible))
    columns = [np.full(rows, -1, np.int32) for _ in names]
    if not chunks:
        return pa.array([], pa.string()), columns
    unified = pa.chunked_array(chunks).unify_dictionaries()
    del chunks
    for (number, first, visible), chunk in zip(places, unified.chunks, strict=True):
        codes = chunk.indices.fill_null(-1).to_numpy()
        columns[number][first : first + len(chunk)] = np.where(visible, codes, -1)
    return unified.chunk(0).dictionary, columns


def _distinct(
    kind: str, texts: pa.Array, columns: list[NDArray[np.int32]]
) -> tuple[pa.Array, NDArray[np.int32]]:
    """Canonical values that occur in rows that count, and per text the number of its value.

    The last entry of the numbers is −1, so that text −1 stays −1.
    """
    used = np.zeros(len(texts) + 1, np.bool_)
    for column in columns:
        used[column] = True
    occurring = np.flatnonzero(used[:-1])
    encoded = canonical(kind, texts.take(pa.array(occurring))).dictionary_encode()
    numbers = np.full(len(texts) + 1, -1, np.int32)
    numbers[occurring] = encoded.indices.to_numpy()
    return encoded.dictionary, numbers
