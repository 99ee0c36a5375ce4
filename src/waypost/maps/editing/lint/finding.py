"""What a check found: where, how grave, why it matters, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ids import id_maker
from waypost.maps.editing.messages import Message

__all__ = ["Check", "Examined", "Finding", "Fix"]

Severity = Literal["problem", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that a machine can make, and what the button that makes it says."""

    label: Message
    ops: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """``reason``: what is the matter; ``advice``: what to do; ``fix``: None where people must.

    ``kind`` and ``id`` say where: the head, a stage, step, lane or card.
    """

    check: str
    severity: Severity
    kind: str
    id: str
    reason: Message
    advice: Message
    facts: Mapping[str, Any] = field(default_factory=dict)
    fix: Fix | None = None

    def as_json(self, language: str) -> dict[str, Any]:
        """The finding in the reader's language, as the studio's interface sends it."""
        fix = self.fix
        return {
            "check": self.check,
            "severity": self.severity,
            "where": {"kind": self.kind, "id": self.id},
            "facts": dict(self.facts),
            "reason": self.reason.in_language(language),
            "advice": self.advice.in_language(language),
            "fix": None if fix is None else list(fix.ops),
            "fix_label": "" if fix is None else fix.label.in_language(language),
        }


@dataclass(frozen=True)
class Examined:
    """A map as the checks look at it; ``reading`` is None where nobody counted."""

    document: MapDocument
    reading: JourneyMap | None
    today: date

    @cached_property
    def steps(self) -> list[str]:
        """Ids of the steps from left to right."""
        return self.document.steps_in_order()

    @cached_property
    def filled(self) -> set[tuple[str, str]]:
        """Cells (step, lane) with a typed card that is no question, spans and curves included."""
        document, steps = self.document, self.steps
        place = {name: at for at, name in enumerate(steps)}
        found = {(point.step, point.lane) for point in document.points.values()}
        for card in document.cards.values():
            if card.kind != "question":
                at = place[card.step]
                found |= {(step, card.lane) for step in steps[at : at + card.span]}
        return found | self._computed

    @cached_property
    def _computed(self) -> set[tuple[str, str]]:
        """Cells that the reading found something for: counts, ratings, quotes."""
        if self.reading is None:
            return set()
        return {
            (step.id, lane)
            for step in self.reading.steps
            for lane, cards in step.cells.items()
            if any(card.kind not in ("question", "gap", "typed") for card in cards)
        }

    def lanes_of(self, *kinds: str) -> list[str]:
        """Ids of the lanes of these kinds, from top to bottom."""
        lanes = self.document.lanes
        return [name for name in self.document.lanes_in_order() if lanes[name].kind in kinds]

    def new_id(self, check: str) -> Callable[[str], str]:
        """Makes ids for what a fix adds: the same for the same map, none that is taken."""
        document = self.document
        taken = {*document.lanes, *document.cards, *document.links, *document.hidden_computed}
        return id_maker(f"lint:{check}", taken)


Check = Callable[[Examined], Iterator[Finding]]
