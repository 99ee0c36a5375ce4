"""Brandwatch's mentions export: lines about the report first, authors whom nobody knows."""

from __future__ import annotations

import random

from waypost.demo.happenings import Happening
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.scribes.speech import post
from waypost.demo.scribes.text import csv_line, iso_millis

__all__ = ["FILE", "HEADER", "PREAMBLE", "strange_mention", "write_mention"]

FILE = "Alpenrad_Mentions_2025-11-01_2026-10-31.csv"
PREAMBLE = (
    "Report:,Bulk Mentions Download\r\n"
    "Brand:,Alpenrad\r\n"
    "From:,Sat Nov 01 00:00:00 CET 2025\r\n"
    "To:,Sat Oct 31 23:59:59 CET 2026\r\n"
    'Label:,"Alpenrad, alle Quellen"\r\n'
    "\r\n"
)
HEADER = (
    "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,Country Code,"
    "Country,City,Account Type,Added,Author,Full Name,Full Text,Hashtags,Impressions,"
    "Reach (new),Engagement,Resource Id,Tags,Categories"
)
_COLUMNS = HEADER.split(",")
_DOMAINS = {"twitter": "twitter.com", "instagram": "instagram.com", "facebook": "facebook.com"}
_STRANGERS = (
    ("neutral", "Alpenrad eröffnet neue Werkstatt in Augsburg, Termine ab sofort"),
    ("positive", "Probefahrt bei @alpenrad gemacht, das Wetterstein E-MTB ist der Hammer!"),
    ("neutral", "Hat jemand Erfahrung mit Alpenrad? Suche ein Gravelbike"),
    ("negative", "@alpenrad Hotline seit 20 Minuten in der Warteschleife..."),
    ("positive", "Just picked up my new bike at Alpenrad Munich 🚴 so happy"),
    ("neutral", "Gewinnspiel: Wir verlosen mit @alpenrad ein Kinderrad, teilen und liken!"),
    ("positive", "Schöne Runde am Kesselberg heute, danke @alpenrad für die schnelle Reparatur"),
    ("negative", "Wieder Sperrgutgebühr 59 Euro bei Alpenrad, steht vorher nirgends"),
)


def write_mention(
    ledger: Ledger, person: Person, happening: Happening, dice: random.Random
) -> None:
    """Write a customer's complaint."""
    text = post(happening.data["topic"], dice)
    feeling = "negative" if dice.random() < 0.72 else "neutral"
    tags = "" if happening.data["answered"] else ("unanswered" if dice.random() < 0.5 else "")
    if happening.data["answered"]:
        tags = "answered"
    words = (person.network, person.handle, person.name, feeling, text, tags)
    key = _write(ledger, happening.at, words, dice)
    ledger.trace(FILE, key, person.id, [(_kind(person.network), person.handle)])
    ledger.happened(person, happening, file=FILE, record=key)


def strange_mention(ledger: Ledger, at: int, dice: random.Random) -> None:
    """Somebody who is no customer talks about the shop."""
    feeling, text = dice.choice(_STRANGERS)
    handle = f"user{dice.randrange(10**7)}"
    network = dice.choice(tuple(_DOMAINS))
    key = _write(ledger, at, (network, handle, "", feeling, text, ""), dice)
    ledger.trace(FILE, key, "", [(_kind(network), handle)])


def _kind(network: str) -> str:
    return f"handle.{'x' if network == 'twitter' else network}"


def _write(
    ledger: Ledger, at: int, words: tuple[str, str, str, str, str, str], dice: random.Random
) -> str:
    network, handle, name, feeling, text, tags = words
    key = str(at // 1000 * 100_000_000 + dice.randrange(100_000_000))
    domain = _DOMAINS[network]
    moment = iso_millis(at).replace("T", " ")[:19] + ".0"
    cells = {
        "Query Id": "2003441",
        "Query Name": "Alpenrad",
        "Date": moment,
        "Title": text[:60],
        "Snippet": text[:140],
        "Url": f"https://{domain}/{handle}/status/{key}",
        "Domain": domain,
        "Sentiment": feeling,
        "Page Type": network,
        "Language": "de",
        "Country Code": "DEU" if dice.random() < 0.6 else "",
        "Country": "Germany" if dice.random() < 0.6 else "",
        "Account Type": "individual",
        "Added": moment,
        "Author": handle if dice.random() < 0.5 else f"@{handle}",
        "Full Name": f"{handle} ({name})" if name and dice.random() < 0.4 else "",
        "Full Text": text.replace(". ", ".\n") if dice.random() < 0.3 else text,
        "Hashtags": "#alpenrad" if "#alpenrad" in text else "",
        "Impressions": str(int(dice.expovariate(1 / 400))),
        "Reach (new)": str(int(dice.expovariate(1 / 250))),
        "Engagement": str(int(dice.expovariate(1 / 6))),
        "Resource Id": key,
        "Tags": tags,
    }
    line = csv_line([cells.get(column, "") for column in _COLUMNS], end="\r\n")
    ledger.write(FILE, at, line.encode())
    return key
