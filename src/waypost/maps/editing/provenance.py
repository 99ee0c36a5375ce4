"""How much of a map is known, and how: filled cells by provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.model import Provenance

__all__ = ["AssumedShare", "assumed_share", "cells_by_provenance"]

_WEAKEST_LAST = (
    Provenance.OBSERVED,
    Provenance.REPORTED,
    Provenance.ESTIMATED,
    Provenance.ASSUMED,
)


@dataclass(frozen=True, slots=True)
class AssumedShare:
    """``assumed`` of ``whole`` filled cells rest on belief alone."""

    assumed: int
    whole: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 for an empty map."""
        return self.assumed / self.whole if self.whole else 0.0


def assumed_share(document: MapDocument, reading: JourneyMap | None = None) -> AssumedShare:
    """How much of the map is assumed: cells in which nothing better stands."""
    cells = cells_by_provenance(document, reading)
    return AssumedShare(cells[Provenance.ASSUMED], sum(cells.values()))


def cells_by_provenance(
    document: MapDocument, reading: JourneyMap | None = None
) -> dict[Provenance, int]:
    """Filled cells by the best that is known in them: counted before said, guessed, believed.

    A card over several columns fills each; a drawn point is assumed; questions fill nothing.
    """
    best: dict[tuple[str, str], Provenance] = {}
    for cell, provenance in [*_typed(document), *_computed(reading)]:
        known = best.get(cell, Provenance.ASSUMED)
        best[cell] = min(known, provenance, key=_WEAKEST_LAST.index)
    return {one: sum(has is one for has in best.values()) for one in Provenance}


def _typed(document: MapDocument) -> Iterator[tuple[tuple[str, str], Provenance]]:
    steps = document.steps_in_order()
    place = {name: at for at, name in enumerate(steps)}
    for card in document.cards.values():
        if card.kind != "question":
            at = place[card.step]
            for step in steps[at : at + card.span]:
                yield (step, card.lane), card.provenance
    for point in document.points.values():
        yield (point.step, point.lane), Provenance.ASSUMED


def _computed(reading: JourneyMap | None) -> Iterator[tuple[tuple[str, str], Provenance]]:
    for step in reading.steps if reading is not None else ():
        for lane, cards in step.cells.items():
            for card in cards:
                if card.kind not in ("question", "gap", "typed"):
                    yield (step.id, lane), card.provenance
