"""Discovered content as changes that are ready to be accepted one by one, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from waypost.kit.translation import LANGUAGES
from waypost.maps.discovery.labels import label_likeness
from waypost.maps.document import (
    Card,
    Evidence,
    JourneyMap,
    KpiCard,
    LabelText,
    MapStep,
    MarkCard,
    QuoteCard,
    RealityNote,
)
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.messages import Message, Percent, channel_called
from waypost.maps.editing.ordering import between
from waypost.maps.editing.placing import keys_after, last_key, siblings
from waypost.maps.reading.proposal_words import (
    ALIKE,
    CHANNEL_CARD,
    CHANNEL_REASON,
    DECIDES,
    KPI_REASON,
    KPI_TEXTS,
    MARK_TEXTS,
    PAIN_REASON,
    QUOTED,
    SAME_STEP,
    UNDRAWN,
    UNDRAWN_EDGE,
)
from waypost.maps.reading.source import EventSource
from waypost.model import Label

__all__ = ["Proposal", "proposals"]

Json = dict[str, Any]
_LEAST_PERSONS = 5
_LEAST_SHARE = 0.01
_LEAST_SWITCH_SHARE = 0.05
_LEAST_LIKENESS = 0.6
_MOST_OF_A_KIND = 12
_CHANNEL_LANES = ("channels", "touchpoints", "frontstage", "backstage", "text")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that the data suggest: ``ops`` as they are sent, ``reason`` in every language.

    ``id`` is the same as long as it is about the same thing, so that a rejection can be kept.
    ``where``: kind and id of what it concerns. ``card``: the computed card that shows the same
    already and would become a written one; empty where the map shows nothing of it.
    """

    id: str
    kind: str
    where: Mapping[str, str]
    ops: tuple[Json, ...]
    title: LabelText
    reason: LabelText
    persons: int = 0
    evidence: Evidence | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    card: str = ""

    def as_dict(self) -> Json:
        """JSON values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "where": dict(self.where),
            "ops": list(self.ops),
            "title": dict(self.title),
            "reason": dict(self.reason),
            "persons": self.persons,
            "evidence": self.evidence.model_dump(mode="json") if self.evidence else None,
            "values": dict(self.values),
            "card": self.card,
        }


def proposals(
    document: MapDocument, reading: JourneyMap, *, source: EventSource | None = None
) -> list[Proposal]:
    """What the data would add to a document, by kind, most persons first.

    ``reading`` is that document read. With ``source`` undrawn touchpoints are told by the
    workspace's own steps: they find the drawn step of their siblings, or make one step together.
    What the document has already is not proposed. Groups under five persons never are.
    """
    desk = _Desk(document, reading, source)
    found = [
        *desk.bindings(),
        *desk.steps(),
        *desk.pains(),
        *desk.moments(),
        *desk.quotes(),
        *desk.switches(),
        *desk.kpis(),
    ]
    return list({one.id: one for one in found}.values())


def _told(message: Message) -> LabelText:
    return {language: message.in_language(language) for language in LANGUAGES}


def _proposal_id(kind: str, *about: str) -> str:
    return derived_id("cards", "proposal", kind, *about).replace("c_", "o_", 1)


@dataclass(frozen=True, slots=True)
class _Missing:
    """Touchpoints without a step that would be one step, most persons first.

    ``persons``: of the busiest of them, since nobody has counted who met several.
    """

    key: str
    label: LabelText | Label
    notes: tuple[RealityNote, ...]

    @property
    def touchpoints(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(note.touchpoint for note in self.notes)

    @property
    def persons(self) -> int:
        """Persons at least."""
        return max(note.persons for note in self.notes)


class _Desk:
    """A document, its reading, and where new things go."""

    def __init__(
        self, document: MapDocument, reading: JourneyMap, source: EventSource | None
    ) -> None:
        self.document = document
        self.reading = reading
        snapshot = source.snapshot if source else None
        self.origins = {t.id: t.step for t in snapshot.touchpoints} if snapshot else {}
        self.own = {step.id: step.label for step in snapshot.steps} if snapshot else {}
        self.counted = {step.id: step for step in reading.steps}
        self.first = next((step.id for step in reading.steps if step.persons), "")
        self.undrawn = [
            note
            for note in reading.reality
            if note.kind == "undrawn"
            and note.persons >= max(_LEAST_PERSONS, _LEAST_SHARE * reading.head.persons)
        ]

    def bindings(self) -> Iterator[Proposal]:
        """What unbound steps could stand for, by their name, and siblings of what steps bind."""
        for step in self.document.steps_in_order():
            drawn = self.document.steps[step]
            if drawn.binding is None and drawn.state != "to-be":
                yield from self._alike(step)
        for note in self.undrawn:
            step = self._home(note.touchpoint)
            if step:
                missing = _Missing(note.touchpoint, note.label, (note,))
                yield self._binding(step, missing, SAME_STEP, {"touchpoint": note.label})

    def _alike(self, step: str) -> Iterator[Proposal]:
        label = self.document.steps[step].label
        scored = [(_likeness(label, one), one) for one in (*self._missing(), *self._singles())]
        near = [one for one in scored if one[0] >= _LEAST_LIKENESS]
        for likeness, one in sorted(near, key=lambda pair: (-pair[0], -pair[1].persons))[:1]:
            values = {"touchpoint": one.label, "step": label, "likeness": Percent(likeness)}
            yield self._binding(step, one, ALIKE, values)

    def _singles(self) -> list[_Missing]:
        return [_Missing(note.touchpoint, note.label, (note,)) for note in self.undrawn]

    def _missing(self) -> list[_Missing]:
        """What no step stands for, without a home: together what is one step of the workspace."""
        groups: dict[str, list[RealityNote]] = {}
        for note in self.undrawn:
            own = self.origins.get(note.touchpoint, "")
            if not self._home(note.touchpoint):
                groups.setdefault(own or note.touchpoint, []).append(note)
        return [
            _Missing(key, self.own[key] if key in self.own else notes[0].label, tuple(notes))
            for key, notes in groups.items()
        ]

    def _home(self, touchpoint: str) -> str:
        """The drawn step that binds most touchpoints of the same step of the workspace."""
        own = self.origins.get(touchpoint, "")
        votes: dict[str, int] = {}
        for name in self.document.steps_in_order():
            binding = self.document.steps[name].binding
            for other in binding.touchpoints if binding and own else ():
                if self.origins.get(other) == own:
                    votes[name] = votes.get(name, 0) + 1
        return max(votes, key=votes.__getitem__, default="")

    def _binding(
        self, step: str, missing: _Missing, reason: str, values: Mapping[str, Any]
    ) -> Proposal:
        binding = self.document.steps[step].binding
        was = None if binding is None else binding.model_dump(mode="json")
        has = [] if binding is None else list(binding.touchpoints)
        new = {
            "touchpoints": [*has, *missing.touchpoints],
            "where": "" if binding is None else binding.where,
        }
        op = {"op": "set", "kind": "steps", "id": step, "field": "binding", "was": was}
        return Proposal(
            id=_proposal_id("binding", step, missing.key),
            kind="binding",
            where={"kind": "steps", "id": step},
            ops=({**op, "value": new},),
            title=dict(missing.label),
            reason=_told(Message(reason, values={**values, "count": missing.persons})),
            persons=missing.persons,
            evidence=missing.notes[0].evidence,
        )

    def steps(self) -> Iterator[Proposal]:
        """A step for what people met and no step stands for, where most of them met it.

        Not where an unbound step that is called so waits for it.
        """
        alike = {one.id for one in self.bindings()}
        unbound = [name for name, step in self.document.steps.items() if step.binding is None]
        for missing in self._missing()[:_MOST_OF_A_KIND]:
            if alike & {_proposal_id("binding", name, missing.key) for name in unbound}:
                continue
            note = missing.notes[0]
            name = derived_id("steps", "proposal", missing.key)
            place = self._place(note)
            if place is None or name in self.document.steps:
                continue
            stage, order = place
            value = {
                "order": order,
                "stage": stage,
                "label": dict(missing.label),
                "binding": {"touchpoints": list(missing.touchpoints), "where": ""},
            }
            yield Proposal(
                id=_proposal_id("step", missing.key),
                kind="step",
                where={"kind": "steps", "id": note.step or note.to_step},
                ops=({"op": "add", "kind": "steps", "id": name, "value": value},),
                title=dict(missing.label),
                reason=self._undrawn_reason(note),
                persons=missing.persons,
                evidence=note.evidence,
            )

    def _undrawn_reason(self, note: RealityNote) -> LabelText:
        share = note.share.share if note.share else None
        names = {name: step.label for name, step in self.document.steps.items()}
        values = {
            "count": note.persons,
            "share": Percent(share or 0.0),
            "before": names.get(note.step, {}),
            "after": names.get(note.to_step, {}),
        }
        text = UNDRAWN if note.step and note.to_step else UNDRAWN_EDGE
        return _told(Message(text, values=values))

    def _place(self, note: RealityNote) -> tuple[str, str] | None:
        """Stage and order key right after the step before it, else right before the one after."""
        steps = self.document.steps
        if note.step in steps:
            stage = steps[note.step].stage
            orders = siblings(self.document, "steps", within={"stage": stage})
            return stage, keys_after(orders, note.step, 1)[0]
        if note.to_step in steps:
            stage, mine = steps[note.to_step].stage, steps[note.to_step].order
            orders = siblings(self.document, "steps", within={"stage": stage})
            before = max((key for key in orders.values() if key < mine), default=None)
            return stage, between(before, mine)
        stages = self.document.stages_in_order()
        if not stages:
            return None
        orders = siblings(self.document, "steps", within={"stage": stages[-1]})
        return stages[-1], keys_after(orders, "", 1)[0]

    def pains(self) -> Iterator[Proposal]:
        """What stands out, as pain cards that can be worked on: with persons and value."""
        for step, lane, card in self._computed("mark"):
            assert isinstance(card, MarkCard)
            if card.persons < _LEAST_PERSONS:
                continue
            share = card.share.share if card.share else None
            values = {
                "count": card.persons,
                "share": Percent(share or 0.0),
                "step": step.label,
                "to": self.counted[card.to_step].label if card.to_step in self.counted else {},
                "days": round((card.median_seconds or 0) / 86_400),
            }
            text = _told(Message(MARK_TEXTS[card.mark], values=values))
            told = {
                "kind": "pain",
                "severity": _severity(share),
                "persons": card.persons,
                "value_minor": card.value_minor,
            }
            yield from self._card(
                "pain",
                (step, lane, card),
                {**told, "text": text, "provenance": "observed"},
                _told(Message(PAIN_REASON, values=values)),
            )

    def quotes(self) -> Iterator[Proposal]:
        """The most typical words of a step, kept on the map as they were said."""
        for step, lane, card in self._computed("quote"):
            assert isinstance(card, QuoteCard)
            if card.n < _LEAST_PERSONS:
                continue
            told = {
                "kind": "quote",
                "text": {card.language or self.document.head.language: card.text},
                "source": card.source,
                "on": card.on.isoformat() if card.on else None,
                "provenance": "reported",
            }
            values = {"count": card.n, "step": step.label}
            yield from self._card(
                "quote", (step, lane, card), told, _told(Message(QUOTED, values=values))
            )

    def kpis(self) -> Iterator[Proposal]:
        """Measures that deserve a target: the goal's own, and those of steps that stand out."""
        marked = {step.id for step, _, _ in self._computed("mark")}
        for step, lane, card in self._computed("kpi"):
            assert isinstance(card, KpiCard)
            is_kept = any(
                one.evidence is not None and one.evidence.definition == card.kpi
                for one in self.document.cards.values()
                if one.kind == "kpi" and one.step == step.id
            )
            wanted = step.id in marked or step.id == self.reading.head.goal_step
            small = card.n is not None and card.n < _LEAST_PERSONS
            if is_kept or not wanted or small or card.kpi not in KPI_TEXTS:
                continue
            told = {
                "kind": "kpi",
                "text": _told(Message(KPI_TEXTS[card.kpi])),
                "provenance": "observed",
            }
            reason = _told(Message(KPI_REASON, values={"step": step.label}))
            yield from self._card("kpi", (step, lane, card), told, reason)

    def switches(self) -> Iterator[Proposal]:
        """Where at one step many go on through another channel: a card for the hand-over."""
        for note in self.reading.reality:
            share = note.share.share if note.kind == "channel" and note.share else None
            small = note.persons < _LEAST_PERSONS or (share or 0) < _LEAST_SWITCH_SHARE
            lane = self._lane(_CHANNEL_LANES)
            if share is None or small or not lane or note.step not in self.counted:
                continue
            values = {
                "count": note.persons,
                "share": Percent(share),
                "from": channel_called(note.channels[0]),
                "to": channel_called(note.channels[1]),
                "step": self.counted[note.step].label,
            }
            told = {
                "kind": "channel",
                "text": _told(Message(CHANNEL_CARD, values=values)),
                "channel": note.channels[1],
                "persons": note.persons,
                "provenance": "observed",
            }
            yield from self._new_card(
                "hand-over",
                (note.step, lane, note.id),
                told,
                (_told(Message(CHANNEL_REASON, values=values)), note.evidence),
            )

    def moments(self) -> Iterator[Proposal]:
        """The one step at which most is lost, where nobody has named a moment of truth yet.

        Not the first: most of those whom somebody reaches never wanted anything.
        """
        if any(step.moment_of_truth for step in self.document.steps.values()):
            return
        marks = [
            (card.persons, step.id, card.evidence)
            for step, _, card in self._computed("mark")
            if card.kind == "mark"
            and card.mark in ("drop_off", "abandonment")
            and step.id != self.first
            and card.persons >= _LEAST_PERSONS
        ]
        if not marks:
            return
        persons, most, evidence = max(marks, key=lambda one: one[:2])
        op = {"op": "set", "kind": "steps", "id": most, "field": "moment_of_truth"}
        label = self.document.steps[most].label
        yield Proposal(
            id=_proposal_id("moment", most),
            kind="moment",
            where={"kind": "steps", "id": most},
            ops=({**op, "was": False, "value": True},),
            title=dict(label),
            reason=_told(Message(DECIDES, values={"count": persons, "step": label})),
            persons=persons,
            evidence=evidence,
        )

    def _computed(self, kind: str) -> list[tuple[MapStep, str, Card]]:
        """Computed cards of a kind with step and lane; each once, in the first lane that has it."""
        found: dict[tuple[str, str], tuple[MapStep, str, Card]] = {}
        lanes = [lane.id for lane in self.reading.lanes if not lane.persona]
        for step in self.reading.steps:
            for lane in lanes:
                for card in step.cells.get(lane, ()):
                    if card.kind == kind and card.id.startswith("computed:"):
                        found.setdefault((step.id, card.id.split(":", 3)[-1]), (step, lane, card))
        return list(found.values())

    def _lane(self, kinds: Iterable[str]) -> str:
        """The first lane of the first of these kinds that the document has."""
        for kind in kinds:
            for name in self.document.lanes_in_order():
                if self.document.lanes[name].kind == kind and not self.document.lanes[name].hidden:
                    return name
        return ""

    def _card(
        self, kind: str, found: tuple[MapStep, str, Card], told: Json, reason: LabelText
    ) -> Iterator[Proposal]:
        """A card in place of a computed one, which is hidden with it; a measure replaces it."""
        step, lane, card = found
        what = card.id.split(":", 3)[-1]
        hidden = {
            "op": "add",
            "kind": "hidden_computed",
            "id": derived_id("hidden_computed", "proposal", step.id, lane, what),
            "value": {"step": step.id, "lane": lane, "card": card.id},
        }
        for made in self._new_card(kind, (step.id, lane, what), told, (reason, card.evidence)):
            ops = made.ops if card.kind == "kpi" else (*made.ops, hidden)
            yield replace(made, ops=ops, card=card.id)

    def _new_card(
        self,
        kind: str,
        place: tuple[str, str, str],
        told: Json,
        because: tuple[LabelText, Evidence | None],
    ) -> Iterator[Proposal]:
        step, lane, what = place
        name = derived_id("cards", "proposal", kind, step, what)
        if name in self.document.cards:
            return
        reason, evidence = because
        orders = siblings(self.document, "cards", within={"step": step, "lane": lane})
        value = {
            **{key: content for key, content in told.items() if content is not None},
            "order": between(last_key(orders), None),
            "lane": lane,
            "step": step,
            "evidence": evidence.model_dump(mode="json") if evidence else None,
        }
        yield Proposal(
            id=_proposal_id(kind, step, what),
            kind=kind,
            where={"kind": "steps", "id": step},
            ops=({"op": "add", "kind": "cards", "id": name, "value": value},),
            title=told["text"],
            reason=reason,
            persons=int(told.get("persons") or 0),
            evidence=evidence,
        )


def _likeness(label: Mapping[str, str], missing: _Missing) -> float:
    names = [*missing.label.values(), missing.key.replace("_", " ")]
    return max(
        (label_likeness(mine, theirs) for mine in label.values() for theirs in names), default=0.0
    )


def _severity(share: float | None) -> int:
    """1 to 5, by the share of persons concerned: a fifth of them more, one level more."""
    return 3 if share is None else min(5, 1 + int(share * 5))
