"""WooCommerce orders as its REST interface and webhooks give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waypost.errors import InputError
from waypost.intake.format import TREES, Format, Signature
from waypost.intake.formats.commerce import basket, order_channel
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.normalise import Instant, TimeStyle, zone_named
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["WOOCOMMERCE_ORDERS"]

_ATTRIBUTES = {
    "status": "status",
    "payment_method": "payment_method",
    "created_via": "created_via",
    "discount": "discount_total",
    "shipping": "shipping_total",
    "taxes": "total_tax",
    "city": "billing.city",
    "zip": "billing.postcode",
    "country": "billing.country",
    "note": "customer_note",
    "customer_first_name": "billing.first_name",
    "customer_last_name": "billing.last_name",
}
_GMT = ("date_created_gmt", "date_paid_gmt", "date_completed_gmt", "date_modified_gmt")
_DRAFTS = frozenset({"checkout-draft", "auto-draft", "trash"})
_GUEST = "0"


def _study(reading: Reading, _sample: object) -> Reading:
    style = TimeStyle(zone=zone_named("UTC"))
    return replace(reading, times={**reading.times, **{folded(name): style for name in _GMT}})


def _make(record: Record, reading: Reading) -> Answer:
    status = (reading.text(record, "status") or "").casefold()
    if status in _DRAFTS:
        return Ignore("draft or deleted order")
    key = reading.text(record, "id")
    if key is None:
        raise InputError("id is empty.", column="id")
    currency = reading.currency(record, "currency")
    template = Event(
        at=0,
        event="",
        key=f"order:{key}",
        line=record.line,
        channel=order_channel(reading.text(record, "created_via")),
        identifiers=_identifiers(record, reading),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES) | _basket(record, reading),
    )
    placed = reading.needed_time(record, "date_created_gmt", "date_created")
    total = reading.money(record, "total", currency)
    first = replace(happened(template, "order_placed", placed), value=total)
    return [first, *_later(template, status, record, reading, placed=placed)]


def _identifiers(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    customer = reading.text(record, "customer_id")
    return (
        *reading.email(record, "billing.email"),
        *reading.phone(record, "billing.phone", "shipping.phone"),
        *((("customer_id.woocommerce", customer),) if customer and customer != _GUEST else ()),
        *reading.order(record, "number", "id"),
    )


def _basket(record: Record, reading: Reading) -> dict[str, str]:
    lines = reading.cell(record.cells, "line_items")
    rows = lines if isinstance(lines, list) else []
    return basket(
        (one.get("name"), one.get("sku"), one.get("quantity"))
        for one in rows
        if isinstance(one, dict)
    )


def _later(
    template: Event, status: str, record: Record, reading: Reading, *, placed: Instant
) -> Iterator[Event]:
    paid = reading.time(record, "date_paid_gmt", "date_paid")
    if paid is not None:
        yield happened(template, "order_paid", paid, rank=1)
    completed = reading.time(record, "date_completed_gmt", "date_completed")
    if completed is not None:
        yield happened(template, "order_fulfilled", completed, rank=2)
    ending = {
        "cancelled": "order_cancelled",
        "failed": "payment_failed",
        "refunded": "order_refunded",
    }.get(status)
    changed = reading.time(record, "date_modified_gmt", "date_modified") or placed
    refunded = sum(_refunds(record, reading, template.currency or ""))
    if ending is not None and ending != "order_refunded":
        yield estimated(happened(template, ending, changed, rank=3))
    if ending == "order_refunded" or refunded:
        value = refunded or reading.money(record, "total", template.currency or "")
        yield replace(estimated(happened(template, "order_refunded", changed, rank=4)), value=value)


def _refunds(record: Record, reading: Reading, currency: str) -> Iterator[int]:
    listed = reading.cell(record.cells, "refunds")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield abs(reading.money(one, "total", currency) or 0)


WOOCOMMERCE_ORDERS = Format(
    id="woocommerce_orders",
    label="WooCommerce orders (JSON)",
    source="woocommerce",
    kinds=TREES,
    signature=Signature(
        required=("id", "status", ("date_created", "date_created_gmt"), "billing", "line_items"),
        typical=("order_key", "number", "currency", "total", "customer_id", "payment_method"),
    ),
    make=_make,
    study=_study,
)
