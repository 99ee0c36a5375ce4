"""The few typical journeys of a map, and how many persons are near none of them."""

from __future__ import annotations

from waypost.maps.discovery.likeness import Representative, representatives
from waypost.maps.discovery.sight import Sight
from waypost.maps.document import RepresentativeJourney
from waypost.questions import Paths

__all__ = ["typical_journeys"]

_LENGTH = 8
_COMPARED = 120
_SHOWN = 4
_SHOWN_TO_GOAL = 2
_LEAST_SHARE = 0.01


def typical_journeys(sight: Sight) -> tuple[tuple[RepresentativeJourney, ...], float]:
    """At most six journeys that stand for 1 % of persons or more, and the share of the others.

    Two of them reached the goal, where anybody did: most journeys are short, and the successful
    ones would be hidden behind them. Journeys are compared by their first eight steps, folded;
    the 120 most frequent are compared, the others belong to the rest.
    """
    result = sight.ask(
        Paths(by="step", length=_LENGTH, fold_repeats=True, top=_COMPARED, **sight.wishes.filters())
    )
    rows = list(result.rows())
    counted = [(tuple(row["path"]), row["persons"]) for row in rows if not row["is_rest"]]
    total = result.facts["persons"]
    if not total:
        return (), 0.0
    arrived = [one for one in counted if sight.goal in one[0]]
    others = [one for one in counted if sight.goal not in one[0]]
    chosen = representatives(others, limit=_SHOWN) + representatives(arrived, limit=_SHOWN_TO_GOAL)
    chosen = sorted(
        (one for one in chosen if one.persons >= _LEAST_SHARE * total),
        key=lambda one: -one.persons,
    )
    shown = tuple(_journey(sight, one, total, result.question) for one in chosen)
    return shown, 1 - sum(one.persons for one in chosen) / total


def _journey(
    sight: Sight, one: Representative, total: int, question: object
) -> RepresentativeJourney:
    return RepresentativeJourney(
        steps=one.path,
        persons=one.persons,
        share=one.persons / total,
        reached_goal=sight.goal in one.path,
        evidence=sight.evidence(
            "journey",
            [],
            counts={"persons": one.persons, "all": total},
            question=question,  # type: ignore[arg-type]  # a question's fields
        ),
    )
