"""Qualtrics' CSV: three header rows (code, label, import id), then one response per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.survey_scales import scale_of
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
    "customer_first_name": "RecipientFirstName",
    "customer_last_name": "RecipientLastName",
}
_GROUP = re.compile(r"_NPS_GROUP$|_DO$|_DO_|_Id$|_Topics$|_Sentiment", re.IGNORECASE)
_PREVIEW = frozenset({"survey preview", "preview", "1", "umfragevorschau"})
_YES = frozenset({"true", "1", "yes", "ja", "wahr"})
_LONG_TEXT = 25
_LAST_RANK = 14
_ORDER = ("nps", "csat", "ces")


def _study(reading: Reading, sample: Sequence[Mapping[str, Any]]) -> Reading:
    """The labels of the columns, and which column asks what (``nps``, ``csat``, ``text``, …)."""
    labels = {**reading.labels, **_labels(sample)}
    kinds = {}
    for name in reading.names.values():
        if folded(name) not in _KNOWN and not _GROUP.search(name):
            cells = [str(row[name]) for row in _answers(sample) if row.get(name)]
            kind = _kind_of(name, labels.get(name, ""), cells)
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


def _kind_of(name: str, label: str, cells: Sequence[str]) -> str:
    """What a question asks: a rating by its wording and scale, else by words as answers."""
    scale = scale_of(label or name, cells)
    if scale is not None:
        return f"{scale.kind} {scale.low:g} {scale.high:g}"
    words = SCALES["csat"].words or {}
    if cells and all(cell.strip().casefold() in words for cell in cells):
        return "csat"
    if "_TEXT" in name or (cells and max(map(len, cells)) >= _LONG_TEXT):
        return "text"
    return ""


def _make(record: Record, reading: Reading) -> Answer:
    if _is_header(record.cells):
        return Ignore("header row")
    if (reading.text(record, "Status") or "").casefold() in _PREVIEW:
        return Ignore("survey preview")
    response = reading.needed(record, "ResponseId")
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
    asked = [(name, kind) for name, kind in reading.facts.items() if kind != "text"]
    asked.sort(key=lambda one: _ORDER.index(one[1].split(" ")[0]))
    for rank, (name, kind) in enumerate(asked):
        scale = _scale(kind)
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
            rank=min(rank, _LAST_RANK),
        )


def _scale(kind: str) -> Scale:
    name, *ends = kind.split(" ")
    return Scale(name, float(ends[0]), float(ends[1])) if ends else SCALES[name]


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
