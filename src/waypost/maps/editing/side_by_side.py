"""Two personas' maps as one: columns brought together, lanes below each other, curves overlaid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.maps.editing.copying import Pasted
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.operations import apply
from waypost.maps.editing.placing import keys_after, siblings

__all__ = ["side_by_side"]

Json = dict[str, Any]
_COLOURS = "12345678"


def side_by_side(
    document: MapDocument, other: MapDocument, *, make_id: Callable[[str], str]
) -> Pasted:
    """The change that puts ``other`` beside ``document``, each for its persona.

    Steps of the same id, name or touchpoints become one column; a step that only ``other`` has
    stands where it stood there. Every lane of ``other`` comes below the lane of the same kind and
    name, for its persona; hand-made curves go into the one lane of feelings. A map without a
    persona gets one called like the map. What is changed of ``document``: who its lanes are for.
    """
    merging = _Merging(document, other, make_id)
    mine = merging.persona_of(document, document.head.title)
    theirs = merging.persona_of(other, other.head.title)
    merging.name_lanes(mine)
    merging.join_columns()
    for lane in other.lanes_in_order():
        merging.bring(lane, theirs)
    merging.bring_links()
    return Pasted(tuple(merging.ops), merging.ids, (), tuple(merging.images))


@dataclass(slots=True)
class _Who:
    """A persona of the joined map; ``before``: its id in the map it comes from, or empty."""

    id: str
    before: str


class _Merging:
    def __init__(
        self, document: MapDocument, other: MapDocument, make_id: Callable[[str], str]
    ) -> None:
        self.now, self._other, self._make_id = document, other, make_id
        self._own_lanes = set(document.lanes)
        self.ops: list[Json] = []
        self.ids: dict[str, str] = {}
        self.images: list[str] = []

    def persona_of(self, document: MapDocument, otherwise: Mapping[str, str]) -> _Who:
        """The first persona of a map, as it is called in the joined one; added where missing."""
        before = next(iter(document.personas_in_order()), "")
        if before in self.now.personas:
            return _Who(before, before)
        value: Json = {"label": dict(otherwise)}
        if before:
            value = document.personas[before].model_dump(mode="json")
        [value["order"]] = keys_after(siblings(self.now, "personas", within={}), "", 1)
        used = {persona.colour for persona in self.now.personas.values()}
        value["colour"] = next((one for one in _COLOURS if one not in used), "1")
        name = self._make_id("personas")
        self._do([{"op": "add", "kind": "personas", "id": name, "value": value}])
        return _Who(name, before)

    def name_lanes(self, who: _Who) -> None:
        """Lanes that were for nobody in particular, and their curves, are for this persona."""
        for kind in ("lanes", "points"):
            found: Mapping[str, Any] = self.now.collection(kind)
            curve = {name for name, lane in self.now.lanes.items() if lane.kind == "emotion"}
            for name, entity in sorted(found.items()):
                if entity.persona == "" and not (kind == "lanes" and name in curve):
                    told = {"field": "persona", "was": "", "value": who.id}
                    self._do([{"op": "set", "kind": kind, "id": name, **told}])

    def join_columns(self) -> None:
        """Match the other map's steps; one that only it has stands after the one before it."""
        stage, step = "", ""
        for theirs in self._other.stages_in_order():
            stage = self._stage(theirs, after=stage)
            step = ""
            for name in self._other.steps_of(theirs):
                step = self._step(name, stage=stage, after=step)

    def bring(self, lane: str, who: _Who) -> None:
        """Put a lane of the other map below its like; a curve into the lane of feelings."""
        value = self._other.lanes[lane]
        like = [
            name
            for name in self.now.lanes_in_order()
            if name in self._own_lanes
            and self.now.lanes[name].kind == value.kind
            and self.now.lanes[name].label == value.label
        ]
        if value.kind == "emotion" and like:
            self.ids[lane] = like[0]
        else:
            changed = value.model_dump(mode="json")
            [key] = keys_after(siblings(self.now, "lanes", within={}), like[0] if like else "", 1)
            changed.update(order=key, persona=who.id if value.kind != "emotion" else "")
            self.ids[lane] = self._make_id("lanes")
            self._do([{"op": "add", "kind": "lanes", "id": self.ids[lane], "value": changed}])
        self._contents(lane, who)

    def bring_links(self) -> None:
        """Links between what was brought."""
        for _, link in sorted(self._other.links.items()):
            ends = {"source": self.ids[link.source], "target": self.ids[link.target]}
            value = {**link.model_dump(mode="json"), **ends}
            self._do([{"op": "add", "kind": "links", "id": self._make_id("links"), "value": value}])

    def _persona(self, theirs: str, who: _Who) -> str:
        if theirs in ("", who.before):
            return who.id
        return theirs if theirs in self.now.personas else ""

    def _contents(self, lane: str, who: _Who) -> None:
        for kind in ("cards", "points"):
            found: Mapping[str, Any] = self._other.collection(kind)
            for name, entity in sorted(found.items()):
                if entity.lane != lane:
                    continue
                value = entity.model_dump(mode="json")
                value |= {"lane": self.ids[lane], "step": self.ids[entity.step]}
                value["persona"] = self._persona(entity.persona, who)
                if kind == "cards":
                    self._bring_image(entity.image)
                self.ids[name] = self._make_id(kind)
                self._do([{"op": "add", "kind": kind, "id": self.ids[name], "value": value}])

    def _stage(self, theirs: str, *, after: str) -> str:
        label = self._other.stages[theirs].label
        for name in self.now.stages_in_order():
            if name == theirs or _share_a_name(self.now.stages[name].label, label):
                self.ids[theirs] = name
                return name
        value = self._other.stages[theirs].model_dump(mode="json")
        [value["order"]] = keys_after(siblings(self.now, "stages", within={}), after, 1)
        self.ids[theirs] = self._make_id("stages")
        self._do([{"op": "add", "kind": "stages", "id": self.ids[theirs], "value": value}])
        return self.ids[theirs]

    def _step(self, theirs: str, *, stage: str, after: str) -> str:
        step = self._other.steps[theirs]
        touchpoints = step.binding.touchpoints if step.binding else ()
        for name in self.now.steps_in_order():
            mine = self.now.steps[name]
            bound = mine.binding.touchpoints if mine.binding else ()
            same_events = bool(touchpoints) and set(bound) == set(touchpoints)
            if name == theirs or same_events or _share_a_name(mine.label, step.label):
                self.ids[theirs] = name
                return name if mine.stage == stage else after
        return self._new_step(theirs, stage=stage, after=after)

    def _new_step(self, theirs: str, *, stage: str, after: str) -> str:
        self._bring_image(self._other.steps[theirs].image)
        value = self._other.steps[theirs].model_dump(mode="json")
        around = siblings(self.now, "steps", within={"stage": stage})
        [value["order"]] = keys_after(around, after, 1)
        self.ids[theirs] = self._make_id("steps")
        value["stage"] = stage
        self._do([{"op": "add", "kind": "steps", "id": self.ids[theirs], "value": value}])
        return self.ids[theirs]

    def _bring_image(self, image: str) -> None:
        if image and image not in self.now.images:
            value = self._other.images[image].model_dump(mode="json")
            self._do([{"op": "add", "kind": "images", "id": image, "value": value}])
            self.images.append(image)

    def _do(self, ops: list[Json]) -> None:
        applied = apply(self.now, ops)
        self.now = applied.document
        self.ops += applied.ops


def _share_a_name(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(
        other.get(language, "").casefold() == text.casefold() for language, text in one.items()
    )
