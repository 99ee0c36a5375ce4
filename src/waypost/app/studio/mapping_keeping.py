"""A mapping pointed out on the page, kept as the workspace's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.app.studio.actor import Actor
from waypost.app.studio.mapping_by_pointing import Pointing, mapping_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.uploads import look_again, open_uploads
from waypost.intake import mapping_text
from waypost.kit import write_atomically

__all__ = ["keep_mapping", "kept_mappings"]


def keep_mapping(site: Site, actor: Actor, content: Mapping[str, Any]) -> str:
    """Write the mapping file; the name it has. Files that wait are recognised anew.

    A mapping of that name is replaced. ``RuleError`` names the part that cannot be.
    """
    require(actor, Right.CHANGE_DATA)
    mapping = mapping_of(Pointing.read(content))
    folder = site.workspaces[actor.workspace] / "mappings"
    write_atomically(folder / f"{mapping.name}.yaml", mapping_text(mapping).encode())
    waiting = [one.id for one in open_uploads(site, actor) if one.state in ("looked", "failed")]
    look_again(site, actor, waiting)
    return mapping.name


def kept_mappings(site: Site, actor: Actor) -> list[str]:
    """The names of the workspace's mapping files."""
    require(actor, Right.SEE)
    folder = site.workspaces[actor.workspace] / "mappings"
    return sorted(path.stem for path in folder.glob("*.y*ml"))
