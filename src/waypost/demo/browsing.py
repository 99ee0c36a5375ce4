"""A visit to the web shop or the app, from the first page to the order."""

from __future__ import annotations

import math
from dataclasses import dataclass

from waypost.demo import slots
from waypost.demo.aftersales import contact, follow_up
from waypost.demo.being import Being, Clock, Episode, chance_of
from waypost.demo.company import (
    BULKY_FEE,
    CATEGORIES,
    FREE_PARCEL_FROM,
    PARCEL_FEE,
    SHOPS,
    Product,
    shelf,
)
from waypost.demo.happenings import Line, Order
from waypost.demo.plans import Visit

__all__ = ["browse", "drawn_shop", "leaning"]

_SECTION = {"e-bike": 0.35, "kids": 0.30, "accessories": 0.30}


@dataclass(slots=True)
class _Session:
    being: Being
    visit: Visit
    episode: Episode
    clock: Clock
    trail: str

    def tell(self, event: str, typical: int, order: int = -1, **data: object) -> int:
        at = self.clock.next(typical)
        self.being.tell(at, event, self.trail, order, way=self.visit.way, **data)
        return at


def browse(being: Being, visit: Visit) -> None:
    """Live one online visit."""
    episode = being.episodes.setdefault(visit.episode, Episode())
    trail = "app" if visit.way == "app" else "web"
    clock = Clock(visit.at * 1000, visit.luck[slots.CLOCK])
    session = _Session(being, visit, episode, clock, trail)
    session.tell("Page Viewed", 1, entry=visit.entry or _entry(visit), page="home")
    if episode.bought:
        session.tell("Page Viewed", 20, page="order_status")
        return
    if visit.luck[slots.BOUNCE] < (0.62 if being.person.bouncer else 0.16):
        return
    if not _search(session):
        return
    products = _look(session)
    if visit.luck[slots.QUESTION] < 0.02:
        contact(being, visit, -1, clock.now + 1_800_000, "question", 1.0)
    _small_acts(session, products[0])
    if _add_to_cart(session, products[0]):
        _check_out(session, products[0])


def drawn_shop(chance: float) -> int:
    """The shop a person goes to."""
    for number, shop in enumerate(SHOPS):
        if chance < shop.share:
            return number
        chance -= shop.share
    return len(SHOPS) - 1


def _entry(visit: Visit) -> str:
    chance = visit.luck[slots.ENTRY]
    for name, share in (
        *(("organic", 0.33), ("direct", 0.25), ("google_ads", 0.17), ("meta_ads", 0.12)),
        *(("referral", 0.07), ("instagram", 0.06)),
    ):
        if chance < share:
            return name
        chance -= share
    return "direct"


def _search(session: _Session) -> bool:
    """Whether the visit goes on."""
    being, visit, luck = session.being, session.visit, session.visit.luck
    if luck[slots.SEARCH] >= 0.30:
        return True
    category = CATEGORIES[visit.category]
    base = 0.05
    extra = _SECTION.get(category, 0.10) if session.trail == "web" else 0.0
    draw = luck[slots.SEARCH_FAILS]
    hurts = being.hurts("search_without_results", visit.at)
    if draw >= base + (extra if hurts else 0.0):
        session.tell("Products Searched", 25, category=category, results=3 + int(draw * 30))
        return True
    at = session.tell("Products Searched", 25, category=category, results=0, variant=draw)
    if draw >= base:
        being.meet("search_without_results", at)
    if luck[slots.SEARCH_GOES_ON] < 0.25 + 0.3 * being.person.traits["patience"]:
        session.tell("Products Searched", 30, category=category, results=6)
        return True
    session.episode.cooled += 0.7
    return False


def _look(session: _Session) -> list[Product]:
    """View articles; the first returned is the favourite of the moment."""
    luck, episode = session.visit.luck, session.episode
    products = shelf(CATEGORIES[session.visit.category])
    if luck[slots.LISTING] < 0.72:
        session.tell("Product List Viewed", 30, category=CATEGORIES[session.visit.category])
    count = min(6, 1 + int(-math.log(1.0 - luck[slots.VIEWS]) * 1.25))
    start = int(luck[slots.PICK] * len(products))
    chosen = [products[(start + step) % len(products)] for step in range(count)]
    if episode.favourite is not None and luck[slots.WISH] > 0.45:
        chosen[0] = episode.favourite
    for product in chosen:
        at = session.tell("Product Viewed", 55, product=product)
        if product.sized and not product.guided:
            session.being.life.exposed.setdefault("size_advice_missing", at)
    episode.favourite = chosen[0]
    episode.views += count
    return chosen


def _small_acts(session: _Session, product: Product) -> None:
    _size_guide(session, product)
    being, luck, episode = session.being, session.visit.luck, session.episode
    traits = being.person.traits
    bike = product.category not in {"accessories", "service"}
    if luck[slots.WISH] < 0.04 + 0.22 * chance_of(traits["intent"] * 1.5 - 0.5):
        being.act("wishlist", session.tell("Product Added to Wishlist", 15, product=product))
    if (
        "availability_check" not in being.off
        and luck[slots.AVAILABILITY] < 0.10 + 0.3 * traits["store"]
    ):
        at = session.tell("Store Availability Checked", 20, product=product, shop=_shop(session))
        being.act("availability_check", at)
        episode.seen_availability = True
    if (
        "test_ride" not in being.off
        and bike
        and luck[slots.TEST_RIDE] < 0.03 + 0.16 * traits["store"]
    ):
        at = session.tell("Test Ride Booked", 70, product=product, shop=_shop(session))
        being.act("test_ride", at)
        episode.test_ride = True
    free = "newsletter_signup" not in being.off and not being.subscribed
    if free and luck[slots.NEWSLETTER] < 0.015 + 0.09 * traits["mail"]:
        _subscribe(session)


def _size_guide(session: _Session, product: Product) -> None:
    being, luck = session.being, session.visit.luck
    if not product.sized or luck[slots.SIZE] >= 0.34 or "size_guide" in being.off:
        return
    if not product.guided and being.hurts("size_advice_missing", session.visit.at):
        being.life.hinges.add("size_advice_missing")
    else:
        being.act("size_guide", session.tell("Size Guide Viewed", 45, product=product))
        session.episode.size = True


def _subscribe(session: _Session) -> None:
    being = session.being
    at = session.tell("Newsletter Subscribed", 30)
    being.act("newsletter_signup", at)
    being.subscribed = True
    being.life.subscribed_at = at


def _shop(session: _Session) -> int:
    return drawn_shop(session.visit.luck[slots.SHOP])


def leaning(being: Being, visit: Visit, episode: Episode, product: Product) -> float:
    """How much this person leans towards buying now, in logits, before the place has its say."""
    traits = being.person.traits
    euros = product.price / 100
    return (
        traits["intent"]
        + 0.7 * visit.urgency
        + 0.10 * min(episode.views, 8)
        + 0.45 * episode.size
        + 0.25 * episode.seen_availability
        + 0.95 * episode.test_ride
        + 0.60 * episode.advice
        + 0.7 * episode.cart
        - episode.cooled
        + 0.8 * max(-1.5, min(being.trust, 0.8))
        + (0.9 * traits["price_sense"] if being.world.on_sale(visit.at) else 0.0)
        + (0.35 if being.subscribed else 0.0)
        - 0.55 * math.log(max(euros, 20.0) / 90.0)
    )


def _add_to_cart(session: _Session, product: Product) -> bool:
    """Whether there is still a cart in the end."""
    being, visit, episode = session.being, session.visit, session.episode
    lean = leaning(being, visit, episode, product) - 1.05
    lean -= 0.25 if visit.way == "phone" else 0.0
    if visit.luck[slots.CART] >= chance_of(lean):
        return False
    session.tell("Product Added", 25, product=product, quantity=1)
    episode.cart = True
    if not _app_keeps_cart(session):
        return False
    if visit.luck[slots.EXTRA] < 0.85:
        session.tell("Cart Viewed", 20, products=1)
    bar = chance_of(0.35 + 0.45 * being.person.traits["intent"] + 0.3 * visit.urgency + being.trust)
    return visit.luck[slots.CHECKOUT] < bar


def _app_keeps_cart(session: _Session) -> bool:
    being, luck = session.being, session.visit.luck
    if session.trail != "app" or not being.hurts("app_cart_lost", session.visit.at):
        return True
    if luck[slots.APP_LOST] >= 0.55:
        return True
    being.meet("app_cart_lost", session.tell("Cart Viewed", 40, products=0))
    if luck[slots.APP_STAY] < 0.45 * being.person.traits["patience"]:
        session.tell("Product Added", 40, product=session.episode.favourite, quantity=1)
        return True
    session.episode.cart = False
    session.episode.cooled += 0.5
    being.trust -= 0.2
    return False


def _check_out(session: _Session, product: Product) -> None:
    being, visit = session.being, session.visit
    luck, person = visit.luck, being.person
    order = _basket(session, product)
    login = bool(person.customer_id) and luck[slots.LOGIN] < 0.85
    for line in order.lines[1:]:
        session.tell("Product Added", 35, product=line.product, quantity=line.quantity)
    session.tell("Checkout Started", 15, value=order.subtotal, login=login)
    if luck[slots.ABANDON] < 0.10:
        return
    session.tell("Checkout Step Completed", 70, step=1, login=login)
    at = session.tell("Checkout Step Completed", 40, step=2, method=_method(order))
    if order.shipping == BULKY_FEE and not _bears_fee(session, at):
        return
    session.tell("Payment Info Entered", 45, payment=order.payment)
    if not _pays(session, order):
        return
    order.at = session.clock.now + 1500
    session.clock.now = order.at
    being.life.orders.append(order)
    number = len(being.life.orders) - 1
    being.tell(order.at, "Order Placed", session.trail, number, way=visit.way, value=order.total)
    session.episode.bought = True
    follow_up(being, visit, number, login=login)


def _method(order: Order) -> str:
    if order.collect:
        return "Click & Collect"
    return "Spedition" if order.shipping == BULKY_FEE else "DHL Paket"


def _bears_fee(session: _Session, at: int) -> bool:
    being, draw = session.being, session.visit.luck[slots.FEE_LEAVE]
    base, extra = 0.04, 0.06 + 0.20 * being.person.traits["price_sense"]
    if draw < base:
        return False
    if not being.hurts("bulky_fee_late", session.visit.at):
        return True
    being.meet("bulky_fee_late", at)
    if draw >= base + extra:
        return True
    session.episode.cooled += 0.6
    return False


def _pays(session: _Session, order: Order) -> bool:
    being, visit, luck = session.being, session.visit, session.visit.luck
    base = 0.015
    phone = visit.way == "phone" and being.hurts("payment_fails_on_phone", visit.at)
    draw = luck[slots.PAY_FAILS]
    if draw >= base + (0.24 if phone else 0.0):
        return True
    reason = "declined" if draw < base else "3ds_redirect_lost"
    at = session.tell("Payment Failed", 25, payment=order.payment, reason=reason)
    if draw >= base:
        being.meet("payment_fails_on_phone", at)
    if luck[slots.PAY_AGAIN] < 0.20 + 0.35 * being.person.traits["patience"]:
        session.tell("Payment Info Entered", 60, payment="paypal")
        order.payment = "paypal"
        return True
    session.episode.cooled += 0.4
    being.trust -= 0.25
    return False


def _basket(session: _Session, product: Product) -> Order:
    luck, being = session.visit.luck, session.being
    lines = [Line(product, 1, product.price)]
    for step in range(int(luck[slots.EXTRA] * 2.7)):
        extra = shelf("accessories")[int(luck[slots.PICK] * 1000 + step * 5) % 17]
        if extra is not product:
            lines.append(Line(extra, 2 if "Schlauch" in extra.name else 1, extra.price))
    wants = 0.10 + 0.3 * being.person.traits["store"]
    in_person = product.category == "service" or luck[slots.COLLECT] < wants
    collect = SHOPS[_shop(session)].name if in_person else ""
    subtotal = sum(line.quantity * line.price for line in lines)
    code, discount = _discount(session, subtotal)
    return Order(
        at=0,
        way="app" if session.trail == "app" else "web",
        system="shopify",
        lines=lines,
        shipping=0 if collect else _shipping(lines, subtotal),
        discount=discount,
        code=code,
        payment=("paypal", "credit_card", "klarna", "sofort")[int(luck[slots.PAYMENT] ** 1.5 * 4)],
        collect=collect,
        shop=_shop(session),
        guided=session.episode.size,
    )


def _shipping(lines: list[Line], subtotal: int) -> int:
    if any(line.product.bulky for line in lines):
        return BULKY_FEE
    return PARCEL_FEE if subtotal < FREE_PARCEL_FROM else 0


def _discount(session: _Session, subtotal: int) -> tuple[str, int]:
    being, visit = session.being, session.visit
    if being.world.on_sale(visit.at) and visit.luck[slots.DISCOUNT] < 0.6:
        return "SAISON10", subtotal // 10
    fresh = being.life.subscribed_at > (visit.at - 14 * 86_400) * 1000
    if being.subscribed and fresh and visit.luck[slots.DISCOUNT] < 0.5:
        return "WILLKOMMEN5", subtotal // 20
    return "", 0
