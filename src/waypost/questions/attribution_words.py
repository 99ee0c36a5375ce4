"""An attribution in sentences: what a journey is, what each model gives credit for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.column_names import label
from waypost.questions.naming import BY
from waypost.questions.result import grouping, say

if TYPE_CHECKING:
    from waypost.questions.attribution import Attribution

__all__ = ["attribution_sentences", "model_sentences"]

_MODELS = {
    "first_contact": N_("The first contact of a journey gets all the credit."),
    "last_contact": N_("The last contact before the goal gets all the credit."),
    "last_indirect": N_(
        "The last contact that is not {direct} gets all the credit; {direct} only where there is "
        "no other."
    ),
    "linear": N_("All contacts of a journey get the same."),
    "position": N_(
        "{begin} % go to the first contact, {end} % to the last, and {middle} % in equal parts to "
        "those between them."
    ),
    "time_decay": N_(
        "The closer to the goal, the more: a contact that came {half_life} earlier than another "
        "gets half as much."
    ),
    "markov": N_(
        "A contact gets as much as conversions would be lost if everybody who comes to it went no "
        "further. Journeys that never reached the goal count, too. The chain remembers {order} "
        "before the next contact."
    ),
    "shapley": N_(
        "A contact gets what it adds, on average over every order in which contacts could be "
        "added. A set of contacts is worth {worth}."
    ),
}

_ORDERS = {1: N_("one contact"), 2: N_("two contacts"), 3: N_("three contacts")}
_WORTH = {
    "conversions": N_("the conversions of journeys that have no other contact"),
    "rate": N_("the share of journeys without any other contact that reach the goal"),
}


def model_sentences(question: Attribution, language: str) -> dict[str, str]:
    """What each model of the question gives credit for, by the name of the model."""
    values = _values(question, language)
    return {model: say(_MODELS[model], language, values) for model in question.shown_models}


def attribution_sentences(question: Attribution, language: str) -> str:
    """The question in words of ``en`` or ``de``; one model alone is explained in full."""
    values = _values(question, language)
    told = [say(sentence, language, values) for sentence in _sentences(question)]
    models = model_sentences(question, language)
    if len(models) == 1:
        told += models.values()
    else:
        names = [_named(question, model, language) for model in models]
        told.append(say(N_("Models: {models}."), language, {"models": ", ".join(names)}))
    return " ".join(told)


def _values(question: Attribution, language: str) -> dict[str, Any]:
    begin, middle, end = question.shares_by_position
    whole = begin + middle + end
    return {
        "goal": question.goal,
        "by": grouping(question.by, language) if question.by in BY else question.by,
        "within": duration_words(question.within or "1d", language),
        "half_life": duration_words(question.half_life, language),
        "direct": question.direct,
        "begin": f"{100 * begin / whole:.3g}",
        "middle": f"{100 * middle / whole:.3g}",
        "end": f"{100 * end / whole:.3g}",
        "order": say(_ORDERS[question.markov_order], language, {}),
        "worth": say(_WORTH[question.value], language, {}),
    }


def _named(question: Attribution, model: str, language: str) -> str:
    """The model, and the setting that it depends on."""
    name = label(model, language)
    settings = {
        "position": question.position,
        "time_decay": duration_words(question.half_life, language),
        "last_indirect": question.direct,
        "markov": say(N_("order {n}"), language, {"n": question.markov_order}),
    }
    return f"{name} ({settings[model]})" if model in settings else name


def _sentences(question: Attribution) -> Iterator[str]:
    yield N_("Which contacts (by {by}) get the credit when somebody reaches {goal}.")
    if question.within is None:
        yield N_("All contacts before it count, however long ago.")
    else:
        yield N_("A contact counts if it came at most {within} before.")
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
