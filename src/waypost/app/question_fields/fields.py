"""Fields of questions as options: what each means, how it is spelled, which words it allows.

Texts and words are written here, so that help needs no question; tests hold them to the questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waypost.kit.translation import N_

__all__ = ["FIELDS", "NODES", "PERIODS", "Field"]

NODES = ("touchpoint", "step", "stage", "channel", "event")
PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a question on the command line.

    ``kind``: ``text``, ``number``, ``texts`` (may be repeated), or ``flag``, which stands for
    ``given``. ``spelling`` names the reader of its text in ``spellings``.
    ``words``: what the shell completes. ``flag``: the option, where it is called differently.
    """

    help: str
    metavar: str = N_("TEXT")
    kind: str = "text"
    spelling: str = ""
    words: tuple[str, ...] = ()
    flag: str = ""
    given: Any = True
    least: int | None = 1
    most: int | None = None


def _step(text: str) -> Field:
    return Field(help=text, metavar=N_("STEP"))


def _time(text: str) -> Field:
    return Field(help=text, metavar=N_("TIME"))


def _number(text: str, *, least: int = 1, most: int | None = None) -> Field:
    return Field(help=text, metavar=N_("NUMBER"), kind="number", least=least, most=most)


def _flag(text: str, *, flag: str = "", given: object = True) -> Field:
    return Field(help=text, kind="flag", flag=flag, given=given)


def _words(text: str, *words: str) -> Field:
    return Field(help=text, metavar="|".join(words), words=words)


_STEPS = Field(
    help=N_(
        "Touchpoints, steps, stages, events or channels, by name; or conditions like "
        "\"event = 'order_placed' and value > 100\"."
    ),
    metavar="STEP…",
    kind="texts",
)
_FIELD = Field(
    help=N_("A field: channel, source, an attribute like utm_source, or a trait like person.city."),
    metavar="FIELD",
)

FIELDS: Mapping[str, Field] = {
    "align": _words(
        N_("Columns by position, or with order by how far along the map."), "position", "order"
    ),
    "anchor": _step(N_("Where paths begin, or with --end where they end.")),
    "at_gap": _words(N_("Whether a break of exactly the gap ends a session."), "splits", "stays"),
    "borders": _flag(N_("Rows for the first and the last event of journeys, too.")),
    "by": Field(
        help=N_("What counts as one place: touchpoint, step, stage, channel or event."),
        metavar=N_("WHAT"),
        words=NODES,
    ),
    "candidates": Field(
        help=N_("What is looked at; everything if left out. May be repeated."),
        metavar=N_("WHAT"),
        kind="texts",
        flag="--candidate",
    ),
    "clock": _words(
        N_("Periods from the moment of entry, or from the full hour before."), "exact", "full_hour"
    ),
    "cohorts": Field(
        help=N_("Groups by day, week, month, quarter or year of entry, or all in one."),
        metavar=N_("WHAT"),
        words=(*PERIODS, "all"),
    ),
    "collapse": _words(
        N_("Which visits of a place count: all, none right after another, or only its first."),
        "none",
        "repeats",
        "first",
    ),
    "count": _words(N_("Whether persons or attempts are counted."), "persons", "attempts"),
    "detail": Field(
        help=N_("What rows are told apart by besides: touchpoint, step, stage, channel or event."),
        metavar=N_("WHAT"),
        words=NODES,
    ),
    "direction": _words(N_("The first places of journeys, or the last ones."), "prefix", "suffix"),
    "entry": _words(
        N_("Whether the very first event of all counts, or the first one in the period."),
        "first",
        "first_in_period",
    ),
    "every": Field(
        help=N_("How long a period is: day, week, month, quarter, year, or a time like 7d."),
        metavar=N_("TIME"),
        words=PERIODS,
    ),
    "exclude": Field(
        help=N_(
            'What must not happen on the way; "refund@cart..order" only between these steps. '
            "May be repeated."
        ),
        metavar=N_("STEP"),
        kind="texts",
        spelling="exclusions",
    ),
    "first": _step(N_("The step by which a person enters; any event if left out.")),
    "fold_repeats": _flag(N_("Several events at one place in a row are one visit.")),
    "gap": _time(N_("The silence that ends a session.")),
    "goal": _step(N_("What ends it well.")),
    "goal_within": _time(N_("How long the goal may take from there.")),
    "landmark": _time(
        N_('When it is settled who did what: a time like 1d, or a number like "3 events".')
    ),
    "leave_out": _step(N_("A place that is left out of paths.")),
    "leave_out_at": _words(
        N_("Whether it is left out anywhere or only at the end."), "anywhere", "end"
    ),
    "length": _number(N_("How many places a path has.")),
    "longest": _time(N_("No session lasts longer than this.")),
    "mean": _words(
        N_("Whether every person or every cohort counts the same."), "weighted", "simple"
    ),
    "midnight": _flag(N_("A session ends with the day.")),
    "mode": _words(
        N_("Who counts: active in the period, in it or later, or in ranges of periods."),
        "on",
        "on_or_after",
        "between",
    ),
    "most": _number(N_("The last time that has a row of its own."), most=100),
    "names": Field(
        help=N_("What the rows are called; once for each pattern."),
        metavar=N_("NAME"),
        kind="texts",
        flag="--name",
    ),
    "new_at": _step(N_("A step or condition that begins a new session.")),
    "new_on": Field(help=N_("A field whose change begins a new session."), metavar=N_("FIELD")),
    "occurrence": _words(N_("From which visit of it on."), "first", "last"),
    "of": _words(
        N_("The value of the first event that has one, or of every event."), "first", "event"
    ),
    "on_exclusion": _words(
        N_("Whether it breaks the attempt or leaves out the whole person."), "attempt", "person"
    ),
    "optional": Field(
        help=N_("A step that may be skipped, by name or number. May be repeated."),
        metavar=N_("STEP"),
        kind="texts",
        spelling="places",
    ),
    "order": _words(
        N_("Other events may lie between steps, none may, or steps come in any order."),
        "ordered",
        "strict",
        "any",
    ),
    "patterns": Field(
        help=N_('Steps with -> (later) or => (directly next) between: "cart -> order within 2d".'),
        metavar="PATTERN…",
        kind="texts",
    ),
    "periods": _number(N_("How many periods are shown."), least=0, most=400),
    "persons": _flag(N_("Count persons, too.")),
    "quiet": _time(N_("How long nothing must have happened until a journey has ended.")),
    "recovery": _time(N_("How long an abandoned attempt can still be made good.")),
    "repeatable": Field(
        help=N_("A step that may come again. May be repeated."),
        metavar=N_("STEP"),
        kind="texts",
    ),
    "reuse": _flag(N_("One event may fulfil several steps.")),
    "same": Field(
        help=N_("A field whose value all steps must share, like order_id."), metavar=N_("FIELD")
    ),
    "step": Field(help=N_("What is done again."), metavar="STEP"),
    "steps": _STEPS,
    "target": _step(N_("Where they should have come to.")),
    "then": _step(N_("What counts as coming back; any event if left out.")),
    "stop": _words(
        N_("What ends the search: a step met again, another event, or also a step too early."),
        "repeat",
        "other",
        "early",
    ),
    "ties": _words(
        N_("Events of one instant: in either order, as recorded, or never after one another."),
        "any",
        "recorded",
        "rising",
    ),
    "ties_within": _time(N_("How far apart events may be and still count as one instant.")),
    "times": _flag(N_("Do not measure how long it takes."), flag="--no-times", given=False),
    "top": _number(N_("How many rows are shown.")),
    "undrawn": _words(
        N_("What is not drawn counts as a difference, or is ignored."), "insert", "ignore"
    ),
    "visits": _number(N_("How many visits in turn make a back and forth."), least=3),
    "whole": _flag(N_("Paths differ by all of their places, not only by those shown.")),
    "within": _time(N_("How long it may take, like 30m, 12h, 7d or 2w.")),
    "within_step": Field(
        help=N_('How long one step may take; "1h,2d,none" has one time for each.'),
        metavar=N_("TIME"),
        spelling="times",
    ),
    "brackets": Field(
        help=N_("Ranges of periods, like 1-7,8-14; then --mode is between."),
        metavar=N_("RANGES"),
        spelling="ranges",
    ),
    "after": _step(N_("Only those who came here …")),
    "models": Field(
        help=N_("A model of giving credit; all if none is chosen."),
        metavar=N_("MODEL"),
        kind="texts",
        flag="--model",
        words=(
            *("first_contact", "last_contact", "last_indirect", "linear", "position"),
            *("time_decay", "markov", "shapley"),
        ),
    ),
    "conversions": _words(
        N_("Whether each time or only the first of a person counts."), "each", "first"
    ),
    "direct": _step(
        N_("What a direct contact is; one more model gives the credit to the last other one.")
    ),
    "position": Field(
        help=N_("Shares of the first, the middle and the last contact, like 40/20/40."),
        metavar=N_("SHARES"),
    ),
    "half_life": _time(N_("How much earlier a contact is that gets half as much.")),
    "level": _number(
        N_("How many of 100 intervals hold the true value: 90 or 95; 0 for no intervals."),
        least=0,
        most=95,
    ),
    "field": _FIELD,
}
"""By name of the field; a question may word one differently, see ``asked``."""
