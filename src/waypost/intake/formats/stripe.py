"""Stripe's payments CSV; the user chooses the columns, metadata columns follow at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from waypost.intake.format import TEXT, Format, Sample, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.normalise import order_id, snake_case
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["STRIPE_PAYMENTS", "ids_begin_with"]

_CREATED = ("Created date (UTC)", "Created (UTC)", "Created date", "Created")
_REFUNDED = ("Refunded date (UTC)", "Refunded at (UTC)")
_ATTRIBUTES = {
    "status": "Status",
    "description": "Description",
    "card_brand": "Card Brand",
    "decline_reason": "Decline Reason",
    "captured": "Captured",
    "invoice_id": "Invoice ID",
    "seller_message": "Seller Message",
    "payment_method": "Payment Source Type",
}
_OTHERS = ("sub_", "po_", "in_", "cus_", "txn_", "re_", "price_", "prod_", "si_", "cs_", "tr_")
_ORDER_METADATA = ("order_id", "order", "order_number", "ordernumber", "bestellnummer", "orderid")


def _study(reading: Reading, _sample: object) -> Reading:
    return reading.with_utc(*_CREATED, *_REFUNDED)


def ids_begin_with(begin: str) -> Callable[[Sample], bool]:
    """Whether all ids of first records begin so: Stripe's say what a thing is."""

    def holds(sample: Sample) -> bool:
        return all((as_text(row.get("id")) or "").startswith(begin) for row in sample)

    return holds


def _are_payments(sample: Sample) -> bool:
    """Whether no id is that of a subscription, an invoice, a payout or another thing."""
    return not any((as_text(row.get("id")) or "").startswith(_OTHERS) for row in sample)


def _make(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, "id")
    currency = reading.currency(record, "Currency")
    created = reading.needed_time(record, *_CREATED)
    template = Event(
        at=0,
        event="",
        key=f"payment:{key}",
        line=record.line,
        channel="web",
        identifiers=(
            *reading.email(record, "Customer Email", "Receipt Email"),
            *reading.identifier("customer_id.stripe", record, "Customer ID"),
            *_orders(record, reading),
        ),
        value=reading.money(record, "Amount", currency),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES),
    )
    failed = (template.attributes.get("status") or "").casefold() in (
        "failed",
        "blocked",
        "declined",
    )
    events = [happened(template, "payment_failed" if failed else "payment_succeeded", created)]
    refunded = reading.money(record, "Amount Refunded", currency)
    if refunded:
        given_back = reading.time(record, *_REFUNDED)
        event = replace(
            happened(template, "payment_refunded", given_back or created, rank=1), value=refunded
        )
        events.append(event if given_back else estimated(event))
    return events


def _orders(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    for name in record.cells:
        if (
            name.endswith("(metadata)")
            and snake_case(name.removesuffix("(metadata)")) in _ORDER_METADATA
        ):
            found = order_id(reading.text(record, name))
            if found:
                return (("order_id", found),)
    return orders_named(reading.text(record, "Description"))


STRIPE_PAYMENTS = Format(
    id="stripe_payments",
    label="Stripe payments (CSV)",
    source="stripe",
    kinds=TEXT,
    signature=Signature(
        required=("id", _CREATED, "Amount", "Status"),
        typical=("Amount Refunded", "Currency", "Customer Email", "Captured", "Fee", "Description"),
        holds=_are_payments,
    ),
    make=_make,
    times=(*_CREATED, *_REFUNDED),
    amounts=("Amount", "Amount Refunded"),
    study=_study,
)
