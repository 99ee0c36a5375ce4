"""The truth beside the exports: who is who, what happened, and the planted figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from waypost.demo.happenings import Life
from waypost.demo.ledger import Ledger
from waypost.demo.people import Person
from waypost.demo.personas import PERSONAS

__all__ = ["TruthTables"]

_EVENTS = pa.schema(
    [
        ("person", pa.string()),
        ("at", pa.timestamp("ms", "UTC")),
        ("event", pa.string()),
        ("channel", pa.string()),
        ("order", pa.string()),
        ("value", pa.int64()),
        ("file", pa.string()),
        ("record", pa.string()),
    ]
)
_IDENTIFIERS = pa.schema(
    [(name, pa.string()) for name in ("file", "record", "kind", "value", "person")]
)
_PERSONS = pa.schema(
    [
        *((name, pa.string()) for name in ("person", "persona", "first_name", "last_name")),
        *((name, pa.string()) for name in ("city", "email", "second_email", "phone")),
        *((name, pa.string()) for name in ("user_id", "loyalty_card", "customer_id.square")),
        *((name, pa.string()) for name in ("network", "handle", "company", "household")),
        ("consents", pa.bool_()),
        *((f"mixture_{persona.id}", pa.float64()) for persona in PERSONAS),
        ("orders", pa.int64()),
        ("kept", pa.int64()),
    ]
)
_BATCH = 120_000


class TruthTables:
    """Writes ``persons``, ``identifiers`` and ``events`` as Parquet, block by block."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            "events": pq.ParquetWriter(folder / "events.parquet", _EVENTS),
            "identifiers": pq.ParquetWriter(folder / "identifiers.parquet", _IDENTIFIERS),
            "persons": pq.ParquetWriter(folder / "persons.parquet", _PERSONS),
        }
        self._persons: list[tuple[object, ...]] = []

    def add_person(self, person: Person, life: Life, last: int) -> None:
        """Keep one person; ``kept`` is money that stays with the shop."""
        standing = [order for order in life.orders if not order.cancelled_at]
        self._persons.append(
            (
                *(person.id, PERSONAS[person.persona].id, person.first_name, person.last_name),
                *(person.city, person.email, person.second_email, person.phone),
                *(person.customer_id, person.loyalty_card, person.till_id),
                *(person.network if person.handle else "", person.handle, person.company),
                *(f"H{person.household:07d}", person.consents, *person.mixture),
                *(len(standing), sum(order.kept(last) for order in life.orders)),
            )
        )

    def take(self, ledger: Ledger, *, everything: bool = False) -> None:
        """Write what the ledger has gathered once it is enough, and empty it."""
        if not everything and len(ledger.recordings) + len(ledger.traces) < _BATCH:
            return
        self._write("events", _EVENTS, ledger.recordings)
        self._write("identifiers", _IDENTIFIERS, ledger.traces)
        self._write("persons", _PERSONS, self._persons)
        ledger.recordings.clear()
        ledger.traces.clear()
        self._persons.clear()

    def close(self) -> None:
        """Finish the files."""
        for file in self._files.values():
            file.close()

    def _write(self, name: str, schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            self._files[name].write_table(pa.table(arrays, schema=schema))
