"""What a question means, wholly: its own sentences, what is counted, whom, when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from waypost.kit.durations import duration_words
from waypost.kit.translation import N_
from waypost.model.conditions import Condition
from waypost.questions.comparison import Comparison, Group
from waypost.questions.composed import Composed
from waypost.questions.only import Only
from waypost.questions.question import Question
from waypost.questions.result import say
from waypost.questions.segments import NEVER, parts_of
from waypost.questions.units import PERSON, SESSION, unit_of

__all__ = ["explain_wholly", "side_words"]


def explain_wholly(question: Question | Composed, language: str = "en") -> str:
    """The question's own explanation, then its unit, filters and period, in ``en`` or ``de``.

    Raises ``RuleError`` for a condition that cannot be read.
    """
    if isinstance(question, Comparison):
        first, second = (side_words(side, language) for side in question.sides)
        sides = say(_COMPARED, language, {"first": first, "second": second})
        told = [question.question.explain(language), sides]
    else:
        told = [question.explain(language)]
    inner = question.question if isinstance(question, Composed) else question
    return " ".join([*told, *_limits(inner, language)])


_COMPARED = N_("Two groups are compared: {first}, and {second}.")
_PERSONS_WITH = N_("persons with an event for which holds: {condition}")
_PERSONS_WITHOUT = N_("persons without any event for which holds: {condition}")


def side_words(side: Group, language: str) -> str:
    """Who is in a group of a comparison; its name where somebody gave it one.

    Raises ``RuleError`` for a condition that cannot be read.
    """
    parts = parts_of(side.segment)
    if len(parts) != 1 or side.where or side.since or side.until:
        return _quoted(side.name, language)
    condition, at_least_one = parts[0]
    if side.name in (f"not: {condition}", f"not: {NEVER} {condition}"):
        return say(N_("all others"), language, {})
    if side.name.removeprefix(NEVER).strip() != condition:
        return _quoted(side.name, language)
    told = Condition.parse(condition).explain(language)
    return say(_PERSONS_WITH if at_least_one else _PERSONS_WITHOUT, language, {"condition": told})


def _quoted(text: str, language: str) -> str:
    return say(N_("“{name}”"), language, {"name": text})


def _limits(question: Question, language: str) -> Iterator[str]:
    yield from _unit(question.unit, language)
    if question.where:
        told = Condition.parse(question.where).explain(language)
        yield say(
            N_("Only events count for which holds: {condition}."), language, {"condition": told}
        )
    for text, at_least_one in parts_of(question.segment):
        told = Condition.parse(text).explain(language)
        yield say(_WITH if at_least_one else _WITHOUT, language, {"condition": told})
    if question.only is not None:
        yield _only(question.only, language)
    yield from _period(question, language)


_WITH = N_("Only persons count with an event for which holds: {condition}.")
_WITHOUT = N_("Only persons count without any event for which holds: {condition}.")


def _unit(text: str | None, language: str) -> Iterator[str]:
    unit = unit_of(text)
    if unit.kind == PERSON:
        return
    if unit.kind == SESSION:
        gap = duration_words(unit.gap, language)
        message = N_("Not persons are counted but their sessions; one ends after {gap} of silence.")
        yield say(message, language, {"gap": gap})
        return
    message = N_("Not persons are counted but what shares a value of “{field}”.")
    yield say(message, language, {"field": unit.key})


def _only(only: Only, language: str) -> str:
    nothing = say(N_("no value"), language, {})
    shown = (nothing if value is None else _quoted(value, language) for value in only.values)
    values = ", ".join(shown)
    if only.of == "event":
        message = _EVENTS_OUTSIDE if only.outside else _EVENTS
    else:
        message = _FIRST_OUTSIDE if only.outside else _FIRST
    return say(message, language, {"field": only.by, "values": values})


_EVENTS = N_("Only events count with one of these in “{field}”: {values}.")
_EVENTS_OUTSIDE = N_("Only events count with none of these in “{field}”: {values}.")
_FIRST = N_("Only those count who first had one of these in “{field}”: {values}.")
_FIRST_OUTSIDE = N_("Only those count who first had none of these in “{field}”: {values}.")


def _period(question: Question, language: str) -> Iterator[str]:
    since, until = (
        None if text is None else _day(str(text), language)
        for text in (question.since, question.until)
    )
    if since and until:
        yield say(N_("From {since} to {until}."), language, {"since": since, "until": until})
    elif since:
        yield say(N_("From {since} on."), language, {"since": since})
    elif until:
        yield say(N_("Until {until}."), language, {"until": until})


def _day(text: str, language: str) -> str:
    """A day as people write it; an instant with its time and zone as it was given."""
    from babel.dates import format_date  # noqa: PLC0415 - only a period needs it

    if len(text) == len("2025-01-31"):
        return str(format_date(date.fromisoformat(text), "long", locale=language))
    return datetime.fromisoformat(text).isoformat(" ")
