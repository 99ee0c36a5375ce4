"""A map as CSV: one row per step, lane and card, and a row to fill where a cell is empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from waypost.errors import UnreadableFileError
from waypost.exports.sheets.columns import kind_of_lane
from waypost.exports.sheets.connected import connections_in_words
from waypost.exports.sheets.filled import (
    FilledCard,
    FilledSheet,
    FilledStep,
    Place,
    disarmed,
    rearmed,
)
from waypost.exports.sheets.reading_xlsx import filled_of_rows
from waypost.exports.sheets.values import CARD_FIELDS
from waypost.kit.translation import LANGUAGES, N_
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.kinds import lane_name
from waypost.model import label_in

__all__ = ["read_csv", "write_csv"]

_PLACE = ("stage_id", "stage", "step_id", "step", "moment_of_truth")
_LANE = ("lane_id", "lane", "lane_kind", "id")
_HEADER = (*_PLACE, *_LANE, *CARD_FIELDS)
_DELIMITERS = ",;\t"


def write_csv(document: MapDocument, language: str) -> bytes:
    """The map as CSV with a byte order mark; texts in ``language``, everything else as codes.

    Semicolons in German, as German spreadsheets expect; commas otherwise. A point of the curve is
    a row of the kind ``feeling`` with its value as text and its series as state.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language == "de" else ",", lineterminator="\r\n")
    writer.writerow([*_HEADER, "connections", "language"])
    connected = connections_in_words(document, language)
    for row in _rows(document, language):
        told = "; ".join(f"{kind}: {name}" for kind, name in connected.get(row.get("id", ""), ()))
        cells = [*(str(row.get(name, "")) for name in _HEADER), told, language]
        writer.writerow([disarmed(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def read_csv(content: bytes) -> FilledSheet:
    """What stands in a CSV file: one row per card, or a grid as the XLSX sheet has it.

    Raises ``UnreadableFileError`` where the text is not UTF-8 or names no step.
    """
    rows = _read(content)
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if not {"step", "lane", "text"} <= set(header):
        found = filled_of_rows(rows)
        if found is None:
            raise UnreadableFileError(
                N_("This CSV file has no columns for step, lane and text."),
                hint=N_(
                    "Export the map as CSV and fill that, or begin with a line of these names."
                ),
            )
        return found
    steps, cards = [], []
    language = "en"
    for at, cells in enumerate(rows[1:], start=2):
        told = {name: rearmed(cell) for name, cell in zip(header, cells, strict=False)}
        language = told.get("language", "") if told.get("language") in LANGUAGES else language
        texts = [told.get(name, "") for name in _PLACE[:4]]
        place = Place(*(text if text.strip() else "" for text in texts))
        moment = bool(told["moment_of_truth"].strip()) if "moment_of_truth" in told else None
        if place.step or place.step_id:
            steps.append(FilledStep(at, place, moment))
        if told.get("lane", "").strip() or told.get("lane_id", ""):
            cards.append(_card(told, at, place))
    return FilledSheet(language, tuple(steps), tuple(cards))


def _card(told: dict[str, str], at: int, place: Place) -> FilledCard:
    fields = {name: told[name] for name in CARD_FIELDS if name in told}
    kind = fields.get("kind", "")
    if kind == "feeling" or not kind.strip():
        fields.pop("kind", None)
    return FilledCard(
        row=at,
        place=place,
        lane_id=told.get("lane_id", "").strip(),
        lane=told.get("lane", "").strip(),
        lane_kind=told.get("lane_kind", "").strip() or kind_of_lane(told.get("lane", "")),
        id=told.get("id", "").strip(),
        kind=kind if kind == "feeling" else "",
        fields=fields,
    )


def _rows(document: MapDocument, language: str) -> Iterator[dict[str, Any]]:
    cells = document.cells()
    points: dict[tuple[str, str], list[str]] = {}
    for name, point in sorted(document.points.items()):
        points.setdefault((point.step, point.lane), []).append(name)
    for step in document.steps_in_order():
        place = _place(document, step, language)
        for lane in document.lanes_in_order():
            row = document.lanes[lane]
            name = lane_name(row, language).replace("\xad", "")
            named = {**place, "lane_id": lane, "lane": name, "lane_kind": row.kind}
            cards, drawn = cells.get((step, lane), []), points.get((step, lane), [])
            for card in cards:
                yield {**named, "id": card, **_fields(document, card, language)}
            for one in drawn:
                yield {**named, "id": one, **_point(document, one, language)}
            if not cards and not drawn:
                yield named


def _place(document: MapDocument, step: str, language: str) -> dict[str, str]:
    found = document.steps[step]
    return {
        "stage_id": found.stage,
        "stage": label_in(document.stages[found.stage].label, language),
        "step_id": step,
        "step": label_in(found.label, language),
        "moment_of_truth": "x" if found.moment_of_truth else "",
    }


def _fields(document: MapDocument, name: str, language: str) -> dict[str, Any]:
    card: Any = document.cards[name]
    told: dict[str, Any] = {}
    for field in CARD_FIELDS:
        value = getattr(card, field)
        told[field] = "" if value is None else value
    told["text"] = label_in(card.text, language)
    if card.persona:
        told["persona"] = label_in(document.personas[card.persona].label, language) or card.persona
    return told


def _point(document: MapDocument, name: str, language: str) -> dict[str, Any]:
    point = document.points[name]
    persona = document.personas[point.persona].label if point.persona else {}
    who = label_in(persona, language) or point.persona
    return {"kind": "feeling", "text": point.value, "persona": who, "state": point.series}


def _read(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            N_("This file is not UTF-8 text."),
            hint=N_("Save it as “CSV UTF-8” and try again."),
            reason=error,
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(
            N_("This file cannot be read as CSV."), hint=N_("Save it as CSV again."), reason=error
        ) from error
