"""Which format a table has, by its names and values, never by the name of its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from waypost.errors import NotFoundError, UnreadableFileError
from waypost.intake.format import TREES, Format
from waypost.intake.formats import FORMATS, STREAMS
from waypost.intake.generic.mapping import Mapping
from waypost.intake.streams import Stream, head_of
from waypost.intake.tables import Table, open_tables

__all__ = ["Recognition", "best_format", "recognise"]

LEAST_CONFIDENCE = 0.5
_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Recognition:
    """A table of a file and what it was recognised as.

    ``how`` is a format, a stream format or a mapping; None where nothing fits. ``confidence`` is 0
    to 1; ``columns`` are the names that were seen; ``table`` is None for a stream format.
    """

    path: Path
    name: str
    how: Format | Stream | Mapping | None
    confidence: float
    columns: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def format(self) -> str:
        """The id of the format, ``mapping:<name>`` for a mapping, empty for nothing."""
        if self.how is None:
            return ""
        return f"mapping:{self.how.name}" if isinstance(self.how, Mapping) else self.how.id

    @property
    def label(self) -> str:
        """The format's name for people."""
        if self.how is None:
            return "unknown"
        return f"own mapping {self.how.name}" if isinstance(self.how, Mapping) else self.how.label


def recognise(
    path: Path,
    mappings: Sequence[Mapping] = (),
    *,
    letters: Callable[[], bytes] | None = None,
) -> list[Recognition]:
    """One entry per table of the file, in file order.

    ``letters`` gives the file's first stretch beyond ASCII, where somebody reads it anyway.
    The workspace's own mappings come before the shipped formats. Raises ``NotFoundError`` where
    there is no file and ``UnreadableFileError`` for one that holds no table.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}.", hint="Check the name.", path=path)
    head = head_of(path)
    for stream in STREAMS:
        confidence = stream.recognise(path, head)
        if confidence >= LEAST_CONFIDENCE:
            return [Recognition(path, path.name, stream, confidence)]
    if head.startswith(b"SQLite format 3\0"):
        raise UnreadableFileError(
            f"{path.name} is an SQLite database, but not an OCEL 2.0 log.",
            hint="Export its tables as CSV.",
            path=path,
        )
    return [_recognised(path, table, mappings) for table in open_tables(path, letters=letters)]


def _recognised(path: Path, table: Table, mappings: Sequence[Mapping]) -> Recognition:
    columns = tuple(table.columns)
    for mapping in mappings:
        if mapping.fits(columns):
            return Recognition(path, table.name, mapping, 1.0, columns, table)
    form, confidence = best_format(table)
    return Recognition(path, table.name, form, confidence, columns, table)


def best_format(table: Table) -> tuple[Format | None, float]:
    """The shipped format with the highest confidence (the first of equals), or None."""
    names, sample = _names_and_sample(table)
    best: Format | None = None
    highest = 0.0
    for form in FORMATS:
        if table.kind not in form.kinds:
            continue
        confidence = form.signature.confidence(names, sample)
        if confidence >= LEAST_CONFIDENCE and confidence > highest:
            best, highest = form, confidence
    return best, highest


def _names_and_sample(table: Table) -> tuple[set[str], list[dict[str, object]]]:
    if table.kind not in TREES:
        return set(table.columns), [dict(row) for row in table.sample(_SAMPLE)]
    objects: list[dict[str, object]] = []
    for _, item in table.objects():
        if isinstance(item, dict):
            objects.append(item)
        if len(objects) >= _SAMPLE:
            break
    names = {name for one in objects for name in _paths(one)}
    return names | set(table.columns), objects


def _paths(tree: dict[str, object], prefix: str = "") -> list[str]:
    found = []
    for key, value in tree.items():
        found.append(prefix + key)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found.extend(_paths(value[0], f"{prefix}{key}[]."))
        elif isinstance(value, dict):
            found.extend(_paths(value, f"{prefix}{key}."))
    return found
