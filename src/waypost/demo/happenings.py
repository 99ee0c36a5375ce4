"""What a lived life leaves behind: happenings, orders, and which pains were met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from waypost.demo.company import Product

__all__ = ["Happening", "Life", "Line", "Order"]


class Happening(NamedTuple):
    """Something that truly happened; ``at`` in milliseconds, ``trail`` says which system saw it.

    Trails: ``web``, ``app``, ``store`` (nobody writes it down), ``shop``, ``till``, ``mail``,
    ``ticket``, ``call``, ``review``, ``survey``, ``mention``.
    """

    at: int
    event: str
    channel: str
    trail: str
    visit: int
    order: int
    data: dict[str, Any]


class Line(NamedTuple):
    """One article of an order at the price charged for one piece."""

    product: Product
    quantity: int
    price: int


@dataclass(slots=True)
class Order:
    """An order while the person lives; instants in milliseconds, 0 = has not happened."""

    at: int
    way: str
    system: str
    lines: list[Line]
    shipping: int
    discount: int
    code: str
    payment: str
    collect: str
    shop: int
    guided: bool
    fulfilled_at: int = 0
    cancelled_at: int = 0
    refunded_at: int = 0
    refunded: int = 0
    returned: list[int] = field(default_factory=list)

    @property
    def subtotal(self) -> int:
        """Articles without shipping, before the discount."""
        return sum(line.quantity * line.price for line in self.lines)

    @property
    def total(self) -> int:
        """What was charged."""
        return self.subtotal - self.discount + self.shipping

    def kept(self, until: int) -> int:
        """Money that stays with the shop as known at ``until``: nothing once cancelled."""
        if self.cancelled_at and self.cancelled_at <= until:
            return 0
        return self.total - (self.refunded if self.refunded_at <= until else 0)


@dataclass(slots=True)
class Life:
    """Happenings in time order, orders in the order placed, and how pains and acts came to be.

    ``exposed``, ``met`` and ``acts`` hold first times in milliseconds; ``hinges`` names the pains
    without which a decision would have been taken otherwise or on other grounds.
    """

    happenings: list[Happening] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    exposed: dict[str, int] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    hinges: set[str] = field(default_factory=set)
    subscribed_at: int = 0
    unsubscribed_at: int = 0
    contacts: int = 0
