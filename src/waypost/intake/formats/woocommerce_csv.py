"""WooCommerce orders as CSV: its own analytics, and what its export plugins write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Group, Signature
from waypost.intake.formats.commerce import basket, order_channel
from waypost.intake.formats.order_course import DRAFTS, Course
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["WOOCOMMERCE_ANALYTICS", "WOOCOMMERCE_CSV"]


def _billing(english: str, *german: str) -> tuple[str, ...]:
    """The names of a billing column: of plugins that name the field, and of those for people."""
    field = "billing_" + english.casefold().replace(" ", "_")
    places = ("Billing", "Abrechnung", "Rechnung", "Rechnungsadresse")
    spelled = [f"{word} ({place})" for word in (english, *german) for place in places]
    return (field, *spelled, f"Billing {english}", *(f"Rechnung {word}" for word in german))


_NUMBERS = ("Order Number", "order_number", "Order #", "Bestellnummer", "Order ID", "order_id")
_STATES = ("Order Status", "order_status", "status", "Bestellstatus")
_PLACED = ("Order Date", "order_date", "Bestelldatum", "date_created", "Date", "Datum")
_PAID = ("Paid Date", "paid_date", "date_paid", "Bezahldatum")
_COMPLETED = ("Completed Date", "completed_date", "date_completed", "Abschlussdatum")
_CHANGED = ("Modified Date", "modified_date", "date_modified")
_TOTALS = (
    *("Order Total Amount", "Order Total", "order_total", "Gesamtsumme der Bestellung"),
    *("Bestellsumme", "N. Revenue", "Net Sales", "N. Revenue (formatted)", "Nettoumsatz"),
)
_REFUNDS = ("Order Refund Amount", "refund_amount", "order_refund_amount", "Erstattungsbetrag")
_EMAILS = _billing("Email", "E-Mail", "E-Mail-Adresse")
_LINES = (
    ("Item Name", "Product Name", "item_name", "Artikelname", "Produktname"),
    ("SKU", "item_sku", "Artikelnummer"),
    ("Quantity (- Refund)", "Quantity", "Item Quantity", "quantity", "Menge"),
)
_PRODUCTS = ("Product(s)", "Produkt(e)")
_CUSTOMERS = ("customer_id", "Customer User ID", "customer_user", "Customer ID", "Kunden-ID")
_ATTRIBUTES = {
    "status": _STATES,
    "payment_method": ("Payment Method Title", "payment_method_title", "Zahlungsmethode"),
    "coupon": ("Coupon Code", "Coupon(s)", "coupon_items", "Gutscheincode"),
    "city": _billing("City", "Stadt", "Ort"),
    "zip": _billing("Postcode", "Postleitzahl", "PLZ"),
    "country": (*_billing("Country Code"), *_billing("Country", "Land")),
    "note": ("Customer Note", "customer_note", "Kundennotiz"),
    "customer_first_name": _billing("First Name", "Vorname"),
    "customer_last_name": _billing("Last Name", "Nachname"),
    "customer_name": ("Customer", "Kunde"),
    "origin": ("Attribution", "Origin", "Herkunft"),
}
_GUEST = "0"


def _number(cells: Mapping[str, Any], reading: Reading) -> str | None:
    return reading.text(cells, *_NUMBERS)


def _make(record: Record, reading: Reading) -> Answer:
    number = _number(record.cells, reading)
    if number is None:
        raise InputError("Order Number is empty.", column=_NUMBERS[0])
    status = (reading.text(record, *_STATES) or "").casefold().removeprefix("wc-")
    if status in DRAFTS:
        return Ignore("draft or deleted order")
    currency = reading.currency(record, "order_currency", "Order Currency", "Currency", "Währung")
    template = Event(
        at=0,
        event="",
        key=f"order:{number}",
        line=record.line,
        channel=order_channel(reading.text(record, "created_via", "Created Via")),
        identifiers=_identifiers(record, reading),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES) | _basket(record, reading),
    )
    course = Course(
        status=status.replace("-", " "),
        placed=reading.needed_time(record, *_PLACED),
        paid=reading.time(record, *_PAID),
        completed=reading.time(record, *_COMPLETED),
        changed=reading.time(record, *_CHANGED),
        total=reading.money(record, reading.filled(record, *_TOTALS), currency),
        refunded=abs(reading.money(record, reading.filled(record, *_REFUNDS), currency) or 0),
    )
    return course.events(template)


def _identifiers(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    customer = reading.text(record, *_CUSTOMERS)
    known = customer is not None and customer.isdigit() and customer != _GUEST
    return (
        *reading.email(record, *_EMAILS, "customer_email", "Customer Email"),
        *reading.phone(record, *_billing("Phone", "Telefon"), "shipping_phone"),
        *((("customer_id.woocommerce", customer),) if known and customer else ()),
        *reading.order(record, *_NUMBERS),
    )


def _basket(record: Record, reading: Reading) -> dict[str, str]:
    told = reading.text(record, *_PRODUCTS)
    if told is not None:
        return basket(((told, None, reading.text(record, "Items sold", "Verkaufte Artikel")),))
    rows = record.rows()
    within = [line for row in rows for line in _lines(row)]
    return basket(within or [_line(row, reading) for row in rows])


_Line = tuple[str | None, str | None, str | None]


def _line(row: Mapping[str, Any], reading: Reading) -> _Line:
    name, sku, quantity = (reading.text(row, *names) for names in _LINES)
    return name, sku, quantity


def _lines(row: Mapping[str, Any]) -> Iterator[_Line]:
    """The items that a plugin writes into cells: ``name:Cup|sku:C-1|quantity:2|…``."""
    for name, cell in row.items():
        if cell and name.casefold().startswith("line_item_") and "name:" in cell:
            parts = dict(part.split(":", 1) for part in cell.split("|") if ":" in part)
            yield parts.get("name"), parts.get("sku"), parts.get("quantity")


WOOCOMMERCE_CSV = Format(
    id="woocommerce_orders_csv",
    label="WooCommerce orders (CSV)",
    source="woocommerce",
    kinds=TEXT,
    signature=Signature(
        required=(_NUMBERS, _STATES, _PLACED, _TOTALS, _EMAILS),
        typical=("order_key", "Order Refund Amount", "Customer Note", "billing_phone"),
    ),
    make=_make,
    times=(*_PLACED, *_PAID, *_COMPLETED, *_CHANGED),
    amounts=(*_TOTALS, *_REFUNDS),
    group=Group(_number),
)

WOOCOMMERCE_ANALYTICS = replace(
    WOOCOMMERCE_CSV,
    id="woocommerce_analytics",
    label="WooCommerce analytics of orders (CSV)",
    signature=Signature(
        required=(_NUMBERS, _STATES, _PLACED, _TOTALS, ("Items sold", "Verkaufte Artikel")),
        holds=lambda sample: (
            not any(folded(name) in map(folded, _EMAILS) for row in sample[:1] for name in row)
        ),
    ),
    yields_to=("woocommerce_orders_csv", "woocommerce_orders"),
)
