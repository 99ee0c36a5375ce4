"""Import files into a workspace: recognise, read, account, commit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from waypost.app.settings import Settings
from waypost.errors import InputError, NotFoundError
from waypost.intake import (
    ImportReport,
    Mapping,
    Mended,
    ReadContext,
    Trial,
    dry_run,
    import_file,
    read_mapping,
)
from waypost.journeys import EventLog
from waypost.kit import Progress

__all__ = ["context_of", "files_in", "import_files", "look_at", "mappings_of", "read_mended"]


def context_of(settings: Settings) -> ReadContext:
    """What readers must be told that files do not say."""
    return ReadContext(
        zone=ZoneInfo(settings.zone), country=settings.country, currency=settings.currency
    )


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files, those of folders by name, hidden ones left out; ``NotFoundError`` for none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (child for child in path.rglob("*") if child.is_file())
            found += sorted(child for child in inside if not child.name.startswith("."))
        elif path.is_file():
            found.append(path)
        else:
            raise NotFoundError(f"There is no file {path}.", hint="Check the path.", path=path)
    return found


def mappings_of(workspace: Path, given: Sequence[Path]) -> list[Mapping]:
    """The mappings named on this occasion, then those the workspace keeps."""
    kept = sorted((workspace / "mappings").glob("*.y*ml"))
    return [read_mapping(path) for path in (*given, *kept)]


def import_files(
    log: EventLog,
    files: Sequence[Path],
    *,
    context: ReadContext,
    mappings: Sequence[Mapping],
    progress: Progress,
) -> list[ImportReport]:
    """Import the files one after the other; one report per table in them."""
    return [
        report
        for path in files
        for report in import_file(log, path, context=context, mappings=mappings, progress=progress)
    ]


def look_at(
    files: Sequence[Path], *, context: ReadContext, mappings: Sequence[Mapping]
) -> list[Trial]:
    """What would be read from each table, and a proposed mapping where nobody knows the format."""
    return [found for path in files for found in dry_run(path, context=context, mappings=mappings)]


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
