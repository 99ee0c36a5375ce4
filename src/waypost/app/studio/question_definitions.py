"""How each question counts: its formula, and what that means, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.kit.translation import N_

__all__ = ["DEFINITIONS", "Definition"]


@dataclass(frozen=True, slots=True)
class Definition:
    """Texts of the catalogue; ``lines`` are sentences."""

    formula: str
    lines: tuple[str, ...]


_WILSON = N_("Shares carry a 95 % Wilson interval.")

DEFINITIONS: Mapping[str, Definition] = {
    "funnel": Definition(
        N_("reached(k) = went on(k) + lost(k) + still open(k)"),
        (
            N_(
                "A person has reached step k when there are events of steps 1 to k in this "
                "order and the last lies no later than the window after the first; a limit that "
                "is just met counts."
            ),
            N_(
                "Who has not got through but still has time at the end of the data is open, not "
                "lost. Shares are of those who reached the first step, or the step before."
            ),
            N_("The period says when the first step happened; later steps may lie after it."),
            _WILSON,
        ),
    ),
    "abandonment": Definition(
        N_("share abandoned = abandoned ÷ (abandoned + converted)"),
        (
            N_(
                "An attempt begins with a start step while none is running, and lasts as long "
                "as each start event follows the one before within the window."
            ),
            N_(
                "It is converted by the goal within the window after its latest start event, "
                "abandoned when that time has passed, and open while it has not; open attempts "
                "are in neither number."
            ),
            N_(
                "Lost value is the mean value of abandoned attempts that have one, times all "
                "abandoned attempts."
            ),
            _WILSON,
        ),
    ),
    "drop_off": Definition(
        N_("share = ended here ÷ all ended journeys"),
        (
            N_(
                "A journey has ended when nothing has happened to the person for the time of "
                "silence before the end of the data or of the period; else it is open and kept "
                "apart."
            ),
            N_(
                "The last place of the journey counts; any other event keeps it open. Journeys "
                "without any place are in neither number."
            ),
            _WILSON,
        ),
    ),
    "micro_conversions": Definition(
        N_("difference = share of those who did it − share of the others"),
        (
            N_(
                "At the landmark it is settled who did a thing; who had reached the goal by "
                "then is left out, and all others are followed for the window."
            ),
            N_(
                "The raw figures beside it err: who reaches the goal at once had no time to do "
                "the thing."
            ),
            N_(
                "Who does a thing may have been likelier to reach the goal anyway. Only an "
                "experiment shows what an act brings."
            ),
            N_(
                "Only persons whose window was over at the end of the data count. The difference "
                "carries a 95 % interval (Newcombe)."
            ),
        ),
    ),
    "attribution": Definition(
        N_("credits of all contacts + conversions without a contact = conversions"),
        (
            N_(
                "A journey is what a person met before the goal and since the time before, within "
                "the window. What lies before the window, or after the last time, is a journey "
                "without the goal. Events of one instant are contacts before the goal."
            ),
            N_(
                "The goal itself is never a contact. A conversion without any contact in time "
                "stands in a row of its own."
            ),
            N_(
                "Markov: the journeys are a chain of moves from contact to contact, to the goal or "
                "to nothing. A contact gets as much as the probability of the goal falls when "
                "everybody who comes to it goes no further, solved exactly; the losses of all "
                "contacts are scaled to the conversions."
            ),
            N_(
                "Shapley: a set of contacts is worth the conversions of journeys that have no "
                "others; so a conversion is shared equally by its different contacts. With the "
                "rate, a set is worth the share of journeys within it that reach the goal."
            ),
            N_(
                "Intervals: persons are parted into 200 groups as if drawn, the groups are drawn "
                "anew 400 times (bootstrap), and the middle 95 % of the shares are shown."
            ),
            N_(
                "Credit is a rule, not a cause: who is met by many who would have bought anyway "
                "gets credit, too."
            ),
        ),
    ),
    "paths": Definition(
        N_("share = persons on this path ÷ all persons with at least one place"),
        (
            N_(
                "A path is the first or last few places of a journey, or those from a starting "
                "point on. Equal places in a row are one."
            ),
            N_("All paths that are not listed are one row, so the persons add up to everybody."),
            _WILSON,
        ),
    ),
    "flow": Definition(
        N_("persons here = go on + left + still open + beyond the last column"),
        (
            N_(
                "Everybody counts once in each column. Who goes no further has left, or is open "
                "when anything happened to them within the time of silence before the end of the "
                "data or of the period."
            ),
            N_(
                "In the order of the map every place is a column of its own, and a person goes "
                "on to the next one that lies further than all before; going back is not drawn."
            ),
            _WILSON,
        ),
    ),
    "transitions": Definition(
        N_("share(a → b) = times a → b ÷ all transitions that leave a"),
        (
            N_("a → b is counted each time a person's next event after one at a lies at b."),
            N_(
                "Times lie between the two neighbouring events; least, greatest and mean are "
                "exact, the median is read from bins."
            ),
        ),
    ),
    "step_flow": Definition(
        N_("persons = on + back + left + still open"),
        (
            N_(
                "A person's first visit of a step decides: the first different step afterwards "
                "lies later in the map (on) or earlier (back)."
            ),
            N_(
                "Who came to no other step has left, or is open when anything happened to them "
                "within the time of silence before the end of the data or of the period."
            ),
            _WILSON,
        ),
    ),
    "hand_overs": Definition(
        N_("share = persons with this hand-over ÷ persons who were at the first place"),
        (
            N_(
                "A hand-over is two neighbouring events of a person at different places, the "
                "second within the window (a limit that is just met counts); a visit next month is "
                "none."
            ),
            N_(
                "With a goal: how many reach it after their first hand-over, beside those who "
                "stayed. Nobody was put into these groups by chance."
            ),
            _WILSON,
        ),
    ),
    "loops": Definition(
        N_("share = persons with at least one such loop ÷ all persons with at least one place"),
        (
            N_(
                "Repeated: several events at one place in a row. Returned: a visit where the "
                "person was before. Back and forth: visits that alternate between two places."
            ),
            N_("One event can be part of several loops, so the kinds are not to be added."),
            _WILSON,
        ),
    ),
    "patterns": Definition(
        N_("share = persons who show the pattern ÷ all persons with an event"),
        (
            N_(
                "a -> b: b some time after a. a => b: b directly after a. a ->{1d} b: at most a "
                "day later. !a: no a in between."
            ),
            N_("Events of one instant follow each other as recorded."),
            _WILSON,
        ),
    ),
    "conformance": Definition(
        N_("fitness = 1 − differences ÷ (visits + drawn steps that are needed)"),
        (
            N_(
                "Each journey is laid beside the drawn steps so that the two differ in as few "
                "places as possible."
            ),
            N_("A difference is a skipped step, or a visit that is not drawn there."),
            _WILSON,
        ),
    ),
    "retention": Definition(
        N_("share(n) = those of them who came back in period n ÷ those whose period n is over"),
        (
            N_(
                "A person enters with their first event of the start step. The entry itself is "
                "no return."
            ),
            N_(
                "Periods follow the calendar, or run from everyone's own entry where they are a "
                "time such as 7d."
            ),
            _WILSON,
        ),
    ),
    "cohorts": Definition(
        N_("share(n) = those of them who were active in period n ÷ those whose period n is over"),
        (
            N_(
                "Cohorts are formed by when persons entered, or by what their first event of "
                "all was."
            ),
            N_("Unlike retention, the entry itself counts: the first order is an order."),
            N_(
                "Value per head is the money of those whose period is over, divided by their "
                "number, also of those who paid nothing."
            ),
            _WILSON,
        ),
    ),
    "repeat": Definition(
        N_("share(n) = persons who did it at least n times ÷ persons who did it at all"),
        (
            N_(
                "The wait for the nth time runs from the time before. With a limit, who still has "
                "time at the end of the data is open."
            ),
            N_(
                "The estimated share counts everybody for as long as they were seen (Kaplan and "
                "Meier)."
            ),
            _WILSON,
        ),
    ),
    "time_between": Definition(
        N_("time = moment of the second step − moment of the first"),
        (
            N_(
                "Who has not come to the second step by the end of the data or of the period "
                "still waits."
            ),
            N_(
                "Quantiles of those who got there are too short while many still wait; those of "
                "Kaplan and Meier count the waiting ones for as long as they were seen."
            ),
        ),
    ),
    "volumes": Definition(
        N_("all events = events with a person + events without"),
        (
            N_(
                "Events without any identifier have no person and no journey, but happened at "
                "the touchpoint; asking about a segment leaves them out."
            ),
            N_("Ratings run from −2 to +2; their mean has a 95 % t interval."),
        ),
    ),
    "groups": Definition(
        N_("share = persons with this value ÷ all persons"),
        (
            N_(
                "By the first event that has a value, everybody has at most one, so the groups "
                "add up. By every event, a person counts for each value they have."
            ),
            _WILSON,
        ),
    ),
    "sessions": Definition(
        N_("bounce share = sessions with one event ÷ sessions that begin there"),
        (
            N_(
                "A new session begins after a silence as long as the gap, after the longest "
                "time of a session, at midnight where asked for, or at a step that begins one."
            ),
            N_("Every event is in exactly one session."),
            N_(
                "Shares of persons carry a 95 % Wilson interval; shares of sessions have none, "
                "for the sessions of one person resemble each other."
            ),
        ),
    ),
}
"""By name of the question."""
