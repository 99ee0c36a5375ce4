"""Every question as a command: its fields in order, their defaults, what it means, an example."""

from __future__ import annotations

from waypost.app.question_fields.asked_over_time import COHORTS, REPEAT, RETENTION, SESSIONS
from waypost.app.question_fields.fields import FIELDS, Field
from waypost.app.question_fields.shape import NEEDED, Asked, Shortcut, argument, words
from waypost.kit.translation import N_

__all__ = ["ASKED"]

_ROWS = 20

_NO_FOLD = Field(
    help=N_("Every event counts as a visit, also several at one place in a row."),
    kind="flag",
    flag="--no-fold-repeats",
    given=False,
)
_BY_STEP = Field(help=N_("Step or stage."), metavar="step|stage", words=("step", "stage"))

_FUNNEL = Asked(
    question="funnel",
    meaning=N_(
        "How many persons reach each of some steps, in order and in time.\n"
        "Who still has time left is open, not lost."
    ),
    example=(
        "waypost funnel shop product_page cart checkout order --within 30d\n"
        "waypost funnel shop cart checkout order --optional checkout --unit session"
    ),
    arguments=("steps",),
    fields={
        "steps": NEEDED,
        "within": "7d",
        "entry": "any",
        "order": "ordered",
        "ties": "any",
        "reuse": False,
        "count": None,
        "within_step": None,
        "ties_within": None,
        "exclude": None,
        "on_exclusion": None,
        "optional": None,
        "stop": None,
        "same": None,
    },
    own={
        "steps": Field(
            help=N_(
                'Touchpoints, steps, stages, events or channels, by name; "cart | basket" is '
                "either; or conditions like \"event = 'order_placed' and value > 100\"."
            ),
            metavar="STEP…",
            kind="texts",
            spelling="steps",
        ),
        "within": Field(
            help=N_("How long it may take, like 30m, 12h, 7d or 2w; none for any time."),
            metavar=N_("TIME"),
        ),
        "entry": words(
            N_("Which entries begin an attempt: any, any with the best times, the first, or each."),
            "any",
            "best",
            "first",
            "each",
        ),
    },
)

_PATHS = Asked(
    question="paths",
    meaning=N_("The most frequent paths of journeys, and the rest."),
    example="waypost paths shop --by step --length 4\nwaypost paths shop --anchor step:order --end",
    fields={
        "by": "touchpoint",
        "length": 5,
        "direction": "prefix",
        "anchor": None,
        "occurrence": "first",
        "fold_repeats": True,
        "top": _ROWS,
        "collapse": None,
        "leave_out": None,
        "leave_out_at": "anywhere",
        "whole": False,
    },
    own={
        "fold_repeats": _NO_FOLD,
        "length": Field(
            help=N_("How many places a path has."), metavar=N_("NUMBER"), kind="number", most=50
        ),
        "occurrence": words(N_("From which visit of the anchor on."), "first", "last", "every"),
    },
    shortcuts=(
        Shortcut("--end", "direction", "suffix", N_("The last places of journeys, not the first.")),
    ),
    differs=("top",),
)

_TRANSITIONS = Asked(
    question="transitions",
    meaning=N_("What directly follows what, how often, and how long it takes."),
    example="waypost transitions shop --by stage\nwaypost transitions shop --by step --persons",
    fields={
        "by": "touchpoint",
        "fold_repeats": False,
        "times": True,
        "persons": False,
        "borders": False,
        "gap": "direct",
    },
    own={
        "gap": words(
            N_("What directly follows, or what follows at some time."), "direct", "eventually"
        ),
    },
)

_DROP_OFF = Asked(
    question="drop_off",
    meaning=N_(
        "Where journeys end, among those that have been quiet for a while.\n"
        "With --after and --target: what comes instead of the step that was hoped for."
    ),
    example=(
        "waypost drop-off shop --by step --quiet 60d\n"
        "waypost drop-off shop --after cart --target order --within 14d"
    ),
    fields={"by": "touchpoint", "quiet": "30d", "after": None, "target": None, "within": "7d"},
    own={
        "target": Field(help=N_("… and not to here in time."), metavar=N_("STEP")),
        "within": Field(help=N_("How long they have to get there."), metavar=N_("TIME")),
    },
)

_TIME_BETWEEN = Asked(
    question="time_between",
    meaning=N_("How long it takes from one to the other, and how many are not there yet."),
    example="waypost time-between shop cart order",
    arguments=("first", "then"),
    fields={"first": NEEDED, "then": NEEDED, "mode": "first_to_first_after"},
    own={
        "first": argument(N_("From here …"), "FIRST"),
        "then": argument(N_("… to here."), "THEN"),
        "mode": Field(
            help=N_(
                "From the first to the first after it, from any to the next, or from the first to "
                "the first: first_to_first_after, any_to_next or first_to_first."
            ),
            metavar=N_("WHAT"),
            words=("first_to_first_after", "any_to_next", "first_to_first"),
        ),
    },
    shortcuts=(
        Shortcut(
            "--every", "mode", "any_to_next", N_("Measure from every start, not once per person.")
        ),
    ),
)

_ABANDONMENT = Asked(
    question="abandonment",
    meaning=N_("Carts and checkouts that no order followed in time, and what they were worth."),
    example=(
        "waypost abandonment shop\nwaypost abandonment shop cart --goal order --within 2d\n"
        "waypost abandonment shop cart --goal order --within 1d --recovery 14d"
    ),
    arguments=("start",),
    fields={
        "start": ("step:cart", "step:checkout"),
        "goal": "step:order",
        "within": "7d",
        "recovery": None,
    },
    own={
        "start": Field(
            help=N_("What begins an attempt, in order; the steps cart and checkout if left out."),
            metavar="START…",
            kind="texts",
        ),
    },
    differs=("start", "goal"),
)

_FLOW = Asked(
    question="flow",
    meaning=N_("Who goes from where to where, column by column."),
    example="waypost flow shop --by step --anchor step:cart --length 4",
    fields={
        "by": "stage",
        "align": "position",
        "length": 5,
        "direction": "after",
        "anchor": None,
        "occurrence": "first",
        "fold_repeats": True,
        "top": 10,
        "quiet": "30d",
    },
    own={
        "anchor": Field(help=N_("The step at which the first column stands."), metavar=N_("STEP")),
        "direction": words(N_("What comes after the anchor, or before it."), "after", "before"),
        "fold_repeats": _NO_FOLD,
        "length": Field(
            help=N_("How many columns there are."), metavar=N_("NUMBER"), kind="number", most=20
        ),
        "occurrence": words(N_("From which visit of the anchor on."), "first", "last"),
        "top": Field(
            help=N_("How many places a column lists; the others are summed up."),
            metavar=N_("NUMBER"),
            kind="number",
        ),
        "quiet": Field(
            help=N_("How long nothing must have happened until somebody has stopped."),
            metavar=N_("TIME"),
        ),
    },
)

_LOOPS = Asked(
    question="loops",
    meaning=N_("Where people go in circles: repeats, returns, back and forth."),
    example="waypost loops shop --by step",
    fields={"by": "touchpoint", "visits": 4},
)

_CONFORMANCE = Asked(
    question="conformance",
    meaning=N_("How far journeys keep to the order that was drawn, and where they differ."),
    example=("waypost conformance shop product_page cart order --repeatable cart"),
    arguments=("steps",),
    fields={
        "steps": NEEDED,
        "optional": (),
        "repeatable": (),
        "by": "touchpoint",
        "undrawn": "insert",
        "fold_repeats": True,
    },
    own={
        "fold_repeats": _NO_FOLD,
        "optional": Field(
            help=N_("A step that may be left out. May be repeated."),
            metavar=N_("STEP"),
            kind="texts",
        ),
    },
)

_PATTERNS = Asked(
    question="patterns",
    meaning=N_("Who shows a pattern of events, such as a cart, no order and then a call."),
    example=(
        'waypost patterns shop "cart -> order" "cart -> !order -> call"\n'
        'waypost patterns shop "cart -> order within 2d" --name bought'
    ),
    arguments=("patterns",),
    fields={"patterns": NEEDED, "names": None},
)

_GROUPS = Asked(
    question="groups",
    meaning=N_("How many persons have each value of a field."),
    example="waypost groups shop channel\nwaypost groups shop person.city --top 10",
    arguments=("by",),
    fields={"by": NEEDED, "of": "first"},
    own={"by": FIELDS["field"]},
)

_VOLUMES = Asked(
    question="volumes",
    meaning=N_("What happens where: events, persons, days, ratings and values."),
    example="waypost volumes shop --by channel",
    fields={"by": "touchpoint"},
)

_STEP_FLOW = Asked(
    question="step_flow",
    meaning=N_("Who comes to each step of the map, and goes on, back or away from there."),
    example="waypost step-flow shop --quiet 60d",
    fields={"by": "step", "quiet": "30d"},
    own={"by": _BY_STEP},
)

_HAND_OVERS = Asked(
    question="hand_overs",
    meaning=N_("Who changes from one channel to another, how soon, and what comes of it."),
    example=(
        "waypost hand-overs shop --within 3d\n"
        "waypost hand-overs shop --goal step:order --detail touchpoint"
    ),
    fields={
        "by": "channel",
        "within": "7d",
        "detail": None,
        "goal": None,
        "goal_within": "30d",
    },
    own={
        "within": Field(
            help=N_("How soon the next event must come; none for any time."),
            metavar=N_("TIME"),
            spelling="limit",
        ),
    },
)

_MICRO_CONVERSIONS = Asked(
    question="micro_conversions",
    meaning=N_(
        "What persons do before they reach a goal, and how many more of them reach it.\n"
        "It shows what goes together, not what causes what."
    ),
    example="waypost micro-conversions shop step:order --by step --landmark 2d",
    arguments=("goal",),
    fields={
        "goal": NEEDED,
        "by": "touchpoint",
        "candidates": None,
        "start": None,
        "landmark": "1d",
        "within": "30d",
    },
    own={
        "goal": Field(help=N_("The step that is to be reached."), metavar="STEP"),
        "start": Field(
            help=N_("The step with which a person's time begins; the first event if left out."),
            metavar=N_("STEP"),
        ),
        "within": Field(help=N_("How long after that the goal still counts."), metavar=N_("TIME")),
    },
)

_ATTRIBUTION = Asked(
    question="attribution",
    meaning=N_(
        "Which contacts get the credit for a goal, under several models side by side.\n"
        "Credit is a rule, not a cause."
    ),
    example=(
        "waypost attribution shop\n"
        "waypost attribution shop --by touchpoint --model linear --model markov\n"
        "waypost attribution shop --leave-out store --direct web --within 14d\n"
        "waypost attribution shop --by utm_source/utm_medium"
    ),
    arguments=("goal",),
    fields={
        "goal": "step:order",
        "by": "channel",
        "models": None,
        "within": "30d",
        "conversions": "each",
        "reuse": False,
        "collapse": "repeats",
        "candidates": None,
        "leave_out": None,
        "direct": None,
        "position": "40/20/40",
        "half_life": "7d",
        "markov_order": 1,
        "value": "conversions",
        "level": 95,
    },
    own={
        "by": Field(
            help=N_(
                "What contacts are: channel, touchpoint, step, stage or event, a field like "
                "utm_campaign, or several like utm_source/utm_medium."
            ),
            metavar="FIELD",
        ),
        "goal": Field(
            help=N_("What contacts get the credit for; the step order if left out."),
            metavar="STEP",
        ),
        "within": Field(
            help=N_("How long before the goal a contact counts; none for any time."),
            metavar=N_("TIME"),
            spelling="limit",
        ),
        "reuse": Field(
            help=N_("A contact counts again for a later time that the goal is reached."),
            kind="flag",
        ),
        "candidates": Field(
            help=N_("What counts as a contact; everything if left out. May be repeated."),
            metavar=N_("WHAT"),
            kind="texts",
            flag="--candidate",
        ),
        "leave_out": Field(
            help=N_("What does not count as a contact. May be repeated."),
            metavar=N_("WHAT"),
            kind="texts",
        ),
        "markov_order": Field(
            help=N_("How many contacts before the next one the Markov chain remembers."),
            metavar=N_("NUMBER"),
            kind="number",
            most=3,
        ),
        "value": words(
            N_("What a set of contacts is worth for Shapley: conversions, or their rate."),
            "conversions",
            "rate",
        ),
    },
    differs=("goal",),
)

ASKED: tuple[Asked, ...] = (
    _FUNNEL,
    _PATHS,
    _TRANSITIONS,
    _DROP_OFF,
    _TIME_BETWEEN,
    _ABANDONMENT,
    _MICRO_CONVERSIONS,
    _ATTRIBUTION,
    _HAND_OVERS,
    _FLOW,
    _LOOPS,
    _PATTERNS,
    _CONFORMANCE,
    SESSIONS,
    RETENTION,
    COHORTS,
    REPEAT,
    _GROUPS,
    _VOLUMES,
    _STEP_FLOW,
)
"""In the order of the help."""
