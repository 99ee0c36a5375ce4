"""What the events say of a persona: how many, what sets them apart, channels, journey, voices."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import zip_longest
from threading import Lock

from waypost.app.studio.personas import STORY, Persona
from waypost.app.workspace import Workspace
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.persona_sheets import PersonaSheet
from waypost.maps import JourneyMap, MapWishes
from waypost.maps.document import QuoteCard, RepresentativeJourney, Share
from waypost.model import Label
from waypost.questions import Groups
from waypost.questions.comparison import Comparison, Group
from waypost.questions.segments import as_segment

__all__ = [
    "PersonaFacts",
    "Trait",
    "Usage",
    "persona_facts",
    "persona_sheet",
    "persona_size",
    "persons_of",
]

_MOST_TRAITS, _MOST_QUOTES = 10, 4
_KEPT = 128


@dataclass(frozen=True, slots=True)
class Trait:
    """A touchpoint that more or fewer of them use: their share beside the others'.

    ``differs`` after control of the false discovery rate over all that were looked at.
    """

    name: str
    label: Label
    share: float
    others: float
    low: float
    high: float
    differs: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Persons of one stage by channel; who used two channels counts in both."""

    stage: str
    label: Label
    persons: int
    shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class PersonaFacts:
    """Everything counted; ``everybody`` are the persons of the workspace.

    ``traits`` are the surest differences of ``looked_at`` touchpoints.
    """

    persons: int
    everybody: int
    reached_goal: Share | None
    goal: Label
    traits: tuple[Trait, ...]
    looked_at: int
    usage: tuple[Usage, ...]
    channels: tuple[str, ...]
    journey: RepresentativeJourney | None
    steps: dict[str, Label]
    quotes: tuple[QuoteCard, ...]
    document: JourneyMap


class _Kept:
    """The facts that were worked out last, by journeys and segment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._facts: OrderedDict[tuple[str, tuple[str, ...]], PersonaFacts] = OrderedDict()

    def get(self, key: tuple[str, tuple[str, ...]]) -> PersonaFacts | None:
        with self._lock:
            return self._facts.get(key)

    def keep(self, key: tuple[str, tuple[str, ...]], facts: PersonaFacts) -> None:
        with self._lock:
            self._facts[key] = facts
            while len(self._facts) > _KEPT:
                self._facts.popitem(last=False)


_kept = _Kept()


def persons_of(workspace: Workspace, segment: tuple[str, ...]) -> int:
    """Persons of a segment on the current journeys; of the whole workspace without a condition."""
    question = Groups(by="channel", of="event", segment=as_segment(segment))
    return int(workspace.ask(question).facts["persons"])


def persona_size(workspace: Workspace, persona: Persona) -> tuple[int, int]:
    """Persons of the persona, and of the workspace."""
    return persons_of(workspace, persona.segment), persons_of(workspace, ())


def persona_sheet(workspace: Workspace, persona: Persona) -> PersonaSheet:
    """The persona as it is printed; raises what ``persona_facts`` raises."""
    facts = persona_facts(workspace, persona)
    journey = facts.journey
    return PersonaSheet(
        workspace=workspace.settings.name,
        name=persona.name,
        summary=persona.summary,
        persons=facts.persons,
        everybody=facts.everybody,
        goal=facts.goal,
        goal_share=facts.reached_goal.share if facts.reached_goal else None,
        traits=[
            (one.label, one.share, one.others, one.low, one.high, one.differs)
            for one in facts.traits
        ],
        usage=[(one.label, one.persons, one.shares) for one in facts.usage],
        journey=[
            (facts.steps.get(step, {"en": step}), seconds)
            for step, seconds in zip_longest(
                journey.steps, journey.seconds_from_start[: len(journey.steps)], fillvalue=0.0
            )
            if isinstance(step, str)
        ]
        if journey
        else [],
        quotes=[(one.text, one.source) for one in facts.quotes],
        story={STORY[part]: text for part, text in persona.story.items()},
        written_by=persona.changed_by,
    )


def persona_facts(workspace: Workspace, persona: Persona) -> PersonaFacts:
    """The facts on the current journeys; remembered until those or the segment change.

    Raises ``NotFoundError`` before the first build, ``RuleError`` for a condition that names what
    the workspace does not have.
    """
    key = (f"{workspace.path}:{workspace.snapshot.id}", persona.segment)
    found = _kept.get(key)
    if found is None:
        found = _worked_out(workspace, persona)
        _kept.keep(key, found)
    return found


def _worked_out(workspace: Workspace, persona: Persona) -> PersonaFacts:
    document = workspace.map(MapWishes(segment=persona.rule)).document
    traits, looked_at = _traits(workspace, persona)
    usage = _usage(workspace, persona)
    channels = dict.fromkeys(channel for stage in usage for channel in stage.shares)
    persons, everybody = persona_size(workspace, persona)
    journeys = [one for one in document.journeys if one.persons >= LEAST_GROUP]
    return PersonaFacts(
        persons=persons,
        everybody=everybody,
        reached_goal=document.head.reached_goal,
        goal=document.head.goal or _step_labels(document).get(document.head.goal_step, {}),
        traits=traits,
        looked_at=looked_at,
        usage=usage,
        channels=tuple(channels),
        journey=max(journeys, key=lambda one: (len(one.steps) > 1, one.persons), default=None),
        steps=_step_labels(document),
        quotes=_quotes(document),
        document=document,
    )


def _traits(workspace: Workspace, persona: Persona) -> tuple[tuple[Trait, ...], int]:
    """The surest differences; everybody has none to differ from."""
    if not persona.segment:
        return (), 0
    second = None if len(persona.segment) == 1 else Group("everybody")
    answer = workspace.ask(
        Comparison(
            Groups(by="touchpoint", of="event"),
            first=Group(persona.name, segment=persona.rule),
            second=second,
        )
    )
    labels = {one.id: one.label for one in workspace.snapshot.touchpoints}
    rows = answer.to_arrow().to_pylist()
    found = [
        Trait(
            str(row["group"]),
            labels.get(str(row["group"]), {"en": str(row["group"])}),
            float(row["first_share"]),
            float(row["second_share"]),
            float(row["low"]),
            float(row["high"]),
            bool(row["differs"]),
        )
        for row in rows
        if row["group"] and max(row["first_count"], row["second_count"]) >= LEAST_GROUP
    ]
    return tuple(found[:_MOST_TRAITS]), len(rows)


def _usage(workspace: Workspace, persona: Persona) -> tuple[Usage, ...]:
    made = []
    for stage in workspace.snapshot.stages:
        question = Groups(
            by="channel", of="event", where=f"stage = '{stage.id}'", segment=persona.rule
        )
        answer = workspace.ask(question)
        persons = int(answer.facts["persons"])
        if persons < LEAST_GROUP:
            continue
        rows = answer.to_arrow().to_pylist()
        shares = {
            str(row["group"]): float(row["share"])
            for row in rows
            if row["group"] and row["persons"] >= LEAST_GROUP
        }
        made.append(Usage(stage.id, stage.label, persons, shares))
    return tuple(made)


def _quotes(document: JourneyMap) -> tuple[QuoteCard, ...]:
    cards = (card for step in document.steps for cards in step.cells.values() for card in cards)
    said = [card for card in cards if isinstance(card, QuoteCard) and card.n >= LEAST_GROUP]
    return tuple(said[:_MOST_QUOTES])


def _step_labels(document: JourneyMap) -> dict[str, Label]:
    return {step.id: step.label for step in document.steps}
