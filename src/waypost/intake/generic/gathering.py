"""Records of one thing as one event: the lines of a receipt, the articles of an order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from waypost.intake.generic.batch import Faults
from waypost.intake.row_groups import RowGroups

__all__ = ["Gathered", "Singles", "gather"]

_FAR_APART = "its other records lie too far away in the file to be joined"
_SPOILED = "another record of the same group cannot be used"
_CURRENCIES = "the records of its group have amounts in several currencies"

_Numbers = npt.NDArray[np.int64]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Singles:
    """Rows that each make an event of their own: as ``Gathered``, and every column stays."""

    faults: Faults

    def leaders(self) -> _Mask:
        """The usable rows."""
        return self.faults.usable()

    def sizes(self) -> _Numbers:
        """One record each."""
        return np.ones(len(self.faults.usable()), np.int64)

    def summed(self, value: pa.Array) -> pa.Array:
        """The same."""
        return value

    def told(self, column: pa.Array) -> pa.Array:
        """The same."""
        return column

    def joined(self, cells: pa.Array) -> pa.Array:
        """The same."""
        return cells

    def refuse_without(self, good: _Mask, reason: str, faults: Faults) -> None:
        """Refuse the rows that are not ``good``."""
        faults.refuse(~good, reason)

    def after(self, faults: Faults) -> Singles:
        """The same rows once more is known of their faults."""
        return Singles(faults)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows by the event they make together.

    ``event`` (int64 per row) numbers the events; ``usable`` marks rows that belong to theirs;
    ``first`` (int64 per event) is the row that leads it, beyond the last row where none is usable.
    """

    event: _Numbers
    usable: _Mask
    first: _Numbers

    def leaders(self) -> _Mask:
        """The first usable row of each event."""
        found = np.zeros(len(self.event), np.bool_)
        found[self.first[self.first < len(self.event)]] = True
        return found

    def sizes(self) -> _Numbers:
        """How many records made the event of each row."""
        counts = np.bincount(self.event[self.usable], minlength=len(self.first))
        sizes: _Numbers = counts[self.event].astype(np.int64)
        return sizes

    def summed(self, value: pa.Array) -> pa.Array:
        """Per row the amounts of its event's records (int64) added up; null where none has one."""
        there = self.usable & value.is_valid().to_numpy(zero_copy_only=False)
        sums = np.zeros(len(self.first), np.int64)
        some = np.zeros(len(self.first), np.bool_)
        np.add.at(sums, self.event[there], value.fill_null(0).to_numpy()[there])
        some[self.event[there]] = True
        return pa.array(sums[self.event], mask=~some[self.event])

    def told(self, column: pa.Array) -> pa.Array:
        """Per row the first cell that is filled among the records of its event."""
        there = np.flatnonzero(self.usable & column.is_valid().to_numpy(zero_copy_only=False))
        first = np.full(len(self.first), len(self.event), np.int64)
        np.minimum.at(first, self.event[there], there)
        at = first[self.event]
        return column.take(pa.array(at, mask=at == len(self.event)))

    def joined(self, cells: pa.Array) -> pa.Array:
        """Text per row; where the records of an event differ, all different ones, by ``; ``."""
        shared = np.flatnonzero(self.usable & (self.sizes() > 1))
        texts = cells.to_pylist()
        told: dict[int, dict[str, None]] = {}
        for row, number in zip(shared.tolist(), self.event[shared].tolist(), strict=True):
            if texts[row] is not None:
                told.setdefault(number, {})[texts[row]] = None
        for number, parts in told.items():
            texts[int(self.first[number])] = "; ".join(parts)
        return pa.array(texts, pa.string())

    def refuse_without(self, good: _Mask, reason: str, faults: Faults) -> None:
        """Refuse all records of the events whose first record is not ``good``."""
        known = self.first < len(self.event)
        bad = np.zeros(len(self.first), np.bool_)
        bad[known] = ~good[self.first[known]]
        faults.refuse(bad[self.event], reason)

    def after(self, faults: Faults) -> Gathered:
        """The same events, of the rows that are still usable."""
        return _gathered(self.event, faults)


def gather(groups: RowGroups, names: pa.Array, faults: Faults, *, currency: pa.Array) -> Gathered:
    """The rows of each group by the event that they are; a group with an unusable row is refused.

    ``names`` has each row's event, null where it is that of the row before; ``currency`` is null
    where a row has no amount. Raises nothing: faults are noted.
    """
    group = np.repeat(np.arange(len(groups.starts) - 1), np.diff(groups.starts))
    faults.refuse(groups.far_apart[group], _FAR_APART)
    spoiled = np.bincount(group, weights=faults.faulty()) > 0
    faults.refuse(spoiled[group], _SPOILED)
    codes = _codes_filled(names, group)
    many = int(codes.max(initial=-1)) + 2
    event = np.unique(group * many + codes + 1, return_inverse=True)[1].astype(np.int64)
    faults.refuse(_mixed(event, currency, faults.usable())[event], _CURRENCIES)
    return _gathered(event, faults)


def _gathered(event: _Numbers, faults: Faults) -> Gathered:
    usable = faults.usable()
    first = np.full(int(event.max(initial=-1)) + 1, len(event), np.int64)
    np.minimum.at(first, event[usable], np.flatnonzero(usable))
    return Gathered(event, usable, first)


def _codes_filled(names: pa.Array, groups: _Numbers) -> _Numbers:
    """Per row a number of its name, the last one of its group where it has none, else −1."""
    codes = names.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)
    named = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), -1))
    same = (named >= 0) & (groups[named] == groups)
    filled: _Numbers = np.where(same, codes[named], -1)
    return filled


def _mixed(event: _Numbers, currency: pa.Array, usable: _Mask) -> _Mask:
    codes = currency.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)
    rows = usable & (codes >= 0)
    events = int(event.max(initial=-1)) + 1
    low = np.full(events, np.iinfo(np.int64).max)
    high = np.full(events, -1, np.int64)
    np.minimum.at(low, event[rows], codes[rows])
    np.maximum.at(high, event[rows], codes[rows])
    mixed: _Mask = high > low
    return mixed
