"""Marks: the few places of a map that ask to be looked at.

A mark is rare by design: at most three of a kind on a map, and only where a share is both high in
itself and certain (the lower bound of its 95 % interval passes the threshold).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from waypost.maps.discovery.intervals import share_between
from waypost.maps.discovery.sight import Row, Sight
from waypost.maps.document import Card, MarkCard, Share
from waypost.model import Provenance, Step
from waypost.questions import Abandonment, Result

__all__ = ["long_waits", "marks_by_step"]

MOST_OF_A_KIND = 3
_THRESHOLDS = {"drop_off": 0.3, "loop": 0.25, "jump_back": 0.2, "skip": 0.4}
_LONG_WAIT_SECONDS = 3 * 86_400
_MUCH_LONGER = 2.0
_ABANDONED = ("cart", "checkout")


@dataclass(frozen=True, slots=True)
class _Found:
    step: Step
    mark: str
    weight: float
    share: Share | None = None
    values: dict[str, Any] | None = None
    answer: Result | None = None


def marks_by_step(sight: Sight) -> dict[str, tuple[Card, ...]]:
    """Mark cards by step id."""
    found = [
        *_top(_shares(sight, "drop_off", _left)),
        *_top(_shares(sight, "loop", _returned)),
        *_top(_jumps(sight)),
        *_top(_waits(sight)),
        *_abandonments(sight),
    ]
    by_step: dict[str, list[Card]] = {}
    for one in found:
        by_step.setdefault(one.step.id, []).append(_card(sight, one))
    return {step: tuple(cards) for step, cards in by_step.items()}


def _top(found: Iterable[_Found]) -> list[_Found]:
    return sorted(found, key=lambda one: (-one.weight, one.step.id))[:MOST_OF_A_KIND]


def _left(row: Row) -> tuple[int, int]:
    return row["left"], row["on"] + row["back"] + row["left"]


def _returned(row: Row) -> tuple[int, int]:
    return row["returned"], row["persons"]


def _shares(sight: Sight, mark: str, measure: Callable[[Row], tuple[int, int]]) -> Iterable[_Found]:
    for place, step in enumerate(sight.steps):
        share = share_between(*measure(sight.step_rows[step.id]))
        ends_well = mark == "drop_off" and place >= sight.place(sight.goal)
        if not ends_well and _is_certain(share, mark):
            yield _Found(step, mark, share.part, share)


def _is_certain(share: Share, mark: str) -> bool:
    return share.low is not None and share.low >= _THRESHOLDS[mark]


def _jumps(sight: Sight) -> Iterable[_Found]:
    jumps = sight.flow.facts["jumps"]
    for place, step in enumerate(sight.steps):
        persons = sight.step_rows[step.id]["persons"]
        for target, count in jumps.get(step.id, {}).items():
            to = sight.place(target)
            mark = "jump_back" if to < place else "skip"
            share = share_between(count, persons)
            if to >= 0 and abs(to - place) > (mark == "skip") and _is_certain(share, mark):
                yield _Found(step, mark, count, share, {"to_step": target})


def _waits(sight: Sight) -> Iterable[_Found]:
    for step, seconds in long_waits(sight):
        yield _Found(step, "wait", seconds, values={"median_seconds": seconds})


def long_waits(sight: Sight) -> Iterable[tuple[Step, float]]:
    """Steps after which the median wait is over three days and twice the map's middle one.

    Not in the last stage: nobody waits for what comes after it.
    """
    seconds = [sight.step_rows[step.id]["median_seconds_to_next"] for step in sight.steps]
    known = sorted(value for value in seconds if value is not None)
    middle = known[len(known) // 2] if known else 0.0
    for step, value in zip(sight.steps, seconds, strict=True):
        is_last = step.stage == sight.steps[-1].stage
        long = max(_LONG_WAIT_SECONDS, _MUCH_LONGER * middle)
        if value is not None and value >= long and not is_last:
            yield step, value


def _abandonments(sight: Sight) -> Iterable[_Found]:
    for step in sight.steps:
        if sight.origin(step) not in _ABANDONED or sight.place(step.id) >= sight.place(sight.goal):
            continue
        result = sight.ask(
            Abandonment(
                start=f"step:{step.id}",
                goal=f"step:{sight.goal}",
                within="7d",
                **sight.wishes.filters(),
            )
        )
        facts = result.facts
        share = share_between(facts["abandoned"], facts["abandoned"] + facts["converted"])
        if share.part:
            values = {"value_minor": facts["value_abandoned"] or None}
            yield _Found(step, "abandonment", share.part, share, values, result)


def _card(sight: Sight, found: _Found) -> MarkCard:
    share, values = found.share, found.values or {}
    persons = _persons(sight, found)
    counts = {"part": share.part, "whole": share.whole} if share else {"persons": persons}
    return MarkCard(
        id=f"{found.step.id}-{found.mark}-{values.get('to_step', '')}".rstrip("-"),
        provenance=Provenance.OBSERVED,
        evidence=sight.evidence(
            found.mark,
            sight.codes_of(found.step),
            counts=counts,
            question=(found.answer or sight.flow).question,
        ),
        mark=found.mark,  # type: ignore[arg-type]  # one of the names above
        share=share,
        persons=persons,
        **values,
    )


def _persons(sight: Sight, found: _Found) -> int:
    if found.answer is not None:
        return int(found.answer.facts["persons_abandoned"])
    return found.share.part if found.share else int(sight.step_rows[found.step.id]["persons"])
