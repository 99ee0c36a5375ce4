"""Cards about what people do, say and feel at a step."""

from __future__ import annotations

from itertools import count
from math import isnan

from waypost.maps.discovery.sight import LEAST_TEXTS, Row, Sight
from waypost.maps.document import (
    ActionCard,
    Card,
    ChannelsCard,
    EmotionCard,
    FlowCard,
    QuestionCard,
    QuoteCard,
    TouchpointCard,
)
from waypost.model import Provenance, Step

__all__ = [
    "LEAST_RATINGS",
    "LEAST_TEXTS",
    "action_cards",
    "emotion_cards",
    "flow_cards",
    "thought_cards",
    "touchpoint_cards",
]

LEAST_RATINGS = 5
_NOTABLE_START = 0.1
_NOTABLE_RETURN = 0.05
_MOST_ACTIONS = 3
_LEAST_CHANNELS = 2


def action_cards(sight: Sight, step: Step, goal_share: float | None) -> tuple[Card, ...]:
    """Counted facts: who begins here, how often people come, who reaches the goal afterwards."""
    row = sight.step_rows[step.id]
    persons = row["persons"]
    if not persons:
        return ()
    facts: list[tuple[str, dict[str, float]]] = []
    if row["starts"] / persons >= _NOTABLE_START:
        facts.append(
            ("first_contact", {"share": row["starts"] / persons, "persons": row["starts"]})
        )
    if (row["median_events_per_person"] or 0) > 1:
        facts.append(("times", {"median": row["median_events_per_person"]}))
    if row["returned"] / persons >= _NOTABLE_RETURN:
        facts.append(("repeats", {"share": row["returned"] / persons, "persons": row["returned"]}))
    if goal_share is not None and step.id != sight.goal:
        facts.append(("goal", {"share": goal_share}))
    if not facts:
        facts.append(("events_per_person", {"mean": row["events_per_person"] or 0}))
    codes, number = sight.codes_of(step), count(1)
    evidence = sight.evidence("action", codes, counts=_counts(row), question=sight.flow.question)
    return tuple(
        ActionCard(
            id=f"{step.id}-action-{next(number)}",
            provenance=Provenance.OBSERVED,
            evidence=evidence,
            fact=fact,
            values=values,
        )
        for fact, values in facts[:_MOST_ACTIONS]
    )


def _counts(row: Row) -> dict[str, float]:
    return {"persons": row["persons"], "events": row["events"], "returned": row["returned"]}


def thought_cards(sight: Sight, step: Step) -> tuple[Card, ...]:
    """The most typical text at this step in its own words, else a guiding question."""
    codes = sight.codes_of(step)
    spoken, quotes = sight.quotes(codes)
    if not quotes:
        card = QuestionCard(
            id=f"{step.id}-question",
            provenance=Provenance.ASSUMED,
            question=f"thoughts.{sight.origin(step)}|thoughts.{sight.stage_origin(step)}",
        )
        return (card,)
    return tuple(
        QuoteCard(
            id=f"{step.id}-quote-{number}",
            provenance=Provenance.REPORTED,
            evidence=sight.evidence("quote", codes, counts={"texts": spoken}),
            text=voice.text,
            language=voice.language,
            source=voice.source,
            on=sight.on(voice.at_us),
            rating=None if isnan(voice.rating) else voice.rating,
            n=spoken,
        )
        for number, voice in enumerate(quotes, 1)
    )


def touchpoint_cards(sight: Sight, step: Step) -> tuple[Card, ...]:
    """The channel mix, where there is one, then a card per touchpoint that was met."""
    rows = sight.touchpoint_rows
    return _channel_cards(sight, step) + tuple(
        TouchpointCard(
            id=f"{step.id}-at-{touchpoint.id}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence(
                "touchpoint_persons",
                [code],
                counts={
                    "persons": rows[touchpoint.id]["persons"],
                    "events": rows[touchpoint.id]["events"],
                    "anonymous_events": rows[touchpoint.id]["anonymous_events"],
                },
                question=sight.volumes.question,
            ),
            touchpoint=touchpoint.id,
            label=dict(touchpoint.label),
            channel=sight.channel(touchpoint),
            persons=rows[touchpoint.id]["persons"],
            events=rows[touchpoint.id]["events"],
            anonymous_events=rows[touchpoint.id]["anonymous_events"],
        )
        for code, touchpoint in sight.touchpoints(step)
    )


def _channel_cards(sight: Sight, step: Step) -> tuple[Card, ...]:
    row = sight.step_rows[step.id]
    met = sight.flow.facts["persons_by_channel"].get(step.id, {})
    if len(met) < _LEAST_CHANNELS:
        return ()
    ordered = dict(sorted(met.items(), key=lambda item: (-item[1], item[0])))
    card = ChannelsCard(
        id=f"{step.id}-channels",
        provenance=Provenance.OBSERVED,
        evidence=sight.evidence(
            "channels",
            sight.codes_of(step),
            counts={"persons": row["persons"]},
            question=sight.flow.question,
        ),
        persons=row["persons"],
        by_channel=ordered,
    )
    return (card,)


def flow_cards(sight: Sight, step: Step) -> tuple[Card, ...]:
    """Where those who were here went next; on + back + left + open = persons."""
    row = sight.step_rows[step.id]
    if not row["persons"]:
        return ()
    counts = {name: row[name] for name in ("persons", "on", "back", "left", "open", "returned")}
    card = FlowCard(
        id=f"{step.id}-flow",
        provenance=Provenance.OBSERVED,
        evidence=sight.evidence(
            "flow", sight.codes_of(step), counts=counts, question=sight.flow.question
        ),
        persons=row["persons"],
        on=row["on"],
        back=row["back"],
        left=row["left"],
        still_open=row["open"],
        returned=row["returned"],
        next_steps=dict(sight.flow.facts["jumps"].get(step.id, {})),
    )
    return (card,)


def emotion_cards(sight: Sight, step: Step) -> tuple[Card, ...]:
    """The mean rating with its interval; nothing below five ratings: a gap, not a guess."""
    row = sight.step_rows[step.id]
    if row["ratings"] < LEAST_RATINGS:
        return ()
    levels = sight.flow.facts["ratings"][step.id]["histogram"]
    card = EmotionCard(
        id=f"{step.id}-emotion",
        provenance=Provenance.REPORTED,
        evidence=sight.evidence(
            "emotion_ratings",
            sight.codes_of(step),
            counts={"ratings": row["ratings"]},
            question=sight.flow.question,
        ),
        reading="ratings",
        mean=row["rating_mean"],
        low=row["rating_low"],
        high=row["rating_high"],
        n=row["ratings"],
        histogram=tuple(int(level) for level in levels),
    )
    return (card,)
