"""A shard's events as a funnel's kernels take them: step bits and exclusion bits by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.funnel import FunnelEvents
from waypost.kernels.postings import Postings
from waypost.questions.naming import StepRule, codes_along
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView

__all__ = ["Alternatives", "funnel_events"]

Alternatives = tuple[StepRule, ...]
"""A step, or an exclusion, is what any of these rules fits."""

_POSTED = ("touchpoint", "event")
_MOST_CLASSES = 1 << 16
_BYTE_CLASSES = 1 << 8


def funnel_events(
    shard: ShardView,
    rules: tuple[Sequence[Alternatives], Sequence[Alternatives]],
    *,
    selection: Selection,
    sizes: dict[str, int],
    same: str | None,
) -> FunnelEvents:
    """The shard's events; ``rules``: steps, then exclusions.

    Rules on one axis need no new array; mixed ones and conditions are written as one code an event.
    ``sizes``: length of each axis' dictionary. ``same``: the field whose value steps share.
    """
    every = [rule for group in rules for alternatives in group for rule in alternatives]
    axes = {rule.axis for rule in every}
    if len(axes) == 1 and "" not in axes:
        axis = axes.pop()
        codes, postings = codes_along(shard, axis), _postings(shard, axis)
        table = _bits_by_code(rules, axis, sizes[axis])
    else:
        postings = None
        codes, table = _classes(shard, rules, selection, sizes)
    lookup, excluded = _widened(table, int(np.iinfo(codes.dtype).max) + 1)
    journeys = CodedJourneys(
        shard.offsets, codes, lookup, lookup.size, selection.persons, selection.events
    )
    return FunnelEvents(
        journeys,
        shard.at,
        excluded=excluded if rules[1] else excluded[:0],
        keys=selection.key(same) if same else np.zeros(0, np.int32),
        value=shard.value,
        postings=postings,
        choice=selection.choice,
    )


def _postings(shard: ShardView, axis: str) -> Postings | None:
    return shard.postings(axis) if axis in _POSTED else None


def _widened(table: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """As many columns as there can be codes, because kernels do not check bounds."""
    wide = np.zeros((2, max(size, table.shape[1])), np.int64)
    wide[:, : table.shape[1]] = table
    return wide


def _bits_by_code(rules: Sequence[Sequence[Alternatives]], axis: str, size: int) -> NDArray[Any]:
    """``int64[2, size]``: step bits and exclusion bits of every code of the axis."""
    bits = np.zeros((2, size), np.int64)
    for row, group in enumerate(rules):
        for place, alternatives in enumerate(group):
            for rule in alternatives:
                if rule.axis == axis:
                    bits[row, list(rule.codes)] |= 1 << place
    return bits


def _classes(
    shard: ShardView,
    rules: Sequence[Sequence[Alternatives]],
    selection: Selection,
    sizes: dict[str, int],
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """One code per event for what all its axes and conditions mean, and the bits of each code."""
    begin, end = int(shard.offsets[0]), int(shard.offsets[-1])
    known = np.zeros(end - begin, np.int64), np.zeros((2, 1), np.int64)
    every = [rule for group in rules for alternatives in group for rule in alternatives]
    for axis in sorted({rule.axis for rule in every if rule.axis}):
        bits = _bits_by_code(rules, axis, sizes[axis])
        kinds, kind_of = np.unique(bits, axis=1, return_inverse=True)
        codes = codes_along(shard, axis)[begin:end]
        known = _crossed(*known, kind_of.ravel()[codes], kinds)
    for text in sorted({rule.condition for rule in every if rule.condition is not None}):
        bits = _bits_of_condition(rules, text)
        known = _crossed(*known, selection.of(text)[begin:end] > 0, bits)
    classes, table = known
    narrow = np.uint8 if table.shape[1] <= _BYTE_CLASSES else np.uint16
    whole: NDArray[Any] = np.zeros(shard.at.size, narrow)
    whole[begin:end] = classes
    return whole, table


def _bits_of_condition(rules: Sequence[Sequence[Alternatives]], text: str) -> NDArray[np.int64]:
    """Bits of the events that do not fulfil the condition, and of those that do."""
    bits = np.zeros((2, 2), np.int64)
    for row, group in enumerate(rules):
        for place, alternatives in enumerate(group):
            if any(rule.condition == text for rule in alternatives):
                bits[row, 1] |= 1 << place
    return bits


def _crossed(
    codes: NDArray[np.int64], table: NDArray[np.int64], kind: NDArray[Any], kinds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Codes for both what was known and the kind, as few as occur."""
    size = kinds.shape[1]
    codes = codes * size + kind
    table = np.repeat(table, size, axis=1) | np.tile(kinds, table.shape[1])
    if table.shape[1] > _BYTE_CLASSES:
        occurs = np.bincount(codes, minlength=table.shape[1]) > 0
        codes = np.asarray((np.cumsum(occurs) - 1)[codes], np.int64)
        table = table[:, occurs]
    if table.shape[1] > _MOST_CLASSES:
        raise QuestionError(
            "The steps of this funnel combine in too many ways.",
            hint="Ask with fewer conditions among the steps.",
        )
    return codes, table
