"""The commands, one module per group; a command only translates, work is loaded when it runs."""

from typing import Annotated

import typer
from typer.core import TyperGroup

from waypost import __version__
from waypost.cli.commands import ask, imports, maps, people, serve, workspaces
from waypost.cli.commands.options import Json, Language
from waypost.cli.help import Group
from waypost.cli.session import Session, session_of
from waypost.kit.translation import N_

__all__ = ["build_app"]

_HELP = N_(
    "Customer journey maps that are true.\n"
    "From the export files of shop, till, newsletter, tickets and more to a map whose every figure "
    "can be traced. Everything stays on this machine."
)


def build_app(session: Session) -> TyperGroup:
    """The whole command line."""
    app = typer.Typer(
        name="waypost", cls=Group, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    app.callback(invoke_without_command=True, help=_HELP)(_start)
    for group in (workspaces, imports, people, ask, maps, serve):
        group.register(app)
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    found.commands.update(ask.question_commands())
    for command in found.commands.values():
        told = session.gettext(command.help) if command.help else ""
        command.short_help = told.partition("\n")[0]
    return found


def _version(context: typer.Context, wanted: bool) -> None:
    if not wanted:
        return
    output = session_of(context).output
    if output.as_json:
        output.value({"version": __version__})
    output.line(f"Waypost {__version__}")
    raise typer.Exit


def _start(
    context: typer.Context,
    language: Language = None,
    json: Json = False,
    version: Annotated[
        bool,
        typer.Option("--version", help=N_("Show the version."), callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Without a command, the help is the answer."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
