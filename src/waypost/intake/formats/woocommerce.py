"""WooCommerce orders as its REST interface and webhooks give them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from waypost.intake.format import TREES, Format, Signature
from waypost.intake.formats.commerce import basket, order_channel
from waypost.intake.formats.order_course import DRAFTS, Course
from waypost.intake.normalise import TimeStyle, zone_named
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
_GUEST = "0"


def _study(reading: Reading, _sample: object) -> Reading:
    style = TimeStyle(zone=zone_named("UTC"))
    return replace(reading, times={**reading.times, **{folded(name): style for name in _GMT}})


def _make(record: Record, reading: Reading) -> Answer:
    status = (reading.text(record, "status") or "").casefold()
    if status in DRAFTS:
        return Ignore("draft or deleted order")
    key = reading.needed(record, "id")
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
    return _course(record, reading, status, currency).events(template)


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


def _course(record: Record, reading: Reading, status: str, currency: str) -> Course:
    return Course(
        status=status,
        placed=reading.needed_time(record, "date_created_gmt", "date_created"),
        paid=reading.time(record, "date_paid_gmt", "date_paid"),
        completed=reading.time(record, "date_completed_gmt", "date_completed"),
        changed=reading.time(record, "date_modified_gmt", "date_modified"),
        total=reading.money(record, "total", currency),
        refunded=sum(_refunds(record, reading, currency)),
    )


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
