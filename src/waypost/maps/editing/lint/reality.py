"""Checks of the drawn map against what happened; they need a reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from waypost.kit.translation import N_, NN_
from waypost.maps.document import ChannelsCard, RealityNote, TouchpointCard
from waypost.maps.editing.lint.finding import Examined, Finding
from waypost.maps.editing.messages import Message, Percent, channel_called

__all__ = ["CHECKS"]

OFTEN = 0.3
MOSTLY = 0.5
LONG_SILENCE_DAYS = 14
_DAY = 86_400


def differences(examined: Examined) -> Iterator[Finding]:
    """What many do otherwise than drawn, what nobody does, what is bound to nothing that exists."""
    if examined.reading is None:
        return
    for note in examined.reading.reality:
        told = _NOTES.get(note.kind)
        if told is None or note.step not in examined.document.steps:
            continue
        share = note.share.share if note.share is not None else None
        if note.kind in _WEIGHED and (share is None or share < OFTEN):
            continue
        check, severity, reason, advice = told
        yield Finding(
            check,
            severity,
            "steps",
            note.step,
            Message(reason, values=_values(examined, note, share)),
            Message(advice),
            {"persons": note.persons, "share": share, "note": note.id},
        )


_WEIGHED = ("jumped_back", "looped")
_NOTES: Mapping[str, tuple[str, Any, str, str]] = {
    "jumped_back": (
        "often_back",
        "hint",
        N_("{share} go back from “{step}” to “{to_step}”."),
        N_("Draw the way back as a link, and ask what was missing."),
    ),
    "looped": (
        "often_again",
        "hint",
        N_("{share} come to “{step}” more than once."),
        N_("Draw the loop as a link, and ask what was missing the first time."),
    ),
    "unvisited": (
        "step_unvisited",
        "warning",
        N_("Nobody was ever at “{step}”."),
        N_("Check the binding, or whether the step exists only on the map."),
    ),
    "broken": (
        "binding_broken",
        "problem",
        N_("The binding of “{step}” cannot be understood: {label}"),
        N_("Open the binding of the step and mend the rule."),
    ),
    "unanswered": (
        "questions_unanswered",
        "warning",
        N_("Questions at “{step}” meet no answer."),
        N_("Look at the examples, and name who answers."),
    ),
}


def skipped(examined: Examined) -> Iterator[Finding]:
    """Steps that more than half go past: one finding, since not every step is for everybody."""
    if examined.reading is None:
        return
    steps = examined.document.steps
    shares = {
        note.step: note.share.share
        for note in examined.reading.reality
        if note.kind == "skipped" and note.step in steps and note.share is not None
    }
    often = {step: share for step, share in shares.items() if share and share > MOSTLY}
    named = [step for step in examined.steps if step in often]
    if named:
        yield Finding(
            "often_skipped",
            "hint",
            "head",
            "head",
            Message(
                *NN_(
                    "More than half go past {count} drawn step: {steps}.",
                    "More than half go past {count} drawn steps, among them: {steps}.",
                ),
                values={"count": len(named), "steps": [steps[one].label for one in named[:3]]},
            ),
            Message(
                N_("Not every step is for everybody: draw the short cut, or say for whom it is.")
            ),
            {"steps": named, "shares": {step: often[step] for step in named}},
        )


def undrawn(examined: Examined) -> Iterator[Finding]:
    """Touchpoints and channels that occur in the data and not on the map."""
    if examined.reading is None:
        return
    notes = [note for note in examined.reading.reality if note.kind == "undrawn"]
    for note in notes:
        yield Finding(
            "touchpoint_undrawn",
            "hint",
            "steps" if note.step else "head",
            note.step or "head",
            Message(
                N_("“{touchpoint}” happens, but no step stands for it."),
                values={"touchpoint": note.label or note.touchpoint},
            ),
            Message(N_("Bind it to a step, or draw one.")),
            {"touchpoint": note.touchpoint, "persons": note.persons},
        )
    drawn = _channels_at_steps(examined)
    for channel in sorted({one for note in notes for one in note.channels} - drawn):
        yield Finding(
            "channel_undrawn",
            "warning",
            "head",
            "head",
            Message(
                N_("The channel “{channel}” is in the data, but not on the map."),
                values={"channel": channel_called(channel)},
            ),
            Message(N_("Where on the journey do people use it? Bind or draw the step.")),
            {"channel": channel},
        )


def channels_without_events(examined: Examined) -> Iterator[Finding]:
    """Channels that somebody drew and that no event of the step came through."""
    if examined.reading is None:
        return
    at_step = {step.id: _channels(step.cells) for step in examined.reading.steps}
    bound = {step.id for step in examined.reading.steps if step.is_bound and step.persons}
    for name, card in sorted(examined.document.cards.items()):
        if card.channel and card.step in bound and card.channel not in at_step[card.step]:
            yield Finding(
                "channel_without_events",
                "hint",
                "cards",
                name,
                Message(
                    N_("No event of “{step}” came through the channel “{channel}”."),
                    values={
                        "step": examined.document.steps[card.step].label,
                        "channel": channel_called(card.channel),
                    },
                ),
                Message(N_("Is an export missing, or is the channel not used here?")),
                {"channel": card.channel},
            )


def silence(examined: Examined) -> Iterator[Finding]:
    """Long waits between two steps."""
    if examined.reading is None:
        return
    for step in examined.reading.steps:
        seconds = step.median_seconds_to_next
        if seconds is None or step.id not in examined.document.steps:
            continue
        days = round(seconds / _DAY)
        if days > LONG_SILENCE_DAYS:
            yield Finding(
                "long_silence",
                "warning",
                "steps",
                step.id,
                Message(
                    N_("After “{step}” half of the people wait {days} days or longer."),
                    values={"step": step.label, "days": days},
                ),
                Message(N_("What happens meanwhile? Draw it, or say how it could be shorter.")),
                {"days": days},
            )


def _values(examined: Examined, note: RealityNote, share: float | None) -> dict[str, Any]:
    steps = examined.document.steps
    to_step = steps[note.to_step].label if note.to_step in steps else note.to_step
    told: dict[str, Any] = {"step": steps[note.step].label, "to_step": to_step, "label": note.label}
    return told if share is None else {**told, "share": Percent(share)}


def _channels_at_steps(examined: Examined) -> set[str]:
    assert examined.reading is not None
    found = {card.channel for card in examined.document.cards.values()}
    return found.union(*(_channels(step.cells) for step in examined.reading.steps))


def _channels(cells: Mapping[str, tuple[Any, ...]]) -> set[str]:
    found = set()
    for cards in cells.values():
        for card in cards:
            if isinstance(card, ChannelsCard):
                found |= set(card.by_channel)
            elif isinstance(card, TouchpointCard):
                found.add(card.channel)
    return found


CHECKS = (differences, skipped, undrawn, channels_without_events, silence)
