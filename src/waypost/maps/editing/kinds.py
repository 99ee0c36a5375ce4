"""The kinds of maps and of lanes: what they are called, and which question an empty cell asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from waypost.kit.translation import N_, translator
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Lane
from waypost.model import label_in

__all__ = ["CARD_NAMES", "LANE_NAMES", "MAP_KIND_NAMES", "guiding_question", "lane_name"]

MAP_KIND_NAMES: Final[Mapping[str, str]] = {
    "journey": N_("Journey map"),
    "day": N_("Day in the life"),
    "support": N_("Support journey"),
    "blueprint": N_("Service blueprint"),
    "experience": N_("Experience map"),
}

LANE_NAMES: Final[Mapping[str, str]] = {
    "actions": N_("Actions"),
    "thoughts": N_("Thoughts and questions"),
    "touchpoints": N_("Touchpoints"),
    "flow": N_("Flow"),
    "emotion": N_("Emotion"),
    "marks": N_("What stands out"),
    "gaps": N_("Gaps"),
    "opportunities": N_("Opportunities"),
    "kpis": N_("Measures"),
    "images": N_("Pictures"),
    "backstage": N_("Behind the scenes"),
    "frontstage": N_("In front of the customer"),
    "support": N_("Systems and partners"),
    "channels": N_("Channels"),
    "text": N_("Notes"),
}

CARD_NAMES: Final[Mapping[str, str]] = {
    "note": N_("Note"),
    "pain": N_("Pain point"),
    "opportunity": N_("Opportunity"),
    "action": N_("Action"),
    "quote": N_("Quote"),
    "kpi": N_("Measure"),
    "question": N_("Question"),
    "touchpoint": N_("Touchpoint"),
    "channel": N_("Channel"),
    "image": N_("Picture"),
    "link": N_("Link"),
}


def lane_name(lane: Lane, language: str) -> str:
    """What the lane is called: what somebody wrote, else the name of its kind."""
    return label_in(lane.label, language) or translator(language).gettext(LANE_NAMES[lane.kind])


def guiding_question(document: MapDocument, *, step: str, lane: str) -> dict[str, str]:
    """The question that an empty cell asks: of the step's stage, else of the lane; may be empty."""
    row = document.lanes[lane]
    stage = document.stages[document.steps[step].stage]
    return stage.guiding.get(row.kind) or row.guiding
