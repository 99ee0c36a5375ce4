"""Shopify's customers export: who the shop knows, with e-mail, phone and loyalty card."""

from __future__ import annotations

import random

from waypost.demo.happenings import Life
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.text import csv_line, money

__all__ = ["FILE", "HEADER", "write_customer"]

FILE = "customers_export.csv"
HEADER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
)
_COLUMNS = HEADER.split(",")


def write_customer(
    ledger: Ledger, person: Person, life: Life, last: int, dice: random.Random
) -> None:
    """Write one customer; only those with an account are customers with an id of their own."""
    if not person.customer_id or not (life.orders or person.seed % 5 == 0):
        return
    mine = [order for order in life.orders if order.system == "shopify"]
    card = person.loyalty_card if dice.random() < 0.6 else ""
    phone = person.phone if dice.random() < 0.45 else ""
    cells = {
        "Customer ID": f"'{person.customer_id}",
        "First Name": person.first_name,
        "Last Name": person.last_name,
        "Email": person.email,
        "Accepts Email Marketing": "yes"
        if life.subscribed_at and not life.unsubscribed_at
        else "no",
        "Default Address Company": person.company,
        "Default Address Address1": person.street,
        "Default Address City": person.city,
        "Default Address Country Code": "AT" if person.city == "Salzburg" else "DE",
        "Default Address Zip": f"'{person.zip_code}",
        "Default Address Phone": "",
        "Phone": f"'{phone}" if phone else "",
        "Accepts SMS Marketing": "no",
        "Total Spent": money(sum(order.kept(last) for order in mine)),
        "Total Orders": str(len(mine)),
        "Note": f"Kundenkarte {card}" if card else "",
        "Tax Exempt": "no",
        "Tags": f"stammkunde, {card}" if card else "",
    }
    line = csv_line([cells.get(column, "") for column in _COLUMNS])
    ledger.write(FILE, person.number, line.encode())
    shown = [("customer_id.shopify", person.customer_id), ("email", person.email)]
    shown += [("phone", phone), ("loyalty_card", card)]
    ledger.trace(FILE, person.customer_id, person.id, shown)
