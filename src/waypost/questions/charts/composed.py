"""Charts of breakdowns: the groups under each other, for each thing that is counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Canvas
from waypost.questions.charts.rows import Part, Row, Rows, draw_rows
from waypost.questions.charts.scene import Scene, noted
from waypost.questions.column_names import kind_of, label, value_label
from waypost.questions.intervals import wilson
from waypost.questions.measures import Share

__all__ = ["draw_breakdown", "key_text"]

_MOST_SECTIONS = 8


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
            heading = key_text(scene, key) if place == 0 else ""
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
    shares = asked.shares  # type: ignore[union-attr]  # a question inside is never composed
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


def key_text(scene: Scene, key: Sequence[str | None]) -> str:
    """The key columns of a row as one name."""
    language = scene.words.language
    parts = [value_label(scene.words.node(str(part)), language) for part in key if part]
    return " · ".join(parts)
