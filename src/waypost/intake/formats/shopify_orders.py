"""Shopify's orders CSV: a row per line item, order columns on an order's first row only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.intake.format import TEXT, Format, Group, Signature
from waypost.intake.formats.commerce import basket, order_channel
from waypost.intake.formats.guards import unguarded
from waypost.intake.formats.moments import estimated, happened, latest
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["SHOPIFY_ORDERS"]

_ATTRIBUTES = {
    "financial_status": "Financial Status",
    "fulfillment_status": "Fulfillment Status",
    "subtotal": "Subtotal",
    "shipping": "Shipping",
    "taxes": "Taxes",
    "discount": "Discount Amount",
    "discount_code": "Discount Code",
    "payment_method": "Payment Method",
    "location": "Location",
    "order_source": "Source",
    "tags": "Tags",
    "city": "Billing City",
    "zip": "Billing Zip",
    "country": "Billing Country",
    "accepts_marketing": "Accepts Marketing",
    "customer_name": "Billing Name",
}
_LATER = (
    ("order_paid", "Paid at"),
    ("order_fulfilled", "Fulfilled at"),
    ("order_cancelled", "Cancelled at"),
)


def _name(cells: Mapping[str, Any], reading: Reading) -> str | None:
    return reading.text(cells, "Name")


def _make(record: Record, reading: Reading) -> Answer:
    record = unguarded(record)
    currency = reading.currency(record, "Currency")
    template = _template(record, reading)
    placed = reading.needed_time(record, "Created at")
    later = [(name, reading.time(record, column)) for name, column in _LATER]
    total = reading.money(record, "Total", currency)
    events = [happened(template, "order_placed", placed, money=(total, currency))]
    events += [
        happened(template, name, at, rank=rank) for rank, (name, at) in enumerate(later, 1) if at
    ]
    refunded = reading.money(record, "Refunded Amount", currency)
    last = latest([placed, *(at for _, at in later)])
    if refunded and last:
        refund = happened(template, "order_refunded", last, rank=4, money=(refunded, currency))
        events.append(estimated(refund))
    return events


def _template(record: Record, reading: Reading) -> Event:
    lines = (
        tuple(reading.cell(row, f"Lineitem {what}") for what in ("name", "sku", "quantity"))
        for row in record.rows()
    )
    return Event(
        at=0,
        event="",
        key=f"order:{reading.text(record, 'Name')}",
        line=record.line,
        channel=order_channel(reading.text(record, "Source")),
        identifiers=(
            *reading.email(record, "Email"),
            *reading.phone(record, "Phone", "Billing Phone", "Shipping Phone"),
            *reading.order(record, "Name"),
        ),
        attributes=reading.attributes(record, _ATTRIBUTES) | basket(lines),
    )


SHOPIFY_ORDERS = Format(
    id="shopify_orders",
    label="Shopify orders (CSV)",
    source="shopify",
    kinds=TEXT,
    signature=Signature(
        required=("Name", "Financial Status", "Created at", "Lineitem name"),
        typical=("Email", "Total", "Paid at", "Fulfilled at", "Currency", "Lineitem quantity"),
    ),
    make=_make,
    group=Group(_name),
)
