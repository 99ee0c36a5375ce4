"""Guiding questions for empty cells: what would have to be known here."""

from __future__ import annotations

from waypost.exports.html.speech import Speech
from waypost.kit.translation import N_

__all__ = ["guiding_question"]

_BY_LANE_AND_STAGE = {
    "thoughts.awareness": N_("What makes somebody notice that they need this?"),
    "thoughts.consideration": N_("What would they have to know in order to decide?"),
    "thoughts.purchase": N_("What makes them hesitate just before they buy?"),
    "thoughts.service": N_("What do they ask once they have it?"),
    "thoughts.loyalty": N_("Why would they come back, or tell a friend?"),
}
_BY_LANE_AND_STEP = {
    "thoughts.cart": N_("What do they still want to be sure of before they go on?"),
    "thoughts.checkout": N_("What do they not want to type, pay or accept here?"),
    "thoughts.order": N_("What do they hope for in the moment they order?"),
    "thoughts.receive": N_("What would they like to know while they wait?"),
    "thoughts.return": N_("What was different from what they had expected?"),
    "thoughts.advice": N_("Which question did the product page not answer?"),
    "thoughts.stay": N_("What would make them glad to hear from you?"),
}
_BY_LANE = {
    "actions": N_("What do people do here, step by step?"),
    "thoughts": N_("What goes through their minds here? Whom could you ask?"),
    "touchpoints": N_("Where do they meet you here?"),
    "flow": N_("Where do they go from here?"),
    "emotion": N_("How do they feel here? A short question would tell."),
    "marks": N_("What gets stuck here?"),
    "gaps": N_("What would you like to know here?"),
    "kpis": N_("How would you notice that this step goes well?"),
    "backstage": N_("Who and what must be there so that this step works?"),
    "frontstage": N_("Whom do they meet here, and what do these people do?"),
    "support": N_("Which systems and partners carry this step?"),
    "opportunities": N_("What could be better here?"),
    "channels": N_("Through which channels do they come here?"),
    "images": N_("What does it look like here?"),
    "text": N_("What else belongs to this step?"),
}


def guiding_question(speech: Speech, lane: str, name: str) -> str:
    """The question that ``name`` stands for, the first of several (``a|b``) that is known.

    A name is ``lane.step``, ``lane.stage`` or a lane. A text that is no known name was written by
    somebody and is shown as it is.
    """
    known = {**_BY_LANE, **_BY_LANE_AND_STAGE, **_BY_LANE_AND_STEP}
    names = name.split("|")
    found = next((known[one] for one in names if one in known), None)
    if found is None and (not name or names[-1].partition(".")[0] in _BY_LANE):
        found = _BY_LANE[names[-1].partition(".")[0] or lane]
    return speech.gettext(found) if found else name
