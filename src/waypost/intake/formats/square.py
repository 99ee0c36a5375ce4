"""Square's item CSV from the till: one row per item sold; most receipts have no customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Group, Signature
from waypost.intake.formats.commerce import basket
from waypost.intake.normalise import Instant, TimeStyle, currency_in, parse_time, zone_named
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["SQUARE_ITEMS"]

_ATTRIBUTES = {
    "location": "Location",
    "device": "Device Name",
    "dining_option": "Dining Option",
    "card_brand": "Card Brand",
    "order_source": "Channel",
    "transaction_id": "Transaction ID",
    "customer_name": "Customer Name",
}


def _receipt(cells: Mapping[str, Any], reading: Reading) -> str | None:
    """Transaction, kind and payment: a refund shares its sale's transaction only."""
    transaction = reading.text(cells, "Transaction ID")
    if transaction is None:
        return None
    kind = (reading.text(cells, "Event Type") or "Payment").casefold()
    payment = reading.text(cells, "Payment ID") if kind == "refund" else None
    return f"{transaction}:{kind}:{payment or ''}"


def _make(record: Record, reading: Reading) -> Answer:
    name = _receipt(record.cells, reading)
    if name is None:
        raise InputError("Transaction ID is empty.", column="Transaction ID")
    refund = ":refund:" in name
    currency = _currency(record, reading)
    total = _sum(record, reading, "Net Sales") + _sum(record, reading, "Tax")
    moment = _time(record, reading)
    lines = (
        tuple(reading.cell(row, what) for what in ("Item", "SKU", "Qty")) for row in record.rows()
    )
    sums = {"gross": "Gross Sales", "discount": "Discounts", "taxes": "Tax"}
    figures = {key: f"{_sum(record, reading, column) / 100:.2f}" for key, column in sums.items()}
    return [
        Event(
            at=moment.at,
            event="purchase_refunded" if refund else "purchase_made",
            key=f"receipt:{name}",
            line=record.line,
            channel="store",
            identifiers=(
                *reading.identifier("customer_id.square", record, "Customer ID"),
                *reading.identifier("loyalty_card", record, "Customer Reference ID"),
            ),
            value=abs(total) if refund else total,
            currency=currency,
            attributes=reading.attributes(record, _ATTRIBUTES) | figures | basket(lines),
            flags=moment.flags,
        )
    ]


def _currency(record: Record, reading: Reading) -> str:
    """What the sign before the amount says, else the workspace's currency."""
    cells = (reading.text(row, "Net Sales") for row in record.rows())
    named = (currency_in(cell) for cell in cells if cell)
    return next((code for code in named if code), reading.context.currency)


def _sum(record: Record, reading: Reading, column: str) -> int:
    currency = _currency(record, reading)
    return sum(reading.money(row, column, currency) or 0 for row in record.rows())


def _time(record: Record, reading: Reading) -> Instant:
    day = reading.text(record, "Date")
    if day is None:
        raise InputError("Date is empty, so the record has no time.", column="Date")
    label = reading.text(record, "Time Zone")
    zone = zone_named(label) if label else None
    order = reading.times.get(folded("Date"), TimeStyle()).order
    clock = reading.text(record, "Time") or ""
    found = parse_time(f"{day} {clock}", reading.context.zone, style=TimeStyle(order, zone=zone))
    assert found is not None
    return found


SQUARE_ITEMS = Format(
    id="square_items",
    label="Square items sold at the till (CSV)",
    source="square",
    kinds=TEXT,
    signature=Signature(
        required=("Date", "Transaction ID", "Net Sales", "Item"),
        typical=(
            "Time",
            "Time Zone",
            "Qty",
            "Gross Sales",
            "Tax",
            "Event Type",
            "Location",
            "Customer ID",
        ),
    ),
    make=_make,
    times=("Date",),
    amounts=("Net Sales", "Gross Sales", "Tax", "Discounts"),
    group=Group(_receipt),
)
