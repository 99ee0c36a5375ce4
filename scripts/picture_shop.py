"""A small shop in memory, the same every time, and one question of every kind asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.model import Stage, Step, Touchpoint
from waypost.questions import (
    COMPOSED,
    EMPTY_SHARD,
    QUESTIONS,
    ArrayShard,
    Composed,
    Group,
    Question,
    question_from_dict,
)

__all__ = ["ASKED", "PictureShop", "every_question", "picture_shop"]

PERSONS = 900
DAY = 86_400
SPAN = 360 * DAY
NODES = (
    ("ad", "Advertisement", "Anzeige", "awareness", "ads"),
    ("search", "Search", "Suche", "awareness", "search"),
    ("product", "Product page", "Produktseite", "consideration", "web"),
    ("advice", "Advice", "Beratung", "consideration", "phone"),
    ("cart", "Cart", "Warenkorb", "purchase", "web"),
    ("checkout", "Checkout", "Kasse", "purchase", "web"),
    ("order", "Order", "Bestellung", "purchase", "web"),
    ("help", "Help", "Hilfe", "service", "phone"),
    ("review", "Review", "Bewertung", "loyalty", "email"),
    ("newsletter", "Newsletter", "Newsletter", "loyalty", "email"),
)
STAGES = (
    ("awareness", "Awareness", "Entdecken"),
    ("consideration", "Consideration", "Abwägen"),
    ("purchase", "Purchase", "Kaufen"),
    ("service", "Service", "Nutzen"),
    ("loyalty", "Loyalty", "Dabeibleiben"),
)
CHANNELS = ("ads", "search", "web", "phone", "email")
NEXT = {
    "": {"ad": 0.38, "search": 0.34, "product": 0.22, "newsletter": 0.06},
    "ad": {"product": 0.62, "search": 0.12},
    "search": {"product": 0.7, "advice": 0.08},
    "product": {"product": 0.24, "cart": 0.27, "advice": 0.13, "search": 0.08},
    "advice": {"product": 0.3, "cart": 0.3},
    "cart": {"checkout": 0.56, "product": 0.14},
    "checkout": {"order": 0.7, "help": 0.06, "cart": 0.08},
    "order": {"help": 0.18, "newsletter": 0.22, "review": 0.12, "product": 0.16},
    "help": {"order": 0.1, "review": 0.1, "product": 0.2},
    "review": {"product": 0.2, "newsletter": 0.1},
    "newsletter": {"product": 0.4, "newsletter": 0.3},
}
"""What follows what, how often; what is missing to 1 goes away."""

LONG = {
    "advice": 2 * DAY,
    "newsletter": 24 * DAY,
    "order": 20 * DAY,
    "help": 6 * DAY,
    "review": 12 * DAY,
}
LONGEST = 24
NO_VALUE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class PictureShop:
    """A snapshot whose parts lie in memory; times are seconds since 1 January 2026, UTC."""

    shards: tuple[ArrayShard, ...]
    touchpoints: tuple[Touchpoint, ...]
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...]
    events: tuple[str, ...] = tuple(node[0] for node in NODES)
    channels: tuple[str, ...] = CHANNELS
    sources: tuple[str, ...] = ("shop",)
    epoch_us: int = 1_767_225_600_000_000
    ticks_per_second: int = 1
    data_until_us: int = 1_767_225_600_000_000 + SPAN * 1_000_000
    zone: str = "UTC"
    currency: str = "EUR"
    volume: ArrayShard = field(default=EMPTY_SHARD)


def picture_shop() -> PictureShop:
    """The shop; every call gives the same."""
    random = np.random.default_rng(7)
    people = [_life(random) for _ in range(PERSONS)]
    touchpoints = [Touchpoint("", {})]
    touchpoints += [
        Touchpoint(name, {"en": english, "de": german}, channel, stage, name)
        for name, english, german, stage, channel in NODES
    ]
    steps = [Step("", {}, "")]
    steps += [
        Step(n, {"en": english, "de": german}, stage) for n, english, german, stage, _ in NODES
    ]
    stages = [Stage("", {}), *(Stage(n, {"en": en, "de": de}) for n, en, de in STAGES)]
    shard = _shard(people, random)
    return PictureShop((shard,), tuple(touchpoints), tuple(steps), tuple(stages))


def _life(random: np.random.Generator) -> list[tuple[int, int]]:
    """One person's events: second and node."""
    names = [node[0] for node in NODES]
    at, here, life = int(random.integers(0, SPAN)), "", []
    while len(life) < LONGEST:
        follows = NEXT[here]
        drawn, reach = random.random(), 0.0
        after = None
        for name, part in follows.items():
            reach += part
            if drawn < reach:
                after = name
                break
        if after is None:
            break
        if here:
            at += 30 + int(random.exponential(LONG.get(after, LONG.get(here, 4 * 60))))
        if at >= SPAN:
            break
        here = after
        life.append((at, names.index(here)))
    return life


def _shard(people: list[list[tuple[int, int]]], random: np.random.Generator) -> ArrayShard:
    lives = [life for life in people if life]
    offsets = np.cumsum([0, *map(len, lives)]).astype(np.int64)
    at = np.array([at for life in lives for at, _ in life], np.int32)
    code = np.array([node for life in lives for _, node in life], np.uint8)
    stages = [stage[0] for stage in STAGES]
    stage = np.array([stages.index(node[3]) + 1 for node in NODES], np.uint8)
    channel = np.array([CHANNELS.index(node[4]) for node in NODES], np.uint8)
    names = [node[0] for node in NODES]
    return ArrayShard(
        offsets,
        at,
        code,
        touchpoint=(code + 1).astype(np.uint8),
        stage=stage[code],
        channel=channel[code],
        value=_values(random, np.isin(code, [names.index("cart"), names.index("order")])),
        rating=_ratings(random, code == names.index("review")),
    )


def _values(random: np.random.Generator, priced: NDArray[np.bool_]) -> NDArray[np.int64]:
    drawn = np.rint(random.lognormal(9.2, 0.6, priced.size)).astype(np.int64)
    return np.where(priced, drawn, NO_VALUE)


def _ratings(random: np.random.Generator, rated: NDArray[np.bool_]) -> NDArray[np.float32]:
    drawn = random.choice([-2, -1, 0, 1, 2], rated.size, p=[0.1, 0.1, 0.2, 0.3, 0.3])
    return np.where(rated, drawn, np.nan).astype(np.float32)


_FUNNEL = {"question": "funnel", "steps": ["product", "cart", "checkout", "order"], "within": "14d"}

ASKED: Mapping[str, Mapping[str, Any]] = {
    "abandonment": {"start": ["cart", "checkout"], "goal": "order"},
    "attribution": {"goal": "order", "by": "channel"},
    "breakdown": {"of_question": _FUNNEL, "by": "channel", "top": 3},
    "cohorts": {"first": "product", "then": "order", "by": "quarter", "periods": 8},
    "comparison": {
        "of_question": _FUNNEL,
        "first": {"name": "advised", "segment": "event = 'advice'"},
        "second": {"name": "others", "segment": "never: event = 'advice'"},
    },
    "conformance": {"steps": ["product", "cart", "checkout", "order"]},
    "drop_off": {"by": "step"},
    "flow": {"by": "stage", "length": 4},
    "funnel": {"steps": _FUNNEL["steps"], "within": "14d"},
    "groups": {"by": "channel"},
    "hand_overs": {"by": "channel"},
    "loops": {"by": "step"},
    "micro_conversions": {"goal": "order", "start": "product", "landmark": "1h"},
    "paths": {"by": "step", "length": 5, "top": 8},
    "patterns": {
        "patterns": ["cart -> order", "cart -> advice -> order", "order -> help"],
        "names": ["Cart, later an order", "Cart, advice, order", "Order, later help"],
    },
    "repeat": {"step": "order", "most": 4},
    "retention": {"first": "order", "every": "month", "periods": 6},
    "sessions": {"by": "step", "goal": "order"},
    "step_flow": {},
    "time_between": {"first": "product", "then": "order"},
    "transitions": {"by": "step"},
    "volumes": {"by": "step"},
}
"""The fields of one question of each kind."""


def every_question() -> Mapping[str, Question | Composed]:
    """One question of every kind there is, by name; raises ``KeyError`` for one without fields."""
    return {
        name: question_from_dict({"question": name, **_fields(name)})
        for name in (*QUESTIONS, *COMPOSED)
    }


def _fields(name: str) -> dict[str, Any]:
    fields = dict(ASKED[name])
    for side in ("first", "second"):
        if isinstance(fields.get(side), Mapping):
            fields[side] = Group(**fields[side])
    return fields
