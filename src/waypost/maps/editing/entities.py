"""What an edited map is made of: its head, and the entities of its collections."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, JsonValue

from waypost.maps.cards import CardKind, State
from waypost.maps.document import Evidence
from waypost.maps.editing.fields import (
    LabelText,
    Line,
    OrderKey,
    Reference,
    RuleText,
    Token,
    Url,
    Writable,
)
from waypost.maps.editing.ordering import FIRST_KEY
from waypost.model import Provenance

__all__ = [
    "CARD_KINDS",
    "LANE_KINDS",
    "Binding",
    "Card",
    "CardKind",
    "CurvePoint",
    "Entity",
    "HiddenComputed",
    "Image",
    "Lane",
    "LaneKind",
    "Link",
    "MapFilter",
    "MapHead",
    "MapKind",
    "Persona",
    "Stage",
    "State",
    "Step",
]

MapKind = Literal["journey", "day", "support", "blueprint", "experience"]
LaneKind = Literal[
    "actions",
    "thoughts",
    "touchpoints",
    "flow",
    "emotion",
    "marks",
    "gaps",
    "opportunities",
    "kpis",
    "images",
    "backstage",
    "frontstage",
    "support",
    "channels",
    "text",
]
LANE_KINDS: Final[tuple[str, ...]] = LaneKind.__args__  # type: ignore[attr-defined]  # typeshed does not know what a Literal holds
CARD_KINDS: Final[tuple[str, ...]] = CardKind.__args__  # type: ignore[attr-defined]  # as above

_Colour = Annotated[str, Field(pattern="^[1-8]$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entity(_Frozen):
    """A part of the map that has an id and is changed field by field."""


class MapFilter(_Frozen):
    """Whose events and which the numbers of the map count: conditions as in every question."""

    where: RuleText = ""
    segment: tuple[RuleText, ...] = ()
    only: Annotated[dict[str, JsonValue] | None, Writable] = None


class MapHead(Entity):
    """Who, what for, when, who keeps it true. ``goal_step``: the step that a journey shall reach.

    ``parent_map``, ``parent_card``: the map, and the card or step in it, that this one spells out.
    """

    title: LabelText = {}
    kind: MapKind = "journey"
    scenario: LabelText = {}
    goal: LabelText = {}
    expectation: LabelText = {}
    decision: LabelText = {}
    goal_step: Reference = ""
    owner: Line = ""
    status: Literal["draft", "review", "agreed", "retired"] = "draft"
    reviewed_on: date | None = None
    next_review_on: date | None = None
    language: Literal["de", "en"] = "en"
    since: date | None = None
    until: date | None = None
    filter: MapFilter = Field(default_factory=MapFilter)
    parent_map: Line = ""
    parent_card: Line = ""


class Persona(Entity):
    """Who walks the map; ``segment`` is the rule that says which persons, empty for everybody."""

    order: OrderKey = FIRST_KEY
    label: LabelText = {}
    segment: RuleText = ""
    colour: _Colour = "1"
    note: LabelText = {}


class Stage(Entity):
    """A phase: a group of columns.

    ``guiding``: the questions in its empty cells, by kind of lane, where they say more than the
    lane's own.
    """

    order: OrderKey = FIRST_KEY
    label: LabelText = {}
    colour: Token = ""
    icon: Token = ""
    collapsed: bool = False
    guiding: dict[LaneKind, LabelText] = {}


class Binding(_Frozen):
    """Which events happen at a step: those of the touchpoints, only if they fulfil ``where``.

    Without touchpoints, all events that fulfil ``where``.
    """

    touchpoints: tuple[Line, ...] = ()
    where: RuleText = ""


class Step(Entity):
    """A column. ``binding`` None: drawn, and nobody is counted there."""

    order: OrderKey = FIRST_KEY
    stage: Reference
    label: LabelText = {}
    note: LabelText = {}
    icon: Token = ""
    image: Reference = ""
    moment_of_truth: bool = False
    state: State = "both"
    sub_map: Line = ""
    collapsed: bool = False
    binding: Binding | None = None


class Lane(Entity):
    """A row. ``label`` empty: the kind's own name; ``guiding``: the question in its empty cells.

    ``line_above``: a line of a service blueprint is drawn above this lane.
    """

    order: OrderKey = FIRST_KEY
    kind: LaneKind = "text"
    label: LabelText = {}
    guiding: LabelText = {}
    persona: Reference = ""
    collapsed: bool = False
    pinned: bool = False
    hidden: bool = False
    line_above: Literal["", "interaction", "visibility", "internal"] = ""


class Card(Entity):
    """What somebody put into a cell: from ``step`` over ``span`` columns, in ``lane``.

    ``persons``, ``value_minor`` (money in the smallest unit), ``evidence``: what it rests on where
    it was made from data. ``severity``: 1 is a nuisance, 5 ends the journey. ``owner``: who answers
    for a measure or an action.
    """

    order: OrderKey = FIRST_KEY
    lane: Reference
    step: Reference
    span: Annotated[int, Field(ge=1, le=1000)] = 1
    kind: CardKind = "note"
    text: LabelText = {}
    provenance: Provenance = Provenance.ASSUMED
    colour: Token = ""
    icon: Token = ""
    image: Reference = ""
    channel: Line = ""
    touchpoint: Line = ""
    persona: Reference = ""
    state: State = "both"
    sub_map: Line = ""
    url: Url = ""
    severity: Annotated[int, Field(ge=1, le=5)] | None = None
    persons: Annotated[int, Field(ge=0, le=2**53)] | None = None
    value_minor: Annotated[int, Field(ge=-(2**53), le=2**53)] | None = None
    target: FiniteFloat | None = None
    owner: Line = ""
    source: Line = ""
    on: date | None = None
    evidence: Annotated[Evidence | None, Writable] = None


class CurvePoint(Entity):
    """A feeling somebody drew, from −2 to +2; always assumed. ``persona`` empty: everybody."""

    lane: Reference
    step: Reference
    persona: Reference = ""
    series: Literal["as-is", "to-be"] = "as-is"
    value: Annotated[FiniteFloat, Field(ge=-2, le=2)] = 0.0
    note: LabelText = {}


class Link(Entity):
    """From the card ``source`` to a card or step ``target``."""

    source: Reference
    target: Reference
    kind: Literal["leads-to", "answers", "causes"] = "leads-to"


class HiddenComputed(Entity):
    """A computed card, by its key, that somebody does not want to see here."""

    step: Reference
    lane: Reference
    card: Line


class Image(Entity):
    """What is known of a picture; its bytes lie beside the document, under its id."""

    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"]
    width: Annotated[int, Field(ge=1, le=100_000)]
    height: Annotated[int, Field(ge=1, le=100_000)]
    alt: LabelText = {}
