"""Curves with axes: who came back, what cohorts do, how long it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from waypost.kit.durations import duration_words
from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.heat import Cell, Grid, draw_grid
from waypost.questions.charts.scene import MARGIN, Scene, noted, nothing
from waypost.questions.charts.words import wrapped

__all__ = ["draw_cohorts", "draw_retention", "draw_time_between"]

_TALL = 190.0
_MOST_COHORTS = 14
_MOST_LINES = 8
_LINES = 4
_WHOLE_PERCENTS = 0.04
_LINE_TALL, _NAME_WIDE = 13, 60
_DAY = 86_400
_SPANS = (1, 10, 60, 600, 3_600, 21_600, _DAY, 7 * _DAY, 28 * _DAY, 84 * _DAY, 364 * _DAY)
Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where a plot lies, and where values lie in it."""

    box: Box
    x: Scale
    y: Scale


def _linear(begin: float, end: float, low: float, high: float) -> Scale:
    reach = (high - low) or 1.0
    return lambda value: begin + (end - begin) * (value - low) / reach


def _ticks(top: float) -> list[float]:
    """Round numbers from 0 to one that is no less than ``top``."""
    if not math.isfinite(top) or top <= 0:
        return [0.0, 1.0]
    ten = 10.0 ** math.floor(math.log10(top / _LINES))
    step = next(size * ten for size in (1, 2, 5, 10) if size * ten * _LINES >= top)
    return [step * place for place in range(math.ceil(top / step - 1e-9) + 1)]


def _percent(scene: Scene, top: float) -> Callable[[float], str]:
    places = 0 if top >= _WHOLE_PERCENTS else 1
    return lambda part: scene.words.share(part, places)


def _axes(
    scene: Scene, canvas: Canvas, y: float, scaled: tuple[Scale, float, Callable[[float], str]]
) -> _Axes:
    """Lines across with their values at the left; x is given in pixels from 0 to 1."""
    along, top, said = scaled
    ticks = _ticks(top)
    left = MARGIN + max(text_width(said(tick), 12) for tick in ticks) + 8
    right = scene.width - MARGIN - 12
    box = Box(left, y + 8, right - left, _TALL)
    up = _linear(box.y + box.height, box.y, 0.0, ticks[-1])
    for tick in ticks:
        colour = scene.colours.line if tick else scene.colours.strong_line
        canvas.rule((left, up(tick)), (right, up(tick)), colour=colour, level=0)
        canvas.text((left - 8, up(tick)), said(tick), scene.faint(12, align="right"))
    return _Axes(box, lambda value: left + (right - left) * along(value), up)


def _below(scene: Scene, canvas: Canvas, axes: _Axes, ticks: Sequence[tuple[float, str]]) -> float:
    """What stands under the plot; a name that would touch the one before is left out."""
    y, end = axes.box.y + axes.box.height + 14, -math.inf
    for value, name in ticks:
        x, half = axes.x(value), text_width(name, 12) / 2
        if x - half < end:
            continue
        canvas.text((x, y), name, scene.faint(12, align="center"))
        end = x + half + 6
    return y


def draw_retention(scene: Scene, canvas: Canvas, y: float) -> float:
    """The curve of all cohorts with its interval, and below every cohort period by period."""
    money = bool(scene.column("value_per_entrant"))
    measure = "value_per_entrant" if money else "share"
    said = scene.words.money if money else scene.words.share
    curve = scene.fact("curve", {})
    periods = [str(period) for period in curve["period"]]
    values, low, high = ([float(v) for v in curve[name]] for name in (measure, "low", "high"))
    finite = [v for v in (*values, *high) if math.isfinite(v)]
    top = max(finite, default=1.0)
    steps = max(1, len(periods) - 1)
    along = _linear(0.0, 1.0, -0.3, steps + 0.3)
    axes = _axes(scene, canvas, y, (along, top, said if money else _percent(scene, top)))
    _means(canvas, axes, (values, low, high))
    y = _below(scene, canvas, axes, [(place, name) for place, name in enumerate(periods)])
    note = scene.words.label("period")
    canvas.text((scene.width - MARGIN, y + 17), note, scene.faint(12, align="right"))
    so_far = "value_per_entrant" if money else "share_so_far"
    return _triangle(scene, canvas, y + 36, (measure, so_far, top))


def _means(
    canvas: Canvas, axes: _Axes, curve: tuple[list[float], list[float], list[float]]
) -> None:
    values, low, high = curve
    known = [place for place, value in enumerate(values) if math.isfinite(value)]
    bounded = [place for place in known if math.isfinite(low[place]) and math.isfinite(high[place])]
    canvas.band(
        [(axes.x(place), axes.y(high[place]), axes.y(max(0.0, low[place]))) for place in bounded],
        canvas.colours.bar,
    )
    canvas.curve([(axes.x(place), axes.y(values[place])) for place in known], canvas.colours.bar)
    for place in known:
        canvas.dot((axes.x(place), axes.y(values[place])), canvas.colours.bar)


def _triangle(scene: Scene, canvas: Canvas, y: float, measured: tuple[str, str, float]) -> float:
    measure, so_far, _ = measured
    words, money = scene.words, measure.startswith("value")
    names = ("cohort", "period", "entrants", measure, so_far, "finished")
    table = list(zip(*(scene.column(name) for name in names), strict=True))
    cohorts = list(dict.fromkeys(row[0] for row in table))
    periods = list(dict.fromkeys(str(row[1]) for row in table))
    shown = cohorts[-_MOST_COHORTS:]
    sizes = {row[0]: row[2] for row in table}
    found = {(row[0], str(row[1])): row for row in table}
    known = [row[3] for row in table if row[0] in shown and row[5] and math.isfinite(row[3])]
    top = max(known, default=1.0) or 1.0
    cells = [[_period_cell(scene, found.get((c, p)), (top, money)) for p in periods] for c in shown]
    grid = Grid(
        [_cohort(scene, cohort) for cohort in shown],
        periods,
        cells,
        [words.count(sizes[cohort]) for cohort in shown],
        "" if scene.narrow else words.label("entrants"),
    )
    y = draw_grid(scene, canvas, y, grid)
    note = words.say(N_("Hatched: the period is not over for everybody."))
    if len(cohorts) > len(shown):
        left = words.count(len(cohorts) - len(shown))
        note += " " + words.say(N_("{number} earlier cohorts are in the table."), number=left)
    return noted(scene, canvas, y, note)


def _cohort(scene: Scene, name: object) -> str:
    text = str(name)
    return scene.words.say(N_("all")) if text == "all" else scene.words.node(text)


def _period_cell(
    scene: Scene, row: tuple[object, ...] | None, measured: tuple[float, bool]
) -> Cell | None:
    if row is None:
        return None
    top, money = measured
    value, so_far, finished = (float(str(row[3])), float(str(row[4])), bool(row[5]))
    said = scene.words.money if money else scene.words.share
    shown = value if finished else so_far
    if not math.isfinite(shown) or not (finished or shown):
        return None
    short = said(shown) if money else scene.words.share(shown, 0)
    return Cell(min(0.999, shown / top), short, said(shown), hatched=not finished)


def draw_cohorts(scene: Scene, canvas: Canvas, y: float) -> float:
    """The share of each cohort that has done it so far, a line each; then period by period.

    Where the entry itself counts as doing it, everybody has from the start: then the lines are the
    shares of each period.
    """
    has_all_done = all(value >= 1 for value in scene.column("share_so_far") if math.isfinite(value))
    measure = "share" if has_all_done else "share_so_far"
    names = ("cohort", "period", measure, "finished")
    table = list(zip(*(scene.column(name) for name in names), strict=True))
    periods = list(dict.fromkeys(str(row[1]) for row in table))
    known = [row for row in table if row[3] and math.isfinite(row[2])]
    top = max((row[2] for row in known), default=1.0)
    along = _linear(0.0, 1.0, 0.0, max(1, len(periods) - 1) * 1.12)
    axes = _axes(scene, canvas, y, (along, top, _percent(scene, top)))
    cohorts = list(dict.fromkeys(row[0] for row in known))
    lines = {
        cohort: [(periods.index(str(row[1])), row[2]) for row in known if row[0] == cohort]
        for cohort in cohorts
    }
    _lines(scene, canvas, axes, lines)
    y = _below(scene, canvas, axes, [(place, name) for place, name in enumerate(periods)])
    note = scene.words.label("period")
    canvas.text((scene.width - MARGIN, y + 17), note, scene.faint(12, align="right"))
    return _triangle(scene, canvas, y + 36, ("share", "share", top))


def _lines(
    scene: Scene, canvas: Canvas, axes: _Axes, lines: dict[str, list[tuple[int, float]]]
) -> None:
    """Older cohorts darker; a few are named at their end, where names do not touch."""
    shades = scene.colours.amounts[1:]
    taken: list[tuple[float, float]] = []
    for place, (cohort, points) in enumerate(lines.items()):
        if len(lines) <= _MOST_LINES:
            colour = scene.colours.groups[place % len(scene.colours.groups)]
        else:
            colour = shades[::-1][min(len(shades) - 1, place * len(shades) // len(lines))]
        canvas.curve([(axes.x(at), axes.y(value)) for at, value in points], colour)
        end = (axes.x(points[-1][0]) + 6, axes.y(points[-1][1]))
        free = all(abs(end[1] - y) > _LINE_TALL or abs(end[0] - x) > _NAME_WIDE for x, y in taken)
        room = end[0] + text_width(_cohort(scene, cohort), 12) <= scene.width
        if free and room:
            taken.append(end)
            wide = text_width(_cohort(scene, cohort), 12)
            edges = [(x, end[1] - 7, end[1] + 7) for x in (end[0] - 2, end[0] + wide)]
            canvas.band(edges, scene.colours.ground, opacity=0.85, level=6)
            canvas.text(end, _cohort(scene, cohort), Ink(scene.colours.ink_2, 12))


def draw_time_between(scene: Scene, canvas: Canvas, y: float) -> float:
    """How many have got there after how long; who still waits is counted as waiting."""
    curve = scene.fact("curve", {})
    names = ("seconds", "reached", "low", "high")
    seconds, reached, low, high = ([float(v) for v in curve[name]] for name in names)
    if not seconds:
        return nothing(scene, canvas, y)
    first, last = max(1.0, min(seconds)), max(*seconds, 2.0)
    along = _linear(0.0, 1.0, math.log(first), math.log(last))
    top = max([value for value in high if math.isfinite(value)], default=1.0)
    axes = _axes(
        scene,
        canvas,
        y,
        (
            lambda v: along(math.log(max(v, first))),
            min(1.0, top),
            _percent(scene, top),
        ),
    )
    points = list(zip(seconds, reached, low, high, strict=True))
    banded = [p for p in points if math.isfinite(p[2]) and math.isfinite(p[3])]
    edges = [(axes.x(p[0]), axes.y(p[3]), axes.y(p[2])) for p in _thinned(banded)]
    canvas.band(edges, scene.colours.bar, stepped=True)
    line = [(axes.x(p[0]), axes.y(p[1])) for p in _thinned(points)]
    canvas.curve(line, scene.colours.bar, stepped=True)
    spans = [
        (float(span), duration_words(timedelta(seconds=span), scene.words.language))
        for span in _SPANS
        if first <= span <= last
    ]
    y = _below(scene, canvas, axes, spans)
    for span, _ in spans:
        foot = axes.box.y + axes.box.height
        canvas.rule(
            (axes.x(span), foot), (axes.x(span), foot + 4), colour=scene.colours.strong_line
        )
    return _times(scene, canvas, y + 24)


def _thinned(points: Sequence[tuple[float, ...]], most: int = 160) -> list[tuple[float, ...]]:
    """At most about ``most`` of them, the last one among them."""
    step = max(1, len(points) // most)
    return [*points[:-1:step], *points[-1:]]


def _times(scene: Scene, canvas: Canvas, y: float) -> float:
    """What stands below the curve: how many got there, and how long those took."""
    words = scene.words
    done, waiting = scene.fact("count", 0), scene.fact("censored", 0)
    said = [
        words.say(N_("{number} got there"), number=words.count(done)),
        words.say(N_("{number} not yet"), number=words.count(waiting)),
    ]
    times = zip(scene.column("quantile"), scene.column("seconds"), strict=True)
    half = next((seconds for part, seconds in times if part == 0.5), math.nan)  # noqa: PLR2004 - the median
    if math.isfinite(half):
        time = words.duration(half)
        said.append(words.say(N_("half of those who got there took up to {time}"), time=time))
    text = " · ".join(said)
    for line in wrapped(text, scene.inner, 13):
        canvas.text((MARGIN, y), line, scene.ink(13))
        y += 18
    return y
