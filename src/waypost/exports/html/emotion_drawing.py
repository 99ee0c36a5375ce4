"""The emotion curve: a line only between neighbouring steps that both have the reading.

Where a step has none the line ends, so no feeling is drawn that nobody stated. Ratings carry a
band, and a whisker at each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waypost.exports.html.emotion import SCALE, top_of
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.views import Shape
from waypost.exports.html.vocabulary import READINGS
from waypost.maps.document import EmotionCard, MapStep

__all__ = ["draw_emotion"]

COLUMN = 100.0
Run = list[tuple[int, EmotionCard]]


def draw_emotion(steps: Sequence[MapStep]) -> tuple[Shape, ...]:
    """Grid, bands and lines in the order of painting; 100 wide per step and 100 high."""
    width = COLUMN * len(steps)
    shapes = list(_grid(width))
    by_reading = {reading: _runs(steps, reading) for reading in READINGS}
    for run in by_reading["ratings"]:
        shapes += _bands(run)
    for reading in reversed(READINGS):
        for run in by_reading[reading]:
            if len(run) > 1:
                points = (f"{_x(index):g} {top_of(card.mean):g}" for index, card in run)
                shapes.append(Shape(f"cv-{READINGS[reading][0]}", "M" + "L".join(points)))
    return tuple(shapes)


def _grid(width: float) -> Iterator[Shape]:
    middle, best, worst = top_of(0), top_of(SCALE), top_of(-SCALE)
    yield Shape("cv-up", f"M0 {best:g}H{width:g}V{middle:g}H0Z")
    yield Shape("cv-down", f"M0 {middle:g}H{width:g}V{worst:g}H0Z")
    for level in (-SCALE, -SCALE / 2, SCALE / 2, SCALE):
        yield Shape("cv-grid", f"M0 {top_of(level):g}H{width:g}")
    yield Shape("cv-zero", f"M0 {middle:g}H{width:g}")


def _runs(steps: Sequence[MapStep], reading: str) -> list[Run]:
    """Unbroken stretches of steps that have this reading from enough persons."""
    runs: list[Run] = []
    last = -2
    for index, step in enumerate(steps):
        card = _card(step, reading)
        if card is None:
            continue
        if index != last + 1:
            runs.append([])
        runs[-1].append((index, card))
        last = index
    return runs


def _card(step: MapStep, reading: str) -> EmotionCard | None:
    for cards in step.cells.values():
        for card in cards:
            if card.kind == "emotion" and card.reading == reading and card.n >= LEAST_GROUP:
                return card
    return None


def _bands(run: Run) -> Iterator[Shape]:
    """The band of the means with an interval; a whisker at each of them makes it readable."""
    known = [
        (_x(index), top_of(card.high), top_of(card.low))
        for index, card in run
        if card.low is not None and card.high is not None
    ]
    if len(known) > 1 and len(known) == len(run):
        upper = [f"{x:g} {high:g}" for x, high, _low in known]
        lower = [f"{x:g} {low:g}" for x, _high, low in reversed(known)]
        yield Shape("cv-band", "M" + "L".join(upper + lower) + "Z")
    for x, high, low in known:
        yield Shape("cv-whisker", f"M{x:g} {high:g}V{low:g}")


def _x(index: int) -> float:
    return COLUMN * (index + 0.5)
