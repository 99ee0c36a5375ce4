"""A command for every question, and waypost ask and questions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

import waypost
from waypost.app.question_fields.asked import ASKED
from waypost.app.question_fields.reading import question_of
from waypost.app.question_fields.shape import Asked
from waypost.cli import telling
from waypost.cli.asking.common import ROWS, Chart, Csv, Members
from waypost.cli.asking.lazy import QuestionCommand
from waypost.cli.asking.wishes import Wishes, wishes_of
from waypost.cli.commands.options import Json, Language, Shop, Top
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.kit.translation import N_

__all__ = ["question_commands", "register"]


def register(app: typer.Typer) -> None:
    """Add the commands that are no question's own to ``app``."""
    app.command(
        cls=Command,
        help=N_("Any question as JSON; the page of a map shows this command beside its figures."),
        epilog="""waypost ask shop '{"question": "volumes", "by": "channel"}'""",
    )(ask)
    app.command(
        cls=Command,
        help=N_("List all questions, with a sentence each."),
        epilog="waypost questions",
    )(questions)


def question_commands() -> dict[str, Command]:
    """A command for every question, by name."""
    return {asked.command: QuestionCommand(asked, _run) for asked in ASKED}


def _run(asked: Asked, context: typer.Context, shop: Path, given: Mapping[str, Any]) -> None:
    question, wishes = question_of(asked, given), wishes_of(asked, given)
    telling.answered(session_of(context), waypost.open(shop), question, wishes)


def ask(
    context: typer.Context,
    shop: Shop,
    question: Annotated[
        str,
        typer.Argument(help=N_("The question as JSON, as a map's page shows it."), metavar="JSON"),
    ],
    top: Top = ROWS,
    members: Members = None,
    chart: Chart = None,
    csv: Csv = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost ask``."""
    wishes = Wishes(rows=top, members=tuple(members or ()), chart=chart, csv=csv)
    workspace = waypost.open(shop)
    telling.answered(session_of(context), workspace, telling.question_in(question), wishes)


def questions(context: typer.Context, language: Language = None, json: Json = False) -> None:
    """Run ``waypost questions``."""
    telling.questions(session_of(context))
