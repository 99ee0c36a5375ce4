"""Connections between cards in words: what a card leads to, answers or causes."""

from __future__ import annotations

from waypost.exports.html.scene import Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import NoteItem
from waypost.kit.translation import N_
from waypost.maps.document import TypedCard

__all__ = ["connection_notes"]

_KINDS = {
    "leads-to": N_("leads to"),
    "answers": N_("answers"),
    "causes": N_("causes"),
}


def connection_notes(scene: Scene, card: TypedCard) -> list[NoteItem]:
    """A note per connection that begins at the card, in the order of the document.

    One whose end has no words, or is not on the map, is left out.
    """
    links = [link for link in scene.document.links if link.source == card.id]
    names = _names(scene) if links else {}
    return [
        NoteItem(Words(f"{scene.speech.gettext(_KINDS[link.kind])}: {name}"))
        for link in links
        if (name := names.get(link.target))
    ]


def _names(scene: Scene) -> dict[str, str]:
    """Typed cards and steps by id, as the page calls them."""
    names = {step.id: scene.step_name(step.id).text for step in scene.steps}
    for step in scene.steps:
        for cards in step.cells.values():
            for card in cards:
                if isinstance(card, TypedCard):
                    names[card.id] = words_in(card.text, scene.speech, card.url).text
    return names
