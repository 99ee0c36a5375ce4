"""What a rule file may say, checked field by field; messages name file, line, rule and field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from waypost.errors import NotFoundError, RuleError, nearest
from waypost.journeys.binding.yaml_source import Source, read_yaml

__all__ = [
    "Alternative",
    "Contact",
    "RuleFile",
    "StageRule",
    "StepRule",
    "TouchpointRule",
    "parse_rules",
    "read_rules",
]

WORD = re.compile(r"[\w$*?.:/-]+")
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
SHOWN = 8


def _as_label(value: object) -> object:
    return {"en": value, "de": value} if isinstance(value, str) else value


def _as_words(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_alternatives(value: object) -> object:
    """One or several alternatives: an event's name, a condition, or fields."""
    items = value if isinstance(value, list) else [value]
    words = [item for item in items if isinstance(item, str) and WORD.fullmatch(item)]
    others = [item for item in items if item not in words]
    fields = [{"where": item} if isinstance(item, str) else item for item in others]
    return [{"event": words}, *fields] if words else fields


def _as_contacts(value: object) -> object:
    items = value if isinstance(value, list) else [value]
    words = [item for item in items if isinstance(item, str)]
    return [{"event": words}, *(i for i in items if i not in words)] if words else items


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=100)]
Label = Annotated[dict[str, str], BeforeValidator(_as_label)]
Words = Annotated[list[str], BeforeValidator(_as_words)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Named(_Entry):
    id: Id
    label: Label | None = None
    off: bool = False

    @field_validator("label")
    @classmethod
    def _languages(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        wrong = [key for key in value or {} if not LANGUAGE.fullmatch(key)]
        if wrong or value == {}:
            raise ValueError(f"a label is a text, or one per language (en, de), not {wrong}")
        return value


class StageRule(_Named):
    """A phase; ``order`` places it among the others (shipped: 10, 20, 30, …)."""

    order: float | None = Field(default=None, strict=False)


class StepRule(_Named):
    """A column of a map inside a stage."""

    stage: str | None = None
    order: float | None = Field(default=None, strict=False)


class Contact(_Entry):
    """Which events are meant: of the words in one field, one; all fields that are given."""

    event: Words = Field(default_factory=list)
    channel: Words = Field(default_factory=list)
    source: Words = Field(default_factory=list)


Contacts = Annotated[list[Contact], BeforeValidator(_as_contacts)]


class Alternative(Contact):
    """All of what is said must hold.

    ``where`` is a condition. ``absent``: it only holds in a log that has no such events at all.
    """

    where: str | None = None
    absent: Contacts = Field(default_factory=list)


Alternatives = Annotated[list[Alternative], BeforeValidator(_as_alternatives)]


class TouchpointRule(_Named):
    """A kind of contact and when an event belongs to it."""

    channel: str | None = None
    stage: str | None = None
    step: str | None = None
    when: Alternatives | None = None
    facts: dict[str, str] = Field(default_factory=dict)


class RuleFile(_Entry):
    """A whole file; ``extends`` names a shipped rulebook, ``none`` for nothing."""

    extends: str | None = None
    stages: list[StageRule] = Field(default_factory=list)
    steps: list[StepRule] = Field(default_factory=list)
    touchpoints: list[TouchpointRule] = Field(default_factory=list)
    _source: Source = Source("", {}, {})

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self._source.name

    def place(self, *path: str | int) -> str:
        """``rules.yaml, line 12``."""
        return f"{self._source.name}, line {self._source.line(path)}"


def read_rules(path: Path) -> RuleFile:
    """The rules in a file; ``NotFoundError`` without it, ``RuleError`` for what cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no rule file {path}.", path=path) from error
    except UnicodeDecodeError as error:
        raise RuleError(
            f"{path.name} is not UTF-8 text.", hint="Save it as UTF-8.", path=path
        ) from error
    return parse_rules(text, path.name)


def parse_rules(text: str, name: str = "rules.yaml") -> RuleFile:
    """The rules in a text; ``RuleError`` lists every problem with its line (the first eight)."""
    source = read_yaml(text, name)
    if not isinstance(source.data, dict):
        raise RuleError(
            f"{name} must consist of fields.",
            hint=f"Allowed: {', '.join(RuleFile.model_fields)}.",
            file=name,
        )
    try:
        rules = RuleFile.model_validate(source.data)
    except ValidationError as error:
        raise _readable(error, source) from error
    rules._source = source  # noqa: SLF001 - set once, by the function that reads
    _check_ids(rules)
    return rules


def _readable(error: ValidationError, source: Source) -> RuleError:
    problems = [_problem(found, source) for found in error.errors(include_url=False)]
    shown = list(dict.fromkeys(problems))
    rest = len(shown) - SHOWN
    listed = "\n".join([*shown[:SHOWN], *([f"… and {rest} more."] if rest > 0 else [])])
    return RuleError(listed, file=source.name, problems=len(shown))


def _problem(found: Any, source: Source) -> str:
    path = _in_source(found["loc"], source)
    place = f"{source.name}, line {source.line(path)}"
    field = str(path[-1]) if path else ""
    rule = _rule_name(path, source)
    within = f"{rule}: " if rule else ""
    if found["type"] == "extra_forbidden":
        return f"{place}: {within}the field “{field}” is unknown. {_offer(field, path)}"
    if found["type"] == "missing":
        return f"{place}: {within}the field “{field}” is missing."
    return f"{place}: {within}“{field}” {_wrong(found)}"


def _in_source(location: Iterable[str | int], source: Source) -> tuple[str | int, ...]:
    """The longest part of pydantic's location that is a path of the file, plus an absent field."""
    path: list[str | int] = []
    for part in location:
        if (*path, part) in source.lines or part == list(location)[-1]:
            path.append(part)
    return tuple(path)


def _rule_name(path: tuple[str | int, ...], source: Source) -> str:
    if len(path) <= 1 or not isinstance(source.data, dict):
        return ""
    entries = source.data.get(path[0])
    kind = str(path[0]).removesuffix("s")
    if not isinstance(entries, list) or not isinstance(path[1], int):
        return kind
    entry = entries[path[1]]
    known = entry.get("id") if isinstance(entry, dict) else None
    return f"{kind} “{known}”" if known else f"{kind} number {path[1] + 1}"


FIELDS: dict[str, type[BaseModel]] = {
    "stages": StageRule,
    "steps": StepRule,
    "touchpoints": TouchpointRule,
}


def _offer(field: str, path: tuple[str | int, ...]) -> str:
    model: type[BaseModel] = RuleFile
    if len(path) > 1:
        model = Alternative if "when" in path[:-1] else FIELDS[str(path[0])]
    allowed = list(model.model_fields)
    near = nearest(field, allowed)
    meant = f"Did you mean {', '.join(near)}? " if near else ""
    return f"{meant}Allowed: {', '.join(allowed)}."


def _wrong(found: Any) -> str:
    value = found["input"]
    reasons = {
        "string_pattern_mismatch": "may only have a-z, 0-9, _, . and -, and starts with a letter "
        "or digit",
        "string_type": "must be text (in quotes if it is a number or true)",
        "bool_type": "must be true or false",
        "list_type": "must be a list",
        "dict_type": "must be text per language, for example {en: Cart, de: Warenkorb}",
        "float_parsing": "must be a number",
        "model_type": "must be an entry with fields",
    }
    reason = reasons.get(found["type"], str(found["msg"]).removeprefix("Value error, "))
    return f"{reason}, not {value!r}."


def _check_ids(rules: RuleFile) -> None:
    for kind in FIELDS:
        seen: dict[str, int] = {}
        for i, entry in enumerate(getattr(rules, kind)):
            if entry.id in seen:
                raise RuleError(
                    f"{rules.place(kind, i)}: {kind.removesuffix('s')} “{entry.id}” stands twice.",
                    hint="Join both, or give one another id.",
                    file=rules.name,
                    id=entry.id,
                )
            seen[entry.id] = i
