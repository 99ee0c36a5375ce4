"""Checks of what the cards say: pains, opportunities, measures, sources, moments of truth."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.kit.translation import N_
from waypost.maps.editing.lint.finding import Examined, Finding
from waypost.maps.editing.lint.words import solution_in
from waypost.maps.editing.messages import Message, Percent
from waypost.maps.editing.provenance import assumed_share
from waypost.model import Provenance

__all__ = ["CHECKS"]

MOST_MOMENTS = 5
MOST_ASSUMED = 0.5
FEW_CELLS = 10


def assumption(examined: Examined) -> Iterator[Finding]:
    """How much of the map is belief."""
    share = assumed_share(examined.document, examined.reading)
    if share.whole >= FEW_CELLS and share.share > MOST_ASSUMED:
        yield Finding(
            "mostly_assumed",
            "warning",
            "head",
            "head",
            Message(
                N_("{share} of the filled cells are assumed."),
                values={"share": Percent(share.share)},
            ),
            Message(N_("Begin with the moments of truth: bind a step, or add a quote.")),
            {"assumed": share.assumed, "cells": share.whole},
        )


def moments(examined: Examined) -> Iterator[Finding]:
    """Moments of truth are marked, and few."""
    steps = examined.document.steps
    count = sum(step.moment_of_truth for step in steps.values())
    if count > MOST_MOMENTS:
        yield Finding(
            "moments_many",
            "warning",
            "head",
            "head",
            Message(
                N_("{count} moments of truth: not everything decides."), values={"count": count}
            ),
            Message(N_("Keep the three to five at which people turn away or stay.")),
            {"moments": count},
        )
    if steps and not count:
        yield Finding(
            "moments_none",
            "hint",
            "head",
            "head",
            Message(N_("No step is marked as a moment of truth.")),
            Message(N_("Mark the three to five at which people turn away or stay.")),
        )


def pains(examined: Examined) -> Iterator[Finding]:
    """A pain point has a size, an answer, and somebody behind the scenes."""
    document = examined.document
    answered = {
        end
        for link in document.links.values()
        if link.kind != "causes"
        for end in (link.source, link.target)
    }
    backstage = examined.lanes_of("backstage", "frontstage", "support")
    for name, card in sorted(document.cards.items()):
        if card.kind != "pain":
            continue
        if name not in answered:
            yield Finding(
                "pain_unanswered",
                "warning",
                "cards",
                name,
                Message(N_("The pain point “{text}” leads nowhere."), values={"text": card.text}),
                Message(
                    N_("Link an opportunity to it, or a note that says why it stays as it is.")
                ),
            )
        if card.severity is None and card.persons is None:
            yield Finding(
                "pain_unsized",
                "hint",
                "cards",
                name,
                Message(
                    N_("It is not said how bad “{text}” is, and for how many."),
                    values={"text": card.text},
                ),
                Message(N_("Enter a severity, or take the number from the evidence.")),
            )
        if backstage and not any((card.step, lane) in examined.filled for lane in backstage):
            yield Finding(
                "pain_without_backstage",
                "hint",
                "cards",
                name,
                Message(
                    N_("Nothing behind the scenes is named for “{text}”."),
                    values={"text": card.text},
                ),
                Message(N_("Which process, system or team causes it? Write it below the line.")),
            )


def opportunities(examined: Examined) -> Iterator[Finding]:
    """An opportunity is a problem worth solving, no solution yet."""
    for name, card in sorted(examined.document.cards.items()):
        word = solution_in(card.text) if card.kind == "opportunity" else ""
        if word:
            yield Finding(
                "opportunity_is_solution",
                "hint",
                "cards",
                name,
                Message(
                    N_("“{text}” is a solution already (“{word}”)."),
                    values={"text": card.text, "word": word},
                ),
                Message(N_("Write down the problem first; the solution becomes an action.")),
                {"word": word},
            )


def measures(examined: Examined) -> Iterator[Finding]:
    """Every stage has a measure with a target and somebody who answers for it."""
    document = examined.document
    measured = set()
    for name, card in sorted(document.cards.items()):
        if card.kind != "kpi":
            continue
        measured.add(document.steps[card.step].stage)
        for check, missing, reason in (
            ("measure_without_target", card.target is None, N_("“{text}” has no target.")),
            ("measure_without_owner", not card.owner, N_("Nobody answers for “{text}”.")),
        ):
            if missing:
                advice = Message(N_("Enter it on the card of the measure."))
                told = Message(reason, values={"text": card.text})
                yield Finding(check, "hint", "cards", name, told, advice)
    for lane in examined.lanes_of("kpis"):
        filled = {step for step, row in examined.filled if row == lane}
        measured |= {document.steps[step].stage for step in filled if step in document.steps}
    for stage in document.stages_in_order():
        if stage not in measured:
            yield Finding(
                "stage_without_measure",
                "hint",
                "stages",
                stage,
                Message(
                    N_("The stage “{stage}” has no measure."),
                    values={"stage": document.stages[stage].label},
                ),
                Message(N_("What would tell you in four weeks that it goes better there?")),
            )


def sources(examined: Examined) -> Iterator[Finding]:
    """What is not assumed says where it comes from."""
    for name, card in sorted(examined.document.cards.items()):
        known = card.provenance != Provenance.ASSUMED and card.kind != "question"
        if known and not card.source and card.evidence is None:
            yield Finding(
                "source_missing",
                "hint",
                "cards",
                name,
                Message(
                    N_("“{text}” is not assumed, but does not say where it comes from."),
                    values={"text": card.text},
                ),
                Message(N_("Enter the source, or mark it as assumed.")),
            )


CHECKS = (assumption, moments, pains, opportunities, measures, sources)
