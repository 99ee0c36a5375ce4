"""A function for Typer out of a question's fields: its signature is what the command takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from waypost.app.question_fields.fields import Field
from waypost.app.question_fields.shape import NEEDED, Asked, Shortcut, flag_of, shortcut_name
from waypost.cli.asking.common import COMMON, TOP, Shop, keyword

__all__ = ["command_of"]


def command_of(asked: Asked, run: Callable[..., None]) -> Callable[..., None]:
    """A function whose options are the fields of the question; it calls ``run(asked, …)``.

    ``run`` gets the context, the workspace's folder, and by name what was given.
    """

    def command(context: typer.Context, shop: Any, **given: Any) -> None:
        run(asked, context, shop, given)

    parameters = list(_parameters(asked))
    command.__name__ = asked.question
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _parameters(asked: Asked) -> Iterator[Parameter]:
    yield Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    yield Parameter("shop", Parameter.POSITIONAL_OR_KEYWORD, annotation=Shop)
    for name in asked.arguments:
        yield _argument(name, asked.field(name), asked.fields[name])
    for name, default in asked.fields.items():
        if name not in asked.arguments:
            yield _option(name, asked.field(name), default)
    for shortcut in asked.shortcuts:
        yield _shortcut(shortcut)
    own = {flag_of(name, asked.field(name)) for name in asked.fields}
    yield from (one for one in COMMON if one is not TOP or "--top" not in own)


def _argument(name: str, field: Field, default: Any) -> Parameter:
    told = typer.Argument(help=field.help, metavar=field.metavar)
    kind: Any = list[str] if field.kind == "texts" else str
    needed = default == NEEDED
    shown: Any = Annotated[kind if needed else kind | None, told]
    return keyword(name, shown, default=Parameter.empty if needed else None)


def _option(name: str, field: Field, default: Any) -> Parameter:
    flag = flag_of(name, field)
    if field.kind == "flag":
        told = typer.Option(flag, help=field.help)
        return keyword(name, Annotated[bool, told], default=False)
    words = list(field.words)
    told = typer.Option(
        flag,
        help=field.help,
        metavar=field.metavar,
        min=field.least if field.kind == "number" else None,
        max=field.most,
        autocompletion=(lambda: words) if words else None,
    )
    kind: Any = {"number": int, "texts": list[str]}.get(field.kind, str)
    usual = default or None if default in ((), None) else default
    shown: Any = Annotated[kind | None if usual is None else kind, told]
    return keyword(name, shown, default=usual)


def _shortcut(shortcut: Shortcut) -> Parameter:
    told = typer.Option(shortcut.flag, help=shortcut.help)
    return keyword(shortcut_name(shortcut), Annotated[bool, told], default=False)
