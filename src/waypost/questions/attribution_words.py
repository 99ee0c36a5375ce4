"""An attribution in sentences: what a journey is, what each model gives credit for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.result import grouping, say

if TYPE_CHECKING:
    from waypost.questions.attribution import Attribution

__all__ = ["MODEL_WORDS", "attribution_sentences"]

MODEL_WORDS = {
    "first_contact": N_("First contact: it gets all the credit."),
    "last_contact": N_("Last contact: it gets all the credit."),
    "last_indirect": N_("Last contact that is not {direct}: it gets all the credit."),
    "linear": N_("Linear: all contacts of a journey get the same."),
    "position": N_(
        "By position: {begin} % go to the first contact, {end} % to the last, {middle} % to those "
        "between them."
    ),
    "time_decay": N_(
        "Time decay: a contact {half_life} earlier than another gets half as much as that one."
    ),
    "markov": N_(
        "Markov: a contact gets as much as conversions would be lost if everybody who comes to it "
        "went no further; journeys without the goal count, too."
    ),
    "shapley": N_(
        "Shapley: what a contact adds, on average over every order in which contacts could be "
        "added; a set of contacts is worth {worth}."
    ),
}
"""What each model gives credit for."""

_WORTH = {
    "conversions": N_("the conversions of journeys that have no other contact"),
    "rate": N_("the share of journeys without any other contact that reach the goal"),
}


def attribution_sentences(question: Attribution, language: str) -> str:
    """The question in words of ``en`` or ``de``."""
    begin, middle, end = question.shares_by_position
    whole = begin + middle + end
    values: dict[str, Any] = {
        "goal": question.goal,
        "by": grouping(question.by, language),
        "within": duration_words(question.within or "1d", language),
        "half_life": duration_words(question.half_life, language),
        "direct": question.direct,
        "begin": f"{100 * begin / whole:.3g}",
        "middle": f"{100 * middle / whole:.3g}",
        "end": f"{100 * end / whole:.3g}",
        "worth": say(_WORTH[question.value], language, {}),
    }
    return " ".join(say(sentence, language, values) for sentence in _sentences(question))


def _sentences(question: Attribution) -> Iterator[str]:
    yield N_("Which contacts (by {by}) get the credit when somebody reaches {goal}.")
    if question.within is None:
        yield N_("All contacts before it count, however long ago.")
    else:
        yield N_("Contacts up to {within} before it count.")
    if question.conversions == "first":
        yield N_("Only the first time of each person counts.")
    elif question.reuse:
        yield N_("Each time counts; a contact counts again for a later time.")
    else:
        yield N_("Each time counts, with the contacts since the time before.")
    if question.collapse == "repeats":
        yield N_("Several contacts at one place in a row are one.")
    elif question.collapse == "first":
        yield N_("Of each place only the first contact in a journey counts.")
    for model in question.shown_models:
        yield MODEL_WORDS[model]
    yield N_("Credit is a rule, not a cause.")
