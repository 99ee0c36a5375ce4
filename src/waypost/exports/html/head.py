"""The head of the page: who, what for, when, how many, and how much of it is belief."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.exports.html import formats
from waypost.exports.html.cells import kpi_parts
from waypost.exports.html.evidence import Draft, panel, share_interval
from waypost.exports.html.privacy import LEAST_GROUP, is_small, shown_count
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import Bar, Fact, HeadView, Known, KnownPart, KpiItem, Pair, Panel
from waypost.exports.html.vocabulary import MAP_KINDS, mark_of, source_name
from waypost.model import Provenance

__all__ = ["head_of"]


def head_of(scene: Scene) -> HeadView:
    """The head; facts that the document does not have are left out."""
    speech, head = scene.speech, scene.document.head
    persons, goal = _persons_panel(scene), _goal_panel(scene)
    kpis, kpi_panels = _kpis(scene)
    return HeadView(
        eyebrow=head.workspace,
        title=words_in(head.title, speech, speech.gettext("Journey map")),
        scenario=words_in(head.scenario, speech),
        known=_known(scene),
        facts=tuple(_facts(scene, goal)),
        kpis=kpis,
        panels=tuple(made for made in (persons, goal, *kpi_panels) if made),
        kind=speech.gettext(MAP_KINDS[head.kind]),
    )


def _place(name: str) -> Place:
    return Place(f"head-{name}", None, 0, "", 0)


def _known(scene: Scene) -> Known:
    speech, counts = scene.speech, scene.document.provenance_counts()
    total = sum(counts.values())
    assumed = counts[Provenance.ASSUMED] / total if total else 0.0
    parts = tuple(
        KnownPart(mark_of(speech, kind), formats.count(speech, cells), cells)
        for kind, cells in counts.items()
    )
    return Known(
        headline=formats.share(speech, assumed, places=0),
        headline_words=speech.gettext("of this map are assumptions"),
        parts=parts,
        text=", ".join(f"{part.count} {part.mark.word}" for part in parts),
    )


def _facts(scene: Scene, goal: Panel | None) -> Iterator[Fact]:
    speech, head = scene.speech, scene.document.head
    _ = speech.gettext
    if head.persona:
        yield Fact(_("Persona"), words_in(head.persona, speech))
    if head.goal or goal:
        reached = _("{share} reach it").format(share=goal.figure) if goal else ""
        words = words_in(head.goal, speech, scene.step_name(head.goal_step).text)
        yield Fact(_("Goal"), words, reached, "head-goal" if goal else "")
    if period := formats.period(speech, head.since, head.until):
        yield Fact(_("Period"), Words(period))
    events = _("from {n} events").format(n=formats.count(speech, head.events))
    is_counted = head.persons or any(step.is_bound for step in scene.steps)
    yield Fact(
        _("Persons"),
        Words(shown_count(speech, head.persons) if is_counted else _("not counted yet")),
        events if head.events else "",
        "head-persons",
    )
    if head.sources:
        names = speech.ngettext("{n} source", "{n} sources", len(head.sources))
        yield Fact(_("Data"), Words(names.format(n=len(head.sources))), _until(scene))
    if head.owner:
        yield Fact(_("Responsible"), Words(head.owner))
    if head.reviewed_on:
        yield Fact(_("Reviewed"), Words(formats.day(speech, head.reviewed_on)))


def _until(scene: Scene) -> str:
    until = scene.document.head.data_until
    if until is None:
        return ""
    return scene.speech.gettext("until {day}").format(day=formats.day(scene.speech, until))


def _persons_panel(scene: Scene) -> Panel:
    speech, head = scene.speech, scene.document.head
    counts = {
        speech.gettext("Events"): head.events,
        speech.gettext("Events without a person"): head.anonymous_events,
        speech.gettext("Events bound to no touchpoint"): head.unbound_events,
        speech.gettext("Persons with a single event"): head.journeys_single_event,
    }
    most = max((entry.count for entry in head.sources), default=0) or 1
    draft = Draft(
        title=Words(speech.gettext("Persons on this map")),
        figure=shown_count(speech, head.persons),
        unit=speech.ngettext("person", "persons", head.persons),
        definition="map_persons",
        provenance=Provenance.OBSERVED,
        numbers=tuple(
            Pair(Words(name), shown_count(speech, number))
            for name, number in counts.items()
            if number
        ),
        bars_title=speech.gettext("Events by source") if head.sources else "",
        bars=tuple(
            Bar(
                Words(source_name(speech, entry.source)),
                formats.count(speech, entry.count),
                100 * entry.count / most,
                "act",
            )
            for entry in head.sources
        ),
    )
    return panel(scene, _place("persons"), draft, head.evidence)


def _goal_panel(scene: Scene) -> Panel | None:
    share = scene.document.head.reached_goal
    if share is None or share.share is None or is_small(share.part) or is_small(share.whole):
        return None
    speech, head = scene.speech, scene.document.head
    draft = Draft(
        title=words_in(head.goal, speech, scene.step_name(head.goal_step).text),
        figure=formats.share(speech, share.share),
        unit=speech.gettext("reach the goal"),
        definition="goal",
        provenance=Provenance.OBSERVED,
        interval=share_interval(speech, share),
        numbers=(
            Pair(Words(speech.gettext("Reached the goal")), formats.count(speech, share.part)),
            Pair(Words(speech.gettext("Out of")), formats.count(speech, share.whole)),
        ),
    )
    return panel(scene, _place("goal"), draft, head.goal_evidence)


def _kpis(scene: Scene) -> tuple[tuple[KpiItem, ...], tuple[Panel, ...]]:
    items, panels = [], []
    shown = [card for card in scene.document.head.kpis if card.n is None or card.n >= LEAST_GROUP]
    for index, card in enumerate(shown):
        place = _place(f"kpi-{index}")
        item, draft = kpi_parts(scene, place, card)
        items.append(item)
        panels.append(panel(scene, place, draft, card.evidence))
    return tuple(items), tuple(panels)
