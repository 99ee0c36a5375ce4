"""Shopify's customers CSV: what the shop knows about each customer, without any time."""

from __future__ import annotations

import re

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.guards import unguarded
from waypost.intake.formats.profiles import profile, traits
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record

__all__ = ["SHOPIFY_CUSTOMERS"]

_CARD = re.compile(
    r"(?:kundenkarte|bonuskarte|treuekarte|loyalty[ -]?card|member(?:ship)?[ -]?(?:card|number))"
    r"(?:nummer| number| no\.?| nr\.?)?[\s:#=-]{1,3}([a-z]{0,4}-?\d{4,20})\b",
    re.IGNORECASE,
)
_TRAITS = (
    "First Name",
    "Last Name",
    "Company",
    "City",
    "Province",
    "Country",
    "Country Code",
    "Zip",
    "Accepts Email Marketing",
    "Accepts SMS Marketing",
    "Total Spent",
    "Total Orders",
    "Tags",
    "Note",
)


def _make(record: Record, reading: Reading) -> Answer:
    record = unguarded(record)
    identifiers = (
        *reading.email(record, "Email"),
        *_card(record, reading),
        *reading.phone(record, "Phone", "Default Address Phone"),
        *reading.identifier("customer_id.shopify", record, "Customer ID"),
    )
    if not identifiers:
        return Ignore("customer without e-mail, phone and id")
    attributes = traits(reading, record, _TRAITS)
    address = reading.text(record, "Default Address City", "City")
    if address:
        attributes["trait.city"] = address
    key = f"customer:{identifiers[-1][1] if identifiers[-1][0] != 'phone' else identifiers[0][1]}"
    return [profile(record, key=key, identifiers=identifiers, attributes=attributes)]


def _card(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    """A card that the note or the tags name as one: “Kundenkarte AK0012345”."""
    said = f"{reading.text(record, 'Note') or ''}\n{reading.text(record, 'Tags') or ''}"
    cards = {card.upper() for card in _CARD.findall(said)}
    return (("loyalty_card", cards.pop()),) if len(cards) == 1 else ()


SHOPIFY_CUSTOMERS = Format(
    id="shopify_customers",
    label="Shopify customers (CSV)",
    source="shopify",
    kinds=TEXT,
    signature=Signature(
        required=("Email", "Total Spent", "Total Orders"),
        typical=(
            "First Name",
            "Last Name",
            "Accepts Email Marketing",
            "Accepts SMS Marketing",
            "Tax Exempt",
        ),
    ),
    make=_make,
)
