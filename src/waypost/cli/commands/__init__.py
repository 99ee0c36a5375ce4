"""The commands, one module per group."""

import typer

from waypost import __version__
from waypost.cli.commands import ask, imports, maps, people, workspaces
from waypost.cli.session import Session

__all__ = ["build_app"]


def build_app(session: Session) -> typer.Typer:
    """The whole command line, its help in the language of the session."""
    _ = session.text
    app = typer.Typer(
        name="waypost",
        help=_("Customer journey maps that are true."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    def version(wanted: bool) -> None:
        if wanted:
            session.output.line(f"Waypost {__version__}")
            raise typer.Exit

    @app.callback()
    def start(
        language: str = typer.Option(session.language, help=_("Language of the output: de or en.")),
        version: bool = typer.Option(
            False,
            "--version",
            help=_("Show the version."),
            callback=version,
            is_eager=True,
        ),
    ) -> None:
        """Options before the command; their work is done before the command runs."""

    for group in (workspaces, imports, people, ask, maps):
        group.register(app, session)
    return app
