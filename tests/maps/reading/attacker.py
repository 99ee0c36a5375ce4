"""Somebody who reads everything that a map tells, and takes differences."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.maps.document import JourneyMap, MapStep

__all__ = ["learned"]


def learned(found: JourneyMap, k: int) -> list[str]:
    """Every group of 1 to ``k`` − 1 persons that the map tells or gives away, in words."""
    claims = [*_nested(found), *_of_flows(found)]
    told = []
    for what, part, whole in claims:
        if 0 < part < k:
            told.append(f"{what}: {part}")
        if 0 < whole - part < k:
            told.append(f"{what}: all {whole} but {part}")
    return told


def _nested(found: JourneyMap) -> Iterator[tuple[str, int, int]]:
    whole = found.head.persons
    yield "map", whole, whole
    yield from _of_stages(found)
    for persona in found.personas:
        if not persona.is_hidden:
            yield "persona", persona.persons, whole
            if persona.reached_goal:
                yield "persona's goal", persona.reached_goal.part, persona.persons
    if found.head.reached_goal:
        yield "goal", found.head.reached_goal.part, found.head.reached_goal.whole
    for step in found.steps:
        yield from _of_step(found, step)
    for note in found.reality:
        if note.persons:
            yield note.id, note.persons, note.persons
        if note.share:
            yield note.id, note.share.part, note.share.whole
        if note.kind == "undrawn" and note.share:
            yield "nowhere on the map", note.share.whole - whole, note.share.whole


def _of_stages(found: JourneyMap) -> Iterator[tuple[str, int, int]]:
    whole = found.head.persons
    stages = {stage.id: stage for stage in found.stages}
    for stage in found.stages:
        if not stage.is_hidden:
            yield "stage", stage.persons, whole
            yield "open", stage.still_open, stage.persons
        if stage.onward:
            yield "onward", stage.onward.part, stage.onward.whole
    for step in found.steps:
        if not step.is_hidden:
            yield "step", step.persons, whole
            stage = stages.get(step.stage)
            if stage and not stage.is_hidden:
                yield "step of stage", step.persons, stage.persons


def _of_step(found: JourneyMap, step: MapStep) -> Iterator[tuple[str, int, int]]:
    totals = {persona.id: persona for persona in found.personas}
    for name, persons in step.persons_by_persona.items():
        yield "persona at step", persons, step.persons
        yield "persona elsewhere", persons, totals[name].persons
    for lane in found.lanes:
        for card in step.cells.get(lane.id, ()):
            if card.kind == "touchpoint":
                yield "touchpoint", card.persons, step.persons
            elif card.kind == "channels":
                yield from (("channel", n, step.persons) for n in card.by_channel.values())
            elif card.kind == "flow":
                yield "returned", card.returned, card.persons
            elif card.kind == "action" and "share" in card.values:
                yield card.fact, round(card.values["share"] * step.persons), step.persons
            elif card.kind == "mark" and card.share:
                yield card.mark, card.share.part, card.share.whole
            elif card.kind == "kpi" and card.unit == "share":
                yield card.kpi, round(card.value * card.n), card.n
            elif card.kind in ("emotion", "quote"):
                yield card.kind, card.n, card.n
            elif card.kind == "typed" and card.persons:
                yield "typed", card.persons, card.persons


def _of_flows(found: JourneyMap) -> Iterator[tuple[str, int, int]]:
    """What the parts of a flow give away together: of each other, and of where people went."""
    order = {step.id: place for place, step in enumerate(found.steps)}
    for step in found.steps:
        for cards in step.cells.values():
            for card in (card for card in cards if card.kind == "flow"):
                parts = {n: getattr(card, n) for n in ("on", "back", "left", "still_open")}
                shown = {n: p for n, p in parts.items() if n not in card.hidden}
                yield from (("part of flow", p, card.persons) for p in shown.values())
                rest = card.persons - sum(shown.values())
                yield "hidden parts together", rest, card.persons
                assert len(card.hidden) != 1
                for name, sign in (("on", 1), ("back", -1)):
                    ways = [
                        persons
                        for to, persons in card.next_steps.items()
                        if (order[to] - order[step.id]) * sign > 0
                    ]
                    yield from (("way", persons, persons) for persons in ways)
                    assert not (ways and name in card.hidden)
                    if name in shown:
                        yield "other ways", parts[name] - sum(ways), parts[name]
        yield from _of_notes(found, step)


def _of_notes(found: JourneyMap, step: MapStep) -> Iterator[tuple[str, int, int]]:
    flows = [card for cards in step.cells.values() for card in cards if card.kind == "flow"]
    back = [n.persons for n in found.reality if n.kind == "jumped_back" and n.step == step.id]
    for card in flows:
        if "back" not in card.hidden and back:
            yield "other ways back", card.back - sum(back), card.back
        for note in found.reality:
            if note.step == step.id and note.kind == "silent":
                yield "not waiting", note.persons, card.persons
                assert not card.hidden
