"""What pain points cost and what small acts bring: the same lives lived again without them.

A life is lived again only where a decision hinged on the pain or act, since otherwise it would be
lived the same; all luck is shared, so the difference has no noise of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from waypost.demo.being import World
from waypost.demo.happenings import Life
from waypost.demo.life import live
from waypost.demo.pains import ACTS, PAINS, Act, Pain
from waypost.demo.people import Person
from waypost.demo.plans import Plan

__all__ = ["ActFigures", "PainFigures"]

_EVERY_PAIN = frozenset(pain.id for pain in PAINS)
_WINDOW_DAYS = 30
_WINDOW = _WINDOW_DAYS * 86_400_000


@dataclass(slots=True)
class _Tally:
    exposed: int = 0
    affected: int = 0
    lost_orders: int = 0
    lost_revenue: int = 0
    contacts: int = 0
    orders: int = 0
    browsing: int = 0


@dataclass(slots=True)
class PainFigures:
    """Counts and costs of every pain point, and what a naive comparison would say."""

    persons: int = 0
    browsing: int = 0
    browsing_orders: int = 0
    tallies: dict[str, _Tally] = field(
        default_factory=lambda: {name: _Tally() for name in (*(pain.id for pain in PAINS), "all")}
    )

    def add(self, person: Person, plan: Plan, life: Life, world: World) -> None:
        """Take in one life and live it again without each pain it met, and without all."""
        orders, _ = _standing(life, world)
        browsing = int(any(one.event == "Product Viewed" for one in life.happenings))
        self.persons += 1
        self.browsing += browsing
        self.browsing_orders += orders * browsing
        for name in life.exposed:
            again = name in life.hinges
            other = live(person, plan, world, frozenset({name})) if again else life
            met = name in life.met
            _tally(self.tallies[name], life, other, world, met=met)
            self.tallies[name].orders += orders * browsing * met
            self.tallies[name].browsing += browsing * met
        if life.exposed:
            other = live(person, plan, world, _EVERY_PAIN) if life.hinges else life
            _tally(self.tallies["all"], life, other, world, met=bool(life.met))

    def document(self) -> dict[str, Any]:
        """The figures of ``pain_points.json``."""
        return {
            "definition": _PAIN_DEFINITION,
            "currency": "EUR",
            "persons": self.persons,
            "pain_points": [
                _place(pain) | self._costs(self.tallies[pain.id], naive=True) for pain in PAINS
            ],
            "all_together": self._costs(self.tallies["all"], naive=False),
        }

    def _costs(self, tally: _Tally, *, naive: bool) -> dict[str, Any]:
        affected = max(tally.affected, 1)
        found: dict[str, Any] = {
            "exposed_persons": tally.exposed,
            "affected_persons": tally.affected,
            "affected_share": round(tally.affected / max(self.persons, 1), 6),
            "lost_orders": tally.lost_orders,
            "lost_revenue_cents": tally.lost_revenue,
            "caused_contacts": tally.contacts,
            "true_orders_per_affected": round(-tally.lost_orders / affected, 6),
        }
        if naive:
            found["naive_orders_per_affected"] = self._naive(tally)
        return found

    def _naive(self, tally: _Tally) -> float:
        others = max(self.browsing - tally.browsing, 1)
        mean_others = (self.browsing_orders - tally.orders) / others
        return round(tally.orders / max(tally.browsing, 1) - mean_others, 6)


def _place(pain: Pain) -> dict[str, Any]:
    return {
        "id": pain.id,
        "label": pain.label,
        "channel": pain.channel,
        "touchpoint": pain.touchpoint,
        "event": pain.event,
        "condition": pain.condition,
        "begins": pain.begins.isoformat() if pain.begins else None,
        "ends": pain.ends.isoformat() if pain.ends else None,
    }


def _standing(life: Life, world: World) -> tuple[int, int]:
    last = world.seasons.last * 1000
    orders = sum(1 for order in life.orders if not order.cancelled_at)
    return orders, sum(order.kept(last) for order in life.orders)


def _tally(tally: _Tally, life: Life, other: Life, world: World, *, met: bool) -> None:
    orders, money = _standing(life, world)
    other_orders, other_money = _standing(other, world)
    tally.exposed += 1
    tally.affected += met
    tally.lost_orders += other_orders - orders
    tally.lost_revenue += other_money - money
    tally.contacts += life.contacts - other.contacts


@dataclass(slots=True)
class _Effect:
    persons: int = 0
    bought: int = 0
    bought_without: int = 0


@dataclass(slots=True)
class ActFigures:
    """How much likelier a purchase truly is through each small act, beside the naive lift."""

    effects: dict[str, _Effect] = field(default_factory=lambda: {act.id: _Effect() for act in ACTS})
    browsing: dict[str, list[int]] = field(default_factory=lambda: {act.id: [0, 0] for act in ACTS})

    def add(self, person: Person, plan: Plan, life: Life, world: World) -> None:
        """Take in one life; lives with an act are lived again without it."""
        first = next((one.at for one in life.happenings if one.event == "Product Viewed"), None)
        for act in ACTS:
            at = life.acts.get(act.id)
            if at is not None:
                other = live(person, plan, world, frozenset({act.id}))
                effect = self.effects[act.id]
                effect.persons += 1
                effect.bought += _bought(life, at)
                effect.bought_without += _bought(other, at)
            elif first is not None:
                self.browsing[act.id][0] += 1
                self.browsing[act.id][1] += _bought(life, first)

    def document(self) -> dict[str, Any]:
        """The figures of ``micro_conversions.json``."""
        return {"definition": _ACT_DEFINITION, "acts": [self._act(act) for act in ACTS]}

    def _act(self, act: Act) -> dict[str, Any]:
        effect, (others, others_bought) = self.effects[act.id], self.browsing[act.id]
        persons = max(effect.persons, 1)
        share = effect.bought / persons
        return {
            "id": act.id,
            "label": act.label,
            "event": act.event,
            "persons": effect.persons,
            "bought_share": round(share, 6),
            "bought_share_without": round(effect.bought_without / persons, 6),
            "true_effect": round((effect.bought - effect.bought_without) / persons, 6),
            "naive_lift": round(share - others_bought / max(others, 1), 6),
        }


def _bought(life: Life, since: int) -> int:
    return int(any(since < order.at <= since + _WINDOW for order in life.orders))


_PAIN_DEFINITION = (
    "exposed: the place was reached where the pain could act; affected: it acted. Costs are "
    "summed over all exposed persons as the same life with the same luck without this pain "
    "point minus the life as it was, within the period: orders not cancelled, and money paid "
    "minus refunded. naive_orders_per_affected: orders per affected person minus orders per "
    "other person, both among persons who viewed a product."
)
_ACT_DEFINITION = (
    "Among the persons who did the act: share who placed any order (all channels) within "
    f"{_WINDOW_DAYS} days after first doing it, minus the share when the same lives are lived "
    "with the same luck but the act does not happen. naive_lift compares with persons who "
    f"viewed a product and never did it ({_WINDOW_DAYS} days from their first view)."
)
