"""The edited map: entities on stable ids, each in its collection, ordered by their keys.

Nothing is nested: a step names its stage, a card its lane and its step. So a move sets one field,
and two people who change different things never meet. Entities and the document are values: what
changes them is ``waypost.maps.editing.operations``, which returns a new document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from waypost.errors import InputError
from waypost.kit.translation import N_
from waypost.maps.editing.entities import (
    Card,
    CurvePoint,
    Entity,
    HiddenComputed,
    Image,
    Lane,
    Link,
    MapHead,
    Persona,
    Stage,
    Step,
)
from waypost.maps.editing.faults import fault_of
from waypost.maps.editing.ids import is_id
from waypost.maps.editing.ordering import ordered
from waypost.maps.editing.references import dangling

__all__ = ["SCHEMA_VERSION", "MapDocument", "load_document"]

SCHEMA_VERSION = 2


class MapDocument(BaseModel):
    """The whole edited map. Its collections must not be changed in place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[2] = 2
    head: MapHead = Field(default_factory=MapHead)
    personas: dict[str, Persona] = {}
    stages: dict[str, Stage] = {}
    steps: dict[str, Step] = {}
    lanes: dict[str, Lane] = {}
    cards: dict[str, Card] = {}
    points: dict[str, CurvePoint] = {}
    links: dict[str, Link] = {}
    hidden_computed: dict[str, HiddenComputed] = {}
    images: dict[str, Image] = {}

    def collection(self, kind: str) -> Mapping[str, Entity]:
        """The entities of the collection called ``kind``, by id."""
        found: Mapping[str, Entity] = getattr(self, kind)
        return found

    def stages_in_order(self) -> list[str]:
        """Ids of the stages, from left to right."""
        return ordered((name, stage.order) for name, stage in self.stages.items())

    def steps_in_order(self) -> list[str]:
        """Ids of the steps, from left to right: by stage, then within it."""
        place = {name: rank for rank, name in enumerate(self.stages_in_order())}
        key = {name: (place[step.stage], step.order, name) for name, step in self.steps.items()}
        return sorted(key, key=key.__getitem__)

    def steps_of(self, stage: str) -> list[str]:
        """Ids of the steps of ``stage``, from left to right."""
        return ordered(
            (name, step.order) for name, step in self.steps.items() if step.stage == stage
        )

    def lanes_in_order(self) -> list[str]:
        """Ids of the lanes, from top to bottom, hidden ones among them."""
        return ordered((name, lane.order) for name, lane in self.lanes.items())

    def personas_in_order(self) -> list[str]:
        """Ids of the personas, in the order of the head."""
        return ordered((name, persona.order) for name, persona in self.personas.items())

    def cells(self) -> dict[tuple[str, str], list[str]]:
        """Ids of the cards by (step, lane) where they begin, each cell from top to bottom."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for name, card in self.cards.items():
            found.setdefault((card.step, card.lane), []).append((name, card.order))
        return {cell: ordered(cards) for cell, cards in found.items()}

    def as_json(self) -> dict[str, object]:
        """The document as JSON values, every field written out, collections sorted by id."""
        plain: dict[str, object] = self.model_dump(mode="json")
        for name, value in plain.items():
            if isinstance(value, dict) and name != "head":
                plain[name] = dict(sorted(value.items()))
        return plain

    def to_json(self) -> bytes:
        """The document as indented JSON: the same bytes for the same map."""
        return orjson.dumps(self.as_json(), option=orjson.OPT_INDENT_2) + b"\n"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for kind in KINDS:
            for name in self.collection(kind):
                if not is_id(kind, name):
                    raise ValueError(f"“{name}” is no id for {kind}")
        for lost in dangling(self):
            raise ValueError(f"{lost.kind} → {lost.id} → {lost.field}: there is no “{lost.to}”")
        return self


KINDS = tuple(name for name in MapDocument.model_fields if name not in ("schema_version", "head"))
"""The names of the collections."""


def load_document(content: bytes) -> MapDocument:
    """The document in ``content``; raises ``InputError`` naming the first field that is wrong."""
    try:
        return MapDocument.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(
            f"This is not an edited map (version {SCHEMA_VERSION}): {place}: {fault_of(first)}.",
            hint=N_("Export the map again, or mend the field named here."),
            place=place,
        ) from error
