"""Simulated editors: each edits its own copy, sends when it can, and loses its line often."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import httpx

from waypost.errors import ConflictError
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.operations import apply

API = "/api/v1/workspaces/shop"


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

    def __hash__(self) -> int:
        return self.number

    def run(self) -> None:
        try:
            self.load()
            listener = threading.Thread(target=self.listen, daemon=True)
            listener.start()
            while time.monotonic() < self.until:
                self.write()
                time.sleep(self.chance.uniform(0.02, 0.3))
            self.ends.set()
            listener.join(30)
        except BaseException as error:  # noqa: BLE001 - told by the test, whatever it is
            self.error = error

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
        """Send; one time in eight the answer is lost, and the same change is sent again."""
        answer = self.client.post(f"{API}/maps/{self.map}/changes", json=body)
        if self.chance.random() < 1 / 8:
            self.cuts += 1
            again = self.client.post(f"{API}/maps/{self.map}/changes", json=body)
            if answer.status_code == 200:
                assert again.json() == answer.json(), "the same change had two effects"
            return again
        return answer

    def think_of_something(self, document: MapDocument) -> list[dict]:
        roll = self.chance.random()
        if document.cards and roll < 0.35:
            return [self.rewrite(document)]
        if document.cards and roll < 0.45:
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
        last = ""
        while not self.ends.is_set():
            headers = {"Last-Event-ID": last} if last else {}
            address = f"{API}/maps/{self.map}/live?since={self.revision}"
            cut_at = time.monotonic() + self.chance.uniform(1, 6)
            timeout = httpx.Timeout(10, read=1.0)
            try:
                with self.client.stream("GET", address, headers=headers, timeout=timeout) as answer:
                    for line in answer.iter_lines():
                        last = line[4:] if line.startswith("id: ") else last
                        if line.startswith("data: "):
                            self.hear(json.loads(line[6:]))
                        if time.monotonic() > cut_at or self.ends.is_set():
                            break
            except httpx.HTTPError:
                pass
            self.cuts += 1

    def hear(self, told: dict) -> None:
        if "revision" not in told or "ops" not in told:
            return
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
