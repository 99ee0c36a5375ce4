"""Trustpilot's private reviews: stars and words, the order's number only for the invited."""

from __future__ import annotations

import random

import orjson

from waypost.demo.happenings import Happening
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.speech import review, title
from waypost.demo.scribes.text import iso_millis

__all__ = ["FILE", "write_review"]

FILE = "trustpilot_reviews.json"


def write_review(ledger: Ledger, person: Person, happening: Happening, dice: random.Random) -> None:
    """Write one review."""
    stars = int(happening.data["stars"])
    key = f"{happening.at // 1000:08x}{dice.getrandbits(64):016x}"
    order = ledger.numbers.orders.get((person.number, happening.order), "")
    invited = dice.random() < 0.55
    reference = order if invited else ""
    email = person.email if invited and dice.random() < 0.7 else ""
    consumer = f"{random.Random(person.seed).getrandbits(96):024x}"
    text = review(happening.data["topic"], stars, dice)
    answered = stars <= 2 and dice.random() < 0.4
    body = {
        "id": key,
        "stars": stars,
        "title": title(stars, dice),
        "text": text,
        "language": "en" if any(word in text for word in (" the ", "arrived", "Wrong")) else "de",
        "createdAt": iso_millis(happening.at),
        "updatedAt": iso_millis(happening.at + 86_400_000) if dice.random() < 0.05 else None,
        "consumer": {
            "id": consumer,
            "displayName": _display(person, dice),
            "displayLocation": person.city if dice.random() < 0.3 else None,
            "numberOfReviews": 1 + int(dice.expovariate(0.6)),
        },
        "referenceId": reference or None,
        "referralEmail": email or None,
        "isVerified": invited,
        "source": "InvitationApi" if invited else "Organic",
        "companyReply": {"text": "Das tut uns leid, bitte melden Sie sich!"} if answered else None,
    }
    ledger.write(FILE, happening.at, orjson.dumps(body))
    shown = [("order_id", reference), ("email", email), ("customer_id.reviews", consumer)]
    ledger.trace(FILE, key, person.id, shown)
    ledger.happened(person, happening, file=FILE, record=key)


def _display(person: Person, dice: random.Random) -> str:
    return (
        person.name,
        f"{person.first_name} {person.last_name[0]}.",
        person.first_name,
        f"Radler{person.number % 90 + 10}",
    )[dice.randrange(4)]
