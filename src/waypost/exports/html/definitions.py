"""What each figure means, in words that need no reading of code."""

from __future__ import annotations

from waypost.exports.html.speech import Speech
from waypost.kit.translation import N_

__all__ = ["DEFINITIONS", "definition_of"]

DEFINITIONS = {
    "map_persons": N_(
        "Everybody with at least one event on this map in the period. Identifiers that belong"
        " together count as one person."
    ),
    "goal": N_(
        "Of all persons on this map, those who came to the goal in the period. Who came twice"
        " counts once."
    ),
    "stage_onward": N_("Of the persons seen in this phase, those who later came to a later phase."),
    "step_persons": N_(
        "Persons with at least one event at a touchpoint of this step. Who came several times"
        " counts once; events without a person are not in it."
    ),
    "step_time": N_(
        "From a person's first event at this step to their first event at another step afterwards."
        " The median: half were faster, half slower. Who has not gone on yet is not in it."
    ),
    "touchpoint_persons": N_(
        "Persons with at least one event at this touchpoint. Events that name nobody, most till"
        " receipts for example, are counted beside them and make up no person."
    ),
    "channels": N_(
        "Persons at this step by the channel of their events. Who came through two channels counts"
        " in both, so the shares may add up to more than 100%."
    ),
    "flow": N_(
        "Where those at this step went next. Each person counts once: on to a later step, back to"
        " an earlier one, gone without another step, or still open because the data end before the"
        " window does."
    ),
    "emotion_ratings": N_(
        "The mean of the ratings that people gave at this step, brought to a scale from −2 to +2."
        " Nobody is filled in: no rating, no point."
    ),
    "emotion_text": N_(
        "What people wrote at this step, read by a word list and brought to a scale from −2 to +2."
        " A reading, not a statement of theirs."
    ),
    "emotion_behaviour": N_(
        "Derived from what people did at this step: repeated attempts, errors, going back."
        " A reading, not a statement of theirs."
    ),
    "drop_off": N_(
        "Of the persons at this step, those for whom no other step followed and whose window is"
        " over."
    ),
    "loop": N_(
        "Of the persons at this step, those who left it for another step and came back to it."
    ),
    "jump_back": N_("Of the persons at this step, those who went to an earlier step next."),
    "skip": N_(
        "Of the persons at this step, those whose next step lies further on than the next column."
    ),
    "wait": N_(
        "The median time until the next step, where it is much longer than at the other steps."
    ),
    "abandonment": N_(
        "Attempts that began here and that no order followed in time. Acts within the window of one"
        " another are one attempt; who still has time is not counted. The value is what these"
        " attempts carried, where the source says."
    ),
    "no_feedback": N_("At this step nobody was asked, or nobody answered."),
    "no_answer": N_("Questions that came in here and after which no answer of ours is recorded."),
    "silent_weeks": N_("Weeks in the period in which this source or touchpoint recorded nothing."),
    "unvisited": N_("A touchpoint that has a rule but no event in the period."),
    "no_touchpoint": N_("A step to which no touchpoint is bound."),
    "no_person": N_(
        "Events that carry no identifier. They are counted as volume and never become a person."
    ),
    "typed": N_("Somebody put this on the map. Where it was made from data, they are named below."),
    "nobody": N_("The filter of this map leaves no event that any of its steps stands for."),
    "broken": N_("A rule, persona or touchpoint of this map that the workspace cannot read."),
    "undrawn": N_(
        "Persons who met a touchpoint that no step of this map stands for. The share is that of all"
        " persons; the steps are those between which most of them met it."
    ),
    "skipped": N_(
        "Each person is followed from step to step, always to the next one that lies further on."
        " Who goes from a step before this one to a step after it passed it by. The share is that"
        " of all who came to it or passed it by."
    ),
    "jumped_back": N_("Of the persons at this step, those whose next step was this earlier one."),
    "looped": N_("Of the persons at this step, those who left it for another step and came back."),
    "channel_switch": N_(
        "Of the persons at this step, those who had two events at it one after the other, the"
        " second through another channel."
    ),
    "channel": N_("Of the persons at this step, those who changed the channel there."),
    "unanswered": N_(
        "Of the persons who asked here, those after whom no answer of ours is recorded within the"
        " window of this map. Whose window is still open is not in it."
    ),
    "silent": N_("The median time to the next step, where it is much longer than at other steps."),
    "unbound": N_("Events that no rule binds to a touchpoint, so they appear at no step."),
    "quote": N_(
        "What people wrote or said at this step, in their own words. One is shown; the number"
        " counts all of them."
    ),
    "action": N_("Counted from the events at this step; each person counts once."),
    "goal_rate": N_(
        "Of the persons at this step, those who reached the goal within the window of this map."
        " Whose window is still open is not in it."
    ),
    "reach": N_(
        "Of the persons who reached the goal, those who came to this step within the window"
        " afterwards. Whose window is still open is not in it."
    ),
    "order_value": N_("The sum of all values divided by the number of events that carry one."),
    "orders": N_("All events at this step, those without a person included."),
    "goal_reached": N_("All events at this step, those without a person included."),
    "time_to_goal": N_(
        "From a person's first event at the first step to their first event at the goal afterwards."
        " The median of those who got there."
    ),
    "rating": N_("The mean of all ratings on this map, brought to a scale from −2 to +2."),
    "kpi": N_("Measured at this step, over the whole period."),
    "journey": N_(
        "A typical order of steps. Every person is counted with the one typical journey that theirs"
        " is nearest to; whoever is near to none is in the rest."
    ),
}


def definition_of(speech: Speech, name: str, fallback: str) -> str:
    """The definition of that name, else that of the kind of card it stands on."""
    return speech.gettext(DEFINITIONS.get(name, DEFINITIONS[fallback]))
