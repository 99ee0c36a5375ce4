"""A mapping proposed for a table of no known format, from the names and values of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from functools import partial
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.formats.survey_scales import scale_of
from waypost.intake.generic.column_words import (
    TOTALS,
    known_events,
    moment_name,
    says,
    says_utc,
)
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
_SAYS_NOTHING = 5  # so many equal cells, and no other
_MOST_NAMED = 12
_BIRTHS_BEFORE = 1_262_304_000_000_000
_BIRTHS_SPREAD = 20 * 365 * 86_400_000_000


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
    rows: int
    country: str
    taken: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def named(self, meaning: str) -> list[str]:
        """Columns not yet taken whose name says the meaning, in file order."""
        return [c for c in self.columns if c not in self.taken and says(c, meaning)]

    def take(self, part: str, column: str, reason: str) -> str:
        """Remember that the column serves the part, and why."""
        self.taken[column] = part
        self.reasons[part] = f"{column}: {reason}"
        return column


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
    look = _Look(columns, len(rows), country)
    content: dict[str, object] = {"name": name or "proposed"}
    content |= _times(look)
    content["identifiers"] = _identifiers(look, name or "proposed")
    content |= _money(look)
    content |= _rating(look)
    content |= _words(look, sells="value" in content)
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
    births = [column for column in scores if says(column, "birth")]
    for column in births:
        del scores[column]
    if not scores:
        raise _no_times(look, births)
    stages = [c for c in scores if says(c, "stage") and not says(c, "plan")]
    if len(stages) > 1 and not look.named("event"):
        return {"moments": _moments(look, stages)}
    calm = [c for c in scores if not says(c, "plan") and not _look_like_births(look, c)]
    best = max(calm or scores, key=lambda column: scores[column] + _aptness(look, column))
    named = "its name and its values are times" if scores[best] > 1 else "its values are times"
    if not calm and _look_like_births(look, best):
        named += "; it is the only date and may be one of birth: look at it"
    part = _time_part(look, "time", best, named)
    clock = _clock(look, best)
    return {"time": part | ({"clock": clock} if clock else {})}


def _aptness(look: _Look, column: str) -> float:
    """Filled columns before sparse ones, and when a thing began before what came of it later."""
    filled = len(look.columns[column]) / max(look.rows, 1)
    began = 0.25 * says(column, "begin") - 0.75 * says(column, "later")
    return 0.5 * filled + began + 0.1 * says_utc(column)


def _clock(look: _Look, day: str) -> str:
    """The column with the time of day beside a column of days; empty for none."""
    if _share(look.columns[day], _has_clock) > 1 - _MOST:
        return ""
    fits = [c for c, cells in look.columns.items() if c not in look.taken and _are_clocks(cells)]
    named = [column for column in fits if says(column, "clock")]
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
        bare = column in named and not says(column, "birth")
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
    zone = {}
    if says_utc(column):
        why, zone = f"{why}; it is said to be UTC", {"zone": "UTC"}
    look.take(part, column, why)
    return {"column": column, "style": "auto" if style.certain else style.order} | zone


def _moments(look: _Look, columns: Sequence[str]) -> dict[str, object]:
    """Event name to time."""
    moments: dict[str, object] = {}
    for column in columns:
        name = moment_name(column, look.columns)
        name = snake_case(column) if name in moments else name
        moments[name] = _time_part(look, f"moments.{name}", column, "its name is that of a stage")
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
    found = _addresses(look)
    kinds = {
        "customer": f"customer_id.{name}",
        "user": "user_id",
        "anonymous": "anonymous_id",
        "card": "loyalty_card",
        "case": "case",
        "order": "order_id",
    }
    for meaning, kind in kinds.items():
        fits = [c for c in look.named(meaning) if _looks_like_ids(look.columns[c])]
        named = [c for c in _persons_first(look, fits) if not says(c, "counted")]
        if named:
            found[kind] = look.take(kind, named[0], "its name says so")
    if not found:
        found = _any_identifier(look, f"customer_id.{name}")
    if not found:
        look.reasons["identifiers"] = "no column can name a person, so nobody gets a journey"
    elif set(found) == {"order_id"}:
        look.reasons["identifiers"] = "orders alone name nobody; another file must join them"
    return found


def _addresses(look: _Look) -> dict[str, str]:
    """The first column of e-mail addresses and the first of phone numbers."""
    fits: dict[str, Callable[[str], bool]] = {
        "email": lambda cell: normalise.email(cell) is not None,
        "phone": lambda cell: normalise.phone(cell, look.country) is not None,
    }
    why = {"email": "its values are e-mail addresses", "phone": "it holds phone numbers"}
    named = {"email": [c for c in look.columns if c not in look.taken], "phone": []}
    found: dict[str, str] = {}
    for kind, is_one in fits.items():
        for column in _persons_first(look, named[kind] or look.named(kind)):
            if _share(look.columns[column], is_one) >= _MOST:
                found[kind] = look.take(kind, column, why[kind])
                break
    return found


def _persons_first(look: _Look, columns: Sequence[str]) -> list[str]:
    """Without columns of the company's own people and lines; ids before what is only called so.

    One value in every record is the shop's own address, or no id at all.
    """
    fits = [c for c in columns if not says(c, "staff") and not _is_constant(look.columns[c])]
    return sorted(fits, key=lambda column: not says(column, "key"))


def _is_constant(cells: Sequence[str]) -> bool:
    return len(cells) >= _SAYS_NOTHING and len(set(cells)) == 1


def _any_identifier(look: _Look, kind: str) -> dict[str, str]:
    """The first column of ids that are not said to be those of a thing."""
    for column in look.named("key"):
        cells = look.columns[column]
        if not says(column, "thing") and _looks_like_ids(cells):
            why = "no better identifier exists, and its name and values are ids"
            if len(set(cells)) == len(cells):
                why += "; each record has another one, so it may name the record and no person"
            return {kind: look.take(kind, column, why)}
    return {}


def _looks_like_ids(cells: Sequence[str]) -> bool:
    """Short texts without blanks inside, not few words and no dates."""
    return _share(cells, lambda cell: _ID.fullmatch(cell) is not None) >= _MOST


def _money(look: _Look) -> dict[str, object]:
    named = [column for column in look.named("value") if not says(column, "beside")]
    named.sort(key=lambda column: (says(column, "part"), not says(column, "whole")))
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
    return says(column, "unit") and not says(column, "whole")


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
        cells = look.columns[column]
        for scale in _scales_for(column, cells):
            if scale == "percent" and _is_constant(cells):
                continue
            if _share(cells, partial(_is_rated, scale=scale)) >= _MOST:
                look.take("rating", column, f"its name says so, its values fit {scale}")
                return {"rating": {"column": column, "scale": scale}}
    return {}


def _scales_for(column: str, cells: Sequence[str]) -> tuple[str, ...]:
    """Scales to try. A question that states its scale has that one, also where 1 is best."""
    asked = scale_of(column, cells) if " " in column.strip() else None
    if asked is not None:
        fits = (asked.kind, asked.low, asked.high)
        return tuple(name for name, one in SCALES.items() if (one.kind, one.low, one.high) == fits)
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


def _words(look: _Look, *, sells: bool) -> dict[str, object]:
    """What somebody wrote; where something is sold, a description is that of the thing."""
    meanings = ("text",) if sells else ("text", "described")
    told = [column for meaning in meanings for column in look.named(meaning)]
    named = [column for column in told if _is_prose(look.columns[column])]
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
            return {"event": {"column": column, "values": known_events(cells)}}
    name = _one_event(look, content)
    look.reasons["event"] = f"no column names events, so all are called {name}"
    return {"event": name}


def _one_event(look: _Look, content: Dict[str, Any]) -> str:
    """What all records are, where no column says it."""
    if any("ticket" in snake_case(name) and says(name, "key") for name in look.columns):
        return "ticket_created"
    if "value" in content:
        return "order_placed" if "order_id" in content["identifiers"] else "purchase_made"
    if "rating" not in content:
        return "event_recorded"
    kind = SCALES[content["rating"]["scale"]].kind
    asked = kind in ("nps", "csat", "ces")
    return f"{kind}_answered" if asked else "review_written"


def _channel(look: _Look) -> dict[str, object]:
    named = look.named("channel")
    if not named:
        return {}
    return {"channel": {"column": look.take("channel", named[0], "its name says so")}}


def _key(look: _Look, rows: int) -> dict[str, object]:
    for column, cells in look.columns.items():
        unique = len(cells) == rows == len(set(cells)) and rows > 1
        if unique and says(column, "key") and look.taken.get(column) not in ("email", "phone"):
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
    return isinstance(cell, str) and cell.strip().casefold().rstrip(":") in TOTALS


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
