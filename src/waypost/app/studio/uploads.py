"""Files that come in pieces: begun, resumed, finished, discarded; then looked at and imported.

A piece names the place it belongs to and its checksum. The bytes lie in the workspace's staging
under the upload's id; the name that the browser tells is shown and never a path.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.files_in import CONTENT, has_own_mapping, safe_name, uploads_folder
from waypost.app.studio.jobs import Job, add_job_row
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.job_tables import JobRow, UploadRow
from waypost.errors import ConflictError, InputError, NotFoundError

__all__ = [
    "LARGEST_PIECE",
    "NewFile",
    "Upload",
    "begin_uploads",
    "discard_upload",
    "import_again",
    "import_uploads",
    "kept_uploads",
    "look_again",
    "open_uploads",
    "put_piece",
    "sweep_uploads",
    "upload_now",
]

LARGEST_PIECE = 16 * 1024 * 1024
_MOST_AT_ONCE = 1_000
_LARGEST = 2 * 1024**4
_KEPT = timedelta(days=7)
_OPEN = ("receiving", "complete", "looked", "importing", "failed")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as the browser describes it; ``stamp`` tells it from another of the same name."""

    name: str
    size: int
    folder: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in.

    ``state``: receiving, complete (being recognised), looked, importing, failed or imported.
    ``look``: what it was recognised as; ``imported``: what became of it; both as jobs tell them.
    """

    id: str
    name: str
    folder: str
    size: int
    received: int
    state: str
    by_name: str
    created_at: datetime
    changed_at: datetime
    job: int | None = None
    look: Mapping[str, Any] = field(default_factory=dict)
    imported: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The upload for programs."""
        return {
            "id": self.id,
            "name": self.name,
            "folder": self.folder,
            "size": self.size,
            "received": self.received,
            "state": self.state,
            "job": self.job,
            "look": dict(self.look),
            "imported": dict(self.imported),
        }

    @property
    def unknown_tables(self) -> list[Mapping[str, Any]]:
        """Tables that nobody knows and that can be pointed at."""
        tables: Iterable[Mapping[str, Any]] = self.look.get("tables", ())
        return [one for one in tables if not one["format"] and one.get("pointing")]

    @property
    def proposed_tables(self) -> list[Mapping[str, Any]]:
        """Unknown tables for which a mapping is proposed whose first records give events."""
        if self.state not in ("looked", "failed"):
            return []
        return [one for one in self.unknown_tables if one.get("proposed", {}).get("events")]

    @property
    def is_ready(self) -> bool:
        """Whether at least one of its tables would be read."""
        return self.state == "looked" and any(one["format"] for one in self.look.get("tables", ()))


def _upload_of(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        name=row.name,
        folder=row.folder,
        size=row.size,
        received=row.received,
        state=row.state,
        by_name=row.by_name,
        created_at=row.created_at,
        changed_at=row.changed_at,
        job=row.job,
        look=json.loads(row.look) if row.look else {},
        imported=json.loads(row.imported) if row.imported else {},
    )


def begin_uploads(site: Site, actor: Actor, files: Sequence[NewFile]) -> list[Upload]:
    """One upload per file, in the given order; one that was begun earlier and broke off goes on.

    ``InputError`` for a size that cannot be, or too many at once.
    """
    require(actor, Right.CHANGE_DATA)
    if len(files) > _MOST_AT_ONCE:
        raise InputError(
            f"{len(files):,} files at once are too many.", hint=f"Take {_MOST_AT_ONCE:,} at most."
        )
    for file in files:
        _check_file(site, actor, file)
    with site.database.session() as session:
        return [_begun(session, site, actor, file) for file in files]


def _check_file(site: Site, actor: Actor, file: NewFile) -> None:
    name = safe_name(file.name)
    if file.size == 0:
        raise InputError(f"{name} is empty.", hint="Export it again.", file=name)
    if not 0 < file.size <= _LARGEST:
        raise InputError(f"{name} cannot be {file.size:,} bytes long.", file=name)
    free = shutil.disk_usage(site.workspaces[actor.workspace]).free
    if file.size > free:
        raise InputError(
            f"{name} needs {file.size:,} bytes, but only {free:,} are free on the disk.",
            hint="Make room first.",
            file=name,
        )


def _begun(session: Session, site: Site, actor: Actor, file: NewFile) -> Upload:
    name, now = safe_name(file.name), site.clock()
    broken_off = select(UploadRow).where(
        UploadRow.workspace == actor.workspace,
        UploadRow.by == actor.user,
        UploadRow.state == "receiving",
        UploadRow.name == name,
        UploadRow.size == file.size,
        UploadRow.stamp == file.stamp,
    )
    row = session.scalars(broken_off).first()
    if row is None:
        row = UploadRow(
            id=secrets.token_hex(16),
            workspace=actor.workspace,
            name=name,
            folder=safe_name(file.folder) if file.folder else "",
            size=file.size,
            received=0,
            stamp=file.stamp,
            state="receiving",
            by=actor.user,
            by_name=actor.name,
            created_at=now,
            changed_at=now,
            look="",
            imported="",
        )
        session.add(row)
        session.flush()
        _folder(site, actor, row.id).mkdir(parents=True, exist_ok=True)
    return _upload_of(row)


def _folder(site: Site, actor: Actor, upload: str) -> Path:
    return uploads_folder(site.workspaces[actor.workspace]) / upload


def _row(session: Session, actor: Actor, upload: str) -> UploadRow:
    row = session.get(UploadRow, upload)
    if row is None or row.workspace != actor.workspace:
        raise NotFoundError(
            "This upload is not there any more.", hint="Choose the file again.", upload=upload
        )
    return row


def put_piece(
    site: Site, actor: Actor, upload: str, *, offset: int, checksum: int, piece: bytes
) -> Upload:
    """Add the piece that begins at ``offset``; with the last one the file is looked at.

    ``checksum`` is the piece's CRC-32. ``ConflictError`` carries ``received`` where another place
    is wanted, so that the sender can go on there; a piece that is there already changes nothing.
    ``InputError`` for a piece that was damaged on the way or is too long.
    """
    require(actor, Right.CHANGE_DATA)
    if not piece or len(piece) > LARGEST_PIECE:
        raise InputError(f"A piece has between 1 and {LARGEST_PIECE:,} bytes, not {len(piece):,}.")
    if zlib.crc32(piece) != checksum:
        raise InputError("The piece was damaged on the way.", hint="Send it again.")
    with site.database.session() as session:
        row = _row(session, actor, upload)
        if offset + len(piece) <= row.received:
            return _upload_of(row)
        if row.state != "receiving" or offset != row.received or offset + len(piece) > row.size:
            raise ConflictError(
                f"The next piece of {row.name} begins at byte {row.received:,}.",
                hint="Go on from there.",
                received=row.received,
                state=row.state,
            )
        _write(_folder(site, actor, upload) / CONTENT, offset, piece)
        row.received = offset + len(piece)
        row.changed_at = site.clock()
        if row.received == row.size:
            _look(session, site, actor, row)
        return _upload_of(row)


def _write(path: Path, offset: int, piece: bytes) -> None:
    """At its place, whatever a broken-off attempt has left there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        view = memoryview(piece)
        while view:
            written = os.pwrite(descriptor, view, offset)
            view, offset = view[written:], offset + written
    finally:
        os.close(descriptor)


def _look(session: Session, site: Site, actor: Actor, row: UploadRow) -> None:
    row.state = "complete"
    job = add_job_row(session, site, actor, kind="look", asked={"upload": row.id})
    row.job = job.id


def _settled(session: Session, row: UploadRow) -> Upload:
    """The upload, given back where its job ended without telling what became of it."""
    if row.state in ("importing", "complete") and row.job is not None:
        job = session.get(JobRow, row.job)
        if job is None or job.state not in ("queued", "running"):
            if row.state == "complete":
                row.look = json.dumps({"error": json.loads(job.error) if job and job.error else {}})
            row.state = "looked" if row.state == "importing" else "failed"
    return _upload_of(row)


def upload_now(site: Site, actor: Actor, upload: str) -> Upload:
    """How far the upload is; ``NotFoundError`` for one that is gone."""
    require(actor, Right.CHANGE_DATA)
    with site.database.reading() as session, session.no_autoflush:
        return _settled(session, _row(session, actor, upload))


def open_uploads(site: Site, actor: Actor) -> list[Upload]:
    """Everything that is on its way in or waits for a decision, in the order it came."""
    require(actor, Right.CHANGE_DATA)
    wanted = (
        select(UploadRow)
        .where(UploadRow.workspace == actor.workspace, UploadRow.state.in_(_OPEN))
        .order_by(UploadRow.created_at, UploadRow.name)
    )
    with site.database.reading() as session, session.no_autoflush:  # telling writes nothing
        return [_settled(session, row) for row in session.scalars(wanted)]


def look_again(site: Site, actor: Actor, uploads: Sequence[str]) -> None:
    """Recognise the files anew, because a mapping was saved meanwhile."""
    require(actor, Right.CHANGE_DATA)
    with site.database.session() as session:
        for upload in uploads:
            row = _row(session, actor, upload)
            _settled(session, row)
            if row.state in ("looked", "failed", "complete"):
                _look(session, site, actor, row)


def import_uploads(site: Site, actor: Actor, uploads: Sequence[str]) -> Job:
    """Import files that were looked at, then build: one job.

    ``InputError`` where none is given, ``ConflictError`` for one that is not ready.
    """
    require(actor, Right.CHANGE_DATA)
    if not uploads:
        raise InputError("No file is chosen.", hint="Choose at least one.")
    with site.database.session() as session:
        rows = [_row(session, actor, upload) for upload in dict.fromkeys(uploads)]
        for row in rows:
            _settled(session, row)
            if row.state not in ("looked", "failed"):
                raise ConflictError(
                    f"{row.name} cannot be imported now.",
                    hint="Wait until it is recognised." if row.state == "complete" else "",
                    state=row.state,
                )
        asked = {"uploads": [row.id for row in rows]}
        job = add_job_row(session, site, actor, kind="import", asked=asked)
        for row in rows:
            row.state, row.job = "importing", job.id
        return job


def kept_uploads(site: Site, actor: Actor) -> list[Upload]:
    """Imported files whose bytes are kept, in the order they came."""
    require(actor, Right.CHANGE_DATA)
    wanted = (
        select(UploadRow)
        .where(UploadRow.workspace == actor.workspace, UploadRow.state == "imported")
        .order_by(UploadRow.created_at, UploadRow.name)
    )
    with site.database.reading() as session:
        found = [_upload_of(row) for row in session.scalars(wanted)]
    return [one for one in found if (_folder(site, actor, one.id) / CONTENT).is_file()]


def import_again(site: Site, actor: Actor, uploads: Sequence[str]) -> Job:
    """Read kept files once more, because their mapping was changed, then build: one job."""
    require(actor, Right.CHANGE_DATA)
    with site.database.session() as session:
        rows = [_row(session, actor, upload) for upload in uploads]
        asked = {"uploads": [row.id for row in rows]}
        job = add_job_row(session, site, actor, kind="import", asked=asked)
        for row in rows:
            row.state, row.job = "importing", job.id
        return job


def discard_upload(site: Site, actor: Actor, upload: str) -> None:
    """Forget the file and remove its bytes; ``ConflictError`` while it is being imported."""
    require(actor, Right.CHANGE_DATA)
    with site.database.session() as session:
        row = _row(session, actor, upload)
        _settled(session, row)
        if row.state == "importing":
            raise ConflictError(f"{row.name} is being imported.", hint="Cancel the import first.")
        session.delete(row)
    shutil.rmtree(_folder(site, actor, upload), ignore_errors=True)


def sweep_uploads(site: Site, workspace: str) -> int:
    """Remove what nobody came back for within a week, and bytes that no upload needs; how many."""
    root = uploads_folder(site.workspaces[workspace])
    old = site.clock() - _KEPT
    with site.database.session() as session:
        rows = session.scalars(select(UploadRow).where(UploadRow.workspace == workspace))
        kept = set()
        for row in rows:
            if row.state == "imported" and has_own_mapping(json.loads(row.imported or "{}")):
                kept.add(row.id)
            elif row.changed_at < old:
                session.delete(row)
            elif row.state != "imported":
                kept.add(row.id)
    gone = [path for path in root.iterdir() if path.name not in kept] if root.is_dir() else []
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return len(gone)
