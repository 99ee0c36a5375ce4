"""waypost map."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.app import Workspace
from waypost.cli.session import Session
from waypost.maps import MapWishes

__all__ = ["register"]


def register(app: typer.Typer, session: Session) -> None:
    """Add the command to ``app``."""
    _ = session.text
    shop = Annotated[Path, typer.Argument(help=_("The workspace directory."), metavar="SHOP")]

    @app.command("map", help=_("Draw the journey map: .html is a page, .json the document."))
    def draw(
        shop: shop,
        output: Annotated[
            list[Path],
            typer.Option("--output", "-o", help=_("Where to write it; may be repeated.")),
        ] = [Path("map.html")],  # noqa: B006 - Typer copies it
        title: Annotated[
            str, typer.Option(help=_("The map's title, from the customer's view."))
        ] = "",
        segment: Annotated[
            str | None, typer.Option(help=_("Only persons with an event for which this is true."))
        ] = None,
        where: Annotated[
            str | None, typer.Option(help=_("Only events for which this is true."))
        ] = None,
        since: Annotated[str | None, typer.Option(help=_("From this day on."))] = None,
        until: Annotated[str | None, typer.Option(help=_("Up to and including this day."))] = None,
        json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
    ) -> None:
        workspace = Workspace.open(shop)
        with session.progress() as progress:
            wishes = MapWishes(title=title, segment=segment, where=where, since=since, until=until)
            found = workspace.map(wishes, language=session.language, progress=progress)
        for path in output:
            found.save(path)
            session.output.line(_("Written: %s") % path)
        if json:
            session.output.value({"written": [str(path) for path in output]})
