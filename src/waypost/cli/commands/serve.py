"""waypost serve."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.commands.options import Json, Language
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.kit.translation import N_

__all__ = ["register"]

Shops = Annotated[
    list[Path], typer.Argument(help=N_("The workspaces to show; one is enough."), metavar="SHOP…")
]
Host = Annotated[
    str,
    typer.Option(
        help=N_("Who can reach it: 127.0.0.1 for this machine only."), metavar=N_("ADDRESS")
    ),
]
Port = Annotated[
    int,
    typer.Option(
        min=0, max=65535, help=N_("Where it listens; 0 for any free port."), metavar=N_("NUMBER")
    ),
]
DatabaseAddress = Annotated[
    str,
    typer.Option(
        "--database",
        help=N_(
            "Where documents are kept: a file, or postgresql://…; in the first workspace else."
        ),
        metavar=N_("DATABASE"),
        envvar="WAYPOST_DATABASE",
    ),
]
PublicAddress = Annotated[
    str,
    typer.Option(
        "--address",
        help=N_("What people type to get here, like https://maps.example.org; behind a proxy."),
        metavar=N_("ADDRESS"),
    ),
]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help=N_("Open it in the browser."))
]
SignIn = Annotated[
    str,
    typer.Option(
        help=N_("Print a link that signs this account in once, for a forgotten password."),
        metavar=N_("E-MAIL"),
    ),
]
Demo = Annotated[
    bool,
    typer.Option("--demo", help=N_("Come in at once, with an account made for the demo company.")),
]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        cls=Command,
        help=N_("The studio: maps, data and questions in the browser."),
        epilog="waypost serve shop",
    )(serve)


def serve(
    context: typer.Context,
    shops: Shops,
    host: Host = "127.0.0.1",
    port: Port = 8642,
    database: DatabaseAddress = "",
    address: PublicAddress = "",
    browser: Browser = True,
    sign_in: SignIn = "",
    demo: Demo = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost serve``."""
    from waypost.cli.telling.serving import Serving, run  # noqa: PLC0415 - the web loads when served

    wishes = Serving(
        shops=tuple(shops),
        host=host,
        port=port,
        database=database,
        address=address,
        opens_browser=browser,
        sign_in=sign_in,
        is_demo=demo,
    )
    run(session_of(context), wishes)
