"""A flow as ribbons between columns; their widths are persons, and every node adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.rows import legend
from waypost.questions.charts.scene import MARGIN, Scene, fitted
from waypost.questions.column_names import value_label

__all__ = ["draw_flow"]

_TALL = 320.0
_NODE = 10.0
_GAP = 16.0
_STUB = 16.0
_LEAST_NAMED = 9.0
_TWO_LINES = 31.0
_LEAST_DRAWN = 0.4
_Link = tuple[tuple[int, str], tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class _Node:
    """A node of a column in pixels."""

    column: int
    name: str
    persons: int
    box: Box


def draw_flow(scene: Scene, canvas: Canvas, y: float) -> float:
    """Columns of nodes from left to right; ends are short stubs at their nodes."""
    words, colours = scene.words, scene.colours
    sizes = _sizes(scene)
    if not sizes:
        return y
    columns = sorted({column for column, _ in sizes})
    ends = _ends(scene)
    kinds = [kind for kind in _LOOKS if any(kind in found for found in ends.values())]
    looks = {"left": colours.loss, "starts": colours.gain}
    entries = [
        (value_label(kind, words.language), looks.get(kind, colours.strong_line), kind not in looks)
        for kind in kinds
    ]
    y = legend(scene, canvas, y, entries) if entries else y
    nodes = _placed(scene, y + 20, sizes)
    _heads(scene, canvas, y, (columns, nodes))
    _draw_links(scene, canvas, nodes, _links(scene))
    for key, node in nodes.items():
        _stubs(canvas, node, ends.get(key, {}), backward=_backward(scene))
        colour = colours.strong_line if not node.name else colours.amounts[5]
        tip = f"{_named(scene, node.name)}: {words.count(node.persons)}"
        canvas.fill(node.box, colour, tip=tip, level=3)
    _names(scene, canvas, nodes, last=columns[-1])
    return y + 20 + _TALL + 14


_LOOKS = ("left", "open", "beyond", "starts", "earlier")


def _backward(scene: Scene) -> bool:
    return scene.question.get("direction") == "before"


def _sizes(scene: Scene) -> dict[tuple[int, str], int]:
    """Persons by column and node, of those that the answer shows."""
    nodes: Mapping[str, Any] = scene.fact("nodes", {})
    persons = nodes[scene.called("persons")]
    table = zip(nodes["column"], nodes["node"], persons, strict=True)
    return {(int(column), str(name)): int(count) for column, name, count in table if count}


def _rows(scene: Scene) -> Iterable[tuple[Any, ...]]:
    names = ("column", "from", "to", "kind", "persons")
    return zip(*(scene.column(name) for name in names), strict=True)


def _links(scene: Scene) -> list[_Link]:
    """From, to and persons; columns that are skipped lie between."""
    ordered = scene.question.get("align") == "order"
    place = {name: column for column, name in _sizes(scene)} if ordered else {}
    found = []
    for column, begin, end, kind, persons in _rows(scene):
        if kind == "on":
            to = place.get(end, column + 1)
            found.append(((int(column), str(begin)), (int(to), str(end)), int(persons)))
    return found


def _ends(scene: Scene) -> dict[tuple[int, str], dict[str, int]]:
    found: dict[tuple[int, str], dict[str, int]] = {}
    for column, begin, end, kind, persons in _rows(scene):
        if kind != "on":
            node = end if _backward(scene) else begin
            found.setdefault((int(column), str(node)), {})[kind] = int(persons)
    return found


def _placed(
    scene: Scene, y: float, sizes: Mapping[tuple[int, str], int]
) -> dict[tuple[int, str], _Node]:
    """Columns at equal distances, their nodes from above, with one scale for all."""
    columns = sorted({column for column, _ in sizes})
    by_column = {c: [key for key in sizes if key[0] == c] for c in columns}
    free = min(_TALL - _GAP * (len(keys) - 1) for keys in by_column.values())
    scale = free / max(sum(sizes[key] for key in keys) for keys in by_column.values())
    room = _last_names(scene, by_column[columns[-1]])
    left = MARGIN + (_STUB if _backward(scene) else 0.0)
    step = (scene.width - MARGIN - left - room - _NODE) / max(1, len(columns) - 1)
    nodes = {}
    for place, column in enumerate(columns):
        top = y
        for key in by_column[column]:
            tall = max(1.0, sizes[key] * scale)
            box = Box(left + place * step, top, _NODE, tall)
            nodes[key] = _Node(column, key[1], sizes[key], box)
            top += tall + _GAP
    return nodes


def _last_names(scene: Scene, keys: list[tuple[int, str]]) -> float:
    names = [text_width(_named(scene, name), 12) for _, name in keys]
    return min(max(names, default=0.0) + 52, scene.inner * 0.3)


def _named(scene: Scene, name: str) -> str:
    return scene.words.node(name) if name else scene.words.node("(rest)")


def _heads(
    scene: Scene,
    canvas: Canvas,
    y: float,
    shown: tuple[list[int], Mapping[tuple[int, str], _Node]],
) -> None:
    columns, nodes = shown
    words = scene.words
    ordered = scene.question.get("align") == "order"
    for column in columns:
        here = [node for node in nodes.values() if node.column == column]
        if ordered:
            continue
        persons = words.count(sum(node.persons for node in here))
        title = f"{column}." if column > 0 else f"−{-column}."
        canvas.text((here[0].box.x, y + 4), title, scene.ink(12, bold=True))
        x = here[0].box.x + text_width(title, 12) + 8
        canvas.text((x, y + 4), persons, scene.faint())


def _draw_links(
    scene: Scene, canvas: Canvas, nodes: Mapping[tuple[int, str], _Node], links: list[_Link]
) -> None:
    """Ribbons leave and meet a node in the order of the other end, so that few cross."""
    leaving: dict[tuple[int, str], float] = {key: n.box.y for key, n in nodes.items()}
    meeting = dict(leaving)
    order = {key: (node.box.x, node.box.y) for key, node in nodes.items()}
    starts: dict[_Link, float] = {}
    for link in sorted(links, key=lambda one: (order[one[0]], order[one[1]][::-1])):
        starts[link] = leaving[link[0]]
        leaving[link[0]] += _wide(nodes[link[0]], link[2])
    for link in sorted(links, key=lambda one: (order[one[1]], order[one[0]])):
        begin, end = nodes[link[0]], nodes[link[1]]
        wide = _wide(begin, link[2])
        if wide >= _LEAST_DRAWN:
            colour = scene.colours.strong_line if not begin.name else scene.colours.amounts[3]
            names = f"{_named(scene, begin.name)} → {_named(scene, end.name)}"
            canvas.ribbon(
                (begin.box.x + _NODE, starts[link]),
                (end.box.x, meeting[link[1]]),
                width=wide,
                colour=colour,
                tip=f"{names}: {scene.words.count(link[2])}",
            )
        meeting[link[1]] += wide


def _wide(node: _Node, persons: int) -> float:
    return node.box.height * persons / node.persons


def _stubs(canvas: Canvas, node: _Node, ends: Mapping[str, int], *, backward: bool) -> None:
    """Ends hang at the foot of their node: forwards at its right, backwards at its left."""
    foot = node.box.y + node.box.height
    for kind in reversed(_LOOKS):
        if kind not in ends:
            continue
        tall = _wide(node, ends[kind])
        foot -= tall
        x = node.box.x - _STUB if backward else node.box.x + _NODE
        box = Box(max(x, 0.0), foot, _STUB, tall)
        if kind in ("left", "starts"):
            colour = canvas.colours.loss if kind == "left" else canvas.colours.gain
            canvas.fill(box, colour)
        else:
            canvas.fill(box, canvas.colours.sunken)
            canvas.hatch(box, canvas.colours.strong_line)


def _names(
    scene: Scene, canvas: Canvas, nodes: Mapping[tuple[int, str], _Node], *, last: int
) -> None:
    """Name and persons right of a node, in two lines where one does not suffice."""
    columns = sorted({node.box.x for node in nodes.values()})
    gap = columns[1] - columns[0] if len(columns) > 1 else scene.inner
    for node in nodes.values():
        if node.box.height < _LEAST_NAMED and node.column != last and scene.narrow:
            continue
        beside = node.column == last or _backward(scene)
        x = node.box.x + _NODE + (6 if beside else _STUB + 6)
        room = (scene.width - MARGIN if node.column == last else node.box.x + gap - 4) - x
        _name(scene, canvas, node, (x, room))


def _name(scene: Scene, canvas: Canvas, node: _Node, place: tuple[float, float]) -> None:
    x, room = place
    number, name = scene.words.count(node.persons), _named(scene, node.name)
    wide, figures = text_width(name, 12), text_width(number, 12) * 1.08
    two = wide + figures + 8 > room and node.box.height + _GAP >= _TWO_LINES
    name = fitted(name, room if two else room - figures - 8, 12)
    if len(name) <= 1:
        return
    wide = text_width(name, 12)
    y, reach = node.box.middle, 16 if two else 8
    whole = max(wide, figures) if two else wide + figures + 5
    edges = [(left, y - reach, y + reach) for left in (x - 3, x + whole + 3)]
    canvas.band(edges, scene.colours.ground, opacity=0.82, level=4)
    canvas.text((x, y - 7 if two else y), name, Ink(scene.colours.ink, 12))
    at = (x, y + 8) if two else (x + wide + 5, y)
    canvas.text(at, number, Ink(scene.colours.ink, 12, bold=True))
