"""What a snapshot is on disk: its files, its dictionaries, and ``meta.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from waypost.errors import DamagedError, InputError
from waypost.model import Stage, Step, Touchpoint

__all__ = [
    "CODE_ARRAYS",
    "CURRENT",
    "EVENT_ARRAYS",
    "FORMAT",
    "META",
    "NO_VALUE",
    "PERSONS",
    "VOLUME",
    "Dictionaries",
    "Meta",
    "ShardEntry",
    "code_dtype",
    "read_meta",
]

FORMAT: Final = 2
READABLE: Final = (1, 2)
"""Formats that can be opened: in format 1 every array is whole and there are no posting lists."""
META: Final = "meta.json"
PERSONS: Final = "persons.parquet"
VOLUME: Final = "volume"
CURRENT: Final = "CURRENT"
NO_VALUE: Final = -(2**63)
"""The ``value`` of an event that has none."""

CODE_ARRAYS: Final = ("event", "channel", "touchpoint", "stage", "source")
EVENT_ARRAYS: Final = ("at", *CODE_ARRAYS, "value", "rating", "row")
_CODES_LIMIT: Final = 65_536


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """What the codes of the arrays mean: code ``i`` is entry ``i``.

    ``touchpoints[0]``, ``stages[0]`` and ``steps[0]`` stand for unbound (empty id).
    """

    events: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = (Touchpoint("", {}),)
    stages: tuple[Stage, ...] = (Stage("", {}),)
    steps: tuple[Step, ...] = (Step("", {}, ""),)
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``InputError`` where entry 0 is not the unbound one, or entries are too many."""
        for name in ("touchpoints", "stages", "steps"):
            entries: Sequence[Any] = getattr(self, name)
            if not entries or entries[0].id:
                raise InputError(
                    f"The first of the {name} must be the unbound one, with an empty id.", name=name
                )
        for name in ("events", "channels", "touchpoints", "stages", "sources"):
            code_dtype(len(getattr(self, name)), name=name)

    def stage_of_touchpoint(self) -> np.ndarray[Any, np.dtype[np.uint16]]:
        """The stage code of every touchpoint code; 0 where a touchpoint names no known stage."""
        code = {stage.id: i for i, stage in enumerate(self.stages)}
        return np.array([code.get(t.stage, 0) for t in self.touchpoints], dtype=np.uint16)


def code_dtype(entries: int, *, name: str = "entries") -> np.dtype[Any]:
    """``uint8`` up to 256 entries, ``uint16`` up to 65,536; raises ``InputError`` beyond."""
    if entries > _CODES_LIMIT:
        raise InputError(
            f"There are {entries:,} different {name}; a journey store holds {_CODES_LIMIT:,}.",
            hint="What varies (a page, a product, a number) belongs in an attribute.",
            entries=entries,
        )
    return np.dtype(np.uint8 if entries <= 256 else "<u2")  # noqa: PLR2004 - what one byte counts


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """One shard as ``meta.json`` lists it."""

    name: str
    first_person: int
    persons: int
    events: int
    overlay: bool = False


@dataclass(frozen=True, slots=True)
class Meta:
    """The content of ``meta.json``: all of a snapshot that is not an array or a person."""

    id: str
    dictionaries: Dictionaries
    shards: tuple[ShardEntry, ...]
    zone: str
    currency: str
    epoch_us: int = 0
    ticks_per_second: int = 1
    data_until_us: int = 0
    volume_events: int = 0
    hidden_persons: int = 0
    hidden_events: int = 0
    made_from: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tick_us(self) -> int:
        """Microseconds in one tick."""
        return 1_000_000 // self.ticks_per_second

    @property
    def persons(self) -> int:
        """Person numbers given, hidden ones included."""
        return sum(shard.persons for shard in self.shards)

    def encode(self) -> bytes:
        """The same bytes for the same content."""
        document = {
            "format": FORMAT,
            "id": self.id,
            "epoch_us": self.epoch_us,
            "ticks_per_second": self.ticks_per_second,
            "data_until_us": self.data_until_us,
            "zone": self.zone,
            "currency": self.currency,
            "counts": {
                "persons": self.persons - self.hidden_persons,
                "events": sum(shard.events for shard in self.shards) - self.hidden_events,
                "volume": self.volume_events,
                "hidden_persons": self.hidden_persons,
                "hidden_events": self.hidden_events,
            },
            "shards": [asdict(shard) for shard in self.shards],
            "made_from": dict(self.made_from),
            **_encoded(self.dictionaries),
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def _encoded(dictionaries: Dictionaries) -> dict[str, Any]:
    return {
        "events": list(dictionaries.events),
        "channels": list(dictionaries.channels),
        "sources": list(dictionaries.sources),
        "stages": [{"id": s.id, "label": dict(s.label)} for s in dictionaries.stages],
        "steps": [
            {"id": s.id, "label": dict(s.label), "stage": s.stage} for s in dictionaries.steps
        ],
        "touchpoints": [
            {
                "id": t.id,
                "label": dict(t.label),
                "channel": t.channel,
                "stage": t.stage,
                "step": t.step,
                "facts": dict(t.facts),
            }
            for t in dictionaries.touchpoints
        ],
    }


def _decoded(document: Mapping[str, Any]) -> Dictionaries:
    return Dictionaries(
        events=tuple(document["events"]),
        channels=tuple(document["channels"]),
        sources=tuple(document["sources"]),
        stages=tuple(Stage(**s) for s in document["stages"]),
        steps=tuple(Step(**s) for s in document["steps"]),
        touchpoints=tuple(Touchpoint(**t) for t in document["touchpoints"]),
    )


def read_meta(folder: Path) -> Meta:
    """``meta.json`` of a snapshot; raises ``DamagedError`` where it cannot be read."""
    path = folder / META
    try:
        document = orjson.loads(path.read_bytes())
        if document["format"] not in READABLE:
            raise InputError(
                f"{folder.name} is a snapshot of format {document['format']}, not {FORMAT}.",
                hint="Run `waypost build` again.",
            )
        counts = document["counts"]
        return Meta(
            id=document["id"],
            dictionaries=_decoded(document),
            shards=tuple(ShardEntry(**entry) for entry in document["shards"]),
            zone=document["zone"],
            currency=document["currency"],
            epoch_us=document["epoch_us"],
            ticks_per_second=document["ticks_per_second"],
            data_until_us=document["data_until_us"],
            volume_events=counts["volume"],
            hidden_persons=counts["hidden_persons"],
            hidden_events=counts["hidden_events"],
            made_from=document["made_from"],
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise DamagedError(
            f"The snapshot {folder.name} cannot be read: {error}.",
            hint="Run `waypost build` again; nothing but the snapshot is lost.",
            path=path,
        ) from error
