"""A curve connects neighbouring steps that both have a value, and nothing else."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from waypost.app import Workspace
from waypost.maps.editing.entities import CurvePoint
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.operations import apply
from waypost.maps.reading import document_from
from waypost.maps.reading.curves import runs_of
from waypost.maps.reading.from_map import drawn_id
from waypost.model import Provenance, Step

STEPS = [Step(f"s{n}", {}, "") for n in range(8)]


def row(n: int) -> dict:
    return {"ratings": n, "rating_mean": 1.0, "rating_low": 0.5, "rating_high": 1.5}


@given(st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_no_run_passes_over_a_step_without_a_value(rated: set[int], drawn: set[int]) -> None:
    rows = {f"s{n}": row(9 if n in rated else 4) for n in range(8)}
    points = {f"s{n}": (f"p{n}", CurvePoint(lane="l", step=f"s{n}", value=-1)) for n in drawn}

    runs = runs_of(STEPS, rows, points)

    places = [[int(point.step[1:]) for point in run] for run in runs]
    assert all(run == list(range(run[0], run[0] + len(run))) for run in places)
    assert {place for run in places for place in run} == rated | drawn
    assert all(before[-1] + 1 < after[0] for before, after in pairwise(places))


def test_ratings_stay_what_they_are_where_somebody_drew_something_else() -> None:
    points = {"s1": ("p", CurvePoint(lane="l", step="s1", value=-2))}

    ((point,),) = runs_of(STEPS, {"s1": row(12)}, points)

    assert (point.value, point.drawn, point.n) == (1.0, -2, 12)
    assert point.provenance is Provenance.REPORTED


def test_what_is_drawn_is_assumed_and_what_shall_be_has_its_own_curve(browsing: Workspace) -> None:
    document = document_from(browsing.map().document, "en")
    lane = drawn_id("lanes", "emotion")
    ops = [
        {
            "op": "add",
            "kind": "points",
            "id": derived_id("points", series),
            "value": {"lane": lane, "step": drawn_id("steps", "cart"), "series": series},
        }
        for series in ("as-is", "to-be")
    ]

    curves = browsing.read(apply(document, ops).document).document.curves

    assert [curve.series for curve in curves] == ["as-is", "to-be"]
    points = [point for run in curves[0].runs for point in run]
    assert [point.provenance for point in points] == [Provenance.ASSUMED, Provenance.REPORTED]
    assert [point.n for point in points] == [None, 8]
