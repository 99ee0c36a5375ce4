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
            "Draw the journey map. The name's ending chooses the form: .html is a page, .pdf for "
            "paper, .png and .svg pictures, .pptx slides, .xml CJML, .json the document.\n"
            "It speaks the workspace's language, or the one of --language."
        ),
        epilog=(
            "waypost map shop -o map.html -o map.pdf -o map.pptx\n"
            "waypost map shop -o poster.pdf --paper A0 --tiles\n"
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
    paper: Annotated[
        str, typer.Option(help=N_("Paper of a PDF: A4, A3, A2, A1 or A0."), metavar=N_("SIZE"))
    ] = "A3",
    tiles: Annotated[
        bool,
        typer.Option("--tiles", help=N_("Cut a PDF poster into A4 sheets that overlap.")),
    ] = False,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help=N_("Let a PDF say what each figure rests on.")),
    ] = False,
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
    form = telling.checked_form(output, paper=paper, tiles=tiles, evidence=evidence)
    workspace = waypost.open(shop)
    with session.progress() as progress:
        drawn = workspace.map(wishes, language=session.wished, progress=progress)
    telling.mind_empty_map(session, workspace, drawn, wishes)
    telling.written(session, [drawn.save(path, form) for path in output])
