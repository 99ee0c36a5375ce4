"""Alpenrad: what it sells, where, and the sums it charges. Money is in euro cents throughout."""

from __future__ import annotations

import functools
from dataclasses import dataclass

__all__ = [
    "BULKY_FEE",
    "CATEGORIES",
    "PARCEL_FEE",
    "SHOPS",
    "Product",
    "Shop",
    "catalogue",
    "shelf",
]

PARCEL_FEE = 490
BULKY_FEE = 5900
FREE_PARCEL_FROM = 9900

CATEGORIES = ("e-bike", "trekking", "road", "mtb", "kids", "accessories", "service")


@dataclass(frozen=True, slots=True)
class Product:
    """One article; ``sized`` ones can be bought too small, ``guided`` ones show a size guide."""

    number: int
    sku: str
    name: str
    category: str
    vendor: str
    price: int
    compare_at: int
    sized: bool
    guided: bool
    bulky: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """A place with a till; ``till`` says which system writes its receipts."""

    name: str
    city: str
    till: str
    share: float


SHOPS = (
    Shop("Alpenrad München", "München", "square", 0.48),
    Shop("Alpenrad Augsburg", "Augsburg", "square", 0.29),
    Shop("Alpenrad Nürnberg", "Nürnberg", "shopify", 0.23),
)

_BIKES = {
    "e-bike": (
        ("Almglück E-City 500", 2299),
        ("Almglück E-City Tiefeinsteiger", 2599),
        ("Karwendel E-Trekking 625", 3199),
        ("Karwendel E-Trekking Damen", 3199),
        ("Wetterstein E-MTB 750", 4699),
        ("Lechtal Cargo E-Lastenrad", 4999),
        ("Isar Kompakt E-Faltrad", 1899),
    ),
    "trekking": (
        ("Isar Trekking 3.0", 899),
        ("Isar Trekking Trapez", 899),
        ("Ammersee City 8-Gang", 699),
        ("Altmühl Tour Deluxe", 1199),
        ("Donau Randonneur", 1499),
    ),
    "road": (
        ("Brenner Rennrad Carbon", 2999),
        ("Brenner Rennrad Alu", 1399),
        ("Kesselberg Gravel GX", 1799),
        ("Kesselberg Gravel Carbon", 3499),
    ),
    "mtb": (
        ("Zugspitz Hardtail 29", 999),
        ("Zugspitz Hardtail Pro", 1599),
        ("Wendelstein Fully 140", 2799),
    ),
    "kids": (
        ("Murmel Kinderrad 16 Zoll", 329),
        ("Murmel Kinderrad 20 Zoll", 429),
        ("Gams Jugendrad 24 Zoll", 599),
        ("Gams Jugend-MTB 26 Zoll", 649),
    ),
}
_ACCESSORIES = (
    ("Fahrradhelm Urban MIPS", 89.95, True),
    ("Kinderhelm Marienkäfer", 44.95, True),
    ("Regenjacke Föhn", 119.00, True),
    ("Radhose gepolstert", 69.95, True),
    ("Bügelschloss Granit", 79.95, False),
    ("Faltschloss Bordo", 99.95, False),
    ("Packtaschen-Set 40 L", 129.00, False),
    ("LED-Lichtset 70 Lux", 49.95, False),
    ("Kinderanhänger Duo", 449.00, False),
    ("Fahrradträger Anhängerkupplung", 389.00, False),
    ("Standpumpe Pro", 39.95, False),
    ("Schlauch 28 Zoll", 7.95, False),
    ("Mantel Marathon 28 Zoll", 34.95, False),
    ("Kettenöl Bio 100 ml", 9.95, False),
    ("Handyhalter", 24.95, False),
    ("Ersatzakku 625 Wh", 749.00, False),
    ("Trinkflasche 750 ml", 11.95, False),
)
_SERVICE = (
    ("Inspektion Basis", 69.00),
    ("Inspektion E-Bike", 99.00),
    ("Reifen wechseln", 24.90),
    ("Bremsen einstellen", 29.90),
)
_VENDORS = ("Alpenrad", "Gipfelwerk", "Talfahrt", "Radhaus Süd")


@functools.cache
def catalogue() -> tuple[Product, ...]:
    """Every article; its position is its ``number``."""
    found: list[Product] = []
    for category, bikes in _BIKES.items():
        guided = category in {"trekking", "mtb"}
        for name, euros in bikes:
            found.append(_product(len(found), name, category, euros, sized=True, guided=guided))
    for name, cost, sized in _ACCESSORIES:
        found.append(_product(len(found), name, "accessories", cost, sized=sized, guided=False))
    for name, cost in _SERVICE:
        found.append(_product(len(found), name, "service", cost, sized=False, guided=False))
    return tuple(found)


def _product(
    number: int, name: str, category: str, euros: float, *, sized: bool, guided: bool
) -> Product:
    price = round(euros * 100)
    bike = category not in {"accessories", "service"}
    return Product(
        number=number,
        sku=f"AR-{category.replace('-', '')[:2].upper()}-{1000 + number * 7}",
        name=name,
        category=category,
        vendor=_VENDORS[number % len(_VENDORS)],
        price=price,
        compare_at=round(price * 1.15 / 1000) * 1000 if bike and number % 3 == 0 else 0,
        sized=sized,
        guided=guided,
        bulky=bike and category != "kids",
    )


@functools.cache
def shelf(category: str) -> tuple[Product, ...]:
    """The articles of one category, in catalogue order."""
    return tuple(product for product in catalogue() if product.category == category)
