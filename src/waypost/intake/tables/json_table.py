"""JSON files as tables: lines of objects, arrays of objects, arrays inside objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import UnreadableFileError
from waypost.intake.tables.encodings import Encoding, utf8_chunks
from waypost.intake.tables.json_values import flat_text, parse_object, parse_value
from waypost.intake.tables.shapes import Dialect, Reject, TextBatch
from waypost.intake.tables.sources import ByteSource, StreamBreakError
from waypost.intake.tables.windows import Gap, Phase, windows
from waypost.kernels import json_scan

__all__ = ["JsonTable"]

_RAW = 65_536
_VALUES = 65_536
_CLOSED, _CUT_OFF = 1, 2
_CUT = "the file ends before the list does; what follows here is missing"


@dataclass(frozen=True, slots=True)
class JsonTable:
    """Objects of a JSON file, parsed one by one.

    ``kind`` "jsonl": one object per line, numbered by line. ``kind`` "json": values from byte
    ``begin`` of the UTF-8 text on, numbered from 1; ``listed`` when they stand in an array.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    source: ByteSource
    encoding: Encoding
    begin: int = 0
    listed: bool = False

    @property
    def dialect(self) -> Dialect | None:
        """None: JSON leaves nothing open but the encoding."""
        return None

    def sample(self, rows: int = 200) -> list[dict[str, str]]:
        """The first usable records, flattened to text; absent and null values are left out."""
        found: list[dict[str, str]] = []
        for _, value in self.objects():
            if len(found) >= rows:
                break
            if not isinstance(value, Reject):
                found.append({k: v for k, v in flat_text(value) if v is not None})
        return found

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """All records as (number, nested object or reject), in file order."""
        spans = self._lines() if self.kind == "jsonl" else self._values()
        for number, raw, reason, short in spans:
            value = reason or parse_object(raw, short_numbers=short)
            if isinstance(value, str):
                text = raw[:_RAW].decode("utf-8", "backslashreplace")
                yield number, Reject(number, value, text)
            else:
                yield number, value

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:
        """All records flattened to text; keys first met later follow behind ``columns``."""
        names = dict.fromkeys(self.columns)
        lines: list[int] = []
        flat: list[dict[str, str | None]] = []
        rejects: list[Reject] = []
        for number, value in self.objects():
            if isinstance(value, Reject):
                rejects.append(value)
            else:
                lines.append(number)
                flat.append(dict(flat_text(value)))
            if len(lines) + len(rejects) >= rows:
                yield _batch(lines, flat, rejects, names)
                lines, flat, rejects = [], [], []
        if lines or rejects:
            yield _batch(lines, flat, rejects, names)

    def count_records(self) -> int:
        """Records and rejects, counted from bytes without parsing."""
        return self._count_lines() if self.kind == "jsonl" else self._count_values()

    def document(self) -> Any:
        """The whole file parsed at once.

        Raises ``UnreadableFileError`` when it is no JSON or longer than four times the longest
        record allowed.
        """
        most = 4 * self.source.limits.record_bytes
        parts, size = [], 0
        for piece in utf8_chunks(self.source, self.encoding):
            parts.append(piece)
            size += len(piece)
            if size > most:
                raise UnreadableFileError(
                    f"{self.source.name} is too large to be read as one document.",
                    hint=f"At most {most:,} bytes are; export fewer records at once.",
                )
        try:
            return parse_value(b"".join(parts))
        except ValueError as error:
            raise UnreadableFileError(f"{self.source.name} is no valid JSON: {error}.") from error

    def _text(self) -> Iterator[bytes]:
        at = 0
        for piece in utf8_chunks(self.source, self.encoding):
            yield piece[max(self.begin - at, 0) :]
            at += len(piece)

    def _lines(self) -> Iterator[tuple[int, bytes, str, bool]]:
        """(line number, bytes, reason, no long number in it) of each line that is not blank."""
        limit = self.source.limits.record_bytes
        line = 0
        for part in windows(self._text(), _line_scan, record_bytes=limit):
            if isinstance(part, Gap):
                yield line + 1, part.head, part.reason, False
                line += part.lines
                continue
            short = not json_scan.has_long_number(part.buf)
            for raw in part.found:
                line += 1
                if not raw.isspace() and raw:
                    yield line, raw, "", short

    def _values(self) -> Iterator[tuple[int, bytes, str, bool]]:
        """(number, bytes, reason, no long number in it) of each value."""
        scan = _ValueScan(listed=self.listed)
        limit = self.source.limits.record_bytes
        number = 0
        for part in windows(self._text(), scan, record_bytes=limit):
            if isinstance(part, Gap) and part.lines:
                raise self._too_long(number)
            if isinstance(part, Gap):
                number += 1
                yield number, part.head, part.reason, False
                return
            text, short = part.buf, not json_scan.has_long_number(part.buf)
            for begin, end in part.found.tolist():
                number += 1
                yield number, text[begin:end].tobytes(), "", short
        if self.listed and not scan.closed and not scan.cut:
            yield number + 1, b"", _CUT, False

    def _too_long(self, number: int) -> UnreadableFileError:
        limit = self.source.limits.record_bytes
        return UnreadableFileError(
            f"Record {number + 1} of {self.name} is longer than {limit:,} bytes.",
            hint="Export it as one object per line, or raise the limit for records.",
        )

    def _count_lines(self) -> int:
        """Lines with anything in them; a break counts once, with what it cut."""
        limit = self.source.limits.record_bytes
        count, pending = 0, b""
        broken = 0
        try:
            for piece in self._text():
                lines = (pending + piece).split(b"\n")
                pending = lines.pop()
                count += sum(1 for line in lines if line.strip())
                if len(pending) > limit:
                    pending = b"x"
        except StreamBreakError:
            broken = 1
        return count + (broken or (1 if pending.strip() else 0))

    def _count_values(self) -> int:
        state = np.zeros(5, np.int64)
        count = 0
        broken = False
        try:
            for piece in self._text():
                buf = np.frombuffer(piece, np.uint8)
                count += int(json_scan.count_values(buf, self.listed, state))
        except StreamBreakError:
            broken = True
        inside = bool(state[0] or state[1] or state[3])
        open_end = broken or (self.listed and not state[4])
        return count + (1 if open_end and not inside else 0)


def _line_scan(buf: NDArray[np.uint8], phase: Phase) -> tuple[list[bytes], int]:
    """Whole lines, without their line feeds."""
    text = buf.tobytes()
    if phase is Phase.LAST:
        return text.removesuffix(b"\n").split(b"\n"), len(text)
    used = text.rfind(b"\n") + 1
    return (text[: used - 1].split(b"\n") if used else []), used


class _ValueScan:
    """Finds values until the array they stand in is closed; what follows is passed over."""

    def __init__(self, *, listed: bool) -> None:
        self.listed = listed
        self.closed = False
        self.cut = False

    def __call__(
        self,
        buf: NDArray[np.uint8],
        phase: Phase,
    ) -> tuple[NDArray[np.int64], int]:
        if self.closed:
            return np.empty((0, 2), np.int64), buf.size
        spans = np.empty((_VALUES, 2), np.int64)
        last = phase is Phase.LAST
        found, used, end = json_scan.scan_values(buf, last, self.listed, spans)
        self.closed, self.cut = end == _CLOSED, end == _CUT_OFF
        return spans[:found], used


def _batch(
    lines: list[int],
    flat: list[dict[str, str | None]],
    rejects: list[Reject],
    names: dict[str, None],
) -> TextBatch:
    for row in flat:
        names.update(dict.fromkeys(row))
    arrays = [pa.array([row.get(name) for row in flat], pa.string()) for name in names]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(names))
    return TextBatch(np.array(lines, np.int64), batch, tuple(rejects))
