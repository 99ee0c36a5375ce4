"""Checks of the grid: lanes that are missing, cells without an answer, cells with too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waypost.kit.translation import N_, NN_
from waypost.maps.editing.kinds import LANE_NAMES
from waypost.maps.editing.lint.finding import Examined, Finding, Fix
from waypost.maps.editing.messages import Message
from waypost.maps.editing.placing import keys_after, siblings

__all__ = ["CHECKS"]

MOST_CARDS = 5
LONGEST_CARD = 240
NEEDED = ("actions", "thoughts", "emotion", "touchpoints")
_NAMED = 3


def lanes(examined: Examined) -> Iterator[Finding]:
    """What people do, think and feel, and where they touch us, each has its lane."""
    for kind in NEEDED:
        alike = (kind, "channels") if kind == "touchpoints" else (kind,)
        if examined.document.stages and not examined.lanes_of(*alike):
            yield _lane_missing(examined, kind)


def empty_cells(examined: Examined) -> Iterator[Finding]:
    """Cells without an answer, lane by lane."""
    for lane in examined.lanes_of("actions", "thoughts", "touchpoints", "channels"):
        row = examined.document.lanes[lane]
        empty = [step for step in examined.steps if (step, lane) not in examined.filled]
        if not empty or row.hidden:
            continue
        names = [examined.document.steps[step].label for step in empty]
        told: dict[str, Any] = {"lane": _name(row), "count": len(empty), "steps": names[:_NAMED]}
        yield Finding(
            "cells_empty",
            "warning" if len(empty) == len(examined.steps) else "hint",
            "lanes",
            lane,
            Message(
                *NN_(
                    "In “{lane}” {count} step has no answer: {steps}.",
                    "In “{lane}” {count} steps have no answer, among them: {steps}.",
                ),
                values=told,
            ),
            Message(N_("Answer the guiding question, or plan how to find out.")),
            {"steps": empty},
        )


def curve(examined: Examined) -> Iterator[Finding]:
    """Where the curve of feelings has no point, and where it rests on belief alone."""
    for lane in examined.lanes_of("emotion"):
        known = [step for step in examined.steps if (step, lane) in examined.filled]
        missing = [step for step in examined.steps if step not in known]
        if known and missing:
            yield Finding(
                "curve_gap",
                "hint",
                "lanes",
                lane,
                Message(
                    *NN_(
                        "The curve has a gap: for {count} step nobody knows the feeling.",
                        "The curve has gaps: for {count} steps nobody knows the feeling.",
                    ),
                    values={"count": len(missing)},
                ),
                Message(N_("Ask one short question there; until then the gap is the truth.")),
                {"steps": missing},
            )
        if not known and examined.steps:
            yield Finding(
                "curve_empty",
                "warning",
                "lanes",
                lane,
                Message(N_("The curve of feelings is empty.")),
                Message(N_("Import ratings, or draw what you believe: it is marked as assumed.")),
            )
    yield from _believed(examined)


def crowded(examined: Examined) -> Iterator[Finding]:
    """Cells with more cards than anybody reads, and cards that are several or too long."""
    for (step, lane), cards in sorted(examined.document.cells().items()):
        if len(cards) > MOST_CARDS:
            yield _crowded(examined, step, lane, len(cards))
    if examined.reading is not None:
        yield from _crowded_by_counting(examined)
    for name, card in sorted(examined.document.cards.items()):
        if any(len(_lines(text)) > 1 for text in card.text.values()):
            yield _several(examined, name)
        elif any(len(text) > LONGEST_CARD for text in card.text.values()):
            yield Finding(
                "card_long",
                "hint",
                "cards",
                name,
                Message(N_("A card with this much text is not read on the map.")),
                Message(N_("Say the point in one sentence, and put the rest into a comment.")),
            )


def _lane_missing(examined: Examined, kind: str) -> Finding:
    [key] = keys_after(siblings(examined.document, "lanes", within={}), "", 1)
    value = {"kind": kind, "order": key}
    add = {"op": "add", "kind": "lanes", "id": examined.new_id(kind)("lanes"), "value": value}
    return Finding(
        "lane_missing",
        "hint",
        "head",
        "head",
        Message(N_("The map has no lane “{lane}”."), values={"lane": _own_name(kind)}),
        Message(N_("Without it the map does not show the journey from the inside.")),
        {"lane": kind},
        Fix(Message(N_("Add the lane")), (add,)),
    )


def _believed(examined: Examined) -> Iterator[Finding]:
    reading = examined.reading
    for lane in examined.lanes_of("emotion"):
        drawn = [one for one in examined.document.points.values() if one.lane == lane]
        rated = reading is not None and any(
            point.n
            for one in reading.curves
            if one.lane == lane
            for run in one.runs
            for point in run
        )
        if drawn and reading is not None and not rated:
            yield Finding(
                "curve_assumed",
                "warning",
                "lanes",
                lane,
                Message(N_("The whole curve of feelings is assumed.")),
                Message(N_("Collect ratings at the two steps that matter most.")),
            )


def _crowded(examined: Examined, step: str, lane: str, count: int) -> Finding:
    document = examined.document
    told = {"count": count, "step": document.steps[step].label, "lane": _name(document.lanes[lane])}
    return Finding(
        "cell_crowded",
        "hint",
        "steps",
        step,
        Message(N_("{count} cards in one cell: “{step}”, “{lane}”."), values=told),
        Message(N_("Bring together what says the same, or split the step.")),
        {"cards": count, "lane": lane},
    )


def _crowded_by_counting(examined: Examined) -> Iterator[Finding]:
    assert examined.reading is not None
    document = examined.document
    hidden = {one.card for one in document.hidden_computed.values()}
    for step in examined.reading.steps:
        for lane, cards in sorted(step.cells.items()):
            shown = [one.id for one in cards if one.kind != "typed" and one.id not in hidden]
            if (
                len(shown) <= MOST_CARDS
                or step.id not in document.steps
                or lane not in document.lanes
            ):
                continue
            make = examined.new_id(f"hide:{step.id}:{lane}")
            ops = tuple(
                {
                    "op": "add",
                    "kind": "hidden_computed",
                    "id": make("hidden_computed"),
                    "value": {"step": step.id, "lane": lane, "card": card},
                }
                for card in shown[MOST_CARDS:]
            )
            label = Message(N_("Keep the first {count}"), values={"count": MOST_CARDS})
            found = _crowded(examined, step.id, lane, len(shown))
            yield Finding(
                "cell_crowded_by_counting",
                "hint",
                "steps",
                step.id,
                found.reason,
                Message(N_("Hide the smaller ones; they can be shown again.")),
                found.facts,
                Fix(label, ops),
            )


def _several(examined: Examined, name: str) -> Finding:
    """One card with a list in it, and the change that makes a card of each line."""
    document = examined.document
    card = document.cards[name]
    parts = {language: _lines(text) for language, text in card.text.items()}
    count = max(map(len, parts.values()))
    texts = [
        {language: lines[at] for language, lines in parts.items() if at < len(lines)}
        for at in range(count)
    ]
    plain = card.model_dump(mode="json")
    around = siblings(document, "cards", within={"step": card.step, "lane": card.lane})
    make, keys = examined.new_id(f"split:{name}"), keys_after(around, name, count - 1)
    ops: list[dict[str, Any]] = [
        {
            "op": "set",
            "kind": "cards",
            "id": name,
            "field": "text",
            "was": plain["text"],
            "value": texts[0],
        }
    ]
    for text, key in zip(texts[1:], keys, strict=True):
        value = {**plain, "text": text, "order": key}
        ops.append({"op": "add", "kind": "cards", "id": make("cards"), "value": value})
    return Finding(
        "card_is_list",
        "hint",
        "cards",
        name,
        Message(N_("One card holds {count} points."), values={"count": count}),
        Message(N_("A card for each can be sorted, linked and backed by evidence.")),
        {"points": count},
        Fix(Message(N_("Make {count} cards of it"), values={"count": count}), tuple(ops)),
    )


def _lines(text: str) -> list[str]:
    lines = [line.strip().lstrip("-•*–").strip() for line in text.split("\n")]
    return [line for line in lines if line]


def _own_name(kind: str) -> Message:
    return Message(LANE_NAMES[kind])


def _name(lane: Any) -> Any:
    return lane.label or _own_name(lane.kind)


CHECKS = (lanes, empty_cells, curve, crowded)
