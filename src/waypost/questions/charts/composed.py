"""Charts of breakdowns and comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, text_width
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows
from waypost.questions.charts.scene import MARGIN, Scene, fitted, noted
from waypost.questions.column_names import kind_of, label, value_label
from waypost.questions.intervals import wilson
from waypost.questions.measures import Share

__all__ = ["draw_breakdown", "draw_comparison"]

_MOST_SECTIONS, _MOST_DIFFERENCES = 8, 20
_ROW = 30.0
_FIGURES = (158.0, 60.0, 0.0)


def draw_breakdown(scene: Scene, canvas: Canvas, y: float) -> float:
    """For each thing that is counted, the groups under each other, with the same scale."""
    share = _first_share(scene)
    sections = _sections(scene, share)
    counts = {key: sum(row[1] for row in rows) for key, rows in sections.items()}
    most = sorted(counts, key=lambda key: -counts[key])[:_MOST_SECTIONS]
    rows = []
    for key in (key for key in sections if key in most):
        entry = all(row[1] == row[2] for row in sections[key])
        for place, found in enumerate(sections[key]):
            heading = _key_text(scene, key) if place == 0 else ""
            rows.append(_group_row(scene, found, (share is not None, entry, heading)))
    persons = label(scene.called(share.count if share else "persons"), scene.words.language)
    captions = (scene.words.label("share"), persons) if share else (persons,)
    whole = 1.0 if share else None
    y = draw_rows(scene, canvas, y, Rows(rows, captions, whole))
    if len(sections) > len(most):
        left = scene.words.count(len(sections) - len(most))
        said = scene.words.say(N_("{number} more are in the table."), number=left)
        y = noted(scene, canvas, y + 2, said)
    return y


def _first_share(scene: Scene) -> Share | None:
    from waypost.questions import question_from_dict  # noqa: PLC0415 - it imports this package's user

    asked = question_from_dict(dict(scene.question))
    shares = type(asked).shares  # type: ignore[union-attr]  # a question inside is never composed
    return shares[0] if shares else None


def _sections(scene: Scene, share: Share | None) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """By key: group, count and whole, in the order of the answer."""
    names = [name for name in scene.result.columns if name != "group"]
    units = scene.result.units
    keys = list(share.keys) if share else [n for n in names if kind_of(n, units) == "node"][:1]
    counts = scene.column(share.count if share else "persons")
    groups = [None if name is None else str(name) for name in scene.column("group")]
    wholes = _wholes(scene, share, groups)
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    columns = [scene.column(key) for key in keys]
    table = zip(zip(*columns, strict=True), groups, counts, wholes, strict=True)
    for key, group, count, whole in table:
        found.setdefault(tuple(map(str, key)), []).append((group, count, whole))
    return found


def _wholes(scene: Scene, share: Share | None, groups: Sequence[str | None]) -> list[float]:
    if share is None:
        return [math.nan] * len(groups)
    name = share.of.removeprefix("facts.")
    facts = scene.result.facts.get("groups", {})
    if share.of == name and scene.column(name):
        return [float(value) for value in scene.column(name)]
    return [float(facts[group][scene.called(name)]) for group in groups]


def _group_row(scene: Scene, found: tuple[Any, ...], shown: tuple[bool, bool, str]) -> Row:
    group, count, whole = found
    words, (shares, all_of_them, heading) = scene.words, shown
    rest = group in ("(rest)", "(none)")
    colour = scene.colours.strong_line if rest else scene.colours.bar
    name = words.node(str(group))
    if not shares:
        return Row(name, (Part(count, colour, rest),), (words.count(count),), heading=heading)
    part = count / whole if whole else math.nan
    low, high = (float(bound) for bound in wilson(count, int(whole or 0)))
    if all_of_them:
        low = math.nan
    figures = (words.share(part), f"{words.count(count)} / {words.count(whole)}")
    return Row(name, (Part(part, colour, rest),), figures, low, high, heading)


def _key_text(scene: Scene, key: Sequence[str | None]) -> str:
    language = scene.words.language
    parts = [value_label(scene.words.node(str(part)), language) for part in key if part]
    return " · ".join(parts)


def draw_comparison(scene: Scene, canvas: Canvas, y: float) -> float:
    """Differences with their intervals, the greatest first; hollow where it cannot be told."""
    rows, top = _differences(scene), y
    reach = max(
        (abs(bound) for row in rows for bound in row[3:6] if math.isfinite(bound)), default=0
    )
    plot = _plot(scene, rows)
    middle, scale = plot.x + plot.width / 2, plot.width / 2 / (reach or 1.0)
    y = _sides(scene, canvas, y, plot)
    for row in rows:
        _difference(scene, canvas, row, (y, plot, scale))
        y += _ROW * (1.5 if scene.narrow else 1)
    foot = y
    canvas.rule((middle, top - 4), (middle, foot), colour=scene.colours.strong_line, level=1)
    said = scene.words.say(
        N_("Points of percent with 95 % interval. Hollow: cannot tell. q: share of false alarms.")
    )
    return noted(scene, canvas, y + 2, said)


def _differences(scene: Scene) -> list[tuple[Any, ...]]:
    """Name, both shares, difference, low, high, q and whether they differ."""
    fixed = {"measure", "first_count", "first_of", "second_count", "second_of", "p"}
    wanted = ("first_share", "second_share", "difference", "low", "high", "q", "differs")
    keys = [n for n in scene.result.columns if n not in fixed and n not in wanted]
    columns = [scene.column(name) for name in wanted]
    names = list(zip(*(scene.column(key) for key in keys), strict=True))
    measures = scene.column("measure")
    several = len(set(measures)) > 1
    rows = []
    for place, values in enumerate(zip(*columns, strict=True)):
        name = _key_text(scene, [None if part is None else str(part) for part in names[place]])
        if several:
            name = f"{name}: {scene.words.label(str(measures[place]))}"
        rows.append((name, *values))
    known = [row for row in rows if math.isfinite(row[3])]
    known.sort(key=lambda row: (not row[7], -abs(row[3]), row[0]))
    shown = known[:_MOST_DIFFERENCES]
    return sorted(shown, key=lambda row: -row[3])


def _plot(scene: Scene, rows: Sequence[tuple[Any, ...]]) -> Box:
    if scene.narrow:
        return Box(MARGIN, 0, scene.inner, 0)
    names = max((text_width(row[0]) for row in rows), default=0.0)
    left = MARGIN + min(names, scene.inner * 0.3) + 14
    return Box(left, 0, scene.width - MARGIN - _FIGURES[0] - 66 - left, 0)


def _sides(scene: Scene, canvas: Canvas, y: float, plot: Box) -> float:
    """Which side means more in which group, and the heads of the figures."""
    facts, words = scene.result.facts, scene.words
    room = plot.width / 2 - 12
    more = N_("more: {group}")
    left = fitted("← " + words.say(more, group=facts["second"]), room, 12)
    right = fitted(words.say(more, group=facts["first"]) + " →", room, 12)
    middle = plot.x + plot.width / 2
    canvas.text((middle - 8, y + 4), left, scene.faint(12, align="right"))
    canvas.text((middle + 8, y + 4), right, scene.faint(12))
    if not scene.narrow:
        for place, name in enumerate((words.say(N_("Points")), words.say(N_("Shares")), "q")):
            edge = scene.width - MARGIN - _FIGURES[place]
            canvas.text((edge, y + 4), name, scene.faint(12, align="right"))
    return y + 18


def _difference(
    scene: Scene, canvas: Canvas, row: tuple[Any, ...], placed: tuple[float, Box, float]
) -> None:
    name, first, second, difference, low, high, q, differs = row
    y, plot, scale = placed
    words, middle = scene.words, plot.x + plot.width / 2
    line = y + (32 if scene.narrow else _ROW / 2)
    text_y = y + 12 if scene.narrow else line
    points, q_text = words.points(difference), _small(scene, q)
    shares = f"{words.share(first, 0)} : {words.share(second, 0)}"
    edge = scene.width - MARGIN
    room = (edge - 150 if scene.narrow else plot.x - 14) - MARGIN
    canvas.text((MARGIN, text_y), fitted(name, room), scene.ink())
    if scene.narrow:
        canvas.text((edge, text_y), f"{points}  (q {q_text})", scene.ink(13, align="right"))
    else:
        canvas.text((edge - _FIGURES[0], text_y), points, scene.ink(13, bold=True, align="right"))
        canvas.text((edge - _FIGURES[1], text_y), shares, scene.faint(12, align="right"))
        canvas.text((edge, text_y), q_text, scene.faint(12, align="right"))
    canvas.whisker((middle + low * scale, middle + high * scale), line)
    colour = scene.colours.act if differs else scene.colours.strong_line
    canvas.dot((middle + difference * scale, line), colour, hollow=not differs)
    foot = y + _ROW * (1.5 if scene.narrow else 1)
    canvas.rule((MARGIN, foot), (edge, foot), colour=scene.colours.line, level=0)


_LEAST_Q = 0.001


def _small(scene: Scene, q: float) -> str:
    if not math.isfinite(q):
        return "–"
    text = "< 0.001" if q < _LEAST_Q else f"{q:.3f}"
    return text.replace(".", ",") if scene.words.language == "de" else text
