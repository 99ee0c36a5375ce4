"""Map documents to draw: a bicycle shop with everything, and some that are hard on the page."""

from __future__ import annotations

from pathlib import Path

from waypost.maps.document import (
    ActionCard,
    EmotionCard,
    FlowCard,
    Head,
    JourneyMap,
    KpiCard,
    Lane,
    MapStep,
    QuestionCard,
    QuoteCard,
    TouchpointCard,
    load_map,
)
from waypost.model import Provenance

__all__ = ["HOSTILE", "LONG", "RIGHT_TO_LEFT", "bicycle_map", "hard_map", "wide_map"]

BICYCLE = Path(__file__).with_name("bicycle.json")
OBSERVED, REPORTED = Provenance.OBSERVED, Provenance.REPORTED
HUGE = 12_345_678
HOSTILE = "<script>alert('x')</script> & \"quoted\" </style></svg>"
RIGHT_TO_LEFT = "متى يصل الطلب؟ أريد أن أعرف اليوم"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde"


def bicycle_map() -> JourneyMap:
    """Nine steps in five stages, with gaps, marks, quotes and typical journeys; figures add up."""
    return load_map(BICYCLE.read_bytes())


def wide_map(steps: int, stages: int) -> JourneyMap:
    """``steps`` columns spread over ``stages`` stages, the bicycle shop's columns in turn."""
    base = bicycle_map()
    made = tuple(
        base.steps[index % len(base.steps)].model_copy(
            update={"id": f"c{index}", "stage": f"p{index * stages // steps}"}
        )
        for index in range(steps)
    )
    named = tuple(
        base.stages[index % len(base.stages)].model_copy(update={"id": f"p{index}"})
        for index in range(stages)
    )
    return base.model_copy(update={"steps": made, "stages": named, "journeys": ()})


def hard_map() -> JourneyMap:
    """One column with hostile and foreign text, very long names, huge and tiny numbers."""
    lanes = ("actions", "thoughts", "touchpoints", "flow", "emotion", "kpis", "backstage")
    return JourneyMap(
        id="hard",
        head=Head(
            title={"de": f"{LONG} {HOSTILE}"},
            workspace=HOSTILE,
            zone="UTC",
            currency="JPY",
            persons=0,
        ),
        lanes=tuple(Lane(id=name) for name in lanes),
        stages=(),
        steps=(
            MapStep(
                id="only",
                label={"de": LONG},
                stage="nowhere",
                touchpoints=("t",),
                persons=HUGE,
                events=98_765_432_101,
                cells=_hard_cells(),
            ),
        ),
    )


def _hard_cells() -> dict[str, tuple]:
    return {
        "actions": (
            ActionCard(
                id="a",
                provenance=OBSERVED,
                fact="nobody-knows-this",
                values={"n": HUGE},
                label={"en": HOSTILE},
            ),
            ActionCard(
                id="b",
                provenance=OBSERVED,
                fact="did",
                values={"share": 0.01, "persons": 3},
                label={"en": "secret-small-group"},
            ),
        ),
        "thoughts": (
            _quote('q"><img src=x>', HOSTILE, "en", HUGE),
            _quote("r", RIGHT_TO_LEFT, "ar", 41),
            _quote("s", "secret-small-quote", "en", 4),
        ),
        "touchpoints": (
            _touchpoint("t", {"de": LONG}, "hologram", HUGE),
            _touchpoint("u", {}, "", 3),
        ),
        "flow": (
            FlowCard(
                id="f",
                provenance=OBSERVED,
                persons=HUGE,
                on=12_345_000,
                back=0,
                left=677,
                still_open=1,
                next_steps={"nowhere": 12_345_000},
            ),
        ),
        "emotion": (EmotionCard(id="e", provenance=REPORTED, reading="ratings", mean=-2.0, n=4),),
        "kpis": (
            KpiCard(id="k", provenance=OBSERVED, kpi="revenue", unit="money", value=987_654_321),
        ),
        "backstage": (QuestionCard(id="g", provenance=OBSERVED, question="backstage"),),
    }


def _quote(name: str, text: str, language: str, n: int) -> QuoteCard:
    return QuoteCard(
        id=name, provenance=REPORTED, text=text, language=language, source=HOSTILE, n=n
    )


def _touchpoint(name: str, label: dict[str, str], channel: str, persons: int) -> TouchpointCard:
    return TouchpointCard(
        id=name,
        provenance=OBSERVED,
        touchpoint=name,
        label=label,
        channel=channel,
        persons=persons,
        events=persons * 4447,
    )
