"""Mailchimp: the audience in three files with naive UTC times, and what was opened and clicked."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import orjson

from waypost.demo.being import Newsletter
from waypost.demo.happenings import Happening, Life
from waypost.demo.ledger import Ledger, spoken_email
from waypost.demo.people import Person
from waypost.demo.scribes.text import csv_line, iso_seconds

__all__ = ["ACTIVITY", "CLEANED", "HEADERS", "SUBSCRIBED", "UNSUBSCRIBED", "MailScribe"]

SUBSCRIBED = "subscribed_email_audience_export_6f1c2a9b7e.csv"
UNSUBSCRIBED = "unsubscribed_email_audience_export_6f1c2a9b7e.csv"
CLEANED = "cleaned_email_audience_export_6f1c2a9b7e.csv"
ACTIVITY = "mailchimp_email_activity.json"
_LIST = "3d1e5b7a90"
_FRONT = (
    "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,"
    "OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "LAST_CHANGED"
)
_BACK = "LEID,EUID,NOTES,TAGS"
HEADERS = {
    SUBSCRIBED: f"{_FRONT},{_BACK}",
    UNSUBSCRIBED: f"{_FRONT},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,"
    f"UNSUB_REASON_OTHER,{_BACK}",
    CLEANED: f"{_FRONT},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,{_BACK}",
}
_REASONS = ("NORMAL", "NORMAL", "NOSIGNUP", "INAPPROPRIATE", "OTHER", "")
_LINKS = ("https://www.alpenrad.example/neu", "https://www.alpenrad.example/angebote")


class MailScribe:
    """Writes one person's membership and what they did with the newsletters."""

    def __init__(
        self,
        ledger: Ledger,
        person: Person,
        life: Life,
        dice: random.Random,
        *,
        letters: tuple[Newsletter, ...],
    ) -> None:
        self._ledger = ledger
        self._person = person
        self._life = life
        self._dice = dice
        self._letters = letters
        address = spoken_email(person.second_email or person.email, dice).strip()
        self._address = address
        self._email_id = hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest()
        self._mistyped = address.lower() not in {person.email, person.second_email}
        owner = ledger.members.setdefault(address.lower(), person.number)
        self._mine = owner == person.number

    def write(self, mails: list[Happening]) -> None:
        """Write everything; a mailbox that is a member already is not written twice."""
        if not self._mine:
            for happening in mails:
                self._ledger.happened(self._person, happening)
            return
        self._member()
        by_letter: dict[int, list[Happening]] = {}
        for happening in mails:
            by_letter.setdefault(happening.data["letter"], []).append(happening)
        for number, happenings in by_letter.items():
            self._activity(self._letters[number], happenings)
        self._machines(set(by_letter))

    def _member(self) -> None:
        life, person = self._life, self._person
        file = SUBSCRIBED
        if life.unsubscribed_at:
            file = UNSUBSCRIBED
        elif self._mistyped or self._dice.random() < 0.015:
            file = CLEANED
        cells = self._cells() | self._ending(file)
        columns = HEADERS[file].split(",")
        line = csv_line([cells.get(column, "") for column in columns])
        self._ledger.write(file, life.subscribed_at, line.encode())
        phone = person.phone if cells["Phone Number"] else ""
        shown = [("email", self._address.lower()), ("phone", phone)]
        shown.append(("customer_id.mailchimp", cells["EUID"]))
        self._ledger.trace(file, cells["LEID"], person.id, shown)

    def _cells(self) -> dict[str, str]:
        person, dice, joined = self._person, self._dice, self._life.subscribed_at
        named = dice.random() < 0.72
        rest = person.phone[3:]
        return {
            "Email Address": self._address,
            "First Name": person.first_name if named else "",
            "Last Name": person.last_name if named and dice.random() < 0.9 else "",
            "Phone Number": f"0{rest[:3]}-{rest[3:]}" if dice.random() < 0.07 else "",
            "Birthday": f"{dice.randint(1, 12):02d}/{dice.randint(1, 28):02d}"
            if dice.random() < 0.1
            else "",
            "MEMBER_RATING": str(1 + int(dice.random() * 4.9)),
            "OPTIN_TIME": _naive(joined) if dice.random() < 0.96 else "",
            "OPTIN_IP": f"100.64.{dice.randrange(256)}.{dice.randrange(1, 255)}",
            "CONFIRM_TIME": _naive(joined + 60_000 * dice.randint(1, 90)),
            "CONFIRM_IP": f"100.64.{dice.randrange(256)}.{dice.randrange(1, 255)}",
            "LATITUDE": "48.1374300",
            "LONGITUDE": "11.5754900",
            "GMTOFF": "1",
            "DSTOFF": "2",
            "TIMEZONE": "Europe/Berlin",
            "CC": "DE",
            "REGION": "BY" if dice.random() < 0.6 else "",
            "LAST_CHANGED": _naive(max(joined, self._life.unsubscribed_at) + 3_000),
            "LEID": str(400_000 + person.number * 3),
            "EUID": f"{person.seed % 16**10:010x}",
            "NOTES": "ruft lieber an\nnicht per Post" if dice.random() < 0.01 else "",
            "TAGS": '"Laden","Gewinnspiel"' if dice.random() < 0.08 else "",
        }

    def _ending(self, file: str) -> dict[str, str]:
        if file == UNSUBSCRIBED:
            letter = self._last_letter()
            return {
                "UNSUB_TIME": _naive(self._life.unsubscribed_at),
                "UNSUB_CAMPAIGN_TITLE": letter.title,
                "UNSUB_CAMPAIGN_ID": _campaign(letter),
                "UNSUB_REASON": self._dice.choice(_REASONS),
            }
        if file == CLEANED:
            letter = self._letters[self._dice.randrange(len(self._letters))]
            return {"CLEAN_TIME": _naive(letter.at * 1000 + 40_000)} | {
                "CLEAN_CAMPAIGN_TITLE": letter.title,
                "CLEAN_CAMPAIGN_ID": _campaign(letter),
            }
        return {}

    def _last_letter(self) -> Newsletter:
        until = self._life.unsubscribed_at // 1000
        sent = [letter for letter in self._letters if letter.at <= until]
        return sent[-1] if sent else self._letters[0]

    def _activity(self, letter: Newsletter, happenings: list[Happening]) -> None:
        key = f"{_campaign(letter)}:{self._email_id}"
        actions: list[dict[str, Any]] = []
        for happening in happenings:
            if happening.event == "Newsletter Unsubscribed":
                leid = str(400_000 + self._person.number * 3)
                self._ledger.happened(self._person, happening, file=UNSUBSCRIBED, record=leid)
                continue
            self._ledger.happened(self._person, happening, file=ACTIVITY, record=key)
            actions.append(self._action(happening))
        if actions:
            self._item(letter, actions, happenings[0].at)

    def _action(self, happening: Happening) -> dict[str, Any]:
        clicked = happening.event == "Newsletter Clicked"
        action: dict[str, Any] = {
            "action": "click" if clicked else "open",
            "timestamp": iso_seconds(happening.at),
            "ip": f"100.64.{self._dice.randrange(256)}.{self._dice.randrange(1, 255)}",
        }
        if clicked:
            action["url"] = self._dice.choice(_LINKS)
        return action

    def _machines(self, done: set[int]) -> None:
        """Mail proxies open newsletters that nobody reads."""
        life = self._life
        if self._person.phone_device.system != "iPhone":
            return
        for letter in self._letters:
            at = letter.at * 1000 + self._dice.randrange(900_000)
            gone = life.unsubscribed_at and at > life.unsubscribed_at
            if letter.number in done or gone or at < life.subscribed_at:
                continue
            if self._dice.random() < 0.12:
                ip = f"17.58.{self._dice.randrange(256)}.{self._dice.randrange(1, 255)}"
                action = {"action": "open", "timestamp": iso_seconds(at), "ip": ip}
                self._item(letter, [action], at)
                machine = Happening(at, "Machine Opened Newsletter", "email", "mail", 0, -1, {})
                key = f"{_campaign(letter)}:{self._email_id}"
                self._ledger.happened(self._person, machine, file=ACTIVITY, record=key)

    def _item(self, letter: Newsletter, actions: list[dict[str, Any]], at: int) -> None:
        body = {
            "campaign_id": _campaign(letter),
            "list_id": _LIST,
            "list_is_active": True,
            "email_id": self._email_id,
            "email_address": self._address,
            "activity": actions,
        }
        self._ledger.write(ACTIVITY, at, orjson.dumps(body))
        key = f"{body['campaign_id']}:{self._email_id}"
        self._ledger.trace(ACTIVITY, key, self._person.id, [("email", self._address.lower())])


def _campaign(letter: Newsletter) -> str:
    return f"{(letter.number + 1) * 7_919_317_433 % 16**10:010x}"


def _naive(at: int) -> str:
    return iso_seconds(at)[:19].replace("T", " ")
