"""The identifiers of a log as numbered nodes, in an order that only their values decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.identity.interning import Interner
from waypost.identity.junk import blocked_values, canonical, canonical_text
from waypost.identity.settings import IdentitySettings
from waypost.journeys.log import EventLog, Rows, text_md5
from waypost.kit import Progress
from waypost.model import IDENTIFIER_PREFIX

__all__ = ["Identifiers", "Reading", "read_identifiers", "with_parts"]


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Nodes sorted by kind, then by the hash of kind and value.

    ``starts[k]`` to ``starts[k + 1]`` are the nodes of kind ``k``, with ``values[k]``; ``kind`` is
    uint16[n], ``hashes`` uint64[n], ``blocked`` bool[n]. ``columns`` has per identifier column of
    the log the node of every row, int32[rows], −1 for none or a row that does not count.
    """

    kinds: tuple[str, ...]
    starts: NDArray[np.int64]
    kind: NDArray[np.uint16]
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
class Reading:
    """The identifiers of a log, and the instant of every row in microseconds since 1970 UTC."""

    identifiers: Identifiers
    at: NDArray[np.int64]


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
) -> Reading:
    """Every identifier of a row that counts; ``decided`` are values blocked by hand, by kind."""
    names = log.identifier_columns()
    kinds = sorted({_kind_of(name) for name in names})
    interners = {kind: Interner() for kind in kinds}
    at, columns = _codes(log, names, interners, progress)
    complete = bool(log.visible().all())
    parts = []
    for kind in kinds:
        mine = [columns[name] for name in names if _kind_of(name) == kind]
        texts = interners.pop(kind).texts()
        values, numbers = _distinct(kind, texts, [] if complete else mine)
        parts.append(_of_kind(kind, values, settings, decided.get(kind, ()), (numbers, mine)))
    return Reading(_numbered(tuple(kinds), parts), at)


def _kind_of(column: str) -> str:
    return column.removeprefix(IDENTIFIER_PREFIX).split("#")[0]


def _codes(
    log: EventLog,
    names: Sequence[str],
    interners: Mapping[str, Interner],
    progress: Progress,
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.int32]]]:
    """The instant of every row, and per column the number of its text, −1 for none."""
    rows = log.row_count()
    at = np.zeros(rows, np.int64)
    columns = {name: np.full(rows, -1, np.int32) for name in names}
    progress.start("reading identifiers", rows)
    for part in _read_ahead(log.scan(["at", *names], encoded=names)):
        stop = part.first_row + part.batch.num_rows
        at[part.first_row : stop] = part.batch.column("at").cast(pa.int64()).to_numpy()
        for name in names:
            numbers = interners[_kind_of(name)].numbers(part.batch.column(name))
            columns[name][part.first_row : stop] = np.where(part.visible, numbers, -1)
        progress.advance(part.batch.num_rows)
    progress.finish()
    return at, columns


def _read_ahead(parts: Iterator[Rows]) -> Iterator[Rows]:
    """The same parts; the next one is read while one is worked on."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = pool.submit(next, parts, None)
            yield part


def _distinct(
    kind: str, texts: pa.Array, partial: Sequence[NDArray[np.int32]]
) -> tuple[pa.Array, NDArray[np.int32]]:
    """Canonical values that occur, and per text the number of its value.

    ``partial`` are the columns to look for what occurs in, none if every text does. The last entry
    of the numbers is −1, so that text −1 stays −1.
    """
    occurring = np.arange(len(texts))
    if partial:
        used = np.zeros(len(texts) + 1, np.bool_)
        for column in partial:
            used[column] = True
        occurring = np.flatnonzero(used[:-1])
        texts_used = texts.take(pa.array(occurring))
    else:
        texts_used = texts
    values = canonical(kind, texts_used)
    numbers = np.full(len(texts) + 1, -1, np.int32)
    if values.equals(texts_used):
        numbers[occurring] = np.arange(occurring.size, dtype=np.int32)
        return values, numbers
    encoded = values.dictionary_encode()
    numbers[occurring] = encoded.indices.to_numpy()
    return encoded.dictionary, numbers


def _of_kind(
    kind: str,
    values: pa.Array,
    settings: IdentitySettings,
    decided: Collection[str],
    occurrences: tuple[NDArray[np.int32], list[NDArray[np.int32]]],
) -> _OfKind:
    """Sort the values by hash and number the rows accordingly; a row has an identifier once."""
    numbers, columns = occurrences
    hi, lo = text_md5(values, prefix=f"{kind}\0")
    order = np.lexsort((lo, hi))
    place = np.full(order.size + 1, -1, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    final = place[numbers]
    for column in columns:
        np.take(final, column, out=column, mode="wrap")
    for one, other in combinations(columns, 2):
        other[other == one] = -1
    values = values.take(pa.array(order))
    return _OfKind(values, hi[order], blocked_values(kind, values, settings, decided), columns)


def _numbered(kinds: tuple[str, ...], parts: Sequence[_OfKind]) -> Identifiers:
    starts = np.cumsum([0, *(len(part.values) for part in parts)])
    columns = [
        (number, _shifted(column, int(starts[number])))
        for number, part in enumerate(parts)
        for column in part.columns
    ]
    return Identifiers(
        kinds=kinds,
        starts=starts,
        kind=np.repeat(np.arange(len(kinds), dtype=np.uint16), np.diff(starts)),
        values=tuple(part.values for part in parts),
        hashes=np.concatenate([np.empty(0, np.uint64), *(part.hashes for part in parts)]),
        blocked=np.concatenate([np.empty(0, np.bool_), *(part.blocked for part in parts)]),
        columns=tuple(columns),
    )


def _shifted(column: NDArray[np.int32], first: int) -> NDArray[np.int32]:
    column[column >= 0] += np.int32(first)
    return column


def with_parts(
    identifiers: Identifiers, bases: NDArray[np.int32], keys: Sequence[str]
) -> tuple[Identifiers, NDArray[np.int32], NDArray[np.int64]]:
    """Further nodes of the same kind and value as ``bases``, told apart by ``keys``.

    Also the new number of every node and then of every part, and the former node behind each new
    one. A part has its value's blocking and a hash made of value and key; no row has it yet.
    """
    hashes = identifiers.hashes, np.empty(len(keys), np.uint64)
    for kind in np.unique(identifiers.kind[bases]).tolist():
        mine = np.flatnonzero(identifiers.kind[bases] == kind)
        texts = [f"{identifiers.value(int(bases[one]))[1]}\0{keys[one]}" for one in mine.tolist()]
        hashes[1][mine] = text_md5(pa.array(texts), prefix=f"{identifiers.kinds[kind]}\0")[0]
    whole = np.concatenate(hashes)
    kind_of = np.concatenate([identifiers.kind, identifiers.kind[bases]])
    order = np.lexsort((whole, kind_of))
    number = np.empty(order.size, np.int32)
    number[order] = np.arange(order.size, dtype=np.int32)
    origin = np.concatenate([np.arange(identifiers.count), bases])[order]
    starts = np.searchsorted(kind_of[order], np.arange(len(identifiers.kinds) + 1))
    values = tuple(
        identifiers.values[kind].take(pa.array(origin[first:stop] - identifiers.starts[kind]))
        for kind, (first, stop) in enumerate(pairwise(starts.tolist()))
    )
    columns = tuple(
        (kind, np.append(number[: identifiers.count], np.int32(-1))[nodes])
        for kind, nodes in identifiers.columns
    )
    wider = Identifiers(
        identifiers.kinds, starts, kind_of[order], values, whole[order],
        identifiers.blocked[origin], columns,
    )  # fmt: skip
    return wider, number, origin
