"""What became of an order of WooCommerce, by its status and its dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from waypost.intake.formats.moments import estimated, happened
from waypost.intake.normalise import Instant
from waypost.intake.records import Answer, Ignore
from waypost.model import Event

__all__ = ["DRAFTS", "Course"]

DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft", "trash", "entwurf", "papierkorb"})
"""States of what never was an order."""

_CANCELLED = frozenset({"cancelled", "canceled", "storniert", "abgebrochen"})
_FAILED = frozenset({"failed", "fehlgeschlagen"})
_REFUNDED = frozenset({"refunded", "rückerstattet", "erstattet", "rueckerstattet"})
_UNPAID = frozenset(
    {"pending", "pending payment", "zahlung ausstehend", "ausstehend", "ausstehende zahlung"}
)


@dataclass(frozen=True, slots=True)
class Course:
    """An order's status in small letters, its moments and its money in minor units.

    As WooCommerce counts: what failed or was never paid is no order, nor is what was cancelled
    before any payment; a refunded order was one, and its whole total went back where no amount is
    given.
    """

    status: str
    placed: Instant
    paid: Instant | None = None
    completed: Instant | None = None
    changed: Instant | None = None
    total: int | None = None
    refunded: int = 0

    def events(self, template: Event) -> Answer:
        """The order's events with the template's key and facts, or why there are none."""
        if self.status in _UNPAID and self.paid is None:
            return Ignore("order that was never paid")
        return list(self._events(template))

    def _events(self, template: Event) -> Iterator[Event]:
        cancelled, failed = self.status in _CANCELLED, self.status in _FAILED
        if self.paid is not None or not (cancelled or failed):
            yield replace(happened(template, "order_placed", self.placed), value=self.total)
        if self.paid is not None:
            yield happened(template, "order_paid", self.paid, rank=1)
        if self.completed is not None:
            yield happened(template, "order_fulfilled", self.completed, rank=2)
        last = self.changed or self.placed
        if cancelled or failed:
            name = "order_cancelled" if cancelled else "payment_failed"
            yield estimated(happened(template, name, last, rank=3))
        if self.refunded or self.status in _REFUNDED:
            value = self.refunded or self.total
            yield replace(
                estimated(happened(template, "order_refunded", last, rank=4)), value=value
            )
