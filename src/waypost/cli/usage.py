"""A command typed wrongly, as one of our errors in the session's language."""

from __future__ import annotations

import re

import typer

from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.errors import InputError, nearest

__all__ = ["UsageError", "usage_error"]

UsageError: type[typer.TyperException] = typer.BadParameter.__mro__[1]
"""What Typer raises for a command typed wrongly; it gives this class no public name."""


_BEYOND = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)


def usage_error(session: Session, error: typer.TyperException) -> InputError:
    """What was typed wrongly, which names are near, and where help is."""
    context: typer.Context | None = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "waypost"
    help_hint = session.gettext("All options are in: {command}").format(command=f"{path} --help")
    message, hint = _worded(session, error)
    return InputError(message, hint=f"{hint} {help_hint}".strip())


def _worded(session: Session, error: typer.TyperException) -> tuple[str, str]:
    _ = session.gettext
    option = getattr(error, "option_name", None)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = list(getattr(error, "possibilities", None) or ())
        return _("There is no option {option}.").format(option=option), _meant(session, near)
    if kind == "MissingParameter":
        return _("{name} is missing.").format(name=_parameter(error)), ""
    if kind == "BadParameter" and _parameter(error):
        wrong = getattr(error, "message", str(error))
        return _("{name}: {problem}").format(name=_parameter(error), problem=said(_, wrong)), ""
    word = _unknown_command(error)
    if word:
        known: list[str] = list(error.ctx.command.commands)  # type: ignore[attr-defined]  # a group's
        message = _("There is no command {command}.").format(command=word)
        return message, _meant(session, nearest(word, known))
    told = str(getattr(error, "message", error))
    beyond = _BEYOND.fullmatch(told)
    if beyond is not None:
        return _("That is more than the command takes: {words}").format(words=beyond[1]), ""
    return told, ""


def _unknown_command(error: typer.TyperException) -> str:
    """The word that is no command; empty where something else is wrong."""
    message = str(getattr(error, "message", ""))
    return message.split("'")[1] if message.startswith("No such command '") else ""


def _meant(session: Session, near: list[str]) -> str:
    return session.gettext("Did you mean {names}?").format(names=", ".join(near)) if near else ""


def _parameter(error: typer.TyperException) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    options = [name for name in parameter.opts if name.startswith("-")]
    return options[0] if options else str(parameter.metavar or parameter.name).upper()
