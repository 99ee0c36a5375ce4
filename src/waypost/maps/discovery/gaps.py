"""Gaps: what a map does not know, and where nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from waypost.maps.discovery.people import LEAST_RATINGS
from waypost.maps.discovery.sight import Sight
from waypost.maps.document import GapCard
from waypost.model import Provenance, Step, Touchpoint

__all__ = ["ANSWERS", "gaps_of_map", "gaps_of_step"]

_LEAST_WEEKS = 8
_LEAST_WEEKLY = 5.0
_LEAST_ASKING = 5
ANSWERS = {
    "support_mail": "support_solved",
    "support_chat": "support_solved",
    "support_phone": "support_solved",
    "support_social": "support_solved",
    "support_form": "support_solved",
    "support_app": "support_solved",
    "support": "support_solved",
    "missed_call": "callback",
    "review": "review_reply",
    "brand_mention": "review_reply",
}
_MOSTLY_ANONYMOUS = 0.5


def gaps_of_step(sight: Sight, step: Step) -> tuple[GapCard, ...]:
    """Gaps at one step: no feedback, no answer, silent weeks, volume without persons."""
    row = sight.step_rows[step.id]
    found: list[GapCard] = []
    if row["ratings"] < LEAST_RATINGS:
        counts = {"ratings": row["ratings"], "persons": row["persons"]}
        found.append(
            GapCard(
                id=f"{step.id}-no-feedback",
                provenance=Provenance.OBSERVED,
                evidence=sight.evidence("no_feedback", sight.codes_of(step), counts=counts),
                gap="no_feedback",
            )
        )
    for code, touchpoint in sight.touchpoints(step):
        found += _unanswered(sight, step, code, touchpoint)
        found += _silent(sight, step, code, touchpoint)
        found += _anonymous(sight, step, code, touchpoint)
    return tuple(found)


def _unanswered(sight: Sight, step: Step, code: int, touchpoint: Touchpoint) -> Iterable[GapCard]:
    """Persons who asked here and met no answer of ours within the map's window."""
    answer = ANSWERS.get(touchpoint.id)
    row = sight.touchpoint_rows[touchpoint.id]
    if answer is None:
        return
    if row["persons"] >= _LEAST_ASKING and answer in sight.touchpoint_rows:
        asked = sight.ask_steps(sight.named(touchpoint.id), sight.named(answer))
        waiting, question = asked.facts["lost"], asked.question
    elif answer not in sight.touchpoint_rows or not _events(sight, answer):
        waiting, question = row["events"] + row["anonymous_events"], sight.volumes.question
    else:
        return
    if waiting >= _LEAST_ASKING:
        yield GapCard(
            id=f"{step.id}-no-answer-{touchpoint.id}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence(
                "no_answer", [code], counts={"waiting": waiting}, question=question
            ),
            gap="no_answer",
            touchpoint=touchpoint.id,
            label=dict(touchpoint.label),
            values={"waiting": waiting},
        )


def _events(sight: Sight, touchpoint: str) -> int:
    row = sight.touchpoint_rows[touchpoint]
    return int(row["events"] + row["anonymous_events"])


def _silent(sight: Sight, step: Step, code: int, touchpoint: Touchpoint) -> Iterable[GapCard]:
    """The longest run of whole weeks without an event at a touchpoint that is busy otherwise."""
    weeks = sight.weekly.counts[code]
    busy = np.flatnonzero(weeks)
    if len(busy) < _LEAST_WEEKS or weeks[busy].mean() < _LEAST_WEEKLY:
        return
    holes = np.diff(busy) - 1
    longest = int(holes.argmax())
    if holes[longest] < 1:
        return
    since = sight.on(sight.weekly.day_of(int(busy[longest]) + 1))
    yield GapCard(
        id=f"{step.id}-silent-{touchpoint.id}",
        provenance=Provenance.OBSERVED,
        evidence=sight.evidence(
            "silent_weeks", [code], counts={"weeks": int(holes[longest]), "busy_weeks": len(busy)}
        ),
        gap="silent_weeks",
        touchpoint=touchpoint.id,
        label=dict(touchpoint.label),
        values={"weeks": int(holes[longest])},
        since=since,
        until=since + timedelta(days=7 * int(holes[longest]) - 1),
    )


def _anonymous(sight: Sight, step: Step, code: int, touchpoint: Touchpoint) -> Iterable[GapCard]:
    row = sight.touchpoint_rows[touchpoint.id]
    nameless, total = row["anonymous_events"], row["anonymous_events"] + row["events"]
    if total and nameless / total >= _MOSTLY_ANONYMOUS:
        yield GapCard(
            id=f"{step.id}-no-person-{touchpoint.id}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence(
                "no_person",
                [code],
                counts={"anonymous_events": nameless, "events": total},
                question=sight.volumes.question,
            ),
            gap="no_person",
            touchpoint=touchpoint.id,
            label=dict(touchpoint.label),
            values={"events": nameless, "share": nameless / total},
        )


def gaps_of_map(sight: Sight, *, unbound_events: int, events: int) -> tuple[GapCard, ...]:
    """Gaps that belong to no step: events that no rule has bound, steps nobody was at."""
    found: list[GapCard] = []
    if unbound_events:
        share = unbound_events / max(1, events)
        found.append(
            GapCard(
                id="unbound",
                provenance=Provenance.OBSERVED,
                evidence=sight.evidence(
                    "unbound", [], counts={"unbound": unbound_events, "events": events}
                ),
                gap="unbound",
                values={"events": unbound_events, "share": share},
            )
        )
    visited = {step.id for step in sight.steps}
    found += [
        GapCard(
            id=f"unvisited-{step.id}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence("unvisited", []),
            gap="unvisited",
            label=dict(step.label),
        )
        for step in sight.snapshot.steps
        if step.id and step.id not in visited
    ]
    return tuple(found)
