"""waypost map."""

from pathlib import Path
from typing import Annotated

import typer

import waypost
from waypost.cli import telling
from waypost.cli.commands.options import Json, Language, Segment, Shop, Since, Until, Where, Within
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.kit.translation import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        "map",
        cls=Command,
        help=N_(
            "Draw the journey map: .html is a page, .json the document.\n"
            "The page speaks the workspace's language, or the one of --language."
        ),
        epilog=(
            "waypost map shop -o map.html -o map.json\n"
            "waypost map shop --segment \"channel = 'store'\" -o store.html"
        ),
    )(draw)


def draw(
    context: typer.Context,
    shop: Shop,
    output: Annotated[
        list[Path],
        typer.Option(
            "--output", "-o", help=N_("Where to write it; may be repeated."), metavar=N_("FILE")
        ),
    ] = [Path("map.html")],  # noqa: B006 - Typer copies it
    title: Annotated[
        str, typer.Option(help=N_("Its title, from the customer's view."), metavar=N_("TITLE"))
    ] = "",
    goal: Annotated[
        str,
        typer.Option(
            help=N_("The step that is the goal; an order by default."), metavar=N_("STEP")
        ),
    ] = "",
    within: Within = "30d",
    where: Where = None,
    segment: Segment = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost map``."""
    session = session_of(context)
    wishes = waypost.MapWishes(
        title=title,
        goal=goal,
        within=within,
        where=where,
        segment=segment,
        since=since,
        until=until,
    )
    telling.check_map_names(output)
    workspace = waypost.open(shop)
    with session.progress() as progress:
        drawn = workspace.map(wishes, language=session.wished, progress=progress)
    telling.mind_empty_map(session, workspace, drawn, wishes)
    telling.written(session, [drawn.save(path) for path in output])
