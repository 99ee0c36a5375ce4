"""Commits: one immutable file per import, in order; together they say what the log holds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from waypost.errors import ConflictError, DamagedError
from waypost.kit import fsync_directory

__all__ = ["Commit", "Segment", "StoredFile", "describe_file", "link_commit", "read_commits"]

IMPORT = "import"
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a batch, as it was when it was written: ``name`` within the batch's directory."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One Parquet file of events.

    ``first_row`` is the global row number of its first row; ``min_at`` and ``max_at`` are
    microseconds since 1970 UTC; ``more`` names the attributes that are kept inside ``a.more``.
    """

    path: Path
    first_row: int
    rows: int
    columns: tuple[str, ...]
    min_at: int
    max_at: int
    batch: str
    more: tuple[str, ...] = ()

    @property
    def keys_path(self) -> Path:
        """Its sorted keys, ``uint64[4, n]``: key_hi, key_lo, content, row in the segment."""
        return self.path.with_name(f"{self.path.stem}.keys.npy")


@dataclass(frozen=True, slots=True)
class Commit:
    """What one import added, or that one was taken back (``kind`` is ``import`` or ``undo``).

    ``account`` is the caller's account of the file's records; ``rows`` counts events by fate;
    ``undoes`` is the number of the commit that this one takes back.
    """

    number: int
    kind: str
    batch: str
    source: str
    file: str
    format: str
    account: Mapping[str, int]
    rows: Mapping[str, int]
    segments: tuple[Segment, ...]
    notes: Mapping[str, object]
    directory: str = ""
    files: tuple[StoredFile, ...] = ()
    undoes: int | None = None
    first_row: int = 0
    event_rows: int = field(default=0)

    def has_file(self, name: str) -> bool:
        """Whether the batch's directory holds a file of this name."""
        return any(stored.name == name for stored in self.files)


def describe_file(path: Path) -> StoredFile | None:
    """Name, size and SHA-256 of a file; None if it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return StoredFile(name=path.name, bytes=file.tell(), sha256=digest)
    except OSError:
        return None


def commit_path(log: Path, number: int) -> Path:
    """Where commit ``number`` lies under the log's directory."""
    return log / "commits" / f"{number:06d}.json"


def link_commit(log: Path, commit: Commit, *, staging: Path) -> None:
    """Publish a commit by one exclusive link; ``ConflictError`` when its number is taken."""
    staging.mkdir(parents=True, exist_ok=True)
    temporary = staging / f"commit-{commit.number:06d}.json"
    with temporary.open("wb") as file:
        file.write(_encode(commit))
        file.flush()
        os.fsync(file.fileno())
    final = commit_path(log, commit.number)
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(temporary, final)
    except FileExistsError as error:
        raise ConflictError(
            f"Commit {commit.number} was written by somebody else meanwhile.",
            hint="Nothing was changed; run the import again.",
            path=final,
        ) from error
    finally:
        temporary.unlink()
    fsync_directory(final.parent)


def read_commits(log: Path, after: int = 0, first_row: int = 0) -> list[Commit]:
    """The commits numbered above ``after``; ``DamagedError`` on a gap or a broken file."""
    directory = log / "commits"
    if not directory.is_dir():
        return []
    numbers = sorted(int(path.stem) for path in directory.glob("[0-9]*.json"))
    wanted = [number for number in numbers if number > after]
    commits = []
    for expected, number in enumerate(wanted, start=after + 1):
        if number != expected:
            raise _missing(commit_path(log, expected))
        commit = _decode(log, number, first_row)
        first_row += commit.event_rows
        commits.append(commit)
    return commits


def _missing(path: Path) -> DamagedError:
    return DamagedError(
        f"The commit file {path.name} is missing from the event log.",
        hint=f"Restore {path.parent} from a backup.",
        path=path,
    )


def _encode(commit: Commit) -> bytes:
    body = asdict(commit)
    del body["first_row"], body["event_rows"]
    body["segments"] = [
        {
            "file": segment.path.name,
            "rows": segment.rows,
            "columns": segment.columns,
            "min_at": segment.min_at,
            "max_at": segment.max_at,
            "more": segment.more,
        }
        for segment in commit.segments
    ]
    return _dump({**body, "check": _check(body)}, indent=1)


def _dump(body: Mapping[str, Any], indent: int | None = None) -> bytes:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, indent=indent, default=str)
    return text.encode() + b"\n"


def _check(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_dump(body)).hexdigest()


def _decode(log: Path, number: int, first_row: int) -> Commit:
    path = commit_path(log, number)
    try:
        body = json.loads(path.read_bytes())
        check = body.pop("check")
        intact = check == _check(body) and body["number"] == number
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise _broken(path) from error
    if not intact:
        raise _broken(path)
    return _build(log, body, first_row)


def _broken(path: Path) -> DamagedError:
    return DamagedError(
        f"The commit file {path.name} is cut short or was changed.",
        hint=f"Restore {path} from a backup; nothing else in the log is affected.",
        path=path,
    )


def _build(log: Path, body: dict[str, Any], first_row: int) -> Commit:
    segments = []
    row = first_row
    for stored in body["segments"]:
        segments.append(
            Segment(
                path=log / "batches" / body["directory"] / stored["file"],
                first_row=row,
                rows=stored["rows"],
                columns=tuple(stored["columns"]),
                min_at=stored["min_at"],
                max_at=stored["max_at"],
                batch=body["batch"],
                more=tuple(stored["more"]),
            )
        )
        row += stored["rows"]
    body["segments"] = tuple(segments)
    body["files"] = tuple(StoredFile(**stored) for stored in body["files"])
    return Commit(**body, first_row=first_row, event_rows=row - first_row)
