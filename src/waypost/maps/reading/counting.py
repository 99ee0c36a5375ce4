"""Help with binding: how many events a step would stand for, which, and which nearly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from waypost.errors import InputError, nearest
from waypost.kernels.coded import any_event_per_person
from waypost.maps.discovery.tally import Chosen, chosen_events
from waypost.maps.editing.document import MapDocument
from waypost.maps.reading.drawing import drawing_of
from waypost.maps.reading.filters import ReadingFilter, wishes_of
from waypost.maps.reading.source import EventSource
from waypost.model import Label, Touchpoint
from waypost.model.conditions import All, Condition, OneOf
from waypost.questions import EventsView, ShardView, Volumes

__all__ = ["BindingCount", "Example", "Nearly", "TouchpointUse", "count_binding", "touchpoints_of"]

MOST_EXAMPLES = 5
MOST_NEARLY = 8
_NO_VALUE = np.iinfo(np.int64).min
_NAMES = ("event", "channel", "touchpoint", "source")


@dataclass(frozen=True, slots=True)
class Example:
    """One event, without anything that names its person: ``person`` is the workspace's own id.

    ``row`` numbers the event log; ``value`` is in minor units.
    """

    at: datetime
    event: str
    channel: str
    touchpoint: str
    source: str
    person: str
    row: int
    value: int | None = None
    rating: float | None = None


@dataclass(frozen=True, slots=True)
class Nearly:
    """Events that a binding leaves out for one reason: the condition they fail.

    ``touchpoint`` or ``name``: what would have to be bound or written to have them too.
    """

    condition: str
    persons: int
    events: int
    anonymous_events: int
    touchpoint: str = ""
    label: Label | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class BindingCount:
    """What a binding binds. ``elsewhere``: events of these that an earlier step has already.

    ``by_touchpoint``: persons of each bound touchpoint; who is at several counts at each.
    """

    persons: int
    events: int
    anonymous_events: int
    by_touchpoint: Mapping[str, int]
    first_on: date | None
    last_on: date | None
    elsewhere: int
    examples: tuple[Example, ...]
    nearly: tuple[Nearly, ...]


@dataclass(frozen=True, slots=True)
class TouchpointUse:
    """A touchpoint of the workspace, how busy it is, and which steps of a document bind it."""

    id: str
    label: Label
    channel: str
    step: str
    stage: str
    persons: int
    events: int
    anonymous_events: int
    bound_by: tuple[str, ...] = ()


Masks = tuple[NDArray[np.bool_], ...]
"""Per shard, the volume last, which events fit."""


def touchpoints_of(
    source: EventSource,
    document: MapDocument | None = None,
    chosen: ReadingFilter | None = None,
) -> list[TouchpointUse]:
    """All touchpoints of the workspace, most persons first; ``bound_by`` in map order."""
    filters = wishes_of(document, chosen or ReadingFilter()).filters()
    found = source.ask_once(Volumes(by="touchpoint", **filters))
    rows = {row["touchpoint"]: row for row in found.rows()}
    channels = found.facts["persons_by_channel"]
    drawing = drawing_of(document or MapDocument())
    uses = []
    for touchpoint in source.snapshot.touchpoints:
        if touchpoint.id:
            bound = zip(drawing.steps, drawing.bound, strict=True)
            by = tuple(step.id for step, what in bound if touchpoint.id in what.touchpoints)
            uses.append(_use(touchpoint, rows[touchpoint.id], channels, by))
    return sorted(uses, key=lambda use: (-use.persons, -use.anonymous_events, use.id))


def _use(
    touchpoint: Touchpoint, row: Mapping[str, Any], channels: Mapping[str, Any], by: tuple[str, ...]
) -> TouchpointUse:
    met = {name: n for name, n in channels.get(touchpoint.id, {}).items() if name != "?"}
    return TouchpointUse(
        id=touchpoint.id,
        label=touchpoint.label,
        channel=touchpoint.channel or max(sorted(met), key=met.__getitem__, default=""),
        step=touchpoint.step,
        stage=touchpoint.stage,
        persons=row["persons"],
        events=row["events"],
        anonymous_events=row["anonymous_events"],
        bound_by=by,
    )


def count_binding(
    source: EventSource,
    touchpoints: Sequence[str],
    where: str = "",
    chosen: ReadingFilter | None = None,
    *,
    document: MapDocument | None = None,
    step: str = "",
) -> BindingCount:
    """What a step with this binding would count, five examples, and what it misses by little.

    With ``document`` and ``step``, its filters count and events of earlier steps are told apart.
    Raises ``InputError`` for an unknown touchpoint, ``RuleError`` for a rule that cannot be read.
    O(events), one pass per condition.
    """
    _check(source, touchpoints)
    counting = _Counting(source, document, chosen or ReadingFilter())
    fitting = counting.fitting(touchpoints, where)
    persons, events, anonymous = counting.counts(fitting)
    first, last = counting.days(fitting)
    return BindingCount(
        persons=persons,
        events=events,
        anonymous_events=anonymous,
        by_touchpoint={
            name: counting.counts(counting.fitting((name,), where))[0] for name in touchpoints
        },
        first_on=first,
        last_on=last,
        elsewhere=counting.elsewhere(fitting, document, step) if document and step else 0,
        examples=counting.examples(fitting),
        nearly=_nearly(counting, touchpoints, where, fitting),
    )


def _check(source: EventSource, touchpoints: Sequence[str]) -> None:
    known = [touchpoint.id for touchpoint in source.snapshot.touchpoints if touchpoint.id]
    for name in touchpoints:
        if name not in known:
            near = nearest(name, known)
            raise InputError(
                f"This workspace has no touchpoint {name!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "Choose one of the list.",
                touchpoint=name,
            )


class _Counting:
    """Masks over all events that the filters leave, shard by shard and of the volume."""

    def __init__(
        self, source: EventSource, document: MapDocument | None, chosen: ReadingFilter
    ) -> None:
        self.source = source
        filters = wishes_of(document, chosen).filters()
        is_whole = not any(filters.values())
        masks = None if is_whole else source.masks
        shards, volume = chosen_events(source.snapshot, Volumes(**filters), masks)
        self.parts: tuple[Chosen, ...] = (*shards, volume)

    def fitting(self, touchpoints: Sequence[str], where: str) -> Masks:
        """Events of these touchpoints that fulfil the rule and count; without any, of all."""
        is_free = not touchpoints and bool(where.strip())
        known = self.source.snapshot.touchpoints
        table = np.array([is_free or t.id in touchpoints for t in known])
        found = []
        for part in self.parts:
            mask = _coded(part.events.touchpoint, table)
            if where.strip():
                mask &= self._truth(where, part.events)
            found.append(mask if part.mask is None else mask & part.mask)
        return tuple(found)

    def _truth(self, where: str, events: EventsView) -> NDArray[np.bool_]:
        return self.source.masks.event_mask(where, cast("ShardView", events)).view(np.bool_)

    def counts(self, masks: Masks) -> tuple[int, int, int]:
        """Persons, their events, and events without a person."""
        persons = events = 0
        for part, mask in zip(self.parts[:-1], masks[:-1], strict=True):
            shard = cast("ShardView", part.events)
            events += int(np.count_nonzero(mask))
            found = any_event_per_person(shard.offsets, mask.view(np.uint8))
            persons += int(np.count_nonzero(found))
        return persons, events, int(np.count_nonzero(masks[-1]))

    def days(self, masks: Masks) -> tuple[date | None, date | None]:
        """The first and the last day with such an event, in the workspace's zone."""
        edges = []
        for part, mask in zip(self.parts, masks, strict=True):
            at = part.events.at[mask]
            if at.size:
                edges += [int(at.min()), int(at.max())]
        if not edges:
            return None, None
        return self._instant(min(edges)).date(), self._instant(max(edges)).date()

    def _instant(self, tick: int) -> datetime:
        snapshot = self.source.snapshot
        instant_us = tick * (1_000_000 // snapshot.ticks_per_second) + snapshot.epoch_us
        return datetime.fromtimestamp(instant_us / 1_000_000, ZoneInfo(snapshot.zone))

    def elsewhere(self, masks: Masks, document: MapDocument, step: str) -> int:
        """Events among these that a step before ``step`` has."""
        drawing = drawing_of(document)
        order = [one.id for one in drawing.steps]
        earlier = set(order[: order.index(step)] if step in order else order)
        view = self.source.drawn(drawing).view
        table = np.array([touchpoint.step in earlier for touchpoint in view.touchpoints])
        drawn = (*view.shards, view.volume)
        taken = (_coded(one.touchpoint, table) & m for one, m in zip(drawn, masks, strict=True))
        return sum(int(np.count_nonzero(one)) for one in taken)

    def examples(self, masks: Masks) -> tuple[Example, ...]:
        """Five events spread evenly over those that fit, oldest first."""
        places = [np.flatnonzero(mask) for mask in masks]
        total = sum(found.size for found in places)
        wanted = {total * k // MOST_EXAMPLES for k in range(MOST_EXAMPLES)} if total else set()
        found, before = [], 0
        for part, here in zip(self.parts, places, strict=True):
            mine = sorted(k - before for k in wanted if before <= k < before + here.size)
            found += [self._example(part.events, int(here[k])) for k in mine]
            before += here.size
        return tuple(sorted(found, key=lambda one: (one.at, one.row)))

    def _example(self, events: EventsView, place: int) -> Example:
        snapshot = self.source.snapshot
        value, rating = int(events.value[place]), float(events.rating[place])
        return Example(
            at=self._instant(int(events.at[place])),
            event=snapshot.events[events.event[place]],
            channel=snapshot.channels[events.channel[place]],
            touchpoint=snapshot.touchpoints[events.touchpoint[place]].id,
            source=snapshot.sources[events.source[place]],
            person=self._person(events, place),
            row=int(events.row[place]),
            value=None if value == _NO_VALUE else value,
            rating=None if np.isnan(rating) else rating,
        )

    def _person(self, events: EventsView, place: int) -> str:
        shard = cast("ShardView", events)
        if events is self.source.snapshot.volume:
            return ""
        index = int(np.searchsorted(shard.offsets, place, side="right")) - 1
        return str(self.source.snapshot.persons["id"][shard.first_person + index].as_py())


def _coded(codes: NDArray[Any], table: NDArray[np.bool_]) -> NDArray[np.bool_]:
    wide = np.zeros(int(np.iinfo(codes.dtype).max) + 1, np.bool_)
    wide[: table.size] = table
    found: NDArray[np.bool_] = wide[codes]
    return found


def _nearly(
    counting: _Counting, touchpoints: Sequence[str], where: str, fitting: Masks
) -> tuple[Nearly, ...]:
    """What fails by one condition, most events first; nothing that would add no event."""
    found = [
        *_failing_one(counting, touchpoints, where, fitting),
        *_named_alike(counting, touchpoints, where, fitting),
        *_of_same_steps(counting, touchpoints, where, fitting),
    ]
    told = [one for one in found if one.events + one.anonymous_events]
    told.sort(key=lambda one: (-one.events - one.anonymous_events, one.condition))
    return tuple(told[:MOST_NEARLY])


def _more(counting: _Counting, masks: Masks, fitting: Masks) -> tuple[int, int, int]:
    return counting.counts(tuple(mask & ~have for mask, have in zip(masks, fitting, strict=True)))


def _failing_one(
    counting: _Counting, touchpoints: Sequence[str], where: str, fitting: Masks
) -> Iterator[Nearly]:
    """Events of the touchpoints that fulfil all parts of the rule but one."""
    root = Condition.parse(where).root if where.strip() else None
    if root is None or not (touchpoints or isinstance(root, All)):
        return
    texts = [
        Condition(part).written() for part in (root.parts if isinstance(root, All) else [root])
    ]
    truths = [counting.fitting(touchpoints, text) for text in texts]
    for left_out, text in enumerate(texts):
        others = [truth for place, truth in enumerate(truths) if place != left_out]
        others = others or [counting.fitting(touchpoints, "")]
        masks = tuple(np.logical_and.reduce(parts) for parts in zip(*others, strict=True))
        persons, events, anonymous = _more(counting, masks, fitting)
        yield Nearly(text, persons, events, anonymous)


def _named_alike(
    counting: _Counting, touchpoints: Sequence[str], where: str, fitting: Masks
) -> Iterator[Nearly]:
    """Where a rule is one list of names: the names of the same dictionary that look like them."""
    root = Condition.parse(where).root if where.strip() else None
    if not isinstance(root, OneOf) or root.field.name not in _NAMES:
        return
    snapshot = counting.source.snapshot
    known = {
        "event": snapshot.events,
        "channel": snapshot.channels,
        "source": snapshot.sources,
        "touchpoint": [touchpoint.id for touchpoint in snapshot.touchpoints],
    }[root.field.name]
    near = {name for text in root.texts for name in nearest(text, [k for k in known if k])}
    for name in sorted(near - set(root.texts)):
        text = Condition(OneOf(root.field, (name,))).written()
        persons, events, anonymous = _more(counting, counting.fitting(touchpoints, text), fitting)
        yield Nearly(where.strip(), persons, events, anonymous, name=name)


def _of_same_steps(
    counting: _Counting, touchpoints: Sequence[str], where: str, fitting: Masks
) -> Iterator[Nearly]:
    """Touchpoints that the workspace puts at the same steps as the bound ones."""
    known = counting.source.snapshot.touchpoints
    steps = {one.step for one in known if one.id in touchpoints and one.step}
    for one in known:
        if one.step in steps and one.id not in touchpoints:
            found = counting.fitting((one.id,), where)
            persons, events, anonymous = _more(counting, found, fitting)
            yield Nearly("", persons, events, anonymous, touchpoint=one.id, label=one.label)
