"""The cells of a drawn map: what is computed there, without what somebody hid, and typed cards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from waypost.maps.discovery.sight import Sight
from waypost.maps.document import Card, GapCard, KpiCard, MapStep, TypedCard
from waypost.maps.editing import entities
from waypost.maps.editing.document import MapDocument
from waypost.model import Provenance, Step

__all__ = [
    "Typed",
    "computed_cards",
    "computed_key",
    "empty_cells",
    "merged",
    "typed_card",
]

KEY = "computed"


def computed_key(lane: str, step: str, card: Card) -> str:
    """The id of a computed card: the same in every reading, whatever its figures are."""
    return f"{KEY}:{lane}:{step}:{_what(step, card)}"


def _what(step: str, card: Card) -> str:
    if card.kind == "action":
        return card.fact
    if card.kind == "quote":
        return "quote-" + hashlib.sha256(card.text.encode()).hexdigest()[:8]
    return card.id.removeprefix(f"{step}-")


def computed_cards(lane: str, step: MapStep, content: str) -> tuple[Card, ...]:
    """The cards that ``step`` has for a lane of this kind, under their keys."""
    return tuple(
        card.model_copy(update={"id": computed_key(lane, step.id, card)})
        for card in step.cells.get(content, ())
    )


def empty_cells(sight: Sight, step: Step, *, is_bound: bool) -> dict[str, tuple[Card, ...]]:
    """What is known of a step that nobody was at: that it is bound to nothing, or not visited."""
    gap = GapCard(
        id=f"{step.id}-{'unvisited' if is_bound else 'no-touchpoint'}",
        provenance=Provenance.OBSERVED,
        evidence=sight.evidence("unvisited" if is_bound else "no_touchpoint", []),
        gap="unvisited" if is_bound else "no_touchpoint",
        label=dict(step.label),
    )
    return {"gaps": (gap,)}


@dataclass(frozen=True, slots=True)
class Typed:
    """What people put into the cells of a document, and what they hid there, by (step, lane)."""

    document: MapDocument
    cards: Mapping[tuple[str, str], Sequence[str]]
    hidden: Mapping[tuple[str, str], frozenset[str]]

    @classmethod
    def of(cls, document: MapDocument) -> Typed:
        """One pass over cards and hidden keys."""
        hidden: dict[tuple[str, str], frozenset[str]] = {}
        for one in document.hidden_computed.values():
            place = (one.step, one.lane)
            hidden[place] = hidden.get(place, frozenset()) | {one.card}
        return cls(document, document.cells(), hidden)


def merged(
    typed: Typed,
    place: tuple[str, str],
    computed: Sequence[Card],
    *,
    persona: str,
    measures: Sequence[Card] = (),
) -> tuple[Card, ...]:
    """The cards of ``place`` (step, lane): computed ones that nobody hid, then typed ones.

    A guiding question goes where anything else is. A measure that somebody typed for a computed one
    carries its value; ``measures`` are the computed ones of the step. Cards of another persona than
    ``persona`` are left out, unless it is empty.
    """
    hidden = typed.hidden.get(place, frozenset())
    cards = [(name, typed.document.cards[name]) for name in typed.cards.get(place, ())]
    told = [
        typed_card(name, card, measures)
        for name, card in cards
        if not persona or card.persona in ("", persona)
    ]
    shown = [card for card in computed if not hidden & {card.id, card.id.split(":", 3)[-1]}]
    wanted = {card.kpi for card in told if card.kind == "kpi"}
    shown = [card for card in shown if not (card.kind == "kpi" and card.kpi in wanted)]
    if told or any(card.kind != "question" for card in shown):
        shown = [card for card in shown if card.kind != "question"]
    return (*shown, *told)


def typed_card(name: str, card: entities.Card, measures: Iterable[Card]) -> Card:
    """A card of the document as the map shows it."""
    if card.kind == "kpi" and card.evidence is not None:
        for measure in measures:
            if measure.kind == "kpi" and measure.kpi == card.evidence.definition:
                told = {"id": name, "target": card.target, "label": dict(card.text)}
                found: KpiCard = measure.model_copy(update=told)
                return found
    return TypedCard(
        id=name,
        provenance=card.provenance,
        evidence=card.evidence,
        type=card.kind,
        **card.model_dump(exclude={"kind", "provenance", "evidence", "order", "lane", "step"}),
    )
