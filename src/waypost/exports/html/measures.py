"""Measures: their names, and how a value of each unit is printed."""

from __future__ import annotations

from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, Words, words_in
from waypost.kit.translation import N_
from waypost.maps.document import KpiCard

__all__ = ["MEASURES", "measure_name", "measure_target", "measure_value"]

MEASURES = {
    "conversion": N_("Conversion rate"),
    "goal_rate": N_("Reach the goal"),
    "onward": N_("Go on"),
    "drop_off": N_("Leave here"),
    "reach": N_("Reach this step"),
    "persons": N_("Persons"),
    "orders": N_("Orders"),
    "goal_reached": N_("Times the goal was reached"),
    "revenue": N_("Revenue"),
    "order_value": N_("Value per order"),
    "revenue_per_person": N_("Revenue per person"),
    "time_to_next": N_("Time to the next step"),
    "time_to_goal": N_("Time to the goal"),
    "response_time": N_("Time to our answer"),
    "rating": N_("Mean rating"),
    "nps": N_("Recommendation (NPS)"),
    "csat": N_("Satisfied (CSAT)"),
    "ces": N_("Effort (CES)"),
    "abandonment_rate": N_("Carts left behind"),
    "return_rate": N_("Returns"),
    "repeat_purchase": N_("Buy again"),
    "cost_per_contact": N_("Cost per first contact"),
    "open_rate": N_("Opened"),
    "click_rate": N_("Clicked"),
    "unsubscribe_rate": N_("Unsubscribed"),
    "answered": N_("Answered"),
    "events_per_person": N_("Events per person"),
}


def measure_name(speech: Speech, card: KpiCard) -> Words:
    """The name somebody gave it, else its known name, else its id."""
    if card.label:
        return words_in(card.label, speech, card.kpi)
    return Words(speech.gettext(MEASURES[card.kpi]) if card.kpi in MEASURES else card.kpi)


def measure_value(speech: Speech, card: KpiCard, value: float) -> str:
    """``value`` printed in the measure's unit; money to three leading figures."""
    match card.unit:
        case "share":
            return formats.share(speech, value)
        case "money":
            return formats.money(speech, formats.rounded(value))
        case "seconds":
            return formats.duration(speech, value)
        case "score":
            return formats.signed(speech, value)
        case _:
            return formats.count(speech, value)


def measure_target(speech: Speech, card: KpiCard, target: float) -> str:
    """A target as people set it: whole percents without a decimal place."""
    if card.unit == "share" and round(target * 100, 6) == round(target * 100):
        return formats.share(speech, target, places=0)
    return measure_value(speech, card, target)
