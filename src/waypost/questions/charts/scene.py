"""What every chart has: a head with n and period, a drawing, and a line that says what counted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.errors import QuestionError
from waypost.kit.translation import N_, translator
from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.colours import Colours
from waypost.questions.charts.words import Words, wrapped
from waypost.questions.result import Result
from waypost.questions.unit_names import named_after
from waypost.questions.units import unit_of

__all__ = ["Draw", "Drawing", "Scene", "currency_of", "fitted", "framed", "noted", "nothing"]

MARGIN = 16.0
_TITLE, _SUBTITLE, _FOOT = 19, 13, 12
_CURRENCY = re.compile(r"minor units of ([A-Z]{3})")
_WHOLES = ("entrants", "persons", "total_persons", "journeys", "closed_journeys", "attempts")


@dataclass(frozen=True, slots=True)
class Scene:
    """An answer, and how it is to be said and drawn; ``width`` is that of the whole picture."""

    result: Result
    words: Words
    colours: Colours
    width: float

    @property
    def question(self) -> Mapping[str, Any]:
        """The plain question, also where it was asked of groups."""
        asked = self.result.question
        inner: Mapping[str, Any] = asked.get("of_question", asked)
        return inner

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * MARGIN

    @property
    def narrow(self) -> bool:
        """Whether labels stand above what they name."""
        return self.width < _NARROW

    @property
    def plural(self) -> str:
        """What is counted: persons, sessions, orders."""
        return unit_of(self.question.get("unit")).plural

    def called(self, column: str) -> str:
        """A column of persons as the answer calls it."""
        return named_after(self.question.get("unit"), column)

    def column(self, name: str) -> list[Any]:
        """A column as plain values; NaN stays NaN. Empty where the answer lacks it."""
        values = self.result.columns.get(self.called(name), ())
        return [value.item() if hasattr(value, "item") else value for value in values]

    def fact(self, name: str, default: Any = math.nan) -> Any:
        """A fact by the name that it has where persons are counted."""
        found = self.result.facts.get(self.called(name))
        return default if found is None else found

    def ink(self, size: int = 13, **style: Any) -> Ink:
        """Plain text."""
        return Ink(self.colours.ink, size, **style)

    def faint(self, size: int = 12, **style: Any) -> Ink:
        """Text of second rank."""
        return Ink(self.colours.ink_3, size, **style)


_NARROW = 560

Draw = Callable[[Scene, Canvas, float], float]
"""Draws below a height and gives the height where it ended."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A family of charts: its title in English, and what draws it."""

    title: tuple[str, str]
    draw: Draw


def framed(scene: Scene, drawing: Drawing, *, is_alone: bool) -> dict[str, Any]:
    """The whole picture as a Vega-Lite specification; one that stands alone says what it counts."""
    canvas = Canvas(scene.colours, scene.width)
    title = translator(scene.words.language).pgettext(*drawing.title)
    about = _about(scene)
    y = _head(scene, canvas, title, about)
    y = (nothing if _is_empty(scene) else drawing.draw)(scene, canvas, y)
    source = _source(scene)
    y = _foot(scene, canvas, y, source) if is_alone else y + MARGIN - 6
    return canvas.spec(y, f"{title}. {about}. {source}")


def _head(scene: Scene, canvas: Canvas, title: str, about: str) -> float:
    canvas.text((MARGIN, MARGIN + 11), title, scene.ink(_TITLE, bold=True))
    y = MARGIN + 34
    for line in wrapped(about, scene.inner, _SUBTITLE):
        canvas.text((MARGIN, y), line, Ink(scene.colours.ink_2, _SUBTITLE))
        y += 18
    y += 2
    canvas.fill(Box(MARGIN, y, scene.inner, 2), scene.colours.ink)
    return y + 16


def _is_empty(scene: Scene) -> bool:
    return not len(scene.result) or _size(scene, scene.result.facts) == 0


def nothing(scene: Scene, canvas: Canvas, y: float) -> float:
    """What stands in place of marks: that there are none, and why."""
    box = Box(MARGIN, y, scene.inner, 96)
    canvas.outline(box, scene.colours.strong_line, dashed=True)
    said = [scene.words.say(N_("There is nothing to draw."))]
    said += [notice.say(scene.words.language) for notice in scene.result.warnings]
    lines = [line for text in said[:2] for line in wrapped(text, scene.inner - 32, 13)][:4]
    for place, line in enumerate(lines):
        at = (scene.width / 2, box.middle + 18 * (place - (len(lines) - 1) / 2))
        canvas.text(at, line, scene.ink(13, bold=place == 0, align="center"))
    return y + box.height + 8


def _foot(scene: Scene, canvas: Canvas, y: float, source: str) -> float:
    y += 10
    canvas.fill(Box(MARGIN, y + 2, 7, 7), scene.colours.ink_2)
    indent = 13
    for line in wrapped(source, scene.inner - indent, _FOOT):
        canvas.text((MARGIN + indent, y + 6), line, scene.faint(_FOOT))
        y += 16
    return y + MARGIN - 6


def _source(scene: Scene) -> str:
    """The question in words: what was counted, and how."""
    from waypost.questions import question_from_dict  # noqa: PLC0415 - it imports this package's user

    asked = _plain(scene.result.question)
    try:
        question = question_from_dict(_named(asked, scene.words.names))
    except QuestionError:  # two steps of the same label cannot be told apart by it
        question = question_from_dict(asked)
    explained = question.explain(scene.words.language)
    counted = scene.words.say(N_("Counted:"))
    return f"{counted} {explained}"


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """Steps that are written with their kind, ``step:cart``, as people know them."""
    if isinstance(value, Mapping):
        return {name: _named(one, names) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_named(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) and ":" in value else value


def _plain(question: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dict(v) if isinstance(v, Mapping) else v for name, v in question.items()}


def _about(scene: Scene) -> str:
    """n, period and filters."""
    words = scene.words
    parts = [_whole(scene), _period(scene)]
    where, segment = scene.question.get("where"), scene.question.get("segment")
    if where:
        parts.append(words.say(N_("only events with {where}"), where=where))
    if segment:
        texts = [segment] if isinstance(segment, str) else segment
        parts.append(words.say(N_("only those with {segment}"), segment=", ".join(texts)))
    return " · ".join(part for part in parts if part)


def _whole(scene: Scene) -> str:
    facts, words = scene.result.facts, scene.words
    if "first_facts" in facts:
        sides = zip(("first", "second"), ("first_facts", "second_facts"), strict=True)
        counts = [(facts[name], _size(scene, facts[side])) for name, side in sides]
        return " · ".join(
            f"{name}: {words.counted(n, scene.plural)}" for name, n in counts if n is not None
        )
    size = _size(scene, facts)
    if size is not None:
        return words.counted(size, scene.plural)
    if "events" in facts:
        return words.say(N_("{number} events"), number=words.count(facts["events"]))
    return ""


def _size(scene: Scene, facts: Mapping[str, Any]) -> int | None:
    for name in _WHOLES:
        if scene.called(name) in facts:
            return int(facts[scene.called(name)])
    return None


def _period(scene: Scene) -> str:
    words, since, until = scene.words, scene.question.get("since"), scene.question.get("until")
    days = [_day(words, text) if text else "" for text in (since, until)]
    if since and until:
        return words.say(N_("{since} to {until}"), since=days[0], until=days[1])
    if since:
        return words.say(N_("from {since}"), since=days[0])
    if until:
        return words.say(N_("until {until}"), until=days[1])
    return words.say(N_("the whole time of the data"))


def _day(words: Words, text: str) -> str:
    from datetime import date, datetime  # noqa: PLC0415 - only charts with a period

    from babel.dates import format_date, format_datetime  # noqa: PLC0415 - as above

    try:
        on = date.fromisoformat(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return str(format_datetime(at, "medium", locale=words.language))
    pattern = "d. MMM y" if words.language == "de" else "d MMM y"
    return str(format_date(on, pattern, locale=words.language)).replace(" ", "\u00a0")


def noted(scene: Scene, canvas: Canvas, y: float, text: str) -> float:
    """A remark in as many lines as it needs; gives where it ends."""
    for line in wrapped(text, scene.inner, _FOOT):
        canvas.text((MARGIN, y + 10), line, scene.faint(_FOOT))
        y += 16
    return y + 4


def currency_of(result: Result) -> str:
    """The currency of an answer's money; EUR where it has none."""
    found = (_CURRENCY.match(unit) for unit in result.units.values())
    return next((match[1] for match in found if match), "EUR")


def fitted(text: str, width: float, size: float = 13) -> str:
    """The text, its end cut to an ellipsis where the width does not suffice."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
