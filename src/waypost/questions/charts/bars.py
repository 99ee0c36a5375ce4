"""Charts of bars with intervals: drop-off, groups, patterns, sessions, repeat, loops."""

from __future__ import annotations

import math
from collections.abc import Sequence

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Canvas
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows
from waypost.questions.charts.scene import Scene, noted
from waypost.questions.column_names import value_label

__all__ = [
    "draw_drop_off",
    "draw_groups",
    "draw_loops",
    "draw_patterns",
    "draw_repeat",
    "draw_sessions",
    "rest_row",
    "sentence",
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
        rows.append(rest_row(scene, len(rest), share, (words.share(share), words.count(ended), "")))
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


def rest_row(scene: Scene, number: int, value: float, figures: tuple[str, ...]) -> Row:
    """All rows that a list leaves out, as one."""
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
        rows.append(rest_row(scene, len(rest), share, (words.share(share), words.count(persons))))
    elif rest:
        rows.append(rest_row(scene, len(rest), 0.0, ("", "")))
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
                    heading=sentence(value_label(kind, words.language)) if place == 0 else "",
                )
            )
    return _shares(scene, canvas, y, (rows, ["share", "persons", "loops", "median_seconds"]))


def sentence(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]
