"""Qualtrics' CSV: three header rows (code, label, import id), then one response per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.normalise import SCALES, Scale, rate, snake_case
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["QUALTRICS"]

_KNOWN = frozenset(
    folded(name)
    for name in (
        "StartDate",
        "EndDate",
        "Status",
        "IPAddress",
        "Progress",
        "Duration (in seconds)",
        "Finished",
        "RecordedDate",
        "ResponseId",
        "RecipientLastName",
        "RecipientFirstName",
        "RecipientEmail",
        "ExternalReference",
        "LocationLatitude",
        "LocationLongitude",
        "DistributionChannel",
        "UserLanguage",
        "email",
        "order_id",
        "OrderId",
        "OrderNumber",
        "Bestellnummer",
    )
)
_ATTRIBUTES = {
    "progress": "Progress",
    "duration_seconds": "Duration (in seconds)",
    "survey_channel": "DistributionChannel",
    "language": "UserLanguage",
}
_NPS = re.compile(r"\bnps\b|recommend|weiterempfehl|empfehlen", re.IGNORECASE)
_CSAT = re.compile(r"\bcsat\b|satisf|zufrieden", re.IGNORECASE)
_CES = re.compile(r"\bces\b|\beffort|how easy|\beasy\b|einfach|leicht|aufwand", re.IGNORECASE)
_GROUP = re.compile(r"_NPS_GROUP$|_DO$|_DO_|_Id$|_Topics$|_Sentiment", re.IGNORECASE)
_PREVIEW = frozenset({"survey preview", "preview", "1", "umfragevorschau"})
_YES = frozenset({"true", "1", "yes", "ja", "wahr"})
_LONG_TEXT = 25
_NPS_TOP, _CES_TOP, _CSAT_TOP = 10, 7, 5
_FIVE = re.compile(r"(?:1\s*(?:-|–|to|bis)|\b)\s*5\b(?!.*\b7\b)")


def _study(reading: Reading, sample: Sequence[Mapping[str, Any]]) -> Reading:
    """The labels of the columns, and which column asks what (``nps``, ``csat``, ``text``, …)."""
    labels = {**reading.labels, **_labels(sample)}
    kinds = {}
    for name in reading.names.values():
        if folded(name) not in _KNOWN and not _GROUP.search(name):
            cells = [str(row[name]) for row in _answers(sample) if row.get(name)]
            kind = _kind_of(f"{name} {labels.get(name, '')}", cells)
            if kind:
                kinds[name] = kind
    return replace(reading, labels=labels, facts=kinds)


def _is_header(row: Mapping[str, Any]) -> bool:
    """Whether a row is the second or third header row, where the table counted only the first."""
    found = str(row.get("ResponseId") or "")
    return found.startswith("{") or found.casefold() in ("response id", "antwort-id")


def _answers(sample: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in sample if not _is_header(row)]


def _labels(sample: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    for row in sample[:2]:
        if _is_header(row) and not str(row.get("ResponseId")).startswith("{"):
            return {name: str(cell) for name, cell in row.items() if cell}
    return {}


def _kind_of(label: str, cells: Sequence[str]) -> str:
    """What a question asks: by its wording where its answers fit, else by words as answers."""
    largest = _largest(cells)
    if largest is not None:
        return _rating_kind(label, largest)
    words = SCALES["csat"].words or {}
    if cells and all(cell.strip().casefold() in words for cell in cells):
        return "csat"
    if "_TEXT" in label or (cells and max(map(len, cells)) >= _LONG_TEXT):
        return "text"
    return ""


def _rating_kind(label: str, largest: float) -> str:
    if _NPS.search(label) and largest <= _NPS_TOP:
        return "nps"
    if _CES.search(label) and largest <= _CES_TOP:
        return "ces5" if largest <= _CSAT_TOP and _FIVE.search(label) else "ces"
    return "csat5" if _CSAT.search(label) and largest <= _CSAT_TOP else ""


def _largest(cells: Sequence[str]) -> float | None:
    """The largest leading number, None where a cell has none."""
    figures = [re.match(r"\s*(\d+)", cell) for cell in cells]
    if not figures or any(match is None for match in figures):
        return None
    return max(float(match[1]) for match in figures if match)


def _make(record: Record, reading: Reading) -> Answer:
    if _is_header(record.cells):
        return Ignore("header row")
    if (reading.text(record, "Status") or "").casefold() in _PREVIEW:
        return Ignore("survey preview")
    response = reading.text(record, "ResponseId")
    if response is None:
        raise InputError("ResponseId is empty.", column="ResponseId")
    moment = reading.needed_time(record, "RecordedDate", "EndDate", "StartDate")
    finished = (reading.text(record, "Finished") or "").casefold() in _YES
    template = Event(
        at=moment.at,
        event="survey_answered",
        key=f"response:{response}",
        line=record.line,
        channel="survey",
        identifiers=_identifiers(record, reading),
        attributes=reading.attributes(record, _ATTRIBUTES)
        | {"finished": "yes" if finished else "no", "response_id": response},
        flags=moment.flags,
    )
    return _events(template, record, reading)


def _identifiers(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    return (
        *reading.email(record, "RecipientEmail", "email"),
        *reading.identifier("customer_id.qualtrics", record, "ExternalReference"),
        *reading.order(record, "order_id", "OrderId", "OrderNumber", "Bestellnummer"),
    )


def _events(template: Event, record: Record, reading: Reading) -> list[Event]:
    said = "\n".join(
        text
        for name, kind in reading.facts.items()
        if kind == "text" and (text := reading.text(record, name))
    )
    rated = list(_ratings(template, record, reading))
    answers = _other_answers(record, reading)
    first = rated[0] if rated else template
    first = replace(first, text=said or None, attributes={**first.attributes, **answers})
    return [first, *rated[1:]]


def _ratings(template: Event, record: Record, reading: Reading) -> Iterator[Event]:
    order = ("nps", "csat", "csat5", "ces", "ces5")
    asked = [
        (name, kind) for kind in order for name, known in reading.facts.items() if known == kind
    ]
    for rank, (name, kind) in enumerate(asked):
        scale: Scale = SCALES[kind]
        score = reading.text(record, name)
        rating = rate(score, scale)
        if rating is None:
            continue
        facts = {
            "question": reading.labels.get(name, name),
            "score": score or "",
            "rating_kind": scale.kind,
        }
        yield replace(
            template,
            event=f"{scale.kind}_answered",
            key=f"{template.key}:{name}",
            rating=rating,
            attributes={**template.attributes, **facts},
            rank=rank,
        )


def _other_answers(record: Record, reading: Reading) -> dict[str, str]:
    found = {}
    for name in record.cells:
        if folded(name) in _KNOWN or name in reading.facts:
            continue
        text = reading.text(record, name)
        if text is not None:
            found[f"q.{snake_case(name)}"] = text
    return found


QUALTRICS = Format(
    id="qualtrics",
    label="Qualtrics responses (CSV)",
    source="qualtrics",
    kinds=TEXT,
    signature=Signature(
        required=("ResponseId", ("RecordedDate", "EndDate"), "Finished"),
        typical=("StartDate", "Status", "Progress", "Duration (in seconds)", "DistributionChannel"),
    ),
    make=_make,
    times=("StartDate", "EndDate", "RecordedDate"),
    study=_study,
)
