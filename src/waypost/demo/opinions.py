"""What a customer thinks of each part of an order: from what was lived through, and taste."""

from __future__ import annotations

import random

from waypost.demo import slots
from waypost.demo.being import Being
from waypost.demo.company import BULKY_FEE
from waypost.demo.happenings import Happening, Order
from waypost.demo.plans import Visit

__all__ = ["LATE_PARCEL", "LATE_PICK_UP", "marks_of"]

_DAY = 86_400_000
LATE_PARCEL = 6 * _DAY
LATE_PICK_UP = 4 * _DAY
_SLOW_MINUTES = 600


def marks_of(being: Being, visit: Visit, number: int, *, until: int) -> dict[str, int]:
    """Marks by question, as felt at ``until`` (milliseconds); only what this person lived through.

    ``advice``, ``delivery``, ``pick_up``, ``returns`` and ``service`` run from 1 to 5 (satisfied),
    ``checkout`` from 1 to 7 (easy).
    """
    order = being.life.orders[number]
    dice = random.Random(int(visit.luck[slots.MOOD] * 2**52))
    earlier = [one for one in being.life.happenings if one.at < until]
    felt = {
        "advice": (_advice(being, visit, order, until), 5),
        "checkout": (_checkout(being, visit, order, earlier), 7),
        "delivery": (_delivery(order, until), 5),
        "pick_up": (_pick_up(order, until), 5),
        "returns": (_returns(order, until), 5),
        "service": (_service(number, earlier), 5),
    }
    taste = {name: dice.gauss(0.0, 0.6 if top == 5 else 0.9) for name, (_, top) in felt.items()}
    return {
        name: max(1, min(top, round(mark + taste[name])))
        for name, (mark, top) in felt.items()
        if mark is not None
    }


def _advice(being: Being, visit: Visit, order: Order, until: int) -> float:
    episode, product = being.episodes[visit.episode], order.lines[0].product
    mark = 3.7 + 0.5 * episode.size + 0.4 * episode.test_ride + 0.6 * episode.advice
    if order.way in {"pos", "phone"}:
        return mark + 0.6
    if product.sized and not product.guided and being.hurts("size_advice_missing", visit.at):
        mark -= 1.1
    wrong = bool(order.returned) and order.refunded_at < until
    return mark - 1.4 * wrong


def _checkout(being: Being, visit: Visit, order: Order, earlier: list[Happening]) -> float | None:
    if order.way not in {"web", "app"}:
        return None
    mine = [one for one in earlier if one.visit == being.visit]
    failed = any(one.event == "Payment Failed" for one in mine)
    emptied = any(one.event == "Cart Viewed" and not one.data["products"] for one in mine)
    late_fee = order.shipping == BULKY_FEE and being.hurts("bulky_fee_late", visit.at)
    return 5.9 - 2.8 * failed - 1.3 * emptied - 0.9 * late_fee - 0.3 * (visit.way == "phone")


def _delivery(order: Order, until: int) -> float | None:
    if order.collect or order.way == "pos":
        return None
    return 4.3 - _lateness(order, LATE_PARCEL, until)


def _pick_up(order: Order, until: int) -> float | None:
    return 4.4 - _lateness(order, LATE_PICK_UP, until) if order.collect else None


def _lateness(order: Order, bearable: int, until: int) -> float:
    """How many marks waiting costs; an order cancelled for it costs most."""
    if order.cancelled_at and order.cancelled_at < until:
        return 3.0
    return 2.1 if order.fulfilled_at - order.at > bearable else 0.0


def _returns(order: Order, until: int) -> float | None:
    if not order.returned or order.refunded_at >= until:
        return None
    return 4.3 if order.way == "pos" else 3.5


def _service(number: int, earlier: list[Happening]) -> float | None:
    contacts = [one for one in earlier if one.order == number and one.trail in {"ticket", "call"}]
    if not contacts:
        return None
    last = contacts[-1]
    if last.trail == "call":
        return 4.2
    mark = 3.0 if last.data["minutes"] > _SLOW_MINUTES else 4.2
    return mark - 0.8 if last.data["reopens"] else mark
