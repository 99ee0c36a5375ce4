"""The value of one field of every event, as codes that are the same in every shard."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.engines.fields import (
    dictionary_texts,
    of_persons_events,
    trait_names,
    trait_texts,
)
from waypost.engines.placing import anywhere
from waypost.errors import QuestionError, nearest
from waypost.journeys import EventLog
from waypost.model import ATTRIBUTE_PREFIX, IDENTIFIER_PREFIX
from waypost.model.conditions import DICTIONARY_NAMES, PERSON
from waypost.questions import EventsView, KeyCodes, SnapshotView

__all__ = ["SnapshotKeys", "field_column"]

_KEPT_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class _Read:
    """Codes by row of the log or by person number; ``texts`` is what they mean."""

    codes: NDArray[np.int32]
    texts: Sequence[str]


class SnapshotKeys:
    """Reads fields of one snapshot's events. Safe to share between threads.

    Keeps what was read last (512 MB; four bytes per row of the log and field).
    """

    def __init__(self, snapshot: SnapshotView, log: EventLog | None = None) -> None:
        self._snapshot = snapshot
        self._log = log
        self._read: OrderedDict[str, _Read] = OrderedDict()
        self._lock = threading.RLock()

    def key_codes(self, field: str, events: EventsView) -> KeyCodes:
        """The events' values of a dictionary, an identifier, an attribute or a person's trait.

        An empty text is no value. Raises ``QuestionError`` for a field that does not exist, with
        the nearest names. The first use of a field of the log reads its column.
        """
        if field in DICTIONARY_NAMES:
            return _of_dictionary(self._snapshot, field, events)
        read = self._known(field)
        if field.startswith(PERSON):
            return KeyCodes(of_persons_events(read.codes, events, missing=-1), read.texts)
        return KeyCodes(events.row, read.texts, read.codes)

    def _known(self, field: str) -> _Read:
        with self._lock:
            if field not in self._read:
                self._read[field] = (
                    self._of_persons(field) if field.startswith(PERSON) else self._of_log(field)
                )
            self._read.move_to_end(field)
            total = sum(read.codes.nbytes for read in self._read.values())
            while total > _KEPT_BYTES and len(self._read) > 1:
                total -= self._read.popitem(last=False)[1].codes.nbytes
            return self._read[field]

    def _of_persons(self, field: str) -> _Read:
        texts = trait_texts(self._snapshot, field)
        if texts is None:
            trait = field.removeprefix(PERSON)
            raise _unknown(f"Persons have no trait {trait!r}.", trait, trait_names(self._snapshot))
        return _Read(*_codes_of(texts.dictionary_encode()))

    def _of_log(self, field: str) -> _Read:
        if self._log is None:
            raise QuestionError(
                f"The field {field!r} can only be read where the event log is.",
                hint="Ask through an open workspace.",
                field=field,
            )
        return _Read(*_column_codes(self._log, field_column(self._log, field)))


def field_column(log: EventLog, field: str) -> str:
    """The log's column of an identifier kind (``order_id``) or of an attribute.

    Raises ``QuestionError`` with the nearest names.
    """
    bare = field.removeprefix(IDENTIFIER_PREFIX)
    if bare in log.identifier_kinds():
        return f"{IDENTIFIER_PREFIX}{bare}"
    bare = field.removeprefix(ATTRIBUTE_PREFIX)
    attributes = log.attribute_names()
    if bare in attributes:
        return f"{ATTRIBUTE_PREFIX}{bare}"
    known = [*DICTIONARY_NAMES, *log.identifier_kinds(), *attributes]
    raise _unknown(f"Events have no field {field!r}.", bare, known)


def _column_codes(log: EventLog, column: str) -> tuple[NDArray[np.int32], Sequence[str]]:
    """``int32[rows of the log]``, codes in the order in which values first occur."""
    codes = np.full(log.row_count(), -1, dtype=np.int32)
    places: dict[str, int] = {}
    anywhere()
    for rows in log.scan([column], encoded=[column], filled=column):
        local, texts = _codes_of(rows.batch[0])
        table = np.array([*(places.setdefault(text, len(places)) for text in texts), -1], np.int32)
        codes[rows.first_row : rows.first_row + local.size] = table[local]
    return codes, tuple(places)


def _codes_of(encoded: pa.DictionaryArray) -> tuple[NDArray[np.int32], Sequence[str]]:
    """Codes of one dictionary array; null and the empty text are -1."""
    texts = encoded.dictionary.cast(pa.string()).to_pylist()
    kept = [place for place, text in enumerate(texts) if text]
    table = np.full(len(texts) + 1, -1, dtype=np.int32)
    table[kept] = np.arange(len(kept), dtype=np.int32)
    indices = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return table[indices], [texts[place] for place in kept]


def _of_dictionary(view: SnapshotView, field: str, events: EventsView) -> KeyCodes:
    entries = dictionary_texts(view, field)
    texts = sorted({text for text in entries if text})
    place = {text: number for number, text in enumerate(texts)}
    table = np.array([*(place.get(text, -1) for text in entries), -1], dtype=np.int32)
    own = events.touchpoint if field == "step" else getattr(events, field)
    return KeyCodes(own, texts, table)


def _unknown(message: str, word: str, known: Sequence[str]) -> QuestionError:
    near = nearest(word, known)
    hint = (
        f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(sorted(known)[:20])}."
    )
    return QuestionError(message, hint=hint, name=word)
