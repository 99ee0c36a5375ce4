"""From a filter's condition to which events of a shard fulfil it.

Every atom of a condition has one field, so each is decided where it is cheapest: names in the
dictionaries once per code, ``value``, ``rating`` and ``at`` on the shard's arrays, texts and
attributes once per distinct text of the event log, gathered by row number.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.engines.fields import (
    dictionary_texts,
    of_persons_events,
    trait_names,
    trait_texts,
)
from waypost.engines.keys import SnapshotKeys
from waypost.engines.placing import anywhere
from waypost.errors import RuleError, nearest
from waypost.journeys import EventLog
from waypost.journeys.binding import open_duckdb, truth_of
from waypost.kernels.coded import any_event_per_person
from waypost.kernels.masks import EventChoice, events_by_code, persons_at, persons_by_code
from waypost.model.conditions import (
    ATTRIBUTE,
    DICTIONARY_NAMES,
    EVENT_NAMES,
    PERSON,
    All,
    Atom,
    Compare,
    Condition,
    Missing,
    Node,
    Not,
    OneOf,
    Setting,
    bounds_us,
    minor_bound,
)
from waypost.model.conditions import Any as AnyOf
from waypost.questions import EventsView, KeyCodes, ShardView, SnapshotView

__all__ = ["SnapshotMasks"]

KEPT_BYTES = 128 << 20
NO_VALUE = np.iinfo(np.int64).min
Truth = NDArray[np.bool_]
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


_AXES = {name: "touchpoint" if name == "step" else name for name in DICTIONARY_NAMES}
_FEW = 0.25
"""Of all events of a shard: beyond this share, a scan is faster than posting lists."""


@dataclass(frozen=True, slots=True)
class _Table:
    """``truth: uint8[codes]`` of a condition over the array ``axis``."""

    axis: str
    truth: NDArray[np.uint8]


class SnapshotMasks:
    """Evaluates conditions on one snapshot. Safe to share between threads.

    Keeps the truth of the latest comparisons with texts and attributes (128 MB, one byte per row of
    the log each). Without a ``log``, conditions about these raise ``RuleError``.
    """

    def __init__(self, snapshot: SnapshotView, log: EventLog | None = None) -> None:
        self._snapshot = snapshot
        self._log = log
        self._setting = Setting.of(snapshot.zone, snapshot.currency)
        self._tables: dict[Atom, Truth] = {}
        self._read: OrderedDict[Atom, Truth] = OrderedDict()
        self._lock = threading.RLock()
        self._duckdb = open_duckdb()
        self._keys = SnapshotKeys(snapshot, log)
        self._conditions: dict[str, Condition] = {}
        self._by_code: dict[str, _Table | None] = {}

    def key_codes(self, field: str, events: EventsView) -> KeyCodes:
        """As ``SnapshotKeys.key_codes``."""
        return self._keys.key_codes(field, events)

    def event_mask(self, condition: str | Condition, events: EventsView) -> NDArray[np.uint8]:
        """``uint8[events]``, 1 = the event fulfils the condition.

        ``RuleError`` for text that does not parse, and for names that the snapshot or the log does
        not know. The first use of an attribute reads its column of the log.
        """
        table = self._table_of(condition)
        if table is not None:
            return events_by_code(getattr(events, table.axis), table.truth)
        parsed = self._parsed(condition)
        known = self._known(parsed.atoms)
        truth = _truth(parsed.root, lambda atom: self._atom(atom, known, events))
        mask: NDArray[np.uint8] = truth.view(np.uint8)
        return mask

    def events_of(
        self, condition: str | Condition, shard: ShardView, persons: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """As ``event_mask``; events of persons that are 0 in ``persons`` may say anything."""
        table = self._table_of(condition)
        if table is None:
            return self.event_mask(condition, shard)
        codes = getattr(shard, table.axis)
        return events_by_code(codes, table.truth, offsets=shard.offsets, persons=persons)

    def event_choice(self, condition: str | Condition, events: EventsView) -> EventChoice | None:
        """As ``event_mask``, before any event is looked at; None where no one code decides it."""
        table = self._table_of(condition)
        return None if table is None else EventChoice.of(getattr(events, table.axis), table.truth)

    def persons_with(self, condition: str | Condition, shard: ShardView) -> NDArray[np.uint8]:
        """``uint8[persons]``: 1 where at least one event fulfils the condition.

        Where the shard knows the places of the codes in question, and they are few, nothing else is
        looked at.
        """
        table = self._table_of(condition)
        if table is None:
            return any_event_per_person(shard.offsets, self.event_mask(condition, shard))
        posted = shard.postings(table.axis)
        if posted is not None:
            codes = np.flatnonzero(table.truth).tolist()
            if sum(len(posted.of(code)) for code in codes) <= len(posted.positions) * _FEW:
                found = np.zeros(shard.offsets.size - 1, np.uint8)
                for code in codes:
                    persons_at(shard.offsets, posted, code, found)
                return found
        return persons_by_code(shard.offsets, getattr(shard, table.axis), table.truth)

    def _parsed(self, condition: str | Condition) -> Condition:
        if isinstance(condition, Condition):
            return condition
        with self._lock:
            if condition not in self._conditions:
                self._conditions[condition] = Condition.parse(condition)
            return self._conditions[condition]

    def _table_of(self, condition: str | Condition) -> _Table | None:
        """The condition's truth by code, where one code array decides it; kept for texts."""
        if not isinstance(condition, str):
            return self._table_by_code(condition)
        if condition not in self._by_code:
            self._by_code[condition] = self._table_by_code(self._parsed(condition))
        return self._by_code[condition]

    def _table_by_code(self, condition: Condition) -> _Table | None:
        axes = {_AXES.get(atom.field.name) for atom in condition.atoms}
        axis = axes.pop() if len(axes) == 1 else None
        if axis is None:
            return None
        known = self._known(condition.atoms)
        truth = _truth(condition.root, lambda atom: known[atom])
        return _Table(axis, truth.view(np.uint8))

    def _atom(self, atom: Atom, known: Mapping[Atom, Truth], events: EventsView) -> Truth:
        name = atom.field.name
        if name in DICTIONARY_NAMES:
            codes = events.touchpoint if name == "step" else getattr(events, name)
            return np.take(known[atom], codes)
        if name == "value":
            return _of_values(atom, events.value, self._setting.digits)
        if name == "rating":
            return _of_ratings(atom, events.rating)
        if name == "at":
            return self._of_instants(atom, events.at)
        if name.startswith(PERSON):
            return of_persons_events(known[atom], events, missing=False)
        return np.take(known[atom], events.row)

    def _of_instants(self, atom: Atom, at: NDArray[np.signedinteger[Any]]) -> Truth:
        if not isinstance(atom, Compare):
            return np.zeros(at.shape, bool)
        assert isinstance(atom.literal, date)
        first, after = (self._tick(us) for us in bounds_us(atom.literal, self._setting.zone))
        if atom.op == "=":
            return (at >= first) & (at < after)
        bound = first if atom.op in {"<", ">="} else after
        found: Truth = at < bound if atom.op in {"<", "<="} else at >= bound
        return found

    def _tick(self, instant_us: int) -> int:
        """The first tick at or after an instant."""
        tick_us = 1_000_000 // self._snapshot.ticks_per_second
        return -(-(instant_us - self._snapshot.epoch_us) // tick_us)

    def _known(self, atoms: Sequence[Atom]) -> dict[Atom, Truth]:
        """Per code, per row of the log or per person: what a shard's arrays alone do not tell."""
        coded = [atom for atom in atoms if atom.field.name in DICTIONARY_NAMES]
        read = [atom for atom in atoms if atom.field.name == "text" or "." in atom.field.name]
        with self._lock:
            for atom in coded:
                if atom not in self._tables:
                    self._tables[atom] = self._table(atom)
            new = [atom for atom in read if atom not in self._read]
            self._read.update(self._learned(new) if new else {})
            known = {atom: self._tables[atom] for atom in coded}
            known.update({atom: self._read[atom] for atom in read})
            self._forget(read)
        return known

    def _forget(self, used: Sequence[Atom]) -> None:
        """Drop what was not used for longest, down to the bytes kept."""
        for atom in used:
            self._read.move_to_end(atom)
        total = sum(truth.nbytes for truth in self._read.values())
        while total > KEPT_BYTES and len(self._read) > 1:
            total -= self._read.popitem(last=False)[1].nbytes

    def _table(self, atom: Atom) -> Truth:
        name = atom.field.name
        texts = dictionary_texts(self._snapshot, name)
        unknown = isinstance(atom, OneOf) and not atom.field.fold and name not in _OPEN
        for text in atom.texts if isinstance(atom, OneOf) and unknown else ():
            if text not in texts:
                raise _unknown(f"There is no {name} “{text}” in this snapshot.", text, texts)
        return truth_of(atom, texts, self._duckdb)

    def _learned(self, atoms: Sequence[Atom]) -> dict[Atom, Truth]:
        of_persons = [atom for atom in atoms if atom.field.name.startswith(PERSON)]
        of_rows = [atom for atom in atoms if atom not in of_persons]
        found = {atom: self._of_persons(atom) for atom in of_persons}
        return {**found, **self._of_log(of_rows)} if of_rows else found

    def _of_persons(self, atom: Atom) -> Truth:
        texts = trait_texts(self._snapshot, atom.field.name)
        if texts is None:
            trait = atom.field.name.removeprefix(PERSON)
            raise _unknown(f"Persons have no trait “{trait}”.", trait, trait_names(self._snapshot))
        return truth_of(atom, texts, self._duckdb, self._setting)

    def _of_log(self, atoms: Sequence[Atom]) -> dict[Atom, Truth]:
        log = self._log
        columns = list(dict.fromkeys(atom.field.name for atom in atoms))
        if log is None:
            raise RuleError(
                f"“{columns[0].removeprefix(ATTRIBUTE)}” can only be asked where the event log is.",
                hint="Ask through an open workspace.",
            )
        self._check_attributes(log, columns)
        found = {atom: np.zeros(log.row_count(), bool) for atom in atoms}
        anywhere()
        for rows in log.scan(columns, encoded=columns):
            for atom in atoms:
                encoded = rows.batch[columns.index(atom.field.name)]
                truth = _per_row(atom, encoded, self._duckdb, self._setting)
                found[atom][rows.first_row : rows.first_row + len(truth)] = truth
        return found

    def _check_attributes(self, log: EventLog, columns: Sequence[str]) -> None:
        known = log.attribute_names()
        for column in columns:
            name = column.removeprefix(ATTRIBUTE)
            if column.startswith(ATTRIBUTE) and name not in known:
                raise _unknown(f"No event has “{name}”.", name, [*EVENT_NAMES, *known])


_OPEN = frozenset({"event", "channel", "source"})
"""Dictionaries whose words come from the data: a word that does not occur is no mistake."""


def _truth(node: Node, of_atom: Callable[[Atom], Truth]) -> Truth:
    if isinstance(node, Not):
        return np.logical_not(_truth(node.part, of_atom))
    if isinstance(node, All | AnyOf):
        join = np.logical_and if isinstance(node, All) else np.logical_or
        found = _truth(node.parts[0], of_atom)
        for part in node.parts[1:]:
            found = join(found, _truth(part, of_atom))
        return found
    return of_atom(node)


def _unknown(message: str, word: str, known: Sequence[str]) -> RuleError:
    near = nearest(word, [name for name in known if name])
    listed = sorted({name for name in known if name})[:20]
    hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(listed)}."
    return RuleError(message, hint=hint, name=word)


def _per_row(atom: Atom, encoded: pa.DictionaryArray, duckdb: Any, setting: Setting) -> Truth:
    """The truth of each distinct text, missing last, spread over the rows."""
    texts = pa.concat_arrays([encoded.dictionary.cast(pa.string()), pa.nulls(1, pa.string())])
    truth = truth_of(atom, texts, duckdb, setting)
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)
    return cast("Truth", truth[codes])


def _of_values(atom: Atom, value: NDArray[np.int64], digits: int) -> Truth:
    known: Truth = value != NO_VALUE
    if isinstance(atom, Missing):
        return np.logical_not(known)
    assert isinstance(atom, Compare)
    bound = minor_bound(atom.literal, atom.op, digits)
    if bound is None:
        return np.zeros(value.shape, bool)
    found: Truth = SIGNS[atom.op](value, bound) & known
    return found


def _of_ratings(atom: Atom, rating: NDArray[np.float32]) -> Truth:
    if isinstance(atom, Missing):
        missing: Truth = np.isnan(rating)
        return missing
    assert isinstance(atom, Compare)
    assert isinstance(atom.literal, Decimal)
    found: Truth = SIGNS[atom.op](rating, np.float32(float(atom.literal)))
    return found
