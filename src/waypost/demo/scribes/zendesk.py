"""Zendesk's ticket export: naive local times, phone-only requesters, minutes of every wait."""

from __future__ import annotations

import random
from datetime import datetime

from waypost.demo.happenings import Happening
from waypost.demo.ledger import Ledger, spoken_email
from waypost.demo.people import Person
from waypost.demo.scribes.speech import subject
from waypost.demo.scribes.text import csv_line, local

__all__ = ["FILE", "HEADER", "spam_ticket", "write_ticket"]

FILE = "zendesk_tickets.csv"
_WAITS = (
    *("First reply time", "First resolution time", "Full resolution time", "Agent wait time"),
    *("Requester wait time", "On hold time"),
)
_FRONT = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
    "Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,"
    "Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
    "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies"
)
HEADER = ",".join(
    [
        _FRONT,
        *(
            f"{wait} in minutes{hours}"
            for wait in _WAITS
            for hours in ("", " within business hours")
        ),
    ]
)
_COLUMNS = HEADER.split(",")
_AGENTS = ("Team Versand", "Team Filiale", "Team Werkstatt", "Service Desk 1", "Service Desk 2")
_TAGS = {
    "delivery": "lieferung spedition",
    "collect": "click_and_collect muenchen",
    "return": "retoure groesse",
    "defect": "reklamation",
    "price": "preis filiale",
    "question": "beratung",
}


def write_ticket(
    ledger: Ledger, person: Person, index: int, happening: Happening, dice: random.Random
) -> None:
    """Write one ticket."""
    number = ledger.numbers.tickets[person.number, index]
    order = ledger.numbers.orders.get((person.number, happening.order), "")
    topic = happening.data["topic"]
    line = subject(topic, order if dice.random() < 0.55 else "", dice)
    by_phone = dice.random() < 0.14
    email = "" if by_phone else spoken_email(person.email, dice)
    cells = _requester(person, email, dice) | _waits(happening, dice)
    cells |= {
        "Id": number,
        "Subject": line,
        "Tags": _tags(topic, dice),
        "Via": _via(dice, by_phone=by_phone),
    }
    ledger.write(FILE, happening.at, _line(cells))
    shown = [("email", email.strip().lower()), ("phone", person.phone if by_phone else "")]
    shown.append(("order_id", order if order and order in line else ""))
    if cells["Requester external id"]:
        shown.append(("customer_id.shopify", person.customer_id))
    shown.append(("customer_id.zendesk", cells["Requester id"]))
    ledger.trace(FILE, number, person.id, shown)
    ledger.happened(person, happening, file=FILE, record=number)


def spam_ticket(ledger: Ledger, at: int, number: int, dice: random.Random) -> None:
    """A ticket from nobody who ever buys."""
    key = str(90_000_000 + number)
    moment = local(at).strftime("%Y-%m-%d %H:%M")
    cells = {
        "Id": key,
        "Requester": dice.choice(("SEO Experts", "Newsletter Bot", "Mail Delivery Subsystem")),
        "Requester email": f"offer{number}@spam.example",
        "Requester domain": "spam.example",
        "Subject": dice.choice(
            ("Rank #1 on Google!!!", "Undelivered Mail Returned", "Kooperation?")
        ),
        "Tags": "spam",
        "Status": "Closed",
        "Via": "Mail",
        "Created at": moment,
        "Updated at": moment,
        "Reopens": "0",
        "Replies": "0",
    }
    ledger.write(FILE, at, _line(cells))
    ledger.trace(FILE, key, "", [])


def _line(cells: dict[str, str]) -> bytes:
    values = {"Summation column": "1"} | cells
    return csv_line([values.get(column, "") for column in _COLUMNS], end="\r\n").encode()


def _requester(person: Person, email: str, dice: random.Random) -> dict[str, str]:
    known = bool(person.customer_id) and bool(email) and dice.random() < 0.3
    digits = person.phone
    name = person.name if email else f"Anrufer: {digits[:3]} {digits[3:6]} {digits[6:]}"
    return {
        "Requester": name,
        "Requester id": str(360_000_000_000 + person.seed % 10**9),
        "Requester external id": person.customer_id if known else "",
        "Requester email": email or "no email",
        "Requester domain": email.partition("@")[2].strip(),
        "Submitter": name,
        "Organization": person.company,
    }


def _tags(topic: str, dice: random.Random) -> str:
    return _TAGS[topic] + (" vip" if dice.random() < 0.05 else "")


def _via(dice: random.Random, *, by_phone: bool) -> str:
    return "Phone" if by_phone else dice.choice(("Mail", "Mail", "Web form", "Chat"))


def _waits(happening: Happening, dice: random.Random) -> dict[str, str]:
    first, reopens = int(happening.data["minutes"]), int(happening.data["reopens"])
    full = int(first * (1.4 + 3 * dice.random())) + reopens * 1900 + 15
    solved = happening.at + full * 60_000
    open_still = dice.random() < 0.03
    sad = 0.15 + min(first / 4_000, 0.4) + 0.25 * reopens
    asked = dice.random()
    score = "Offered" if asked < 0.55 else ("Bad" if dice.random() < sad else "Good")
    minutes = dict.fromkeys(_COLUMNS[29:], "")
    for wait, total in zip(
        _WAITS, (first, full, full, full // 2, first + full // 3, 0), strict=True
    ):
        minutes[f"{wait} in minutes"] = str(total)
        minutes[f"{wait} in minutes within business hours"] = str(total * 3 // 8)
    if open_still:
        minutes["Full resolution time in minutes"] = ""
    return minutes | {
        "Assignee": dice.choice(_AGENTS),
        "Group": "Kundenservice",
        "Status": "Open" if open_still else dice.choice(("Solved", "Closed", "Closed")),
        "Priority": dice.choice(("Normal", "Normal", "High", "Low", "")),
        "Ticket type": dice.choice(("Question", "Problem", "Incident", "")),
        "Created at": _stamp(local(happening.at)),
        "Updated at": _stamp(local(solved)),
        "Assigned at": _stamp(local(happening.at + 240_000)),
        "Initially assigned at": _stamp(local(happening.at + 240_000)),
        "Solved at": "" if open_still else _stamp(local(solved)),
        "Resolution time": "" if open_still else str(full // 60),
        "Satisfaction Score": "Not Offered" if asked < 0.2 else score,
        "Group stations": "1",
        "Assignee stations": str(1 + reopens),
        "Reopens": str(reopens),
        "Replies": str(1 + reopens + int(dice.random() * 2.4)),
    }


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
