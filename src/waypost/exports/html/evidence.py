"""Evidence: the panel that explains one figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.exports.html import formats
from waypost.exports.html.asking import as_command
from waypost.exports.html.definitions import definition_of
from waypost.exports.html.privacy import is_small, shown_count
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Speech, Words
from waypost.exports.html.views import Bar, Pair, Panel
from waypost.exports.html.vocabulary import mark_of, source_name
from waypost.kit.translation import N_
from waypost.maps.document import Evidence, Share, SourceCount
from waypost.model import Provenance

__all__ = ["Draft", "panel", "share_interval"]

COUNT_NAMES = {
    "persons": N_("Persons"),
    "numerator": N_("Of these"),
    "denominator": N_("Out of"),
    "part": N_("Of these"),
    "whole": N_("Out of"),
    "n": N_("Sample size (n)"),
    "events": N_("Events"),
    "anonymous_events": N_("Events without a person"),
    "ratings": N_("Ratings"),
    "texts": N_("Texts"),
    "orders": N_("Orders"),
    "carts": N_("Carts"),
    "journeys": N_("Journeys"),
    "open": N_("Still open"),
    "still_open": N_("Still open"),
    "on": N_("Go on"),
    "back": N_("Jump back"),
    "left": N_("Leave"),
    "returned": N_("Came back later"),
    "median_seconds": N_("Median"),
    "lower_quartile_seconds": N_("A quarter is faster than"),
    "upper_quartile_seconds": N_("A quarter is slower than"),
    "value_minor": N_("Value"),
    "value_sum": N_("Sum of values"),
    "values": N_("Events with a value"),
    "waiting": N_("Without an answer"),
    "weeks": N_("Silent weeks"),
    "busy_weeks": N_("Weeks with events"),
    "unbound": N_("Bound to no touchpoint"),
    "all": N_("Out of"),
    "mean": N_("Mean"),
}
_PERSON_COUNTS = frozenset(
    {"persons", "numerator", "part", "on", "back", "left", "returned", "open", "still_open"}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a cell knows about its own figure, before the evidence of the document is added."""

    title: Words
    figure: str
    definition: str
    provenance: Provenance
    unit: str = ""
    interval: str = ""
    note: str = ""
    tone: str = ""
    numbers: tuple[Pair, ...] = ()
    bars_title: str = ""
    bars: tuple[Bar, ...] = ()
    quote: Words | None = None
    quote_source: str = ""


def panel(scene: Scene, place: Place, draft: Draft, evidence: Evidence | None) -> Panel:
    """The whole explanation; what the document does not say is left out, never invented."""
    speech = scene.speech
    told = evidence or Evidence(definition=draft.definition)
    return Panel(
        id=place.id,
        eyebrow=_eyebrow(scene, place),
        title=draft.title,
        mark=mark_of(speech, draft.provenance),
        figure=draft.figure,
        unit=draft.unit,
        interval=draft.interval,
        definition=definition_of(speech, told.definition, draft.definition),
        note=draft.note,
        tone=draft.tone,
        numbers=draft.numbers or _counts(scene, told.counts),
        bars_title=draft.bars_title,
        bars=draft.bars,
        quote=draft.quote,
        quote_source=draft.quote_source,
        touchpoints=_touchpoints(scene, place),
        rule=told.rule.replace("; ", "\n"),
        sources=_sources(scene, told.sources),
        period=_period(scene, place),
        command=_command(scene, told.question),
        row=place.row + 1,
        at=place.at,
    )


def _command(scene: Scene, question: Mapping[str, object]) -> str:
    """How to ask it again; not where it speaks of steps that only this map draws."""
    is_drawn = "document" in scene.document.made_from
    if is_drawn and question.get("by") != "touchpoint":
        return ""
    return as_command(question, scene.document.head.workspace)


def share_interval(speech: Speech, share: Share) -> str:
    """The interval of a share in words with its level; empty where it has none."""
    if share.low is None or share.high is None:
        return ""
    low, high = (formats.share(speech, bound) for bound in (share.low, share.high))
    return speech.gettext("interval {bounds} ({level})").format(
        bounds=formats.interval(speech, low, high),
        level=formats.share(speech, share.level, places=0),
    )


def _eyebrow(scene: Scene, place: Place) -> str:
    if place.step is None:
        return scene.speech.gettext("Evidence")
    return scene.speech.gettext("Evidence, step {number}: {step}").format(
        number=place.number, step=scene.step_name(place.step.id).text
    )


def _touchpoints(scene: Scene, place: Place) -> tuple[Words, ...]:
    """Names of the touchpoints that the step is bound to, as its cards call them."""
    if place.step is None:
        return ()
    names = {
        card.touchpoint: Words(
            card.label.get(scene.speech.language)
            or next(iter(card.label.values()), card.touchpoint)
        )
        for cards in place.step.cells.values()
        for card in cards
        if card.kind == "touchpoint"
    }
    return tuple(names.get(touchpoint, Words(touchpoint)) for touchpoint in place.step.touchpoints)


def _counts(scene: Scene, counts: Mapping[str, float]) -> tuple[Pair, ...]:
    return tuple(
        Pair(Words(_count_name(scene, name)), _count_value(scene, name, value))
        for name, value in counts.items()
    )


def _count_name(scene: Scene, name: str) -> str:
    return (
        scene.speech.gettext(COUNT_NAMES[name]) if name in COUNT_NAMES else name.replace("_", " ")
    )


def _count_value(scene: Scene, name: str, value: float) -> str:
    speech = scene.speech
    if name.endswith("seconds"):
        return formats.duration(speech, value)
    if name.endswith("_minor") or name == "value_sum":
        return formats.money(speech, value)
    if name in _PERSON_COUNTS and is_small(int(value)):
        return shown_count(speech, int(value))
    return formats.count(speech, value) if value == int(value) else formats.decimal(speech, value)


def _sources(scene: Scene, sources: tuple[SourceCount, ...]) -> tuple[Pair, ...]:
    return tuple(
        Pair(Words(source_name(scene.speech, entry.source)), shown_count(scene.speech, entry.count))
        for entry in sources
    )


def _period(scene: Scene, place: Place) -> str:
    head, step = scene.document.head, place.step
    since = (step.first_on if step else None) or head.since
    until = (step.last_on if step else None) or head.until
    return formats.period(scene.speech, since, until)
