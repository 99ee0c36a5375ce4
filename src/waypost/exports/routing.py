"""Ways for connections: along the lines between columns and rows, never across a card.

Each keeps to a track of its own. The editor in the browser routes by the same rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal, NamedTuple

__all__ = ["Dot", "Gauge", "Lines", "Placed", "Way", "Wish", "routed"]

_BLOCKED = 2000.0
_REACHES = 2.0
"""What a stretch may reach into a row without being taken as going through it."""


class Dot(NamedTuple):
    """A corner or an end of a way."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing on the map: its box, and the numbers of the lines of columns it lies between."""

    x: float
    y: float
    width: float
    height: float
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of columns (x) and of rows (y) lie.

    ``crossed`` has line of columns and row of each card that reaches over such a line.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    crossed: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """A connection that wants a way."""

    id: str
    start: Placed
    end: Placed


@dataclass(frozen=True, slots=True)
class Gauge:
    """How close things may lie, in the units of the map.

    ``room`` is free on either side of a line; ``apart`` lies between tracks, ``ports`` between
    ends at one side of a thing, ``first_line`` from its top to the first end. Where ``ports`` is
    0, all ends meet in one point. ``bend`` and ``shared`` are what a corner and a line in common
    cost, as a length.
    """

    room: float = 8.0
    apart: float = 4.5
    ports: float = 7.0
    first_line: float = 12.0
    clear: float = 8.0
    bend: float = 26.0
    shared: float = 9.0

    def times(self, factor: float) -> Gauge:
        """The same at another scale."""
        return Gauge(
            self.room * factor,
            self.apart * factor,
            self.ports * factor,
            self.first_line * factor,
            self.clear * factor,
            self.bend * factor,
            self.shared * factor,
        )


@dataclass(frozen=True, slots=True)
class Way:
    """From the side of one thing to the side of another, in straight stretches."""

    id: str
    dots: tuple[Dot, ...]


Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class _Plan:
    wish: Wish
    out: Side
    into: Side
    start: int
    end: int
    across: int | None
    """The line of rows it runs along, None where one line of columns is enough."""
    start_y: float
    end_y: float

    def lines(self) -> list[str]:
        if self.across is None:
            return [f"x{self.start}"]
        return [f"x{self.start}", f"y{self.across}", f"x{self.end}"]


@dataclass(frozen=True, slots=True)
class _End:
    plan: int
    is_start: bool
    box: Placed
    towards: float


def routed(wishes: Sequence[Wish], lines: Lines, gauge: Gauge | None = None) -> tuple[Way, ...]:
    """One way for each wish, in their order; the same wishes, the same ways.

    A way leaves a thing at its left or right side, follows lines of columns and at most one line of
    rows. As long as boxes keep ``gauge.room`` from these lines and no card lies over a line that
    ``lines.crossed`` does not name, no way crosses a box but where a thing reaches over every way
    there is.
    """
    gauge = gauge or Gauge()
    used: defaultdict[str, int] = defaultdict(int)
    plans: list[_Plan] = []
    for wish in wishes:
        plan = min(_plans(wish, lines, gauge), key=lambda one: _cost(one, lines, gauge, used))
        plans.append(plan)
        for line in plan.lines():
            used[line] += 1
    spread = _spread(plans, lines, gauge)
    shifts = _tracks(spread, lines, gauge)
    return tuple(
        _drawn(plan, lines, {line: shifts[line, number] for line in plan.lines()})
        for number, plan in enumerate(spread)
    )


def _plans(wish: Wish, lines: Lines, gauge: Gauge) -> Iterator[_Plan]:
    start_y, end_y = (
        box.y + min(box.height / 2, gauge.first_line) for box in (wish.start, wish.end)
    )
    sides: tuple[Side, Side] = ("right", "left")
    for out, into in product(sides, reversed(sides)):
        start = wish.start.right if out == "right" else wish.start.left
        end = wish.end.right if into == "right" else wish.end.left
        rows: list[int | None] = [None] if start == end else list(range(len(lines.rows)))
        for across in rows:
            yield _Plan(wish, out, into, start, end, across, start_y, end_y)


def _cost(plan: _Plan, lines: Lines, gauge: Gauge, used: Mapping[str, int]) -> float:
    """Short, few bends, no card crossed, little in common with others."""
    shared = sum(used[line] for line in plan.lines()) * gauge.shared
    if plan.across is None:
        turn = gauge.bend / 2 if plan.out == plan.into else 0.0
        through = _crossings(plan.start, plan.start_y, plan.end_y, lines)
        return abs(plan.end_y - plan.start_y) + through + shared + turn
    y = lines.rows[plan.across]
    length = abs(lines.columns[plan.start] - lines.columns[plan.end])
    length += abs(y - plan.start_y) + abs(y - plan.end_y)
    through = _crossings(plan.start, plan.start_y, y, lines)
    through += _crossings(plan.end, y, plan.end_y, lines)
    return length + 2 * gauge.bend + shared + through


def _crossings(column: int, one: float, other: float, lines: Lines) -> float:
    low, high = min(one, other), max(one, other)
    rows = range(len(lines.rows) - 1)
    through = sum(
        min(high, lines.rows[row + 1]) - max(low, lines.rows[row]) > _REACHES
        for row in rows
        if (column, row) in lines.crossed
    )
    return through * _BLOCKED


def _spread(plans: Sequence[_Plan], lines: Lines, gauge: Gauge) -> list[_Plan]:
    """Ends at one side of a thing lie below one another, in the order of where they lead."""
    ends: defaultdict[tuple[float, float, str], list[_End]] = defaultdict(list)
    for number, plan in enumerate(plans):
        across = None if plan.across is None else lines.rows[plan.across]
        start, end = plan.wish.start, plan.wish.end
        towards = plan.end_y if across is None else across
        ends[start.x, start.y, plan.out].append(_End(number, True, start, towards))  # noqa: FBT003 - the end's kind
        towards = plan.start_y if across is None else across
        ends[end.x, end.y, plan.into].append(_End(number, False, end, towards))  # noqa: FBT003 - as above
    made = list(plans)
    for here in ends.values():
        here.sort(key=lambda end: end.towards)
        box = here[0].box
        step = min(gauge.ports, (box.height - gauge.apart) / len(here)) if gauge.ports else 0.0
        half = (len(here) - 1) * step / 2
        first = box.y + min(box.height / 2, gauge.first_line + half) - half
        for place, port in enumerate(here):
            y = first + place * step
            plan = made[port.plan]
            made[port.plan] = replace(plan, start_y=y) if port.is_start else replace(plan, end_y=y)
    return made


def _tracks(plans: Sequence[_Plan], lines: Lines, gauge: Gauge) -> dict[tuple[str, int], float]:
    """How far each stretch lies beside its line: those that overlap get tracks of their own."""
    pieces: defaultdict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for number, plan in enumerate(plans):
        for line, one, other in _stretches(plan, lines):
            low, high = min(one, other) - gauge.clear, max(one, other) + gauge.clear
            pieces[line].append((low, high, number))
    shifts: dict[tuple[str, int], float] = {}
    for line, here in pieces.items():
        tracks: list[float] = []
        at: dict[int, int] = {}
        for low, high, number in sorted(here, key=lambda piece: (piece[0], -piece[1])):
            free = next((n for n, end in enumerate(tracks) if end <= low), len(tracks))
            tracks[free : free + 1] = [high]
            at[number] = free
        apart = min(gauge.apart, 2 * gauge.room / max(len(tracks) - 1, 1))
        for number, track in at.items():
            shifts[line, number] = (track - (len(tracks) - 1) / 2) * apart
    return shifts


def _stretches(plan: _Plan, lines: Lines) -> Iterator[tuple[str, float, float]]:
    if plan.across is None:
        yield f"x{plan.start}", plan.start_y, plan.end_y
        return
    y = lines.rows[plan.across]
    yield f"x{plan.start}", plan.start_y, y
    yield f"x{plan.end}", y, plan.end_y
    yield f"y{plan.across}", lines.columns[plan.start], lines.columns[plan.end]


def _drawn(plan: _Plan, lines: Lines, shifts: Mapping[str, float]) -> Way:
    start, end = plan.wish.start, plan.wish.end
    first = Dot(start.x + (start.width if plan.out == "right" else 0.0), plan.start_y)
    last = Dot(end.x + (end.width if plan.into == "right" else 0.0), plan.end_y)
    x = lines.columns[plan.start] + shifts[f"x{plan.start}"]
    to_x = lines.columns[plan.end] + shifts[f"x{plan.end}"]
    dots = [first, Dot(x, plan.start_y)]
    if plan.across is not None:
        y = lines.rows[plan.across] + shifts[f"y{plan.across}"]
        dots += [Dot(x, y), Dot(to_x, y)]
    return Way(plan.wish.id, (*dots, Dot(to_x, plan.end_y), last))
