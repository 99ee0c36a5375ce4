"""One small company for all tests of the demo, read back with nothing but csv and json."""

from __future__ import annotations

import csv
import functools
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from waypost.demo import DemoSummary, write_demo

PERSONS = 2_000


@dataclass(frozen=True)
class Company:
    summary: DemoSummary
    folder: Path

    def raw(self, start: str) -> bytes:
        return self.path(start).read_bytes()

    def path(self, start: str) -> Path:
        (found,) = (self.folder / "exports").glob(f"{start}*")
        return found

    def table(self, start: str, *, skip: int = 0) -> list[dict[str, str]]:
        text = self.raw(start).decode("utf-8-sig")
        lines = io.StringIO(text, newline="")
        for _ in range(skip):
            next(lines)
        rows = list(csv.DictReader(lines))
        return [row for row in rows if any(row.values())]

    def lines(self, start: str) -> list[dict]:
        return _lines(self.path(start))

    def document(self, start: str) -> dict:
        return json.loads(self.raw(start))

    def truth(self, name: str) -> list[dict]:
        return _rows(self.folder / "truth" / f"{name}.parquet")

    def figures(self, name: str) -> dict:
        return json.loads((self.folder / "truth" / f"{name}.json").read_text("utf-8"))


@functools.cache
def _lines(path: Path) -> list[dict]:
    lines = path.read_bytes().splitlines()
    return [json.loads(line) for line in lines if line.endswith(b"}")]


@functools.cache
def _rows(path: Path) -> list[dict]:
    return pq.read_table(path).to_pylist()


@pytest.fixture(scope="session")
def company(tmp_path_factory) -> Company:
    folder = tmp_path_factory.mktemp("alpenrad")
    return Company(write_demo(folder, persons=PERSONS), folder)


@pytest.fixture(scope="session")
def keys(company) -> dict[str, list[str]]:
    """By file: the key of each record as the file itself shows it, in file order, with repeats."""
    mail = "email_audience_export"
    found = {
        "orders_export_1": [row["Name"][1:] for row in company.table("orders_export") if row["Id"]],
        "customers_export": [row["Customer ID"][1:] for row in company.table("customers_export")],
        "segment_events": [line["messageId"] for line in company.lines("segment")],
        "zendesk_tickets": [row["Id"] for row in company.table("zendesk")],
        "items-": list(dict.fromkeys(row["Transaction ID"] for row in company.table("items-"))),
        "aircall": [str(call["id"]) for call in company.document("aircall")["calls"]],
        "Alpenrad Kunden": [row["ResponseId"] for row in company.table("Alpenrad Kunden")][2:],
        "trustpilot": [review["id"] for review in company.document("trustpilot")["reviews"]],
        "Alpenrad_Mentions": [
            row["Resource Id"] for row in company.table("Alpenrad_Mentions", skip=6)
        ],
        "mailchimp_email": [
            f"{item['campaign_id']}:{item['email_id']}"
            for item in company.document("mailchimp_email")["emails"]
        ],
    }
    for state in ("subscribed", "unsubscribed", "cleaned"):
        start = f"{state}_{mail}"
        found[start] = [row["LEID"] for row in company.table(start)]
    return {company.path(start).name: value for start, value in found.items()}
