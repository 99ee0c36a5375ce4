"""Documents drawn over the stored shop: steps bound by touchpoints, by rules, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Binding, Lane, MapHead, Stage, Step
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.ordering import keys_between
from waypost.maps.reading.drawing import Bound

__all__ = ["RULES", "bindings", "document_of", "lane_id", "stage_id", "step_id"]

RULES = (
    "channel = 'email'",
    "event = 'product_viewed'",
    "value > 400",
    "a.campaign = 'spring'",
    "rating > 0 or event = 'ticket_created'",
    "person = 'nobody'",
)
"""The last one cannot be evaluated."""
LANES = ("actions", "thoughts", "touchpoints", "flow", "emotion", "marks", "gaps", "kpis")


def step_id(name: object) -> str:
    """The id of the step called ``name``."""
    return derived_id("steps", str(name))


def stage_id(name: object) -> str:
    """The id of the stage called ``name``."""
    return derived_id("stages", str(name))


def lane_id(kind: str) -> str:
    """The id of the lane of that kind."""
    return derived_id("lanes", kind)


def document_of(bound: Sequence[Bound], *, stages: int = 1, **head: object) -> MapDocument:
    """Steps 0, 1, … with these bindings, spread evenly over stages 0, 1, …; every computed lane."""
    keys = keys_between(None, None, max(len(bound), stages, len(LANES)))
    share = max(1, -(-len(bound) // stages))
    return MapDocument(
        head=MapHead(**head),
        stages={
            stage_id(n): Stage(order=keys[n], label={"en": f"Stage {n}"}) for n in range(stages)
        },
        steps={
            step_id(n): Step(
                order=keys[n],
                stage=stage_id(n // share),
                label={"en": f"Step {n}"},
                binding=Binding(touchpoints=one.touchpoints, where=one.where) if one else None,
            )
            for n, one in enumerate(bound)
        },
        lanes={lane_id(kind): Lane(order=keys[n], kind=kind) for n, kind in enumerate(LANES)},
    )


def bindings(touchpoints: Sequence[str]) -> st.SearchStrategy[list[Bound]]:
    """One to six steps; touchpoints and rules may overlap, and a step may have neither."""
    ids = st.lists(st.sampled_from(sorted(touchpoints)), max_size=3, unique=True).map(tuple)
    rule = st.one_of(st.just(""), st.sampled_from(RULES))
    return st.lists(st.builds(Bound, ids, rule), min_size=1, max_size=6)
