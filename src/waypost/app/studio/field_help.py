"""What a form says under a field, where the words of the command line speak of how it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waypost.app.studio.question_forms import FormField
from waypost.kit.translation import N_

__all__ = ["plain_help"]

_STEPS = N_("Touchpoints, steps, stages, events or channels: type a little, then choose.")
_PLAIN: Mapping[tuple[str, str], str] = {
    ("funnel", "steps"): _STEPS,
    ("conformance", "steps"): _STEPS,
    ("funnel", "within"): N_("How long it may take from the first step to the last."),
    ("funnel", "within_step"): N_("How long one step may take."),
    ("funnel", "exclude"): N_("What must not happen on the way."),
    ("funnel", "optional"): N_("A step that may be skipped."),
    ("abandonment", "within"): N_("How long it may take."),
    ("attribution", "within"): N_("How long before the goal a contact counts."),
    ("attribution", "candidates"): N_("What counts as a contact; everything if left out."),
    ("attribution", "leave_out"): N_("What does not count as a contact."),
    ("cohorts", "every"): N_("Of the calendar, or counted from everyone's own entry."),
    ("conformance", "optional"): N_("A step that may be left out."),
    ("conformance", "repeatable"): N_("A step that may come again."),
    ("hand_overs", "within"): N_("How soon the next must come."),
    ("micro_conversions", "candidates"): N_("What is looked at; everything if left out."),
    ("micro_conversions", "landmark"): N_("When it is settled who did what."),
    ("retention", "every"): N_("Of the calendar, or counted from everyone's own entry."),
}
"""By question and field."""


def plain_help(question: str, field: FormField) -> FormField:
    """The field with help for somebody who chooses from lists."""
    return replace(field, help=_PLAIN.get((question, field.name), field.help))
