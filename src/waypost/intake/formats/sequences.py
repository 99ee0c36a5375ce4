"""Lines of category numbers without times, one line per visitor (the UCI MSNBC web log)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from waypost.intake.context import ReadContext
from waypost.intake.normalise import snake_case
from waypost.intake.records import Chunk, Refusal
from waypost.intake.streams import open_bytes
from waypost.model import CORE_SCHEMA, RANKS_PER_RECORD

__all__ = ["SEQUENCE_LINES"]

_HEADER = re.compile(rb"%[^\n]*categories[^\n]*\r?\n\s*([^\n%]+?)\s*\r?\n", re.IGNORECASE)
_SEQUENCES = re.compile(rb"^%[ \t]*sequences[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_LINES = 32_768
_SECOND = 1_000_000
_EMPTY = "empty line"
_NO_NUMBERS = "holds something else than category numbers"
_UNKNOWN = "names a category that the header does not list"


@dataclass(frozen=True, slots=True)
class _Sequences:
    id: str = "sequence_lines"
    label: str = "sequences of categories, one line per visitor"
    source: str = "sequences"
    version: int = 1

    def recognise(self, path: Path, head: bytes) -> float:  # noqa: ARG002 - the protocol's signature
        """Certain where a list of categories and the mark of the sequences stand on top."""
        return 1.0 if _HEADER.search(head) and _SEQUENCES.search(head) else 0.0

    def chunks(self, path: Path, context: ReadContext, source: str) -> Iterator[Chunk]:  # noqa: ARG002 - as above
        """A category visited per event; its position in the line is its second since 1970."""
        prefix = _digest(path)
        names: list[str] = []
        for first, lines in _blocks(path, names):
            yield _chunk(first, lines, names=names, source=source, prefix=prefix)

    def count(self, path: Path) -> int:
        """Line feeds after the head, one more for a last line without one."""
        with open_bytes(path) as stream:
            text = stream.read(1 << 16)
            found = _SEQUENCES.search(text)
            rest = text[found.end() :] if found else text
            lines, last = 0, b"\n"
            while rest:
                lines += rest.count(b"\n")
                last = rest[-1:]
                rest = stream.read(1 << 20)
        return lines + (last != b"\n")


SEQUENCE_LINES = _Sequences()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with open_bytes(path) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()[:12]


def _blocks(path: Path, names: list[str]) -> Iterator[tuple[int, list[bytes]]]:
    """(number of the first line, lines), at most ``_LINES``; fills ``names`` first."""
    with open_bytes(path) as stream:
        text = stream.read(1 << 16)
        header, start = _HEADER.search(text), _SEQUENCES.search(text)
        if header is None or start is None:
            return
        names.extend(snake_case(word.decode("utf-8", "replace")) for word in header[1].split())
        number = text[: start.end()].count(b"\n") + 1
        waiting: list[bytes] = []
        rest = text[start.end() :]
        while True:
            piece = stream.read(1 << 20)
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            waiting.extend(lines)
            while len(waiting) >= _LINES:
                yield number, waiting[:_LINES]
                number += _LINES
                waiting = waiting[_LINES:]
            if not piece:
                break
        yield number, [*waiting, *([rest] if rest else [])]


def _chunk(first: int, lines: list[bytes], *, names: list[str], source: str, prefix: str) -> Chunk:
    refused = []
    empty = 0
    numbers: list[int] = []
    parts: list[list[bytes]] = []
    for number, line in enumerate(lines, first):
        codes = line.split()
        reason = _fault(codes, len(names))
        if not codes:
            empty += 1
        elif reason:
            refused.append(Refusal(number, reason, line.decode("utf-8", "backslashreplace")))
        else:
            numbers.append(number)
            parts.append(codes)
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    codes_array = np.array([int(code) for codes in parts for code in codes], dtype=np.int64)
    events = _events(
        np.array(numbers, np.int64), lengths, codes_array, names=names, source=source, prefix=prefix
    )
    return Chunk(
        events=events,
        owner=np.repeat(np.arange(len(parts)), lengths),
        records=np.ones(len(parts), np.int64),
        ignored={_EMPTY: empty} if empty else {},
        refused=tuple(refused),
    )


def _fault(codes: list[bytes], known: int) -> str:
    if not all(code.isdigit() for code in codes):
        return _NO_NUMBERS
    return "" if all(1 <= int(code) <= known for code in codes) else _UNKNOWN


def _events(
    numbers: np.ndarray,
    lengths: np.ndarray,
    codes: np.ndarray,
    *,
    names: list[str],
    source: str,
    prefix: str,
) -> pa.RecordBatch:
    line = np.repeat(numbers, lengths)
    place = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rank = np.minimum(place, RANKS_PER_RECORD - 1)
    case = pa.array(line).cast(pa.string())
    key = pc.binary_join_element_wise(prefix, case, pa.array(place).cast(pa.string()), ":")
    count = len(codes)
    columns = {
        "at": pa.array(place * _SECOND).cast(pa.timestamp("us", "UTC")),
        "event": pa.array(names, pa.string()).take(pa.array(codes - 1)),
        "channel": pa.array(np.full(count, "web")).cast(pa.string()),
        "source": pa.repeat(pa.scalar(source, pa.string()), count),
        "key": key,
        "seq": pa.array(line * RANKS_PER_RECORD + rank),
        "line": pa.array(line),
        "flags": pa.array(np.zeros(count, np.int32)),
    }
    arrays = [columns.get(f.name, pa.nulls(count, f.type)) for f in CORE_SCHEMA]
    arrays += [case, pa.repeat(pa.scalar("order"), count)]
    return pa.RecordBatch.from_arrays(arrays, names=[*CORE_SCHEMA.names, "id.case", "a.time_basis"])
