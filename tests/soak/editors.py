"""Simulated editors: each edits its own copy, sends when it can, and loses its line often."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from waypost.errors import ConflictError
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.operations import apply

API = "/api/v1/workspaces/shop"
MOST_CARDS = 500
LOST = 1 / 8
"""How often an answer gets lost on its way."""
QUIET = httpx.Timeout(10, read=2.0)
AGAIN_SECONDS = 0.5
"""Until who finds no server tries again; twenty in haste would keep it from starting."""
LEAST = 2
"""Accepted changes of each, however slow the machine is."""


@dataclass
class Board:
    """When each change was sent, and how long until the others had it.

    Who was cut off while it was sent does not count: they fetch it when they are back.
    """

    sent: dict[str, float] = field(default_factory=dict)
    answered: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)


@dataclass
class Accepted:
    """A change that the server accepted: its revision and what it did."""

    id: str
    revision: int
    ops: list[dict]


@dataclass
class Editor(threading.Thread):
    """One browser: reads, writes at random, listens, and is cut off now and then.

    ``replica`` is the map as this editor has it from the events alone.
    """

    number: int
    client: httpx.Client
    map: str
    until: float
    pace: tuple[float, float]
    board: Board
    accepted: list[Accepted] = field(default_factory=list)
    refused: int = 0
    cuts: int = 0
    replica: MapDocument = field(default_factory=MapDocument)
    revision: int = 0
    error: BaseException | None = None

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, name=f"editor {self.number}", daemon=True)
        self.chance = random.Random(self.number)
        self.lock = threading.Lock()
        self.ends = threading.Event()
        self.connected_at = float("inf")
        self.last = ""

    def __hash__(self) -> int:
        return self.number

    def run(self) -> None:
        listener = threading.Thread(target=self.told_of, args=(self.listen,), daemon=True)
        self.load()
        listener.start()
        self.told_of(self.write_on)
        self.ends.set()
        listener.join(30)

    def told_of(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told by the test, whatever it is
            self.error = error

    def write_on(self) -> None:
        while self.error is None and (time.monotonic() < self.until or len(self.accepted) < LEAST):
            self.write()
            time.sleep(self.chance.uniform(*self.pace))

    def load(self) -> None:
        opened = self.client.get(f"{API}/maps/{self.map}").json()
        with self.lock:
            self.replica = MapDocument.model_validate(opened["document"])
            self.revision = opened["revision"]

    def write(self) -> None:
        with self.lock:
            ops = self.think_of_something(self.replica)
            base = self.revision
        body = {"id": str(uuid.uuid4()), "base": base, "title": "Soak", "ops": ops}
        answer = self.send(body)
        if answer.status_code == 200:
            told = answer.json()
            self.accepted.append(Accepted(body["id"], told["revision"], told["ops"]))
        else:
            assert answer.status_code == 409, answer.text
            self.refused += 1

    def send(self, body: dict) -> httpx.Response:
        """Send until there is an answer; a lost one, or a dead server, means the same again."""
        address = f"{API}/maps/{self.map}/changes"
        self.board.sent[body["id"]] = time.monotonic()
        if self.chance.random() < LOST:
            self.cut_off(address, body)
        while True:
            asked = time.monotonic()
            try:
                answer = self.client.post(address, json=body)
            except httpx.TransportError:
                self.cuts += 1
                time.sleep(AGAIN_SECONDS)
                continue
            self.board.answered.append(time.monotonic() - asked)
            return answer

    def cut_off(self, address: str, body: dict) -> None:
        """Send and hang up: before the server has it, while it works, or after it answered."""
        self.cuts += 1
        patience = httpx.Timeout(60, read=self.chance.choice([0.001, 0.005, 0.02, 5]))
        with contextlib.suppress(httpx.TransportError):
            self.client.post(address, json=body, timeout=patience)

    def think_of_something(self, document: MapDocument) -> list[dict]:
        roll = self.chance.random()
        if document.cards and roll < 0.35:
            return [self.rewrite(document)]
        if document.cards and (roll < 0.45 or len(document.cards) > MOST_CARDS):
            card = self.chance.choice(sorted(document.cards))
            return [{"op": "remove", "kind": "cards", "id": card}]
        if roll < 0.55:
            was = dict(document.head.title)
            value = {"de": f"Von {self.number}: {self.chance.random():.6f}"}
            told = {"field": "title", "was": was, "value": value}
            return [{"op": "set", "kind": "head", "id": "head", **told}]
        return [self.add(document)]

    def rewrite(self, document: MapDocument) -> dict:
        name = self.chance.choice(sorted(document.cards))
        was = dict(document.cards[name].text)
        value = {"de": f"{self.number} schreibt {self.chance.random():.6f}"}
        told = {"field": "text", "was": was, "value": value}
        return {"op": "set", "kind": "cards", "id": name, **told}

    def add(self, document: MapDocument) -> dict:
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        name = "c_" + "".join(self.chance.choices(letters, k=12))
        place = {
            "lane": self.chance.choice(sorted(document.lanes)),
            "step": self.chance.choice(sorted(document.steps)),
        }
        value = {**place, "text": {"de": f"Karte von {self.number}"}}
        return {"op": "add", "kind": "cards", "id": name, "value": value}

    def listen(self) -> None:
        """Follow the events; cut the line every few seconds and come back by the last event."""
        while not self.ends.is_set():
            headers = {"Last-Event-ID": self.last} if self.last else {}
            address = f"{API}/maps/{self.map}/live?since={self.revision}"
            try:
                with self.client.stream("GET", address, headers=headers, timeout=QUIET) as answer:
                    self.follow(answer)
            except httpx.TransportError:
                time.sleep(AGAIN_SECONDS)
            self.connected_at = float("inf")
            self.cuts += 1

    def follow(self, answer: httpx.Response) -> None:
        """Hear events until the line is cut."""
        cut_at = time.monotonic() + self.chance.uniform(1, 20)
        for line in answer.iter_lines():
            if line.startswith("retry:"):
                self.connected_at = time.monotonic()
            self.last = line[4:] if line.startswith("id: ") else self.last
            if line.startswith("data: "):
                self.hear(json.loads(line[6:]))
            if time.monotonic() > cut_at or self.ends.is_set():
                return

    def hear(self, told: dict) -> None:
        if "revision" not in told or "ops" not in told:
            return
        sent = self.board.sent.get(told["id"], 0)
        if sent > self.connected_at:
            self.board.heard.append(time.monotonic() - sent)
        with self.lock:
            if told["revision"] == self.revision + 1:
                self.take(told)
                return
        if told["revision"] > self.revision:
            self.catch_up()

    def catch_up(self) -> None:
        with self.lock:
            address = f"{API}/maps/{self.map}/changes?since={self.revision}"
            for told in self.client.get(address).json():
                if told["revision"] == self.revision + 1:
                    self.take(told)

    def take(self, told: dict) -> None:
        try:
            self.replica = apply(self.replica, told["ops"]).document
        except ConflictError as error:
            raise AssertionError(f"revision {told['revision']} does not fit") from error
        self.revision = told["revision"]
