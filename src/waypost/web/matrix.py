"""The matrix of opportunities as a drawing: where each stands, how sure that is, the scales."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from waypost.app.studio.opportunities import Opportunity, axis_value

__all__ = ["Bubble", "Matrix", "Tick", "matrix_of"]

WIDTH, HEIGHT = 620.0, 440.0
LEFT, RIGHT, TOP, BOTTOM = 84.0, 24.0, 20.0, 52.0
LEAST, LARGEST = 11.0, 26.0
"""Radii: of an opportunity without persons, and of the one with most."""
SCALE_TICKS = (1, 2, 3, 4, 5)
_SCALES = frozenset({"severity", "reach", "confidence", "effort", "strategic"})
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in the drawing and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One opportunity; ``low`` and ``high`` are the ends of its whisker where it has one."""

    entry: Opportunity
    key: str
    x: float
    y: float
    radius: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The drawing, and the opportunities that have no place because something is not said."""

    width: float
    height: float
    frame: tuple[float, float, float, float]
    bubbles: tuple[Bubble, ...]
    unplaced: tuple[Opportunity, ...]
    across: tuple[Tick, ...]
    upward: tuple[Tick, ...]


def matrix_of(
    entries: Sequence[Opportunity], *, x: str, y: str, say: Callable[[str, float], str]
) -> Matrix:
    """The opportunities on the axes ``x`` and ``y`` of ``AXES``; ``say`` prints a value of an axis.

    Letters follow the order of ``entries``. Scales from 1 to 5 keep their whole width; the others
    begin at zero, or below it where a value or its lower bound is negative.
    """
    placed = [one for one in entries if None not in (axis_value(one, x), axis_value(one, y))]
    across, upward = _range(placed, x), _range(placed, y)
    most = max((one.persons or 0 for one in placed), default=0)
    bubbles = tuple(
        _bubble(one, _LETTERS[index % len(_LETTERS)], (x, across), (y, upward), most)
        for index, one in enumerate(placed)
    )
    return Matrix(
        WIDTH,
        HEIGHT,
        (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
        bubbles,
        tuple(one for one in entries if one not in placed),
        tuple(Tick(_x(value, across), say(x, value)) for value in _ticks(x, across)),
        tuple(Tick(_y(value, upward), say(y, value)) for value in _ticks(y, upward)),
    )


def _bubble(
    entry: Opportunity,
    key: str,
    x: tuple[str, tuple[float, float]],
    y: tuple[str, tuple[float, float]],
    most: int,
) -> Bubble:
    across, upward = axis_value(entry, x[0]), axis_value(entry, y[0])
    assert across is not None
    assert upward is not None
    share = math.sqrt((entry.persons or 0) / most) if most else 0.0
    low, high = (entry.value_low, entry.value_high) if y[0] == "value" else (None, None)
    return Bubble(
        entry,
        key,
        _x(across, x[1]),
        _y(upward, y[1]),
        LEAST + share * (LARGEST - LEAST),
        None if low is None else _y(low, y[1]),
        None if high is None else _y(high, y[1]),
    )


def _range(entries: Sequence[Opportunity], axis: str) -> tuple[float, float]:
    if axis in _SCALES:
        return 0.5, 5.5
    values = [value for one in entries if (value := axis_value(one, axis)) is not None]
    if axis == "value":
        values += [
            float(b) for one in entries for b in (one.value_low, one.value_high) if b is not None
        ]
    low, high = min([0.0, *values]), max([0.0, *values])
    return (low, low + 1.0) if high == low else (low, high * 1.08)


def _ticks(axis: str, span: tuple[float, float]) -> list[float]:
    if axis in _SCALES:
        return [float(value) for value in SCALE_TICKS]
    low, high = span
    step = _round_step((high - low) / 4)
    first = math.ceil(low / step)
    return [place * step for place in range(first, math.floor(high / step) + 1)]


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, near to ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _x(value: float, span: tuple[float, float]) -> float:
    return round(LEFT + (value - span[0]) / (span[1] - span[0]) * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float, span: tuple[float, float]) -> float:
    room = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - (value - span[0]) / (span[1] - span[0]) * room, 1)
