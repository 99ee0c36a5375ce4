"""Hands every happening of a person to the system that saw it."""

from __future__ import annotations

import random

from waypost.demo.happenings import Happening, Life
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.segment import SegmentScribe
from waypost.demo.scribes.shopify import write_order

__all__ = ["PersonScribe"]


class PersonScribe:
    """Writes down one person's life."""

    def __init__(self, ledger: Ledger, person: Person, life: Life, dice: random.Random) -> None:
        self._ledger = ledger
        self._person = person
        self._life = life
        self._dice = dice
        self._online = SegmentScribe(ledger, person, life, dice)

    def write(self) -> None:
        """Write everything, in the order it happened."""
        for index, happening in enumerate(self._life.happenings):
            if happening.trail in {"web", "app"}:
                self._online.write(happening)
            else:
                self._elsewhere(index, happening)

    def _elsewhere(self, index: int, happening: Happening) -> None:
        if happening.trail == "shop":
            write_order(self._ledger, self._person, self._life, happening, self._dice)
        else:
            self._ledger.happened(self._person, happening)
