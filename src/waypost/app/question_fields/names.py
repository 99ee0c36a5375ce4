"""Ids of a snapshot as people know them, and questions told with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from waypost.errors import QuestionError
from waypost.kit.translation import translator
from waypost.model import label_in
from waypost.model.channels import CHANNEL_NAMES
from waypost.questions import Composed, Question, Result, SnapshotView, question_from_dict
from waypost.questions.meaning import explain_wholly
from waypost.questions.pattern_language import parse_pattern
from waypost.questions.pattern_tokens import renamed

__all__ = ["Names", "meaning", "sentence"]

_NAMED = (
    "after", "anchor", "candidates", "first", "goal", "leave_out", "new_at", "optional",
    "repeatable", "start", "step", "steps", "target", "then",
)  # fmt: skip

_KINDS = ("touchpoint", "step", "event", "stage", "channel")


class Names:
    """What touchpoints, steps, stages and channels are called; events bear their own names."""

    def __init__(self, view: SnapshotView, language: str) -> None:
        self.language = language
        self._by_kind: dict[str, Mapping[str, str]] = {
            kind: {entry.id: label_in(entry.label, language) or entry.id for entry in entries}
            for kind, entries in (
                ("touchpoint", view.touchpoints),
                ("step", view.steps),
                ("stage", view.stages),
            )
        }
        text = translator(language).gettext
        self._by_kind["channel"] = {name: text(told) for name, told in CHANNEL_NAMES.items()}

    def of(self, kind: str, name: str) -> str:
        """The label of one kind of thing; the name itself where it has none."""
        return self._by_kind.get(kind, {}).get(name, name)

    def of_step(self, typed: str, read_as: Mapping[str, str]) -> str:
        """A step of a question, as the question understood it; conditions as they were typed."""
        prefix, colon, rest = typed.partition(":")
        if colon and prefix in _KINDS:
            return self.of(prefix, rest)
        return self.of(read_as.get(typed, ""), typed)


def sentence(result: Result, names: Names) -> str:
    """The question of an answer in sentences, with the names that people know."""
    return _told(result.question, result.facts, names)


def meaning(question: Question | Composed, names: Names) -> str:
    """A question in sentences before it is answered."""
    return _told(question.to_dict(), {}, names)


def _told(content: Mapping[str, Any], facts: Mapping[str, Any], names: Names) -> str:
    try:
        question = question_from_dict(_with_labels(content, facts, names))
    except QuestionError:  # two steps of the same label cannot be told apart by it
        question = question_from_dict(content)
    return explain_wholly(question, names.language)


def _with_labels(
    question: Mapping[str, Any], facts: Mapping[str, Any], names: Names
) -> dict[str, Any]:
    read_as = facts.get("read_as") or {}

    def known(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [known(one) for one in value]
        return names.of_step(value, read_as) if isinstance(value, str) else value

    inner = question.get("of_question")
    if inner is not None:
        groups = facts.get("groups") or {"": facts.get("first_facts") or {}}
        return {
            **question,
            "of_question": _with_labels(inner, next(iter(groups.values()), {}), names),
        }
    told = {name: known(value) if name in _NAMED else value for name, value in question.items()}
    if "patterns" in question:
        told["patterns"] = [_pattern(text, known) for text in question["patterns"]]
    return told


def _pattern(text: str, known: Callable[[str], str]) -> str:
    terms = parse_pattern(text).terms()
    return renamed(
        text, {one.place: known(one.step) for one in terms if one.step and one.kind != "condition"}
    )
