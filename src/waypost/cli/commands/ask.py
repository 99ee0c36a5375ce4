"""waypost funnel, paths, transitions, drop-off, time-between, abandonment, ask."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import waypost
from waypost.cli import telling
from waypost.cli.commands.options import (
    By,
    Json,
    Language,
    Segment,
    Shop,
    Since,
    Steps,
    Top,
    Until,
    Where,
    Within,
)
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.kit.translation import N_

if TYPE_CHECKING:
    from waypost.questions import Composed, Question

__all__ = ["register"]

_ROWS = 20


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for name, function, meaning, example in _COMMANDS:
        app.command(name, cls=Command, help=meaning, epilog=example)(function)


def _answer(context: typer.Context, shop: Path, question: "Question | Composed", *, rows: int = _ROWS) -> None:
    workspace = waypost.open(shop)
    telling.answer(session_of(context), workspace, workspace.ask(question), rows=rows)


def funnel(
    context: typer.Context,
    shop: Shop,
    steps: Steps,
    within: Within = "7d",
    entry: Annotated[
        str,
        typer.Option(
            help=N_("Whether any entry starts the clock, or only a person's first."),
            metavar="any|first",
        ),
    ] = "any",
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost funnel``."""
    question = waypost.Funnel(
        tuple(steps),
        within=within,
        entry=entry,
        where=where,
        segment=segment,
        since=since,
        until=until,
    )
    _answer(context, shop, question)


def paths(
    context: typer.Context,
    shop: Shop,
    by: By = "touchpoint",
    length: Annotated[
        int,
        typer.Option(min=1, max=8, help=N_("How many places a path has."), metavar=N_("NUMBER")),
    ] = 5,
    end: Annotated[
        bool, typer.Option("--end", help=N_("The last places of journeys, not the first."))
    ] = False,
    anchor: Annotated[
        str | None,
        typer.Option(
            help=N_("Where paths begin, or with --end where they end."), metavar=N_("STEP")
        ),
    ] = None,
    top: Top = _ROWS,
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost paths``."""
    question = waypost.Paths(
        by=by,
        length=length,
        direction="suffix" if end else "prefix",
        anchor=anchor,
        top=top,
        where=where,
        segment=segment,
        since=since,
        until=until,
    )
    _answer(context, shop, question, rows=top + 1)


def transitions(
    context: typer.Context,
    shop: Shop,
    by: By = "touchpoint",
    top: Top = _ROWS,
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost transitions``."""
    question = waypost.Transitions(by=by, where=where, segment=segment, since=since, until=until)
    _answer(context, shop, question, rows=top)


def drop_off(
    context: typer.Context,
    shop: Shop,
    by: By = "touchpoint",
    quiet: Annotated[
        str,
        typer.Option(
            help=N_("How long nothing must have happened until a journey has ended."),
            metavar=N_("TIME"),
        ),
    ] = "30d",
    top: Top = _ROWS,
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost drop-off``."""
    question = waypost.DropOff(
        by=by, quiet=quiet, where=where, segment=segment, since=since, until=until
    )
    _answer(context, shop, question, rows=top)


def time_between(
    context: typer.Context,
    shop: Shop,
    first: Annotated[str, typer.Argument(help=N_("From here …"), metavar="FIRST")],
    then: Annotated[str, typer.Argument(help=N_("… to here."), metavar="THEN")],
    every: Annotated[
        bool,
        typer.Option("--every", help=N_("Measure from every start, not once per person.")),
    ] = False,
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost time-between``."""
    question = waypost.TimeBetween(
        first,
        then,
        mode="any_to_next" if every else "first_to_first_after",
        where=where,
        segment=segment,
        since=since,
        until=until,
    )
    _answer(context, shop, question)


def abandonment(
    context: typer.Context,
    shop: Shop,
    starts: Annotated[
        list[str] | None,
        typer.Argument(
            help=N_("What begins an attempt, in order; the steps cart and checkout if left out."),
            metavar="START…",
        ),
    ] = None,
    goal: Annotated[
        str, typer.Option(help=N_("What ends it well."), metavar=N_("STEP"))
    ] = "step:order",
    within: Within = "7d",
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost abandonment``."""
    question = waypost.Abandonment(
        tuple(starts or ("step:cart", "step:checkout")),
        goal,
        within=within,
        where=where,
        segment=segment,
        since=since,
        until=until,
    )
    _answer(context, shop, question)


def ask(
    context: typer.Context,
    shop: Shop,
    question: Annotated[
        str,
        typer.Argument(help=N_("The question as JSON, as a map's page shows it."), metavar="JSON"),
    ],
    top: Top = _ROWS,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost ask``."""
    _answer(context, shop, telling.question_in(question), rows=top)


_COMMANDS = (
    (
        "funnel",
        funnel,
        N_(
            "How many persons reach each of some steps, in order and in time.\n"
            "Who still has time left is open, not lost."
        ),
        "waypost funnel shop product_page cart checkout order --within 30d",
    ),
    (
        "paths",
        paths,
        N_("The most frequent paths of journeys, and the rest."),
        "waypost paths shop --by step --length 4\nwaypost paths shop --anchor step:order --end",
    ),
    (
        "transitions",
        transitions,
        N_("What directly follows what, how often, and how long it takes."),
        "waypost transitions shop --by stage",
    ),
    (
        "drop-off",
        drop_off,
        N_("Where journeys end, among those that have been quiet for a while."),
        "waypost drop-off shop --by step --quiet 60d",
    ),
    (
        "time-between",
        time_between,
        N_("How long it takes from one to the other, and how many are not there yet."),
        "waypost time-between shop cart order",
    ),
    (
        "abandonment",
        abandonment,
        N_("Carts and checkouts that no order followed in time, and what they were worth."),
        "waypost abandonment shop\nwaypost abandonment shop cart --goal order --within 2d",
    ),
    (
        "ask",
        ask,
        N_("Any question as JSON; the page of a map shows this command beside its figures."),
        """waypost ask shop '{"question": "volumes", "by": "channel"}'""",
    ),
)
