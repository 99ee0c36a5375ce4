"""Bars in parts: steps visited and skipped, attempts and persons by what became of them."""

from __future__ import annotations

from typing import Any

from waypost.kit.translation import N_
from waypost.questions.charts.bars import rest_row, sentence
from waypost.questions.charts.canvas import Canvas
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows, legend
from waypost.questions.charts.scene import Scene
from waypost.questions.column_names import value_label

__all__ = ["draw_abandonment", "draw_conformance", "draw_step_flow", "draw_volumes"]

_MOST = 14
_MOST_OF_KIND = 6


def draw_conformance(scene: Scene, canvas: Canvas, y: float) -> float:
    """Each drawn step visited or skipped, then the most frequent deviations."""
    words, colours = scene.words, scene.colours
    names = ("kind", "step", "from", "to", "persons", "share", "low", "high")
    table = list(zip(*(scene.column(name) for name in names), strict=True))
    visited = {row[1]: row for row in table if row[0] == "visited"}
    skipped = {row[1]: row for row in table if row[0] == "skipped"}
    fitness = words.label("mean_fitness")
    canvas.text((16, y + 4), f"{fitness}: {words.share(scene.fact('mean_fitness'))}", scene.ink())
    y = legend(
        scene,
        canvas,
        y + 20,
        [
            (sentence(value_label("visited", words.language)), colours.bar, False),
            (sentence(value_label("skipped", words.language)), colours.strong_line, True),
        ],
    )
    rows = [
        Row(
            words.node(str(step)),
            (
                Part(row[5], colours.bar),
                Part(skipped[step][5], colours.strong_line, hatched=True),
            ),
            (words.share(row[5]), words.count(row[4])),
            row[6],
            row[7],
        )
        for step, row in visited.items()
    ]
    deviations = [row for row in table if row[0] in ("jumped", "inserted") and row[4]]
    deviations.sort(key=lambda row: -row[4])
    for place, row in enumerate(deviations[:_MOST_OF_KIND]):
        heading = words.say(N_("Most frequent deviations")) if place == 0 else ""
        rows.append(_deviation(scene, row, heading))
    return draw_rows(
        scene,
        canvas,
        y,
        Rows(rows, tuple(words.label(scene.called(name)) for name in ("share", "persons")), 1.0),
    )


def _deviation(scene: Scene, row: tuple[Any, ...], heading: str) -> Row:
    words = scene.words
    kind, step, begin, end, persons, share, low, high = row
    way = f"{words.node(str(begin))} → {words.node(str(end))}"
    label = way if kind == "jumped" else f"{words.node(str(step))} ({way})"
    figures = (words.share(share), words.count(persons))
    return Row(label, (Part(share, scene.colours.loss),), figures, low, high, heading)


def draw_volumes(scene: Scene, canvas: Canvas, y: float) -> float:
    """Events at each node; events without a person are hatched."""
    words, colours = scene.words, scene.colours
    by = str(scene.question.get("by", "touchpoint"))
    names = (by, "events", "anonymous_events", "persons", "rating_mean")
    table = [row for row in zip(*(scene.column(n) for n in names), strict=True) if row[1] + row[2]]
    if len(table) > _MOST:
        table = sorted(table, key=lambda row: -(row[1] + row[2]))
    if any(row[2] for row in table):
        entries = [(words.label("events"), colours.bar, False)]
        entries.append((words.label("anonymous_events"), colours.strong_line, True))
        y = legend(scene, canvas, y, entries)
    rows = [
        Row(
            words.node(str(name)),
            (Part(events, colours.bar), Part(alone, colours.strong_line, hatched=True)),
            (words.count(events + alone), words.count(persons), words.number(rating)),
        )
        for name, events, alone, persons, rating in table[:_MOST]
    ]
    rest = table[_MOST:]
    if rest:
        together = sum(row[1] + row[2] for row in rest)
        rows.append(rest_row(scene, len(rest), together, (words.count(together), "", "")))
    captions = ("events", scene.called("persons"), "rating_mean")
    return draw_rows(scene, canvas, y, Rows(rows, tuple(words.label(name) for name in captions)))


def draw_abandonment(scene: Scene, canvas: Canvas, y: float) -> float:
    """Attempts by where they got to: converted, abandoned, open; and what was lost."""
    words, colours = scene.words, scene.colours
    looks = [("converted", colours.gain, False), ("abandoned", colours.loss, False)]
    looks.append(("open", colours.strong_line, True))
    entries = [(words.label(name), colour, hatched) for name, colour, hatched in looks]
    y = legend(scene, canvas, y, entries)
    parts = [scene.column(name) for name, _, _ in looks]
    more = ("share_abandoned", "low", "high", "abandoned", "value_abandoned")
    table = zip(
        scene.column("step"), zip(*parts, strict=True), *map(scene.column, more), strict=True
    )
    rows = [
        Row(
            words.node(str(step)),
            tuple(
                Part(count, colour, hatched)
                for count, (_, colour, hatched) in zip(counts, looks, strict=True)
            ),
            (words.share(share), words.interval(low, high), words.count(n), words.money(value)),
        )
        for step, counts, share, low, high, n, value in table
    ]
    interval = words.say(N_("95 % interval"))
    captions = [words.label("share_abandoned"), interval, words.label("abandoned")]
    captions.append(words.label("value_abandoned"))
    return draw_rows(scene, canvas, y, Rows(rows, tuple(captions)))


def draw_step_flow(scene: Scene, canvas: Canvas, y: float) -> float:
    """From every step: who went on, back, left, or is open."""
    words, colours = scene.words, scene.colours
    looks = [("on", colours.bar, False), ("back", colours.amounts[2], False)]
    looks += [("left", colours.loss, False), ("open", colours.strong_line, True)]
    entries = [(words.label(name), colour, hatched) for name, colour, hatched in looks]
    y = legend(scene, canvas, y, entries)
    by = str(scene.question.get("by", "step"))
    parts = zip(*(scene.column(name) for name, _, _ in looks), strict=True)
    more = ("persons", "share_left", "share_left_low", "share_left_high", "median_seconds_to_next")
    table = zip(scene.column(by), parts, *map(scene.column, more), strict=True)
    rows = [
        Row(
            words.node(str(node)),
            tuple(
                Part(count, colour, hatched)
                for count, (_, colour, hatched) in zip(counts, looks, strict=True)
            ),
            (
                words.count(persons),
                words.share(left),
                words.interval(low, high),
                words.duration(seconds),
            ),
        )
        for node, counts, persons, left, low, high, seconds in table
        if persons
    ]
    names = [words.label(scene.called("persons")), words.label("share_left")]
    names += [words.say(N_("95 % interval")), words.label("median_seconds_to_next")]
    return draw_rows(scene, canvas, y, Rows(rows, tuple(names)))
