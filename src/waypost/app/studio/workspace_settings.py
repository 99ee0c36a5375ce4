"""The settings of a workspace, changed by an owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from waypost.app.settings import Settings
from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.errors import InputError
from waypost.kit.translation import N_

__all__ = ["change_settings"]

_LONGEST_NAME = 120


def change_settings(site: Site, actor: Actor, wanted: Mapping[str, str]) -> Settings:
    """The settings with other values; what is empty stays. They hold for later imports and builds.

    Raises ``InputError`` for a value that cannot be, ``ConflictError`` while somebody imports.
    """
    require(actor, Right.ADMINISTER)
    workspace = site.workspace(actor.workspace)
    now = asdict(workspace.settings)
    given = {key: " ".join(value.split()) for key, value in wanted.items()}
    changes = {key: value for key, value in given.items() if value and now.get(key) != value}
    if len(changes.get("name", "")) > _LONGEST_NAME:
        raise InputError(N_("This name is too long."), field="name")
    if not changes:
        return workspace.settings
    changed = workspace.change(**changes).settings
    with site.database.writing() as session:
        note(session, actor, "settings-changed", at=site.clock(), about="", **changes)
    return changed
