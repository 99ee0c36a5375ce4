"""A person while living: what is remembered from one visit to the next."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from typing import Any

from waypost.demo.company import Product
from waypost.demo.happenings import Happening, Life
from waypost.demo.people import Person
from waypost.demo.plans import Visit
from waypost.demo.seasons import Seasons

__all__ = ["Being", "Clock", "Episode", "Newsletter", "World", "chance_of"]


@dataclass(frozen=True, slots=True)
class Newsletter:
    """One campaign; ``extra`` ones exist only because of the fatigue pain point."""

    number: int
    at: int
    extra: bool
    title: str


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for everybody."""

    seasons: Seasons
    periods: dict[str, tuple[int, int]]
    newsletters: tuple[Newsletter, ...]
    sales: tuple[tuple[int, int], ...]

    def on_sale(self, at: int) -> bool:
        """Whether a sale runs at ``at`` (seconds)."""
        return any(begin <= at < end for begin, end in self.sales)


@dataclass(slots=True)
class Episode:
    """One need, from the first look to the purchase or its end."""

    views: int = 0
    size: bool = False
    seen_availability: bool = False
    test_ride: bool = False
    advice: bool = False
    favourite: Product | None = None
    cart: bool = False
    cooled: float = 0.0
    bought: bool = False


class Clock:
    """Seconds between clicks from one number of luck; it decides nothing but the time."""

    __slots__ = ("now", "state")

    def __init__(self, at: int, luck: float) -> None:
        self.now = at
        self.state = int(luck * 2147483647) | 1

    def next(self, typical: int) -> int:
        """Move on by about ``typical`` seconds and return the time in milliseconds."""
        self.state = (self.state * 48271) % 2147483647
        share = self.state / 2147483647
        self.now += int(typical * 1000 * (0.15 + 1.9 * share * share)) + self.state % 997
        return self.now


@dataclass(slots=True)
class Being:
    """The state of one life; ``off`` names pain points and acts that do not exist in it."""

    person: Person
    world: World
    off: frozenset[str]
    life: Life
    trust: float = 0.0
    subscribed: bool = False
    episodes: dict[int, Episode] = field(default_factory=dict)
    agenda: list[tuple[int, int, Visit | None, float]] = field(default_factory=list)
    waiting: int = 0
    visit: int = 0

    def hurts(self, pain: str, at: int) -> bool:
        """Whether the pain point exists here and now; ``at`` in seconds."""
        begin, end = self.world.periods[pain]
        return begin <= at < end and pain not in self.off

    def meet(self, pain: str, at: int) -> None:
        """Remember the first time (in milliseconds) this person met the pain point."""
        self.life.met.setdefault(pain, at)
        self.life.exposed.setdefault(pain, at)
        self.life.hinges.add(pain)

    def act(self, name: str, at: int) -> None:
        """Remember the first time of a small act."""
        self.life.acts.setdefault(name, at)

    def tell(self, at: int, event: str, trail: str, order: int = -1, **data: Any) -> None:
        """Add a happening; ``at`` in milliseconds."""
        channel = _CHANNELS[trail]
        self.life.happenings.append(Happening(at, event, channel, trail, self.visit, order, data))

    def plan(self, at: int, visit: Visit | None, mood: float = 0.0) -> None:
        """Put a visit, or a change of trust, on the agenda; ``at`` in seconds."""
        self.waiting += 1
        heapq.heappush(self.agenda, (at, self.waiting, visit, mood))

    def feel(self, at: int, mood: float) -> None:
        """Let trust change at ``at`` (milliseconds), not before."""
        self.plan(at // 1000, None, mood)


_CHANNELS = {
    "web": "web",
    "app": "app",
    "store": "store",
    "shop": "web",
    "till": "store",
    "mail": "email",
    "ticket": "support",
    "call": "phone",
    "desk": "phone",
    "review": "review",
    "survey": "survey",
    "mention": "social",
    "post": "post",
}


def chance_of(leaning: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-leaning))
