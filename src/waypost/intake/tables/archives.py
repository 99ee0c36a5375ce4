"""Zip archives: which members are to be read, and which are refused."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from waypost.errors import UnreadableFileError
from waypost.intake.tables.shapes import Limits
from waypost.intake.tables.sources import ByteSource

__all__ = ["is_workbook", "member_sources"]

_LINK = 0xA000
_KIND = 0xF000
_MIMETYPE = 200  # bytes; the member is one short line
_NOISE = {"thumbs.db", "desktop.ini"}


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is an xlsx, xlsb or ods file."""
    with _archive(path) as archive:
        names = set(archive.namelist())
        if "mimetype" in names and archive.getinfo("mimetype").file_size < _MIMETYPE:
            return b"opendocument.spreadsheet" in archive.read("mimetype")
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def member_sources(path: Path, limits: Limits) -> list[ByteSource]:
    """The members to be read, by name; raises ``UnreadableFileError`` for refused archives."""
    with _archive(path) as archive:
        members = archive.infolist()
        if len(members) > limits.members:
            raise UnreadableFileError(
                f"{path.name} holds {len(members):,} files; at most {limits.members:,} are read.",
                hint="Unpack it and import the files you need.",
                path=path,
            )
        for member in members:
            _check(path, member)
        kept = sorted(member.filename for member in members if _is_data(member))
    return [ByteSource(path, f"{path.name}:{name}", "zip", limits, name) for name in kept]


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise UnreadableFileError(
            f"{path.name} begins like a zip archive but is damaged: {error}.",
            hint="Download or pack it again.",
            path=path,
        ) from error


def _check(path: Path, member: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[:1]:
        reason = "points outside of the archive"
    elif (member.external_attr >> 16) & _KIND == _LINK:
        reason = "is a symbolic link"
    elif member.flag_bits & 1:
        reason = "is protected by a password"
    else:
        return
    raise UnreadableFileError(
        f"{path.name} is refused: its member {member.filename!r} {reason}.",
        hint="Unpack it with a tool you trust and import the files themselves.",
        path=path,
    )


def _is_data(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    noise = any(part.startswith((".", "__MACOSX")) or part.lower() in _NOISE for part in parts)
    return not member.is_dir() and not noise
