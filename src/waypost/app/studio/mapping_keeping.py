"""A mapping pointed out on the page, kept as the workspace's own; opened, changed, read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waypost.app import importing
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
from waypost.intake import (
    CustomerNumbers,
    SharedNumbers,
    mapping_text,
    read_mapping,
    shared_among,
)
from waypost.intake.normalise import snake_case
from waypost.kit import write_atomically
from waypost.kit.translation import N_

__all__ = [
    "OWN",
    "OwnMapping",
    "accept_proposals",
    "free_name",
    "keep_mapping",
    "kept_mappings",
    "kept_pointing",
    "own_mappings",
    "read_again",
    "shared_numbers",
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
    name = _write(site, actor, Pointing.read(content))
    _look_at_waiting(site, actor)
    return name


def _write(site: Site, actor: Actor, pointing: Pointing) -> str:
    mapping = mapping_of(pointing)
    folder = _workspace(site, actor) / importing.MAPPINGS
    path = _file_of(site, actor, mapping.name) or folder / f"{mapping.name}.yaml"
    write_atomically(path, mapping_text(mapping).encode())
    return mapping.name


def _look_at_waiting(site: Site, actor: Actor) -> None:
    waiting = [one.id for one in open_uploads(site, actor) if one.state in ("looked", "failed")]
    look_again(site, actor, waiting)


def shared_numbers(site: Site, actor: Actor) -> list[SharedNumbers]:
    """Columns of customer numbers that proposed tables share with others, imported ones too."""
    everything = [*kept_uploads(site, actor), *open_uploads(site, actor)]
    found = [pair for one in everything for pair in _numbers(one.look.get("tables", ()))]
    proposed = {numbers.name for one in everything for _, numbers in _numbers(one.proposed_tables)}
    return [one for one in shared_among(found) if one.name in proposed]


def _numbers(tables: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, CustomerNumbers]]:
    for table in tables:
        if told := table.get("numbers"):
            numbers = CustomerNumbers(told["column"], told["kind"], tuple(told["hashes"]))
            yield str(table["name"]), numbers


def accept_proposals(
    site: Site, actor: Actor, uploads: Sequence[str], *, same: Sequence[str] = ()
) -> list[str]:
    """Keep the mappings that were proposed for unknown tables of these uploads; their names.

    Tables with the same columns, such as exports of two periods, share the first one's mapping. A
    mapping that is there stays. ``same`` names columns of ``shared_numbers`` whose numbers are
    those of one system, so that they join. ``NotFoundError`` where nothing is proposed any more.
    """
    require(actor, Right.CHANGE_DATA)
    waiting = [one for one in open_uploads(site, actor) if one.id in uploads]
    alike: dict[tuple[str, ...], str] = {}
    shared = shared_numbers(site, actor) if same else ()
    kinds = {one.name: one.kind for one in shared if one.name in map(snake_case, same)}
    for table in (table for one in waiting for table in one.proposed_tables):
        columns = tuple(table["columns"])
        if columns not in alike:
            pointing = _of_one_system(Pointing.read(table["pointing"]), kinds)
            name = free_name(site, actor, pointing.name)
            alike[columns] = _write(site, actor, pointing.model_copy(update={"name": name}))
    if not alike:
        raise NotFoundError(
            N_("Nothing is proposed for these files any more."),
            hint=N_("They may have been recognised meanwhile. Look at the data page."),
        )
    _look_at_waiting(site, actor)
    return list(alike.values())


def _of_one_system(pointing: Pointing, kinds: Mapping[str, str]) -> Pointing:
    shared = {
        column: kinds[snake_case(column)]
        for column in pointing.pointed("customer")
        if snake_case(column) in kinds
    }
    return pointing.model_copy(update={"kinds": {**pointing.kinds, **shared}})


def free_name(site: Site, actor: Actor, wanted: str) -> str:
    """The name, with a number where a mapping of the workspace has it."""
    require(actor, Right.SEE)
    return importing.free_name(_workspace(site, actor), wanted)


def kept_mappings(site: Site, actor: Actor) -> list[str]:
    """The names of the workspace's mapping files."""
    require(actor, Right.SEE)
    return sorted(path.stem for path in importing.mapping_files(_workspace(site, actor)))


def _workspace(site: Site, actor: Actor) -> Path:
    return site.workspaces[actor.workspace]


def _file_of(site: Site, actor: Actor, name: str) -> Path | None:
    files = importing.mapping_files(_workspace(site, actor))
    return next((path for path in files if path.stem == name), None)


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
