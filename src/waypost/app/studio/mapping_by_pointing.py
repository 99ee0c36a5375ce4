"""Pointing at columns: what each column of an unknown table is, and the mapping that says so.

A ``Pointing`` is what a person chose on the page, a ``Mapping`` is what the intake reads. Both say
the same: what a mapping has beyond the page (rules for records to leave out) is carried along.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from waypost.errors import InputError, RuleError
from waypost.intake import Mapping, parse_mapping
from waypost.intake.normalise import snake_case
from waypost.intake.reading import folded
from waypost.kit.translation import N_

__all__ = [
    "IDENTIFIERS",
    "MEANINGS",
    "Meaning",
    "Pointing",
    "first_guess",
    "mapping_of",
    "pointing_of",
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column can be: its word for the page, its group, and whether one column alone may."""

    id: str
    label: str
    group: str
    alone: bool = True


TIME, PERSON, WHAT, MORE = N_("When"), N_("Who"), N_("What"), N_("Otherwise")

MEANINGS: tuple[Meaning, ...] = (
    Meaning("time", N_("the time"), TIME),
    Meaning("clock", N_("the time of day"), TIME),
    Meaning("moment", N_("the time of a step of its own"), TIME, alone=False),
    Meaning("email", N_("the e-mail address"), PERSON),
    Meaning("phone", N_("the phone number"), PERSON),
    Meaning("customer", N_("the customer number"), PERSON),
    Meaning("user", N_("the login or user name"), PERSON),
    Meaning("anonymous", N_("the visitor or cookie"), PERSON),
    Meaning("card", N_("the loyalty card"), PERSON),
    Meaning("order", N_("the order number"), PERSON),
    Meaning("case", N_("the case number"), PERSON),
    Meaning("event", N_("what happened"), WHAT),
    Meaning("value", N_("the amount"), WHAT),
    Meaning("quantity", N_("the number of pieces"), WHAT),
    Meaning("currency", N_("the currency"), WHAT),
    Meaning("rating", N_("the rating"), WHAT),
    Meaning("text", N_("what somebody wrote"), WHAT, alone=False),
    Meaning("channel", N_("the channel"), WHAT),
    Meaning("attribute", N_("something else worth keeping"), MORE, alone=False),
    Meaning("ignore", N_("not needed"), MORE, alone=False),
)
"""What a column can be, in the order of the page."""

IDENTIFIERS: Dict[str, str] = {
    "email": "email",
    "phone": "phone",
    "customer": "customer_id",
    "user": "user_id",
    "anonymous": "anonymous_id",
    "card": "loyalty_card",
    "order": "order_id",
    "case": "case",
}
"""Kinds of identifier by meaning; a customer number is one of its own source."""

_KNOWN = {meaning.id: meaning for meaning in MEANINGS}
_DEFAULT_EVENT = "event_recorded"


class Pointing(BaseModel):
    """What a person pointed out; ``columns`` is the meaning by column, columns left out unused.

    ``moments`` names the step of each column that is a moment; ``kinds`` keeps identifiers that the
    page has no word for, by column. ``event`` and ``channel`` hold for all records unless a column
    says them; ``event_names`` and ``channel_names`` say what a cell means. ``style`` is how dates
    are written, ``negative`` what amounts below zero are. ``key``, ``group`` and ``ignore`` are
    those of a mapping. ``times`` are moments that say on their own how they are written, by
    column; ``label`` and ``requires`` are those of the mapping.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    source: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    moments: dict[str, str] = Field(default_factory=dict)
    kinds: dict[str, str] = Field(default_factory=dict)
    names: dict[str, str] = Field(default_factory=dict)
    event: str = ""
    event_names: dict[str, str] = Field(default_factory=dict)
    event_otherwise: str = ""
    channel: str = ""
    channel_names: dict[str, str] = Field(default_factory=dict)
    channel_otherwise: str = ""
    style: Literal["auto", "iso", "dmy", "mdy", "unix", "excel"] = "auto"
    zone: str = ""
    decimal: Literal["auto", ".", ","] = "auto"
    currency: str = ""
    minor_units: bool = False
    negative: str = ""
    scale: str = "stars"
    key: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    ignore: tuple[dict[str, Any], ...] = ()
    times: dict[str, dict[str, str]] = Field(default_factory=dict)
    label: str = ""
    requires: tuple[str, ...] = ()

    @classmethod
    def read(cls, content: Dict[str, Any]) -> Pointing:
        """The pointing a request holds; ``InputError`` names the part that cannot be."""
        try:
            return cls.model_validate(dict(content))
        except ValidationError as error:
            first = error.errors()[0]
            part = ".".join(str(one) for one in first["loc"])
            raise InputError(f"{part}: {first['msg']}.", part=part) from error

    def pointed(self, meaning: str) -> list[str]:
        """The columns that were said to be this, in the order of the table."""
        return [column for column, said in self.columns.items() if said == meaning]


def mapping_of(pointing: Pointing) -> Mapping:
    """The mapping that says what was pointed out.

    ``RuleError`` carries ``part``: the meaning that is missing or stands twice, in words a marketer
    understands.
    """
    _check(pointing)
    content: dict[str, Any] = {"name": pointing.name}
    for part in ("source", "label", "requires"):
        if said := getattr(pointing, part):
            content[part] = said
    content |= _times(pointing)
    if channel := _by_column(pointing, "channel"):
        content["channel"] = channel
    content["identifiers"] = _identifiers(pointing)
    content |= _money(pointing)
    if rating := pointing.pointed("rating"):
        content["rating"] = {"column": rating[0], "scale": pointing.scale}
    content["text"] = pointing.pointed("text")
    content["attributes"] = _attributes(pointing)
    content["key"] = list(pointing.key)
    content["group"] = list(pointing.group)
    content["ignore"] = list(pointing.ignore)
    return parse_mapping(content, where=pointing.name)


def _check(pointing: Pointing) -> None:
    for column, said in pointing.columns.items():
        if said not in _KNOWN:
            raise RuleError(
                f"A column cannot be {said!r}.",
                hint=f"Allowed: {', '.join(_KNOWN)}.",
                part=column,
                column=column,
            )
    for meaning in MEANINGS:
        found = [one for one in pointing.pointed(meaning.id) if one not in pointing.kinds]
        if meaning.alone and len(found) > 1:
            raise RuleError(
                f"Two columns cannot both be {meaning.label}: {found[0]} and {found[1]}.",
                hint="Choose one of them; keep the other as something else worth keeping.",
                part=meaning.id,
                column=found[1],
            )
    _check_times(pointing)


def _check_times(pointing: Pointing) -> None:
    time, moments = pointing.pointed("time"), pointing.pointed("moment")
    if time and moments:
        raise RuleError(
            f"{time[0]} is the time of all, and {moments[0]} that of a step of its own.",
            hint="Either one column says when, or each step has its own column.",
            part="time",
            column=moments[0],
        )
    if not time and not moments:
        raise RuleError(
            "No column says when something happened.",
            hint="Point at the column with the date or the time.",
            part="time",
        )
    if not time and pointing.pointed("clock"):
        raise RuleError(
            "A column says the time of day, but none says the day.",
            hint="Point at the column with the day as the time, too.",
            part="clock",
            column=pointing.pointed("clock")[0],
        )
    if time and not pointing.pointed("event") and not pointing.event:
        raise RuleError(
            "It is not said yet what happened.",
            hint="Point at the column that says it, or write one name for all records.",
            part="event",
        )


def _times(pointing: Pointing) -> dict[str, Any]:
    moments = pointing.pointed("moment")
    if moments:
        named = {_plain_name(pointing.moments.get(one) or one) or one: one for one in moments}
        return {"moments": {name: _time(pointing, column) for name, column in named.items()}}
    clock = pointing.pointed("clock")
    time = _time(pointing, pointing.pointed("time")[0]) | {"clock": clock[0] if clock else ""}
    return {"time": time, "event": _by_column(pointing, "event")}


def _time(pointing: Pointing, column: str) -> dict[str, str]:
    alike = {"column": column, "style": pointing.style, "zone": pointing.zone}
    return alike | pointing.times.get(column, {})


def _by_column(pointing: Pointing, what: str) -> str | dict[str, Any]:
    column = pointing.pointed(what)
    constant: str = getattr(pointing, what)
    if not column:
        return _plain_name(constant)
    values: dict[str, str] = getattr(pointing, f"{what}_names")
    otherwise: str = getattr(pointing, f"{what}_otherwise")
    kept = {cell: _plain_name(name) for cell, name in values.items() if name}
    return {"column": column[0], "values": kept, "otherwise": _plain_name(otherwise)}


def _plain_name(words: str) -> str:
    """A name as events and channels have it, of words as people write them."""
    fact = "$" if words.startswith("$") else ""
    return fact + snake_case(words)


def _identifiers(pointing: Pointing) -> dict[str, str]:
    found = {kind: column for column, kind in pointing.kinds.items() if column in pointing.columns}
    for meaning, kind in IDENTIFIERS.items():
        for column in pointing.pointed(meaning):
            if column not in pointing.kinds:
                own = f"{kind}.{pointing.source or pointing.name}"
                found[own if meaning == "customer" else kind] = column
    return found


def _money(pointing: Pointing) -> dict[str, Any]:
    amount = pointing.pointed("value")
    if not amount:
        return {}
    quantity, currency = pointing.pointed("quantity"), pointing.pointed("currency")
    part = {
        "column": amount[0],
        "times": quantity[0] if quantity else "",
        "currency": pointing.currency,
        "currency_column": currency[0] if currency else "",
        "decimal": pointing.decimal,
        "minor_units": pointing.minor_units,
        "negative": pointing.negative,
    }
    return {"value": part}


def _attributes(pointing: Pointing) -> dict[str, str]:
    """Columns worth keeping by attribute name; equal names are numbered."""
    kept = pointing.pointed("attribute")
    if not pointing.pointed("value"):
        kept += [*pointing.pointed("quantity"), *pointing.pointed("currency")]
    found: dict[str, str] = {}
    for column in kept:
        name = wanted = pointing.names.get(column) or snake_case(column) or "column"
        number = 2
        while name in found:
            name = f"{wanted}_{number}"
            number += 1
        found[name] = column
    return found


def pointing_of(mapping: Mapping, columns: Sequence[str]) -> Pointing:
    """What a mapping says, as choices on a page; ``columns`` are those of the table.

    Columns it does not name are said to be not needed.
    """
    seen = _Seen({folded(name): name for name in reversed(columns)})
    base = Pointing(
        name=mapping.name, source=mapping.source, label=mapping.label, requires=mapping.requires
    )
    base = _with_times(base, mapping, seen)
    base = _with_names(base, mapping, seen)
    base = _with_people(base, mapping, seen)
    base = _with_money(base, mapping, seen)
    for name in mapping.text:
        seen.say(name, "text")
    wanted = mapping.attributes
    if wanted == "*":
        wanted = {snake_case(c) or c: c for c in columns if c not in seen.said}
    for name in wanted.values():
        seen.say(name, "attribute")
    named = {seen.actual(c): name for name, c in wanted.items() if name != snake_case(c)}
    ignored = tuple(rule.model_dump(mode="json") for rule in mapping.ignore)
    by = {
        "key": tuple(seen.actual(name) for name in mapping.key),
        "group": tuple(seen.actual(name) for name in mapping.group),
    }
    said = {column: seen.said.get(column, "ignore") for column in columns}
    return base.model_copy(update={"columns": said, "names": named, "ignore": ignored, **by})


@dataclass(slots=True)
class _Seen:
    """What columns were said to be so far; the first saying counts."""

    names: Dict[str, str]
    said: dict[str, str] = field(default_factory=dict)

    def actual(self, name: str) -> str:
        """The column as the table writes it."""
        return self.names.get(folded(name), name)

    def say(self, name: str, meaning: str) -> str:
        """Note the column's meaning; the column as the table writes it."""
        column = self.actual(name)
        self.said.setdefault(column, meaning)
        return column


def _with_times(base: Pointing, mapping: Mapping, seen: _Seen) -> Pointing:
    first = next(iter(mapping.dated().values()))
    alike = {"style": first.style, "zone": first.zone}
    moments: dict[str, str] = {}
    times: dict[str, dict[str, str]] = {}
    for name, moment in mapping.moments.items():
        column = seen.say(moment.column, "moment")
        moments[column] = name
        own = moment.model_dump(include={"style", "zone", "clock"})
        if own != {**alike, "clock": ""}:
            times[column] = own
    if mapping.time:
        seen.say(mapping.time.column, "time")
        if mapping.time.clock:
            seen.say(mapping.time.clock, "clock")
    return base.model_copy(update={"moments": moments, "times": times, **alike})


def _with_names(base: Pointing, mapping: Mapping, seen: _Seen) -> Pointing:
    changed: dict[str, Any] = {}
    for what, part in (("event", mapping.event), ("channel", mapping.channel)):
        if isinstance(part, str):
            changed[what] = part
            continue
        seen.say(part.column, what)
        changed[f"{what}_names"] = dict(part.values)
        changed[f"{what}_otherwise"] = part.otherwise
    return base.model_copy(update=changed)


def _with_people(base: Pointing, mapping: Mapping, seen: _Seen) -> Pointing:
    own = f"customer_id.{mapping.source or mapping.name}"
    meanings = {kind: meaning for meaning, kind in IDENTIFIERS.items()} | {own: "customer"}
    kinds: dict[str, str] = {}
    for kind, name in mapping.identifiers.items():
        plain = kind if kind in meanings else kind.split(".", 1)[0]
        column = seen.say(name, meanings.get(plain, "customer"))
        if kind != own and (kind not in meanings or meanings[kind] == "customer"):
            kinds[column] = kind
    return base.model_copy(update={"kinds": kinds})


def _with_money(base: Pointing, mapping: Mapping, seen: _Seen) -> Pointing:
    changed: dict[str, Any] = {}
    if part := mapping.value:
        seen.say(part.column, "value")
        for name, meaning in ((part.times, "quantity"), (part.currency_column, "currency")):
            if name:
                seen.say(name, meaning)
        changed = {"currency": part.currency, "decimal": part.decimal}
        changed |= {"minor_units": part.minor_units, "negative": part.negative}
    if mapping.rating:
        seen.say(mapping.rating.column, "rating")
        changed["scale"] = mapping.rating.scale
    return base.model_copy(update=changed)


_HINTS: Dict[str, str] = {
    "clock": "uhrzeit",
    "time": "datum date zeitpunkt timestamp time created erstellt am at",
    "email": "email mail",
    "phone": "telefon phone mobil handy",
    "customer": "kunde kunden kundennummer kundennr customer client mitglied",
    "order": "bestellung bestellnummer bestellnr auftrag order rechnung",
    "value": "betrag umsatz summe preis amount total price revenue",
    "rating": "bewertung sterne note rating stars score",
    "text": "text kommentar bemerkung nachricht comment message feedback",
    "channel": "kanal channel",
    "event": "vorgang ereignis aktion event action activity",
}


def first_guess(samples: Dict[str, Sequence[str]], name: str) -> Pointing:
    """A pointing for a table of which no mapping could be proposed, by names and samples alone.

    ``samples`` are cells by column. What is not guessed is worth keeping.
    """
    said: dict[str, str] = {}
    for column, cells in samples.items():
        words = set(snake_case(column).split("_"))
        fits = [m for m, known in _HINTS.items() if not words.isdisjoint(known.split())]
        meaning = next(iter(fits), "attribute")
        if cells and all("@" in cell for cell in cells):
            meaning = "email"
        alone = _KNOWN[meaning].alone and meaning in said.values()
        said[column] = "attribute" if alone else meaning
    event = "" if "event" in said.values() else _DEFAULT_EVENT
    return Pointing(name=name, columns=said, event=event)
