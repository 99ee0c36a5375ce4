"""Which drawn step every event belongs to, as new codes of a snapshot's touchpoints.

Where only touchpoints are bound, codes stay as they are and only tables change. A rule takes events
out of their touchpoint: touchpoint and step together then get a code of their own, so that every
question that looks steps up by touchpoint counts the right events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from waypost.errors import RuleError
from waypost.maps.reading.drawing import Drawing
from waypost.model import Touchpoint
from waypost.questions import EMPTY_SHARD, EventsView, Masks, ShardView, SnapshotView

__all__ = ["RULE_SIGN", "Recoding", "base_of", "recode"]

Codes = NDArray[np.unsignedinteger[Any]]
RULE_SIGN = "@"
"""Between a touchpoint and the step whose rule has taken some of its events."""


@dataclass(frozen=True, slots=True)
class Recoding:
    """The touchpoints of a drawing, and per shard (the volume last) its codes; None = unchanged.

    ``stages: uint8|uint16[touchpoints]`` is the code of the drawn stage, 0 = none; ``bases`` the
    workspace's code. ``broken``: per step whose rule cannot be evaluated, why; it binds nothing.
    """

    touchpoints: tuple[Touchpoint, ...]
    bases: NDArray[np.int64]
    stages: Codes
    codes: tuple[Codes | None, ...]
    broken: Mapping[str, str]


def base_of(touchpoint_id: str) -> str:
    """The workspace's touchpoint that a drawing's touchpoint is a part of."""
    return touchpoint_id.partition(RULE_SIGN)[0]


def recode(snapshot: SnapshotView, drawing: Drawing, masks: Masks) -> Recoding:
    """The drawing's codes. A rule that cannot be evaluated binds nothing, and is told.

    Without rules nothing is read. With rules: one mask per rule and shard, one new array a shard.
    """
    rules, broken = _rules(drawing, masks)
    claims = drawing.first_claims({place for place, _ in rules})
    nowhere = len(drawing.steps)
    table = np.array(
        [claims.get(t.id, nowhere) if t.id else nowhere for t in snapshot.touchpoints], np.int64
    )
    views: list[EventsView] = [*snapshot.shards, snapshot.volume]
    if not rules:
        entries = [(code, int(place)) for code, place in enumerate(table)]
        codes: tuple[Codes | None, ...] = tuple(None for _ in views)
        return _recoding(snapshot, drawing, entries, codes, broken)
    width = nowhere + 1
    pairs = [_pairs(view, table, _narrowed(snapshot, drawing, rules), masks) for view in views]
    entries, codes = _new_codes(pairs, table, width)
    return _recoding(snapshot, drawing, entries, codes, broken)


def _rules(drawing: Drawing, masks: Masks) -> tuple[list[tuple[int, str]], dict[str, str]]:
    """Place and text of the rules that can be evaluated; per step why another cannot."""
    rules, broken = [], {}
    for place, bound in enumerate(drawing.bound):
        if not bound.where:
            continue
        try:
            masks.event_mask(bound.where, EMPTY_SHARD)
        except RuleError as error:
            broken[drawing.steps[place].id] = str(error)
        else:
            rules.append((place, bound.where))
    return rules, broken


def _narrowed(
    snapshot: SnapshotView, drawing: Drawing, rules: list[tuple[int, str]]
) -> list[tuple[int, str, NDArray[np.bool_]]]:
    """Each rule with the touchpoints that it chooses from: the step's own, else all."""
    found = []
    for place, text in rules:
        names = drawing.bound[place].touchpoints
        fits = [not names or touchpoint.id in names for touchpoint in snapshot.touchpoints]
        found.append((place, text, np.array(fits, np.bool_)))
    return found


def _pairs(
    view: EventsView,
    table: NDArray[np.int64],
    rules: list[tuple[int, str, NDArray[np.bool_]]],
    masks: Masks,
) -> NDArray[np.int32]:
    """``int32[events]``: touchpoint and step in one number."""
    width = int(table[0]) + 1
    place = table.astype(np.int16)[view.touchpoint]
    for number, text, fits in rules:
        mask = masks.event_mask(text, cast("ShardView", view)).view(np.bool_)
        if not fits.all():
            mask = mask & fits[view.touchpoint]
        np.minimum(place, number, out=place, where=mask)
    pairs = view.touchpoint.astype(np.int32)
    pairs *= width
    pairs += place
    return pairs


def _new_codes(
    pairs: Sequence[NDArray[np.int32]], table: NDArray[np.int64], width: int
) -> tuple[list[tuple[int, int]], tuple[Codes, ...]]:
    """Codes as they are for the events that no rule took, new ones after them for the others."""
    occurs = np.zeros(len(table) * width, np.int64)
    for one in pairs:
        occurs += np.bincount(one, minlength=occurs.size)
    unchanged = np.arange(len(table)) * width + table
    occurs[unchanged] = 0
    taken = np.flatnonzero(occurs)
    size = len(table) + len(taken)
    code_of: Codes = np.zeros(occurs.size, np.uint8 if size <= 1 << 8 else np.uint16)
    code_of[unchanged] = np.arange(len(table))
    code_of[taken] = np.arange(len(table), size)
    entries = [(code, int(place)) for code, place in enumerate(table)]
    entries += [(int(pair // width), int(pair % width)) for pair in taken]
    return entries, tuple(code_of[one] for one in pairs)


def _recoding(
    snapshot: SnapshotView,
    drawing: Drawing,
    entries: list[tuple[int, int]],
    codes: tuple[Codes | None, ...],
    broken: Mapping[str, str],
) -> Recoding:
    homes = drawing.homes(snapshot.touchpoints)
    number = {stage.id: code for code, stage in enumerate(drawing.stages, 1)}
    known = len(snapshot.touchpoints)
    touchpoints, stages = [], []
    for code, (base, place) in enumerate(entries):
        own = snapshot.touchpoints[base]
        drawn = _drawn(own, drawing, place, taken=code >= known)
        if not drawn.step and own.stage and not own.step:
            drawn = replace(drawn, stage=homes.get(own.stage, ""))
        touchpoints.append(drawn)
        stages.append(number.get(drawn.stage, 0))
    dtype = np.uint8 if len(number) < 1 << 8 else np.uint16
    bases = np.array([base for base, _ in entries], np.int64)
    return Recoding(tuple(touchpoints), bases, np.array(stages, dtype), codes, broken)


def _drawn(own: Touchpoint, drawing: Drawing, place: int, *, taken: bool) -> Touchpoint:
    if place >= len(drawing.steps):
        return replace(own, step="", stage="")
    step = drawing.steps[place]
    if not taken:
        return replace(own, step=step.id, stage=step.stage)
    label = own.label if own.id else step.label
    name = f"{own.id}{RULE_SIGN}{step.id}"
    return replace(own, id=name, label=label, step=step.id, stage=step.stage)
