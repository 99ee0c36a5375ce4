"""Figures to watch: one per step, a few for the whole map."""

from __future__ import annotations

from waypost.maps.discovery.intervals import share_between
from waypost.maps.discovery.sight import Row, Sight
from waypost.maps.document import Card, KpiCard
from waypost.model import Provenance, Step
from waypost.questions import TimeBetween

__all__ = ["goal_share", "kpis_of_map", "kpis_of_step"]

_MIDDLE = 0.5


def goal_share(sight: Sight, step: Step) -> float | None:
    """Share of those at a step before the goal who reach the goal in time; else None."""
    if not 0 <= sight.place(step.id) < sight.place(sight.goal):
        return None
    facts = sight.funnel(step.id, sight.goal).facts
    return facts["converted"] / facts["entrants"] if facts["entrants"] else None


def kpis_of_step(sight: Sight, step: Step) -> tuple[Card, ...]:
    """Before the goal: who reaches it; at the goal: how often, and its value; after: who comes."""
    row = sight.step_rows[step.id]
    if not row["persons"]:
        return ()
    if step.id == sight.goal:
        return _goal_measures(sight, step, row)
    if sight.place(step.id) < sight.place(sight.goal):
        return _share_measure(sight, step, "goal_rate", (step.id, sight.goal))
    return _share_measure(sight, step, "reach", (sight.goal, step.id))


def _share_measure(sight: Sight, step: Step, kpi: str, steps: tuple[str, str]) -> tuple[Card, ...]:
    result = sight.funnel(*steps)
    facts = result.facts
    share = share_between(facts["converted"], facts["entrants"] - facts["open"])
    if share.share is None:
        return ()
    return (
        KpiCard(
            id=f"{step.id}-{kpi}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence(
                kpi,
                sight.codes_of(step),
                counts={"part": share.part, "whole": share.whole, "open": facts["open"]},
                question=result.question,
            ),
            kpi=kpi,
            unit="share",
            value=share.share,
            low=share.low,
            high=share.high,
            n=share.whole,
        ),
    )


def _goal_measures(sight: Sight, step: Step, row: Row) -> tuple[Card, ...]:
    """Only the last step of a purchase has orders; any other goal is reached so many times."""
    is_order = step.id == sight.order_step
    reached = "orders" if is_order else "goal_reached"
    cards: list[Card] = []
    if row["values"] and is_order:
        cards.append(
            KpiCard(
                id=f"{step.id}-order-value",
                provenance=Provenance.OBSERVED,
                evidence=sight.evidence(
                    "order_value",
                    sight.codes_of(step),
                    counts={"values": row["values"], "value_sum": row["value_sum"]},
                    question=sight.flow.question,
                ),
                kpi="order_value",
                unit="money",
                value=row["value_sum"] / row["values"],
                n=row["values"],
            )
        )
    cards.append(
        KpiCard(
            id=f"{step.id}-{reached.replace('_', '-')}",
            provenance=Provenance.OBSERVED,
            evidence=sight.evidence(
                reached,
                sight.codes_of(step),
                counts={"values": row["values"], "persons": row["persons"]},
                question=sight.flow.question,
            ),
            kpi=reached,
            unit="count",
            value=row["events"] + row["anonymous_events"],
        )
    )
    return tuple(cards)


def kpis_of_map(sight: Sight) -> tuple[KpiCard, ...]:
    """Time from the first step to the goal, and the mean rating, where there are any."""
    found: list[KpiCard] = []
    first = sight.steps[0].id if sight.steps else ""
    if first and first != sight.goal:
        question = TimeBetween(f"step:{first}", f"step:{sight.goal}", **sight.wishes.filters())
        result = sight.ask(question)
        median = next(row["seconds"] for row in result.rows() if row["quantile"] == _MIDDLE)
        if median is not None:
            found.append(
                KpiCard(
                    id="map-time-to-goal",
                    provenance=Provenance.OBSERVED,
                    evidence=sight.evidence(
                        "time_to_goal",
                        [],
                        counts={"persons": result.facts["count"]},
                        question=question,
                    ),
                    kpi="time_to_goal",
                    unit="seconds",
                    value=median,
                    n=result.facts["count"],
                    better="lower",
                )
            )
    return tuple(found + _mean_rating(sight))


def _mean_rating(sight: Sight) -> list[KpiCard]:
    rows = list(sight.step_rows.values())
    n = sum(row["ratings"] for row in rows)
    if n == 0:
        return []
    total = sum(fact["sum"] for fact in sight.flow.facts["ratings"].values())
    return [
        KpiCard(
            id="map-rating",
            provenance=Provenance.REPORTED,
            evidence=sight.evidence("rating", [], counts={"ratings": n}),
            kpi="rating",
            unit="score",
            value=total / n,
            n=n,
        )
    ]
