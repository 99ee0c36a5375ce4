"""waypost add, undo, quarantine, replay."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.app import Workspace
from waypost.cli.reports import tell_imports, tell_quarantine, write_quarantine
from waypost.cli.trials import tell_dry_run
from waypost.cli.session import Session

__all__ = ["register"]


def register(app: typer.Typer, session: Session) -> None:
    """Add the commands to ``app``."""
    _ = session.text
    shop = Annotated[Path, typer.Argument(help=_("The workspace directory."), metavar="SHOP")]
    as_json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
    batch = Annotated[str, typer.Argument(help=_("The delivery, as `waypost log` shows it."))]

    @app.command(help=_("Import files; their formats are recognised by content."))
    def add(
        shop: shop,
        files: Annotated[list[Path], typer.Argument(help=_("Files or folders."), metavar="FILE…")],
        mapping: Annotated[
            list[Path], typer.Option(help=_("A mapping file for files that nobody knows."))
        ] = [],  # noqa: B006 - Typer copies it
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=_("Only say what would be read, and how."))
        ] = False,
        json: as_json = False,
    ) -> None:
        workspace = Workspace.open(shop)
        if dry_run:
            tell_dry_run(session, workspace.dry_run(files, mappings=mapping))
            return
        with session.progress() as progress:
            reports = workspace.add(*files, mappings=mapping, progress=progress)
        tell_imports(session, reports)

    @app.command(help=_("List what was imported."))
    def log(shop: shop, json: as_json = False) -> None:
        commits = Workspace.open(shop).log.commits()
        rows = [(str(c.number), c.batch, c.file, c.format, _account(c.account)) for c in commits]
        columns = (_("No."), _("Delivery"), _("File"), _("Format"), _("Account"))
        if json:
            session.output.value([dict(zip(columns, row, strict=True)) for row in rows])
            return
        session.output.table(columns, rows)

    @app.command(help=_("Show the rows that could not be used, with line and reason."))
    def quarantine(
        shop: shop,
        batch: Annotated[
            str, typer.Argument(help=_("One delivery; all of them if left out."))
        ] = "",
        output: Annotated[
            Path | None,
            typer.Option(
                "--output", "-o", help=_("Write them to a file, to be mended and replayed.")
            ),
        ] = None,
        json: as_json = False,
    ) -> None:
        records = Workspace.open(shop).quarantined(batch)
        if output is not None:
            write_quarantine(output, records)
            session.output.line(_("Written: %s. Mend raw, then: waypost replay") % output)
            return
        tell_quarantine(session, records)

    @app.command(help=_("Import mended rows of a delivery's quarantine."))
    def replay(
        shop: shop,
        batch: batch,
        mended: Annotated[Path, typer.Argument(help=_("The mended rows, as a file."))],
        json: as_json = False,
    ) -> None:
        tell_imports(session, [Workspace.open(shop).replay(batch, mended)])

    @app.command(help=_("Take an import back."))
    def undo(shop: shop, batch: batch, json: as_json = False) -> None:
        commit = Workspace.open(shop).undo(batch)
        session.output.line(_("Taken back: %s. Next: waypost build %s") % (batch, shop))
        if json:
            session.output.value({"batch": batch, "commit": commit.number})


def _account(account: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in account.items() if count)
