"""What a person would do whatever happens: needs, visits, their instants and their luck.

The plan is drawn before any life is lived. Every decision in a life reads its uniform number from
the visit's row, so two lives of one person with and without a pain point share all their luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.demo.people import Person, generator
from waypost.demo.personas import interest_table
from waypost.demo.seasons import DAYS, Seasons

__all__ = ["CAMPAIGNS", "SLOTS", "Plan", "Visit", "draw_plans"]

SLOTS = 56
CAMPAIGNS = 132
"""Newsletters of the year at most; which are sent depends on the fatigue pain point."""

_MAX_VISITS = 14


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact; ``way`` is phone, desktop, app, store or call, ``entry`` a newsletter."""

    at: int
    episode: int
    way: str
    category: int
    urgency: float
    luck: list[float]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A person's planned visits in time order, and the luck of each newsletter."""

    visits: list[Visit]
    mail_luck: NDArray[np.float64]


_WAYS = ("phone", "desktop", "app", "store", "call")


def draw_plans(people: list[Person], seed: int, block: int, seasons: Seasons) -> list[Plan]:
    """One plan per person of a block, in the same order."""
    rng = generator(seed, 3, block)
    owner, episode, rank = _visits(people, rng)
    total = len(owner)
    need = _needs(people, owner, episode, rng)
    way = _ways(people, owner, rng)
    at = _instants(people, (owner, episode, rank), way, seasons, rng)
    luck = rng.random((total, SLOTS))
    mail_luck = rng.random((len(people), CAMPAIGNS))
    order = np.lexsort((rank, at, owner))
    bounds = np.searchsorted(owner[order], np.arange(len(people) + 1))
    columns = [column[order].tolist() for column in (at, episode, way, need[0], need[1])]
    luck_rows = luck[order].tolist()
    visits = [
        Visit(a, e, _WAYS[w], c, u, row)
        for a, e, w, c, u, row in zip(*columns, luck_rows, strict=True)
    ]
    return [Plan(visits[bounds[i] : bounds[i + 1]], mail_luck[i]) for i in range(len(people))]


def _visits(
    people: list[Person], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    count = len(people)
    bouncer = np.array([person.bouncer for person in people])
    rate = np.array([person.traits["episodes"] for person in people])
    depth = np.array([person.traits["depth"] for person in people])
    episodes = np.where(bouncer, 1, 1 + np.minimum(rng.poisson(rate), 4))
    owner = np.repeat(np.arange(count), episodes)
    episode = np.arange(len(owner)) - np.repeat(np.cumsum(episodes) - episodes, episodes)
    length = np.minimum(rng.geometric(1.0 / depth[owner]), _MAX_VISITS)
    length[bouncer[owner]] = 1
    who = np.repeat(owner, length)
    which = np.repeat(episode, length)
    rank = np.arange(len(who)) - np.repeat(np.cumsum(length) - length, length)
    return who, which, rank


def _needs(
    people: list[Person],
    owner: NDArray[np.int64],
    episode: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    mixture = np.array([person.mixture for person in people])
    interest = np.cumsum(mixture @ interest_table(), axis=1)
    interest /= interest[:, -1:]
    chance = rng.random((len(people), 5))
    urgency = rng.normal(0.0, 0.7, (len(people), 5))
    drawn = chance[owner, episode]
    category = (drawn[:, None] >= interest[owner]).sum(axis=1)
    return np.minimum(category, interest.shape[1] - 1), urgency[owner, episode]


def _ways(
    people: list[Person], owner: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    traits = [person.traits for person in people]
    store = np.array([row["store"] for row in traits])
    call = np.array([row["call"] for row in traits])
    app = np.array([0.45 * row["has_app"] for row in traits])
    mobile = np.array([row["mobile"] for row in traits])
    online = 1.0 - store - call
    shares = np.stack(
        [online * (1 - app) * mobile, online * (1 - app) * (1 - mobile), online * app, store, call],
        axis=1,
    )
    edges = np.cumsum(shares, axis=1)
    chance = rng.random(len(owner)) * edges[owner, -1]
    found = (chance[:, None] >= edges[owner]).sum(axis=1).clip(0, 4)
    return np.asarray(found, dtype=np.int64)


def _instants(
    people: list[Person],
    places: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    way: NDArray[np.int64],
    seasons: Seasons,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    owner, episode, rank = places
    begin = seasons.days(rng.random((len(people), 5)))[owner, episode]
    gap = np.exp(rng.normal(0.7, 1.1, len(owner)))
    gap[rank == 0] = 0.0
    walked = np.cumsum(gap)
    start = np.flatnonzero(rank == 0)
    first = np.repeat(walked[start], np.diff(np.append(start, len(owner))))
    day = begin + np.floor(walked - first).astype(np.int64)
    mixture = np.cumsum(np.array([person.mixture for person in people]), axis=1)
    rhythm = (rng.random(len(owner))[:, None] >= mixture[owner]).sum(axis=1).clip(0, 3)
    hour = seasons.hours(rhythm, rng.random(len(owner)))
    chance = rng.random(len(owner))
    inside = np.minimum(day, DAYS - 1)
    in_store, on_phone = way == 3, way == 4
    day = np.where(in_store, seasons.open_day[inside] + (day - inside), day)
    day = np.where(on_phone, seasons.call_day[inside] + (day - inside), day)
    hour = np.where(in_store, seasons.store_hours(chance), hour)
    hour = np.where(on_phone, seasons.call_hours(chance), hour)
    return seasons.instants(day, hour) + rng.integers(0, 60, len(owner))
