"""Hands every happening of a person to the system that saw it."""

from __future__ import annotations

import random

from waypost.demo.being import World
from waypost.demo.happenings import Happening, Life
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.aircall import write_call
from waypost.demo.scribes.brandwatch import write_mention
from waypost.demo.scribes.customers import write_customer
from waypost.demo.scribes.mailchimp import MailScribe
from waypost.demo.scribes.qualtrics import write_answer
from waypost.demo.scribes.segment import SegmentScribe
from waypost.demo.scribes.shopify import write_order
from waypost.demo.scribes.square import write_sale
from waypost.demo.scribes.trustpilot import write_review
from waypost.demo.scribes.zendesk import write_ticket

__all__ = ["write_down"]

_PAID = frozenset({"google_ads", "meta_ads"})


def write_down(
    ledger: Ledger, person: Person, life: Life, dice: random.Random, *, world: World
) -> None:
    """Write one person's life into all systems, in the order it happened."""
    online = SegmentScribe(ledger, person, life, dice)
    mails: list[Happening] = []
    for index, happening in enumerate(life.happenings):
        trail = happening.trail
        if trail in {"web", "app"}:
            online.write(happening)
            _count_click(ledger, happening, world)
        elif trail == "mail":
            mails.append(happening)
        elif trail == "ticket":
            write_ticket(ledger, person, index, happening, dice)
        else:
            _offline(ledger, person, life, happening, dice)
    if life.subscribed_at:
        MailScribe(ledger, person, life, dice, letters=world.newsletters).write(mails)
    write_customer(ledger, person, life, world.seasons.last * 1000, dice)


def _count_click(ledger: Ledger, happening: Happening, world: World) -> None:
    entry = happening.data.get("entry")
    if entry in _PAID:
        day = (happening.at // 1000 - world.seasons.first) // 86_400
        ledger.clicks[day, entry] = ledger.clicks.get((day, entry), 0) + 1


def _offline(
    ledger: Ledger, person: Person, life: Life, happening: Happening, dice: random.Random
) -> None:
    trail = happening.trail
    if trail == "shop":
        write_order(ledger, person, life, happening, dice)
    elif trail == "till" and life.orders[happening.order].system == "square":
        write_sale(ledger, person, life, happening, dice)
    elif trail == "call":
        write_call(ledger, person, happening, dice)
    elif trail == "review":
        write_review(ledger, person, happening, dice)
    elif trail == "survey":
        write_answer(ledger, person, happening, dice)
    elif trail == "mention":
        write_mention(ledger, person, happening, dice)
    else:
        ledger.happened(person, happening)
