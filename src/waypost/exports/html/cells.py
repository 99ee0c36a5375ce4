"""Cells: every card of a step becomes an item of the page and, where it has a figure, a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from waypost.exports.html import formats
from waypost.exports.html.emotion import emotion_items, emotion_points
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.facts import fact_sentence, is_shown
from waypost.exports.html.flow import flow_items
from waypost.exports.html.gaps import gap_item
from waypost.exports.html.guiding import guiding_question
from waypost.exports.html.marks import mark_item
from waypost.exports.html.measures import measure_name, measure_target, measure_value
from waypost.exports.html.privacy import LEAST_GROUP, TOO_FEW, is_small, shown_count
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.typed import typed_items
from waypost.exports.html.views import (
    Bar,
    CellView,
    Item,
    KpiItem,
    MixItem,
    MixPart,
    NoteItem,
    Pair,
    Panel,
    QuestionItem,
    QuoteItem,
    RowItem,
    SentenceItem,
)
from waypost.exports.html.vocabulary import (
    LANE_NAMES,
    channel_icon,
    channel_name,
    mark_of,
    source_name,
)
from waypost.maps.document import (
    ActionCard,
    Card,
    ChannelsCard,
    KpiCard,
    Lane,
    NoteCard,
    QuestionCard,
    QuoteCard,
    TouchpointCard,
)
from waypost.model import Provenance

__all__ = ["cell_of", "lane_name"]

Made = tuple[Sequence[Item], Sequence[Panel]]
MOST_ROWS = 6
"""Longer lists keep the others folded under a line that says how many they are."""
_SELF_TOLD = ("marks", "gaps")
"""Lanes in which an empty cell means that nothing was found."""


def lane_name(scene: Scene, lane: Lane) -> Words:
    """The name somebody gave the lane, else its own."""
    return words_in(lane.label, scene.speech, scene.speech.gettext(LANE_NAMES[lane.content][0]))


def cell_of(scene: Scene, lane: Lane, place: Place) -> tuple[CellView, tuple[Panel, ...]]:
    """The cell of ``place``'s step in ``lane`` and the panels of its figures."""
    assert place.step is not None
    cards = place.step.cells.get(lane.id, ())
    items: list[Item] = []
    panels: list[Panel] = []
    for index, card in enumerate(cards):
        made, explained = _BUILDERS[card.kind](scene, place.nth(index), card)
        items.extend(made)
        panels.extend(explained)
    if not items:
        items.append(_empty(scene, lane, place))
    rows = tuple(item for item in items if isinstance(item, RowItem))
    shown = len(rows) if len(rows) <= MOST_ROWS + 1 else MOST_ROWS
    view = CellView(
        lane=lane.id,
        lane_name=lane_name(scene, lane),
        row=place.row,
        rows=rows[:shown],
        more_rows=rows[shown:],
        more=scene.speech.gettext("{n} more").format(n=len(rows) - shown),
        items=tuple(item for item in items if not isinstance(item, RowItem)),
        is_assumed=_is_assumed(cards),
        points=emotion_points(scene, place, cards) if lane.id == "emotion" else (),
        remark=_plot_remark(scene, lane, cards),
    )
    return view, tuple(panels)


def _is_assumed(cards: Sequence[Card]) -> bool:
    told = [card for card in cards if card.kind not in ("question", "gap")]
    return bool(told) and all(card.provenance is Provenance.ASSUMED for card in told)


def _plot_remark(scene: Scene, lane: Lane, cards: Sequence[Card]) -> str:
    """What stands in the plot where no rating was given."""
    rated = any(
        card.kind == "emotion" and card.reading == "ratings" and card.n >= LEAST_GROUP
        for card in cards
    )
    return "" if lane.id != "emotion" or rated else scene.speech.gettext("no ratings")


def _empty(scene: Scene, lane: Lane, place: Place) -> Item:
    speech = scene.speech
    assert place.step is not None
    if is_small(place.step.persons):
        return NoteItem(Words(speech.gettext("too few persons to show")))
    if lane.guiding:
        return QuestionItem(words_in(lane.guiding, speech).text)
    if lane.content in _SELF_TOLD:
        return NoteItem(Words(speech.gettext("nothing found")))
    if lane.content == "emotion":
        return NoteItem(Words(speech.gettext("Nobody has been asked here yet.")))
    return QuestionItem(
        guiding_question(speech, lane.content, f"{lane.content}.{place.step.stage}")
    )


def _action(scene: Scene, place: Place, card: ActionCard) -> Made:
    if not is_shown(card.values):
        return [], []
    label = words_in(card.label, scene.speech)
    spans = fact_sentence(scene.speech, card.fact, card.values, label)
    figure = next((span.text for span in spans if span.is_figure), "")
    draft = Draft(
        title=Words("".join(span.text for span in spans)),
        figure=figure,
        definition="action",
        provenance=card.provenance,
    )
    item = SentenceItem(
        spans, mark_of(scene.speech, card.provenance), place.id if figure else "", label.lang
    )
    return [item], [panel(scene, place, draft, card.evidence)] if figure else []


def _quote(scene: Scene, place: Place, card: QuoteCard) -> Made:
    speech = scene.speech
    if card.n < LEAST_GROUP and card.provenance is Provenance.REPORTED:
        text = speech.gettext("Too few voices to show one (under 5).")
        return [NoteItem(Words(text))], []
    foreign = card.language if card.language not in ("", speech.language) else ""
    words = Words(card.text, foreign)
    said_on = formats.day(speech, card.on) if card.on else ""
    voices = formats.count(speech, card.n)
    foot = speech.ngettext("{n} voice", "{n} voices", card.n).format(n=voices)
    draft = Draft(
        title=Words(speech.gettext("What people say here")),
        figure=voices,
        unit=speech.ngettext("voice", "voices", card.n),
        definition="quote",
        provenance=card.provenance,
        numbers=_rating_of(scene, card),
        quote=words,
        quote_source=", ".join(part for part in (card.source, said_on) if part),
    )
    mark = mark_of(speech, card.provenance)
    item = QuoteItem(words, foot, source_name(scene.speech, card.source), mark, place.id)
    return [item], [panel(scene, place, draft, card.evidence)]


def _rating_of(scene: Scene, card: QuoteCard) -> tuple[Pair, ...]:
    if card.rating is None:
        return ()
    name = Words(scene.speech.gettext("Rating given with these words"))
    return (Pair(name, formats.signed(scene.speech, card.rating)),)


def _touchpoint(scene: Scene, place: Place, card: TouchpointCard) -> Made:
    speech = scene.speech
    name = words_in(card.label, speech, card.touchpoint)
    shown = shown_count(speech, card.persons)
    brief = TOO_FEW if is_small(card.persons) else shown
    note = ""
    if card.anonymous_events:
        note = speech.ngettext("+ {n} anonymous", "+ {n} anonymous", card.anonymous_events).format(
            n=formats.count(speech, card.anonymous_events)
        )
    events = "" if is_small(card.persons) else formats.count(speech, card.events)
    numbers = [
        Pair(Words(speech.gettext("Channel")), channel_name(speech, card.channel)),
        Pair(Words(speech.gettext("Events")), events),
        Pair(
            Words(speech.gettext("Events without a person")),
            formats.count(speech, card.anonymous_events),
        ),
    ]
    draft = Draft(
        title=name,
        figure=shown,
        unit=speech.ngettext("person", "persons", card.persons),
        definition="touchpoint_persons",
        provenance=card.provenance,
        interval=_of_step(scene, place, card.persons),
        numbers=tuple(pair for pair in numbers if pair.value),
    )
    item = RowItem(
        name=name,
        value=brief,
        figure=place.id,
        icon=channel_icon(card.channel),
        note=note,
        mark=mark_of(speech, card.provenance),
    )
    return [item], [panel(scene, place, draft, card.evidence)]


def _channels(scene: Scene, place: Place, card: ChannelsCard) -> Made:
    """The mix as a thin bar; a channel with too few persons is not in it."""
    speech = scene.speech
    shown = {name: n for name, n in card.by_channel.items() if not is_small(n)}
    together = sum(shown.values())
    if is_small(card.persons) or not together:
        return [], []
    shares = {name: formats.share(speech, n / card.persons, places=0) for name, n in shown.items()}
    words = ", ".join(f"{channel_name(speech, name)} {shares[name]}" for name in shown)
    draft = Draft(
        title=Words(speech.gettext("Channels at this step")),
        figure=formats.count(speech, card.persons),
        unit=speech.ngettext("person", "persons", card.persons),
        definition="channels",
        provenance=card.provenance,
        bars_title=speech.gettext("Share of the persons"),
        bars=tuple(
            Bar(Words(channel_name(speech, name)), shares[name], 100 * n / card.persons)
            for name, n in shown.items()
        ),
    )
    parts = tuple(MixPart(name, 100 * n / together) for name, n in shown.items())
    return [MixItem(parts, words, place.id)], [panel(scene, place, draft, card.evidence)]


def _of_step(scene: Scene, place: Place, persons: int) -> str:
    speech = scene.speech
    assert place.step is not None
    if not place.step.persons or is_small(persons) or is_small(place.step.persons):
        return ""
    return speech.gettext("{share} of the {n} at this step").format(
        share=formats.share(speech, persons / place.step.persons),
        n=formats.count(speech, place.step.persons),
    )


def _kpi(scene: Scene, place: Place, card: KpiCard) -> Made:
    if card.n is not None and card.n < LEAST_GROUP:
        return [NoteItem(Words(scene.speech.gettext("too few cases to show")))], []
    item, draft = kpi_parts(scene, place, card)
    return [item], [panel(scene, place, draft, card.evidence)]


def kpi_parts(scene: Scene, place: Place, card: KpiCard) -> tuple[KpiItem, Draft]:
    """The measure as it stands in a cell or in the head, and the draft of its panel."""
    speech = scene.speech
    name, value = measure_name(speech, card), measure_value(speech, card, card.value)
    bounds, beside = "", ""
    if card.low is not None and card.high is not None:
        low, high = (measure_value(speech, card, bound) for bound in (card.low, card.high))
        bounds = formats.interval(speech, low, high)
        beside = formats.interval(speech, low, high, bare=True)
    is_met, target, verdict = _target(scene, card)
    numbers = (
        ()
        if card.n is None
        else (Pair(Words(speech.gettext("Sample size (n)")), formats.count(speech, card.n)),)
    )
    item = KpiItem(
        name, value, beside, target, verdict, is_met, mark_of(speech, card.provenance), place.id
    )
    draft = Draft(
        title=name,
        figure=value,
        definition="kpi",
        provenance=card.provenance,
        interval=_interval_words(scene, bounds, card.unit == "money"),
        note=f"{target}: {verdict}" if target else "",
        tone="" if is_met or not target else "neg",
        numbers=numbers if card.evidence is None or not card.evidence.counts else (),
    )
    return item, draft


def _interval_words(scene: Scene, bounds: str, is_money: bool) -> str:  # noqa: FBT001 - private
    if not bounds:
        return ""
    level = formats.share(scene.speech, 0.9 if is_money else 0.95, places=0)
    return scene.speech.gettext("interval {bounds} ({level})").format(bounds=bounds, level=level)


def _target(scene: Scene, card: KpiCard) -> tuple[bool, str, str]:
    speech = scene.speech
    if card.target is None:
        return True, "", ""
    aim = measure_target(speech, card, card.target)
    if card.better == "higher":
        is_met, words = card.value >= card.target, speech.gettext("at least {target}")
    else:
        is_met, words = card.value <= card.target, speech.gettext("at most {target}")
    verdict = speech.gettext("met") if is_met else speech.gettext("missed")
    return is_met, words.format(target=aim), verdict


def _question(scene: Scene, place: Place, card: QuestionCard) -> Made:
    kind = place.lane.partition("-")[0]
    return [QuestionItem(guiding_question(scene.speech, kind, card.question))], []


def _note(scene: Scene, _place: Place, card: NoteCard) -> Made:
    return [NoteItem(Words(card.text), mark_of(scene.speech, card.provenance))], []


_BUILDERS: dict[str, Callable[[Scene, Place, Any], Made]] = {
    "action": _action,
    "quote": _quote,
    "touchpoint": _touchpoint,
    "channels": _channels,
    "flow": flow_items,
    "emotion": emotion_items,
    "mark": mark_item,
    "gap": gap_item,
    "kpi": _kpi,
    "question": _question,
    "note": _note,
    "typed": typed_items,
}
