"""Import files into a workspace: recognise, read, account, commit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from waypost.app.settings import Settings
from waypost.errors import (
    DamagedError,
    FilesRefusedError,
    InputError,
    NotFoundError,
    UnreadableFileError,
    WaypostError,
)
from waypost.intake import (
    ImportReport,
    Mapping,
    Mended,
    ReadContext,
    Recognition,
    Trial,
    customer_kinds,
    dry_run,
    import_file,
    mapping_text,
    read_mapping,
    with_kinds,
)
from waypost.intake.normalise import snake_case
from waypost.journeys import EventLog
from waypost.kit import Progress, write_atomically

__all__ = [
    "MAPPINGS",
    "context_of",
    "files_in",
    "free_name",
    "import_files",
    "keep_proposals",
    "look_at",
    "mapping_files",
    "mappings_of",
    "read_mended",
]

MAPPINGS = "mappings"
"""The folder of a workspace with its mapping files."""

_NO_FILES = (".", "~$", "Thumbs.db", "desktop.ini")  # of the system, or of a program at work


def context_of(settings: Settings) -> ReadContext:
    """What readers must be told that files do not say."""
    return ReadContext(
        zone=ZoneInfo(settings.zone), country=settings.country, currency=settings.currency
    )


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files, those of folders by name, hidden and locking ones left out, each once.

    Links that lead nowhere and folders that cannot be opened are in the list, so that importing
    refuses them in words. ``NotFoundError`` for a path that is not there or a folder without files.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(_inside(path))
            if not inside:
                raise NotFoundError(
                    f"There are no files in {path}.", hint="Check the path.", path=path
                )
            found += inside
        elif path.exists() or path.is_symlink():
            found.append(path)
        else:
            raise NotFoundError(f"There is no file {path}.", hint="Check the path.", path=path)
    return list(dict.fromkeys(found))


def _inside(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Every file below, also behind links to folders, but never a folder within itself."""
    above |= {folder.resolve()}
    try:
        children = [child for child in folder.iterdir() if not child.name.startswith(_NO_FILES)]
    except OSError:
        yield folder  # refused when it is imported, with the reason
        return
    for child in children:
        if not child.is_dir():
            yield child
        elif child.resolve() not in above:
            yield from _inside(child, above)


def mapping_files(workspace: Path) -> list[Path]:
    """The mapping files that the workspace keeps, by name."""
    return sorted((workspace / MAPPINGS).glob("*.y*ml"))


def mappings_of(workspace: Path, given: Sequence[Path]) -> list[Mapping]:
    """The mappings named on this occasion, then those the workspace keeps."""
    return [read_mapping(path) for path in (*given, *mapping_files(workspace))]


def free_name(workspace: Path, wanted: str) -> str:
    """The name, with a number where a mapping of the workspace has it."""
    taken = {path.stem for path in mapping_files(workspace)}
    number, free = 2, wanted
    while free in taken:
        free, number = f"{wanted}_{number}", number + 1
    return free


def import_files(
    log: EventLog,
    files: Sequence[Path],
    *,
    context: ReadContext,
    mappings: Sequence[Mapping],
    progress: Progress,
) -> list[ImportReport]:
    """Import the files one after the other; one report per table in them.

    A file that cannot be used does not stop the rest: ``FilesRefusedError`` at the end has the
    reports and the refused. Where there is only one file, its own error is raised. Somebody else
    writing, the user's stop, or a disk that is full ends it at once.
    """
    reports: list[ImportReport] = []
    refused: dict[str, WaypostError] = {}
    for path in files:
        try:
            _check_file(path)
            reports += import_file(log, path, context=context, mappings=mappings, progress=progress)
        except (InputError, NotFoundError, DamagedError) as error:
            if len(files) == 1:
                raise
            refused[str(path)] = error
    if refused:
        raise FilesRefusedError(files=len(files), refused=refused, reports=reports)
    return reports


def _check_file(path: Path) -> None:
    """Raise ``UnreadableFileError`` for what is no file that can be opened."""
    if path.is_file() and os.access(path, os.R_OK):
        return
    hint = "Choose the file that holds the data."
    if path.is_dir() or path.is_file():
        reason = "cannot be opened: you may not read it"
        hint = "Change its permissions, or copy it to where you may read it."
    elif path.is_symlink():
        reason = "is a link that leads nowhere"
    else:
        reason = "is no regular file"
    raise UnreadableFileError(f"{path.name} {reason}.", hint=hint, path=path)


def keep_proposals(
    workspace: Path,
    files: Sequence[Path],
    *,
    context: ReadContext,
    mappings: Sequence[Mapping],
    same_customers: bool = False,
) -> list[Path]:
    """Write the proposed mapping of each table that nobody knows into ``mappings/``; their paths.

    Files are taken in their order: one that fits a mapping written before needs none of its own.
    What gives no event, or cannot be read at all, is passed over. A mapping that is there stays.
    ``same_customers``: customer numbers in columns of one name are those of one system, also in
    ``mappings``.
    """
    known = list(mappings)
    kept: list[Path] = []
    kinds: dict[str, str] = {}
    for mapping in mappings:
        kinds = _kinds_by_name(mapping) | kinds
    for path in files:
        alike: set[tuple[str, ...]] = set()
        for trial in _trials(path, context, known):
            columns = trial.recognition.columns
            if trial.proposal is None or not trial.events or columns in alike:
                continue
            alike.add(columns)
            name = free_name(workspace, trial.proposal.mapping.name)
            target = workspace / MAPPINGS / f"{name}.yaml"
            mapping = trial.proposal.mapping.model_copy(update={"name": name})
            if same_customers:
                kinds = _kinds_by_name(mapping) | kinds
                mapping = with_kinds(mapping, kinds)
            write_atomically(target, mapping_text(mapping).encode())
            known.append(mapping)
            kept.append(target)
    return kept


def _kinds_by_name(mapping: Mapping) -> dict[str, str]:
    return {snake_case(column): kind for column, kind in customer_kinds(mapping).items()}


def _trials(path: Path, context: ReadContext, mappings: Sequence[Mapping]) -> list[Trial]:
    try:
        _check_file(path)
        return dry_run(path, context=context, mappings=mappings)
    except (InputError, NotFoundError, DamagedError):
        return []  # importing says why


def look_at(
    files: Sequence[Path], *, context: ReadContext, mappings: Sequence[Mapping]
) -> list[Trial]:
    """What would be read from each table, and a proposed mapping where nobody knows the format.

    A file that cannot be read is told of beside the others; alone it raises its error.
    """
    found: list[Trial] = []
    for path in files:
        try:
            found += dry_run(path, context=context, mappings=mappings)
        except UnreadableFileError as error:
            if len(files) == 1:
                raise
            found.append(Trial(Recognition(path, path.name, None, 0.0), trouble=str(error)))
    return found


def read_mended(path: Path) -> list[Mended]:
    """Mended records from a file as ``waypost quarantine -o`` writes it: one JSON object a line.

    Each has ``line`` and the mended ``raw``; a ``reason`` is passed over. ``InputError`` names the
    first line that is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {path}.", path=path) from error
    return [_mended(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _mended(path: Path, number: int, line: str) -> Mended:
    try:
        found = json.loads(line)
        return Mended(int(found["line"]), str(found["raw"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"Line {number} of {path.name} is not a mended record.",
            hint="Write what `waypost quarantine SHOP DELIVERY -o FILE` gives, with raw mended.",
            line=number,
        ) from error
