"""Tables of cells that are darker where there is more: what follows what, who came back when."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.scene import MARGIN, Scene, fitted, noted

__all__ = ["Cell", "Grid", "draw_grid", "draw_transitions"]

_CELL = 26.0
_WIDEST_CELL = 76.0
_MOST, _MOST_NARROW = 11, 6
_LEAST_SAID = 0.005
_REST = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """``part``: of the darkest; ``hatched``: not over yet; None in a grid = nothing to say."""

    part: float
    text: str
    tip: str = ""
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows``: names; ``sizes``: what stands right of them; ``cells``: row by row."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Cell | None]]
    sizes: Sequence[str] = ()
    caption: str = ""


def draw_grid(scene: Scene, canvas: Canvas, y: float, grid: Grid) -> float:
    """Names at the left and above, cells between."""
    names = max((text_width(name, 12) for name in grid.rows), default=0.0)
    sizes = max((text_width(text, 12) for text in (*grid.sizes, grid.caption)), default=0.0)
    names = min(names, scene.inner * (0.26 if scene.narrow else 0.3))
    left = MARGIN + names + 10 + (sizes + 10 if sizes else 0)
    cell = min(_WIDEST_CELL, (scene.width - MARGIN - left) / max(1, len(grid.columns)))
    y = _column_names(scene, canvas, y, (grid, left, cell))
    if grid.caption:
        canvas.text((left - 10, y - 8), grid.caption, scene.faint(12, align="right"))
    for place, (name, cells) in enumerate(zip(grid.rows, grid.cells, strict=True)):
        canvas.text((MARGIN, y + _CELL / 2), fitted(name, names, 12), scene.ink(12))
        if grid.sizes:
            at = (left - 10, y + _CELL / 2)
            canvas.text(at, grid.sizes[place], scene.faint(12, align="right"))
        for column, shown in enumerate(cells):
            if shown is not None:
                _cell(canvas, Box(left + column * cell, y, cell - 2, _CELL - 2), shown)
        y += _CELL
    return y + 4


def _column_names(
    scene: Scene, canvas: Canvas, y: float, shown: tuple[Grid, float, float]
) -> float:
    grid, left, cell = shown
    longest = max((text_width(name, 12) for name in grid.columns), default=0.0)
    if longest <= cell - 2:
        for place, name in enumerate(grid.columns):
            at = (left + (place + 0.5) * cell - 1, y + 6)
            canvas.text(at, name, scene.faint(12, align="center"))
        return y + 18
    tall = min(longest, 130.0)
    for place, name in enumerate(grid.columns):
        at = (left + (place + 0.5) * cell - 1, y + tall)
        canvas.text(at, fitted(name, tall, 12), scene.faint(12, angle=270))
    return y + tall + 8


def _cell(canvas: Canvas, box: Box, cell: Cell) -> None:
    fill, ink = canvas.colours.amount(cell.part)
    if cell.hatched:
        canvas.fill(box, canvas.colours.sunken, tip=cell.tip)
        canvas.hatch(box, canvas.colours.line)
        ink = canvas.colours.ink_2
    else:
        canvas.fill(box, fill, tip=cell.tip)
    fitting = (cell.text, cell.text.rstrip("%\u00a0"))
    said = next((text for text in fitting if text_width(text, 12) <= box.width), "")
    if said:
        at = (box.x + box.width / 2, box.middle)
        canvas.text(at, said, Ink(ink, 12, align="center"))


def draw_transitions(scene: Scene, canvas: Canvas, y: float) -> float:
    """From row to column, as a share of all that leaves the row; what is not shown is one of each.

    Rows add up to 100 %.
    """
    most = _MOST_NARROW if scene.narrow else _MOST
    begin, end = (list(map(str, scene.column(name))) for name in ("from", "to"))
    measure = "count" if scene.column("count") else "persons"
    counts = [int(count) for count in scene.column(measure)]
    order = [str(name) for name in scene.fact("nodes", {}).get("node", ())]
    shown = _most_frequent((begin, end, counts), most, order=order)
    rest = {_REST} if set(begin + end) - set(shown) else set()
    table: Counter[tuple[str, str]] = Counter()
    for a, b, count in zip(begin, end, counts, strict=True):
        table[a if a in shown else _REST, b if b in shown else _REST] += count
    rows = [a for a in (*shown, *rest) if any(table[a, b] for b in (*shown, *rest))]
    columns = [b for b in (*shown, *rest) if any(table[a, b] for a in rows)]
    sums = {a: sum(table[a, b] for b in columns) for a in rows}
    cells = [[_of(scene, table[a, b], sums[a]) for b in columns] for a in rows]
    grid = Grid(
        [_named(scene, a) for a in rows],
        [_named(scene, b) for b in columns],
        cells,
        [scene.words.count(sums[a]) for a in rows],
        "" if scene.narrow else scene.words.label(measure),
    )
    y = draw_grid(scene, canvas, y, grid)
    note = scene.words.say(N_("Read from left to above: of all that goes on from there."))
    return noted(scene, canvas, y, note)


def _named(scene: Scene, name: str) -> str:
    return scene.words.node(name) if name else scene.words.node("(rest)")


def _of(scene: Scene, count: int, whole: int) -> Cell | None:
    if not count or not whole:
        return None
    part, words = count / whole, scene.words
    text = words.share(part, 0) if part >= _LEAST_SAID else ""
    return Cell(min(0.999, part), text, f"{words.count(count)} · {words.share(part)}")


def _most_frequent(
    links: tuple[list[str], list[str], list[int]], most: int, *, order: Sequence[str]
) -> list[str]:
    """The nodes with most comings and goings, in the order of the map."""
    begin, end, counts = links
    both: Counter[str] = Counter(dict.fromkeys([*begin, *end], 0))
    for a, b, count in zip(begin, end, counts, strict=True):
        both[a] += count
        both[b] += count
    place = {name: number for number, name in enumerate(order)}
    top = sorted(both, key=lambda name: (-both[name], name))[:most]
    return sorted(top, key=lambda name: (place.get(name, _edge(name)), name))


def _edge(name: str) -> float:
    """The begin stands before all nodes, the end behind."""
    return -1.0 if name == "(begin)" else math.inf
