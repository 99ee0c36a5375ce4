"""waypost init, settings, demo, build, check."""

from pathlib import Path
from typing import Annotated

import typer

import waypost
from waypost.cli import telling
from waypost.cli.commands.options import Json, Language, Shop
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.errors import DamagedError
from waypost.kit.translation import N_

__all__ = ["register"]

Name = Annotated[
    str, typer.Option(help=N_("Its name; the directory's by default."), metavar=N_("NAME"))
]
Zone = Annotated[str, typer.Option(help=N_("Time zone, like Europe/Berlin."), metavar=N_("ZONE"))]
Country = Annotated[
    str, typer.Option(help=N_("Country of phone numbers, like DE."), metavar=N_("COUNTRY"))
]
Currency = Annotated[str, typer.Option(help=N_("Currency, like EUR."), metavar=N_("CURRENCY"))]
Stages = Annotated[
    str, typer.Option(help=N_("Set of stages: b2c, b2b, saas or none."), metavar=N_("SET"))
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(
        cls=Command,
        help=N_("Make a new workspace."),
        epilog="waypost init shop --name Alpenrad --currency CHF --country CH",
    )(init)
    app.command(
        cls=Command,
        help=N_("Show or change what a workspace was told once: name, time zone, currency …"),
        epilog="waypost settings shop --zone Europe/Vienna",
    )(settings)
    app.command(
        cls=Command,
        help=N_("Persons, touchpoints and journeys from all that was imported."),
        epilog="waypost build shop",
    )(build)
    app.command(
        cls=Command,
        help=N_("Check that everything adds up and nothing is damaged."),
        epilog="waypost check shop",
    )(check)
    app.command(
        cls=Command,
        help=N_("A simulated bicycle retailer: write its exports, import them, draw its map."),
        epilog="waypost demo demo --persons 3000",
    )(demo)


def init(
    context: typer.Context,
    shop: Shop,
    name: Name = "",
    zone: Zone = "Europe/Berlin",
    country: Country = "DE",
    currency: Currency = "EUR",
    stages: Stages = "b2c",
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost init``."""
    session = session_of(context)
    chosen = waypost.Settings(
        name=name or shop.resolve().name,
        zone=zone,
        country=country,
        currency=currency,
        language=session.language,
        stages=stages,
    )
    telling.created(session, waypost.create(shop, chosen))


def settings(
    context: typer.Context,
    shop: Shop,
    name: Name = "",
    zone: Zone = "",
    country: Country = "",
    currency: Currency = "",
    stages: Stages = "",
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost settings``."""
    session = session_of(context)
    workspace = waypost.open(shop)
    wanted = {
        "name": name,
        "zone": zone,
        "country": country,
        "currency": currency,
        "stages": stages,
        "language": language or "",
    }
    changes = {key: value for key, value in wanted.items() if value}
    if changes:
        workspace = workspace.change(**changes)
    telling.settings(session, workspace, changed=bool(changes))


def build(
    context: typer.Context, shop: Shop, language: Language = None, json: Json = False
) -> None:
    """Run ``waypost build``."""
    session = session_of(context)
    workspace = waypost.open(shop)
    with session.progress() as progress:
        report = workspace.build(progress=progress)
    from waypost.app.preparing import prepare  # noqa: PLC0415 - only a build needs it

    prepare(workspace.path)
    telling.build(session, workspace, report)


def check(
    context: typer.Context, shop: Shop, language: Language = None, json: Json = False
) -> None:
    """Run ``waypost check``."""
    problems = waypost.open(shop).check()
    telling.problems(session_of(context), problems)
    if problems:
        raise typer.Exit(DamagedError.exit_code)


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=N_("Where to put it."), metavar="FOLDER")] = Path(
        "demo"
    ),
    persons: Annotated[
        int,
        typer.Option(
            min=500, max=1_000_000, help=N_("How many persons live in it."), metavar=N_("NUMBER")
        ),
    ] = 3000,
    seed: Annotated[
        int, typer.Option(help=N_("Another seed, another year."), metavar=N_("NUMBER"))
    ] = 7,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost demo``."""
    telling.demo(session_of(context), folder, persons=persons, seed=seed)
