"""The true funnel and what was left behind in carts and checkouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from waypost.demo.happenings import Happening, Life
from waypost.demo.people import Person

__all__ = ["FunnelFigures"]

_DAY = 86_400_000
_STEPS = {"Product Viewed": 0, "Product Added": 1, "Checkout Started": 2, "Order Placed": 3}
_NAMES = ("product viewed", "added to cart", "checkout started", "order")
_ONLINE = frozenset({"web", "app"})
_WINDOW_DAYS = 30
_GRACE_DAYS = 7


@dataclass(slots=True)
class _Counts:
    reached: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    carts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    checkouts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    attempts: dict[str, list[int]] = field(
        default_factory=lambda: {"cart": [0, 0, 0], "checkout": [0, 0, 0]}
    )

    def add(self, steps: list[Happening], last: int) -> None:
        for step in range(_depth(steps)):
            self.reached[step] += 1
        orders = [one.at for one in steps if one.event == "Order Placed"]
        _left(self.carts, steps, orders, last, event="Product Added")
        _left(self.checkouts, steps, orders, last, event="Checkout Started")
        for furthest, fate in _attempts(steps, last):
            self.attempts[furthest][_FATES.index(fate)] += 1

    def document(self) -> dict[str, Any]:
        return {
            "persons": dict(zip(_NAMES, self.reached, strict=True)),
            "carts": dict(zip(_LEFT, self.carts, strict=True)),
            "checkouts": dict(zip(_LEFT, self.checkouts, strict=True)),
            "attempts": {
                furthest: dict(zip(_FATES, counts, strict=True))
                for furthest, counts in self.attempts.items()
            },
        }


_FATES = ("converted", "abandoned", "open")
_LEFT = ("total", "abandoned", "abandoned_value_cents", "open")


@dataclass(slots=True)
class FunnelFigures:
    """The funnel over all persons, and over those whose clicks a system was allowed to see."""

    true: _Counts = field(default_factory=_Counts)
    recorded: _Counts = field(default_factory=_Counts)

    def add(self, person: Person, life: Life, last: int) -> None:
        """Take in one life; ``last`` is the end of the period in milliseconds."""
        steps = [one for one in life.happenings if one.trail in _ONLINE and one.event in _STEPS]
        if not steps:
            return
        self.true.add(steps, last)
        if person.consents:
            self.recorded.add(steps, last)

    def document(self) -> dict[str, Any]:
        """The figures of ``funnel.json``."""
        return {
            "definition": _DEFINITION,
            "window_days": _WINDOW_DAYS,
            "grace_days": _GRACE_DAYS,
            "true": self.true.document(),
            "recorded": self.recorded.document(),
        }


def _depth(steps: list[Happening]) -> int:
    entered: list[int | None] = [None, None, None, None]
    deepest = 0
    for one in steps:
        step = _STEPS[one.event]
        entry = one.at if step == 0 else entered[step - 1]
        if entry is None or one.at - entry > _WINDOW_DAYS * _DAY:
            continue
        entered[step] = entry
        deepest = max(deepest, step + 1)
    return deepest


def _left(
    counts: list[int], steps: list[Happening], orders: list[int], last: int, *, event: str
) -> None:
    visits: dict[int, list[Happening]] = {}
    for one in steps:
        if one.event == event:
            visits.setdefault(one.visit, []).append(one)
    for mine in visits.values():
        begin, end = mine[0].at, mine[-1].at + _GRACE_DAYS * _DAY
        counts[0] += 1
        if any(begin < at <= end for at in orders):
            continue
        if end > last:
            counts[3] += 1
            continue
        counts[1] += 1
        counts[2] += _worth(mine)


def _attempts(steps: list[Happening], last: int) -> list[tuple[str, str]]:
    """(furthest start, fate) of each attempt to buy: carts and checkouts close to each other."""
    found: list[tuple[str, str]] = []
    latest, furthest = 0, ""
    for one in steps:
        if furthest and one.at - latest > _GRACE_DAYS * _DAY:
            found.append((furthest, "abandoned"))
            furthest = ""
        if one.event == "Order Placed" and furthest:
            found.append((furthest, "converted"))
            furthest = ""
        elif one.event in {"Product Added", "Checkout Started"}:
            latest = one.at
            at_checkout = one.event == "Checkout Started" or furthest == "checkout"
            furthest = "checkout" if at_checkout else "cart"
    if furthest:
        open_still = latest + _GRACE_DAYS * _DAY > last
        found.append((furthest, "open" if open_still else "abandoned"))
    return found


def _worth(mine: list[Happening]) -> int:
    if "value" in mine[-1].data:
        return int(mine[-1].data["value"])
    by_sku = {one.data["product"].sku: one.data["product"].price for one in mine}
    return sum(by_sku.values())


_DEFINITION = (
    "persons: how many persons reach each step of the ordered funnel in web shop or app, any "
    f"entry (a later product view opens the window anew), all within {_WINDOW_DAYS} days of "
    "that view. carts: visits with at least one article added; checkouts: visits with a "
    "checkout started. Abandoned: the person places no order in web shop or app within "
    f"{_GRACE_DAYS} days after the last such act of the visit; open: those days are not over "
    "at the end of the period. Value: catalogue price of the different articles added, or the "
    "sum shown when the checkout started, in cents. attempts: articles added and checkouts "
    f"started belong to one attempt as long as each follows the one before within {_GRACE_DAYS} "
    "days and no order lies between; converted by an order within that time of the latest, by the "
    "furthest they got. recorded: the same for persons who consented to tracking, under perfect "
    "identity; orders count from the order export."
)
