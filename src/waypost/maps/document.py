"""The map document: stages, steps, and per step and lane the cards, each saying how it is known.

The document carries figures and ids, not prose: whoever draws it finds the words, in German or
English. Words that people wrote (titles, quotes, typed cards) are kept as they are.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from waypost.errors import InputError
from waypost.model import Provenance

__all__ = [
    "SCHEMA_VERSION",
    "ActionCard",
    "Card",
    "ChannelsCard",
    "EmotionCard",
    "Evidence",
    "FlowCard",
    "GapCard",
    "Head",
    "JourneyMap",
    "KpiCard",
    "LabelText",
    "Lane",
    "MapStage",
    "MapStep",
    "MarkCard",
    "NoteCard",
    "QuestionCard",
    "QuoteCard",
    "RepresentativeJourney",
    "Share",
    "SourceCount",
    "TouchpointCard",
    "load_map",
]

SCHEMA_VERSION = 1

LabelText = dict[str, str]
"""A name by language code; a name somebody typed has the one language it was typed in."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Share(_Frozen):
    """``part`` of ``whole``, with the bounds of its interval as shares from 0 to 1."""

    part: int
    whole: int
    low: float | None = None
    high: float | None = None
    level: float = 0.95

    @property
    def share(self) -> float | None:
        """``part / whole``; None when there is nobody to count."""
        return self.part / self.whole if self.whole else None


class SourceCount(_Frozen):
    """How many events or records of one source a figure rests on."""

    source: str
    count: int


class Evidence(_Frozen):
    """What a card rests on: enough to compute its figure again.

    ``definition`` names the explanation the page shows; ``counts`` are its numerator, denominator
    and other whole numbers; ``rule`` is the binding in words of the rule file; ``question`` is the
    question as asked, so that the same number can be had from the command line.
    """

    definition: str
    counts: dict[str, float] = {}
    sources: tuple[SourceCount, ...] = ()
    rule: str = ""
    question: dict[str, object] = {}


class _Card(_Frozen):
    kind: str
    id: str
    provenance: Provenance
    evidence: Evidence | None = None

    @model_serializer(mode="wrap")
    def _with_kind(self, others: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Always says its kind, which a reader needs, even where defaults are left out."""
        return {"kind": self.kind, **others(self)}


class ActionCard(_Card):
    """What people do here, as a counted fact: ``fact`` names the sentence, ``values`` fill it."""

    kind: Literal["action"] = "action"
    fact: str
    values: dict[str, float] = {}
    label: LabelText = {}


class QuoteCard(_Card):
    """What somebody said, in the words they used; ``n`` counts all such texts at this step."""

    kind: Literal["quote"] = "quote"
    text: str
    language: str = ""
    source: str
    on: date | None = None
    rating: float | None = None
    n: int


class TouchpointCard(_Card):
    """A touchpoint at this step: persons who met it, events, and volume without a person."""

    kind: Literal["touchpoint"] = "touchpoint"
    touchpoint: str
    label: LabelText
    channel: str
    persons: int
    events: int
    anonymous_events: int = 0


class ChannelsCard(_Card):
    """Persons at this step by channel; who came through two channels counts in both."""

    kind: Literal["channels"] = "channels"
    persons: int
    by_channel: dict[str, int]


class FlowCard(_Card):
    """Where those at this step went next; on + back + left + still_open = persons."""

    kind: Literal["flow"] = "flow"
    persons: int
    on: int
    back: int
    left: int
    still_open: int
    returned: int = 0
    next_steps: dict[str, int] = {}


class EmotionCard(_Card):
    """Mean feeling at this step between −2 and +2, with interval; ``reading`` says from what."""

    kind: Literal["emotion"] = "emotion"
    reading: Literal["ratings", "text", "behaviour"]
    mean: float
    low: float | None = None
    high: float | None = None
    n: int
    histogram: tuple[int, ...] = ()


class MarkCard(_Card):
    """Something to look at: many leave, many come back, many jump over, a long wait."""

    kind: Literal["mark"] = "mark"
    mark: Literal["drop_off", "loop", "jump_back", "skip", "wait", "abandonment"]
    share: Share | None = None
    persons: int = 0
    value_minor: int | None = None
    median_seconds: float | None = None
    to_step: str = ""


class GapCard(_Card):
    """Something that is not known or not answered here."""

    kind: Literal["gap"] = "gap"
    gap: Literal[
        "no_feedback",
        "no_answer",
        "silent_weeks",
        "unvisited",
        "no_touchpoint",
        "no_person",
        "unbound",
    ]
    touchpoint: str = ""
    label: LabelText = {}
    values: dict[str, float] = {}
    since: date | None = None
    until: date | None = None


class KpiCard(_Card):
    """A figure to watch at this step; ``kpi`` names it, ``unit`` says how to print it."""

    kind: Literal["kpi"] = "kpi"
    kpi: str
    unit: Literal["share", "money", "seconds", "count", "score"]
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    target: float | None = None
    better: Literal["higher", "lower"] = "higher"
    label: LabelText = {}


class QuestionCard(_Card):
    """A guiding question that stands in a cell nobody has filled."""

    kind: Literal["question"] = "question"
    question: str


class NoteCard(_Card):
    """A card somebody typed."""

    kind: Literal["note"] = "note"
    text: str


Card = Annotated[
    ActionCard
    | QuoteCard
    | TouchpointCard
    | ChannelsCard
    | FlowCard
    | EmotionCard
    | MarkCard
    | GapCard
    | KpiCard
    | QuestionCard
    | NoteCard,
    Field(discriminator="kind"),
]


class Lane(_Frozen):
    """A row of the map."""

    id: Literal[
        "actions",
        "thoughts",
        "touchpoints",
        "flow",
        "emotion",
        "marks",
        "gaps",
        "kpis",
        "backstage",
    ]
    label: LabelText = {}


class MapStage(_Frozen):
    """A phase; ``onward`` is the share of its persons who reached a later stage."""

    id: str
    label: LabelText
    persons: int
    onward: Share | None = None
    median_seconds_to_next: float | None = None
    still_open: int = 0
    evidence: Evidence | None = None


class MapStep(_Frozen):
    """A column: the touchpoints it is bound to, who was there, and its cards by lane."""

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


class RepresentativeJourney(_Frozen):
    """A typical order of steps and the persons who came nearest to it."""

    steps: tuple[str, ...]
    channels: tuple[str, ...] = ()
    seconds_from_start: tuple[float, ...] = ()
    persons: int
    share: float
    reached_goal: bool = False
    evidence: Evidence | None = None


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


class JourneyMap(_Frozen):
    """The whole document."""

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

    def provenance_counts(self) -> dict[Provenance, int]:
        """Cells by how they are known; a cell with several cards counts once for each kind."""
        counts = dict.fromkeys(Provenance, 0)
        for step in self.steps:
            for cards in step.cells.values():
                told = {card.provenance for card in cards if card.kind not in ("question", "gap")}
                for provenance in told:
                    counts[provenance] += 1
        return counts

    def to_json(self) -> bytes:
        """The document as indented JSON, the same bytes for the same map."""
        return (self.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()


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
