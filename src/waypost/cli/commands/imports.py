"""waypost add, log, quarantine, replay, undo."""

from pathlib import Path
from typing import Annotated

import typer

import waypost
from waypost.cli import telling
from waypost.cli.commands.options import Batch, Json, Language, Shop
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.errors import FilesRefusedError
from waypost.kit.translation import N_

__all__ = ["register"]

Files = Annotated[
    list[Path],
    typer.Argument(
        help=N_("Export files, or folders of them; .zip and .gz are opened."), metavar="FILE…"
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(
        cls=Command,
        help=N_(
            "Import files; their formats are recognised by content.\n"
            "The same file twice, or a newer export that overlaps, adds nothing twice."
        ),
        epilog="waypost add shop exports/\nwaypost add shop till.csv --dry-run\n"
        "waypost add shop till.csv --accept",
    )(add)
    app.command(cls=Command, help=N_("List what was imported."), epilog="waypost log shop")(log)
    app.command(
        cls=Command,
        help=N_(
            "Show the records that could not be used, with line and reason.\n"
            "With -o they are written to a file: mend `raw` there, then `waypost replay`."
        ),
        epilog="waypost quarantine shop\nwaypost quarantine shop 3f2a -o mended.jsonl",
    )(quarantine)
    app.command(
        cls=Command,
        help=N_("Import the mended records of a delivery's quarantine."),
        epilog="waypost replay shop 3f2a mended.jsonl",
    )(replay)
    app.command(
        cls=Command,
        help=N_("Take an import back; importing the file again undoes that."),
        epilog="waypost undo shop 3f2a",
    )(undo)


def add(
    context: typer.Context,
    shop: Shop,
    files: Files,
    mapping: Annotated[
        list[Path],
        typer.Option(
            help=N_("A mapping for files that nobody knows; may be repeated."), metavar=N_("FILE")
        ),
    ] = [],  # noqa: B006 - Typer copies it
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=N_("Only say what would be read, and how; write nothing.")),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help=N_("Keep the proposed mapping of files that nobody knows, and use it.")
        ),
    ] = False,
    same_customers: Annotated[
        bool,
        typer.Option(
            "--same-customers",
            help=N_(
                "With --accept: customer numbers in columns of one name are those of one system."
            ),
        ),
    ] = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost add``."""
    session = session_of(context)
    workspace = waypost.open(shop)
    if dry_run:
        telling.trials(session, workspace, workspace.dry_run(files, mappings=mapping))
        return
    if accept:
        telling.kept_mappings(
            session, workspace.accept(files, mappings=mapping, same_customers=same_customers)
        )
    try:
        with session.progress() as progress:
            reports = workspace.add(*files, mappings=mapping, progress=progress)
    except FilesRefusedError as error:
        telling.refused(session, workspace, error)
        raise
    telling.imports(session, workspace, reports)


def log(context: typer.Context, shop: Shop, language: Language = None, json: Json = False) -> None:
    """Run ``waypost log``."""
    telling.log(session_of(context), waypost.open(shop))


def quarantine(
    context: typer.Context,
    shop: Shop,
    batch: Annotated[
        str,
        typer.Argument(help=N_("One delivery; all of them if left out."), metavar="DELIVERY"),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=N_("Write them to this file, to be mended and replayed."),
            metavar=N_("FILE"),
        ),
    ] = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost quarantine``."""
    workspace = waypost.open(shop)
    batch = telling.delivery_named(workspace, batch) if batch else ""
    records = workspace.quarantined(batch)
    if output is None:
        telling.quarantine(session_of(context), workspace, records)
    else:
        telling.quarantine_written(session_of(context), workspace, records, output, batch=batch)


def replay(
    context: typer.Context,
    shop: Shop,
    batch: Batch,
    mended: Annotated[
        Path, typer.Argument(help=N_("The mended records, as a file."), metavar="FILE")
    ],
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost replay``."""
    workspace = waypost.open(shop)
    report = workspace.replay(telling.delivery_named(workspace, batch), mended)
    telling.imports(session_of(context), workspace, [report])


def undo(
    context: typer.Context,
    shop: Shop,
    batch: Batch,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost undo``."""
    workspace = waypost.open(shop)
    commit = workspace.undo(telling.delivery_named(workspace, batch))
    telling.undone(session_of(context), workspace, commit)
