"""Connections between cards: what a card leads to, answers or causes, in words and as arrows."""

from __future__ import annotations

from waypost.exports.html.scene import Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import ConnectionView, NoteItem
from waypost.kit.translation import N_
from waypost.maps.document import TypedCard

__all__ = ["CONNECTION_NAMES", "connection_kinds", "connection_notes", "connections_of"]

CONNECTION_NAMES = {
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
        NoteItem(Words(f"{scene.speech.gettext(CONNECTION_NAMES[link.kind])}: {name}"))
        for link in links
        if (name := names.get(link.target))
    ]


def connections_of(scene: Scene) -> tuple[ConnectionView, ...]:
    """Every connection with both ends on the map, in the order of the document."""
    names = _names(scene) if scene.document.links else {}
    kinds = _kinds(scene)
    return tuple(
        ConnectionView(
            link.source,
            link.target,
            link.kind,
            f"{names[link.source]} {kinds[link.kind]}: {names[link.target]}",
        )
        for link in scene.document.links
        if names.get(link.source) and names.get(link.target) and link.source != link.target
    )


def connection_kinds(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The kinds of connections on the map, each with its name."""
    told = {connection.kind for connection in connections_of(scene)}
    return tuple((kind, name) for kind, name in _kinds(scene).items() if kind in told)


def _kinds(scene: Scene) -> dict[str, str]:
    return {kind: scene.speech.gettext(name) for kind, name in CONNECTION_NAMES.items()}


def _names(scene: Scene) -> dict[str, str]:
    """Typed cards and steps by id, as the page calls them."""
    names = {step.id: scene.step_name(step.id).text for step in scene.steps}
    for step in scene.steps:
        for cards in step.cells.values():
            for card in cards:
                if isinstance(card, TypedCard):
                    names[card.id] = words_in(card.text, scene.speech, card.url).text
    return names
