"""What follows an order: delivery or pick-up, returns, questions, reviews, surveys, complaints."""

from __future__ import annotations

from waypost.demo import slots
from waypost.demo.being import Being
from waypost.demo.happenings import Order
from waypost.demo.opinions import LATE_PARCEL, marks_of
from waypost.demo.plans import Visit

__all__ = ["complain", "contact", "follow_up"]

_DAY = 86_400_000
_HOUR = 3_600_000


def follow_up(being: Being, visit: Visit, number: int, *, login: bool = False) -> None:
    """Everything the order causes, at later instants; ``login`` is kept for who is known."""
    order = being.life.orders[number]
    mood = 0.25
    if order.system == "shopify":
        being.tell(order.at, "Order Recorded", "shop", number, login=login)
        if order.collect:
            mood += _pick_up(being, visit, number)
        elif order.way != "pos":
            mood += _deliver(being, visit, number)
        else:
            order.fulfilled_at = order.at
    else:
        order.fulfilled_at = order.at
    if not order.cancelled_at:
        mood += _wrong_size(being, visit, number)
        mood += _defect(being, visit, number)
    felt = (order.fulfilled_at or order.cancelled_at or order.at) + _HOUR
    being.feel(felt, mood)
    _speak(being, visit, number, mood + 0.3 * (visit.luck[slots.MOOD] - 0.5))


def _pick_up(being: Being, visit: Visit, number: int) -> float:
    order, luck = being.life.orders[number], visit.luck
    ready = being.world.seasons.next_business(order.at // 1000, 5 + 20 * luck[slots.DELAY]) * 1000
    hurts = "München" in order.collect and being.hurts("collect_wait", visit.at)
    draw = luck[slots.WAIT]
    late = draw < 0.05 + (0.58 if hurts else 0.0)
    if late:
        ready += int((4 + 6 * luck[slots.DELAY_LONG]) * _DAY)
        if draw >= 0.05:
            being.meet("collect_wait", order.at + 2 * _DAY)
        contact(being, visit, number, order.at + int(2.4 * _DAY), "collect", 0.40)
        if luck[slots.CANCEL] < 0.34 - 0.2 * being.person.traits["patience"]:
            _cancel(being, number, order.at + int((2.5 + 2 * luck[slots.RETURN_LATE]) * _DAY))
            return -0.9
    order.fulfilled_at = ready
    being.tell(ready, "Ready for Pickup", "store", number)
    return -0.55 if late else 0.1


def _deliver(being: Being, visit: Visit, number: int) -> float:
    order, luck = being.life.orders[number], visit.luck
    bulky = any(line.product.bulky for line in order.lines)
    hours = 20 + (90 if bulky else 24) * luck[slots.AFTER]
    sent = being.world.seasons.next_business(order.at // 1000, hours) * 1000
    hurts = bulky and being.hurts("delivery_delay", visit.at)
    draw = luck[slots.DELAY]
    late = draw < 0.05 + (0.60 if hurts else 0.0)
    if late:
        sent += int((7 + 9 * luck[slots.DELAY_LONG]) * _DAY)
        if draw >= 0.05:
            being.meet("delivery_delay", order.at + 5 * _DAY)
        contact(being, visit, number, order.at + int(6.2 * _DAY), "delivery", 0.55)
        if luck[slots.CANCEL] < 0.26 - 0.2 * being.person.traits["patience"]:
            _cancel(being, number, order.at + int((6.5 + 3 * luck[slots.RETURN_LATE]) * _DAY))
            return -1.0
    order.fulfilled_at = sent
    being.tell(sent + int((30 + 30 * luck[slots.REPLY]) * _HOUR), "Delivered", "post", number)
    return -0.65 if late else 0.1


def _cancel(being: Being, number: int, at: int) -> None:
    order = being.life.orders[number]
    order.cancelled_at = at
    order.refunded_at = at
    order.refunded = order.total
    being.tell(at, "Order Cancelled", "post", number)


def _wrong_size(being: Being, visit: Visit, number: int) -> float:
    order, luck = being.life.orders[number], visit.luck
    product = order.lines[0].product
    if order.way == "pos":
        return _bring_back(being, visit, number)
    if not product.sized:
        return 0.0
    advised = product.guided or not being.hurts("size_advice_missing", visit.at)
    risk = 0.04 if order.guided else (0.09 if advised else 0.21)
    draw = luck[slots.WRONG_SIZE]
    if not advised:
        being.life.hinges.add("size_advice_missing")
    if draw >= risk:
        return 0.0
    at = order.fulfilled_at + int((5 + 14 * luck[slots.RETURN_LATE]) * _DAY)
    order.returned.append(0)
    order.refunded += order.lines[0].price - order.discount * order.lines[0].price // order.subtotal
    order.refunded_at = at
    being.tell(at, "Returned", "post", number, reason="size")
    if not advised:
        being.meet("size_advice_missing", at)
    contact(being, visit, number, at - 2 * _DAY, "return", 0.5)
    return -0.35


def _bring_back(being: Being, visit: Visit, number: int) -> float:
    order, luck = being.life.orders[number], visit.luck
    if luck[slots.WRONG_SIZE] >= 0.02:
        return 0.0
    at = order.at + int((1 + 10 * luck[slots.RETURN_LATE]) * _DAY)
    order.returned.append(0)
    order.refunded = order.lines[0].price - order.discount * order.lines[0].price // order.subtotal
    order.refunded_at = at
    being.tell(at, "Returned", "till", number, reason="not_wanted")
    return -0.05


def _defect(being: Being, visit: Visit, number: int) -> float:
    if visit.luck[slots.DEFECT] >= 0.045:
        return 0.0
    at = being.life.orders[number].fulfilled_at + int(
        (4 + 40 * visit.luck[slots.RETURN_LATE]) * _DAY
    )
    contact(being, visit, number, at, "defect", 0.9)
    return -0.4


def contact(being: Being, visit: Visit, number: int, at: int, topic: str, likely: float) -> None:
    """Perhaps a call or a ticket about an order; the answer's quality moves trust."""
    luck, person = visit.luck, being.person
    if luck[slots.CONTACT] >= likely:
        return
    at = being.world.seasons.next_business(at // 1000, 12 * luck[slots.CONTACT_WAY]) * 1000
    being.life.contacts += 1
    by_phone = luck[slots.CONTACT_WAY] < 0.25 + 1.2 * person.traits["call"]
    if by_phone:
        being.tell(at, "Call Answered", "call", number, topic=topic, luck=luck[slots.REPLY])
        return
    day = min(max(int((at // 1000 - being.world.seasons.first) // 86_400), 0), 364)
    load = float(being.world.seasons.day_weight[day])
    minutes = int(30 + 900 * load * luck[slots.REPLY] ** 2 * 2.2)
    reopened = luck[slots.REOPEN] < 0.12 + minutes / 20_000
    being.tell(
        at, "Ticket Opened", "ticket", number, topic=topic, minutes=minutes, reopens=int(reopened)
    )
    being.feel(at + minutes * 60_000, 0.15 if minutes < 600 else -0.15)


def _speak(being: Being, visit: Visit, number: int, mood: float) -> None:
    """A review, a survey answer, a public complaint."""
    order, luck, person = being.life.orders[number], visit.luck, being.person
    done = order.fulfilled_at or order.cancelled_at
    review = person.traits["review"] * (2.2 if mood < 0 else 1.0)
    if luck[slots.REVIEW] < review:
        stars = max(1, min(5, round(3.9 + 2.4 * mood + 1.6 * (luck[slots.MOOD] - 0.5))))
        at = done + int((2 + 9 * luck[slots.REPLY]) * _DAY)
        being.tell(at, "Review Written", "review", number, stars=stars, topic=topic_of(order))
    if luck[slots.SURVEY] < 0.11:
        at = done + int((7 + 4 * luck[slots.REPLY]) * _DAY)
        score = 7.4 + 4.2 * mood + 1.2 * being.trust + 4.0 * (luck[slots.MOOD] - 0.5)
        nps = max(0, min(10, round(score)))
        marks = marks_of(being, visit, number, until=at)
        topic = topic_of(order)
        being.tell(at, "Survey Answered", "survey", number, nps=nps, topic=topic, marks=marks)
    if mood < -0.05:
        complain(being, visit, number, done + int(1.3 * _DAY), topic_of(order))


def topic_of(order: Order) -> str:
    """What this order was about in the customer's eyes."""
    if order.cancelled_at:
        return "cancelled"
    if order.returned:
        return "return"
    late = order.fulfilled_at - order.at > LATE_PARCEL
    if late:
        return "collect" if order.collect else "delivery"
    return "good"


def complain(being: Being, visit: Visit, number: int, at: int, topic: str) -> None:
    """Perhaps a public complaint, answered or not; silence costs trust."""
    luck, person = visit.luck, being.person
    if not person.handle or luck[slots.SOCIAL] >= 0.5 + person.traits["social"]:
        return
    draw = luck[slots.SOCIAL_ANSWER]
    silent = draw < (0.85 if being.hurts("social_unanswered", visit.at) else 0.20)
    being.tell(at, "Complaint Posted", "mention", number, topic=topic, answered=not silent)
    if silent and draw >= 0.20:
        being.meet("social_unanswered", at)
    being.feel(at + 3 * _DAY, -0.7 if silent else 0.35)
