"""Square's item sales export of two shops' tills: mostly nobody's name on it, newest first."""

from __future__ import annotations

import random

from waypost.demo.company import SHOPS
from waypost.demo.happenings import Happening, Life, Order
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.text import csv_line, local, money

__all__ = ["FILE", "HEADER", "write_sale"]

FILE = "items-2025-11-01-2026-11-01.csv"
HEADER = (
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,"
    "Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,"
    "Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count,GTIN,"
    "Itemization Type,Commission,Employee,Fulfillment Note,Channel,Token,Card Brand,PAN Suffix"
)
_COLUMNS = HEADER.split(",")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
_CATEGORIES = {
    "e-bike": "E-Bikes",
    "trekking": "Trekking & City",
    "road": "Rennrad & Gravel",
    "mtb": "Mountainbikes",
    "kids": "Kinder",
    "accessories": "Zubehör",
    "service": "Werkstatt",
}


def write_sale(
    ledger: Ledger, person: Person, life: Life, happening: Happening, dice: random.Random
) -> None:
    """Write the rows of one receipt, or of the refund of one."""
    order = life.orders[happening.order]
    refund = happening.event == "Returned"
    token = "".join(dice.choices(_LETTERS, k=22))
    shared = _receipt(person, order, happening, token, dice)
    lines = order.lines[:1] if refund else order.lines
    rows = []
    for index in range(len(lines)):
        row = shared | _item(order, index, refund=refund)
        row["Token"] = "".join(dice.choices(_LETTERS, k=24))
        rows.append(csv_line([row.get(column, "") for column in _COLUMNS]))
    ledger.write(FILE, happening.at, "".join(rows).encode())
    shown = [("customer_id.square", shared["Customer ID"])]
    shown += [("loyalty_card", shared["Customer Reference ID"])]
    ledger.trace(FILE, token, person.id, shown)
    ledger.happened(person, happening, file=FILE, record=token)


def _receipt(
    person: Person, order: Order, happening: Happening, token: str, dice: random.Random
) -> dict[str, str]:
    moment = local(happening.at)
    shown = bool(happening.data.get("card"))
    card = order.payment == "card"
    return {
        "Date": moment.strftime("%Y-%m-%d"),
        "Time": moment.strftime("%H:%M:%S"),
        "Time Zone": "Berlin",
        "Transaction ID": token,
        "Payment ID": "".join(dice.choices(_LETTERS, k=22)),
        "Device Name": f"Kasse {1 + dice.randrange(2)}",
        "Details": f"https://squareup.com/dashboard/sales/transactions/{token}",
        "Event Type": "Refund" if happening.event == "Returned" else "Payment",
        "Location": SHOPS[order.shop].name,
        "Customer ID": person.till_id if shown else "",
        "Customer Name": person.name if shown and dice.random() < 0.9 else "",
        "Customer Reference ID": person.loyalty_card if shown and dice.random() < 0.93 else "",
        "Employee": dice.choice(("Kasse A", "Kasse B", "Werkstatt")),
        "Channel": SHOPS[order.shop].name,
        "Card Brand": dice.choice(("Visa", "MasterCard", "girocard", "girocard")) if card else "",
        "PAN Suffix": f"{dice.randrange(10_000):04d}" if card else "",
    }


def _item(order: Order, index: int, *, refund: bool) -> dict[str, str]:
    line = order.lines[index]
    gross = line.price * line.quantity
    discount = order.discount * gross // max(order.subtotal, 1)
    sign = -1 if refund else 1
    net = gross - discount
    return {
        "Category": _CATEGORIES[line.product.category],
        "Item": line.product.name,
        "Qty": f"{sign * line.quantity}.0",
        "Price Point Name": "Regulär",
        "SKU": line.product.sku,
        "Gross Sales": _euros(sign * gross),
        "Discounts": _euros(-sign * discount),
        "Net Sales": _euros(sign * net),
        "Tax": _euros(sign * (net * 19 // 119)),
        "Unit": "ea",
        "Count": str(sign * line.quantity),
        "Itemization Type": "Physical Good"
        if line.product.category != "service"
        else "Custom Amount",
    }


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    whole, _, rest = money(abs(cents)).partition(".")
    return f"{sign}€{int(whole):,}.{rest}"
