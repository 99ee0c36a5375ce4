"""What hurts customers in this world, where, since when; and the small acts that help them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from waypost.demo.seasons import FIRST_DAY, instant_of

__all__ = ["ACTS", "PAINS", "Act", "Pain", "periods"]


@dataclass(frozen=True, slots=True)
class Pain:
    """A planted pain point; no ``begins``: it hurts all year, no ``ends``: until the end."""

    id: str
    label: str
    channel: str
    touchpoint: str
    event: str
    condition: str
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A small act; ``event`` is its name in the event file."""

    id: str
    event: str
    label: str


PAINS = (
    Pain(
        "payment_fails_on_phone",
        "Zahlung scheitert auf dem Handy",
        *("web", "checkout", "Payment Failed", "device.type = mobile, web"),
        begins=date(2026, 3, 9),
    ),
    Pain(
        "size_advice_missing",
        "Größenberatung fehlt bei Rennrad, E-Bike, Kinderrad und Bekleidung",
        *("web", "returns", "Return", "category without size guide"),
    ),
    Pain(
        "collect_wait",
        "Click & Collect in München dauert",
        *("store", "click and collect", "Ready for Pickup", "location = München"),
        begins=date(2026, 5, 4),
    ),
    Pain(
        "delivery_delay",
        "Lieferung von Rädern verspätet sich",
        *("post", "delivery", "Delivered", "bulky goods"),
        begins=date(2026, 4, 13),
        ends=date(2026, 7, 6),
    ),
    Pain(
        "search_without_results",
        "Suche im Webshop findet nichts",
        *("web", "search", "Products Searched", "results = 0"),
        begins=date(2026, 2, 2),
    ),
    Pain(
        "price_differs",
        "Preis im Laden höher als im Netz",
        *("store", "till", "Store Visited", "viewed the article online before"),
        begins=date(2026, 6, 1),
    ),
    Pain(
        "newsletter_fatigue",
        "Zu viele Newsletter",
        *("email", "newsletter", "Newsletter Unsubscribed", "more than six mails in 30 days"),
        begins=date(2026, 2, 16),
    ),
    Pain(
        "social_unanswered",
        "Beschwerden in sozialen Netzen bleiben ohne Antwort",
        *("social", "mention", "Complaint Posted", "no answer within 72 hours"),
    ),
    Pain(
        "calls_missed",
        "Anrufe über Mittag und montags früh bleiben liegen",
        *("phone", "hotline", "Call Missed", "12 to 14 h, Monday 9 to 11 h"),
    ),
    Pain(
        "app_cart_lost",
        "App 4.2.0 leert den Warenkorb",
        *("app", "cart", "Cart Viewed", "app version 4.2.0, products = 0"),
        begins=date(2026, 7, 13),
        ends=date(2026, 10, 5),
    ),
    Pain(
        "bulky_fee_late",
        "Sperrgutzuschlag erscheint erst an der Kasse",
        *("web", "checkout", "Checkout Step Completed", "step 2, bulky goods to be shipped"),
    ),
)

ACTS = (
    Act("newsletter_signup", "Newsletter Subscribed", "Newsletter bestellt"),
    Act("size_guide", "Size Guide Viewed", "Größenberater benutzt"),
    Act("availability_check", "Store Availability Checked", "Verfügbarkeit im Laden geprüft"),
    Act("test_ride", "Test Ride Booked", "Probefahrt gebucht"),
    Act("wishlist", "Product Added to Wishlist", "Artikel gemerkt"),
)
"""``wishlist`` marks those who were going to buy anyway: its true effect is nil."""


def periods() -> dict[str, tuple[int, int]]:
    """By pain point: the instant it begins and the instant it ends, in seconds."""
    forever = 2**62
    return {
        pain.id: (
            instant_of(pain.begins or FIRST_DAY),
            instant_of(pain.ends) if pain.ends else forever,
        )
        for pain in PAINS
    }
