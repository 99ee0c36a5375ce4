"""Conditions as rows of field, comparison and value, for the map editor: there and back.

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
from waypost.app.studio.question_forms import step_choices
from waypost.app.studio.segment_rules import FREE, OPERATORS, RuleRow, rows_of, rules_of
from waypost.app.studio.segments import SegmentSize, size_of
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError
from waypost.kit.translation import N_, translator
from waypost.model.conditions import All, Any, Condition, Node
from waypost.questions.segments import NEVER

__all__ = ["Conditions", "condition_choices", "from_rows", "from_text", "persons_of_rules"]

_FIELDS = (
    ("touchpoint", N_("Touchpoint")),
    ("step", N_("Step")),
    ("stage", N_("Stage")),
    ("channel", N_("Channel")),
    ("event", N_("Event")),
    ("source", N_("Source")),
    ("value", N_("Amount")),
    ("rating", N_("Rating")),
    ("text", N_("Text")),
    (FREE, N_("Condition in words of the filter language")),
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The same as rows and as text; rules of a segment stand one a line."""

    rows: tuple[RuleRow, ...]
    text: str


def from_rows(rows: Sequence[RuleRow], *, is_segment: bool) -> Conditions:
    """The text of filled rows; ``RuleError`` where a row says nothing that can be read."""
    rules = rules_of(rows)
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


def condition_choices(site: Site, actor: Actor) -> dict[str, typing.Any]:
    """Fields, comparisons, and for each field the values that occur, in the actor's language."""
    require(actor, Right.SEE)
    gettext = translator(actor.language).gettext
    values: dict[str, list[dict[str, str]]] = {}
    try:
        view = view_of(site, actor)
    except NotFoundError:
        view = None
    if view is not None:
        for written, label, _ in step_choices(view, actor.language):
            field, _, name = written.partition(":")
            values.setdefault(field, []).append({"value": name, "label": label})
        values["source"] = [{"value": name, "label": name} for name in sorted(view.sources) if name]
    return {
        "fields": [{"id": name, "label": gettext(label)} for name, label in _FIELDS],
        "operators": [{"id": name, "label": gettext(label)} for name, label in OPERATORS.items()],
        "values": values,
        "free": FREE,
    }
