"""Visits to a shop and calls to the hotline."""

from __future__ import annotations

from waypost.demo import slots
from waypost.demo.aftersales import complain, contact, follow_up
from waypost.demo.being import Being, Clock, Episode, chance_of
from waypost.demo.browsing import drawn_shop, leaning
from waypost.demo.company import CATEGORIES, SHOPS, Product, shelf
from waypost.demo.happenings import Line, Order
from waypost.demo.plans import Visit
from waypost.demo.seasons import local_time

__all__ = ["call", "visit_shop"]


def visit_shop(being: Being, visit: Visit) -> None:
    """Walk into a shop; only a purchase is ever written down."""
    luck = visit.luck
    episode = being.episodes.setdefault(visit.episode, Episode())
    clock = Clock(visit.at * 1000, luck[slots.CLOCK])
    shop = drawn_shop(luck[slots.SHOP])
    being.tell(clock.next(5), "Store Visited", "store", shop=shop)
    if episode.bought:
        return
    product = _favourite(episode, visit)
    if episode.views and not _accepts_price(being, visit, episode, clock):
        return
    if product.category not in {"accessories", "service"} and luck[slots.TEST_RIDE] < 0.2:
        being.tell(clock.next(600), "Test Ride Taken", "store", product=product)
    lean = leaning(being, visit, episode, product) + 0.15
    if luck[slots.CART] < chance_of(lean):
        _buy(being, visit, clock, product, shop)


def _favourite(episode: Episode, visit: Visit) -> Product:
    products = shelf(CATEGORIES[visit.category])
    return episode.favourite or products[int(visit.luck[slots.PICK] * len(products))]


def _accepts_price(being: Being, visit: Visit, episode: Episode, clock: Clock) -> bool:
    luck = visit.luck
    if not being.hurts("price_differs", visit.at) or luck[slots.PRICE] >= 0.45:
        return True
    at = clock.next(400)
    being.meet("price_differs", at)
    being.tell(at, "Price Questioned", "store", product=episode.favourite)
    leaves = luck[slots.PRICE_LEAVE] < 0.25 + 0.4 * being.person.traits["price_sense"]
    if leaves:
        being.trust -= 0.5
        episode.cooled += 0.9
        contact(being, visit, -1, at + 3_600_000, "price", 0.12)
        complain(being, visit, -1, at + 20_000_000, "price")
    return not leaves


def _buy(being: Being, visit: Visit, clock: Clock, product: Product, shop: int) -> None:
    luck = visit.luck
    lines = [Line(product, 1, product.price)]
    for step in range(int(luck[slots.EXTRA] * 2.9)):
        extra = shelf("accessories")[int(luck[slots.PICK] * 1000 + 3 + step * 7) % 17]
        if extra is not product:
            lines.append(Line(extra, 1, extra.price))
    subtotal = sum(line.price for line in lines)
    sale = being.world.on_sale(visit.at) and luck[slots.DISCOUNT] < 0.3
    order = Order(
        at=clock.next(900),
        way="pos",
        system=SHOPS[shop].till,
        lines=lines,
        shipping=0,
        discount=subtotal // 10 if sale else 0,
        code="",
        payment="cash" if luck[slots.PAYMENT] < 0.22 else "card",
        collect="",
        shop=shop,
        guided=True,
    )
    being.life.orders.append(order)
    number = len(being.life.orders) - 1
    card = bool(being.person.loyalty_card) and luck[slots.CARD] < 0.72
    being.tell(order.at, "Order Placed", "till", number, value=order.total, card=card)
    being.episodes[visit.episode].bought = True
    follow_up(being, visit, number)


def call(being: Being, visit: Visit) -> None:
    """Ask for advice on the phone; a missed call may be tried again once."""
    luck = visit.luck
    episode = being.episodes.setdefault(visit.episode, Episode())
    at = visit.at * 1000
    if episode.bought:
        being.tell(at, "Call Answered", "call", topic="question", luck=luck[slots.REPLY])
        return
    base, draw = 0.08, luck[slots.CALL_MISSED]
    crowded = _crowded(visit.at) and being.hurts("calls_missed", visit.at)
    if draw < base + (0.5 if crowded else 0.0):
        being.tell(at, "Call Missed", "call", topic="advice", luck=luck[slots.REPLY])
        if draw >= base:
            being.meet("calls_missed", at)
        if luck[slots.CALL_AGAIN] >= 0.55 * being.person.traits["patience"]:
            episode.cooled += 0.8
            being.trust -= 0.15
            return
        at += int((600 + 9000 * luck[slots.REPLY]) * 1000)
    being.tell(at, "Call Answered", "call", topic="advice", luck=luck[slots.REPLY])
    episode.advice = True
    _order_by_phone(being, visit, episode, at)


def _crowded(at: int) -> bool:
    moment = local_time(at)
    return 12 <= moment.hour < 14 or (moment.weekday() == 0 and moment.hour in {9, 10})


def _order_by_phone(being: Being, visit: Visit, episode: Episode, at: int) -> None:
    luck = visit.luck
    product = _favourite(episode, visit)
    if luck[slots.CART] >= chance_of(leaning(being, visit, episode, product) - 1.9):
        return
    bulky = product.bulky
    order = Order(
        at=at + 400_000,
        way="phone",
        system="shopify",
        lines=[Line(product, 1, product.price)],
        shipping=5900 if bulky else 490,
        discount=0,
        code="",
        payment="invoice",
        collect="",
        shop=0,
        guided=True,
    )
    being.life.orders.append(order)
    number = len(being.life.orders) - 1
    being.tell(order.at, "Order Placed", "desk", number, value=order.total)
    episode.bought = True
    follow_up(being, visit, number)
