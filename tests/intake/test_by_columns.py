"""What is read by whole columns is what is read record by record, also where files are a mess."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from waypost.intake import ReadContext
from waypost.intake.deliveries import FormatDelivery
from waypost.intake.format import Format
from waypost.intake.recognition import recognise

CELLS = {
    "Email": ["", "Eva@Example.com", "no address", "'x@y.de", "x@y.example ", "NULL"],
    "Financial Status": ["paid", "", "Null", " refunded "],
    "Paid at": ["", "2024-05-01 10:00:00 +0200", "2024-05-03", "gestern"],
    "Fulfilled at": ["", "2024-05-02 10:00:00 +0200", "n/a"],
    "Cancelled at": ["", "", "2024-05-02 10:00:00 +0200"],
    "Currency": ["EUR", "jpy", "", "euros", "CHF"],
    "Total": ["119.90", "5", "", "1.234,50", "viel", "-3.00"],
    "Created at": ["2024-05-01 09:58:12 +0200", "2024-05-01 09:58:12", "", "2024-13-01 10:00"],
    "Lineitem quantity": ["1", "2,5", "", "zwei", "0"],
    "Lineitem name": ["Helm", "Pumpe", "", "Nan", "Gr\u00fcn, lose"],
    "Lineitem sku": ["H-1", "", "'007"],
    "Billing Phone": ["", "'+49 151 2345678", "030 901820", "+43 1 58858", "12"],
    "Phone": ["", "", "+49 (0)30 901820"],
    "Billing Zip": ["'50667", "", "O'Hara"],
    "Refunded Amount": ["0.00", "", "20.00", "etwas"],
    "Source": ["web", "pos", "", "iphone"],
    "Tags": [""],
}
COLUMNS = ["Name", *CELLS]


def _orders(seed: int, rows: int) -> str:
    dice = random.Random(seed)
    lines, names = [",".join(COLUMNS)], [f"#{n}" for n in range(1000, 1000 + rows)]
    number = 0
    for _ in range(rows):
        number += dice.choice([0, 0, 1, 1, 1])
        name = dice.choice([names[number], names[number], "", names[max(number - 3, 0)]])
        cells = {"Name": name} | {column: dice.choice(CELLS[column]) for column in CELLS}
        lines.append(",".join(f'"{cells[column]}"' for column in COLUMNS))
    if seed % 2:
        lines.insert(rows // 2, '"#1","too","many"' + ',"x"' * len(COLUMNS))
    return "\n".join(lines) + "\n"


def _calls(seed: int, count: int) -> str:
    dice = random.Random(seed)
    return "".join(json.dumps(_call(dice, number)) + "\n" for number in range(count)) + "{broken\n"


def _call(dice: random.Random, number: int) -> dict[str, Any]:
    stamps = ["2024-05-01T10:00:00.123Z", "2024-05-01T10:20:00Z", None, "", "2024-05-01 10:00"]
    call: dict[str, Any] = {
        "type": dice.choice(["track", "Track", "page", "screen", "identify", "alias", "dance"]),
        dice.choice(["messageId", "messageId", "message_id"]): f"m{number}",
        "event": dice.choice(["Product Viewed", "Order Completed", "purchase", "", "email opened"]),
        "name": dice.choice(["Home", None, "null", 7]),
        "anonymousId": dice.choice(["a1", 12, None]),
        dice.choice(["userId", "USERID"]): dice.choice(["u1", 5.0, None, ""]),
        "previousId": "a9",
        "context": dice.choice([_context(dice), None, "text"]),
        "properties": dice.choice([_properties(dice), None, {}, []]),
        "traits": dice.choice([{"email": "Eva@Example.com", "age": 3}, None]),
    }
    for name in ("timestamp", "receivedAt", "sentAt", "originalTimestamp"):
        call[name] = dice.choice(stamps)
    if dice.random() < 0.05:
        call["context.page.path"] = "/flat"
    return call


def _context(dice: random.Random) -> dict[str, Any]:
    return {
        "page": {"path": "/a", "url": dice.choice(["https://x.example/?utm_source=y&a=b", None])},
        "library": {"name": dice.choice(["analytics.js", "analytics-ios"])},
        "campaign": dice.choice([{"source": "google"}, None]),
        "device": dice.choice([{"id": "d1", "type": "ios"}, {}]),
        "traits": {"phone": "+49 151 2345678", "email": "nobody"},
        "channel": dice.choice(["mobile", "server"]),
    }


def _properties(dice: random.Random) -> dict[str, Any]:
    return {
        "Product ID": dice.choice(["T-1", 4, None]),
        "price": dice.choice([1.5, "2", "viel", None]),
        "currency": dice.choice(["eur", None, "CHF"]),
        "order_id": dice.choice(["#1001", None]),
        "products": dice.choice([[{"name": "Helm", "quantity": 2}], [], ["a", "b"]]),
        "nested": {"Deep Key": {"more": {"most": 1}}, "flag": True},
        "path": dice.choice(["/own", ""]),
    }


def _read(path: Path, form: Format) -> tuple[Any, ...]:
    (found,) = recognise(path)
    assert found.table is not None
    delivery = FormatDelivery(found.table, form, ReadContext())
    events, refused, records, owners = [], [], 0, 0
    for chunk in delivery.chunks():
        rows = chunk.events.to_pylist()
        events += [{k: v for k, v in row.items() if v is not None} for row in rows]
        refused += [(one.line, one.reason) for one in chunk.refused]
        records += int(chunk.records.sum())
        owners += len(set(chunk.owner.tolist()))
        assert len(chunk.owner) == len(rows)
    return events, sorted(refused), records, owners, delivery.count()


@pytest.mark.parametrize("seed", range(6))
def test_shopify_orders_by_columns_are_those_order_by_order(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(_orders(seed, 300))
    form = recognise(path)[0].how
    assert isinstance(form, Format)

    by_columns = _read(path, form)

    assert form.id == "shopify_orders"
    assert form.whole is not None
    assert by_columns == _read(path, replace(form, whole=None))
    assert by_columns[0]
    assert by_columns[2] + len(by_columns[1]) == by_columns[4]


@pytest.mark.parametrize("seed", range(6))
def test_segment_calls_by_columns_are_those_call_by_call(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(_calls(seed, 400))
    form = recognise(path)[0].how
    assert isinstance(form, Format)

    by_columns = _read(path, form)

    assert form.id == "segment"
    assert form.whole_objects is not None
    assert by_columns == _read(path, replace(form, whole_objects=None))
    assert by_columns[0]
    assert by_columns[2] + len(by_columns[1]) == by_columns[4]
