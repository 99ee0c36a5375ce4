"""What one pass through the bytes of a file tells before anything is read of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from waypost.errors import NotFoundError
from waypost.intake.tables import first_letters

__all__ = ["FirstLook", "read_through"]

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class FirstLook:
    """SHA-256 over the file's bytes, in hex; the first stretch beyond ASCII, empty for none."""

    digest: str
    letters: bytes


def read_through(path: Path) -> FirstLook:
    """One pass over the file. Raises ``NotFoundError`` where there is none."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            pieces = _noted(file, digest)
            letters = first_letters(pieces)
            for _ in pieces:
                pass
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFoundError(f"There is no file {path}.", path=path) from error
    return FirstLook(digest.hexdigest(), letters)


def _noted(file: IO[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        digest.update(piece)
        yield piece
