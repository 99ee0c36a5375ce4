"""Copying parts of a map, and pasting them into the same map or another one.

What is copied is a map of its own: the parts, and whatever they name. So it can be kept, sent and
pasted when the map it came from is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from waypost.errors import InputError, NotFoundError
from waypost.kit.translation import N_, NN_
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Entity, Lane, Step
from waypost.maps.editing.messages import Message
from waypost.maps.editing.placing import keys_after, siblings
from waypost.maps.editing.reading_operations import as_json_value
from waypost.maps.editing.references import REFERENCES, TOPOLOGICAL

__all__ = ["Clip", "Pasted", "copy", "paste"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clip:
    """``names`` of one ``kind`` that were copied, and in ``part`` they and all that they name."""

    kind: str
    names: tuple[str, ...]
    part: MapDocument

    def as_json(self) -> Json:
        """The clip as JSON values, for a clipboard."""
        return {"kind": self.kind, "names": list(self.names), "part": self.part.as_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Clip:
        """The clip in ``value``; raises ``InputError`` where it is none."""
        refused = InputError(
            N_("This was not copied from a map."),
            hint=N_("Copy stages, steps, lanes or cards again."),
        )
        try:
            part = MapDocument.model_validate(value.get("part"))
        except ValidationError as error:
            raise refused from error
        kind, names = value.get("kind"), value.get("names")
        if kind not in _ROOTS or not isinstance(names, list):
            raise refused
        if any(name not in part.collection(kind) for name in names):
            raise refused
        return cls(kind, tuple(names), part)


@dataclass(frozen=True, slots=True)
class Pasted:
    """The change that pastes, the new ids by old ones, and what was left out or emptied.

    ``images``: ids of pictures that the map did not have; their bytes must be brought over.
    """

    ops: tuple[Json, ...]
    new_ids: Mapping[str, str]
    notes: tuple[Message, ...]
    images: tuple[str, ...]


_ROOTS = ("stages", "steps", "lanes", "cards")


def copy(document: MapDocument, kind: str, names: Sequence[str]) -> Clip:
    """The entities ``names`` of ``kind`` (stages, steps, lanes, cards) with all that is in them.

    Links go along where both ends do. Raises ``NotFoundError`` for an id that is not there.
    """
    unknown = [name for name in names if name not in document.collection(kind)]
    if kind not in _ROOTS or unknown:
        raise NotFoundError(
            f"There is nothing to copy called {', '.join(unknown) or kind!r}.",
            hint=N_("Copy stages, steps, lanes or cards that are on the map."),
        )
    inside = _inside(document, kind, set(names))
    kept = _with_all_named(document, inside)
    values: dict[str, Any] = {
        name: {one: document.collection(name)[one] for one in sorted(kept.get(name, ()))}
        for name in TOPOLOGICAL
    }
    head = document.head.model_copy(update={"goal_step": ""})
    part = MapDocument.model_construct(schema_version=2, head=head, **values)
    return Clip(kind, tuple(names), part)


def paste(
    document: MapDocument, clip: Clip, *, at: Mapping[str, str], make_id: Callable[[str], str]
) -> Pasted:
    """The change that puts ``clip`` into ``document``.

    ``at`` says where: ``{"stage": id}`` after which stage, ``{"stage": id, "step": id}`` in which
    stage and after which step, ``{"lane": id}`` below which lane, ``{"step": id, "lane": id}`` in
    which cell; without an id at the end. Lanes and steps that the pasted cards stand in are those
    of the same id, else of the same name, kind or touchpoints; lanes that are missing come along,
    cards without a column are left out and told. Of cards from several cells the first lands in the
    cell, the others in the columns and lanes after it.
    """
    return _Pasting(document, clip, make_id).run(at)


class _Pasting:
    def __init__(self, document: MapDocument, clip: Clip, make_id: Callable[[str], str]) -> None:
        self._to, self._clip, self._part = document, clip, clip.part
        self._make_id = make_id
        self._ids: dict[str, str] = {}
        self._ops: list[Json] = []
        self._lost: dict[tuple[str, str], int] = {}
        self._images: list[str] = []

    def run(self, at: Mapping[str, str]) -> Pasted:
        {
            "stages": self._stages,
            "steps": self._steps,
            "lanes": self._lanes,
            "cards": self._cards,
        }[self._clip.kind](at)
        for kind in ("cards", "points", "links"):
            self._contents(kind)
        notes = tuple(Message(*text, values={"count": count}) for text, count in self._lost.items())
        return Pasted(tuple(self._ops), dict(self._ids), notes, tuple(self._images))

    def _stages(self, at: Mapping[str, str]) -> None:
        names = [name for name in self._part.stages_in_order() if name in self._clip.names]
        keys = keys_after(siblings(self._to, "stages", within={}), at.get("stage", ""), len(names))
        for name, key in zip(names, keys, strict=True):
            self._add("stages", name, {"order": key})
            for step in self._part.steps_of(name):
                self._add("steps", step, {"stage": self._ids[name]})
        self._match_lanes()

    def _steps(self, at: Mapping[str, str]) -> None:
        stage = at.get("stage", "")
        if stage not in self._to.stages:
            raise NotFoundError(
                N_("There is no such stage."), hint=N_("Say in which stage to paste.")
            )
        names = [name for name in self._part.steps_in_order() if name in self._clip.names]
        around = siblings(self._to, "steps", within={"stage": stage})
        keys = keys_after(around, at.get("step", ""), len(names))
        for name, key in zip(names, keys, strict=True):
            self._add("steps", name, {"stage": stage, "order": key})
        self._match_lanes()

    def _lanes(self, at: Mapping[str, str]) -> None:
        names = [name for name in self._part.lanes_in_order() if name in self._clip.names]
        keys = keys_after(siblings(self._to, "lanes", within={}), at.get("lane", ""), len(names))
        for name, key in zip(names, keys, strict=True):
            self._add("lanes", name, {"order": key})
        known = _steps_by_likeness(self._to)
        for name, step in self._part.steps.items():
            found = name if name in self._to.steps else _first(known, _likeness_of_step(step))
            if found:
                self._ids[name] = found

    def _cards(self, at: Mapping[str, str]) -> None:
        """The first column and lane that cards were copied from become those of the cell."""
        for kind, ordered, name in (
            ("step", MapDocument.steps_in_order, at.get("step", "")),
            ("lane", MapDocument.lanes_in_order, at.get("lane", "")),
        ):
            theirs = ordered(self._to)
            if name not in theirs:
                raise NotFoundError(
                    N_("There is no such cell."), hint=N_("Say in which cell to paste.")
                )
            used = {getattr(self._part.cards[card], kind) for card in self._clip.names}
            mine = ordered(self._part)
            first = next((place for place, one in enumerate(mine) if one in used), 0)
            places = zip(mine[first:], theirs[theirs.index(name) :], strict=False)
            self._ids.update(places)

    def _match_lanes(self) -> None:
        by_likeness = {_likeness_of_lane(lane): name for name, lane in self._to.lanes.items()}
        for name in self._part.lanes_in_order():
            lane = self._part.lanes[name]
            found = name if name in self._to.lanes else by_likeness.get(_likeness_of_lane(lane))
            if found:
                self._ids[name] = found
            else:
                [key] = keys_after(self._with_new("lanes"), "", 1)
                self._add("lanes", name, {"order": key})

    def _contents(self, kind: str) -> None:
        found = self._part.collection(kind)
        for name in self._in_order(kind):
            holders = [one for one in REFERENCES[kind] if one.goes_along and not one.may_be_empty]
            if any(getattr(found[name], one.field) not in self._ids for one in holders):
                self._note(_LEFT_OUT[kind])
                continue
            self._add(kind, name, self._order_in_cell(kind, found[name]))

    def _in_order(self, kind: str) -> list[str]:
        found: Mapping[str, Any] = self._part.collection(kind)
        return sorted(found, key=lambda name: (getattr(found[name], "order", ""), name))

    def _order_in_cell(self, kind: str, entity: Any) -> Json:
        if kind != "cards":
            return {}
        cell = {"step": self._ids[entity.step], "lane": self._ids[entity.lane]}
        [key] = keys_after(self._with_new("cards", **cell), "", 1)
        return {"order": key}

    def _with_new(self, kind: str, **within: str) -> dict[str, str]:
        orders = siblings(self._to, kind, within=within)
        for op in self._ops:
            if op["kind"] == kind and all(
                op["value"][field] == one for field, one in within.items()
            ):
                orders[op["id"]] = op["value"]["order"]
        return orders

    def _add(self, kind: str, name: str, fields: Mapping[str, Any]) -> None:
        entity = self._part.collection(kind)[name]
        self._ids[name] = self._make_id(kind)
        value = {**as_json_value(entity), **self._pointed(kind, entity), **fields}
        self._ops.append({"op": "add", "kind": kind, "id": self._ids[name], "value": value})

    def _pointed(self, kind: str, entity: Entity) -> Json:
        """The references of a new entity, as they are called in the map it comes to."""
        found: Json = {}
        for reference in REFERENCES.get(kind, ()):
            to = getattr(entity, reference.field)
            if reference.to == ("personas",):
                found[reference.field] = self._persona(to)
            elif reference.to == ("images",):
                found[reference.field] = self._image(to)
            elif to:
                found[reference.field] = self._ids.get(to, to)
        return found

    def _persona(self, name: str) -> str:
        if not name or name in self._to.personas:
            return name
        label = self._part.personas[name].label
        alike = [one for one, other in self._to.personas.items() if label and other.label == label]
        if not alike:
            self._note(_WITHOUT_PERSONA)
        return min(alike, default="")

    def _image(self, name: str) -> str:
        if name and name not in self._to.images and name not in self._images:
            value = as_json_value(self._part.images[name])
            self._ops.append({"op": "add", "kind": "images", "id": name, "value": value})
            self._images.append(name)
        return name

    def _note(self, text: tuple[str, str]) -> None:
        self._lost[text] = self._lost.get(text, 0) + 1


_LEFT_OUT = {
    "cards": NN_(
        "{count} card was left out: its step or lane is not on this map.",
        "{count} cards were left out: their steps or lanes are not on this map.",
    ),
    "points": NN_(
        "{count} point of the curve was left out: its step is not on this map.",
        "{count} points of the curve were left out: their steps are not on this map.",
    ),
    "links": NN_(
        "{count} link was left out: one of its ends was not copied.",
        "{count} links were left out: one of their ends was not copied.",
    ),
}
_WITHOUT_PERSONA = NN_(
    "{count} element no longer names its persona, who is not on this map.",
    "{count} elements no longer name their personas, who are not on this map.",
)


def _inside(document: MapDocument, kind: str, names: set[str]) -> dict[str, set[str]]:
    """The named, and what stands in them, by collection."""
    found: dict[str, set[str]] = {kind: names}
    for holder, fields in (
        ("steps", ("stage",)),
        ("cards", ("step", "lane")),
        ("points", ("step", "lane")),
        ("links", ("source",)),
    ):
        held = {one for some in found.values() for one in some}
        for name, entity in document.collection(holder).items():
            if any(getattr(entity, field) in held for field in fields):
                found.setdefault(holder, set()).add(name)
    return found


def _with_all_named(
    document: MapDocument, inside: Mapping[str, Iterable[str]]
) -> dict[str, set[str]]:
    kept = {kind: set(names) for kind, names in inside.items()}
    links = kept.get("links", set())
    ends = kept.get("cards", set()) | kept.get("steps", set())
    kept["links"] = {name for name in links if document.links[name].target in ends}
    for kind in reversed(TOPOLOGICAL):
        for name in kept.get(kind, set()):
            entity = document.collection(kind)[name]
            for reference in REFERENCES.get(kind, ()):
                to = getattr(entity, reference.field)
                for target in reference.to:
                    if to in document.collection(target):
                        kept.setdefault(target, set()).add(to)
    return kept


def _likeness_of_lane(lane: Lane) -> tuple[Any, ...]:
    return lane.kind, tuple(sorted(lane.label.items()))


def _likeness_of_step(step: Step) -> list[tuple[Any, ...]]:
    alike: list[tuple[Any, ...]] = [("label", *text) for text in sorted(step.label.items())]
    if step.binding is not None and step.binding.touchpoints:
        alike.append(("touchpoints", *sorted(step.binding.touchpoints)))
    return alike


def _steps_by_likeness(document: MapDocument) -> dict[tuple[Any, ...], str]:
    found: dict[tuple[Any, ...], str] = {}
    for name in document.steps_in_order():
        for alike in _likeness_of_step(document.steps[name]):
            found.setdefault(alike, name)
    return found


def _first(known: Mapping[tuple[Any, ...], str], alike: Iterable[tuple[Any, ...]]) -> str:
    return next((known[one] for one in alike if one in known), "")
