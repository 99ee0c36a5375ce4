"""From a path to its tables, by content and never by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from waypost.errors import UnreadableFileError
from waypost.intake.tables.archives import is_workbook, member_sources
from waypost.intake.tables.encodings import REPAIRED, Encoding, detect_encoding, utf8_chunks
from waypost.intake.tables.json_open import json_tables, looks_like_json
from waypost.intake.tables.parquet_table import parquet_tables
from waypost.intake.tables.shapes import Limits, Table
from waypost.intake.tables.sheet_table import sheet_tables
from waypost.intake.tables.sources import ByteSource, StreamBreakError, packing_of
from waypost.intake.tables.text_tables import delimited_tables
from waypost.intake.tables.xml_table import XmlTable

__all__ = ["Refusal", "Survey", "first_letters", "open_tables", "survey_file"]

_DEFAULT = Limits()
_LOOKED = 256  # pieces of 1 MiB
_ASCII = bytes(range(128))
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML = re.compile(rb"\s*<\?xml\b|\s*<[A-Za-z_][\w.:-]*[\s>/]")
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE | re.DOTALL
)

_OTHERS = (
    (
        re.compile(
            rb"\s*(?:\xe2\x80\x8e)?\[?\d{1,2}[./]\d{1,2}[./]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?"
            rb"(?:\s?[AP]M)?(?:\]| -) [^\n;\t]{2,}"
        ),
        "a chat of WhatsApp",
        "A chat names nobody as the shop knows them. Export orders, tickets or calls instead.",
    ),
    (
        re.compile(rb'\s*"?EXTF"?;\d+;21;'),
        "a booking batch of DATEV",
        (
            "It books amounts on accounts, and nothing in it names a customer that another file "
            "knows. Export orders or invoices with date and e-mail address or customer number "
            "instead, from the shop or the program that writes the invoices."
        ),
    ),
)
_FOREIGN = (
    (0, b"%PDF", "a PDF document", "Export the data as CSV or Excel instead."),
    (0, b"\x89PNG", "a picture", "Export the data as CSV or Excel instead."),
    (0, b"\xff\xd8\xff", "a picture", "Export the data as CSV or Excel instead."),
    (0, b"GIF8", "a picture", "Export the data as CSV or Excel instead."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and import the files in it."),
    (0, b"Rar!", "a RAR archive", "Unpack it and import the files in it."),
    (257, b"ustar", "a tar archive", "Unpack it and import the files in it."),
    (0, b"SQLite format 3", "an SQLite database", "Export its tables as CSV."),
    (0, b"\x7fELF", "a program", "Choose the file that holds the data."),
    (0, b"MZ\x90", "a program", "Choose the file that holds the data."),
    (0, b"PK\x05\x06", "an empty zip archive", "Pack it again with the files in it."),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A member of an archive that gave no table, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds: tables in file order, and what could not be read."""

    tables: tuple[Table, ...]
    refused: tuple[Refusal, ...] = ()


def open_tables(
    path: Path, *, limits: Limits = _DEFAULT, letters: Callable[[], bytes] | None = None
) -> list[Table]:
    """The tables of a file, in file order, at least one.

    Members of an archive that hold no table are left out; ``survey_file`` names them. Raises
    ``UnreadableFileError`` for what is empty, holds no table, is damaged or beyond ``limits``.
    ``letters`` spares a pass through a plain file: it gives ``first_letters`` of its bytes.
    """
    return list(survey_file(path, limits=limits, letters=letters).tables)


def survey_file(
    path: Path, *, limits: Limits = _DEFAULT, letters: Callable[[], bytes] | None = None
) -> Survey:
    """The tables of a file and the members that hold none; raises as ``open_tables`` does."""
    head = _first_bytes(path)
    if head.startswith(_ZIP):
        if is_workbook(path):
            return Survey(tuple(sheet_tables(path, path.name, limits)))
        return _archive(path, limits)
    if head.startswith(_OLE):
        return Survey(tuple(sheet_tables(path, path.name, limits)))
    if head.startswith(b"PAR1"):
        return Survey(tuple(parquet_tables(path, path.name)))
    return Survey(tuple(_stream(ByteSource(path, path.name, packing_of(head), limits), letters)))


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise UnreadableFileError(
            f"{path.name} cannot be opened: {error.strerror}.",
            hint="Check the name and whether you may read the file.",
            path=path,
        ) from error
    if not head:
        raise UnreadableFileError(
            f"{path.name} is empty: it has 0 bytes.", hint="Export the data again.", path=path
        )
    return head


def _archive(path: Path, limits: Limits) -> Survey:
    tables: list[Table] = []
    names: list[str] = []
    refused: list[UnreadableFileError] = []
    for source in member_sources(path, limits):
        try:
            tables.extend(_stream(source))
        except UnreadableFileError as error:
            refused.append(error)
            names.append(source.name)
    if len(refused) == 1 and not tables:
        raise refused[0]
    if not tables:
        why = f" {refused[0].message}" if refused else ""
        raise UnreadableFileError(
            f"{path.name} holds no file with a table.{why}",
            hint="Pack CSV, JSON or text files into it, or import them one by one.",
            path=path,
        )
    pairs = zip(names, refused, strict=True)
    return Survey(tuple(tables), tuple(Refusal(name, error.message) for name, error in pairs))


def _stream(source: ByteSource, letters: Callable[[], bytes] | None = None) -> Sequence[Table]:
    """The tables of one text file, packed or not."""
    size = source.limits.sample_bytes
    sample = source.head(size + 1)
    whole = len(sample) <= size
    _refuse_foreign(source, sample)
    encoding = _encoding(source, sample[:size], whole=whole, letters=letters)
    text = _text_head(source, encoding, size)
    if not text.strip():
        raise _nothing(source)
    if _HTML.match(text):
        raise _foreign(source, "a web page", "Open it in a browser and save the table as CSV.")
    for shape, what, hint in _OTHERS:
        if shape.match(text):
            raise _foreign(source, what, hint)
    if _XML.match(text):
        return [XmlTable(source.name, source)]
    if looks_like_json(text):
        return _json(source, encoding, text)
    tables = delimited_tables(source, encoding, text, whole=whole)
    if not tables:
        raise _nothing(source)
    return tables


def _json(source: ByteSource, encoding: Encoding, text: bytes) -> Sequence[Table]:
    """The tables of JSON, where C1 control characters are what they are: JSON is UTF-8."""
    if encoding.name == REPAIRED:
        encoding = Encoding("utf-8", 0, 1.0, "JSON is UTF-8")
        text = _text_head(source, encoding, source.limits.sample_bytes)
    return json_tables(source, encoding, text)


def _refuse_foreign(source: ByteSource, sample: bytes) -> None:
    for at, magic, what, hint in _FOREIGN:
        if sample[at : at + len(magic)] == magic:
            raise _foreign(source, what, hint)
    inner = packing_of(sample) or ("zip" if sample.startswith(_ZIP) else "")
    if source.packing and (inner or sample.startswith((_OLE, b"PAR1"))):
        raise _foreign(source, "an archive within an archive", "Unpack the outer one first.")


def _foreign(source: ByteSource, what: str, hint: str) -> UnreadableFileError:
    return UnreadableFileError(f"{source.name} is {what}, no table.", hint=hint, path=source.path)


def _nothing(source: ByteSource) -> UnreadableFileError:
    if source.packing:
        return UnreadableFileError(
            f"{source.name} is empty when unpacked, or cut off at its very begin.",
            hint="Download or pack it again.",
            path=source.path,
        )
    return UnreadableFileError(
        f"{source.name} is empty: it holds nothing but blanks.",
        hint="Export the data again.",
        path=source.path,
    )


def _encoding(
    source: ByteSource, sample: bytes, *, whole: bool, letters: Callable[[], bytes] | None
) -> Encoding:
    """The encoding; for text that begins in plain ASCII the first other letters decide."""
    if not sample.strip():
        raise _nothing(source)
    encoding = detect_encoding(sample, whole=whole)
    if not encoding.name.startswith("utf-16") and not encoding.name.startswith("utf-32"):
        _refuse_binary(source, sample)
    if sample.isascii() and not whole:
        later = letters() if letters and not source.packing else _first_letters(source)
        if later:
            return detect_encoding(later, whole=False)
    return encoding


def _refuse_binary(source: ByteSource, sample: bytes) -> None:
    """Refuse what is no text: more than one byte in fifty is a control character."""
    controls = sum(sample.count(code) for code in range(32) if code not in _TEXT_CONTROLS)
    if controls > 0.02 * len(sample) and not _padded(sample):
        raise _foreign(source, "binary data", "Choose the file that holds the data, as text.")


_TEXT_CONTROLS = frozenset({1, 9, 10, 12, 13, 26, 28, 29, 30, 31})


def _padded(sample: bytes) -> bool:
    """Whether all zero bytes stand at the end, as after a crash of the writing program."""
    body = sample.rstrip(b"\x00")
    return len(body) > 0 and b"\x00" not in body and len(body) > 0.02 * len(sample)


def first_letters(pieces: Iterable[bytes]) -> bytes:
    """The first stretch with bytes beyond ASCII, from the begin of a line on; empty for none."""
    for piece in pieces:
        if not piece.isascii():
            first = len(piece) - len(piece.lstrip(_ASCII))
            return piece[piece.rfind(b"\n", 0, first) + 1 :]
    return b""


def _first_letters(source: ByteSource) -> bytes:
    """A packed file is looked through as far as costs little; a plain one as a whole."""
    looked = source.chunks()
    if source.packing:
        looked = islice(looked, _LOOKED)
    try:
        return first_letters(looked)
    except StreamBreakError:
        return b""


def _text_head(source: ByteSource, encoding: Encoding, size: int) -> bytes:
    """The first ``size`` bytes of the text as UTF-8."""
    parts, length = [], 0
    try:
        for piece in utf8_chunks(source, encoding):
            parts.append(piece)
            length += len(piece)
            if length >= size:
                break
    except StreamBreakError:
        pass
    return b"".join(parts)[:size]
