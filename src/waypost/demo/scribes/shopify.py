"""Shopify's orders export: one row per article, the order's own cells on its first row only."""

from __future__ import annotations

import random

from waypost.demo.company import SHOPS
from waypost.demo.happenings import Happening, Life, Order
from waypost.demo.ledger import Ledger, spoken_email
from waypost.demo.people import Person
from waypost.demo.scribes.text import csv_line, local, money
from waypost.demo.scribes.wording import order_note

__all__ = ["FILE", "HEADER", "write_order"]

FILE = "orders_export_1.csv"
HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,"
    "Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,"
    "Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,"
    "Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
    "Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,"
    "Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,"
    "Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,"
    "Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,"
    "Payment References"
)
_COLUMNS = HEADER.split(",")
_SOURCES = {"web": "web", "app": "580111", "pos": "pos", "phone": "shopify_draft_order"}
_PAYMENTS = {
    "paypal": "PayPal Express Checkout",
    "credit_card": "Shopify Payments",
    "klarna": "Klarna - Flexible Zahlungen",
    "sofort": "Sofort",
    "invoice": "Vorkasse/Überweisung",
    "cash": "Bar",
    "card": "Shopify Payments",
}


def write_order(
    ledger: Ledger, person: Person, life: Life, happening: Happening, dice: random.Random
) -> None:
    """Write the rows of one order."""
    order = life.orders[happening.order]
    name = ledger.numbers.orders[person.number, happening.order]
    cells = _who(person, order, life, dice) | _what(order) | _how(order, dice)
    cells |= {"Name": f"#{name}", "Id": str(5_400_000_000_000 + int(name) * 32_768 + 1_031)}
    rows = [_line_cells(order, index) for index in range(len(order.lines))]
    rows[0] |= cells
    for row in rows[1:]:
        row |= {"Name": f"#{name}", "Email": cells["Email"]}
    text = "".join(csv_line([row.get(column, "") for column in _COLUMNS]) for row in rows)
    ledger.write(FILE, order.at, text.encode())
    phone = cells["Phone"] or cells["Billing Phone"]
    ledger.trace(
        FILE,
        name,
        person.id,
        [
            ("order_id", name),
            ("email", cells["Email"].strip().lower()),
            ("phone", person.phone if phone else ""),
        ],
    )
    ledger.happened(person, happening, file=FILE, record=name)


def _who(person: Person, order: Order, life: Life, dice: random.Random) -> dict[str, str]:
    anonymous = order.way == "pos" and dice.random() > (0.7 if person.loyalty_card else 0.06)
    if anonymous:
        return {"Email": "", "Phone": "", "Billing Phone": ""}
    email = person.second_email if person.second_email and dice.random() < 0.3 else person.email
    typed = spoken_email(email, dice)
    if order.way == "pos" and dice.random() < 0.4:
        typed = ""
    phone = _phone(person.phone, dice) if dice.random() < 0.34 or not typed else ""
    named = {"Name": person.name, "Street": person.street, "Address1": person.street}
    named |= {"Company": person.company, "City": person.city, "Zip": f"'{person.zip_code}"}
    country = "AT" if person.city == "Salzburg" else "DE"
    cells = {"Email": typed, "Phone": phone if dice.random() < 0.5 or not typed else ""}
    cells |= {f"Billing {key}": value for key, value in named.items()}
    cells |= {"Billing Country": country, "Billing Phone": phone}
    cells["Accepts Marketing"] = "yes" if life.subscribed_at and not life.unsubscribed_at else "no"
    if not order.collect and order.way != "pos":
        cells |= {f"Shipping {key}": value for key, value in named.items()}
        cells |= {"Shipping Country": country, "Shipping Phone": phone}
    return cells


def _phone(phone: str, dice: random.Random) -> str:
    rest = phone[3:]
    style = dice.randrange(4)
    return (f"'{phone}", f"0{rest}", f"0{rest[:3]} / {rest[3:]}", f"'+49 {rest[:3]} {rest[3:]}")[
        style
    ]


def _what(order: Order) -> dict[str, str]:
    refunded = order.refunded
    status = "paid"
    if refunded:
        status = "refunded" if refunded >= order.total else "partially_refunded"
    return {
        "Financial Status": status,
        "Paid at": _stamp(order.at + (1_000 if order.payment != "invoice" else 190_000_000)),
        "Fulfillment Status": "fulfilled" if order.fulfilled_at else "unfulfilled",
        "Fulfilled at": _stamp(order.fulfilled_at),
        "Currency": "EUR",
        "Subtotal": money(order.subtotal - order.discount),
        "Shipping": money(order.shipping),
        "Taxes": money(order.total * 19 // 119),
        "Total": money(order.total),
        "Discount Code": order.code,
        "Discount Amount": money(order.discount),
        "Created at": _stamp(order.at),
        "Cancelled at": _stamp(order.cancelled_at),
        "Refunded Amount": money(refunded),
        "Outstanding Balance": "0.00",
        "Tax 1 Name": "DE MwSt 19%",
        "Tax 1 Value": money(order.total * 19 // 119),
    }


def _how(order: Order, dice: random.Random) -> dict[str, str]:
    note = order_note(dice)
    collect = f"Abholung - {order.collect}" if order.collect else ""
    shipped = "Spedition Sperrgut" if order.shipping >= 5000 else "DHL Paket"
    till = order.way == "pos"
    return {
        "Shipping Method": "" if till else collect or shipped,
        "Notes": note,
        "Note Attributes": _attributes(order, dice),
        "Payment Method": _PAYMENTS[order.payment],
        "Payment Reference": f"r{dice.getrandbits(80):020x}.1",
        "Employee": f"Kasse {1 + order.at % 3}" if till else "",
        "Location": SHOPS[order.shop].name if till else order.collect,
        "Device ID": "3" if till else "",
        "Tags": "click-and-collect" if order.collect else "",
        "Risk Level": "Low",
        "Source": _SOURCES[order.way],
        "Payment ID": f"r{dice.getrandbits(80):020x}.1",
    }


def _attributes(order: Order, dice: random.Random) -> str:
    if order.way != "web" or dice.random() > 0.25:
        return ""
    category, wish = order.lines[0].product.category, "ja" if dice.random() < 0.2 else "nein"
    return f"landing_page: /collections/{category}\nwunschtermin: {wish}"


def _line_cells(order: Order, index: int) -> dict[str, str]:
    line = order.lines[index]
    product = line.product
    return {
        "Lineitem quantity": str(line.quantity),
        "Lineitem name": product.name,
        "Lineitem price": money(line.price),
        "Lineitem compare at price": money(product.compare_at) if product.compare_at else "",
        "Lineitem sku": product.sku,
        "Lineitem requires shipping": "false" if product.category == "service" else "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "fulfilled" if order.fulfilled_at else "pending",
        "Lineitem discount": "0.00",
        "Vendor": product.vendor,
    }


def _stamp(at: int) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M:%S %z") if at else ""
