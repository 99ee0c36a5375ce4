"""A shard's journeys in the form that kernels take."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import SKIP, CodedJourneys
from waypost.kernels.masks import events_by_code
from waypost.questions.naming import Nodes, StepRule, codes_along
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView

__all__ = ["journeys_of", "step_journeys"]

_BITS_OF_A_BYTE = 8
_BITS_OF_TWO = 16


def journeys_of(
    shard: ShardView, nodes: Nodes, selection: Selection, *, chooses: bool = False
) -> CodedJourneys:
    """Journeys as nodes; a code that the dictionary does not name is no node.

    ``chooses``: who takes them looks up itself which events exist, where one code decides it.
    """
    codes, choice, events = codes_along(shard, nodes.axis), selection.choice, selection.events
    if choice is not None and not chooses:
        offsets, persons = shard.offsets, selection.persons
        events = events_by_code(choice.codes, choice.table, offsets=offsets, persons=persons)
    return CodedJourneys(
        offsets=shard.offsets,
        codes=codes,
        lookup=_widened(nodes.lookup, codes, SKIP),
        nodes=len(nodes),
        persons=selection.persons,
        events=events,
        choice=choice if chooses else None,
    )


def step_journeys(
    shard: ShardView, steps: tuple[StepRule, ...], *, selection: Selection, sizes: dict[str, int]
) -> CodedJourneys:
    """Journeys with ``lookup: uint32[…]`` of step bits: bit ``s`` = the event is step ``s + 1``.

    Steps on one axis need no new array; mixed ones and conditions are written as one code an event.
    ``sizes``: length of each axis' dictionary.
    """
    axes = {step.axis for step in steps}
    if len(axes) == 1 and "" not in axes:
        axis = axes.pop()
        codes = codes_along(shard, axis)
        lookup = _widened(_bits_by_code(steps, axis, sizes[axis]), codes, 0)
    else:
        codes, lookup = _coded(_bits_by_event(shard, steps, selection, sizes), len(steps))
    return CodedJourneys(
        shard.offsets, codes, lookup, lookup.size, selection.persons, selection.events
    )


def _widened(lookup: NDArray[Any], codes: NDArray[Any], rest: int) -> NDArray[Any]:
    """As long as there are codes, because kernels do not check bounds."""
    missing = int(np.iinfo(codes.dtype).max) + 1 - lookup.size
    return np.concatenate([lookup, np.full(max(missing, 0), rest, lookup.dtype)])


def _bits_by_code(steps: tuple[StepRule, ...], axis: str, size: int) -> NDArray[Any]:
    bits = np.zeros(size, dtype=np.uint32)
    for place, step in enumerate(steps):
        if step.axis == axis:
            bits[list(step.codes)] |= np.uint32(1 << place)
    return bits


def _bits_by_event(
    shard: ShardView, steps: tuple[StepRule, ...], selection: Selection, sizes: dict[str, int]
) -> NDArray[np.uint32]:
    bits = np.zeros(shard.at.size, dtype=np.uint32)
    for axis in sorted({step.axis for step in steps if step.axis}):
        codes = codes_along(shard, axis)
        bits |= _widened(_bits_by_code(steps, axis, sizes[axis]), codes, 0)[codes]
    for place, step in enumerate(steps):
        if step.condition is not None:
            bits |= np.where(selection.of(step.condition), np.uint32(1 << place), np.uint32(0))
    return bits


def _coded(bits: NDArray[np.uint32], steps: int) -> tuple[NDArray[Any], NDArray[Any]]:
    if steps <= _BITS_OF_A_BYTE:
        return bits.astype(np.uint8), np.arange(1 << _BITS_OF_A_BYTE, dtype=np.uint32)
    if steps <= _BITS_OF_TWO:
        return bits.astype(np.uint16), np.arange(1 << _BITS_OF_TWO, dtype=np.uint32)
    patterns, codes = np.unique(bits, return_inverse=True)
    return codes.astype(np.uint16), patterns
