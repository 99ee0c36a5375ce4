"""All planted figures, gathered over the lives and written as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waypost.demo.being import World
from waypost.demo.counterfactuals import ActFigures, PainFigures
from waypost.demo.funnel import FunnelFigures
from waypost.demo.happenings import Life
from waypost.demo.people import Person
from waypost.demo.personas import PERSONAS, TRAITS
from waypost.demo.plans import Plan

__all__ = ["Figures"]

_BEHAVIOUR = {
    "online_visits": ("Page Viewed",),
    "product_views": ("Product Viewed",),
    "store_visits": ("Store Visited",),
    "calls": ("Call Answered", "Call Missed"),
    "newsletter_opens": ("Newsletter Opened",),
    "test_rides": ("Test Ride Booked", "Test Ride Taken"),
    "returns": ("Returned",),
}

_NAMED = {event: name for name, events in _BEHAVIOUR.items() for event in events}


@dataclass(slots=True)
class _Behaviour:
    persons: int = 0
    mixed: int = 0
    orders: int = 0
    kept: int = 0
    mobile: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_BEHAVIOUR, 0))


@dataclass(slots=True)
class Figures:
    """Pain points, small acts, funnel and personas of the whole company."""

    pains: PainFigures = field(default_factory=PainFigures)
    acts: ActFigures = field(default_factory=ActFigures)
    funnel: FunnelFigures = field(default_factory=FunnelFigures)
    personas: list[_Behaviour] = field(default_factory=lambda: [_Behaviour() for _ in PERSONAS])

    def add(self, person: Person, plan: Plan, life: Life, world: World) -> None:
        """Take in one life."""
        last = world.seasons.last * 1000
        self.pains.add(person, plan, life, world)
        self.acts.add(person, plan, life, world)
        self.funnel.add(person, life, last)
        self._behave(person, life, last)

    def write(self, folder: Path) -> None:
        """Write the JSON files of the truth."""
        _write(folder / "pain_points.json", self.pains.document())
        _write(folder / "micro_conversions.json", self.acts.document())
        _write(folder / "funnel.json", self.funnel.document())
        _write(folder / "personas.json", {"definition": _DEFINITION, "personas": self._kinds()})

    def _behave(self, person: Person, life: Life, last: int) -> None:
        mine = self.personas[person.persona]
        mine.persons += 1
        mine.mixed += max(person.mixture) != person.mixture[person.persona]
        mine.orders += sum(1 for order in life.orders if not order.cancelled_at)
        mine.kept += sum(order.kept(last) for order in life.orders)
        for one in life.happenings:
            name = _NAMED.get(one.event)
            if name is not None:
                mine.counts[name] += 1
            mine.mobile += one.event == "Page Viewed" and one.data.get("way") != "desktop"

    def _kinds(self) -> list[dict[str, Any]]:
        found = []
        for persona, mine in zip(PERSONAS, self.personas, strict=True):
            persons = max(mine.persons, 1)
            found.append(
                {
                    "id": persona.id,
                    "label": persona.label,
                    "persons": mine.persons,
                    "overlap_share": round(mine.mixed / persons, 6),
                    "traits": dict(zip(TRAITS, persona.traits, strict=True)),
                    "orders_per_person": round(mine.orders / persons, 6),
                    "kept_cents_per_person": round(mine.kept / persons),
                    "mobile_share": round(mine.mobile / max(mine.counts["online_visits"], 1), 6),
                    "per_person": {
                        name: round(count / persons, 6) for name, count in mine.counts.items()
                    },
                }
            )
        return found


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


_DEFINITION = (
    "Every person is a mixture of four kinds; persona is the strongest when the mixture was "
    "drawn. overlap_share: persons of this persona whose mixture has more of another kind in "
    "the end. traits: the kind's own means; the rest is what its persons truly did, channels "
    "untracked included."
)
