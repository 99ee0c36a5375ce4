"""Conditions as rows of field, comparison and value, for every builder of them: there and back.

Rows narrow one another; a row that is joined by “or” is another way to fulfil the one before. What
no row can say stays a row of text, so that nothing is lost.
"""

from __future__ import annotations

import typing
from collections.abc import Sequence
from dataclasses import dataclass

from waypost.app.studio.actor import Actor
from waypost.app.studio.asking import view_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_forms import step_choices
from waypost.app.studio.segment_rules import (
    BETWEEN,
    FREE,
    OPERATORS,
    PERSONA,
    RuleRow,
    rows_of,
    rules_of,
    with_personas,
)
from waypost.app.studio.segments import SegmentSize, size_of
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError
from waypost.exports.html.speech import speech_for
from waypost.exports.html.vocabulary import channel_name, source_name
from waypost.kit.translation import N_, translator
from waypost.model.conditions import All, Any, Condition, Node
from waypost.questions.segments import NEVER

__all__ = [
    "Conditions",
    "condition_choices",
    "from_rows",
    "from_text",
    "persons_of_rules",
    "rules_of_personas",
]

_FIELDS = (
    ("touchpoint", N_("Touchpoint"), "name"),
    ("step", N_("Step"), "name"),
    ("stage", N_("Stage"), "name"),
    ("channel", N_("Channel"), "name"),
    ("event", N_("Event"), "name"),
    ("source", N_("Source"), "name"),
    ("value", N_("Amount"), "number"),
    ("rating", N_("Rating"), "number"),
    ("at", N_("Day"), "day"),
    ("text", N_("Text"), "text"),
)
_OWN = frozenset(name for name, _, _ in _FIELDS)
_PRESENCE = ("is not null", "is null")
_COMPARISONS = {
    "name": ("=", "!=", "contains", *_PRESENCE),
    "number": (">=", "<=", ">", "<", BETWEEN, "=", "!=", *_PRESENCE),
    "day": (">=", "<=", BETWEEN),
    "text": ("contains", "=", "!=", *_PRESENCE),
    "any": tuple(OPERATORS),
    "persona": ("=", "!="),
    FREE: ("=",),
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """The same as rows and as text; rules of a segment stand one a line."""

    rows: tuple[RuleRow, ...]
    text: str


def from_rows(
    rows: Sequence[RuleRow],
    *,
    is_segment: bool,
    personas: typing.Mapping[str, Sequence[str]] | None = None,
) -> Conditions:
    """The text of filled rows; ``RuleError`` where a row says nothing that can be read.

    ``personas``: conditions by name, for rows that name one.
    """
    rules = with_personas(rows, personas or {}) if is_segment else rules_of(rows)
    for rule in rules:
        Condition.parse(rule.removeprefix(NEVER).strip())
    if is_segment:
        return Conditions(tuple(rows), "\n".join(rules))
    text = " and ".join(f"({rule})" for rule in rules)
    return Conditions(tuple(rows), Condition.parse(text).written() if text else "")


def from_text(text: str, *, is_segment: bool) -> Conditions:
    """The rows of a text; ``RuleError`` for one that cannot be read."""
    rules = [line.strip() for line in text.splitlines() if line.strip()]
    if is_segment:
        for rule in rules:
            Condition.parse(rule.removeprefix(NEVER).strip())
        return Conditions(rows_of(rules), "\n".join(rules))
    whole = " ".join(rules)
    if not whole:
        return Conditions((), "")
    root = Condition.parse(whole).root
    single = rows_of([whole])
    if len(single) == 1 and single[0].field != FREE:
        return Conditions(single, whole)
    parts = root.parts if isinstance(root, All) else (root,)
    return Conditions(rows_of([_rule(part) for part in parts]), whole)


def _rule(part: Node) -> str:
    """A part as ``rows_of`` reads it: several ways each in brackets."""
    if isinstance(part, Any):
        return " or ".join(f"({Condition(one).written()})" for one in part.parts)
    return Condition(part).written()


def persons_of_rules(site: Site, actor: Actor, text: str) -> SegmentSize:
    """How many persons the rules of a segment leave, and of how many."""
    return size_of(site, actor, [line for line in text.splitlines() if line.strip()])


def rules_of_personas(site: Site, actor: Actor) -> dict[str, tuple[str, ...]]:
    """The conditions of the workspace's personas by name."""
    return {one.name: one.segment for one in list_personas(site, actor)}


def condition_choices(site: Site, actor: Actor) -> dict[str, typing.Any]:
    """Fields, comparisons, and for each field the values that occur, in the actor's language.

    A field's ``kind`` says which comparisons fit it; ``of_data``: an attribute that occurs.
    """
    require(actor, Right.SEE)
    gettext = translator(actor.language).gettext
    values = _values(site, actor)
    personas = [{"value": name, "label": name} for name in rules_of_personas(site, actor)]
    fields: list[dict[str, typing.Any]] = [
        {"id": name, "label": gettext(label), "kind": kind} for name, label, kind in _FIELDS
    ]
    for name in _attributes(site, actor):
        written = f"a.{name}" if name in _OWN else name
        fields.append({"id": written, "label": name, "kind": "any", "of_data": True})
    if personas:
        fields.append({"id": PERSONA, "label": gettext(N_("Persona")), "kind": "persona"})
    free = gettext(N_("Condition in words of the filter language"))
    fields.append({"id": FREE, "label": free, "kind": FREE})
    return {
        "fields": fields,
        "operators": [{"id": name, "label": gettext(label)} for name, label in OPERATORS.items()],
        "comparisons": _COMPARISONS,
        "values": {**values, **({PERSONA: personas} if personas else {})},
        "free": FREE,
    }


def _values(site: Site, actor: Actor) -> dict[str, list[dict[str, str]]]:
    values: dict[str, list[dict[str, str]]] = {}
    try:
        view = view_of(site, actor)
    except NotFoundError:
        return values
    speech = speech_for(actor.language, view.currency)
    for written, label, _ in step_choices(view, actor.language):
        field, _, name = written.partition(":")
        shown = channel_name(speech, name) if field == "channel" else label
        values.setdefault(field, []).append({"value": name, "label": shown})
    values["source"] = [
        {"value": name, "label": source_name(speech, name)} for name in sorted(view.sources) if name
    ]
    return values


def _attributes(site: Site, actor: Actor) -> tuple[str, ...]:
    """Attributes that occur in the event log."""
    return site.workspace(actor.workspace).log.attribute_names()
