"""A snapshot becomes valid: one rename, then the pointer; the one before it is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.errors import InputError
from waypost.journeys.store.layout import CURRENT, META, Meta
from waypost.kit import publish_directory, write_atomically

__all__ = ["current_id", "publish", "snapshots_folder", "staging", "sweep"]

_PREFIX = "snapshot-"


def snapshots_folder(workspace: Path) -> Path:
    """Where a workspace keeps its snapshots."""
    return workspace / "snapshots"


def current_id(workspace: Path) -> str | None:
    """The id of the valid snapshot; None before the first build."""
    try:
        text = (snapshots_folder(workspace) / CURRENT).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return text.strip() or None


@contextmanager
def staging(workspace: Path, snapshot_id: str) -> Iterator[Path]:
    """An empty folder to prepare a snapshot in; what is still there afterwards is removed.

    The caller holds the workspace's lock, so what an earlier run has left behind is swept first.
    """
    if not snapshot_id or snapshot_id.strip(".") != snapshot_id or "/" in snapshot_id:
        raise InputError(f"{snapshot_id!r} cannot name a snapshot.", snapshot=snapshot_id)
    root = workspace / ".staging"
    for leftover in sorted(root.glob(f"{_PREFIX}*")):
        shutil.rmtree(leftover)
    folder = root / f"{_PREFIX}{snapshot_id}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(workspace: Path, staged: Path, meta: Meta) -> Path:
    """Make the prepared snapshot the current one; returns its folder.

    Until the pointer is swapped the old snapshot is the valid one, whenever the process may die.
    """
    (staged / META).write_bytes(meta.encode())
    folder = snapshots_folder(workspace) / meta.id
    publish_directory(staged, folder)
    before = current_id(workspace)
    if before != meta.id:
        write_atomically(snapshots_folder(workspace) / CURRENT, f"{meta.id}\n".encode("ascii"))
        sweep(workspace, keep={meta.id, before or meta.id})
    return folder


def sweep(workspace: Path, *, keep: set[str]) -> list[str]:
    """Remove all snapshots but these, each by a rename first; returns the ids removed."""
    removed = []
    for folder in sorted(snapshots_folder(workspace).iterdir()):
        if folder.is_dir() and folder.name not in keep:
            grave = workspace / ".staging" / f"{_PREFIX}{folder.name}"
            grave.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(grave)
            shutil.rmtree(grave)
            removed.append(folder.name)
    return removed
