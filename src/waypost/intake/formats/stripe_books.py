"""What Stripe books beside payments: invoices and refunds, each a payment told once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TEXT, TREES, Format, Group, Sample, Signature
from waypost.intake.formats.commerce import orders_named
from waypost.intake.formats.moments import happened
from waypost.intake.formats.stripe import ids_begin_with
from waypost.intake.normalise import Instant
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["STRIPE_INVOICES", "STRIPE_INVOICES_JSON", "STRIPE_REFUNDS"]

_PAYMENTS = ("stripe_payments", "stripe_charges")
_CHARGES = ("Charge", "charge.id", "charge")
_INTENTS = ("PaymentIntent", "Payment Intent", "payment_intent.id", "payment_intent")
_PAID_AT = ("status_transitions.paid_at", "Paid At (UTC)", "Date (UTC)", "Created (UTC)", "created")
_REFUNDED_AT = ("Created (UTC)", "Created date (UTC)", "Date (UTC)")
_YES = ("paid", "true")
_ATTRIBUTES: Mapping[str, str | tuple[str, ...]] = {
    "invoice_id": "id",
    "invoice_number": ("Number", "number"),
    "description": ("Description", "description"),
    "subscription": ("Subscription", "subscription"),
}


def _utc(reading: Reading, _sample: Sample) -> Reading:
    return reading.with_utc(*_PAID_AT, *_REFUNDED_AT)


def _invoice(record: Record, reading: Reading) -> Answer:
    """A paid invoice is the payment that its charge is, under the charge's key."""
    currency = reading.currency(record, "Currency")
    unit = "JPY" if record.cells.get("object") else currency
    paid = reading.money(record, "Amount Paid", unit) or reading.money(record, "amount_paid", unit)
    state = (reading.text(record, "Status", "Paid") or "").casefold()
    if not paid or state not in _YES:
        return Ignore("invoice that was not paid")
    key, name = _paid_by(record, reading)
    template = Event(
        at=0,
        event="",
        key=f"payment:{key}",
        line=record.line,
        channel="web",
        identifiers=_persons(record, reading),
        value=paid,
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES),
    )
    return [happened(template, name, reading.needed_time(record, *_PAID_AT))]


def _paid_by(record: Record, reading: Reading) -> tuple[str, str]:
    """The payment's key and event.

    Where the export does not name charges at all, the invoice cannot be told from its payment and
    is an event of its own name; an empty cell is an invoice paid outside of Stripe.
    """
    charge = reading.text(record, *_CHARGES, *_INTENTS)
    names = {folded(name) for name in record.cells}
    told = not names.isdisjoint((*map(folded, _CHARGES), *map(folded, _INTENTS)))
    invoice = reading.needed(record, "id")
    return charge or invoice, "payment_succeeded" if told else "invoice_issued"


def _persons(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    return (
        *reading.email(record, "Customer Email", "customer_email"),
        *reading.identifier(
            "customer_id.stripe", record, "Customer ID", "Customer", "customer.id", "customer"
        ),
        *orders_named(reading.text(record, "Description", "description")),
    )


def _charge_of(row: Mapping[str, Any], reading: Reading) -> str | None:
    return reading.text(row, "Charge", "Charge ID", "PaymentIntent ID", "id")


def _refund(record: Record, reading: Reading) -> Answer:
    """All refunds of a charge are one event with their sum, as the list of payments has it."""
    good = [row for row in record.rows() if _is_given(row, reading)]
    if not good:
        return Ignore("refund that failed or waits")
    currency = reading.currency(good[0], "Currency")
    amounts = [reading.money(row, "Amount", currency) or 0 for row in good]
    template = Event(
        at=0,
        event="",
        key=f"payment:{_charge_of(good[0], reading)}",
        line=record.line,
        channel="web",
        identifiers=_persons(Record(record.line, good[0]), reading),
        value=abs(sum(amounts)),
        currency=currency,
        attributes=reading.attributes(good[0], {"refund_reason": "Reason"}),
    )
    return [happened(template, "payment_refunded", _first_time(good, reading), rank=1)]


def _is_given(row: Mapping[str, Any], reading: Reading) -> bool:
    return (reading.text(row, "Status") or "succeeded").casefold() == "succeeded"


def _first_time(rows: list[Mapping[str, Any]], reading: Reading) -> Instant:
    found = [at for row in rows if (at := reading.time(row, *_REFUNDED_AT)) is not None]
    if not found:
        raise InputError("Created (UTC) is empty, so the record has no time.", column="Created")
    return min(found, key=lambda at: at.at)


STRIPE_INVOICES = Format(
    id="stripe_invoices",
    label="Stripe invoices (CSV)",
    source="stripe",
    kinds=TEXT,
    signature=Signature(
        required=("id", "Amount Due", "Amount Paid", ("Date (UTC)", "Created (UTC)"), "Currency"),
        typical=("Charge", "Customer", "Number", "Paid", "Subscription", "Subtotal", "Status"),
        holds=ids_begin_with("in_"),
    ),
    make=_invoice,
    times=_PAID_AT,
    amounts=("Amount Paid",),
    study=_utc,
    yields_to=_PAYMENTS,
)

STRIPE_INVOICES_JSON = Format(
    id="stripe_invoices_json",
    label="Stripe invoices (JSON)",
    source="stripe",
    kinds=TREES,
    signature=Signature(
        required=("id", "object", "amount_due", "amount_paid", "created", "currency", "status"),
        typical=("charge", "customer", "customer_email", "number", "subtotal", "total"),
        holds=ids_begin_with("in_"),
    ),
    make=_invoice,
    yields_to=_PAYMENTS,
)

STRIPE_REFUNDS = Format(
    id="stripe_refunds",
    label="Stripe refunds (CSV)",
    source="stripe",
    kinds=TEXT,
    signature=Signature(
        required=("id", "Amount", _REFUNDED_AT, "Currency"),
        typical=("Charge", "Status", "Reason"),
        holds=ids_begin_with("re_"),
    ),
    make=_refund,
    times=_REFUNDED_AT,
    amounts=("Amount",),
    group=Group(_charge_of),
    study=_utc,
    yields_to=_PAYMENTS,
)
