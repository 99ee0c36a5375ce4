"""Rules of a segment as rows of a form: what somebody did or never did, and when.

A condition that no row can say stays a row of free text, so nothing is lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from waypost.errors import InputError, nearest
from waypost.kit.translation import N_
from waypost.questions.segments import NEVER

__all__ = [
    "BETWEEN",
    "FREE",
    "OPERATORS",
    "PERSONA",
    "RuleRow",
    "rows_of",
    "rules_in",
    "rules_of",
    "with_personas",
]

FREE = "condition"
"""The field of a row that holds a condition as it is written."""

PERSONA = "persona"
"""The field of a row that stands for all conditions of a persona, named by its name."""

BETWEEN = "between"
"""The comparison with two ends, both included, in a value like ``10..20``; one may be left out."""

OPERATORS = {
    "=": N_("is"),
    "!=": N_("is not"),
    "contains": N_("contains"),
    ">=": N_("at least"),
    "<=": N_("at most"),
    ">": N_("greater than"),
    "<": N_("less than"),
    BETWEEN: N_("between"),
    "is not null": N_("is there"),
    "is null": N_("is missing"),
}
_NUMBERS = ("value", "rating")
_AMOUNTS = (">=", "<=", ">", "<")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_TEXT = r"'(?:[^']|'')*'"
_NUMBER = r"-?\d+(?:\.\d+)?"
_FIELD = r'(?P<field>[A-Za-z_][\w.]*|"[^"]+")'
_ENDS = re.compile(r"\s*(?:\.\.|…|–|\s(?:bis|to|and|und)\s)\s*")
_DATED = re.compile(r"\bat (>=|<=|>|<|=|!=) date '")
_WITHIN = re.compile(r"(?P<rest>.*) and at (?P<op>>=|<=) '(?P<day>\d{4}-\d\d-\d\d)'", re.DOTALL)
_RANGE = re.compile(
    rf"{_FIELD} >= (?P<low>{_TEXT}|{_NUMBER}) and (?P=field) <= (?P<high>{_TEXT}|{_NUMBER})"
)
_SHAPES = (
    re.compile(rf"contains\({_FIELD}, (?P<value>{_TEXT})\)(?P<op>)"),
    re.compile(rf"{_FIELD} (?P<op>is not null|is null)(?P<value>)"),
    re.compile(rf"{_FIELD} (?P<op>=|!=|>=|<=|>|<) (?P<value>{_TEXT}|{_NUMBER})"),
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """``joined``: ``and`` begins a rule, ``or`` adds another way to fulfil the one before.

    ``did`` False: never. ``since`` and ``until``: ISO days, or empty.
    """

    field: str
    operator: str = "="
    value: str = ""
    did: bool = True
    joined: str = "and"
    since: str = ""
    until: str = ""


def rules_of(rows: Iterable[RuleRow]) -> tuple[str, ...]:
    """The conditions as questions take them; rows without a value say nothing."""
    rules: list[tuple[bool, list[str]]] = []
    for row in rows:
        text = _condition(row)
        if not text:
            continue
        if row.joined == "or" and rules:
            rules[-1][1].append(text)
        else:
            rules.append((row.did, [text]))
    return tuple(_rule(did, texts) for did, texts in rules)


def rules_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The conditions of the texts of a form, one a line; empty lines say nothing."""
    return tuple(line.strip() for text in texts for line in text.splitlines() if line.strip())


def with_personas(
    rows: Sequence[RuleRow], personas: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """As ``rules_of``, with the conditions of a persona in the place of a row that names one.

    Raises ``InputError`` with the nearest names for a persona that is none, and where conditions
    that must all hold are to be one of several ways, or are not to hold.
    """
    found: list[str] = []
    plain: list[RuleRow] = []
    for row in rows:
        if row.field != PERSONA or not row.value:
            plain.append(row)
            continue
        found += [*rules_of(plain), *_of_persona(row, personas)]
        plain = []
    return (*found, *rules_of(plain))


def _of_persona(row: RuleRow, personas: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if row.value not in personas:
        near = nearest(row.value, personas)
        raise InputError(
            f"There is no persona {row.value!r}.",
            hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(personas)}.",
            field="rules",
            value=row.value,
        )
    rules = tuple(personas[row.value])
    is_not = not row.did or row.operator == "!="
    if row.joined == "or" or row.since or row.until or (is_not and len(rules) != 1):
        raise InputError(
            N_("A persona with several conditions can only be required as a whole."),
            hint=N_("Take a row of its own for it, without days, that says: at least once had."),
            field="rules",
            value=row.value,
        )
    return tuple(_opposite(rule) for rule in rules) if is_not else rules


def _opposite(rule: str) -> str:
    return rule.removeprefix(NEVER).strip() if rule.startswith(NEVER) else f"{NEVER} {rule}"


def rows_of(rules: Sequence[str]) -> tuple[RuleRow, ...]:
    """The rows of a form; ``rules_of`` gives the same conditions back."""
    return tuple(row for rule in rules for row in _rows(rule))


def _rule(did: bool, texts: Sequence[str]) -> str:  # noqa: FBT001 - as RuleRow has it
    joined = texts[0] if len(texts) == 1 else " or ".join(f"({text})" for text in texts)
    return joined if did else f"{NEVER} {joined}"


def _condition(row: RuleRow) -> str:
    told = row.value.strip() if row.field == FREE else _comparison(row)
    if not told or row.field == FREE:
        return told
    for sign, day in ((">=", row.since), ("<=", row.until)):
        if day:
            told = f"{told} and at {sign} '{day}'"
    return told


def _comparison(row: RuleRow) -> str:
    field = row.field if _NAME.fullmatch(row.field) else f'"{row.field}"' if row.field else ""
    value = row.value.strip()
    if not field or row.operator not in OPERATORS:
        return ""
    if row.operator.startswith("is "):
        return f"{field} {row.operator}"
    if not value:
        return ""
    if row.operator == "contains":
        return f"contains({field}, {_quoted(value)})"
    if row.operator == BETWEEN:
        return _between(field, value)
    is_number = row.field in _NUMBERS or row.operator in _AMOUNTS
    return f"{field} {row.operator} {_literal(value) if is_number else _quoted(value)}"


def _between(field: str, value: str) -> str:
    low, *rest = _ENDS.split(value, maxsplit=1)
    ends = ((">=", low.strip()), ("<=", "".join(rest).strip()))
    return " and ".join(f"{field} {sign} {_literal(end)}" for sign, end in ends if end)


def _literal(value: str) -> str:
    """A number as it is written, with a point; anything else as a text."""
    plain = value.replace(",", ".")
    return plain if re.fullmatch(_NUMBER, plain) else _quoted(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rows(rule: str) -> Iterator[RuleRow]:
    did = not rule.startswith(NEVER)
    text = rule.removeprefix(NEVER).strip()
    parts = _alternatives(text)
    found = [_row(part) for part in parts]
    if len(found) > 1 and (None in found or rules_of(_joined(found)) != (text,)):
        found = [None]
    if found == [None]:
        yield RuleRow(FREE, value=text, did=did)
        return
    for row in _joined(found):
        yield replace(row, did=did)


def _joined(found: Sequence[RuleRow | None]) -> Iterator[RuleRow]:
    for place, row in enumerate(found):
        if row is not None:
            yield replace(row, joined="or" if place else "and")


def _alternatives(text: str) -> list[str]:
    """``(a) or (b)`` as its parts; anything else is one."""
    if not (text.startswith("(") and text.endswith(")") and ") or (" in text):
        return [text]
    return text[1:-1].split(") or (")


def _row(text: str) -> RuleRow | None:
    """The row that says exactly this condition, if one does."""
    days = {">=": "", "<=": ""}
    rest = text = _DATED.sub(r"at \1 '", text)
    while (row := _compared(rest)) is None and (found := _WITHIN.fullmatch(rest)):
        days[found["op"]], rest = found["day"], found["rest"]
    if row is None:
        return None
    row = replace(row, since=days[">="], until=days["<="])
    return row if _condition(row) == text else None


def _compared(text: str) -> RuleRow | None:
    """The row of one comparison, without days."""
    if ends := _RANGE.fullmatch(text):
        value = "..".join(_unquoted(ends[end]) for end in ("low", "high"))
        return RuleRow(ends["field"].strip('"'), BETWEEN, value)
    for shape in _SHAPES:
        if match := shape.fullmatch(text):
            operator = match["op"] or "contains"
            return RuleRow(match["field"].strip('"'), operator, _unquoted(match["value"]))
    return None


def _unquoted(literal: str) -> str:
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal
