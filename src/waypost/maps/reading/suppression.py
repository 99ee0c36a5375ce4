"""A map without small groups: nothing told, and no difference of two things told, is one.

A part is told only where neither it nor what is left of its whole is small. Parts that add up to a
whole are hidden together until those hidden are not few, so that the whole does not give them away.
What rests on a hidden count is hidden with it. Counts of events are told; they are no persons.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from itertools import combinations
from typing import Any

from waypost.maps.document import (
    Card,
    Curve,
    Evidence,
    FlowCard,
    GapCard,
    Head,
    JourneyMap,
    MapStage,
    MapStep,
    PersonaCount,
    RealityNote,
    RepresentativeJourney,
    Share,
)

__all__ = ["LEAST_GROUP", "hidden_of_partition", "suppressed"]

LEAST_GROUP = 5
_FLOW = ("on", "back", "left", "still_open")


def suppressed(found: JourneyMap, k: int = LEAST_GROUP) -> JourneyMap:
    """``found`` for people outside: no group of 1 to ``k`` − 1 persons can be read or derived.

    Holds for this one map; two readings of it with other filters tell differences that no single
    one knows of, so who gets a suppressed map gets no filters. Counts in evidence are left out.
    """
    return _Censor(found, k).map()


def hidden_of_partition(parts: Mapping[str, int], k: int) -> frozenset[str]:
    """Names of the parts to hide where their sum is told: small ones, and as many others as needed.

    At least two parts are hidden, and ``k`` persons or more in them; the smallest others go first,
    ties in the order given. Empty parts are told.
    """
    hidden = [name for name, persons in parts.items() if 0 < persons < k]
    others = sorted(
        (name for name, persons in parts.items() if persons >= k), key=lambda name: parts[name]
    )
    while hidden and (len(hidden) < 2 or sum(parts[name] for name in hidden) < k):  # noqa: PLR2004 - one hidden part is the difference
        if not others:
            return frozenset(name for name, persons in parts.items() if persons)
        hidden.append(others.pop(0))
    return frozenset(hidden)


class _Censor:
    """One map and the least size of a group."""

    def __init__(self, found: JourneyMap, k: int) -> None:
        self.found = found
        self.k = k
        self.persons = found.head.persons
        self.lost = self._small(self.persons)
        self.stages = {stage.id: stage for stage in found.stages}
        self.hidden_stages = {
            s.id for s in found.stages if not self._nested(s.persons, self.persons)
        }
        self.hidden_personas = self._few_of(
            {persona.id: persona.persons for persona in found.personas}, self.persons
        )
        everybody = {p.id for p in found.personas if p.persons == self.persons}
        self.foreign_lanes = {
            lane.id: lane.persona
            for lane in found.lanes
            if lane.persona and lane.persona not in everybody
        }
        self.hidden_steps = {step.id for step in found.steps if self._is_hidden(step)}
        self.hidden_flows = {step.id: self._hidden_flow(step) for step in found.steps}

    def _small(self, persons: int) -> bool:
        return 0 < persons < self.k

    def _nested(self, part: int, whole: int) -> bool:
        """Whether a part can be told beside its whole."""
        return not self._small(part) and not self._small(whole - part) and not self._small(whole)

    def _shares(self, share: Share | None) -> bool:
        return share is None or self._nested(share.part, share.whole)

    def _few_of(self, counts: Mapping[str, int], whole: int) -> frozenset[str]:
        """Names of groups that cannot be told beside their whole, alone or in twos.

        Of two that leave few over if nobody is in both, the smaller one is hidden.
        """
        hidden = {name for name, persons in counts.items() if not self._nested(persons, whole)}
        for one, other in combinations(sorted(counts), 2):
            if not hidden & {one, other} and self._small(whole - counts[one] - counts[other]):
                hidden.add(min(one, other, key=lambda name: (counts[name], name)))
        return frozenset(hidden)

    def _is_hidden(self, step: MapStep) -> bool:
        stage = self.stages.get(step.stage)
        wholes = [self.persons]
        if stage is not None and stage.id not in self.hidden_stages:
            wholes.append(stage.persons)
        return self.lost or not all(self._nested(step.persons, whole) for whole in wholes)

    def map(self) -> JourneyMap:
        """The map that can be shown."""
        journeys, rest = self._journeys()
        return self.found.model_copy(
            update={
                "head": self._head(),
                "stages": tuple(self._stage(stage) for stage in self.found.stages),
                "steps": tuple(self._step(step) for step in self.found.steps),
                "journeys": journeys,
                "journeys_rest_share": rest,
                "gaps": tuple(gap for gap in map(self._card_alone, self.found.gaps) if gap),
                "personas": tuple(self._persona(persona) for persona in self.found.personas),
                "curves": tuple(c for c in map(self._curve, self.found.curves) if c.runs),
                "reality": tuple(self._notes()),
                "least_group": self.k,
            }
        )

    def _head(self) -> Head:
        head = self.found.head
        goal_hidden = head.goal_step in self.hidden_steps or not self._shares(head.reached_goal)
        kept = () if self.lost else tuple(c for c in head.kpis if c.n is None or c.n >= self.k)
        return head.model_copy(
            update={
                "persons": 0 if self.lost else head.persons,
                "events": 0 if self.lost else head.events,
                "sources": () if self.lost else head.sources,
                "journeys_single_event": 0,
                "reached_goal": None if self.lost or goal_hidden else head.reached_goal,
                "kpis": tuple(c.model_copy(update=self._plain(c.evidence)) for c in kept),
                "evidence": _uncounted(head.evidence),
                "goal_evidence": _uncounted(head.goal_evidence),
            }
        )

    @staticmethod
    def _plain(evidence: Evidence | None) -> dict[str, Any]:
        return {"evidence": _uncounted(evidence)}

    def _stage(self, stage: MapStage) -> MapStage:
        plain = self._plain(stage.evidence)
        if self.lost or stage.id in self.hidden_stages:
            nothing = {"persons": 0, "onward": None, "median_seconds_to_next": None}
            told = {**nothing, "still_open": 0, "is_hidden": True}
            return stage.model_copy(update={**plain, **told})
        later = stage.onward
        told = dict(plain)
        if not self._shares(later):
            told |= {"onward": None, "median_seconds_to_next": None}
        elif later is None or later.part < self.k:
            told |= {"median_seconds_to_next": None}
        if not self._nested(stage.still_open, stage.persons):
            told |= {"still_open": 0}
        return stage.model_copy(update=told)

    def _step(self, step: MapStep) -> MapStep:
        hidden = step.id in self.hidden_steps
        cells = {
            lane: tuple(told for told in self._cards(step, lane, cards) if told is not None)
            for lane, cards in step.cells.items()
        }
        told: dict[str, Any] = {
            "cells": {lane: cards for lane, cards in cells.items() if cards},
            "evidence": _uncounted(step.evidence),
            "time_evidence": _uncounted(step.time_evidence),
            "persons_by_persona": {} if hidden else self._by_persona(step),
        }
        if hidden:
            told |= {"persons": 0, "events": 0, "first_on": None, "last_on": None}
            told |= {"is_hidden": True}
        moved = self._moved(step)
        if hidden or moved is None or moved < self.k:
            told |= {"median_seconds_to_next": None, "quartiles_seconds_to_next": None}
        return step.model_copy(update=told)

    def _moved(self, step: MapStep) -> int | None:
        """Persons whose time to the next step is known; None where the map does not say."""
        flow = _flow_of(step, self.foreign_lanes)
        return None if flow is None else flow.on + flow.back

    def _by_persona(self, step: MapStep) -> dict[str, int]:
        totals = {p.id: p.persons for p in self.found.personas if p.id not in self.hidden_personas}
        counts = {p: n for p, n in step.persons_by_persona.items() if p in totals}
        hidden = self._few_of(counts, step.persons)
        return {
            persona: persons
            for persona, persons in counts.items()
            if persona not in hidden and self._nested(persons, totals[persona])
        }

    def _persona(self, persona: PersonaCount) -> PersonaCount:
        if self.lost or persona.id in self.hidden_personas:
            told = {"persons": 0, "reached_goal": None, "is_hidden": True}
            return persona.model_copy(update=told)
        goal, all_of_them = persona.reached_goal, self.found.head.reached_goal
        told_of_all = self._head().reached_goal
        if goal is None or (
            self._shares(goal)
            and told_of_all is not None
            and all_of_them is not None
            and self._nested(goal.part, all_of_them.part)
        ):
            return persona
        return persona.model_copy(update={"reached_goal": None})

    def _cards(self, step: MapStep, lane: str, cards: Iterable[Card]) -> Iterable[Card | None]:
        if lane not in self.foreign_lanes:
            return (self._card(step, card) for card in cards)
        return (self._card_of_some(step, lane, card) for card in cards)

    def _card_of_some(self, step: MapStep, lane: str, card: Card) -> Card | None:
        """A card of one persona's lane: counts there would tell the others' by difference."""
        if card.kind in ("question", "note", "typed", "quote"):
            return self._card(step, card)
        if card.kind == "emotion":
            kept = self._rated(self.foreign_lanes[lane], step.id, card.n)
            return self._card(step, card) if kept else None
        return None

    def _card(self, step: MapStep, card: Card) -> Card | None:
        if card.kind in ("question", "note", "typed"):
            return self._typed(card) if card.kind == "typed" else card
        if card.kind == "flow":
            return self._flow(step, card)
        if step.id in self.hidden_steps:
            return card if card.kind == "gap" and not card.values else None
        if card.kind in ("touchpoint", "channels", "action", "mark"):
            return self._of_persons(step, card)
        is_told = card.kind != "gap" or self._waiting(step, card)
        alone: Card | None = self._card_alone(card) if is_told else None
        return alone

    def _waiting(self, step: MapStep, card: GapCard) -> bool:
        """Whether those who wait for an answer can be told beside all who asked."""
        asked = [
            other.persons
            for cards in step.cells.values()
            for other in cards
            if other.kind == "touchpoint" and other.touchpoint == card.touchpoint
        ]
        waiting = int(card.values.get("waiting", 0))
        return not waiting or all(self._nested(waiting, persons) for persons in asked)

    def _typed(self, card: Any) -> Card:
        small = card.persons is not None and self._small(card.persons)
        told = {"persons": None, "value_minor": None} if small else {}
        found: Card = card.model_copy(update={**self._plain(card.evidence), **told})
        return found

    def _hidden_flow(self, step: MapStep) -> frozenset[str]:
        flow = _flow_of(step, self.foreign_lanes)
        if flow is None:
            return frozenset()
        return hidden_of_partition({name: getattr(flow, name) for name in _FLOW}, self.k)

    def _flow(self, step: MapStep, card: FlowCard) -> FlowCard | None:
        hidden = self.hidden_flows[step.id]
        every = {name for name in _FLOW if getattr(card, name)}
        if step.id in self.hidden_steps or (hidden and hidden >= every):
            return None
        told: dict[str, Any] = dict.fromkeys(hidden, 0)
        ways = self._ways(step, card, hidden)
        returned = card.returned if self._nested(card.returned, card.persons) else 0
        names = tuple(name for name in _FLOW if name in hidden)
        told |= {"next_steps": ways, "returned": returned, "hidden": names}
        return card.model_copy(update={**self._plain(card.evidence), **told})

    def _ways(self, step: MapStep, card: FlowCard, hidden: frozenset[str]) -> dict[str, int]:
        """The next steps that can be told: those onward and those back add up to a part each."""
        order = {one.id: place for place, one in enumerate(self.found.steps)}
        told: dict[str, int] = {}
        for part, sign in (("on", 1), ("back", -1)):
            ways = {
                to: persons
                for to, persons in card.next_steps.items()
                if (order.get(to, -1) - order[step.id]) * sign > 0
            }
            if part not in hidden:
                few = hidden_of_partition(ways, self.k)
                told |= {to: persons for to, persons in ways.items() if to not in few}
        return {to: told[to] for to in card.next_steps if to in told}

    def _of_persons(self, step: MapStep, card: Card) -> Card | None:
        """Cards that count some of a step's persons."""
        plain = self._plain(card.evidence)
        if card.kind == "touchpoint":
            told = self._nested(card.persons, step.persons)
            return card.model_copy(update=plain) if told else None
        if card.kind == "channels":
            ways = {c: n for c, n in card.by_channel.items() if self._nested(n, step.persons)}
            return card.model_copy(update={**plain, "by_channel": ways}) if ways else None
        if card.kind == "action":
            return card.model_copy(update=plain) if self._acts(step, card.values) else None
        assert card.kind == "mark"
        from_flow = card.mark in ("drop_off", "jump_back", "skip")
        if not self._shares(card.share) or (from_flow and self.hidden_flows[step.id]):
            return None
        small = self._small(card.persons) or self._small(step.persons - card.persons)
        return None if small else card.model_copy(update=plain)

    def _acts(self, step: MapStep, values: Mapping[str, float]) -> bool:
        persons = values.get("persons")
        if persons is None and "share" in values:
            persons = round(values["share"] * step.persons)
        return persons is None or self._nested(int(persons), step.persons)

    def _card_alone(self, card: Any) -> Any:
        """Cards that say how many they rest on themselves."""
        plain = self._plain(card.evidence)
        if card.kind == "emotion":
            few = hidden_of_partition({str(n): r for n, r in enumerate(card.histogram)}, self.k)
            told = {"histogram": ()} if few else {}
            return card.model_copy(update={**plain, **told}) if card.n >= self.k else None
        if card.kind == "kpi":
            return card.model_copy(update=plain) if self._measures(card) else None
        if card.kind == "gap":
            return self._gap(card)
        if card.kind == "quote" and card.n < self.k:
            return None
        return card.model_copy(update=plain)

    def _measures(self, card: Any) -> bool:
        if card.n is None:
            return True
        if card.unit == "share":
            return self._nested(round(card.value * card.n), card.n)
        return bool(card.n >= self.k)

    def _gap(self, card: GapCard) -> GapCard | None:
        waiting = card.values.get("waiting")
        if waiting is not None and self._small(int(waiting)):
            return None
        return card.model_copy(update=self._plain(card.evidence))

    def _journeys(self) -> tuple[tuple[RepresentativeJourney, ...], float]:
        """Journeys that are told, and the share of the rest with those that are not."""
        if self.lost:
            return (), 0.0
        shown = [j for j in self.found.journeys if not self._small(j.persons)]
        while shown and self._small(self._rest(shown)):
            shown.remove(min(shown, key=lambda journey: journey.persons))
        share = 1 - sum(journey.share for journey in shown) if self.found.journeys else 0.0
        plain = [j.model_copy(update=self._plain(j.evidence)) for j in shown]
        return tuple(plain), share

    def _rest(self, shown: Iterable[RepresentativeJourney]) -> int:
        one = next(iter(self.found.journeys))
        whole = round(one.persons / one.share)
        return whole - sum(journey.persons for journey in shown)

    def _curve(self, curve: Curve) -> Curve:
        """Points of few ratings are no points, nor those that give the others' few away."""
        runs: list[list[Any]] = []
        for run in curve.runs:
            runs.append([])
            for point in run:
                if point.n is None or self._rated(curve.persona, point.step, point.n):
                    runs[-1].append(point)
                else:
                    runs.append([])
        return curve.model_copy(update={"runs": tuple(tuple(run) for run in runs if run)})

    def _rated(self, persona: str, step: str, n: int) -> bool:
        """Whether ``n`` ratings can be told: not few, nor few less than everybody's."""
        if n < self.k or step in self.hidden_steps or self.lost:
            return False
        others = self._ratings(step) if persona else []
        return not any(self._small(other - n) for other in others)

    def _ratings(self, step: str) -> list[int]:
        """How many ratings everybody's curves have at a step, in every lane."""
        return [
            point.n
            for curve in self.found.curves
            if not curve.persona and curve.series == "as-is"
            for run in curve.runs
            for point in run
            if point.n is not None and point.step == step
        ]

    def _notes(self) -> Iterable[RealityNote]:
        back = {step.id: self._told_back(step) for step in self.found.steps}
        counts = {step.id: step.persons for step in self.found.steps}
        for note in self.found.reality:
            if note.persons and not self._told(note, back, counts.get(note.step, 0)):
                continue
            told = self._plain(note.evidence)
            if note.kind == "undrawn":
                told |= self._undrawn(note)
            yield note.model_copy(update=told)

    def _told(self, note: RealityNote, back: Mapping[str, frozenset[str]], here: int) -> bool:
        """Whether a note about persons can be told; ``here``: all persons at its step."""
        if self.lost or self._small(note.persons) or not self._shares(note.share):
            return False
        if note.kind == "undrawn" or note.step in self.hidden_steps:
            return note.kind == "undrawn"
        if note.kind == "jumped_back":
            return note.to_step in back.get(note.step, ())
        if note.kind == "silent":
            return not self.hidden_flows.get(note.step)
        if note.kind == "skipped" and note.share is not None:
            return not self._small(here - (note.share.whole - note.share.part))
        return True

    def _undrawn(self, note: RealityNote) -> dict[str, Any]:
        """Without its place where few of its persons would be told by it, or its whole."""
        told: dict[str, Any] = {}
        between = int(note.values.get("between", 0))
        if not self._nested(between, note.persons):
            told = {"values": {}, "step": "", "to_step": ""}
        if note.share is not None and self._small(note.share.whole - self.persons):
            told["share"] = None
        return told

    def _told_back(self, step: MapStep) -> frozenset[str]:
        """The earlier steps that notes may say people of a step went back to."""
        notes = {
            note.to_step: note.persons
            for note in self.found.reality
            if note.kind == "jumped_back" and note.step == step.id
        }
        if "back" in self.hidden_flows.get(step.id, ()):
            return frozenset()
        return frozenset(notes) - hidden_of_partition(notes, self.k)


def _flow_of(step: MapStep, foreign: Container[str]) -> FlowCard | None:
    """Everybody's flow at a step; None where no lane shows it."""
    for lane, cards in step.cells.items():
        for card in cards:
            if card.kind == "flow" and lane not in foreign:
                return card
    return None


def _uncounted(evidence: Evidence | None) -> Evidence | None:
    return evidence.model_copy(update={"counts": {}}) if evidence else None
