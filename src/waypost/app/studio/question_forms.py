"""Questions as forms and back: one list of fields for page, API, command line and Python."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from waypost.app.question_fields.asked import ASKED
from waypost.app.question_fields.fields import Field
from waypost.app.question_fields.reading import question_of
from waypost.app.question_fields.shape import NEEDED, Asked, flag_of, shortcut_name
from waypost.app.studio.question_words import FIELD_NAMES, word_name
from waypost.app.studio.segment_rules import RuleRow, rules_of
from waypost.errors import NotFoundError, QuestionError, WaypostError, nearest
from waypost.kit.translation import N_
from waypost.model import label_in
from waypost.questions import Composed, Question, SnapshotView
from waypost.questions.naming import step_rule

__all__ = [
    "BY_NAME",
    "STEP_FIELDS",
    "Fault",
    "FormField",
    "address_of",
    "asked_of",
    "command_line",
    "fault_of",
    "fields_of",
    "filters_of",
    "given_of",
    "known_names",
    "python_text",
    "question_from",
    "replaced",
    "step_choices",
]

BY_NAME: Mapping[str, Asked] = {asked.question: asked for asked in ASKED}

STEP_FIELDS = frozenset(
    (
        *("after", "anchor", "candidates", "direct", "exclude", "first", "goal", "leave_out"),
        *("new_at", "optional", "repeatable", "start", "step", "steps", "target", "then"),
    )
)
_FIRST = frozenset(("anchor", "by", "within", "every", "goal", "first", "then", "length", "top"))
"""Fields that show at once; the others are folded away."""

_COMMON_TEXTS = (
    *("where", "since", "until", "only", "only_of", "unit", "breakdown", "breakdown_of"),
    *("compare", "against", "other_since", "other_until"),
)
_COMMON = (*_COMMON_TEXTS, "segment", "groups")
_USUAL = {"only_of": "first", "breakdown_of": "first", "unit": "person", "groups": 8}
_FLAGS = {
    "where": "--where",
    "since": "--since",
    "until": "--until",
    "only": "--only",
    "only_of": "--only-of",
    "unit": "--unit",
    "breakdown": "--breakdown",
    "breakdown_of": "--breakdown-of",
    "groups": "--groups",
    "compare": "--compare",
    "against": "--with",
    "other_since": "--compare-since",
    "other_until": "--compare-until",
}
_LONGEST = 2_000
_MOST_VALUES = 64
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its name, the value, and names that may have been meant."""

    field: str
    value: str
    error: WaypostError
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of a form. ``kind``: ``text``, ``number``, ``texts``, ``flag`` or ``words``.

    ``picks`` names the list that helps to fill it in: ``steps``, ``times``, ``fields``, ``days``.
    ``usual`` is what holds where nothing is filled in.
    """

    name: str
    label: str
    help: str
    kind: str
    values: tuple[str, ...]
    words: tuple[tuple[str, str], ...] = ()
    picks: str = ""
    usual: str = ""
    is_needed: bool = False
    is_first: bool = False
    least: int | None = None
    most: int | None = None


def asked_of(name: str) -> Asked:
    """What is known of a question; ``NotFoundError`` with the nearest names."""
    found = BY_NAME.get(name.replace("-", "_"))
    if found is None:
        near = nearest(name, BY_NAME)
        raise NotFoundError(
            f"There is no question {name!r}.",
            hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(BY_NAME)}.",
            question=name,
        )
    return found


def known_names(asked: Asked) -> tuple[str, ...]:
    """Every name that ``given_of`` looks at, for answers that refuse what nobody would read."""
    added = [f"add_{part}" for part in ("field", "operator", "value", "to")]
    shortcuts = [shortcut_name(shortcut) for shortcut in asked.shortcuts]
    return (*asked.fields, *_COMMON, *shortcuts, *added)


def given_of(asked: Asked, params: Params) -> dict[str, Any]:
    """What was filled in, by name of the field; ``QuestionError`` for a number that is none."""
    given: dict[str, Any] = {}
    for name in asked.fields:
        value = _typed(name, asked.field(name), params.get(name, ()))
        if value not in (None, "", [], False):
            given[name] = value
    for name in _COMMON_TEXTS:
        text = _last(params.get(name, ()))
        if text and text != _USUAL.get(name):
            given[name] = text
    if groups := _number("groups", _last(params.get("groups", ()))):
        given["groups"] = groups
    given["segment"] = _texts(params.get("segment", ()))
    for shortcut in asked.shortcuts:
        if _last(params.get(shortcut_name(shortcut), ())):
            given[shortcut.name] = shortcut.value
    _add_condition(given, params)
    if not given["segment"]:
        del given["segment"]
    return given


def _add_condition(given: dict[str, Any], params: Params) -> None:
    """The row under the filters: a condition put together from lists."""
    field, operator, value, where = (
        _last(params.get(f"add_{part}", ())) for part in ("field", "operator", "value", "to")
    )
    made = rules_of([RuleRow(field, operator or "=", value)]) if field else ()
    if not made:
        return
    if where == "events":
        before = given.get("where")
        given["where"] = f"({before}) and {made[0]}" if before else made[0]
    else:
        text = f"never: {made[0]}" if where == "never" else made[0]
        given["segment"] = [*given.get("segment", []), text]


def _typed(name: str, field: Field, typed: Sequence[str]) -> Any:
    if field.kind == "texts":
        return _texts(typed)
    text = _last(typed)
    if field.kind == "flag":
        return text in ("1", "on", "true")
    return _number(name, text) if field.kind == "number" else text


def _texts(typed: Sequence[str]) -> list[str]:
    return [text.strip()[:_LONGEST] for text in typed if text.strip()][:_MOST_VALUES]


def _last(typed: Sequence[str]) -> str:
    return typed[-1].strip()[:_LONGEST] if typed else ""


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise QuestionError(
            f"{text!r} is no whole number.", hint=N_("Write digits only."), field=name, value=text
        ) from error


def question_from(
    asked: Asked, given: Mapping[str, Any], *, narrowed: Sequence[str] = ()
) -> Question | Composed:
    """The question; ``narrowed``: conditions of a persona or segment that hold as well."""
    segment = [*(given.get("segment") or ()), *narrowed]
    for name, field in _numbers(asked):
        value = given.get(name)
        if value is not None and not (field.least or 0) <= value <= (field.most or 10**6):
            raise QuestionError(
                f"{name} is {value}.",
                hint=f"It lies between {field.least or 0} and {field.most or 10**6}.",
                field=name,
                value=value,
            )
    return question_of(asked, {**given, "segment": segment})


def _numbers(asked: Asked) -> list[tuple[str, Field]]:
    known = [(name, asked.field(name)) for name in asked.fields]
    return [(name, field) for name, field in known if field.kind == "number"]


def fields_of(asked: Asked, given: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The question's own fields, those that show at once first."""
    found = [_form_field(asked, name, given) for name in asked.fields]
    return (*(one for one in found if one.is_first), *(one for one in found if not one.is_first))


def _form_field(asked: Asked, name: str, given: Mapping[str, Any]) -> FormField:
    field, default = asked.field(name), asked.fields[name]
    needed = default == NEEDED
    usual = () if needed or default in (None, False, ()) else _as_texts(default)
    filled = _as_texts(given[name]) if name in given else usual
    is_choice = bool(field.words) and field.kind == "text" and name != "every"
    kind = "words" if is_choice else field.kind
    if field.kind == "flag":
        filled = ("1",) if given.get(name) else ()
    words = tuple((word, word_name(name, word)) for word in field.words)
    if kind == "words" and default in (None, ()) and not needed:
        words = (("", N_("as usual")), *words)
    return FormField(
        name=name,
        label=field.help if field.kind == "flag" else FIELD_NAMES.get(name, name),
        help=_help(field, kind),
        kind=kind,
        values=filled,
        words=words,
        picks=_picks(name, field),
        usual=usual[0] if usual else "",
        is_needed=needed,
        is_first=needed or name in asked.arguments or (name in _FIRST and default is not None),
        least=field.least if field.kind == "number" else None,
        most=field.most if field.kind == "number" else None,
    )


def _help(field: Field, kind: str) -> str:
    """Nothing where it speaks of options, or of words that a list shows in plain language."""
    told = set(re.findall(r"\w+", field.help))
    speaks_of_words = kind == "words" and bool(told & set(field.words))
    return "" if "--" in field.help or field.kind == "flag" or speaks_of_words else field.help


def _picks(name: str, field: Field) -> str:
    if field.metavar == "FIELD" or name in ("same", "new_on"):
        return "fields"
    if name in STEP_FIELDS:
        return "steps"
    return "times" if field.metavar == "TIME" else ""


def _as_texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else (str(value),)


def filters_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The common fields as they were filled in, empty where they were not."""
    found = {name: str(given.get(name) or _USUAL.get(name, "")) for name in _COMMON}
    found["segment"] = ""
    return found


def step_choices(view: SnapshotView, language: str) -> list[tuple[str, str, str]]:
    """What a step can be: how it is written, its label, and what kind of thing it is."""
    kinds = (
        ("step", view.steps),
        ("touchpoint", view.touchpoints),
        ("stage", view.stages),
    )
    found = [
        (f"{kind}:{one.id}", label_in(one.label, language) or one.id, word_name("", kind))
        for kind, entries in kinds
        for one in entries
        if one.id
    ]
    for kind, names in (("event", view.events), ("channel", view.channels)):
        found += [(f"{kind}:{name}", name, word_name("", kind)) for name in sorted(names) if name]
    return found


def fault_of(
    error: WaypostError, asked: Asked, given: Mapping[str, Any], view: SnapshotView | None
) -> Fault:
    """The field that an error is about; an empty name where it is about the whole question."""
    named = str(error.facts.get("field", ""))
    fields = [name for name in (*asked.fields, *_COMMON) if name in given]
    if named in (*asked.fields, *_COMMON):
        return Fault(named, str(error.facts.get("value", "")), error)
    pairs = [(name, text) for name in fields for text in _as_texts(given[name]) if text]
    for name, text in pairs:
        if name not in STEP_FIELDS and _is_about(error, text):
            return Fault(name, text, error)
    for name, text in pairs:
        near = _nearest_steps(text, view) if name in STEP_FIELDS and view else None
        if near is not None:
            return Fault(name, text, error, near)
    for name, text in pairs:
        if _is_about(error, text):
            return Fault(name, text, error)
    return Fault("", "", error)


def _is_about(error: WaypostError, text: str) -> bool:
    return (
        repr(text) in error.message
        or f"“{text}”" in error.message
        or (text in (str(value) for value in error.facts.values()))
    )


def _nearest_steps(text: str, view: SnapshotView) -> tuple[str, ...] | None:
    """None for a step that is known; else names that may have been meant."""
    for part in text.partition("@")[0].split(" | "):
        try:
            step_rule(view, part.strip())
        except WaypostError:
            kind, colon, rest = part.strip().partition(":")
            choices = step_choices(view, "en")
            known = {value.partition(":")[2]: value for value, _, _ in reversed(choices)}
            near = nearest(rest if colon else kind, list(known))
            return tuple(known[name] for name in near)
    return None


def address_of(given: Mapping[str, Any], **more: str) -> str:
    """What was filled in as the part of an address behind the question mark."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        if value is True:
            pairs.append((name, "1"))
        else:
            pairs += [(name, text) for text in _as_texts(value)]
    return urlencode([*pairs, *((name, text) for name, text in more.items() if text)])


def command_line(
    asked: Asked, given: Mapping[str, Any], question: Question | Composed, folder: str
) -> str:
    """The command that asks the same."""
    plain = question.question if isinstance(question, Composed) else question
    words = ["waypost", asked.command, folder, *_words(asked, given, plain)]
    return " ".join(shlex.quote(word) for word in words)


def _words(asked: Asked, given: Mapping[str, Any], plain: Question) -> Iterator[str]:
    arguments = [
        text for name in asked.arguments if name in given for text in _as_texts(given[name])
    ]
    for name in asked.fields:
        if name in asked.arguments or name not in given:
            continue
        flag = flag_of(name, asked.field(name))
        if asked.field(name).kind == "flag":
            yield flag
        else:
            for text in _as_texts(given[name]):
                yield from (flag, text)
    for name, flag in _FLAGS.items():
        if name in given:
            yield from (flag, str(given[name]))
    segment = plain.segment
    for text in () if segment is None else (segment,) if isinstance(segment, str) else segment:
        yield from ("--segment", text)
    if any(text.startswith("-") for text in arguments):
        yield "--"
    yield from arguments


def python_text(question: Question | Composed, folder: str) -> str:
    """Python that asks the same, ready to run."""
    names = sorted(_imports(question))
    return (
        "import waypost\n"
        f"from waypost.questions import {', '.join(names)}\n\n"
        f"shop = waypost.open({folder!r})\n"
        f"shop.ask({_call(question)})\n"
    )


def _imports(value: Any) -> Iterator[str]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield type(value).__name__
        for item in dataclasses.fields(value):
            yield from _imports(getattr(value, item.name))


def _call(value: Any) -> str:
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return repr(value)
    given = [
        f"{item.name}={_call(getattr(value, item.name))}"
        for item in dataclasses.fields(value)
        if getattr(value, item.name) != item.default
    ]
    return f"{type(value).__name__}({', '.join(given)})"


def replaced(given: Mapping[str, Any], name: str, value: str, became: str) -> dict[str, Any]:
    """What was filled in, with one value of a field replaced."""
    before = given.get(name)
    if isinstance(before, list):
        return {**given, name: [became if text == value else text for text in before]}
    return {**given, name: became}
