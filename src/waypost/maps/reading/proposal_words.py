"""The sentences of proposals: reasons, and the texts of the cards that they would add."""

from __future__ import annotations

from typing import Final

from waypost.kit.translation import N_

__all__ = [
    "ALIKE",
    "CHANNEL_CARD",
    "CHANNEL_REASON",
    "DECIDES",
    "KPI_REASON",
    "KPI_TEXTS",
    "MARK_TEXTS",
    "PAIN_REASON",
    "QUOTED",
    "SAME_STEP",
    "UNDRAWN",
    "UNDRAWN_EDGE",
]

ALIKE: Final = N_(
    "“{step}” stands for nothing yet, and “{touchpoint}” is called alike ({likeness}): {count}"
    " persons were there."
)
SAME_STEP: Final = N_(
    "No step of this map stands for “{touchpoint}”, where {count} persons were; the rules put it"
    " where this step's other touchpoints are."
)
UNDRAWN: Final = N_(
    "{count} persons ({share}) were here, mostly between “{before}” and “{after}”, and no step of"
    " this map stands for it."
)
UNDRAWN_EDGE: Final = N_(
    "{count} persons ({share}) were here, and no step of this map stands for it."
)
PAIN_REASON: Final = N_(
    "It stands out at “{step}” and concerns {count} persons; as a pain point it can be discussed,"
    " linked and worked on."
)
QUOTED: Final = N_("The most typical of {count} texts at “{step}”, in the words they were said.")
KPI_REASON: Final = N_("A measure of “{step}” that is worth a target; its value stays counted.")
CHANNEL_CARD: Final = N_("{count} persons go on from {from} to {to}")
CHANNEL_REASON: Final = N_(
    "At “{step}”, {count} persons ({share}) had their next event through another channel: {to}"
    " after {from}."
)
DECIDES: Final = N_(
    "At “{step}” this map loses most: {count} persons. Journeys are decided where most are lost."
)

MARK_TEXTS: Final = {
    "drop_off": N_("{share} leave here: {count} persons"),
    "loop": N_("{share} come back here again: {count} persons"),
    "jump_back": N_("{share} go back to “{to}”: {count} persons"),
    "skip": N_("{share} jump ahead to “{to}”: {count} persons"),
    "wait": N_("Half of them wait longer than {days} days for the next step"),
    "abandonment": N_("{share} of attempts end without an order: {count} persons"),
}
KPI_TEXTS: Final = {
    "goal_rate": N_("Reach the goal"),
    "reach": N_("Come here after the goal"),
    "order_value": N_("Mean order value"),
    "orders": N_("Orders"),
    "goal_reached": N_("Times the goal was reached"),
}
