"""Connections between cards in words, for sheets; a sheet shows them and reads none back."""

from __future__ import annotations

from waypost.exports.html.connections import CONNECTION_NAMES
from waypost.kit.translation import translator
from waypost.maps.editing.document import MapDocument
from waypost.model import label_in

__all__ = ["connections_in_words"]


def connections_in_words(
    document: MapDocument, language: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Per card, what it leads to, answers or causes: the kind in words, and the name of the end."""
    gettext = translator(language).gettext
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for _name, link in sorted(document.links.items()):
        card, step = document.cards.get(link.target), document.steps.get(link.target)
        label = card.text if card else step.label if step else {}
        told = (gettext(CONNECTION_NAMES[link.kind]), label_in(label, language))
        found[link.source] = (*found.get(link.source, ()), told)
    return found
