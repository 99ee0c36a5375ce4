"""Files that are either wholly there or not there at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.errors import ConflictError

__all__ = [
    "exclusive_lock",
    "fsync_directory",
    "fsync_file",
    "publish_directory",
    "write_atomically",
]


def fsync_file(path: Path) -> None:
    """Make the bytes of one file durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_directory(path: Path) -> None:
    """Make the names within one directory durable."""
    fsync_file(path)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` in one rename; after a crash the old or the new content is there, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    fsync_directory(path.parent)


def publish_directory(staged: Path, final: Path) -> None:
    """Make a finished directory appear under its name in one rename, durably.

    An earlier directory of that name holds the same content under a derived name, so it is kept
    and the staged one dropped.
    """
    for child in sorted(staged.rglob("*")):
        fsync_file(child)
    fsync_directory(staged)
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        shutil.rmtree(staged)
        return
    staged.rename(final)
    fsync_directory(final.parent)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the one writer's lock; the kernel frees it when the process dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(
                f"Another Waypost process is writing to {path.parent}.",
                hint="Wait until it has finished, then try again.",
                path=path,
            ) from error
        yield
