"""A mapping: which column is the time, the event, the identifiers, the value and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from waypost.errors import RuleError, nearest
from waypost.intake.normalise import SCALES
from waypost.intake.reading import folded

__all__ = [
    "ByColumn",
    "IgnoreRule",
    "Mapping",
    "MoneyColumn",
    "RatingColumn",
    "TimeColumn",
    "mapping_text",
    "read_mapping",
]

_KIND = re.compile(r"[a-z0-9_]+(\.[A-Za-z0-9_-]+)?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_EVENT = re.compile(r"\$?[a-z0-9][a-z0-9_]*")
Style = Literal["auto", "iso", "dmy", "mdy", "unix", "excel"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TimeColumn(_Strict):
    """The column of the instant: how it is written and the zone of cells that have none.

    ``clock`` is a second column with the time of day, where ``column`` has the day alone.
    """

    column: str
    clock: str = ""
    style: Style = "auto"
    zone: str = ""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(
                    f"{zone!r} is no time zone; write one like Europe/Berlin"
                ) from error
        return zone


class ByColumn(_Strict):
    """A name taken from a column: through ``values`` where given, else as it is.

    ``otherwise`` is the name for cells that ``values`` does not list; empty keeps the cell's own.
    """

    column: str
    values: dict[str, str] = Field(default_factory=dict)
    otherwise: str = ""


class MoneyColumn(_Strict):
    """An amount: its column, a column to multiply with, the currency and the decimal mark.

    ``negative`` is the event of records whose amount is below zero; their amount loses its sign.
    """

    column: str
    times: str = ""
    currency: str = ""
    currency_column: str = ""
    decimal: Literal["auto", ".", ","] = "auto"
    minor_units: bool = False
    negative: str = ""

    @field_validator("negative")
    @classmethod
    def _named(cls, name: str) -> str:
        if name and not _EVENT.fullmatch(name):
            raise ValueError(f"{name!r} is no event name; use lower case and _, like order_placed")
        return name

    @field_validator("currency")
    @classmethod
    def _code(cls, code: str) -> str:
        if code and not re.fullmatch(r"[A-Za-z]{3}", code):
            raise ValueError(f"{code!r} is no currency; write three letters like EUR")
        return code.upper()


class RatingColumn(_Strict):
    """A rating and its scale, by the name of a known scale."""

    column: str
    scale: str = "stars"

    @field_validator("scale")
    @classmethod
    def _known_scale(cls, scale: str) -> str:
        if scale not in SCALES:
            raise ValueError(f"{scale!r} is no scale; known are {', '.join(SCALES)}")
        return scale


class IgnoreRule(_Strict):
    """Records that make no event: a cell among ``values``, empty, or beginning with ``begins``."""

    column: str
    values: tuple[str, ...] = ()
    empty: bool = False
    begins: str = ""
    reason: str

    @model_validator(mode="after")
    def _says_something(self) -> IgnoreRule:
        if not (self.values or self.empty or self.begins):
            raise ValueError("an ignore rule needs values, begins or empty: true")
        return self


class Mapping(_Strict):
    """How a file's records become events.

    Either ``time`` and ``event`` (one event per record) or ``moments`` (event name to time column:
    one event per filled column). ``key`` names the columns that identify a record in a later export
    too; without it the record's content does, with a running number for equal ones. Records with
    equal cells in the columns of ``group`` are one event, and their amounts are added up.
    """

    name: str
    source: str = ""
    label: str = ""
    requires: tuple[str, ...] = ()
    time: TimeColumn | None = None
    event: str | ByColumn = ""
    moments: dict[str, TimeColumn] = Field(default_factory=dict)
    channel: str | ByColumn = ""
    identifiers: dict[str, str] = Field(default_factory=dict)
    value: MoneyColumn | None = None
    rating: RatingColumn | None = None
    text: Annotated[tuple[str, ...], Field()] = ()
    attributes: dict[str, str] | Literal["*"] = Field(default_factory=dict)
    key: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    ignore: tuple[IgnoreRule, ...] = ()

    @field_validator("text", "key", "group", "requires", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("time", mode="before")
    @classmethod
    def _column_alone(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @field_validator("value", "rating", mode="before")
    @classmethod
    def _amount_alone(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str) else value

    @field_validator("moments", mode="before")
    @classmethod
    def _columns_alone(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {k: {"column": v} if isinstance(v, str) else v for k, v in value.items()}

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a mapping; use letters, digits, - and _")
        return name

    @field_validator("identifiers")
    @classmethod
    def _known_kinds(cls, identifiers: dict[str, str]) -> dict[str, str]:
        for kind in identifiers:
            if not _KIND.fullmatch(kind):
                raise ValueError(
                    f"{kind!r} is no kind of identifier; write one like email or customer_id.till"
                )
        return identifiers

    @model_validator(mode="after")
    def _whole(self) -> Mapping:
        if bool(self.moments) == bool(self.time):
            raise ValueError("a mapping needs either time and event, or moments")
        if self.time and not self.event:
            raise ValueError("beside time an event is needed: a name, or a column with names")
        if self.group and self.key:
            raise ValueError("group is the key already; leave one of both out")
        for name in (
            *self.moments,
            *([self.event] if isinstance(self.event, str) and self.event else ()),
        ):
            if not _EVENT.fullmatch(name):
                raise ValueError(
                    f"{name!r} is no event name; use lower case and _, like order_placed"
                )
        return self

    def columns(self) -> list[str]:
        """Every column the mapping names, in the order of its parts, each once."""
        named: list[str] = [*self.requires, *self.text, *self.key, *self.group]
        named += self.identifiers.values()
        for moment in self.dated().values():
            named += [moment.column, moment.clock] if moment.clock else [moment.column]
        named += [part.column for part in (self.event, self.channel) if isinstance(part, ByColumn)]
        if self.value is not None:
            named += [
                c for c in (self.value.column, self.value.times, self.value.currency_column) if c
            ]
        if self.rating is not None:
            named.append(self.rating.column)
        if isinstance(self.attributes, dict):
            named += self.attributes.values()
        named += [rule.column for rule in self.ignore]
        return list(dict.fromkeys(named))

    def dated(self) -> dict[str, TimeColumn]:
        """Time columns by event name; the name is empty where ``event`` gives it."""
        return self.moments or ({"": self.time} if self.time else {})

    def fits(self, columns: Iterable[str]) -> bool:
        """Whether the table has every column the mapping names."""
        have = {folded(name) for name in columns}
        return all(folded(name) in have for name in self.columns())

    def check(self, columns: Sequence[str]) -> None:
        """Raises ``RuleError`` for the first column that the table lacks, with the nearest."""
        have = {folded(name) for name in columns}
        for name in self.columns():
            if folded(name) not in have:
                like = nearest(name, columns) or list(columns)[:8]
                raise RuleError(
                    f"Mapping {self.name!r} names the column {name!r}, which the file lacks.",
                    hint=f"Did you mean {' or '.join(repr(one) for one in like)}?",
                    column=name,
                )


def read_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file; ``RuleError`` says which part is wrong and what is allowed."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name} is no YAML: {error}.", path=path) from error
    if not isinstance(content, dict):
        raise RuleError(f"{path.name} must hold the parts of one mapping.", path=path)
    return parse_mapping({"name": path.stem, **content}, where=path.name)


def parse_mapping(content: dict[str, Any], where: str = "The mapping") -> Mapping:
    """The mapping that the parts describe; ``RuleError`` as ``read_mapping``."""
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RuleError(
            f"{where}: {place + ': ' if place else ''}{_said(first)}.",
            hint=_hint(first),
            part=place,
        ) from error


def _said(problem: Any) -> str:
    message = str(problem["msg"]).removeprefix("Value error, ")
    return "this part is not known" if problem["type"] == "extra_forbidden" else message


def _hint(problem: Any) -> str:
    if problem["type"] != "extra_forbidden":
        return ""
    known = list(Mapping.model_fields)
    for part in (TimeColumn, ByColumn, MoneyColumn, RatingColumn, IgnoreRule):
        known += part.model_fields
    like = nearest(str(problem["loc"][-1]), known)
    return (
        f"Did you mean {like[0]!r}?"
        if like
        else f"Known parts are: {', '.join(Mapping.model_fields)}."
    )


def mapping_text(mapping: Mapping) -> str:
    """The mapping as YAML, without parts that only say the default; reads back the same."""
    content = mapping.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
