"""Shopify's orders CSV: a row per line item, order columns on an order's first row only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.intake.format import TEXT, Format, Group, Signature
from waypost.intake.formats.commerce import basket, order_channel
from waypost.intake.formats.guards import unguarded
from waypost.intake.formats.moments import estimated, happened, latest
from waypost.intake.formats.shopify_columns import (
    ATTRIBUTES,
    LINE_ITEM,
    MOMENTS,
    PHONES,
    REFUNDED,
    order_chunks,
)
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["SHOPIFY_ORDERS"]


def _name(cells: Mapping[str, Any], reading: Reading) -> str | None:
    return reading.text(cells, "Name")


def _make(record: Record, reading: Reading) -> Answer:
    record = unguarded(record)
    currency = reading.currency(record, "Currency")
    template = _template(record, reading)
    placed = reading.needed_time(record, MOMENTS[0][1])
    later = [(name, reading.time(record, column)) for name, column in MOMENTS[1:]]
    total = reading.money(record, "Total", currency)
    events = [happened(template, MOMENTS[0][0], placed, money=(total, currency))]
    events += [
        happened(template, name, at, rank=rank) for rank, (name, at) in enumerate(later, 1) if at
    ]
    refunded = reading.money(record, "Refunded Amount", currency)
    last = latest([placed, *(at for _, at in later)])
    if refunded and last:
        refund = happened(template, REFUNDED, last, rank=4, money=(refunded, currency))
        events.append(estimated(refund))
    return events


def _template(record: Record, reading: Reading) -> Event:
    lines = (tuple(reading.cell(row, name) for name in LINE_ITEM) for row in record.rows())
    return Event(
        at=0,
        event="",
        key=f"order:{reading.text(record, 'Name')}",
        line=record.line,
        channel=order_channel(reading.text(record, "Source")),
        identifiers=(
            *reading.email(record, "Email"),
            *reading.phone(record, *PHONES),
            *reading.order(record, "Name"),
        ),
        attributes=reading.attributes(record, ATTRIBUTES) | basket(lines),
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
    whole=order_chunks,
)
