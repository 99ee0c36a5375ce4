"""What the maps say, for pages that list them: counted behind the page, one map after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from waypost.app.studio.actor import Actor
from waypost.app.studio.map_numbers import numbers_at_hand
from waypost.app.studio.maps import MapSummary
from waypost.app.studio.site import Site
from waypost.exports.html.formats import rounded
from waypost.exports.html.marks import MARKS
from waypost.maps.document import JourneyMap, MapStep, MarkCard, Share, TypedCard
from waypost.model import label_in

__all__ = ["MapsAtHand", "PainPoint", "maps_at_hand"]

_LEAST_GROUP = 5
_LEAST_SHARE = 0.05
_MOST_PAINS = 5
_DIFFERENCES = frozenset({"undrawn", "skipped", "jumped_back", "unvisited", "silent", "broken"})


@dataclass(frozen=True, slots=True)
class PainPoint:
    """Something that hurts at a step of a map.

    ``words`` is a message to be translated where ``mark`` is set, else what somebody wrote.
    ``value_minor`` is money in the data, rounded as one says it; None where nobody knows.
    """

    map: str
    map_title: str
    step: str
    words: str
    icon: str = "triangle-alert"
    mark: str = ""
    persons: int = 0
    share: Share | None = None
    value_minor: int | None = None


@dataclass(frozen=True, slots=True)
class MapsAtHand:
    """Maps with their numbers, what hurts most, and how often reality differs, by map.

    ``is_counting``: some map is still being counted; ask again in a moment.
    """

    maps: tuple[MapSummary, ...]
    pains: tuple[PainPoint, ...]
    differences: Mapping[str, int]
    is_counting: bool


def maps_at_hand(site: Site, actor: Actor, maps: Sequence[MapSummary]) -> MapsAtHand:
    """The maps with the numbers of today's journeys, as far as they are counted; never waits."""
    readings, is_counting = numbers_at_hand(site, actor, [one.id for one in maps])
    pains = [
        pain
        for one in maps
        if one.id in readings
        for pain in _pains(one, readings[one.id], actor.language)
    ]
    return MapsAtHand(
        maps=tuple(_counted(one, readings.get(one.id)) for one in maps),
        pains=tuple(sorted(_once(pains), key=_weight, reverse=True)[:_MOST_PAINS]),
        differences={name: _differences(reading) for name, reading in readings.items()},
        is_counting=is_counting,
    )


def _counted(one: MapSummary, reading: JourneyMap | None) -> MapSummary:
    if reading is None:
        return one
    known = {kind.value: count for kind, count in reading.provenance_counts().items()}
    return replace(one, persons=reading.head.persons, known=known)


def _pains(one: MapSummary, reading: JourneyMap, language: str) -> Iterable[PainPoint]:
    title = one.title_in(language)
    for step in reading.steps:
        for cards in step.cells.values():
            for card in cards:
                pain = _pain((one.id, title), step, card, language)
                if pain is not None and pain.words:
                    yield pain


def _pain(where: tuple[str, str], step: MapStep, card: object, language: str) -> PainPoint | None:
    if isinstance(card, MarkCard):
        is_small = card.share is not None and card.share.part < _LEAST_GROUP
        if is_small or card.persons < _LEAST_GROUP:
            return None
        icon, _, words = MARKS[card.mark]
        made = PainPoint(*where, label_in(step.label, language), words, icon, card.mark)
        return replace(
            made, persons=card.persons, share=card.share, value_minor=_about(card.value_minor)
        )
    if isinstance(card, TypedCard) and card.type == "pain" and card.state != "to-be":
        made = PainPoint(*where, label_in(step.label, language), label_in(card.text, language))
        return replace(made, persons=card.persons or 0, value_minor=_about(card.value_minor))
    return None


def _about(value_minor: int | None) -> int | None:
    return None if value_minor is None else int(rounded(value_minor))


def _once(pains: Iterable[PainPoint]) -> Iterable[PainPoint]:
    """Two maps that draw the same step tell the same pain point once."""
    seen: dict[tuple[str, str, int], PainPoint] = {}
    for pain in pains:
        seen.setdefault((pain.step, pain.words, pain.persons), pain)
    return seen.values()


def _weight(pain: PainPoint) -> tuple[int, int]:
    return (pain.value_minor or 0, pain.persons)


def _differences(reading: JourneyMap) -> int:
    return sum(
        note.kind in _DIFFERENCES
        and (note.share is None or (note.share.share or 0.0) >= _LEAST_SHARE)
        and not 0 < note.persons < _LEAST_GROUP
        for note in reading.reality
    )
