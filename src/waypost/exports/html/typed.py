"""Cards that somebody put on the map, each as the item that says most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from waypost.exports.html import formats
from waypost.exports.html.connections import connection_notes
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.privacy import is_small
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import Item, MarkItem, NoteItem, Pair, Panel, QuoteItem
from waypost.exports.html.vocabulary import mark_of
from waypost.kit.translation import N_
from waypost.maps.document import TypedCard

__all__ = ["typed_items"]

_NAMES = {
    "opportunity": N_("Opportunity: {text}"),
    "action": N_("Action: {text}"),
    "question": N_("Question: {text}"),
    "kpi": N_("Measure: {text}"),
}
"""Types that are told by a word; the others speak for themselves."""
_TO_BE = N_("{text} (as it shall be)")
_Item = NoteItem | MarkItem | QuoteItem


def typed_items(
    scene: Scene, place: Place, card: TypedCard
) -> tuple[Sequence[Item], Sequence[Panel]]:
    """A voice for a quote, a box for a pain point, a note for all else; nothing without words.

    What the card is connected with follows it.
    """
    words = words_in(card.text, scene.speech, card.url)
    if not words.text:
        return [], []
    item, panels = _told(scene, place, card, words)
    return [replace(item, card=card.id), *connection_notes(scene, card)], panels


def _told(
    scene: Scene, place: Place, card: TypedCard, words: Words
) -> tuple[_Item, Sequence[Panel]]:
    if card.type == "quote":
        return _quote(scene, place, card, words)
    if card.type == "pain":
        return _pain(scene, place, card, words)
    mark = mark_of(scene.speech, card.provenance)
    return NoteItem(_named(scene, card, words), mark), []


def _named(scene: Scene, card: TypedCard, words: Words) -> Words:
    told = words.text
    if card.type in _NAMES:
        told = scene.speech.gettext(_NAMES[card.type]).format(text=told)
    if card.state == "to-be":
        told = scene.speech.gettext(_TO_BE).format(text=told)
    return Words(told, words.lang)


def _quote(
    scene: Scene, place: Place, card: TypedCard, words: Words
) -> tuple[_Item, Sequence[Panel]]:
    speech = scene.speech
    said_on = formats.day(speech, card.on) if card.on else ""
    told = ", ".join(part for part in (card.source, said_on) if part)
    draft = Draft(
        title=Words(speech.gettext("What people say here")),
        figure="",
        definition="quote",
        provenance=card.provenance,
        quote=words,
        quote_source=told,
    )
    item = QuoteItem(words, "", told, mark_of(speech, card.provenance), place.id)
    return item, [panel(scene, place, draft, card.evidence)]


def _pain(
    scene: Scene, place: Place, card: TypedCard, words: Words
) -> tuple[_Item, Sequence[Panel]]:
    speech = scene.speech
    persons = (
        "" if card.persons is None or is_small(card.persons) else _persons(scene, card.persons)
    )
    amount = "" if card.value_minor is None else _amount(scene, card.value_minor)
    item = MarkItem(
        icon="triangle-alert",
        title=words.text,
        value=amount or persons,
        note="",
        persons=persons if amount else "",
        tone="neg" if (card.severity or 0) >= _SEVERE else "sign",
        mark=mark_of(speech, card.provenance),
        figure=place.id,
    )
    numbers = [
        Pair(Words(speech.gettext("Affected")), persons),
        Pair(Words(speech.gettext("Value")), amount),
        Pair(Words(speech.gettext("Severity")), str(card.severity or "")),
    ]
    draft = Draft(
        title=words,
        figure=item.value,
        definition="typed",
        provenance=card.provenance,
        numbers=tuple(pair for pair in numbers if pair.value),
    )
    return item, [panel(scene, place, draft, card.evidence)]


_SEVERE = 4


def _persons(scene: Scene, persons: int) -> str:
    words = scene.speech.ngettext("{n} person", "{n} persons", persons)
    return words.format(n=formats.count(scene.speech, persons))


def _amount(scene: Scene, minor: int) -> str:
    amount = formats.money(scene.speech, formats.rounded(minor))
    return scene.speech.gettext("about {amount}").format(amount=amount)
