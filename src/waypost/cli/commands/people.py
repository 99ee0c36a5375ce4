"""waypost who, coverage, split."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.app import Workspace
from waypost.cli.reports import tell_coverage, tell_person
from waypost.cli.session import Session

__all__ = ["register"]


def register(app: typer.Typer, session: Session) -> None:
    """Add the commands to ``app``."""
    _ = session.text
    shop = Annotated[Path, typer.Argument(help=_("The workspace directory."), metavar="SHOP")]
    as_json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
    identifier = Annotated[
        str, typer.Argument(help=_("An identifier: someone@example.org, or kind:value."))
    ]

    @app.command(
        help=_("Show who somebody is, which identifiers were joined, and what joined them.")
    )
    def who(shop: shop, identifier: identifier, json: as_json = False) -> None:
        tell_person(session, Workspace.open(shop).who(identifier))

    @app.command(help=_("Take an identifier out of its person; `--undo` puts it back."))
    def split(
        shop: shop,
        identifier: identifier,
        undo: Annotated[bool, typer.Option("--undo", help=_("Put it back."))] = False,
        json: as_json = False,
    ) -> None:
        workspace = Workspace.open(shop)
        workspace.unsplit(identifier) if undo else workspace.split(identifier)
        session.output.line(_("Noted. Next: waypost build %s") % shop)
        if json:
            session.output.value({"identifier": identifier, "undone": undo})

    @app.command(help=_("List events that no rule has bound, by volume, with a suggestion each."))
    def coverage(shop: shop, json: as_json = False) -> None:
        tell_coverage(session, Workspace.open(shop).coverage())
