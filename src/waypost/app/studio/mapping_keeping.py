"""A mapping pointed out on the page, kept as the workspace's own; opened, changed, read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waypost.app.studio.actor import Actor
from waypost.app.studio.data import deliveries_of
from waypost.app.studio.jobs import Job
from waypost.app.studio.mapping_by_pointing import Pointing, mapping_of, pointing_of
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.uploads import (
    Upload,
    import_again,
    kept_uploads,
    look_again,
    open_uploads,
)
from waypost.errors import NotFoundError
from waypost.intake import mapping_text, read_mapping
from waypost.kit import write_atomically
from waypost.kit.translation import N_

__all__ = [
    "OWN",
    "OwnMapping",
    "keep_mapping",
    "kept_mappings",
    "kept_pointing",
    "own_mappings",
    "read_again",
]

OWN = "mapping:"
"""What the format of a table begins with that a mapping of the workspace knows."""


@dataclass(frozen=True, slots=True)
class OwnMapping:
    """A kind of file that was pointed out: its name, how many tables it brought in, kept files.

    ``kept`` are (upload, table) of files that are still there, so that they can be read again.
    """

    name: str
    deliveries: int
    kept: tuple[tuple[str, str], ...]


def keep_mapping(site: Site, actor: Actor, content: Mapping[str, Any]) -> str:
    """Write the mapping file; the name it has. Files that wait are recognised anew.

    A mapping of that name is replaced. ``RuleError`` names the part that cannot be.
    """
    require(actor, Right.CHANGE_DATA)
    mapping = mapping_of(Pointing.read(content))
    path = _file_of(site, actor, mapping.name) or _folder(site, actor) / f"{mapping.name}.yaml"
    write_atomically(path, mapping_text(mapping).encode())
    waiting = [one.id for one in open_uploads(site, actor) if one.state in ("looked", "failed")]
    look_again(site, actor, waiting)
    return mapping.name


def kept_mappings(site: Site, actor: Actor) -> list[str]:
    """The names of the workspace's mapping files."""
    require(actor, Right.SEE)
    return sorted(path.stem for path in _folder(site, actor).glob("*.y*ml"))


def _folder(site: Site, actor: Actor) -> Path:
    return site.workspaces[actor.workspace] / "mappings"


def _file_of(site: Site, actor: Actor, name: str) -> Path | None:
    found = (path for path in sorted(_folder(site, actor).glob("*.y*ml")) if path.stem == name)
    return next(found, None)


def kept_pointing(site: Site, actor: Actor, name: str, columns: Sequence[str]) -> Pointing:
    """What a mapping file says of a table with these columns, as choices on the page.

    ``NotFoundError`` where there is no such mapping.
    """
    require(actor, Right.CHANGE_DATA)
    path = _file_of(site, actor, name)
    if path is None:
        raise NotFoundError(
            N_("This mapping is not there any more."), hint=N_("Point at the columns anew.")
        )
    return pointing_of(read_mapping(path), columns)


def own_mappings(site: Site, actor: Actor) -> list[OwnMapping]:
    """The workspace's mappings by name, with what they brought in."""
    require(actor, Right.CHANGE_DATA)
    names = kept_mappings(site, actor)
    if not names:
        return []
    counted = Counter(
        one.report.format for one in deliveries_of(site, actor) if not one.is_taken_back
    )
    kept = kept_uploads(site, actor)
    return [OwnMapping(name, counted[OWN + name], _tables_of(kept, name)) for name in names]


def _tables_of(uploads: Sequence[Upload], name: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (upload.id, str(table["name"]))
        for upload in reversed(uploads)
        for table in upload.look.get("tables", ())
        if table["format"] == OWN + name
    )


def read_again(site: Site, actor: Actor, name: str) -> Job | None:
    """Read every kept file of a mapping once more; None where there is none.

    Events that come out the same stay, changed ones replace the former.
    """
    kept = _tables_of(kept_uploads(site, actor), name)
    files = list(dict.fromkeys(upload for upload, _ in kept))
    return import_again(site, actor, files) if files else None
