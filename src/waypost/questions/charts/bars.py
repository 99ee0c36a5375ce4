"""Charts of bars with intervals: drop-off, groups, patterns, sessions, repeat, loops, volumes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Canvas
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows, legend
from waypost.questions.charts.scene import Scene, noted
from waypost.questions.column_names import value_label

__all__ = [
    "draw_abandonment",
    "draw_conformance",
    "draw_drop_off",
    "draw_groups",
    "draw_loops",
    "draw_patterns",
    "draw_repeat",
    "draw_sessions",
    "draw_step_flow",
    "draw_volumes",
]

_MOST = 14
_MOST_OF_KIND = 6
_HALF = 0.5


def whole_of(rows: Sequence[Row]) -> float | None:
    """All of it where any bar passes the half, so that bars show their share of the whole."""
    return 1.0 if max((row.reach for row in rows), default=0.0) > _HALF else None


def _shares(scene: Scene, canvas: Canvas, y: float, shown: tuple[list[Row], list[str]]) -> float:
    rows, captions = shown
    names = tuple(scene.words.label(scene.called(name)) for name in captions)
    return draw_rows(scene, canvas, y, Rows(rows, names, whole_of(rows)))


def draw_drop_off(scene: Scene, canvas: Canvas, y: float) -> float:
    """Where journeys ended, most first; with a target: what came instead of it."""
    if scene.column("is_nothing"):
        return _draw_instead(scene, canvas, y)
    words, by = scene.words, str(scene.question.get("by", "touchpoint"))
    names = ("ended", "share", "low", "high", "share_of_visitors", "visitors")
    table = zip(scene.column(by), *(scene.column(name) for name in names), strict=True)
    found = sorted((row for row in table if row[6]), key=lambda row: -row[1])
    rows = [
        Row(
            words.node(str(name)),
            (Part(share, scene.colours.loss),),
            (words.share(share), words.count(ended), words.share(of)),
            low,
            high,
        )
        for name, ended, share, low, high, of, _ in found[:_MOST]
    ]
    if len(found) > _MOST:
        rest = found[_MOST:]
        ended, share = sum(row[1] for row in rest), sum(row[2] for row in rest)
        rows.append(_rest(scene, len(rest), share, (words.share(share), words.count(ended), "")))
    return _shares(scene, canvas, y, (rows, ["share", "ended", "share_of_visitors"]))


def _draw_instead(scene: Scene, canvas: Canvas, y: float) -> float:
    words, by = scene.words, str(scene.question.get("by", "touchpoint"))
    nothing = words.label("is_nothing")
    columns = ("is_nothing", "persons", "share", "low", "high")
    table = zip(scene.column(by), *(scene.column(name) for name in columns), strict=True)
    rows = [
        Row(
            nothing if stopped else words.node(str(name)),
            (Part(share, scene.colours.loss if stopped else scene.colours.bar),),
            (words.share(share), words.count(persons)),
            low,
            high,
        )
        for name, stopped, persons, share, low, high in table
    ]
    return _shares(scene, canvas, y, (rows[: _MOST + 1], ["share", "persons"]))


def _rest(scene: Scene, number: int, value: float, figures: tuple[str, ...]) -> Row:
    label = scene.words.say(N_("{number} others"), number=scene.words.count(number))
    return Row(label, (Part(value, scene.colours.strong_line, hatched=True),), figures)


def draw_groups(scene: Scene, canvas: Canvas, y: float) -> float:
    """Persons by value of a field; those without one are hatched."""
    words, columns = scene.words, ("group", "persons", "share", "low", "high")
    table = list(zip(*(scene.column(name) for name in columns), strict=True))
    rows = [
        Row(
            value_label("(none)", words.language) if name is None else words.node(str(name)),
            (_plain_part(scene, share, hatched=name is None),),
            (words.share(share), words.count(persons)),
            low,
            high,
        )
        for name, persons, share, low, high in table[:_MOST]
    ]
    rest = table[_MOST:]
    if rest and scene.question.get("of", "first") == "first":
        share, persons = sum(row[2] for row in rest), sum(row[1] for row in rest)
        rows.append(_rest(scene, len(rest), share, (words.share(share), words.count(persons))))
    elif rest:
        rows.append(_rest(scene, len(rest), 0.0, ("", "")))
    return _shares(scene, canvas, y, (rows, ["share", "persons"]))


def _plain_part(scene: Scene, value: float, *, hatched: bool) -> Part:
    colour = scene.colours.strong_line if hatched else scene.colours.bar
    return Part(value, colour, hatched)


def draw_patterns(scene: Scene, canvas: Canvas, y: float) -> float:
    """Who shows each pattern."""
    words = scene.words
    names = ("pattern", "persons", "share", "low", "high", "matches", "median_seconds")
    table = zip(*(scene.column(name) for name in names), strict=True)
    rows = [
        Row(
            str(name),
            (Part(share, scene.colours.bar),),
            (words.share(share), words.count(persons), words.count(n), words.duration(seconds)),
            low,
            high,
        )
        for name, persons, share, low, high, n, seconds in table
    ]
    return _shares(scene, canvas, y, (rows, ["share", "persons", "matches", "median_seconds"]))


def draw_sessions(scene: Scene, canvas: Canvas, y: float) -> float:
    """Sessions by what they contain; how many have one event, and the goal where one was named."""
    words, goal = scene.words, bool(scene.column("converting"))
    last = "converting_share" if goal else "bounce_share"
    names = ("node", "sessions", "share", "starts", last)
    table = sorted(
        zip(*(scene.column(name) for name in names), strict=True), key=lambda row: -row[1]
    )
    rows = [
        Row(
            words.node(str(node)) if node else words.label("total_sessions"),
            (Part(share, scene.colours.bar),),
            (words.share(share), words.count(n), words.count(starts), words.share(other)),
        )
        for node, n, share, starts, other in table[:_MOST]
        if n
    ]
    y = _shares(scene, canvas, y, (rows, ["share", "sessions", "starts", last]))
    facts = ("sessions_per_person", "events_per_session", "median_seconds", "bounce_share")
    said = [f"{words.label(scene.called(name))}: {_fact(scene, name)}" for name in facts]
    return noted(scene, canvas, y + 2, " · ".join(said))


def _fact(scene: Scene, name: str) -> str:
    number, words = float(scene.fact(name)), scene.words
    if name.endswith("seconds"):
        return words.duration(number)
    return words.share(number) if name.endswith("share") else words.number(number)


def draw_repeat(scene: Scene, canvas: Canvas, y: float) -> float:
    """Who did it once, twice, three times; the share of all who did it once."""
    words = scene.words
    names = ("n", "persons", "share", "low", "high", "share_of_previous", "median_seconds")
    table = zip(*(scene.column(name) for name in names), strict=True)
    rows = [
        Row(
            words.say(N_("{number} times or more"), number=n) if n > 1 else words.say(N_("once")),
            (Part(share, scene.colours.bar),),
            (
                words.share(share),
                words.count(persons),
                words.share(previous) if n > 1 else "",
                words.duration(seconds) if n > 1 else "",
            ),
            low if n > 1 else math.nan,
            high,
        )
        for n, persons, share, low, high, previous, seconds in table
    ]
    captions = ["share", "persons", "share_of_previous", "median_seconds"]
    return _shares(scene, canvas, y, (rows, captions))


def draw_loops(scene: Scene, canvas: Canvas, y: float) -> float:
    """Repeats, returns, and back and forth, the most frequent of each."""
    words, rows = scene.words, []
    names = ("kind", "node", "other", "persons", "share", "low", "high", "loops", "median_seconds")
    table = list(zip(*(scene.column(name) for name in names), strict=True))
    for kind in dict.fromkeys(row[0] for row in table):
        found = [row for row in table if row[0] == kind and row[3]]
        for place, row in enumerate(found[:_MOST_OF_KIND]):
            pair = [words.node(str(name)) for name in row[1:3] if name]
            figures = (words.share(row[4]), words.count(row[3]), words.count(row[7]))
            rows.append(
                Row(
                    " ↔ ".join(pair),
                    (Part(row[4], scene.colours.bar),),
                    (*figures, words.duration(row[8])),
                    row[5],
                    row[6],
                    heading=_sentence(value_label(kind, words.language)) if place == 0 else "",
                )
            )
    return _shares(scene, canvas, y, (rows, ["share", "persons", "loops", "median_seconds"]))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


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
            (_sentence(value_label("visited", words.language)), colours.bar, False),
            (_sentence(value_label("skipped", words.language)), colours.strong_line, True),
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
        rows.append(_rest(scene, len(rest), together, (words.count(together), "", "")))
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
