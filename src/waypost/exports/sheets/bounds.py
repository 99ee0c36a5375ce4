"""Refuses workbooks that would not fit into memory, before anything is unpacked at once."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from waypost.errors import UnreadableFileError
from waypost.kit.translation import N_

__all__ = ["check_workbook"]

MOST_BYTES: Final = 128 * 1024 * 1024
"""Of all parts of a workbook together, unpacked."""

MOST_CELLS: Final = 3_000_000
"""Of the rectangle from the first cell of a sheet to its last."""

_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK = 1 << 20
_OVERLAP = 32


def check_workbook(content: bytes) -> None:
    """Raises ``UnreadableFileError`` for a damaged archive, a bomb, or a cell far from the others.

    A reader lays a sheet out as one rectangle, so a single cell in the last corner would ask for
    more memory than there is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise _too_large()
            for part in parts:
                if (
                    part.filename.startswith("xl/worksheets/")
                    and _cells(archive, part) > MOST_CELLS
                ):
                    raise _too_large()
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFileError(
            N_("This file cannot be read as a sheet."),
            hint=N_("Save it as XLSX (or CSV) and try again."),
            reason=error,
        ) from error


def _cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    rows = columns = read = 0
    before = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            read += len(chunk)
            if read > MOST_BYTES:
                raise _too_large()
            for letters, number in _CELL.findall(before + chunk):
                rows, columns = max(rows, int(number)), max(columns, _column(letters))
            before = chunk[-_OVERLAP:]
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large() -> UnreadableFileError:
    return UnreadableFileError(
        N_("This workbook is larger than a map can be."),
        hint=N_("Delete empty rows and columns far from the content, or save it as CSV."),
    )
