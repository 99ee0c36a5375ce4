"""What a funnel asks, in plain words: a sentence for each of its rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from waypost.kit.durations import duration_words
from waypost.kit.translation import N_
from waypost.questions.funnel_fields import UNLIMITED, spans_of, step_names
from waypost.questions.result import say

if TYPE_CHECKING:
    from waypost.questions.funnel import Funnel

__all__ = ["explained"]

Sentence = tuple[str, dict[str, Any]]


def explained(funnel: Funnel, language: str) -> str:
    """All sentences, in the order in which a reader wonders."""
    sentences = (
        *_what(funnel),
        *_time(funnel, language),
        *_entry(funnel),
        *_between(funnel),
        *_ties(funnel, language),
        *_rest(funnel),
    )
    return " ".join(say(message, language, values) for message, values in sentences)


def _what(funnel: Funnel) -> Iterator[Sentence]:
    names = step_names(funnel.steps)  # type: ignore[arg-type]  # settled when the funnel was made
    values = {"first": names[0], "last": names[-1], "n": len(names), "steps": ", ".join(names)}
    if funnel.order == "any":
        persons = N_("How many persons meet how many of these steps, in any order: {steps}.")
        attempts = N_("How many attempts meet how many of these steps, in any order: {steps}.")
    elif len(names) == 1:
        persons = N_("How many persons reach {first}.")
        attempts = N_("How many attempts begin with {first}.")
    else:
        persons = N_("How many persons get from {first} to {last} in {n} steps.")
        attempts = N_("How many attempts get from {first} to {last} in {n} steps.")
    yield attempts if funnel.counts_attempts else persons, values


def _time(funnel: Funnel, language: str) -> Iterator[Sentence]:
    if funnel.within == UNLIMITED or funnel.within is None:
        yield N_("They may take as long as they like."), {}
    else:
        yield N_("They have {time} for it."), {"time": duration_words(funnel.within, language)}
    limits = funnel.within_step
    if isinstance(limits, str | timedelta):
        if limits != UNLIMITED:
            words = {"time": duration_words(limits, language)}
            yield N_("From one step to the next they have {time}."), words
        return
    for number, limit in enumerate(limits or (), start=2):
        if limit is not None and limit != UNLIMITED:
            words = {"number": str(number), "time": duration_words(limit, language)}
            yield N_("Step {number}: at most {time} after the step before."), words


def _entry(funnel: Funnel) -> Iterator[Sentence]:
    begins = {
        "any": N_("Every event of the first step may begin an attempt; the furthest one counts."),
        "best": N_(
            "Every event of the first step may begin an attempt; the furthest one counts, and "
            "times are those of the fastest."
        ),
        "first": N_("Only the first event of the first step starts the clock."),
        "each": N_(
            "An attempt begins with the first step; the next one can only begin when it is "
            "through, out of time or broken."
        ),
    }
    begins_anywhere = {
        "any": N_("Every step may begin an attempt; the one that meets most steps counts."),
        "best": N_(
            "Every step may begin an attempt; the one that meets most steps counts, and times are "
            "those of the fastest."
        ),
        "first": N_("Only the first event of any step starts the clock."),
        "each": N_(
            "An attempt begins with any step; the next one can only begin when it is through or "
            "out of time."
        ),
    }
    yield (begins_anywhere if funnel.order == "any" else begins)[funnel.entry], {}


def _between(funnel: Funnel) -> Iterator[Sentence]:
    names = step_names(funnel.steps)  # type: ignore[arg-type]  # settled when the funnel was made
    if funnel.order == "strict":
        yield N_("No other event may lie between two steps."), {}
    else:
        yield _stop(funnel), {}
    for what, after, before in spans_of(funnel):
        values = {"what": what, "after": names[after - 1], "before": names[before - 1]}
        if funnel.on_exclusion == "person":
            yield N_("Who has {what} between {after} and {before} is left out."), values
        else:
            yield N_("{what} between {after} and {before} breaks an attempt."), values
    skipped = funnel.optional if isinstance(funnel.optional, tuple) else ()
    if skipped:
        listed = ", ".join(names[int(place) - 1] for place in skipped)
        yield N_("These steps may be skipped: {steps}."), {"steps": listed}


def _stop(funnel: Funnel) -> str:
    return {
        None: N_("Other events may lie between the steps."),
        "repeat": N_(
            "Other events may lie between the steps; a step after the first that was met already "
            "ends the search."
        ),
        "other": N_(
            "An event that is no step ends the search; the steps themselves may come again or "
            "early."
        ),
        "early": N_(
            "An event that is no step ends the search, and so does a step that comes before the "
            "one it needs."
        ),
    }[funnel.stop]


def _ties(funnel: Funnel, language: str) -> Iterator[Sentence]:
    if funnel.order == "ordered":
        yield (
            {
                "any": N_("Events at the same instant count in either order."),
                "recorded": N_("Events at the same instant count as they were recorded."),
                "rising": N_("Events at the same instant do not follow each other."),
            }[funnel.ties],
            {},
        )
    if funnel.ties_within is not None:
        words = {"time": duration_words(funnel.ties_within, language)}
        yield N_("The same instant here means: up to {time} after the first of them."), words


def _rest(funnel: Funnel) -> Iterator[Sentence]:
    if funnel.reuse:
        yield N_("One event may serve several steps."), {}
    else:
        yield N_("One event serves one step."), {}
    if funnel.same is not None:
        yield N_("All steps of an attempt have the same value of {field}."), {"field": funnel.same}
    yield N_("Who still has time when the data end is open, not lost."), {}
