"""Names of people turned into codes of a snapshot: nodes to group by, and steps to look for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError, nearest
from waypost.kernels.coded import SKIP
from waypost.model import Label
from waypost.questions.view import EventsView, SnapshotView

__all__ = [
    "BY",
    "Nodes",
    "StepRule",
    "axis_sizes",
    "codes_along",
    "conditions_of",
    "nodes_by",
    "step_rule",
]

BY = ("touchpoint", "event", "stage", "channel", "step")

_SIGNS = ("=", "<", ">", "~", " is ", " in ", " in(", " like ", " between ", " not ", " matches ")


@dataclass(frozen=True, slots=True)
class Nodes:
    """What events are grouped by.

    ``axis``: the shard's array; ``lookup: uint16[dictionary]``: node of a code, or ``SKIP``.
    """

    by: str
    axis: str
    ids: tuple[str, ...]
    labels: tuple[Label, ...]
    lookup: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.ids)

    def names(self, places: NDArray[np.integer[Any]]) -> list[str]:
        """The ids of nodes."""
        named: list[str] = np.array(self.ids, object)[places].tolist()
        return named

    def place(self, name: str) -> int:
        """The node of an id or label; raises ``QuestionError`` with the nearest names."""
        found = _found(name, self.ids, self.labels)
        if not found:
            raise _unknown(name, self.by, self.ids)
        return found[0]

    def only(self, places: Iterable[int]) -> Nodes:
        """These nodes in their order, each once; an event of another is of none."""
        kept = sorted(set(places))
        new = np.full(len(self) + 1, SKIP, np.uint16)
        new[kept] = np.arange(len(kept))
        return replace(
            self,
            ids=tuple(self.ids[place] for place in kept),
            labels=tuple(self.labels[place] for place in kept),
            lookup=new[np.minimum(self.lookup, len(self))],
        )


@dataclass(frozen=True, slots=True)
class StepRule:
    """Which events are a step: codes on one axis, or those that fulfil a condition."""

    name: str
    kind: str
    codes: tuple[int, ...] = ()
    axis: str = ""

    @property
    def condition(self) -> str | None:
        """The condition text, where the step is one."""
        return self.name if self.kind == "condition" else None


def conditions_of(steps: Iterable[StepRule | None]) -> tuple[str, ...]:
    """The condition texts among steps, each one once: what an engine evaluates for them."""
    texts = (step.condition for step in steps if step is not None)
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def codes_along(events: EventsView, axis: str) -> NDArray[np.unsignedinteger[Any]]:
    """The code array of a shard by name of the axis."""
    arrays = {
        "touchpoint": lambda: events.touchpoint,
        "event": lambda: events.event,
        "stage": lambda: events.stage,
        "channel": lambda: events.channel,
    }
    return arrays[axis]()


def axis_sizes(view: SnapshotView) -> dict[str, int]:
    """The length of each axis' dictionary."""
    dictionaries = {
        "touchpoint": view.touchpoints,
        "event": view.events,
        "stage": view.stages,
        "channel": view.channels,
    }
    return {axis: len(entries) for axis, entries in dictionaries.items()}


def nodes_by(view: SnapshotView, by: str) -> Nodes:
    """All nodes of a snapshot, in the order of its dictionary; entries without an id are none."""
    if by not in BY:
        raise QuestionError(
            f"Journeys cannot be grouped by {by!r}.", hint=f"Allowed are: {', '.join(BY)}.", by=by
        )
    if by == "step":
        return _step_nodes(view)
    if by in ("event", "channel"):
        return _words(by, tuple(view.events if by == "event" else view.channels))
    entries = view.touchpoints if by == "touchpoint" else view.stages
    return _named(by, [entry.id for entry in entries], [entry.label for entry in entries])


@lru_cache(maxsize=32)
def _words(by: str, names: tuple[str, ...]) -> Nodes:
    """Nodes whose names come from the data; kept, for questions ask for them again and again."""
    return _named(by, names, [{"en": name} for name in names])


def _named(by: str, ids: Sequence[str], labels: Sequence[Label]) -> Nodes:
    named = [code for code, name in enumerate(ids) if name]
    lookup = np.full(len(ids), SKIP, dtype=np.uint16)
    lookup[named] = np.arange(len(named), dtype=np.uint16)
    lookup.flags.writeable = False
    return Nodes(by, by, _at(ids, named), _at(labels, named), lookup)


def _step_nodes(view: SnapshotView) -> Nodes:
    steps = [step for step in view.steps if step.id]
    place = {step.id: number for number, step in enumerate(steps)}
    lookup = [place.get(touchpoint.step, SKIP) for touchpoint in view.touchpoints]
    ids, labels = tuple(step.id for step in steps), tuple(step.label for step in steps)
    return Nodes("step", "touchpoint", ids, labels, np.array(lookup, dtype=np.uint16))


def _at(values: Sequence[Any], places: Iterable[int]) -> tuple[Any, ...]:
    return tuple(map(values.__getitem__, places))


def _found(name: str, ids: Sequence[str], labels: Sequence[Label]) -> list[int]:
    exact = [place for place, known in enumerate(ids) if known == name]
    if exact:
        return exact
    folded = name.casefold()
    return [
        place
        for place, (known, label) in enumerate(zip(ids, labels, strict=True))
        if known and folded in {known.casefold(), *(text.casefold() for text in label.values())}
    ]


def _unknown(name: str, what: str, known: Iterable[str]) -> QuestionError:
    near = nearest(name, known)
    hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "No name is near it."
    return QuestionError(f"This workspace has no {what} {name!r}.", hint=hint, name=name, near=near)


def step_rule(view: SnapshotView, name: str) -> StepRule:
    """What a step's name stands for.

    Tried in this order: touchpoint, step, event, stage, channel, each by id and then by label in
    any language; ``event:order`` names the kind. Then a text with a comparison is a condition.
    Raises ``QuestionError`` with the nearest names, ``RuleError`` for a condition that does not
    parse.
    """
    kind, _, rest = name.partition(":")
    if kind in BY and rest:
        return _rule(view, kind, rest) or _raise(_unknown(rest, kind, nodes_by(view, kind).ids))
    for by in ("touchpoint", "step", "event", "stage", "channel"):
        rule = _rule(view, by, name)
        if rule is not None:
            return rule
    if any(sign in name.casefold() for sign in _SIGNS):
        from waypost.model.conditions import Condition  # noqa: PLC0415 - few steps are conditions

        Condition.parse(name)
        return StepRule(name, "condition")
    known = [known for by in BY for known in nodes_by(view, by).ids]
    raise _unknown(name, "touchpoint, step, event, stage or channel", known)


def _raise(error: QuestionError) -> StepRule:
    raise error


def _rule(view: SnapshotView, by: str, name: str) -> StepRule | None:
    nodes = nodes_by(view, by)
    found = _found(name, nodes.ids, nodes.labels)
    if not found:
        return None
    places = set(found)
    codes = (code for code, place in enumerate(nodes.lookup.tolist()) if place in places)
    return StepRule(name, by, tuple(codes), nodes.axis)
