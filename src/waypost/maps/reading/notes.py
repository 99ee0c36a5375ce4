"""How reality differs from what is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from waypost.maps.discovery.gaps import ANSWERS
from waypost.maps.discovery.intervals import share_between
from waypost.maps.discovery.marks import long_waits
from waypost.maps.discovery.tally import persons_among
from waypost.maps.document import Evidence, RealityNote
from waypost.maps.reading.switches import Switch, channel_switches
from waypost.maps.reading.undrawn import undrawn_touchpoints
from waypost.model import Step
from waypost.questions import Flow, HandOvers, Result

if TYPE_CHECKING:
    from waypost.maps.reading.reading import Reading
    from waypost.maps.reading.sight import DrawnSight

__all__ = ["reality_of", "skipped_persons"]

_KINDS = (
    "nobody",
    "broken",
    "unbound",
    "unvisited",
    "undrawn",
    "skipped",
    "jumped_back",
    "looped",
    "channel",
    "unanswered",
    "silent",
)


def reality_of(reading: Reading) -> tuple[RealityNote, ...]:
    """All notes: by kind, most persons first, then in the order of the map.

    Steps that are only to be are no part of it: nobody can be at them yet.
    """
    place = {step.id: number for number, step in enumerate(reading.drawing.steps)}
    notes = [
        *_nobody(reading.sight),
        *_broken(reading),
        *_empty(reading),
        *_undrawn(reading.sight),
        *_skipped(reading),
        *_moved(reading),
        *_channels(reading),
        *_unanswered(reading),
        *_silent(reading),
    ]
    order = {kind: number for number, kind in enumerate(_KINDS)}
    return tuple(
        sorted(
            notes,
            key=lambda one: (order[one.kind], -one.persons, place.get(one.step, -1), one.id),
        )
    )


def _drawn_as_is(reading: Reading) -> list[Step]:
    """The steps that somebody could have been at, and was."""
    steps = reading.document.steps
    return [step for step in reading.sight.steps if steps[step.id].state != "to-be"]


def _nobody(sight: DrawnSight) -> Iterator[RealityNote]:
    if sight.steps or sight.wishes.is_whole():
        return
    evidence = sight.evidence("nobody", [], question=sight.flow.question)
    yield RealityNote(id="nobody", kind="nobody", evidence=evidence)


def _broken(reading: Reading) -> Iterator[RealityNote]:
    recoding = reading.journeys.recoding
    for step, why in recoding.broken.items():
        yield RealityNote(id=f"broken:{step}", kind="broken", step=step, label={"": why})
    for persona, why in reading.broken_personas.items():
        yield RealityNote(id=f"broken:{persona}", kind="broken", persona=persona, label={"": why})
    known = {touchpoint.id for touchpoint in reading.source.snapshot.touchpoints}
    for step_drawn, bound in zip(reading.drawing.steps, reading.drawing.bound, strict=True):
        for name in bound.touchpoints:
            if name not in known:
                yield RealityNote(
                    id=f"broken:{step_drawn.id}:{name}",
                    kind="broken",
                    step=step_drawn.id,
                    touchpoint=name,
                )


def _empty(reading: Reading) -> Iterator[RealityNote]:
    sight = reading.sight
    visited = {step.id for step in sight.steps}
    for step in reading.drawing.steps:
        if step.id in visited or reading.document.steps[step.id].state == "to-be":
            continue
        kind, definition = ("unbound", "no_touchpoint")
        if reading.is_bound(step.id):
            kind, definition = ("unvisited", "unvisited")
        yield RealityNote(
            id=f"{kind}:{step.id}",
            kind=kind,  # type: ignore[arg-type]  # one of the two above
            step=step.id,
            evidence=sight.evidence(definition, [], question=sight.flow.question),
        )


def _undrawn(sight: DrawnSight) -> Iterator[RealityNote]:
    """Touchpoints with persons that no step binds.

    The share is that of all persons whom the filters leave.
    """
    steps, view = sight.columns, sight.snapshot
    found = sight.kept("undrawn", lambda: undrawn_touchpoints(view, sight.chosen[0]))
    everybody = sight.kept("everybody", lambda: persons_among(sight.chosen[0]))
    bound = sight.journeys.drawing.first_claims()
    for one in found:
        touchpoint = view.touchpoints[one.code]
        if touchpoint.id in bound:
            continue
        row = sight.touchpoint_rows[touchpoint.id]
        counts = {"persons": row["persons"], "events": row["events"], "between": one.between}
        yield RealityNote(
            id=f"undrawn:{touchpoint.id}",
            kind="undrawn",
            step=steps[one.before].id if one.before >= 0 else "",
            to_step=steps[one.after].id if one.after >= 0 else "",
            touchpoint=touchpoint.id,
            label=dict(touchpoint.label),
            channels=(sight.channel(touchpoint),),
            persons=row["persons"],
            share=share_between(row["persons"], everybody),
            values={"events": row["events"], "between": one.between},
            evidence=_evidence(
                sight.evidence(
                    "undrawn", [one.code], counts=counts, question=sight.volumes.question
                ),
                {"touchpoint": touchpoint.id, "measure": "persons"},
            ),
        )


def _evidence(found: Evidence, cell: Mapping[str, str]) -> Evidence:
    return found.model_copy(update={"cell": dict(cell)})


def skipped_persons(flow: Result, order: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Per step the persons who passed it by, and all who came to it or passed it by.

    ``flow``: a ``Flow`` by step in the order of the map, where a person advances from each step to
    the next one that lies further than all before. Who advances from before a step to after it,
    skipped it.
    """
    skipped = dict.fromkeys(order, 0)
    came = dict.fromkeys(order, 0)
    rows = list(flow.rows())
    for row in rows:
        came[row["from"]] = row["persons_at"]
        if row["kind"] == "on":
            here, there = order[row["from"]], order[row["to"]]
            for step, place in order.items():
                if here < place < there:
                    skipped[step] += row["persons"]
    return {step: (skipped[step], skipped[step] + came[step]) for step in order}


def _skipped(reading: Reading) -> Iterator[RealityNote]:
    sight = reading.sight
    flow = sight.ask(
        Flow(by="step", align="order", quiet=sight.wishes.quiet, **sight.wishes.filters())
    )
    counted = skipped_persons(flow, {step.id: n for n, step in enumerate(sight.columns)})
    for step in _drawn_as_is(reading):
        part, whole = counted[step.id]
        if part:
            yield RealityNote(
                id=f"skipped:{step.id}",
                kind="skipped",
                step=step.id,
                persons=part,
                share=share_between(part, whole),
                evidence=sight.evidence(
                    "skipped",
                    sight.codes_of(step),
                    counts={"part": part, "whole": whole},
                    question=flow.question,
                ),
            )


def _moved(reading: Reading) -> Iterator[RealityNote]:
    """Who went back from a step to an earlier one next, and who came to a step again."""
    sight = reading.sight
    place = {step.id: number for number, step in enumerate(sight.columns)}
    for step in _drawn_as_is(reading):
        row = sight.step_rows[step.id]
        jumps = sight.flow.facts["jumps"].get(step.id, {})
        for target, persons in jumps.items():
            if place[target] < place[step.id]:
                cell = {"step": step.id, "measure": "back", "to": target}
                yield _of_step(sight, "jumped_back", step, (persons, row["persons"]), cell)
        if row["returned"]:
            cell = {"step": step.id, "measure": "returned"}
            yield _of_step(sight, "looped", step, (row["returned"], row["persons"]), cell)


def _of_step(
    sight: DrawnSight, kind: str, step: Step, counted: tuple[int, int], cell: Mapping[str, str]
) -> RealityNote:
    part, whole = counted
    target = cell.get("to", "")
    found = sight.evidence(
        kind,
        sight.codes_of(step),
        counts={"part": part, "whole": whole},
        question=sight.flow.question,
    )
    return RealityNote(
        id=":".join(filter(None, (kind, step.id, target))),
        kind=kind,  # type: ignore[arg-type]  # one of the names above
        step=step.id,
        to_step=target,
        persons=part,
        share=share_between(part, whole),
        evidence=_evidence(found, cell),
    )


def _channels(reading: Reading) -> Iterator[RealityNote]:
    """Who, at one step, went on through another channel with their next event."""
    sight = reading.sight
    found = sight.kept("switches", lambda: channel_switches(sight.snapshot, sight.chosen[0]))
    question = HandOvers(by="channel", within=None, detail="step", **sight.wishes.filters())
    drawn = {step.id for step in _drawn_as_is(reading)}
    for switch in found:
        step = sight.columns[switch.step]
        if step.id in drawn:
            yield _switch(sight, step, switch, question)


def _switch(sight: DrawnSight, step: Step, switch: Switch, question: HandOvers) -> RealityNote:
    part, whole = switch.persons, sight.step_rows[step.id]["persons"]
    ends = {"from": switch.origin, "to": switch.target}
    evidence = sight.evidence(
        "channel_switch",
        sight.codes_of(step),
        counts={"part": part, "whole": whole, "times": switch.times},
        question=question,
    )
    return RealityNote(
        id=f"channel:{step.id}:{switch.origin}:{switch.target}",
        kind="channel",
        step=step.id,
        channels=(switch.origin, switch.target),
        persons=part,
        share=share_between(part, whole),
        values={"times": switch.times},
        evidence=_evidence(evidence, {**ends, "from_detail": step.id, "to_detail": step.id}),
    )


def _unanswered(reading: Reading) -> Iterator[RealityNote]:
    """Who asked at a touchpoint of the map and met no answer of ours within the map's window.

    Where no answer was ever recorded nothing is known about answers.
    """
    sight = reading.sight
    rows = sight.touchpoint_rows
    answers = {name for name, row in rows.items() if row["events"] or row["anonymous_events"]}
    for step in _drawn_as_is(reading):
        for code, touchpoint in sight.touchpoints(step):
            answer = ANSWERS.get(touchpoint.id)
            if answer is None or answer not in answers:
                continue
            asked = sight.ask_steps(sight.named(touchpoint.id), sight.named(answer))
            waiting, whole = asked.facts["lost"], asked.facts["entrants"] - asked.facts["open"]
            if waiting:
                yield RealityNote(
                    id=f"unanswered:{step.id}:{touchpoint.id}",
                    kind="unanswered",
                    step=step.id,
                    touchpoint=touchpoint.id,
                    label=dict(touchpoint.label),
                    persons=waiting,
                    share=share_between(waiting, whole),
                    evidence=sight.evidence(
                        "unanswered",
                        [code],
                        counts={"part": waiting, "whole": whole, "open": asked.facts["open"]},
                        question=asked.question,
                    ),
                )


def _silent(reading: Reading) -> Iterator[RealityNote]:
    sight = reading.sight
    drawn = {step.id for step in _drawn_as_is(reading)}
    for step, seconds in long_waits(sight):
        if step.id in drawn:
            row = sight.step_rows[step.id]
            moved = row["on"] + row["back"]
            evidence = sight.evidence(
                "wait",
                sight.codes_of(step),
                counts={"persons": moved},
                question=sight.flow.question,
            )
            yield RealityNote(
                id=f"silent:{step.id}",
                kind="silent",
                step=step.id,
                persons=moved,
                share=share_between(moved, row["persons"]),
                values={"median_seconds": seconds},
                evidence=_evidence(evidence, {"step": step.id}),
            )
