"""What people said, without what could name somebody: for readers from outside.

Addresses and numbers are blotted in every quote already. A link may reach anybody, so names are
blotted too, as far as they are known or something gives them away (``text_masking``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from waypost.app.studio.text_masking import Known, hidden_text
from waypost.maps.discovery.voices import blotted
from waypost.maps.document import Card, JourneyMap, QuoteCard
from waypost.maps.reading import suppressed

__all__ = ["for_outside", "without_people"]

_BLOT = "…"
_DOTS = re.compile("•••(?:@•••)?")


def without_people(text: str, names: frozenset[str] = frozenset()) -> str:
    """``text`` with names, handles, links, addresses and numbers blotted.

    ``names``: small words of names that are known to be some, blotted where they are capitalised.
    """
    return _DOTS.sub(_BLOT, hidden_text(blotted(text), Known(others=names)))


def for_outside(told: JourneyMap, names_of_all: Callable[[], frozenset[str]]) -> JourneyMap:
    """The map as readers from outside see it: quotes without names, no group under five persons.

    Nothing told, and no difference of two things told, is a small group. ``names_of_all`` is asked
    once, where somebody is quoted.
    """
    told = suppressed(told)
    cards = (card for step in told.steps for here in step.cells.values() for card in here)
    names = names_of_all() if any(isinstance(card, QuoteCard) for card in cards) else frozenset()
    steps = tuple(
        step.model_copy(
            update={
                "cells": {
                    lane: tuple(_card(card, names) for card in here)
                    for lane, here in step.cells.items()
                }
            }
        )
        for step in told.steps
    )
    return told.model_copy(update={"steps": steps})


def _card(card: Card, names: frozenset[str]) -> Card:
    if isinstance(card, QuoteCard):
        return card.model_copy(update={"text": without_people(card.text, names)})
    return card
