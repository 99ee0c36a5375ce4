"""A mapping proposed for a table of no known format, from the names and values of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.formats.commerce import order_channel
from waypost.intake.formats.survey_scales import scale_of
from waypost.intake.formats.tickets import ticket_channel
from waypost.intake.generic.column_words import (
    TOTALS,
    is_expected,
    is_unconfirmed,
    moment_name,
    says,
    says_utc,
)
from waypost.intake.generic.day_and_clock import clock_text
from waypost.intake.generic.look import Look, is_constant, share_of
from waypost.intake.generic.mapping import Mapping, parse_mapping
from waypost.intake.generic.proposed_events import (
    is_booked,
    is_report,
    is_review,
    is_stock,
    is_terminal,
    negative_event,
    propose_event,
    propose_left_out,
)
from waypost.intake.generic.proposed_key import propose_key
from waypost.intake.generic.proposed_money import propose_money
from waypost.intake.generic.proposed_people import propose_people
from waypost.intake.normalise import SCALES, decide_style, snake_case
from waypost.intake.reading import as_text
from waypost.intake.tables import Table
from waypost.model.channels import KNOWN_CHANNELS

__all__ = ["Proposal", "propose_mapping"]

_SAMPLE = 1_000
_UTC = ZoneInfo("UTC")
_MOST = 0.9
_SENTENCES = 0.3
_MOST_ATTRIBUTES = 60
_FIRST = ("order_placed", "ticket_created")  # amount and text belong to the first moment
_MOST_NAMED = 12
_SECONDS = 10  # digits of a time in seconds since 1970
_HALF_NAME = 28
_STORED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}(\d{3})?")
_BIRTHS_BEFORE = 1_262_304_000_000_000
_BIRTHS_SPREAD = 20 * 365 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to look at, with a reason per part and an overall confidence of 0 to 1."""

    mapping: Mapping
    reasons: Dict[str, str]
    confidence: float


def propose_mapping(table: Table, *, country: str = "DE", name: str = "") -> Proposal:
    """The mapping that fits the table's names and first 1,000 records best.

    One of several tables of a file has its own name behind ``name``; customer numbers are of the
    kind ``customer_id.NAME`` in all of them.
    Raises ``InputError`` where no column holds times, or birthdays alone, since events without a
    time cannot be.
    """
    rows = table.sample(_SAMPLE)
    if not rows:
        raise InputError("It has names of columns, but no records.", hint="Export the data again.")
    totals = _totals(rows, table.columns)
    rows = [row for row in rows if not any(_is_total(row.get(name)) for name in totals)]
    columns = {
        column: [
            text
            for row in rows
            if (text := as_text(row.get(column))) and not text.startswith(normalise.NO_DAY)
        ]
        for column in table.columns
    }
    look = Look(columns, rows, country)
    if any(cells and all(c.startswith("po_") for c in cells) for cells in columns.values()):
        raise InputError(
            "Its records are payouts to your own account, which no customer made.",
            hint="Export the payments instead.",
        )
    content: dict[str, object] = {"name": _name_of(table, name or "proposed")}
    content |= _times(look)
    content["identifiers"] = named = propose_people(look, name or "proposed")
    if is_report(look, named.values()):
        raise _a_report(look)
    if is_stock(look, named):
        raise InputError(
            "Its records are articles on stock, which no customer made.",
            hint="Export orders or receipts instead.",
        )
    content |= propose_money(look)
    content |= _rating(look)
    content |= _words(look, sells="value" in content)
    content |= {} if "moments" in content else propose_event(look, content)
    content |= _refunds(look, content)
    content |= _channel(look, content)
    content |= propose_key(look, content)
    rules = [_left_out(name, cells) for name, cells in totals.items()]
    rules += propose_left_out(look, content)
    content |= {"ignore": rules} if rules else {}
    rest = [column for column in columns if column not in look.taken][:_MOST_ATTRIBUTES]
    content["attributes"] = _attribute_names(rest)
    confidence = _confidence(look, has_person=bool(content["identifiers"]))
    return Proposal(parse_mapping(content), dict(look.reasons), confidence)


def _name_of(table: Table, name: str) -> str:
    part = snake_case(table.name.partition(":")[2])
    return f"{name[:_HALF_NAME]}_{part[:_HALF_NAME]}".strip("_") if part else name


def _a_report(look: Look) -> InputError:
    return InputError(
        f"Its columns are totals of a report ({', '.join(list(look.columns)[:_MOST_NAMED])}), and "
        "nothing in it names a visitor or a customer.",
        hint="Export single visits, mails or orders instead: GA4 through BigQuery, Matomo its "
        "visits log, mailing services the activity of their recipients.",
    )


def _refunds(look: Look, content: Dict[str, Any]) -> dict[str, object]:
    """The part ``value`` once more, where amounts below zero are refunds."""
    if "value" not in content:
        return {}
    event = negative_event(look, content)
    if not event:
        return {}
    look.reasons["value"] += f"; amounts below zero are {event}"
    return {"value": content["value"] | {"negative": event}}


def _times(look: Look) -> dict[str, object]:
    """The part ``time``, or ``moments`` where several columns are times of stages."""
    scores = _time_columns(look)
    births = [column for column in scores if says(column, "birth")]
    for column in births:
        del scores[column]
    if not scores:
        raise _a_report(look) if is_report(look, ()) else _no_times(look, births)
    stages = [c for c in scores if says(c, "stage") and not says(c, "plan")]
    stages = [c for c in stages if not is_unconfirmed(c, look.columns)]
    stages = [c for c in stages if not is_expected(c, look.columns)]
    if len(stages) > 1 and not look.named("event"):
        begun = _beginning(look, scores, stages)
        return {"moments": _moments(look, [*begun, *stages], begun)}
    calm = [c for c in scores if not says(c, "plan") and not _look_like_births(look, c)]
    best = max(calm or scores, key=lambda column: scores[column] + _aptness(look, column))
    if not calm and says(best, "deadline"):
        raise InputError(
            f"Its only dates are deadlines ({best}), so nothing says when something happened.",
            hint="Export the list of orders or cases with the day of each instead.",
        )
    named = "its name and its values are times" if scores[best] > 1 else "its values are times"
    if not calm and _look_like_births(look, best):
        named += "; it is the only date and may be one of birth: look at it"
    part = _time_part(look, "time", best, named)
    clock = _clock(look, best)
    return {"time": part | ({"clock": clock} if clock else {})}


def _aptness(look: Look, column: str) -> float:
    """Filled columns before sparse ones, and when a thing began before what came of it later."""
    filled = len(look.columns[column]) / max(look.rows, 1)
    began = 0.25 * says(column, "begin") - 0.75 * says(column, "later")
    began += 0.2 * (share_of(look.columns[column], _is_exact) > _MOST)
    return 2 * filled + began + 0.1 * says(column, "made") + 0.1 * says_utc(column)


def _beginning(look: Look, scores: Dict[str, float], stages: Sequence[str]) -> dict[str, str]:
    """The column of times at which what has these stages began, if none of them says it."""
    named = {moment_name(column, look.columns) for column in stages}
    firsts = {first.partition("_")[0]: first for first in (*_FIRST, "deal_created")}
    wanted = {firsts[kind] for name in named if (kind := name.partition("_")[0]) in firsts}
    left = [column for column in scores if column not in stages and says(column, "begin")]
    if len(wanted) != 1 or wanted & named or not left:
        return {}
    return {max(left, key=lambda column: scores[column] + _aptness(look, column)): wanted.pop()}


def _is_exact(cell: str) -> bool:
    """Whether a cell says more than a day."""
    return _has_clock(cell) or (cell.isdigit() and len(cell) >= _SECONDS)


def _clock(look: Look, day: str) -> str:
    """The column with the time of day beside a column of days; empty for none."""
    if share_of(look.columns[day], _is_exact) > 1 - _MOST:
        return ""
    free = [c for c in look.columns if c not in look.taken and not says(c, "lasting")]
    fits = [column for column in free if _are_clocks(look.columns[column])]
    named = [column for column in fits if says(column, "clock")]
    written = [column for column in fits if ":" in look.columns[column][0]]
    for column in (*named, *written):
        return look.take("clock", column, "it holds the time of day")
    return ""


def _is_of_a_database(cell: str) -> bool:
    """Whether a time without a zone has milliseconds, as Shopware and others write UTC."""
    return _STORED.fullmatch(cell) is not None


def _has_clock(cell: str) -> bool:
    """Whether a cell says a time of day other than midnight."""
    found = re.search(r"\d{1,2}:\d{2}(:\d{2})?", cell)
    return found is not None and found[0].strip("0:") != ""


def _are_clocks(cells: Sequence[str]) -> bool:
    return share_of(cells, _is_clock) >= _MOST


def _is_clock(cell: str) -> bool:
    try:
        clock_text(cell)
    except InputError:
        return False
    return True


def _time_columns(look: Look) -> dict[str, float]:
    """Columns of times with the share of cells that are times, plus 1 where the name says so."""
    named = set(look.named("time"))
    scores: dict[str, float] = {}
    for column, cells in look.columns.items():
        style = decide_style(cells, look.country)
        bare = column in named and not says(column, "birth")
        share = share_of(cells, partial(_is_time, style=style, bare=bare))
        if share >= _MOST:
            scores[column] = share + (column in named)
    return scores


def _no_times(look: Look, births: Sequence[str]) -> InputError:
    names = list(look.columns)
    told = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
    problem = "No column holds times, so no event can be made."
    if births:
        problem = f"The only dates are those of birth ({births[0]}), so no event can be made."
    return InputError(problem, hint=f"Columns are: {told}. Name the time in a mapping.")


def _look_like_births(look: Look, column: str) -> bool:
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


def _time_part(look: Look, part: str, column: str, why: str) -> dict[str, str]:
    style = decide_style(look.columns[column], look.country)
    if not style.certain:
        why += f"; day and month can be read both ways, taken as {style.order}"
    zone = {}
    if says_utc(column):
        why, zone = f"{why}; it is said to be UTC", {"zone": "UTC"}
    elif share_of(look.columns[column], _is_of_a_database) >= _MOST:
        why, zone = f"{why}; written as databases do, so it is taken as UTC", {"zone": "UTC"}
    look.take(part, column, why)
    return {"column": column, "style": "auto" if style.certain else style.order} | zone


def _moments(look: Look, columns: Sequence[str], known: Dict[str, str]) -> dict[str, object]:
    """Event name to time; ``known`` has names by column that the column does not say itself."""
    moments: dict[str, object] = {}
    for column in columns:
        name = known.get(column) or moment_name(column, look.columns)
        name = "order_booked" if name == _FIRST[0] and is_booked(look.columns) else name
        name = snake_case(column) if name in moments else name
        moments[name] = _time_part(look, f"moments.{name}", column, "its name is that of a stage")
    return dict(sorted(moments.items(), key=lambda one: one[0] not in (*_FIRST, "order_booked")))


def _is_time(cell: str, *, style: normalise.TimeStyle, bare: bool) -> bool:
    """Whether a cell is a time; a bare number only in a column whose name says so."""
    if not bare and not re.search(r"\d\D+\d+\D+\d", cell):
        return False
    try:
        return normalise.parse_time(cell, _UTC, style=style) is not None
    except InputError:
        return False


def _rating(look: Look) -> dict[str, object]:
    asked = [c for c in look.columns if c not in look.taken and _is_question(c, look.columns[c])]
    for column in dict.fromkeys((*look.named("rating"), *asked)):
        cells = look.columns[column]
        for scale in _scales_for(column, cells):
            if scale == "percent" and is_constant(cells):
                continue
            if share_of(cells, partial(_is_rated, scale=scale)) >= _MOST:
                look.take("rating", column, f"its name says so, its values fit {scale}")
                return {"rating": {"column": column, "scale": scale}}
    return {}


def _is_question(column: str, cells: Sequence[str]) -> bool:
    """Whether the name is a question that is answered on a scale."""
    return bool(cells) and " " in column.strip() and scale_of(column, cells) is not None


def _scales_for(column: str, cells: Sequence[str]) -> tuple[str, ...]:
    """Scales to try. A question that states its scale has that one, also where 1 is best."""
    asked = scale_of(column, cells) if " " in column.strip() else None
    if asked is not None:
        fits = (asked.kind, asked.low, asked.high)
        if fits[1:] == (SCALES["school_grade"].low, SCALES["school_grade"].high):
            return ("school_grade",)
        return tuple(name for name, one in SCALES.items() if (one.kind, one.low, one.high) == fits)
    plain = snake_case(column)
    if "nps" in plain:
        return ("nps",)
    if "ces" in plain:
        return ("ces",)
    if is_review(column):
        return ("stars", "csat10", "sentiment", "percent")
    return ("stars", "sentiment", "csat", "nps", "percent")


def _is_rated(cell: str, scale: str) -> bool:
    try:
        return normalise.rate(cell, SCALES[scale]) is not None
    except InputError:
        return False


def _words(look: Look, *, sells: bool) -> dict[str, object]:
    """What somebody wrote; where something is sold, a description is that of the thing."""
    meanings = ("text",) if sells else ("text", "described")
    told = [column for meaning in meanings for column in look.named(meaning)]
    told += [c for c in look.columns if c.strip().endswith("?") and c not in look.taken]
    named = [column for column in told if _is_prose(look.columns[column])]
    if not named:
        return {}
    best = max(named, key=lambda column: mean(map(len, look.columns[column])))
    return {"text": [look.take("text", best, "its name says so and its values are sentences")]}


def _is_prose(cells: Sequence[str]) -> bool:
    return share_of(cells, lambda cell: " " in cell.strip()) >= _SENTENCES


def _channel(look: Look, content: Dict[str, Any]) -> dict[str, object]:
    """The part ``channel``; ids of channels say none, and a shop's own words are read as such.

    An order whose channel nobody says is one of the web, as formats that are known have it.
    """
    orders = _places_orders(content)
    named = [c for c in look.named("channel") if not share_of(look.columns[c], _is_random)]
    if not named:
        constant = "store" if is_terminal(look) else "web" if orders else ""
        return {"channel": constant} if constant else {}
    column = look.take("channel", named[0], "its name says so")
    words = sorted(set(look.columns[column]))
    read = order_channel if orders else ticket_channel
    values = {word: read(word) for word in words if snake_case(word) not in KNOWN_CHANNELS}
    values = {word: said for word, said in values.items() if said != "support"}
    known = values if len(values) <= _MOST_NAMED else {}
    return {"channel": {"column": column, "values": known}}


def _places_orders(content: Dict[str, Any]) -> bool:
    event = content.get("event", "")
    names = (
        {event}
        if isinstance(event, str)
        else {*event.get("values", {}).values(), event.get("otherwise", "")}
    )
    return "order_placed" in names | set(content.get("moments", {}))


def _is_random(cell: str) -> bool:
    """Whether a cell is a long id that a program drew."""
    return re.fullmatch(r"[0-9a-fA-F-]{20,}", cell) is not None


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


def _confidence(look: Look, *, has_person: bool) -> float:
    named = any(part == "event" or part.startswith("moments.") for part in look.taken.values())
    parts = 0.4 + 0.3 * has_person + 0.2 * named + 0.1 * ("key" in look.reasons)
    unsure = ("both ways", "taken as", "may be")
    doubt = sum(any(word in one for word in unsure) for one in look.reasons.values())
    return round(max(parts - 0.1 * doubt, 0.1), 2)
