"""A mapping proposed for a table of no known format, from the names and values of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from functools import partial
from statistics import mean
from zoneinfo import ZoneInfo

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.generic.mapping import Mapping, parse_mapping
from waypost.intake.normalise import SCALES, decide_decimals, decide_style, snake_case
from waypost.intake.reading import as_text
from waypost.intake.tables import Table

__all__ = ["Proposal", "propose_mapping"]

_SAMPLE = 1_000
_UTC = ZoneInfo("UTC")
_ID = re.compile(r"(?=\S*\d)\S{1,64}")
_MOST = 0.9
_SENTENCES = 0.3
_MOST_ATTRIBUTES = 60
_MOST_EVENT_NAMES = 60
_WORDS: Dict[str, str] = {
    "time": (
        "time timestamp date datetime datum zeit zeitpunkt uhrzeit created erstellt at am when tag"
    ),
    "event": "event action activity ereignis aktion aktivitaet vorgang",
    "customer": "customer client kunde kunden kundennummer kundennr member mitglied",
    "user": "user benutzer nutzer userid",
    "anonymous": "anonymous visitor cookie session besucher",
    "case": "case caseid fall vorgangsnummer",
    "order": "order bestellung bestellnummer bestellnr auftrag auftragsnummer invoice rechnung",
    "phone": "phone telefon handy mobil mobile tel rufnummer telefonnummer",
    "value": (
        "total amount value price revenue betrag summe umsatz preis wert gesamtbetrag gesamt brutto"
    ),
    "currency": "currency waehrung",
    "rating": (
        "rating stars score bewertung sterne nps csat ces zufriedenheit note sentiment stimmung"
    ),
    "text": (
        "text comment kommentar message nachricht body feedback review anmerkung freitext inhalt"
    ),
    "channel": "channel kanal",
    "key": "id nr nummer number uuid guid",
}
"""Words in the names of columns, in snake case, by what the column then means."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to look at, with a reason per part and an overall confidence of 0 to 1."""

    mapping: Mapping
    reasons: Dict[str, str]
    confidence: float


@dataclass(slots=True)
class _Look:
    """The sampled columns, and which were taken for what."""

    columns: Dict[str, Sequence[str]]
    country: str
    taken: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def named(self, meaning: str) -> list[str]:
        """Columns not yet taken whose name says the meaning, in file order."""
        return [c for c in self.columns if c not in self.taken and _says(c, meaning)]

    def take(self, part: str, column: str, reason: str) -> str:
        """Remember that the column serves the part, and why."""
        self.taken[column] = part
        self.reasons[part] = f"{column}: {reason}"
        return column


def _says(column: str, meaning: str) -> bool:
    """Whether a word of the column's name has the meaning."""
    return not set(snake_case(column).split("_")).isdisjoint(_WORDS[meaning].split())


def propose_mapping(table: Table, *, country: str = "DE", name: str = "") -> Proposal:
    """The mapping that fits the table's names and first 1,000 records best.

    Raises ``InputError`` where no column holds times, since events without a time cannot be.
    """
    rows = table.sample(_SAMPLE)
    columns = {
        column: [text for row in rows if (text := as_text(row.get(column)))]
        for column in table.columns
    }
    look = _Look(columns, country)
    time = _time(look)
    content: dict[str, object] = {"name": name or "proposed", "time": time}
    content["identifiers"] = _identifiers(look)
    content |= _money(look)
    content |= _rating(look)
    content |= _words(look)
    content |= _event(look, content)
    content |= _channel(look)
    content |= _key(look, len(rows))
    rest = [column for column in columns if column not in look.taken][:_MOST_ATTRIBUTES]
    content["attributes"] = _attribute_names(rest)
    confidence = _confidence(look, has_person=bool(content["identifiers"]))
    return Proposal(parse_mapping(content), dict(look.reasons), confidence)


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _time(look: _Look) -> dict[str, str]:
    named = set(look.named("time"))
    best, score = "", 0.0
    for column, cells in look.columns.items():
        style = decide_style(cells, look.country)
        share = _share(cells, partial(_is_time, style=style, bare=column in named))
        if share >= _MOST and share + (column in named) > score:
            best, score = column, share + (column in named)
    if not best:
        raise InputError(
            "No column holds times, so no event can be made.",
            hint=f"Columns are: {', '.join(look.columns)}. Name the time in a mapping.",
        )
    style = decide_style(look.columns[best], look.country)
    why = "its name and its values are times" if best in named else "its values are times"
    if not style.certain:
        why += f"; day and month can be read both ways, taken as {style.order}"
    look.take("time", best, why)
    return {"column": best, "style": "auto" if style.certain else style.order}


def _is_time(cell: str, *, style: normalise.TimeStyle, bare: bool) -> bool:
    """Whether a cell is a time; a bare number only in a column whose name says so."""
    if not bare and not re.search(r"\d\D+\d+\D+\d", cell):
        return False
    try:
        return normalise.parse_time(cell, _UTC, style=style) is not None
    except InputError:
        return False


def _identifiers(look: _Look) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cells in look.columns.items():
        share = _share(cells, lambda c: normalise.email(c) is not None)
        if column not in look.taken and share >= _MOST:
            found.setdefault("email", look.take("email", column, "its values are e-mail addresses"))
    for column in look.named("phone"):
        cells = look.columns[column]
        if _share(cells, lambda c: normalise.phone(c, look.country) is not None) >= _MOST:
            found.setdefault("phone", look.take("phone", column, "it holds phone numbers"))
    kinds = {
        "customer": "customer_id.file",
        "user": "user_id",
        "anonymous": "anonymous_id",
        "case": "case",
        "order": "order_id",
    }
    for meaning, kind in kinds.items():
        named = [c for c in look.named(meaning) if _looks_like_ids(look.columns[c])]
        if named:
            found[kind] = look.take(kind, named[0], "its name says so")
    return found


def _looks_like_ids(cells: Sequence[str]) -> bool:
    """Short texts without blanks inside, not few words and no dates."""
    return _share(cells, lambda cell: _ID.fullmatch(cell) is not None) >= _MOST


def _money(look: _Look) -> dict[str, object]:
    for column in look.named("value"):
        cells = look.columns[column]
        style = decide_decimals(cells, look.country)
        if _share(cells, partial(_is_amount, mark=style.mark)) >= _MOST:
            why = "its name and values are amounts"
            if not style.certain:
                why += f"; the decimal mark is taken as {style.mark!r}"
            look.take("value", column, why)
            mark = "auto" if style.certain else style.mark
            part: dict[str, str] = {"column": column, "decimal": mark}
            codes = look.named("currency")
            if codes:
                part["currency_column"] = look.take("currency", codes[0], "its name says so")
            return {"value": part}
    return {}


def _is_amount(cell: str, mark: str) -> bool:
    try:
        normalise.number(cell, "," if mark == "," else ".")
    except InputError:
        return False
    return True


def _rating(look: _Look) -> dict[str, object]:
    for column in look.named("rating"):
        for scale in _scales_for(column):
            rated = _share(look.columns[column], partial(_is_rated, scale=scale))
            if rated >= _MOST:
                look.take("rating", column, f"its name says so, its values fit {scale}")
                return {"rating": {"column": column, "scale": scale}}
    return {}


def _scales_for(column: str) -> tuple[str, ...]:
    plain = snake_case(column)
    if "nps" in plain:
        return ("nps",)
    if "ces" in plain:
        return ("ces",)
    return ("stars", "sentiment", "csat", "nps", "percent")


def _is_rated(cell: str, scale: str) -> bool:
    try:
        return normalise.rate(cell, SCALES[scale]) is not None
    except InputError:
        return False


def _words(look: _Look) -> dict[str, object]:
    named = [column for column in look.named("text") if _is_prose(look.columns[column])]
    if not named:
        return {}
    best = max(named, key=lambda column: mean(map(len, look.columns[column])))
    return {"text": [look.take("text", best, "its name says so and its values are sentences")]}


def _is_prose(cells: Sequence[str]) -> bool:
    return _share(cells, lambda cell: " " in cell.strip()) >= _SENTENCES


def _event(look: _Look, content: Dict[str, object]) -> dict[str, object]:
    for column in look.named("event"):
        cells = look.columns[column]
        if cells and len(set(cells)) <= min(_MOST_EVENT_NAMES, max(len(cells) // 2, 1)):
            why = f"its name says so; it has {len(set(cells))} different values"
            look.take("event", column, why)
            return {"event": {"column": column}}
    name = "purchase_made" if "value" in content else "event_recorded"
    if "rating" in content and "value" not in content:
        name = "review_written"
    look.reasons["event"] = f"no column names events, so all are called {name}"
    return {"event": name}


def _channel(look: _Look) -> dict[str, object]:
    named = look.named("channel")
    if not named:
        return {}
    return {"channel": {"column": look.take("channel", named[0], "its name says so")}}


def _key(look: _Look, rows: int) -> dict[str, object]:
    for column, cells in look.columns.items():
        unique = len(cells) == rows == len(set(cells)) and rows > 1
        if unique and _says(column, "key"):
            look.reasons["key"] = f"{column}: every record has another value"
            if column not in look.taken:
                look.taken[column] = "key"
            return {"key": [column]}
    look.reasons["key"] = "no column is different in every record, so a record's content is its key"
    return {}


def _attribute_names(columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns:
        name = snake_case(column) or "column"
        number = 2
        while name in found:
            name = f"{snake_case(column) or 'column'}_{number}"
            number += 1
        found[name] = column
    return found


def _confidence(look: _Look, *, has_person: bool) -> float:
    known = set(look.taken.values())
    parts = 0.4 + 0.3 * has_person + 0.2 * ("event" in known) + 0.1 * ("key" in look.reasons)
    doubt = sum("both ways" in reason or "taken as" in reason for reason in look.reasons.values())
    return round(max(parts - 0.1 * doubt, 0.1), 2)
