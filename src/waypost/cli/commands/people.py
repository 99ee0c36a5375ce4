"""waypost who, split, block, apart, coverage."""

from typing import Annotated

import typer

import waypost
from waypost.cli import telling
from waypost.cli.commands.options import Identifier, Json, Language, Shop
from waypost.cli.help import Command
from waypost.cli.session import session_of
from waypost.kit.translation import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command(
        cls=Command,
        help=N_("Show who somebody is, which identifiers were joined, and what joined them."),
        epilog="waypost who shop someone@example.org",
    )(who)
    app.command(
        cls=Command,
        help=N_("Take an identifier out of its person; --undo puts it back."),
        epilog="waypost split shop phone:+4989123456",
    )(split)
    app.command(
        cls=Command,
        help=N_("Hold an identifier for nobody's, such as your own number; --undo takes it back."),
        epilog="waypost block shop phone:+4989123456",
    )(block)
    app.command(
        cls=Command,
        help=N_("Never join two identifiers into one person; --undo allows it again."),
        epilog="waypost apart shop one@example.org other@example.org",
    )(apart)
    app.command(
        cls=Command,
        help=N_("List events that no rule has bound, by volume, with a suggestion each."),
        epilog="waypost coverage shop",
    )(coverage)


def who(
    context: typer.Context,
    shop: Shop,
    identifier: Identifier,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost who``."""
    workspace = waypost.open(shop)
    telling.person(session_of(context), workspace, workspace.who(identifier))


def split(
    context: typer.Context,
    shop: Shop,
    identifier: Identifier,
    undo: Annotated[bool, typer.Option("--undo", help=N_("Put it back."))] = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost split``."""
    workspace = waypost.open(shop)
    if undo:
        workspace.unsplit(identifier)
    else:
        workspace.split(identifier)
    telling.split(session_of(context), workspace, identifier, undone=undo)


def block(
    context: typer.Context,
    shop: Shop,
    identifier: Identifier,
    undo: Annotated[bool, typer.Option("--undo", help=N_("It may name somebody again."))] = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost block``."""
    workspace = waypost.open(shop)
    if undo:
        workspace.unblock(identifier)
    else:
        workspace.block(identifier)
    telling.block(session_of(context), workspace, identifier, undone=undo)


def apart(
    context: typer.Context,
    shop: Shop,
    identifier: Identifier,
    other: Identifier,
    undo: Annotated[bool, typer.Option("--undo", help=N_("Allow it again."))] = False,
    language: Language = None,
    json: Json = False,
) -> None:
    """Run ``waypost apart``."""
    workspace = waypost.open(shop)
    if undo:
        workspace.let_join(identifier, other)
    else:
        workspace.keep_apart(identifier, other)
    telling.apart(session_of(context), workspace, (identifier, other), undone=undo)


def coverage(
    context: typer.Context, shop: Shop, language: Language = None, json: Json = False
) -> None:
    """Run ``waypost coverage``."""
    workspace = waypost.open(shop)
    telling.coverage(session_of(context), workspace, workspace.coverage())
