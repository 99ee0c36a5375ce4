"""Curves beside the plain one: personas, what somebody drew, and what shall be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from waypost.exports.html.emotion import top_of
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.speech import Speech, words_in
from waypost.exports.html.views import Shape
from waypost.kit.translation import N_
from waypost.maps.document import Curve, DrawnPoint, MapStep

__all__ = ["curve_names", "draw_curves"]

COLUMN = 100.0
_STUB = 9.0
_TO_BE = N_("{name}, as it shall be")
_DRAWN = N_("drawn by hand")


def draw_curves(curves: Sequence[Curve], steps: Sequence[MapStep]) -> tuple[Shape, ...]:
    """One line a run; a run of one step is a short stroke. Ratings of everybody are drawn already.

    A stretch between a rating and a point that somebody drew is drawn as assumed.
    """
    place = {step.id: number for number, step in enumerate(steps)}
    return tuple(
        shape
        for curve in curves
        if curve.lane == "emotion"
        for run in curve.runs
        for shape in _shapes(curve, [point for point in run if point.step in place], place)
    )


def _shapes(curve: Curve, run: list[DrawnPoint], place: dict[str, int]) -> Iterator[Shape]:
    look = _look(curve)
    for stretch in _stretches(run):
        is_plain = not curve.persona and curve.series == "as-is"
        if is_plain and all(_is_rated(point) for point in stretch):
            continue
        drawn = "" if all(_is_rated(point) for point in stretch) else " cv-drawn"
        yield Shape(f"{look}{drawn}", _path(stretch, place))


def _stretches(run: list[DrawnPoint]) -> Iterator[list[DrawnPoint]]:
    """Parts of a run that are of one kind: between ratings, or with a drawn point at an end."""
    if len(run) == 1:
        yield run
    part: list[DrawnPoint] = run[:1]
    for before, point in pairwise(run):
        is_rated = _is_rated(before) and _is_rated(point)
        if len(part) > 1 and is_rated != all(_is_rated(one) for one in part):
            yield part
            part = [before]
        part.append(point)
    if len(part) > 1:
        yield part


def _is_rated(point: DrawnPoint) -> bool:
    return point.n is not None and point.n >= LEAST_GROUP


def _path(points: Sequence[DrawnPoint], place: dict[str, int]) -> str:
    places = [(COLUMN * (place[p.step] + 0.5), top_of(p.value)) for p in points]
    if len(places) == 1:
        (x, y) = places[0]
        return f"M{x - _STUB:g} {y:g}H{x + _STUB:g}"
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _look(curve: Curve) -> str:
    colour = f"cv-p{curve.colour}" if curve.persona else "cv-all"
    return f"cv-persona {colour}" + (" cv-to-be" if curve.series == "to-be" else "")


def curve_names(curves: Sequence[Curve], speech: Speech) -> tuple[tuple[str, str], ...]:
    """Key and name of the curves for the legend, each once; everybody's ratings need none."""
    found: dict[str, str] = {}
    for curve in curves:
        points = [point for run in curve.runs for point in run]
        is_plain = not curve.persona and curve.series == "as-is"
        if is_plain and all(_is_rated(point) for point in points):
            continue
        everybody = speech.gettext("Everybody")
        name = words_in(curve.label, speech, everybody if not curve.persona else curve.persona).text
        look = _look(curve)
        if curve.series == "to-be":
            name = speech.gettext(_TO_BE).format(name=name)
        elif is_plain or not any(_is_rated(point) for point in points):
            look, name = f"{look} cv-drawn", f"{name}, {speech.gettext(_DRAWN)}"
        found.setdefault(look, name)
    return tuple(found.items())
