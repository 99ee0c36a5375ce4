"""Amazon's order reports: one line per article, an article's price for all its pieces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from waypost.intake.format import TEXT, Format, Group, Signature
from waypost.intake.formats.commerce import basket
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["AMAZON_ORDERS"]

_NUMBERS = ("amazon-order-id", "order-id")
_PRICES = ("item-price", "shipping-price", "gift-wrap-price")
_GIVEN = ("item-promotion-discount", "ship-promotion-discount")
_CHANGED = ("last-updated-date",)
_STATES = ("order-status", "item-status")
_ATTRIBUTES: Mapping[str, str | tuple[str, ...]] = {
    "status": _STATES,
    "order_source": "sales-channel",
    "fulfillment": "fulfillment-channel",
    "city": "ship-city",
    "zip": "ship-postal-code",
    "country": "ship-country",
}


def _number(cells: Mapping[str, Any], reading: Reading) -> str | None:
    return reading.text(cells, *_NUMBERS)


def _make(record: Record, reading: Reading) -> Answer:
    number = reading.needed(record, *_NUMBERS)
    currency = reading.currency(record, "currency")
    template = Event(
        at=0,
        event="",
        key=f"order:{number}",
        line=record.line,
        channel="marketplace",
        identifiers=(*reading.email(record, "buyer-email"), *reading.order(record, *_NUMBERS)),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES) | _basket(record, reading),
    )
    placed = reading.needed_time(record, "purchase-date")
    lines = [one for one in record.rows() if not _is_cancelled(one, reading)]
    if not lines:
        changed = reading.time(record, *_CHANGED) or placed
        return [estimated(happened(template, "order_cancelled", changed))]
    if all((reading.text(one, *_STATES) or "").casefold() == "pending" for one in lines):
        return Ignore("order that was never paid")
    total = sum(_total(one, reading, currency) for one in lines)
    return [replace(happened(template, "order_placed", placed), value=total)]


def _is_cancelled(cells: Mapping[str, Any], reading: Reading) -> bool:
    states = (reading.text(cells, name) or "" for name in _STATES)
    return any(state.casefold() in ("cancelled", "canceled") for state in states)


def _total(cells: Mapping[str, Any], reading: Reading, currency: str) -> int:
    """What the buyer paid for the line: Amazon's prices hold all pieces and the tax."""
    paid = sum(reading.money(cells, name, currency) or 0 for name in _PRICES)
    return paid - sum(abs(reading.money(cells, name, currency) or 0) for name in _GIVEN)


def _basket(record: Record, reading: Reading) -> dict[str, str]:
    return basket(
        (
            reading.text(row, "product-name"),
            reading.text(row, "sku"),
            reading.text(row, "quantity", "quantity-purchased"),
        )
        for row in record.rows()
    )


AMAZON_ORDERS = Format(
    id="amazon_orders",
    label="Amazon orders",
    source="amazon",
    kinds=TEXT,
    signature=Signature(
        required=(_NUMBERS, "purchase-date", "item-price", "sku"),
        typical=("buyer-email", "order-status", "asin", "sales-channel", "shipping-price"),
    ),
    make=_make,
    times=("purchase-date", *_CHANGED),
    amounts=(*_PRICES, *_GIVEN),
    group=Group(_number),
)
