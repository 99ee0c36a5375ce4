"""Formats that are read as one stream of bytes instead of a table."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from waypost.errors import UnreadableFileError
from waypost.intake.context import ReadContext
from waypost.intake.records import Chunk

__all__ = ["Stream", "head_of", "open_bytes"]

HEAD_BYTES = 65_536
UNPACKED_LIMIT = 50 * 1024**3
RATIO_LIMIT = 200
_LOCKED = 1  # bit of a zip member's flags
RATIO_FLOOR = 64 * 1024**2
_BROKEN = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, ValueError)


class Stream(Protocol):
    """A format over bytes: ``recognise`` sees the unpacked head, ``chunks`` reads it all."""

    @property
    def id(self) -> str:
        """The format's id."""

    @property
    def label(self) -> str:
        """The format's name for people."""

    @property
    def source(self) -> str:
        """The source name of its events."""

    @property
    def version(self) -> int:
        """Raised when the same file gives other events."""

    def recognise(self, path: Path, head: bytes) -> float:
        """Confidence, 0 to 1."""

    def chunks(self, path: Path, context: ReadContext, source: str) -> Iterator[Chunk]:
        """All records of the file."""

    def count(self, path: Path) -> int:
        """Records, counted without ``chunks``."""


class _Bounded:
    """A reader that stops at a decompression bomb."""

    def __init__(self, inner: IO[bytes], path: Path, *, packed: bool) -> None:
        self._inner = inner
        self._path = path
        self._limit = UNPACKED_LIMIT
        if packed:
            self._limit = min(UNPACKED_LIMIT, max(RATIO_FLOOR, RATIO_LIMIT * path.stat().st_size))
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """As a file's ``read``; ``UnreadableFileError`` past the limit or in damaged data."""
        try:
            piece = self._inner.read(size)
        except _BROKEN as error:
            raise UnreadableFileError(
                f"{self._path.name} is damaged: {error}.", hint="Export or copy it again."
            ) from error
        self._read += len(piece)
        if self._read > self._limit:
            raise UnreadableFileError(
                f"{self._path.name} unpacks to more than {self._limit:,} bytes.",
                hint="If the file is genuine, unpack it yourself and import the result.",
                path=self._path,
            )
        return piece


@contextmanager
def open_bytes(path: Path) -> Iterator[_Bounded]:
    """The file's bytes, unpacked if it is gz, bz2, xz or a zip with one file in it."""
    with path.open("rb") as plain:
        magic = plain.read(6)
        plain.seek(0)
        if magic.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=plain) as inner:
                yield _Bounded(inner, path, packed=True)  # type: ignore[arg-type]  # GzipFile reads as a file does
        elif magic.startswith(b"BZh"):
            with bz2.BZ2File(plain) as inner_bz2:
                yield _Bounded(inner_bz2, path, packed=True)
        elif magic.startswith(b"\xfd7zXZ"):
            with lzma.LZMAFile(plain) as inner_xz:
                yield _Bounded(inner_xz, path, packed=True)
        elif magic.startswith(b"PK\x03\x04"):
            with _only_member(path) as member:
                yield _Bounded(member, path, packed=True)
        else:
            yield _Bounded(plain, path, packed=False)


@contextmanager
def _only_member(path: Path) -> Iterator[IO[bytes]]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(f"{path.name} is a damaged zip file.", path=path) from error
    with archive:
        members = [
            one
            for one in archive.infolist()
            if not one.is_dir() and "__MACOSX" not in one.filename and one.file_size
        ]
        if len(members) != 1:
            raise UnreadableFileError(f"{path.name} holds {len(members)} files.", path=path)
        if members[0].flag_bits & _LOCKED:
            raise UnreadableFileError(f"{path.name} is protected by a password.", path=path)
        with _opened(archive, members[0], path) as member:
            yield member


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> IO[bytes]:
    try:
        return archive.open(member)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableFileError(
            f"{path.name} cannot be unpacked: {error}.",
            hint="Unpack it yourself and import the files in it.",
            path=path,
        ) from error


def head_of(path: Path) -> bytes:
    """The first bytes of the file, unpacked; of a damaged or many-membered archive none."""
    try:
        with open_bytes(path) as stream:
            return stream.read(HEAD_BYTES)
    except UnreadableFileError:
        return b""
