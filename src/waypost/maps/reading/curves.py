"""Curves of feeling: ratings where there are any, else what somebody drew, and never a bridge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from waypost.maps.discovery.people import LEAST_RATINGS
from waypost.maps.discovery.sight import Row
from waypost.maps.document import Curve, DrawnPoint
from waypost.maps.editing.entities import CurvePoint
from waypost.model import Provenance, Step

if TYPE_CHECKING:
    from waypost.maps.reading.reading import Reading

__all__ = ["curves_of", "runs_of"]

_OTHER = {"as-is": "to-be", "to-be": "as-is"}


def curves_of(reading: Reading) -> tuple[Curve, ...]:
    """Per lane of feelings: everybody's curve and one per persona, as it is and as it shall be.

    A lane of one persona has that persona's only; curves without any value are left out.
    """
    lanes = [
        (name, reading.document.lanes[name].persona)
        for name in reading.document.lanes_in_order()
        if reading.document.lanes[name].kind == "emotion"
        and not reading.document.lanes[name].hidden
    ]
    return tuple(
        curve
        for lane, owner in lanes
        for persona in _personas(reading, owner)
        for curve in _curves(reading, lane, persona)
    )


def _personas(reading: Reading, owner: str) -> list[str]:
    if owner:
        return [owner]
    shown = reading.personas_shown()
    return shown if reading.chosen.persona else ["", *shown]


def _curves(reading: Reading, lane: str, persona: str) -> Iterator[Curve]:
    drawn = reading.document.personas.get(persona)
    is_broken = persona in reading.broken_personas
    rows = {} if is_broken else reading.sight_of(persona).step_rows
    for series in ("as-is", "to-be"):
        points = _points(reading, lane, persona, series)
        counted = rows if series == "as-is" else {}
        steps = [
            step
            for step in reading.drawing.steps
            if reading.document.steps[step.id].state != _OTHER[series]
        ]
        runs = runs_of(steps, counted, points)
        if runs:
            yield Curve(
                id=f"curve:{lane}:{persona}:{series}",
                lane=lane,
                persona=persona,
                label=dict(drawn.label) if drawn else {},
                colour=drawn.colour if drawn else "",
                series=series,
                runs=runs,
            )


def _points(
    reading: Reading, lane: str, persona: str, series: str
) -> dict[str, tuple[str, CurvePoint]]:
    """The point that somebody drew per step; of several, that with the first id."""
    found: dict[str, tuple[str, CurvePoint]] = {}
    for name, point in sorted(reading.document.points.items()):
        if (point.lane, point.persona, point.series) == (lane, persona, series):
            found.setdefault(point.step, (name, point))
    return found


def runs_of(
    steps: Sequence[Step],
    rows: Mapping[str, Row],
    points: Mapping[str, tuple[str, CurvePoint]],
) -> tuple[tuple[DrawnPoint, ...], ...]:
    """Stretches of neighbouring steps that all have a value; a step without one ends a run."""
    runs: list[list[DrawnPoint]] = []
    is_joined = False
    for step in steps:
        value = _value(step.id, rows.get(step.id), points.get(step.id))
        if value is not None and is_joined:
            runs[-1].append(value)
        elif value is not None:
            runs.append([value])
        is_joined = value is not None
    return _frozen(runs)


def _frozen(runs: Iterable[Iterable[DrawnPoint]]) -> tuple[tuple[DrawnPoint, ...], ...]:
    return tuple(tuple(run) for run in runs)


def _value(step: str, row: Row | None, drawn: tuple[str, CurvePoint] | None) -> DrawnPoint | None:
    name, point = drawn or ("", None)
    note = dict(point.note) if point else {}
    if row is not None and row["ratings"] >= LEAST_RATINGS:
        return DrawnPoint(
            step=step,
            value=row["rating_mean"],
            provenance=Provenance.REPORTED,
            low=row["rating_low"],
            high=row["rating_high"],
            n=row["ratings"],
            drawn=point.value if point else None,
            point=name,
            note=note,
        )
    if point is None:
        return None
    return DrawnPoint(
        step=step, value=point.value, provenance=Provenance.ASSUMED, point=name, note=note
    )
