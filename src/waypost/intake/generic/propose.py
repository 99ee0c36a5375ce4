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
from waypost.intake.generic.day_and_clock import clock_text
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
_MOST_NAMED = 12
_BIRTHS_BEFORE = 1_262_304_000_000_000
_BIRTHS_SPREAD = 20 * 365 * 86_400_000_000
_ORDER_STAGES = {
    **dict.fromkeys(("bestellt", "bestelldatum", "erstellt"), "order_placed"),
    **dict.fromkeys(("bezahlt", "zahlungsdatum"), "order_paid"),
    **dict.fromkeys(("versandt", "versanddatum", "verschickt"), "order_fulfilled"),
    **dict.fromkeys(("storniert",), "order_cancelled"),
    **dict.fromkeys(("retourniert",), "order_refunded"),
}
"""German words for the stages of an order, as the rules know these events."""

_TOTALS = ("summe", "gesamt", "gesamtsumme", "zwischensumme", "total", "subtotal", "insgesamt")
_MOMENT_WORDS = re.compile(r"(^|_)(timestamp|datetime|date|time|datum|zeit|at|am)(?=_|$)")
_WORDS: Dict[str, str] = {
    "time": (
        "time timestamp date datetime datum zeit zeitpunkt uhrzeit created erstellt at am when tag"
    ),
    "clock": "uhrzeit zeit time clock hour stunde",
    "event": "event action activity ereignis aktion aktivitaet vorgang",
    "customer": (
        "customer client kunde kunden kundin kundennummer kundennr member mitglied debitor "
        "debitorennummer contact kontakt"
    ),
    "card": "kundenkarte kundenkartennummer loyalty bonuskarte treuekarte stammkundenkarte karte",
    "user": "user benutzer nutzer userid",
    "anonymous": "anonymous visitor cookie session besucher",
    "case": "case caseid fall vorgangsnummer",
    "order": "order bestellung bestellnummer bestellnr auftrag auftragsnummer invoice rechnung",
    "phone": "phone telefon handy mobil mobile tel rufnummer telefonnummer",
    "value": (
        "total amount value price revenue betrag summe umsatz preis wert gesamtbetrag gesamt "
        "brutto unitprice einzelpreis stueckpreis gesamtpreis"
    ),
    "currency": "currency waehrung",
    "rating": (
        "rating stars score bewertung sterne nps csat ces zufriedenheit zufrieden "
        "weiterempfehlen note sentiment stimmung"
    ),
    "text": (
        "text comment kommentar message nachricht body feedback review anmerkung freitext inhalt "
        "bemerkung verbessern besser warum wuensche"
    ),
    "channel": "channel kanal",
    "key": "id nr nummer number uuid guid",
    "birth": ("dob birth birthday birthdate geburt geburtstag geburtsdatum geburtsjahr geboren"),
    "stage": (
        "purchase purchased ordered placed approved paid shipped delivered returned refunded "
        "cancelled canceled creation created opened answer answered resolved solved closed won "
        "bestellt bestelldatum bezahlt zahlungsdatum versandt versanddatum verschickt geliefert "
        "lieferdatum zugestellt storniert retourniert erstellt geoeffnet geloest geschlossen"
    ),
    "plan": "estimated expected planned limit due deadline geplant erwartet voraussichtlich",
    "unit": "price preis unitprice einzelpreis stueckpreis",
    "whole": "total sum revenue summe umsatz betrag gesamt gesamtbetrag gesamtpreis",
    "quantity": "quantity qty menge anzahl stueck stueckzahl units",
    "thing": (
        "product produkt article artikel item sku seller store filiale campaign kampagne line "
        "position zeile review ticket message transaction beleg bon event batch zip plz page"
    ),
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

    Raises ``InputError`` where no column holds times, or birthdays alone, since events without a
    time cannot be.
    """
    rows = table.sample(_SAMPLE)
    totals = _totals(rows, table.columns)
    rows = [row for row in rows if not any(_is_total(row.get(name)) for name in totals)]
    columns = {
        column: [text for row in rows if (text := as_text(row.get(column)))]
        for column in table.columns
    }
    look = _Look(columns, country)
    content: dict[str, object] = {"name": name or "proposed"}
    content |= _times(look)
    content["identifiers"] = _identifiers(look, name or "proposed")
    content |= _money(look)
    content |= _rating(look)
    content |= _words(look)
    content |= {} if "moments" in content else _event(look, content)
    content |= _channel(look)
    content |= _key(look, len(rows))
    if totals:
        content["ignore"] = [_left_out(name, cells) for name, cells in totals.items()]
    rest = [column for column in columns if column not in look.taken][:_MOST_ATTRIBUTES]
    content["attributes"] = _attribute_names(rest)
    confidence = _confidence(look, has_person=bool(content["identifiers"]))
    return Proposal(parse_mapping(content), dict(look.reasons), confidence)


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _times(look: _Look) -> dict[str, object]:
    """The part ``time``, or ``moments`` where several columns are times of stages."""
    scores = _time_columns(look)
    births = [column for column in scores if _says(column, "birth")]
    for column in births:
        del scores[column]
    if not scores:
        raise _no_times(look, births)
    stages = [c for c in scores if _says(c, "stage") and not _says(c, "plan")]
    if len(stages) > 1 and not look.named("event"):
        return {"moments": _moments(look, stages)}
    calm = [c for c in scores if not _says(c, "plan") and not _look_like_births(look, c)]
    best = max(calm or scores, key=lambda column: scores[column])
    named = "its name and its values are times" if scores[best] > 1 else "its values are times"
    if not calm and _look_like_births(look, best):
        named += "; it is the only date and may be one of birth: look at it"
    part = _time_part(look, "time", best, named)
    clock = _clock(look, best)
    return {"time": part | ({"clock": clock} if clock else {})}


def _clock(look: _Look, day: str) -> str:
    """The column with the time of day beside a column of days; empty for none."""
    if _share(look.columns[day], _has_clock) > 1 - _MOST:
        return ""
    fits = [c for c, cells in look.columns.items() if c not in look.taken and _are_clocks(cells)]
    named = [column for column in fits if _says(column, "clock")]
    written = [column for column in fits if ":" in look.columns[column][0]]
    for column in (*named, *written):
        return look.take("clock", column, "it holds the time of day")
    return ""


def _has_clock(cell: str) -> bool:
    """Whether a cell says a time of day other than midnight."""
    found = re.search(r"\d{1,2}:\d{2}(:\d{2})?", cell)
    return found is not None and found[0].strip("0:") != ""


def _are_clocks(cells: Sequence[str]) -> bool:
    return _share(cells, _is_clock) >= _MOST


def _is_clock(cell: str) -> bool:
    try:
        clock_text(cell)
    except InputError:
        return False
    return True


def _time_columns(look: _Look) -> dict[str, float]:
    """Columns of times with the share of cells that are times, plus 1 where the name says so."""
    named = set(look.named("time"))
    scores: dict[str, float] = {}
    for column, cells in look.columns.items():
        style = decide_style(cells, look.country)
        bare = column in named and not _says(column, "birth")
        share = _share(cells, partial(_is_time, style=style, bare=bare))
        if share >= _MOST:
            scores[column] = share + (column in named)
    return scores


def _no_times(look: _Look, births: Sequence[str]) -> InputError:
    names = list(look.columns)
    more = len(names) - _MOST_NAMED
    told = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    problem = "No column holds times, so no event can be made."
    if births:
        problem = f"The only dates are those of birth ({births[0]}), so no event can be made."
    return InputError(problem, hint=f"Columns are: {told}. Name the time in a mapping.")


def _look_like_births(look: _Look, column: str) -> bool:
    """Whether most instants lie before 2010 and their middle nine tenths span 20 years."""
    cells = look.columns[column]
    style = decide_style(cells, look.country)
    found = []
    for cell in cells:
        if _is_time(cell, style=style, bare=True):
            instant = normalise.parse_time(cell, _UTC, style=style)
            found += [instant.at] if instant else []
    found.sort()
    edge = len(found) // 20
    early = sum(at < _BIRTHS_BEFORE for at in found) > len(found) / 2
    return early and found[-1 - edge] - found[edge] >= _BIRTHS_SPREAD


def _time_part(look: _Look, part: str, column: str, why: str) -> dict[str, str]:
    style = decide_style(look.columns[column], look.country)
    if not style.certain:
        why += f"; day and month can be read both ways, taken as {style.order}"
    look.take(part, column, why)
    return {"column": column, "style": "auto" if style.certain else style.order}


def _moments(look: _Look, columns: Sequence[str]) -> dict[str, object]:
    """Event name to time; the name is the column's without words like date."""
    moments: dict[str, object] = {}
    orders = any(_says(column, "order") for column in look.columns)
    for column in columns:
        whole = snake_case(column)
        name = _MOMENT_WORDS.sub("", whole).strip("_") or whole
        name = next(
            (_ORDER_STAGES[w] for w in whole.split("_") if orders and w in _ORDER_STAGES), name
        )
        name = whole if name in moments else name
        part = _time_part(look, f"moments.{name}", column, "its name is that of a stage")
        moments[name] = part
    return moments


def _is_time(cell: str, *, style: normalise.TimeStyle, bare: bool) -> bool:
    """Whether a cell is a time; a bare number only in a column whose name says so."""
    if not bare and not re.search(r"\d\D+\d+\D+\d", cell):
        return False
    try:
        return normalise.parse_time(cell, _UTC, style=style) is not None
    except InputError:
        return False


def _identifiers(look: _Look, name: str) -> dict[str, str]:
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
        "customer": f"customer_id.{name}",
        "user": "user_id",
        "anonymous": "anonymous_id",
        "card": "loyalty_card",
        "case": "case",
        "order": "order_id",
    }
    for meaning, kind in kinds.items():
        named = [c for c in look.named(meaning) if _looks_like_ids(look.columns[c])]
        if named:
            found[kind] = look.take(kind, named[0], "its name says so")
    if not found:
        found = _any_identifier(look, f"customer_id.{name}")
    if not found:
        look.reasons["identifiers"] = "no column can name a person, so nobody gets a journey"
    elif set(found) == {"order_id"}:
        look.reasons["identifiers"] = "orders alone name nobody; another file must join them"
    return found


def _any_identifier(look: _Look, kind: str) -> dict[str, str]:
    """The first column of ids that are not said to be those of a thing."""
    for column in look.named("key"):
        cells = look.columns[column]
        if not _says(column, "thing") and _looks_like_ids(cells):
            why = "no better identifier exists, and its name and values are ids"
            if len(set(cells)) == len(cells):
                why += "; each record has another one, so it may name the record and no person"
            return {kind: look.take(kind, column, why)}
    return {}


def _looks_like_ids(cells: Sequence[str]) -> bool:
    """Short texts without blanks inside, not few words and no dates."""
    return _share(cells, lambda cell: _ID.fullmatch(cell) is not None) >= _MOST


def _money(look: _Look) -> dict[str, object]:
    named = sorted(look.named("value"), key=lambda column: not _says(column, "whole"))
    for column in named:
        cells = look.columns[column]
        if len(cells) > 1 and len(set(cells)) == 1:
            continue
        style = decide_decimals(cells, look.country)
        if _share(cells, partial(_is_amount, mark=style.mark)) >= _MOST:
            why = "its name and values are amounts"
            count = _quantity(look) if _is_unit_price(column) else ""
            if count:
                why += f"; it is the price of one, so it is multiplied with {count}"
            if not style.certain:
                why += f"; the decimal mark is taken as {style.mark!r}"
            look.take("value", column, why)
            mark = "auto" if style.certain else style.mark
            part: dict[str, str] = {"column": column, "decimal": mark}
            if count:
                part["times"] = look.take("quantity", count, "its name says so")
            codes = look.named("currency")
            if codes:
                part["currency_column"] = look.take("currency", codes[0], "its name says so")
            return {"value": part}
    return {}


def _is_unit_price(column: str) -> bool:
    return _says(column, "unit") and not _says(column, "whole")


def _quantity(look: _Look) -> str:
    """The first column that counts pieces, empty for none."""
    fits = (c for c in look.named("quantity") if _share(look.columns[c], _is_count) >= _MOST)
    return next(fits, "")


def _is_count(cell: str) -> bool:
    return re.fullmatch(r"-?\d{1,9}([.,]0+)?", cell.strip()) is not None


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


def _totals(
    rows: Sequence[Dict[str, object]], columns: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The first column in which lines of totals say so among the first records, with its cells."""
    for column in columns:
        cells = {as_text(row.get(column)) or "" for row in rows}
        found = tuple(sorted(cell for cell in cells if _is_total(cell)))
        if found and len(cells) > len(found):
            return {column: found}
    return {}


def _is_total(cell: object) -> bool:
    return isinstance(cell, str) and cell.strip().casefold().rstrip(":") in _TOTALS


def _left_out(column: str, cells: tuple[str, ...]) -> dict[str, object]:
    return {"column": column, "values": cells, "reason": "total line"}


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
    named = any(part == "event" or part.startswith("moments.") for part in look.taken.values())
    parts = 0.4 + 0.3 * has_person + 0.2 * named + 0.1 * ("key" in look.reasons)
    doubt = sum("both ways" in reason or "taken as" in reason for reason in look.reasons.values())
    return round(max(parts - 0.1 * doubt, 0.1), 2)
