"""Bytes of a file or of a zip member, unpacked within limits, read as often as needed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from waypost.errors import UnreadableFileError
from waypost.intake.tables.shapes import Limits

__all__ = ["ByteSource", "StreamBreakError", "packing_of"]

_PIECE = 1 << 20
BREAK = "the packed data break off here; what follows is missing"

_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


class StreamBreakError(Exception):
    """The packed data break off; everything before was delivered. Never leaves this package."""


@dataclass(frozen=True, slots=True)
class ByteSource:
    """A readable file; ``packing``: "", "gzip", "bz2", "xz", "zstd", "zip" (then ``member``)."""

    path: Path
    name: str
    packing: str
    limits: Limits
    member: str = ""

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes in pieces of about 1 MiB.

        Raises ``StreamBreakError`` behind the last byte of data that were cut, and
        ``UnreadableFileError`` for data that fail their own check (so that nothing before can be
        trusted) and once the unpacked size exceeds what ``limits`` allow.
        """
        if self.packing == "":
            yield from self._plain()
            return
        unpacked = 0
        for piece, consumed in _UNPACKERS[self.packing](self):
            unpacked += len(piece)
            self._check(unpacked, consumed)
            if piece:
                yield piece

    def head(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where the file or its readable part is shorter."""
        parts: list[bytes] = []
        length = 0
        try:
            for piece in self.chunks():
                parts.append(piece)
                length += len(piece)
                if length >= size:
                    break
        except StreamBreakError:
            pass
        return b"".join(parts)[:size]

    def damaged(self, error: Exception) -> UnreadableFileError:
        """The error for packed data that fail their own check."""
        return UnreadableFileError(
            f"The packed data of {self.name} are damaged: {error}.",
            hint="Nothing in it can be trusted. Download or pack it again.",
            path=self.path,
        )

    def _plain(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def _check(self, unpacked: int, consumed: int) -> None:
        if unpacked > self.limits.unpacked_bytes:
            raise UnreadableFileError(
                f"{self.name} unpacks to more than {self.limits.unpacked_bytes:,} bytes.",
                hint="Split the file, or raise the limit for unpacked bytes.",
                path=self.path,
            )
        blown = unpacked > self.limits.ratio * max(consumed, 1)
        if blown and unpacked > self.limits.ratio_floor:
            raise UnreadableFileError(
                f"{self.name} unpacks to more than {self.limits.ratio} times its size, as "
                "decompression bombs do; reading stopped.",
                hint="If the file is genuine, unpack it yourself and import the result.",
                path=self.path,
            )


def packing_of(head: bytes) -> str:
    """How a file that begins with ``head`` is packed, by its first bytes; "" when it is not."""
    for magic, packing in _MAGIC.items():
        if head.startswith(magic):
            return packing
    return ""


def _stateful(source: ByteSource, new: Callable[[], Any]) -> Iterator[tuple[bytes, int]]:
    """Unpack by a decompressor object; several packed streams in a row are one."""
    errors = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)
    consumed = 0
    with source.path.open("rb") as file:
        machine = new()
        pending = file.read(_PIECE)
        consumed = len(pending)
        while True:
            try:
                piece, pending = machine.step(pending)
            except errors as error:
                raise source.damaged(error) from error
            yield piece, consumed
            if machine.ended:
                pending = (pending or file.read(_PIECE)).lstrip(b"\x00")
                consumed = file.tell()
                if not pending:
                    return
                machine = new()
            elif not pending and not piece:
                pending = file.read(_PIECE)
                consumed = file.tell()
                if not pending:
                    raise StreamBreakError(BREAK)


class _Zlib:
    """A gzip stream, one bounded step at a time."""

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(wbits=31)

    @property
    def ended(self) -> bool:
        return self._machine.eof

    def step(self, pending: bytes) -> tuple[bytes, bytes]:
        """Unpack at most one piece; returns it and the packed bytes still to be used."""
        piece = self._machine.decompress(pending, _PIECE)
        return piece, self._machine.unused_data or self._machine.unconsumed_tail


class _Buffered:
    """A bz2 or xz stream, one bounded step at a time."""

    def __init__(self, machine: Any) -> None:
        self._machine = machine

    @property
    def ended(self) -> bool:
        return bool(self._machine.eof)

    def step(self, pending: bytes) -> tuple[bytes, bytes]:
        """Unpack at most one piece; the machine keeps packed bytes that are still to be used."""
        piece = self._machine.decompress(pending, _PIECE)
        return piece, self._machine.unused_data if self._machine.eof else b""


def _gzip(source: ByteSource) -> Iterator[tuple[bytes, int]]:
    return _stateful(source, _Zlib)


def _bz2(source: ByteSource) -> Iterator[tuple[bytes, int]]:
    return _stateful(source, lambda: _Buffered(bz2.BZ2Decompressor()))


def _xz(source: ByteSource) -> Iterator[tuple[bytes, int]]:
    return _stateful(source, lambda: _Buffered(lzma.LZMADecompressor(memlimit=1 << 29)))


def _zstd(source: ByteSource) -> Iterator[tuple[bytes, int]]:
    with pa.OSFile(str(source.path)) as raw, pa.CompressedInputStream(raw, "zstd") as stream:
        while True:
            try:
                piece = stream.read(1 << 16)
            except OSError as error:
                if "Truncated" in str(error):
                    raise StreamBreakError(BREAK) from error
                raise source.damaged(error) from error
            if not piece:
                return
            yield piece, raw.tell()


def _zip(source: ByteSource) -> Iterator[tuple[bytes, int]]:
    try:
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
            yield from _zip_member(member, archive.getinfo(source.member).compress_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise source.damaged(error) from error
    except lzma.LZMAError as error:
        raise source.damaged(error) from error


def _zip_member(member: IO[bytes], packed: int) -> Iterator[tuple[bytes, int]]:
    """The member's bytes; trackers pack gzip files into archives, which is undone too."""
    inside = gzip.GzipFile(fileobj=member) if member.read(2) == b"\x1f\x8b" else member
    member.seek(0)
    while piece := inside.read(_PIECE):
        yield piece, packed


_UNPACKERS: dict[str, Callable[[ByteSource], Iterator[tuple[bytes, int]]]] = {
    "gzip": _gzip,
    "bz2": _bz2,
    "xz": _xz,
    "zstd": _zstd,
    "zip": _zip,
}
