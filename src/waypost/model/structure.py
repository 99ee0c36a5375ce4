"""Stages, steps and touchpoints: what events are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["UNBOUND", "Label", "Stage", "Step", "Touchpoint", "label_in"]

Label = Mapping[str, str]
"""A name by language code, for example ``{"en": "Cart", "de": "Warenkorb"}``."""

UNBOUND = 0
"""The code of events that no rule has bound, in every touchpoint and stage array."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the relation; stages have an order."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class Step:
    """A column of a map inside a stage."""

    id: str
    label: Label
    stage: str


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A kind of contact within a channel; ``stage`` and ``step`` are ids, empty when unbound."""

    id: str
    label: Label
    channel: str = ""
    stage: str = ""
    step: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def label_in(label: Label, language: str) -> str:
    """The name in ``language``, else in English, else in whatever there is; empty for no name."""
    return label.get(language) or label.get("en") or next(iter(label.values()), "")
