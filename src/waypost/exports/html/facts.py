"""Counted facts as sentences: what people do at a step.

A fact is a name and values; the sentence is chosen here. Values ending in ``share`` are from 0 to
1, those ending in ``seconds`` are spans, ``value`` is money in minor units, all else are counts or
means.
A fact of another name is told by its label and its first value.
"""

from __future__ import annotations

from collections.abc import Mapping

from waypost.exports.html import formats
from waypost.exports.html.phrases import phrase
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.speech import Speech, Words
from waypost.exports.html.views import Span
from waypost.kit.translation import NN_

__all__ = ["FACTS", "fact_sentence", "is_shown"]

# Name of the fact: (the value that chooses singular or plural, both sentences).
FACTS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "did": (
        "persons",
        NN_("{label}: {share}, {persons} person", "{label}: {share}, {persons} persons"),
    ),
    "first_contact": (
        "persons",
        NN_(
            "{share} have their first contact here ({persons} person)",
            "{share} have their first contact here ({persons} persons)",
        ),
    ),
    "entered_from": ("share", NN_("{share} come from “{label}”", "{share} come from “{label}”")),
    "repeats": (
        "share",
        NN_("{share} come here more than once", "{share} come here more than once"),
    ),
    "times": (
        "median",
        NN_("half come once, the others more often", "half come at least {median} times"),
    ),
    "events_per_person": (
        "mean",
        NN_("{mean} event per person on average", "{mean} events per person on average"),
    ),
    "days": (
        "median",
        NN_("usually come on {median} day", "usually come on {median} different days"),
    ),
    "distinct": (
        "median",
        NN_("usually {median} of these: {label}", "usually {median} different {label}"),
    ),
    "channels": (
        "share",
        NN_("{share} use more than one channel", "{share} use more than one channel"),
    ),
    "time_spent": ("seconds", NN_("stay for {seconds} (median)", "stay for {seconds} (median)")),
    "value": ("value", NN_("typically {value}", "typically {value}")),
    "goal": (
        "share",
        NN_("{share} reach the goal afterwards", "{share} reach the goal afterwards"),
    ),
    "hours": (
        "share",
        NN_(
            "{share} between {hour_from} and {hour_to} o’clock",
            "{share} between {hour_from} and {hour_to} o’clock",
        ),
    ),
}
_WORDS = frozenset({"label"})


def is_shown(values: Mapping[str, float]) -> bool:
    """False for a fact about a group too small to show."""
    persons = values.get("persons")
    return persons is None or persons >= LEAST_GROUP


def fact_sentence(
    speech: Speech, fact: str, values: Mapping[str, float], label: Words
) -> tuple[Span, ...]:
    """The sentence, its figures set apart; a fact nobody knows is told plainly."""
    printed = {name: _printed(speech, name, value) for name, value in values.items()}
    printed["label"] = label.text
    if fact not in FACTS:
        return _plain(printed, label.text or fact)
    chooser, (one, many) = FACTS[fact]
    template = speech.ngettext(one, many, values.get(chooser, 2))
    return phrase(template, printed, _WORDS)


def _plain(printed: Mapping[str, str], name: str) -> tuple[Span, ...]:
    figures = [text for key, text in printed.items() if key != "label"]
    return (Span(f"{name}: "), Span(figures[0], is_figure=True)) if figures else (Span(name),)


def _printed(speech: Speech, name: str, value: float) -> str:
    if name.endswith("share"):
        return formats.share(speech, value, places=0)
    if name.endswith("seconds"):
        return formats.duration(speech, value)
    if name == "value":
        return formats.money(speech, formats.rounded(value))
    return formats.decimal(speech, value)
