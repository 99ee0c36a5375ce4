"""The map document: stages, steps, and per step and lane the cards, each saying how it is known.

The document carries figures and ids, not prose: whoever draws it finds the words, in German or
English. Words that people wrote (titles, quotes, typed cards) are kept as they are.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from waypost.errors import InputError
from waypost.maps.cards import (
    ActionCard,
    Card,
    ChannelsCard,
    EmotionCard,
    Evidence,
    FlowCard,
    GapCard,
    KpiCard,
    LabelText,
    MarkCard,
    NoteCard,
    QuestionCard,
    QuoteCard,
    Share,
    SourceCount,
    TouchpointCard,
    TypedCard,
)
from waypost.maps.reality import Curve, DrawnPoint, PersonaCount, RealityNote
from waypost.model import Provenance

__all__ = [
    "SCHEMA_VERSION",
    "ActionCard",
    "Card",
    "ChannelsCard",
    "Curve",
    "DrawnPoint",
    "EmotionCard",
    "Evidence",
    "FlowCard",
    "GapCard",
    "Head",
    "JourneyMap",
    "KpiCard",
    "LabelText",
    "Lane",
    "Link",
    "MapStage",
    "MapStep",
    "MarkCard",
    "NoteCard",
    "PersonaCount",
    "Picture",
    "QuestionCard",
    "QuoteCard",
    "RealityNote",
    "RepresentativeJourney",
    "Share",
    "SourceCount",
    "TouchpointCard",
    "TypedCard",
    "load_map",
]

SCHEMA_VERSION = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lane(_Frozen):
    """A row of the map; ``kind`` says what its cells are computed from, the id itself if empty."""

    id: str
    kind: str = ""
    label: LabelText = {}
    guiding: LabelText = {}
    persona: str = ""
    collapsed: bool = False
    pinned: bool = False
    line_above: Literal["", "interaction", "visibility", "internal"] = ""

    @property
    def content(self) -> str:
        """The kind of the lane."""
        return self.kind or self.id


class MapStage(_Frozen):
    """A phase; ``onward`` is the share of its persons who reached a later stage."""

    id: str
    label: LabelText
    persons: int
    onward: Share | None = None
    median_seconds_to_next: float | None = None
    still_open: int = 0
    evidence: Evidence | None = None
    colour: str = ""
    icon: str = ""
    collapsed: bool = False
    is_hidden: bool = False


class MapStep(_Frozen):
    """A column: the touchpoints it is bound to, who was there, and its cards by lane.

    Where ``is_bound`` is false nothing says what happens here, so its zeros are no counts; nor are
    they where ``is_hidden``, because too few persons were here to tell.
    """

    id: str
    label: LabelText
    stage: str
    touchpoints: tuple[str, ...]
    persons: int
    events: int
    first_on: date | None = None
    last_on: date | None = None
    median_seconds_to_next: float | None = None
    quartiles_seconds_to_next: tuple[float, float] | None = None
    evidence: Evidence | None = None
    time_evidence: Evidence | None = None
    cells: dict[str, tuple[Card, ...]] = {}
    is_bound: bool = True
    anonymous_events: int = 0
    persons_by_persona: dict[str, int] = {}
    note: LabelText = {}
    icon: str = ""
    image: str = ""
    moment_of_truth: bool = False
    state: Literal["as-is", "to-be", "both"] = "both"
    sub_map: str = ""
    collapsed: bool = False
    is_hidden: bool = False


class RepresentativeJourney(_Frozen):
    """A typical order of steps and the persons who came nearest to it."""

    steps: tuple[str, ...]
    channels: tuple[str, ...] = ()
    seconds_from_start: tuple[float, ...] = ()
    persons: int
    share: float
    reached_goal: bool = False
    evidence: Evidence | None = None


class Link(_Frozen):
    """From a card to the card or step that it leads to, answers or causes."""

    source: str
    target: str
    kind: Literal["leads-to", "answers", "causes"] = "leads-to"


class Picture(_Frozen):
    """What is known of a picture; its bytes lie beside the document, under its id."""

    media_type: str
    width: int
    height: int
    alt: LabelText = {}


class Head(_Frozen):
    """Who, what for, when, how many, and how much of the map is belief."""

    title: LabelText
    scenario: LabelText = {}
    workspace: str
    persona: LabelText = {}
    goal: LabelText = {}
    goal_step: str = ""
    since: date | None = None
    until: date | None = None
    zone: str
    currency: str
    persons: int
    journeys_single_event: int = 0
    events: int = 0
    anonymous_events: int = 0
    unbound_events: int = 0
    reached_goal: Share | None = None
    owner: str = ""
    reviewed_on: date | None = None
    data_until: date | None = None
    sources: tuple[SourceCount, ...] = ()
    kpis: tuple[KpiCard, ...] = ()
    evidence: Evidence | None = None
    goal_evidence: Evidence | None = None
    kind: Literal["journey", "day", "support", "blueprint", "experience"] = "journey"
    expectation: LabelText = {}
    decision: LabelText = {}
    status: Literal["", "draft", "review", "agreed", "retired"] = ""
    next_review_on: date | None = None
    filters: dict[str, object] = {}


class JourneyMap(_Frozen):
    """The whole document; groups of fewer than ``least_group`` persons are not in it."""

    schema_version: Literal[1] = 1
    id: str
    head: Head
    lanes: tuple[Lane, ...]
    stages: tuple[MapStage, ...]
    steps: tuple[MapStep, ...]
    journeys: tuple[RepresentativeJourney, ...] = ()
    journeys_rest_share: float = 0.0
    gaps: tuple[GapCard, ...] = ()
    made_from: dict[str, str] = {}
    personas: tuple[PersonaCount, ...] = ()
    curves: tuple[Curve, ...] = ()
    reality: tuple[RealityNote, ...] = ()
    links: tuple[Link, ...] = ()
    images: dict[str, Picture] = {}
    assumed: Share | None = None
    least_group: int = 0

    def provenance_counts(self) -> dict[Provenance, int]:
        """Cells by how they are known; a cell with several cards counts once for each kind."""
        counts = dict.fromkeys(Provenance, 0)
        for step in self.steps:
            for cards in step.cells.values():
                told = {card.provenance for card in cards if _tells(card)}
                for provenance in told:
                    counts[provenance] += 1
        return counts

    def to_json(self) -> bytes:
        """The document as indented JSON, the same bytes for the same map."""
        return (self.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()


def _tells(card: Card) -> bool:
    """Whether a card says something: questions ask, gaps say that nothing is known."""
    if card.kind == "typed":
        return card.type != "question"
    return card.kind not in ("question", "gap")


def load_map(content: bytes) -> JourneyMap:
    """The document in ``content``; raises ``InputError`` naming the first field that is wrong."""
    try:
        return JourneyMap.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(
            f"This is not a Waypost map (version {SCHEMA_VERSION}): {place}: {first['msg']}.",
            hint="Export the map again, or mend the field named here.",
            place=place,
        ) from error
