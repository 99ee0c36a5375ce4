"""Order and ticket numbers run through the whole company in time order, as shops count them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from waypost.demo.happenings import Life
from waypost.demo.ledger import Numbers
from waypost.demo.people import BLOCK

__all__ = ["Register"]

FIRST_ORDER = 10_001
FIRST_TICKET = 30_001


@dataclass(slots=True)
class _Series:
    first: int
    at: list[int] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    index: list[int] = field(default_factory=list)

    def add(self, at: int, person: int, index: int) -> None:
        self.at.append(at)
        self.person.append(person)
        self.index.append(index)

    def by_block(self) -> dict[int, dict[tuple[int, int], str]]:
        order = np.lexsort((self.index, self.person, self.at))
        found: dict[int, dict[tuple[int, int], str]] = {}
        for rank, place in enumerate(order.tolist()):
            person = self.person[place]
            mine = found.setdefault(person // BLOCK, {})
            mine[person, self.index[place]] = str(self.first + rank)
        return found


class Register:
    """Gathers what needs a number, then gives the numbers of each block."""

    def __init__(self) -> None:
        self._orders = _Series(FIRST_ORDER)
        self._tickets = _Series(FIRST_TICKET)
        self._numbered: tuple[dict[int, dict[tuple[int, int], str]], ...] | None = None

    def add(self, person: int, life: Life) -> None:
        """Take in a life."""
        for index, order in enumerate(life.orders):
            if order.system == "shopify":
                self._orders.add(order.at, person, index)
        for index, happening in enumerate(life.happenings):
            if happening.trail == "ticket":
                self._tickets.add(happening.at, person, index)

    def of_block(self, block: int) -> Numbers:
        """The numbers of one block; call it after everything was added."""
        if self._numbered is None:
            self._numbered = (self._orders.by_block(), self._tickets.by_block())
        orders, tickets = self._numbered
        return Numbers(orders.get(block, {}), tickets.get(block, {}))
