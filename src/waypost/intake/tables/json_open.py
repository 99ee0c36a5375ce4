"""Which JSON shape a file has, and where its records lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from waypost.errors import UnreadableFileError
from waypost.intake.tables.encodings import Encoding, utf8_chunks
from waypost.intake.tables.json_table import JsonTable
from waypost.intake.tables.json_values import flat_text, parse_value
from waypost.intake.tables.shapes import Reject
from waypost.intake.tables.sources import ByteSource, StreamBreakError
from waypost.intake.tables.windows import Gap, Phase, windows
from waypost.kernels import json_scan

__all__ = ["json_tables", "looks_like_json"]

_SCRIPT = re.compile(rb"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$\[\]\"']*\s*=\s*(?=[\[{])")
_LIST = re.compile(rb"\s*\[\s*(?:[{\]]|\[)")
_MAP = re.compile(rb'\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})')
_SAMPLED = 200
_EVENTS = 4096
_OBJECT, _ARRAY, _CLOSED = 1, 2, 3  # kinds of events as the kernel numbers them


def looks_like_json(text: bytes) -> bool:
    """Whether text begins like an object or an array of objects, maybe behind ``name =``."""
    body = text[_behind_assignment(text) :]
    return _MAP.match(body) is not None or _LIST.match(body) is not None


def json_tables(source: ByteSource, encoding: Encoding, text: bytes) -> list[JsonTable]:
    """The tables of a JSON file, the one with most objects first; ``text`` is its begin.

    Lines of objects, an array of objects, objects one after another; else every array of objects
    that only objects enclose, named by its path; else the one object as a table of one record.
    """
    begin = _behind_assignment(text)
    base = JsonTable(source.name, "json", (), source, encoding, begin)
    if text[begin:].lstrip()[:1] == b"[":
        opening = text.index(b"[", begin) + 1
        return [_with_columns(replace(base, begin=opening, listed=True))]
    if begin == 0 and _is_lines(text):
        return [_with_columns(replace(base, kind="jsonl"))]
    return [_with_columns(table) for table in _inside(base)]


def _behind_assignment(text: bytes) -> int:
    """Where the JSON begins in an archive file that is a script: ``window.data = [...]``."""
    match = _SCRIPT.match(text[:4096])
    return match.end() if match else 0


def _is_lines(text: bytes) -> bool:
    """Whether most of the first lines are objects by themselves; one alone is a document."""
    lines = [line.strip() for line in text[: 1 << 20].split(b"\n")[:50] if line.strip()]
    if len(lines) == 1 or not lines:
        return False
    alone = sum(1 for line in lines if line[:1] == b"{" and line[-1:] == b"}" and _parses(line))
    return alone >= max(1, 0.4 * len(lines))


def _parses(line: bytes) -> bool:
    try:
        parse_value(line)
    except ValueError:
        return False
    return True


def _with_columns(table: JsonTable) -> JsonTable:
    """The table with the keys that its first records have."""
    names: dict[str, None] = {}
    first_reject: Reject | None = None
    for _, value in islice(table.objects(), _SAMPLED):
        if isinstance(value, Reject):
            first_reject = first_reject or value
        else:
            names.update((name, None) for name, _ in flat_text(value))
    if not names and first_reject is not None:
        raise UnreadableFileError(
            f"{table.name} looks like JSON but holds no readable object: the first record "
            f"{first_reject.reason}.",
            hint="Export the file again; it may have been cut or edited.",
            path=table.source.path,
        )
    return replace(table, columns=tuple(names))


@dataclass(slots=True)
class _Outline:
    """Follows the containers of a document; ``arrays``: path, begin, number of objects."""

    arrays: list[tuple[tuple[str, ...], int, int]] = field(default_factory=list)
    roots: int = 0
    path: list[str] = field(default_factory=list)
    opened: int = 0
    name: str = ""

    def take(self, kind: int, at: int, key: str, objects: int) -> None:
        """One event of ``json_scan.outline``; ``at`` is a position in the text."""
        if kind == _OBJECT:
            self.roots += not self.path
            self.path.append(key)
        elif kind == _ARRAY:
            self.opened, self.name = at + 1, key
        elif kind == _CLOSED:
            del self.path[-1:]
        elif objects:
            self.arrays.append(((*self.path[1:], self.name), self.opened, objects))


def _inside(base: JsonTable) -> Iterator[JsonTable]:
    outline = _outline_of(base)
    if not outline.arrays or outline.roots > 1:
        yield base
        return
    arrays = sorted(outline.arrays, key=lambda array: -array[2])
    for path, begin, _ in arrays:
        name = base.name if len(arrays) == 1 else f"{base.name}:{'.'.join(path)}"
        yield replace(base, name=name, begin=begin, listed=True)


def _outline_of(base: JsonTable) -> _Outline:
    """Where arrays of objects lie in the whole file."""
    outline = _Outline()
    state = np.zeros(2, np.int64)
    at = base.begin

    def scan(buf: NDArray[np.uint8], phase: Phase) -> tuple[None, int]:
        nonlocal at
        events = np.empty((_EVENTS, 5), np.int64)
        found, used = json_scan.outline(buf, state, events)
        for kind, place, key, key_end, objects in events[:found].tolist():
            name = "" if key < 0 else str(parse_value(buf[key:key_end].tobytes()))
            outline.take(kind, at + place, name, objects)
        used = buf.size if phase is Phase.LAST and not found else used
        at += used
        return None, used

    try:
        for part in windows(_text(base), scan, record_bytes=base.source.limits.record_bytes):
            if isinstance(part, Gap):
                break
    except (StreamBreakError, ValueError) as error:
        raise UnreadableFileError(f"{base.name} is no valid JSON: {error}.") from error
    return outline


def _text(base: JsonTable) -> Iterator[bytes]:
    at = 0
    for piece in utf8_chunks(base.source, base.encoding):
        yield piece[max(base.begin - at, 0) :]
        at += len(piece)
