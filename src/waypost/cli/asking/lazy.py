"""A command whose options are made when it is looked at, not when the command line starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from waypost.app.question_fields.shape import Asked
from waypost.cli.asking.commands import command_of
from waypost.cli.help import Command

__all__ = ["QuestionCommand"]


class QuestionCommand(Command):
    """The command of a question; its name and meaning are there at once, all else at first use."""

    def __init__(self, asked: Asked, run: Callable[..., None]) -> None:
        self._made: tuple[Asked, Callable[..., None]] | None = None
        super().__init__(asked.command, help=asked.meaning, epilog=asked.example)
        self._made = (asked, run)

    @property
    def params(self) -> list[Any]:
        """Arguments and options."""
        self._make()
        return self._params

    @params.setter
    def params(self, value: list[Any]) -> None:
        self._params = value

    @property
    def callback(self) -> Callable[..., Any] | None:
        """What is called with them."""
        self._make()
        return self._callback

    @callback.setter
    def callback(self, value: Callable[..., Any] | None) -> None:
        self._callback = value

    def _make(self) -> None:
        if self._made is None:
            return
        asked, run = self._made
        self._made = None
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(asked.command, cls=Command)(command_of(asked, run))
        found = typer.main.get_command(app)
        self._params, self._callback = list(found.params), found.callback
