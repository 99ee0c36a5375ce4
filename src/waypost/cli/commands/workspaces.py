"""waypost init, demo, build, check."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.app import STAGE_SETS, Settings, Workspace
from waypost.cli.demo_story import tell_demo
from waypost.cli.reports import tell_build, tell_problems
from waypost.cli.session import Session

__all__ = ["register"]


def register(app: typer.Typer, session: Session) -> None:
    """Add the commands to ``app``."""
    _ = session.text
    shop = Annotated[Path, typer.Argument(help=_("The workspace directory."), metavar="SHOP")]
    as_json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]

    @app.command(help=_("Make a new workspace."))
    def init(
        shop: shop,
        name: Annotated[str, typer.Option(help=_("Its name; the directory's by default."))] = "",
        zone: Annotated[
            str, typer.Option(help=_("Time zone, like Europe/Berlin."))
        ] = "Europe/Berlin",
        country: Annotated[str, typer.Option(help=_("Country for phone numbers, like DE."))] = "DE",
        currency: Annotated[str, typer.Option(help=_("Currency, like EUR."))] = "EUR",
        stages: Annotated[
            str, typer.Option(help=_("Stage set: %s.") % ", ".join(STAGE_SETS))
        ] = "b2c",
        json: as_json = False,
    ) -> None:
        settings = Settings(
            name=name or shop.resolve().name,
            zone=zone,
            country=country,
            currency=currency,
            language=session.language,
            stages=stages,
        )
        workspace = Workspace.create(shop, settings)
        if json:
            session.output.value({"workspace": str(workspace.path), "name": settings.name})
        session.output.line(_("The workspace %s is ready.") % workspace.path)
        session.output.line(_("Next: waypost add %s FILE…") % shop)

    @app.command(help=_("Persons, touchpoints and the journey store from all that was imported."))
    def build(shop: shop, json: as_json = False) -> None:
        workspace = Workspace.open(shop)
        with session.progress() as progress:
            report = workspace.build(progress=progress)
        tell_build(session, report)

    @app.command(help=_("Check that everything adds up and nothing is damaged."))
    def check(shop: shop, json: as_json = False) -> None:
        problems = Workspace.open(shop).check()
        tell_problems(session, problems)
        if problems:
            raise typer.Exit(5)

    @app.command(help=_("Make the demo company's exports, import them, build, and draw the map."))
    def demo(
        folder: Annotated[Path, typer.Argument(help=_("Where to put it."))] = Path("demo"),
        persons: Annotated[
            int, typer.Option(min=500, max=1_000_000, help=_("How many persons live in it."))
        ] = 3000,
        seed: Annotated[int, typer.Option(help=_("Another seed, another year."))] = 7,
        json: as_json = False,
    ) -> None:
        tell_demo(session, folder, persons=persons, seed=seed)
