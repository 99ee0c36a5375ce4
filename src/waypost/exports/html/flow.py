"""The flow cell: where those at a step went next, in whole percents that add up to 100."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.privacy import (
    LEAST_GROUP,
    TOO_FEW,
    hidden_parts,
    hidden_word,
    is_small,
    shown_count,
)
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words
from waypost.exports.html.views import Bar, Pair, Panel, RowItem
from waypost.exports.html.vocabulary import mark_of
from waypost.kit.translation import N_
from waypost.maps.document import FlowCard

__all__ = ["PARTS", "flow_items"]

PARTS = {
    "on": (N_("on"), ""),
    "back": (N_("back"), ""),
    "left": (N_("leave"), ""),
    "still_open": (N_("still open"), "quiet"),
}
MANY_LEAVE = 0.25
"""From this share on, those who leave are set in the colour of loss."""
MOST_WAYS = 6


def flow_items(
    scene: Scene, place: Place, card: FlowCard
) -> tuple[Sequence[RowItem], Sequence[Panel]]:
    """One line for each part that is not empty, all explained by one panel."""
    speech = scene.speech
    if is_small(card.persons) or not card.persons:
        return [], []
    lines = tuple(_lines(scene, place, card))
    items = [
        RowItem(
            name=name,
            value=value,
            figure=place.id,
            key=f"fk-{part}",
            tone=tone,
            mark=mark_of(speech, card.provenance) if index == 0 else None,
            is_first=index == 0,
        )
        for index, (part, name, value, tone) in enumerate(lines)
    ]
    return items, [panel(scene, place, _draft(scene, card), card.evidence)]


def _lines(scene: Scene, place: Place, card: FlowCard) -> Sequence[tuple[str, Words, str, str]]:
    speech, parts = scene.speech, parts_of(card)
    percents = dict(zip(parts, formats.whole_percents(tuple(parts.values())), strict=True))
    hidden, lines = hidden_parts(parts) | frozenset(card.hidden), []
    for part, persons in parts.items():
        if not persons:
            continue
        name, tone = PARTS[part]
        if part == "left" and persons >= MANY_LEAVE * card.persons and _is_loss(scene, place):
            tone = "neg"
        value = formats.share(speech, percents[part] / 100, places=0)
        if part in hidden:
            value = _hidden_word(scene, card, part, persons)
        lines.append((part, Words(speech.gettext(name)), value, tone))
    return lines


def _hidden_word(scene: Scene, card: FlowCard, part: str, persons: int) -> str:
    if part not in card.hidden and is_small(persons):
        return TOO_FEW
    return hidden_word(scene.speech, LEAST_GROUP if part in card.hidden else persons)


def _is_loss(scene: Scene, place: Place) -> bool:
    """Whether leaving here is leaving before the goal; after it a journey may well be over."""
    ids = [step.id for step in scene.steps]
    goal = scene.document.head.goal_step
    return place.step is not None and (
        goal not in ids or ids.index(place.step.id) < ids.index(goal)
    )


def parts_of(card: FlowCard) -> dict[str, int]:
    """The four parts in the order of the drawing; they add up to the card's persons.

    Parts that the card hides have equal shares of what is missing.
    """
    parts = {"on": card.on, "back": card.back, "left": card.left, "still_open": card.still_open}
    missing = card.persons - sum(parts.values())
    for place, name in enumerate(card.hidden):
        parts[name] = missing * (place + 1) // len(card.hidden) - missing * place // len(
            card.hidden
        )
    return parts


def _draft(scene: Scene, card: FlowCard) -> Draft:
    speech, parts = scene.speech, parts_of(card)
    hidden = hidden_parts(parts) | frozenset(card.hidden)
    shown = formats.share(speech, card.on / card.persons, places=0)
    if "on" in hidden:
        shown = hidden_word(speech, LEAST_GROUP if "on" in card.hidden else card.on)
    numbers = [_part_line(scene, card, part, hidden) for part in parts]
    numbers.append(Pair(Words(speech.gettext("Together")), formats.count(speech, card.persons)))
    if card.returned:
        name = Words(speech.gettext("Came back to this step later"))
        numbers.append(Pair(name, shown_count(speech, card.returned)))
    return Draft(
        title=Words(speech.gettext("Where they went next")),
        figure=shown,
        unit=speech.gettext("go on"),
        definition="flow",
        provenance=card.provenance,
        numbers=tuple(numbers),
        bars_title=speech.gettext("Next step") if card.next_steps else "",
        bars=_ways(scene, card),
        note=_privacy_note(scene, hidden),
    )


def _part_line(scene: Scene, card: FlowCard, part: str, hidden: frozenset[str]) -> Pair:
    speech, persons = scene.speech, parts_of(card)[part]
    name = Words(speech.gettext(PARTS[part][0]))
    if part in hidden:
        word = hidden_word(speech, LEAST_GROUP if part in card.hidden else persons)
        return Pair(name, word)
    percent = formats.share(speech, persons / card.persons)
    return Pair(name, formats.count(speech, persons), percent, "neg" if part == "left" else "")


def _privacy_note(scene: Scene, hidden: frozenset[str]) -> str:
    if not hidden:
        return ""
    return scene.speech.gettext(
        "Groups under 5 persons are not shown, nor what would give them away."
    )


def _ways(scene: Scene, card: FlowCard) -> tuple[Bar, ...]:
    """The most frequent next steps by size, small groups and all others in one rest."""
    speech = scene.speech
    order = sorted(card.next_steps.items(), key=lambda way: -way[1])
    told = [(step, persons) for step, persons in order if persons and not is_small(persons)]
    told = told[:MOST_WAYS]
    bars = [_way(scene, scene.step_name(step), persons, card.persons) for step, persons in told]
    rest = sum(card.next_steps.values()) - sum(persons for _step, persons in told)
    if rest >= 5 and told:  # noqa: PLR2004 - LEAST_GROUP, as everywhere
        bars.append(_way(scene, Words(speech.gettext("other steps")), rest, card.persons))
    return tuple(bars)


def _way(scene: Scene, name: Words, persons: int, whole: int) -> Bar:
    speech = scene.speech
    return Bar(name, formats.count(speech, persons), 100 * persons / whole, "act")
