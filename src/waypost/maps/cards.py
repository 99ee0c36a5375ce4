"""The cards of a map, each saying how it is known and what it rests on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from waypost.model import Provenance

__all__ = [
    "ActionCard",
    "Card",
    "CardKind",
    "ChannelsCard",
    "EmotionCard",
    "Evidence",
    "FlowCard",
    "GapCard",
    "KpiCard",
    "LabelText",
    "MarkCard",
    "NoteCard",
    "QuestionCard",
    "QuoteCard",
    "Share",
    "SourceCount",
    "State",
    "TouchpointCard",
    "TypedCard",
]

CardKind = Literal[
    "note",
    "pain",
    "opportunity",
    "action",
    "quote",
    "kpi",
    "question",
    "touchpoint",
    "channel",
    "image",
    "link",
]
"""What somebody puts on a map."""
State = Literal["as-is", "to-be", "both"]
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
    question as asked, so that the same number can be had from the command line; ``cell`` names the
    row and the column of its answer where there are several.
    """

    definition: str
    counts: dict[str, float] = {}
    sources: tuple[SourceCount, ...] = ()
    rule: str = ""
    question: dict[str, object] = {}
    cell: dict[str, str] = {}


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
    """Where those at this step went next; on + back + left + still_open = persons.

    ``hidden``: parts that are not told because they, or what they would give away, are few; they
    are 0 here.
    """

    kind: Literal["flow"] = "flow"
    persons: int
    on: int
    back: int
    left: int
    still_open: int
    returned: int = 0
    next_steps: dict[str, int] = {}
    hidden: tuple[str, ...] = ()


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


class TypedCard(_Card):
    """A card that somebody put on the map; ``type`` says what it is, ``text`` are their words.

    It lies over ``span`` columns from its step on. ``persons`` and ``value_minor`` are what it was
    made from, ``severity`` goes from 1 (a nuisance) to 5 (ends the journey).
    """

    kind: Literal["typed"] = "typed"
    type: CardKind
    text: LabelText = {}
    span: int = 1
    colour: str = ""
    icon: str = ""
    image: str = ""
    channel: str = ""
    touchpoint: str = ""
    persona: str = ""
    state: State = "both"
    sub_map: str = ""
    url: str = ""
    severity: int | None = None
    persons: int | None = None
    value_minor: int | None = None
    target: float | None = None
    value: float | None = None
    owner: str = ""
    source: str = ""
    on: date | None = None


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
    | NoteCard
    | TypedCard,
    Field(discriminator="kind"),
]
