"""What a format declares: how it is recognised and what it makes of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from waypost.intake.reading import Reading, folded
from waypost.intake.records import Answer, Chunk, Record
from waypost.intake.tables import Reject, TextBatch

__all__ = ["TEXT", "TREES", "Format", "Group", "Sample", "Signature", "Whole", "WholeObjects"]

TEXT = frozenset({"csv", "xlsx", "parquet"})
"""Kinds of tables whose records are rows of text."""

TREES = frozenset({"json", "jsonl"})
"""Kinds of tables whose records are objects."""

Sample = Sequence[Mapping[str, Any]]
"""The first records of a table."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The names that tell a format.

    Each entry of ``required`` is a name, or several of which one must be there. ``typical`` names
    only raise the confidence. ``holds`` looks at the first records where names alone prove too
    little. Names are compared without case; a JSON path is dotted.
    """

    required: tuple[str | tuple[str, ...], ...]
    typical: tuple[str, ...] = ()
    holds: Callable[[Sample], bool] | None = None

    def confidence(self, columns: Iterable[str], sample: Sample) -> float:
        """0 where a required name is missing, else 0.6 to 1 by the share of typical names."""
        have = {folded(name) for name in columns}
        for entry in self.required:
            names = (entry,) if isinstance(entry, str) else entry
            if not any(folded(name) in have for name in names):
                return 0.0
        if self.holds is not None and not self.holds(sample):
            return 0.0
        share = sum(folded(name) in have for name in self.typical) / max(len(self.typical), 1)
        return round(0.6 + 0.4 * (share if self.typical else 1.0), 3)

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Required names that are not among the columns; alternatives joined by `` / ``."""
        have = {folded(name) for name in columns}
        entries = [(entry,) if isinstance(entry, str) else entry for entry in self.required]
        return [" / ".join(e) for e in entries if not any(folded(name) in have for name in e)]


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together: those for which ``key`` gives the same text.

    A None key continues the record before it.
    """

    key: Callable[[Mapping[str, Any], Reading], str | None]


class Whole(Protocol):
    """A faster way through whole batches, to the same events as ``make`` gives one by one."""

    def __call__(
        self, form: Format, batches: Iterable[TextBatch], reading: Reading, *, source: str
    ) -> Iterator[Chunk]:
        """The records of the batches as events, refused or ignored."""


class WholeObjects(Protocol):
    """As ``Whole``, for objects with their lines."""

    def __call__(
        self,
        form: Format,
        objects: Iterable[tuple[int, Mapping[str, Any] | Reject]],
        reading: Reading,
        *,
        source: str,
    ) -> Iterator[Chunk]:
        """The objects as events, refused or ignored."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format as data and one pure function.

    ``make`` turns a record into events or an ``Ignore``, and raises ``InputError`` for one that
    cannot be used. ``times`` and ``amounts`` name columns whose style is decided over the whole
    column before the first record is read. ``study`` may replace the reading after a look at the
    first records. ``version`` goes into the batch id: raise it when ``make`` changes its answers.
    ``yields_to`` names formats whose records say more of the same thing: these stay.
    ``whole`` and ``whole_objects`` read tables of text and of objects in ``make``'s stead.
    """

    id: str
    label: str
    source: str
    kinds: frozenset[str]
    signature: Signature
    make: Callable[[Record, Reading], Answer]
    version: int = 1
    times: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    group: Group | None = None
    study: Callable[[Reading, Sample], Reading] | None = None
    yields_to: tuple[str, ...] = ()
    skip: Callable[[Record, Reading], str] | None = None
    whole: Whole | None = None
    whole_objects: WholeObjects | None = None
