"""What a file is, before it is imported: its tables, their columns, the first events.

Everything here reads foreign bytes, so it runs in a worker process. Answers are plain JSON values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waypost.app.importing import context_of, mappings_of
from waypost.app.settings import Settings
from waypost.app.studio.mapping_by_pointing import (
    Pointing,
    first_guess,
    mapping_of,
    pointing_of,
)
from waypost.errors import InputError, NotFoundError, RuleError
from waypost.intake import (
    Mapping,
    ReadContext,
    Recognition,
    numbers_of,
    propose_mapping,
    recognise,
)
from waypost.intake.importing import deliver
from waypost.intake.normalise import snake_case
from waypost.intake.records import Chunk
from waypost.intake.tables import Table
from waypost.model import RANKS_PER_RECORD

__all__ = ["look_at_file", "mapping_name", "preview"]

_EVENTS = 5
_SAMPLES = 6
_SAMPLE_ROWS = 200
_LONGEST_SAMPLE = 120
_SHOWN = 20
_MOST_REASONS = 8
_MOST_CELLS = 40
_IDENTIFIER = "id."


def mapping_name(name: str) -> str:
    """A name for the mapping of a file, from the file's name."""
    return (snake_case(name.partition(".")[0]) or "proposed")[:60]


def look_at_file(workspace: Path, settings: Settings, path: Path) -> dict[str, Any]:
    """What the file's tables are and what their first records give.

    Raises ``UnreadableFileError`` where it holds no table at all.
    """
    context = context_of(settings)
    found = recognise(path, mappings_of(workspace, ()))
    return {"tables": [_looked(one, context) for one in found]}


def _looked(found: Recognition, context: ReadContext) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": found.name,
        "format": found.format,
        "label": found.label,
        "confidence": found.confidence,
        "columns": list(found.columns),
        "samples": _samples(found.table),
        "records": None if found.table is None else _count(found.table),
        "trouble": "",
    }
    if found.how is None:
        return told | _proposed(found, context)
    return told | _tried(found, context) | {"numbers": _numbers(found.table, found.how)}


def _count(table: Table) -> int | None:
    """Records of the table; None where its bytes break off on the way."""
    try:
        return table.count_records()
    except InputError:
        return None


def _proposed(found: Recognition, context: ReadContext) -> dict[str, Any]:
    """A first pointing with its reasons; where nothing could be proposed, why."""
    name = mapping_name(found.path.name)
    if found.table is None or not found.columns:
        return {"trouble": "The table has no columns that could be pointed at."}
    if next(iter(found.table.sample(1)), None) is None:
        return {"trouble": "The table has no records."}
    try:
        proposal = propose_mapping(found.table, country=context.country, name=name)
    except InputError as error:
        guess = first_guess(_samples(found.table), name)
        told = {"pointing": guess.model_dump(mode="json"), "reasons": {}}
        return told | {"guess": error.message, "guess_hint": error.hint}
    pointing = pointing_of(proposal.mapping, found.columns)
    return {
        "pointing": pointing.model_dump(mode="json"),
        "reasons": dict(proposal.reasons),
        "guess_confidence": proposal.confidence,
        "proposed": _tried(replace(found, how=proposal.mapping), context),
        "numbers": _numbers(found.table, proposal.mapping),
    }


def _numbers(table: Table | None, how: object) -> dict[str, Any] | None:
    """The customer numbers that a mapping takes, to be compared with those of other tables."""
    numbers = numbers_of(table, how) if isinstance(how, Mapping) else None
    return None if numbers is None else asdict(numbers)


def _tried(found: Recognition, context: ReadContext) -> dict[str, Any]:
    delivery = deliver(found, context)
    chunk = next(iter(delivery.chunks()), None)
    if chunk is None:
        return {"trouble": "The table has no records."}
    return {
        "source": delivery.source,
        "channels": _channels(chunk),
        "events": [_event(row) for row in chunk.events.slice(0, _EVENTS).to_pylist()],
        "refused": [[one.line, one.reason] for one in chunk.refused[:_EVENTS]],
        "refused_share": _share(len(chunk.refused), chunk),
        "warnings": list(delivery.warnings()),
    }


def _share(part: int, chunk: Chunk) -> float:
    looked = int(chunk.records.sum()) + len(chunk.refused) + sum(chunk.ignored.values())
    return part / looked if looked else 0.0


def _channels(chunk: Chunk) -> list[str]:
    counted = Counter(chunk.events["channel"].to_pylist())
    return [channel for channel, _ in counted.most_common() if channel]


def _event(row: Dict[str, Any]) -> dict[str, Any]:
    """An event as JSON: when and what, its identifiers and its attributes apart."""
    filled = {name: _plain(value) for name, value in row.items() if value is not None}
    return {
        "at": filled.get("at"),
        "event": filled.get("event", ""),
        "channel": filled.get("channel", ""),
        "value": filled.get("value"),
        "currency": filled.get("currency", ""),
        "rating": filled.get("rating"),
        "text": filled.get("text", ""),
        "identifiers": {k[len(_IDENTIFIER) :]: v for k, v in filled.items() if k.startswith("id.")},
        "attributes": {k[2:]: v for k, v in filled.items() if k.startswith("a.")},
        "flags": filled.get("flags", 0),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def _samples(table: Table | None) -> dict[str, list[str]]:
    """Different cells of each column among the first records, with how often each is filled."""
    if table is None:
        return {}
    rows = table.sample(_SAMPLE_ROWS)
    found: dict[str, list[str]] = {}
    for column in table.columns:
        cells = (str(row[column]).strip() for row in rows if row.get(column) is not None)
        found[column] = list(dict.fromkeys(_short(cell) for cell in cells if cell))[:_SAMPLES]
    return found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SAMPLE else f"{text[: _LONGEST_SAMPLE - 1]}…"


def preview(settings: Settings, path: Path, *, table: str, pointing: Pointing) -> dict[str, Any]:
    """The events that the first records give under what was pointed out, record by record.

    ``problem`` is there instead where the pointing cannot be a mapping: its words, and which part
    of the page they are about. ``NotFoundError`` where the file has no such table.
    """
    found = _table_named(recognise(path), table)
    try:
        mapping = mapping_of(pointing)
        mapping.check(found.columns)
    except RuleError as error:
        return {"problem": _problem(error)}
    return _previewed(replace(found, how=mapping), mapping, context_of(settings))


def _table_named(tables: Sequence[Recognition], name: str) -> Recognition:
    for one in tables:
        if one.name == name and one.table is not None:
            return one
    raise NotFoundError(f"The file has no table {name!r}.", hint="Look at the file again.")


def _problem(error: RuleError) -> dict[str, str]:
    part, column = str(error.facts.get("part", "")), str(error.facts.get("column", ""))
    return {"message": error.message, "hint": error.hint, "part": part, "column": column}


def _previewed(found: Recognition, mapping: Mapping, context: ReadContext) -> dict[str, Any]:
    delivery = deliver(found, context)
    chunk = next(iter(delivery.chunks()), None)
    if chunk is None or found.table is None:
        return {"problem": {"message": "The table has no records.", "hint": "", "part": ""}}
    events: dict[int, list[dict[str, Any]]] = {}
    for row in chunk.events.slice(0, _SHOWN * RANKS_PER_RECORD).to_pylist():
        events.setdefault(int(row["seq"]) // RANKS_PER_RECORD, []).append(_event(row))
    refused = {one.line: one.reason for one in chunk.refused}
    made, left_out = int(chunk.records.sum()), sum(chunk.ignored.values())
    return {
        "columns": list(found.columns),
        "records": [
            _record(line, cells, events.get(line, []), refused.get(line, ""))
            for line, cells in _first_records(found.table)
        ],
        "looked": made + len(chunk.refused) + left_out,
        "usable": made,
        "refused": len(chunk.refused),
        "left_out": left_out,
        "reasons": _reasons(refused.values(), found.columns),
        "persons": _different_persons(chunk, mapping),
        "events": _event_counts(chunk),
        "warnings": list(delivery.warnings()),
    }


def _first_records(table: Table) -> list[tuple[int, dict[str, str]]]:
    """The first records with the line each begins on."""
    for batch in table.batches(rows=_SHOWN):
        rows = batch.columns.slice(0, _SHOWN).to_pylist()
        lines = batch.lines[:_SHOWN].tolist()
        return [(line, _cells(row)) for line, row in zip(lines, rows, strict=True)]
    return []


def _cells(row: Dict[str, Any]) -> dict[str, str]:
    kept = list(row.items())[:_MOST_CELLS]
    return {name: _short(str(cell)) for name, cell in kept if cell is not None}


def _record(
    line: int, cells: dict[str, str], events: list[dict[str, Any]], reason: str
) -> dict[str, Any]:
    return {
        "line": line,
        "cells": cells,
        "events": events,
        "reason": reason,
        "column": _column_of(reason, cells),
    }


def _column_of(reason: str, columns: Sequence[str] | Dict[str, str]) -> str:
    """The column a reason is about: reasons begin with its name."""
    found = [name for name in columns if reason.startswith(f"{name}: ")]
    return max(found, key=len, default="")


def _reasons(reasons: Any, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The most frequent reasons by column, each with its first words."""
    groups: dict[str, list[str]] = {}
    for reason in reasons:
        column = _column_of(reason, columns)
        groups.setdefault(column or reason, []).append(reason)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))[:_MOST_REASONS]
    return [
        {"column": key if key in columns else "", "count": len(found), "first": found[0]}
        for key, found in ranked
    ]


def _different_persons(chunk: Chunk, mapping: Mapping) -> dict[str, int]:
    """How many different values each kind of identifier has among the records looked at."""
    found = {}
    for kind in mapping.identifiers:
        column = chunk.events.column(f"{_IDENTIFIER}{kind}")
        found[kind] = len(column.drop_null().unique())
    return found


def _event_counts(chunk: Chunk) -> dict[str, int]:
    return dict(Counter(chunk.events["event"].to_pylist()).most_common(_SHOWN))
