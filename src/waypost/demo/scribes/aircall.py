"""The hotline's call list: unix seconds, numbers in every notation, callers without a number."""

from __future__ import annotations

import random
from typing import Any

import orjson

from waypost.demo.happenings import Happening
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person

__all__ = ["FILE", "write_call"]

FILE = "aircall_calls.json"
_TAGS = {
    "delivery": "Lieferung",
    "collect": "Abholung",
    "return": "Retoure",
    "defect": "Reklamation",
    "advice": "Beratung",
    "question": "Frage",
    "price": "Preis",
}
_LINE = {"id": 41_207, "name": "Alpenrad Hotline", "digits": "+49 89 99998 100"}


def write_call(ledger: Ledger, person: Person, happening: Happening, dice: random.Random) -> None:
    """Write one inbound call."""
    began = happening.at // 1000
    key = str((began - 1_760_000_000) * 10_000_000 + person.number)
    missed = happening.event == "Call Missed"
    digits, known = _digits(person.phone, dice)
    call = _times(began, dice, missed=missed) | {
        "id": int(key),
        "direct_link": f"https://api.aircall.io/v1/calls/{key}",
        "direction": "inbound",
        "raw_digits": digits,
        "number": _LINE,
        "tags": [{"name": _TAGS[happening.data["topic"]]}]
        if not missed and dice.random() < 0.7
        else [],
        "user": None if missed else {"id": 7_100 + dice.randrange(9), "name": "Hotline"},
        "contact": None,
        "voicemail": None,
        "comments": [],
    }
    email = ""
    if known and dice.random() < 0.12:
        email = person.email
        call["contact"] = _contact(person)
    ledger.write(FILE, happening.at, orjson.dumps(call))
    shown = [("phone", person.phone if known else ""), ("email", email)]
    ledger.trace(FILE, key, person.id, shown)
    ledger.happened(person, happening, file=FILE, record=key)


def _digits(phone: str, dice: random.Random) -> tuple[str, bool]:
    chance, rest = dice.random(), phone[3:]
    if chance < 0.13:
        return "anonymous", False
    style = dice.randrange(5)
    return (
        phone,
        f"0{rest}",
        f"+49 {rest[:3]} {rest[3:7]} {rest[7:]}",
        f"0049{rest}",
        f"0{rest[:3]}/{rest[3:]}",
    )[style], True


def _times(began: int, dice: random.Random, *, missed: bool) -> dict[str, Any]:
    waited = 25 + dice.randrange(130)
    talked = 60 + int(dice.expovariate(1 / 260))
    return {
        "status": "done",
        "missed_call_reason": dice.choice(
            ("no_available_agent", "abandoned_in_ivr", "agents_did_not_answer")
        )
        if missed
        else None,
        "started_at": began,
        "answered_at": None if missed else began + waited,
        "ended_at": began + waited + (0 if missed else talked),
        "duration": waited + (0 if missed else talked),
    }


def _contact(person: Person) -> dict[str, Any]:
    return {
        "id": 5_000_000 + person.number,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "emails": [{"label": "privat", "value": person.email}],
        "phone_numbers": [{"label": "mobil", "value": person.phone}],
    }
