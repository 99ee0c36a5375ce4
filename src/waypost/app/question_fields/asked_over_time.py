"""Questions about what persons do over time, as commands: sessions, and what comes after."""

from __future__ import annotations

from waypost.app.question_fields.fields import NODES, PERIODS, Field
from waypost.app.question_fields.shape import NEEDED, Asked, words
from waypost.kit.translation import N_

__all__ = ["COHORTS", "REPEAT", "RETENTION", "SESSIONS"]

_FIRST_TOUCH = tuple(f"first_{node}" for node in NODES)

RETENTION = Asked(
    question="retention",
    meaning=N_(
        "How many of those who did one thing come back for another, period by period.\n"
        "Periods that are not over yet stay out of shares."
    ),
    example=(
        "waypost retention shop --first order --then order --every month\n"
        "waypost retention shop --every 1d --brackets 1-7,8-14"
    ),
    fields={
        "first": None,
        "then": None,
        "every": "week",
        "periods": 12,
        "mode": "on",
        "brackets": (),
        "cohorts": None,
        "entry": "first",
        "clock": "exact",
        "mean": "weighted",
        "of": "persons",
    },
    own={
        "of": words(
            N_("Count persons, or the money of what they come back for."), "persons", "money"
        )
    },
)

COHORTS = Asked(
    question="cohorts",
    meaning=N_("What those who began together do and spend, period by period."),
    example=(
        "waypost cohorts shop --then step:order --periods 6\n"
        "waypost cohorts shop --by first_channel"
    ),
    fields={
        "first": None,
        "then": None,
        "by": "month",
        "every": "month",
        "periods": 12,
        "entry": "first",
    },
    own={
        "then": Field(help=N_("What is counted; any event if left out."), metavar=N_("STEP")),
        "by": Field(
            help=N_(
                "Who belongs together: by day, week, month, quarter or year of entry, all, or by "
                "first_channel, first_touchpoint, first_stage, first_step or first_event."
            ),
            metavar=N_("WHAT"),
            words=(*PERIODS, "all", *_FIRST_TOUCH),
        ),
    },
)

REPEAT = Asked(
    question="repeat",
    meaning=N_("Who does something a second, third, … time, how soon, and for how much."),
    example="waypost repeat shop step:order --within 90d",
    arguments=("step",),
    fields={"step": NEEDED, "most": 10, "within": None},
    own={
        "within": Field(
            help=N_("By when the next time has to come, counted from the one before."),
            metavar=N_("TIME"),
        ),
    },
)

SESSIONS = Asked(
    question="sessions",
    meaning=N_("Where sessions begin and end, how many have one event, how many reach a goal."),
    example=(
        "waypost sessions shop --by step --goal step:order\n"
        "waypost sessions shop --gap 60m --midnight"
    ),
    fields={
        "gap": "30m",
        "at_gap": "splits",
        "longest": None,
        "midnight": False,
        "new_at": None,
        "new_on": None,
        "by": "touchpoint",
        "goal": None,
    },
    own={
        "by": Field(
            help=N_("What rows are: touchpoint, step, stage, channel or event; or all in one."),
            metavar=N_("WHAT"),
            words=(*NODES, "all"),
        ),
        "goal": Field(
            help=N_("A step; a session with it has reached the goal."), metavar=N_("STEP")
        ),
    },
)
