"""What an import did: counted per table, and checked to add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import DamagedError
from waypost.intake.records import Chunk
from waypost.model import Flag

__all__ = ["ImportReport", "Tally"]

_NEW, _DUPLICATE, _UPDATED = 0, 1, 2
_STRONGEST = np.array([0, 2, 1], dtype=np.int64)  # by fate: a new event outranks an update
_STORED, _CHANGED, _KNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one table's records.

    ``records`` (by an independent count) = ``stored + updated + duplicate + quarantined`` and all
    of ``ignored``. A record counts as stored if any of its events is new, as updated if none is new
    and one replaced an older row. ``known`` is True where the same file was imported before; then
    nothing was added and the figures are those of that import. ``first_at`` and ``last_at`` are
    microseconds since 1970 UTC of the first and last dated event, None without one.
    """

    file: str
    table: str
    format: str
    label: str
    source: str
    batch: str
    confidence: float
    records: int
    stored: int = 0
    updated: int = 0
    duplicate: int = 0
    quarantined: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    new_events: int = 0
    updated_events: int = 0
    duplicate_events: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    first_at: int | None = None
    last_at: int | None = None
    warnings: tuple[str, ...] = ()
    unused_columns: tuple[str, ...] = ()
    known: bool = False

    @property
    def added_nothing(self) -> bool:
        """Whether the log is the same as before."""
        return self.known or not (self.new_events or self.updated_events)


class Tally:
    """Counts of one running import."""

    def __init__(self) -> None:
        self.records = np.zeros(3, np.int64)
        self.fates = np.zeros(3, np.int64)
        self.quarantined = 0
        self.ignored: Counter[str] = Counter()
        self.flags: Counter[Flag] = Counter()
        self.events: Counter[str] = Counter()
        self.first_at: int | None = None
        self.last_at: int | None = None

    def add(self, chunk: Chunk, fates: npt.NDArray[np.uint8]) -> None:
        """Count a chunk whose events met these fates (0 new, 1 duplicate, 2 updated)."""
        best = np.full(len(chunk.records), _KNOWN, dtype=np.int64)
        np.minimum.at(best, chunk.owner, _STRONGEST[fates])
        self.records += np.bincount(best, weights=chunk.records, minlength=3).astype(np.int64)
        self.fates += np.bincount(fates, minlength=3)
        self.quarantined += len(chunk.refused)
        self.ignored.update(chunk.ignored)
        if chunk.events.num_rows:
            self._look_at(chunk.events)

    def _look_at(self, events: pa.RecordBatch) -> None:
        for pair in pc.value_counts(events["event"]).to_pylist():
            self.events[pair["values"]] += pair["counts"]
        flags = events["flags"].to_numpy(zero_copy_only=False)
        for flag in (Flag.ZONE_ASSUMED, Flag.FUTURE, Flag.SKEW_CORRECTED):
            self.flags[flag] += int(np.count_nonzero(flags & flag))
        is_step = pc.invert(pc.starts_with(events["event"], "$"))
        steps = events["at"].cast(pa.int64()).filter(is_step)
        if len(steps):
            span = pc.min_max(steps).as_py()
            self.first_at = min(span["min"], self.first_at or span["min"])
            self.last_at = max(span["max"], self.last_at or span["max"])

    def account(self, counted: int) -> dict[str, int]:
        """The account for the log; ``DamagedError`` unless it adds up to ``counted``."""
        stored, updated, duplicate = (int(count) for count in self.records)
        known = stored + updated + duplicate + self.quarantined + sum(self.ignored.values())
        if known != counted:
            raise DamagedError(
                f"The file has {counted:,} records, but {known:,} were accounted for.",
                hint="Nothing of it was imported. Please report it with the file's first lines.",
                counted=counted,
                accounted=known,
            )
        return {
            "records": counted,
            "stored": stored,
            "updated": updated,
            "duplicate": duplicate,
            "quarantined": self.quarantined,
            **{f"ignored: {reason}": count for reason, count in sorted(self.ignored.items())},
        }

    def warnings(self, zone: str) -> list[str]:
        """Sentences on what was assumed or looks wrong."""
        texts = {
            Flag.ZONE_ASSUMED: f"events had a time without zone; it was taken as {zone}.",
            Flag.FUTURE: "events lie in the future.",
            Flag.SKEW_CORRECTED: "events came from a device with a wrong clock; it was corrected.",
        }
        return [f"{count:,} {texts[flag]}" for flag, count in self.flags.items() if count]
