"""Credit of contacts: a bar for each model beside each other, or one model with its figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from waypost.kit.translation import N_
from waypost.questions.attribution_rows import MODELS, NO_CONTACT
from waypost.questions.charts.bars import rest_row, whole_of
from waypost.questions.charts.canvas import Box, Canvas, text_width
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows
from waypost.questions.charts.scene import MARGIN, Scene, fitted, noted
from waypost.questions.charts.words import wrapped

__all__ = ["draw_attribution"]

_MOST, _MOST_STACKED = 12, 6
_LINE, _BAR = 32.0, 13.0
_FIGURE = 38.0
_SMALL_LINE = 19.0
_HEAD = 15.0


@dataclass(frozen=True, slots=True)
class _Credit:
    """A row of the answer: its name, and per model share, low and high."""

    name: str
    shares: tuple[tuple[float, float, float], ...]
    is_contact: bool


def draw_attribution(scene: Scene, canvas: Canvas, y: float) -> float:
    """Shares of all conversions; those without a contact are hatched."""
    models = [model for model in MODELS if scene.column(model)]
    if len(models) == 1:
        y = _one_model(scene, canvas, y, models[0])
    else:
        rows = _rows(scene, models)
        y = (_stacked if scene.narrow else _beside)(scene, canvas, y, (models, rows))
    said = N_("Share of all conversions with its {level} % interval. Hatched: without a contact.")
    y = noted(scene, canvas, y + 4, scene.words.say(said, level=scene.question.get("level", 95)))
    for notice in scene.result.warnings[:1]:
        y = noted(scene, canvas, y, notice.say(scene.words.language))
    return y


def _rows(scene: Scene, models: Sequence[str]) -> list[_Credit]:
    """The first contacts, all others together, and what had none."""
    names = [str(name) for name in scene.column("node")]
    columns = [
        list(zip(*(scene.column(f"{m}_{part}") for part in ("share", "low", "high")), strict=True))
        for m in models
    ]
    most = _MOST_STACKED if scene.narrow else _MOST
    places = [place for place, name in enumerate(names) if name != NO_CONTACT]
    found = [
        _Credit(scene.words.node(names[place]), tuple(c[place] for c in columns), is_contact=True)
        for place in places[:most]
    ]
    rest = places[most:]
    if rest:
        sums = tuple((math.fsum(c[k][0] for k in rest), math.nan, math.nan) for c in columns)
        label = scene.words.say(N_("{number} others"), number=scene.words.count(len(rest)))
        found.append(_Credit(label, sums, is_contact=True))
    if NO_CONTACT in names:
        last = names.index(NO_CONTACT)
        label = scene.words.node(NO_CONTACT)
        found.append(_Credit(label, tuple(c[last] for c in columns), is_contact=False))
    return found


def _reach(rows: Sequence[_Credit]) -> float:
    ends = [max(share, high) for row in rows for share, _, high in row.shares]
    return max((end for end in ends if math.isfinite(end)), default=0.0) or 1.0


def _bar(
    scene: Scene, canvas: Canvas, box: Box, shown: tuple[tuple[float, float, float], float, bool]
) -> None:
    """A bar from the left edge of the box, as long as its part of ``top``, and its interval."""
    (share, low, high), top, is_contact = shown
    if not math.isfinite(share):
        return
    length = max(share, 0.0) / top * box.width
    bar = Box(box.x, box.y, length, box.height)
    if is_contact:
        canvas.fill(bar, scene.colours.bar)
    else:
        canvas.outline(bar, scene.colours.strong_line)
        canvas.hatch(bar, scene.colours.strong_line)
    if math.isfinite(low) and high > low:
        ends = (box.x + max(low, 0.0) / top * box.width, box.x + high / top * box.width)
        canvas.whisker(ends, bar.middle)


def _beside(
    scene: Scene, canvas: Canvas, y: float, shown: tuple[Sequence[str], Sequence[_Credit]]
) -> float:
    """A line for each contact, a column for each model."""
    models, rows = shown
    widest = max((text_width(row.name) for row in rows), default=0.0)
    left = MARGIN + min(widest, scene.inner * 0.24) + 14
    step = (scene.width - MARGIN - left) / len(models)
    heads = [wrapped(scene.words.label(model), step - 8, 12) for model in models]
    tallest = max(len(lines) for lines in heads)
    for place, lines in enumerate(heads):
        for number, line in enumerate(lines):
            at = (left + place * step, y + _HEAD * (tallest - len(lines) + number))
            canvas.text(at, line, scene.ink(12, bold=True))
    y += _HEAD * tallest + 2
    top, edge = _reach(rows), scene.width - MARGIN
    for row in rows:
        canvas.rule((MARGIN, y), (edge, y), colour=scene.colours.line, level=0)
        middle = y + _LINE / 2
        canvas.text((MARGIN, middle), fitted(row.name, left - MARGIN - 10), scene.ink())
        for place, share in enumerate(row.shares):
            box = Box(left + place * step, middle - _BAR / 2, step - _FIGURE - 12, _BAR)
            _bar(scene, canvas, box, (share, top, row.is_contact))
            figure = scene.words.share(share[0], 0)
            at = (left + (place + 1) * step - 8, middle)
            canvas.text(at, figure, scene.faint(12, align="right"))
        y += _LINE
    return y


def _stacked(
    scene: Scene, canvas: Canvas, y: float, shown: tuple[Sequence[str], Sequence[_Credit]]
) -> float:
    """Where room is short: each contact with a line for every model."""
    models, rows = shown
    labels = [scene.words.label(model) for model in models]
    left = MARGIN + min(max(map(text_width, labels)), scene.inner * 0.42) + 10
    top, edge = _reach(rows), scene.width - MARGIN
    for row in rows:
        canvas.text((MARGIN, y + 8), fitted(row.name, scene.inner), scene.ink(13, bold=True))
        y += 20
        for label, share in zip(labels, row.shares, strict=True):
            middle = y + _SMALL_LINE / 2
            canvas.text((MARGIN, middle), fitted(label, left - MARGIN - 8, 12), scene.faint(12))
            box = Box(left, middle - 5, edge - left - _FIGURE - 8, 10)
            _bar(scene, canvas, box, (share, top, row.is_contact))
            at = (edge, middle)
            canvas.text(at, scene.words.share(share[0], 0), scene.ink(12, align="right"))
            y += _SMALL_LINE
        y += 8
    return y


def _one_model(scene: Scene, canvas: Canvas, y: float, model: str) -> float:
    words, columns = scene.words, ("", "_share", "_low", "_high", "_money")
    table = zip(
        scene.column("node"), *(scene.column(f"{model}{part}") for part in columns), strict=True
    )
    found = [
        Row(
            words.node(str(name)),
            (_part(scene, share, is_contact=name != NO_CONTACT),),
            (words.share(share), words.number(credit), words.money(money)),
            low,
            high,
        )
        for name, credit, share, low, high, money in table
    ]
    is_last_without = bool(found) and scene.column("node")[-1] == NO_CONTACT
    last = found[-1:] if is_last_without else []
    contacts = found[: len(found) - len(last)]
    rows, rest = contacts[:_MOST], contacts[_MOST:]
    if rest:
        share = math.fsum(row.parts[0].value for row in rest)
        rows.append(rest_row(scene, len(rest), share, (words.share(share), "", "")))
    names = ("share", model, f"{model}_money")
    captions = tuple(words.label(name) for name in names)
    return draw_rows(scene, canvas, y, Rows([*rows, *last], captions, whole_of([*rows, *last])))


def _part(scene: Scene, share: float, *, is_contact: bool) -> Part:
    colour = scene.colours.bar if is_contact else scene.colours.strong_line
    return Part(share, colour, not is_contact)
