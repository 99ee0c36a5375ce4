"""Where the scribes write: one spool per file, and the truth about every record."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from waypost.demo.happenings import Happening
from waypost.demo.people import Person
from waypost.demo.spool import Spool

__all__ = ["Ledger", "Numbers", "Recording", "Trace", "spoken_email"]


Recording = tuple[str, int, str, str, str, int | None, str, str]
"""Person, at, event, channel, order, value, file, record; file is empty where no system saw it."""

Trace = tuple[str, str, str, str, str]
"""File, record, identifier kind, normalised value, person; empty person: no customer did it."""


@dataclass(slots=True)
class Numbers:
    """Order and ticket numbers of the block at hand, by (person number, index in the life)."""

    orders: dict[tuple[int, int], str] = field(default_factory=dict)
    tickets: dict[tuple[int, int], str] = field(default_factory=dict)


class Ledger:
    """Collects records, traces and recordings; the truth is taken out block by block."""

    def __init__(self, aside: Path) -> None:
        self._aside = aside
        self.spools: dict[str, Spool] = {}
        self.numbers = Numbers()
        self.traces: list[Trace] = []
        self.recordings: list[Recording] = []
        self.repeats: dict[str, int] = {}
        self.torn: dict[str, int] = {}
        self.members: dict[str, int] = {}
        self.clicks: dict[tuple[int, str], int] = {}

    def spool(self, file: str) -> Spool:
        """The spool of a file."""
        if file not in self.spools:
            self.spools[file] = Spool(self._aside / file.replace("/", "-"))
        return self.spools[file]

    def write(self, file: str, at: int, record: bytes) -> None:
        """Add a record to a file."""
        self.spool(file).put(at, record)

    def repeat(self, file: str, at: int, record: bytes) -> None:
        """Add a record a second time, as systems do when they try again."""
        self.spool(file).put(at, record)
        self.repeats[file] = self.repeats.get(file, 0) + 1

    def tear(self, file: str, at: int, record: bytes) -> None:
        """Add the first part of a record whose writing broke off; nobody can read it."""
        self.spool(file).put(at, record[: len(record) * 2 // 5] + b"\n")
        self.torn[file] = self.torn.get(file, 0) + 1

    def trace(
        self, file: str, record: str, person: str, identifiers: Iterable[tuple[str, str]]
    ) -> None:
        """Say who caused a record and what in it points to them; without identifiers too."""
        shown = [(kind, value) for kind, value in identifiers if value] or [("", "")]
        for kind, value in shown:
            self.traces.append((file, record, kind, value, person))

    def happened(
        self, person: Person, happening: Happening, *, file: str = "", record: str = ""
    ) -> None:
        """Keep a true event, with the record that holds it."""
        number = self.numbers.orders.get((person.number, happening.order), "")
        value = happening.data.get("value")
        self.recordings.append(
            (
                *(person.id, happening.at, happening.event, happening.channel),
                *(number, value, file, record),
            )
        )


def spoken_email(email: str, dice: random.Random) -> str:
    """An address as people type it: mostly right, sometimes in capitals, sometimes mistyped."""
    chance = dice.random()
    if chance < 0.945 or not email:
        return email
    if chance < 0.975:
        return email[0].upper() + email[1:]
    if chance < 0.986:
        return f"{email} "
    local, _, box = email.partition("@")
    place = dice.randrange(1, max(2, len(local) - 1))
    if chance < 0.993 or len(local) < 4:
        return f"{local}@{box.replace('example', 'exmaple')}"
    return f"{local[:place]}{local[place + 1 :]}@{box}"
