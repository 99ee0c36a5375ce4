"""Gaps: what is not known or not answered, in words."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.phrases import phrase
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import GapItem, Pair, Panel, Span
from waypost.exports.html.vocabulary import mark_of
from waypost.kit.translation import N_, NN_
from waypost.maps.document import GapCard

__all__ = ["GAPS", "gap_item"]

# Icon, the sentence without a number, the sentences for one and for many.
GAPS = {
    "no_feedback": (
        "message-square",
        N_("No feedback at this step"),
        NN_("No feedback for {n} week", "No feedback for {n} weeks"),
    ),
    "no_answer": (
        "circle-help",
        N_("{label}: questions stay without an answer"),
        NN_("{label}: {n} without an answer", "{label}: {n} without an answer"),
    ),
    "silent_weeks": (
        "calendar-off",
        N_("{label}: silent weeks"),
        NN_("{label}: silent for {n} week", "{label}: silent for {n} weeks"),
    ),
    "unvisited": ("ghost", N_("{label}: nobody came"), None),
    "no_touchpoint": ("link-2-off", N_("No touchpoint is bound here"), None),
    "no_person": (
        "eye-off",
        N_("{label}: events without a person"),
        NN_("{label}: {n} event without a person", "{label}: {n} events without a person"),
    ),
    "unbound": (
        "unplug",
        N_("{label}: events bound to no touchpoint"),
        NN_(
            "{label}: {n} event bound to no touchpoint",
            "{label}: {n} events bound to no touchpoint",
        ),
    ),
}
_WORDS = frozenset({"label"})


def gap_item(
    scene: Scene, place: Place, card: GapCard
) -> tuple[Sequence[GapItem], Sequence[Panel]]:
    """The gap as a sentence; where it has a number, that number is explained."""
    spans = _sentence(scene, card)
    icon = GAPS[card.gap][0]
    mark = mark_of(scene.speech, card.provenance)
    item = GapItem(icon, spans, mark, place.id)
    figure = next((span.text for span in spans if span.is_figure), "")
    draft = Draft(
        title=Words("".join(span.text for span in spans)),
        figure=figure,
        definition=card.gap,
        provenance=card.provenance,
        note=_since(scene, card),
        numbers=_share(scene, card),
    )
    return [item], [panel(scene, place, draft, card.evidence)]


def _sentence(scene: Scene, card: GapCard) -> tuple[Span, ...]:
    speech = scene.speech
    _icon, plain, counted = GAPS[card.gap]
    label = words_in(card.label, speech, card.touchpoint).text
    number = next((value for name, value in card.values.items() if name != "share"), None)
    if counted is None or number is None:
        template = speech.gettext(plain)
    else:
        template = speech.ngettext(*counted, number)
    if not label:
        template = template.removeprefix("{label}: ")
    values = {"label": label, "n": formats.count(speech, number or 0)}
    return phrase(template, values, _WORDS)


def _since(scene: Scene, card: GapCard) -> str:
    return formats.period(scene.speech, card.since, card.until)


def _share(scene: Scene, card: GapCard) -> tuple[Pair, ...]:
    if "share" not in card.values:
        return ()
    name = Words(scene.speech.gettext("Share"))
    return (Pair(name, formats.share(scene.speech, card.values["share"])),)
