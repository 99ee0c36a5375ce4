"""Under which names the rows of a log were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.identity.interning import Interner
from waypost.identity.person_names import SEPARATOR
from waypost.identity.settings import IdentitySettings
from waypost.journeys.log import EventLog, Segment
from waypost.kit import Progress
from waypost.model import ATTRIBUTE_PREFIX

__all__ = ["NamesOfRows", "read_names"]


@dataclass(frozen=True, slots=True)
class NamesOfRows:
    """Rows that count and carry a name: int64, rising, and int32, its number in ``texts``."""

    rows: NDArray[np.int64]
    text: NDArray[np.int32]
    texts: pa.Array


def read_names(log: EventLog, settings: IdentitySettings, *, progress: Progress) -> NamesOfRows:
    """The names in the attributes that the settings list; of several in a row the first listed.

    Only segments that have such an attribute are read.
    """
    known = set(log.attribute_names())
    wanted = [
        tuple(f"{ATTRIBUTE_PREFIX}{part}" for part in parts)
        for parts in settings.name_attributes()
        if known.intersection(parts)
    ]
    columns = sorted({column for parts in wanted for column in parts})
    segments = [one for one in log.segments() if _has_any(one, columns)]
    interner, rows, numbers = Interner(), [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    progress.start("reading names", sum(segment.rows for segment in segments))
    for part in log.scan(columns, segments=segments) if segments else ():
        texts = _texts(part.batch, wanted)
        texts = pc.if_else(pa.array(part.visible), texts, pa.scalar(None, pa.string()))
        found = interner.numbers(texts.dictionary_encode())
        places = np.flatnonzero(found >= 0)
        rows.append(places + part.first_row)
        numbers.append(found[places])
        progress.advance(part.batch.num_rows)
    progress.finish()
    return NamesOfRows(np.concatenate(rows), np.concatenate(numbers), interner.texts())


def _has_any(segment: Segment, columns: Sequence[str]) -> bool:
    folded = {f"{ATTRIBUTE_PREFIX}{name}" for name in segment.more}
    return not folded.union(segment.columns).isdisjoint(columns)


def _texts(batch: pa.RecordBatch, wanted: Sequence[tuple[str, ...]]) -> pa.Array:
    """The name of each row, null where none; first and last name parted by U+001F."""
    found = []
    for parts in wanted:
        whole = [_filled(batch.column(part)) for part in parts]
        if len(whole) == 1:
            found.append(whole[0])
        else:
            joined = pc.binary_join_element_wise(*(pc.fill_null(w, "") for w in whole), SEPARATOR)
            found.append(pc.if_else(pc.equal(joined, SEPARATOR), None, joined))
    return pc.coalesce(*found)


def _filled(texts: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
