"""What people said, without what could name somebody: for readers from outside.

Addresses and numbers are blotted in every quote already. A link may reach anybody, so names are
blotted too, as far as a list of common given names and the customary forms of address find them.
"""

from __future__ import annotations

import re

from waypost.identity.given_names import common_names
from waypost.identity.person_names import fold
from waypost.maps.discovery.voices import blotted
from waypost.maps.document import Card, JourneyMap, QuoteCard
from waypost.maps.reading import suppressed

__all__ = ["for_outside", "without_people"]

_BLOT = "…"
_NAME = r"[A-ZÄÖÜ][\w'’-]+"
_ADDRESSED = re.compile(
    rf"\b(Frau|Herrn?|Hr\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.|Prof\.)(?:\s+(?:Dr\.|Prof\.|{_NAME})){{1,3}}"
)
_HANDLE = re.compile(r"(?<!\w)@[\w.-]{2,}")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+")
_WORDS = re.compile(rf"{_NAME}(?:\s+{_NAME})?")


def without_people(text: str) -> str:
    """``text`` with names, handles, links, addresses and numbers blotted; names are capitalised."""
    told = _LINK.sub(_BLOT, _HANDLE.sub(_BLOT, blotted(text)))
    told = _ADDRESSED.sub(lambda found: f"{found[1]} {_BLOT}", told)
    return _WORDS.sub(_without_given_name, told)


def _without_given_name(found: re.Match[str]) -> str:
    words = found[0].split()
    if _is_given_name(words[0]):
        return _BLOT
    if len(words) > 1 and _is_given_name(words[1]):
        return f"{words[0]} {_BLOT}"
    return found[0]


def _is_given_name(word: str) -> bool:
    return fold(word.split("-", maxsplit=1)[0]) in common_names()


def for_outside(told: JourneyMap) -> JourneyMap:
    """The map as readers from outside see it: quotes without names, no group under five persons.

    Nothing told, and no difference of two things told, is a small group.
    """
    told = suppressed(told)
    steps = tuple(
        step.model_copy(
            update={
                "cells": {
                    lane: tuple(_card(card) for card in cards) for lane, cards in step.cells.items()
                }
            }
        )
        for step in told.steps
    )
    return told.model_copy(update={"steps": steps})


def _card(card: Card) -> Card:
    if isinstance(card, QuoteCard):
        return card.model_copy(update={"text": without_people(card.text)})
    return card
