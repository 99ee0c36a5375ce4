"""Help in the language of the session: what a command does, what it takes, an example."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from waypost.cli.session import session_of
from waypost.errors import CancelledError
from waypost.kit.translation import N_

__all__ = ["GROUPS", "Command", "Group"]

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("To begin"), ("demo", "init", "settings")),
    (N_("Import"), ("add", "log", "quarantine", "replay", "undo")),
    (
        N_("Put together and look after"),
        ("build", "check", "coverage", "who", "split", "block", "apart"),
    ),
    (
        N_("Ask"),
        (
            "funnel", "paths", "transitions", "drop-off", "time-between", "abandonment",
            "micro-conversions", "attribution", "hand-overs", "flow", "loops", "patterns",
            "conformance", "sessions", "retention", "cohorts", "repeat", "groups", "volumes",
            "step-flow", "questions", "ask",
        ),
    ),
    (N_("Draw"), ("map",)),
)  # fmt: skip
_OPTIONS = N_("Options")
_WIDEST = 96
_LEFT = 26


class Command(TyperCommand):
    """A command whose help speaks the session's language; its epilog is the example."""

    def get_help(self, ctx: Any) -> str:
        """Usage, meaning, arguments, options, an example."""
        return "\n".join(_command_help(self, ctx))


class Group(TyperGroup):
    """All commands, shown by what they are for."""

    def get_help(self, ctx: Any) -> str:
        """Usage, meaning, the commands in groups, the options."""
        return "\n".join(_group_help(self, ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C becomes our own error, so that it is told like any other."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise CancelledError("Stopped. Nothing is half done.") from error


def _width() -> int:
    return max(40, min(_WIDEST, shutil.get_terminal_size().columns))


def _command_help(command: TyperCommand, ctx: typer.Context) -> Iterator[str]:
    _ = session_of(ctx).gettext
    parameters = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    usage = [ctx.command_path, *(_argument(one) for one in arguments), _("[OPTIONS]")]
    yield _("Usage: {command}").format(command=" ".join(usage))
    yield ""
    yield from _paragraphs(_(command.help) if command.help else "")
    if arguments:
        yield from _section(_("Arguments"), [(_name(one), _meaning(one, ctx)) for one in arguments])
    for title, some in _panels(options).items():
        yield from _section(_(title), [(_flags(one, ctx), _meaning(one, ctx)) for one in some])
    if command.epilog:
        yield ""
        yield _("Example:")
        yield from (f"  {line}" for line in command.epilog.splitlines())


def _panels(options: Sequence[Any]) -> dict[str, list[Any]]:
    """Options by the heading that they stand under."""
    found: dict[str, list[Any]] = {}
    for one in options:
        found.setdefault(getattr(one, "rich_help_panel", None) or _OPTIONS, []).append(one)
    return found


def _group_help(group: TyperGroup, ctx: typer.Context) -> Iterator[str]:
    _ = session_of(ctx).gettext
    yield _("Usage: {command}").format(command=_("waypost COMMAND [OPTIONS]"))
    yield ""
    yield from _paragraphs(_(str(group.help)))
    for title, names in GROUPS:
        rows = [(name, _short(_(str(group.commands[name].help)))) for name in names]
        yield from _section(_(title), rows)
    options = [one for one in group.get_params(ctx) if not getattr(one, "hidden", False)]
    yield from _section(_("Options"), [(_flags(one, ctx), _meaning(one, ctx)) for one in options])
    yield ""
    yield from _paragraphs(_("Help for one command: waypost COMMAND --help"))


def _short(text: str) -> str:
    return text.partition("\n")[0]


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        yield from textwrap.wrap(paragraph, _width()) or [""]


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield f"{title}:"
    left = min(_LEFT, max(len(name) for name, _meaning_of in rows))
    for name, meaning in rows:
        lines = textwrap.wrap(meaning, _width() - left - 4) or [""]
        if len(name) > left:
            yield f"  {name}"
        else:
            yield f"  {name.ljust(left)}  {lines.pop(0)}".rstrip()
        yield from (f"{' ' * (left + 4)}{line}" for line in lines)


def _name(parameter: object) -> str:
    return str(getattr(parameter, "metavar", "") or getattr(parameter, "name", "")).upper()


def _argument(parameter: object) -> str:
    name = _name(parameter)
    return name if getattr(parameter, "required", False) else f"[{name}]"


def _flags(parameter: object, ctx: typer.Context) -> str:
    names = sorted(getattr(parameter, "opts", ()), key=len)
    text = ", ".join(names)
    if getattr(parameter, "is_flag", False):
        return text
    return f"{text} {session_of(ctx).gettext(str(getattr(parameter, 'metavar', '') or 'TEXT'))}"


def _meaning(parameter: object, ctx: typer.Context) -> str:
    session = session_of(ctx)
    meaning = session.gettext(_BUILT_IN.get(_name(parameter), str(getattr(parameter, "help", ""))))
    default = getattr(parameter, "default", None)
    if default in (None, "", False, (), []) or getattr(parameter, "is_flag", False):
        return meaning
    shown = ", ".join(map(str, default)) if isinstance(default, list | tuple) else str(default)
    usual = session.gettext("[default: {value}]").format(value=shown)
    return f"{meaning} {usual}"


_BUILT_IN = {
    "HELP": N_("Show this help."),
    "INSTALL_COMPLETION": N_("Let this shell complete commands and options with Tab."),
    "SHOW_COMPLETION": N_("Show what --install-completion would install."),
}
