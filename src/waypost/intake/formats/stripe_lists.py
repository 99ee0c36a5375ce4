"""What Stripe lists beside payments: charges as its interface gives them, and subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waypost.intake.format import TEXT, TREES, Format, Sample, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.moments import estimated, happened
from waypost.intake.formats.stripe import ids_begin_with
from waypost.intake.normalise import order_id
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["STRIPE_CHARGES", "STRIPE_SUBSCRIPTIONS"]

_CHARGES = ("charge", "payment_intent")
_CHARGE_IDS = ("latest_charge.id", "latest_charge")  # of an intent: both lists name one payment
_EMAILS = ("billing_details.email", "receipt_email", "customer_email")
_METADATA = ("metadata.order_id", "metadata.order_number", "metadata.order", "metadata.orderId")
_CHARGE_ATTRIBUTES = {
    "status": "status",
    "description": "description",
    "card_brand": "payment_method_details.card.brand",
    "decline_reason": "failure_code",
    "invoice_id": "invoice",
    "seller_message": "outcome.seller_message",
}
_PLAN_ATTRIBUTES: Mapping[str, str | tuple[str, ...]] = {
    "status": "Status",
    "plan": ("Plan", "Product"),
    "quantity": "Quantity",
    "interval": "Interval",
    "amount": "Amount",
    "coupon": "Coupon",
}
_STARTED = ("Start (UTC)", "Start Date (UTC)", "Created (UTC)")
_ENDED = ("Canceled At (UTC)", "Ended At (UTC)")
_PAID = ("succeeded", "paid")
_FAILED = ("failed",)


def _are_charges(sample: Sample) -> bool:
    return all(row.get("object") in _CHARGES for row in sample)


def _charge(record: Record, reading: Reading) -> Answer:
    key = reading.text(record, *_CHARGE_IDS) or reading.needed(record, "id")
    status = reading.text(record, "status") or ""
    created = reading.needed_time(record, "created")
    currency = reading.currency(record, "currency")
    if status not in (*_PAID, *_FAILED):
        return Ignore("payment that is open or was given up")
    template = Event(
        at=0,
        event="",
        key=f"payment:{key}",
        line=record.line,
        channel="web",
        identifiers=(
            *reading.email(record, *_EMAILS),
            *reading.identifier("customer_id.stripe", record, "customer", "customer.id"),
            *_orders(record, reading),
        ),
        value=_minor(record, reading, "amount"),
        currency=currency,
        attributes=reading.attributes(record, _CHARGE_ATTRIBUTES),
    )
    name = "payment_succeeded" if status in _PAID else "payment_failed"
    events = [happened(template, name, created)]
    refunded = _minor(record, reading, "amount_refunded")
    if refunded:
        event = happened(template, "payment_refunded", created, rank=1)
        events.append(estimated(replace(event, value=refunded)))
    return events


def _minor(record: Record, reading: Reading, name: str) -> int | None:
    """Stripe counts in the currency's smallest unit."""
    return reading.money(record, name, "JPY")


def _orders(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    named = order_id(reading.text(record, *_METADATA))
    return (("order_id", named),) if named else orders_named(reading.text(record, "description"))


STRIPE_CHARGES = Format(
    id="stripe_charges",
    label="Stripe charges (JSON)",
    source="stripe",
    kinds=TREES,
    signature=Signature(
        required=("id", "object", "amount", "created", "currency", "status"),
        typical=("amount_refunded", "billing_details", "customer", "receipt_email", "captured"),
        holds=_are_charges,
    ),
    make=_charge,
)


def _utc(reading: Reading, _sample: Sample) -> Reading:
    return reading.with_utc(*_STARTED, *_ENDED)


def _subscription(record: Record, reading: Reading) -> Answer:
    template = Event(
        at=0,
        event="",
        key=f"subscription:{reading.needed(record, 'id')}",
        line=record.line,
        channel="web",
        identifiers=(
            *reading.email(record, "Customer Email"),
            *reading.identifier("customer_id.stripe", record, "Customer ID", "Customer"),
        ),
        attributes=reading.attributes(record, _PLAN_ATTRIBUTES),
    )
    events = [happened(template, "subscription_started", reading.needed_time(record, *_STARTED))]
    ended = reading.time(record, *_ENDED)
    if ended is not None:
        events.append(happened(template, "subscription_cancelled", ended, rank=1))
    return events


STRIPE_SUBSCRIPTIONS = Format(
    id="stripe_subscriptions",
    label="Stripe subscriptions (CSV)",
    source="stripe",
    kinds=TEXT,
    signature=Signature(
        required=("id", "Status", _STARTED, ("Customer ID", "Customer", "Customer Email")),
        typical=("Plan", "Interval", "Canceled At (UTC)", "Current Period End (UTC)"),
        holds=ids_begin_with("sub_"),
    ),
    make=_subscription,
    times=(*_STARTED, *_ENDED),
    study=_utc,
)
