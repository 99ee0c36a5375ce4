"""All of the side-by-side figures, each part in a process of its own."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Measured, measure
from benchmarks.side.ours import everything
from benchmarks.side.run import PEERS

__all__ = ["OTHERS", "Sides", "measured"]

OTHERS = ("pandas", "pm4py", "retentioneering", "spark")
ROUNDS = {1_000_000: 9, 10_000_000: 9, 50_000_000: 5}
RUN = "benchmarks.side.run"


@dataclass
class Sides:
    """``beside``: by events, task and formulation; ``others``: engines that take one size only.

    ``growth``: by events and question; ``memory`` and ``peaks``: MiB at the size named.
    """

    beside: dict[int, dict] = field(default_factory=dict)
    others: dict[str, dict] = field(default_factory=dict)
    others_events: int = 0
    growth: dict[int, dict] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    memory_events: int = 0
    peaks: dict[str, float] = field(default_factory=dict)
    store_bytes: dict[int, int] = field(default_factory=dict)
    bandwidth: dict[str, float] = field(default_factory=dict)


def measured(sizes: Iterable[int], growth_only: Iterable[int], others: int) -> Sides:
    """Measure beside peers at ``sizes``, ours alone at ``growth_only``, slow peers at ``others``."""
    found = Sides(others_events=others)
    for events in sizes:
        with _world(events) as folder:
            found.store_bytes[events] = _prepared(folder, events)
            rounds = ROUNDS.get(events, 3)
            found.beside[events] = _report(f"{RUN}:beside", folder, events, rounds)
            found.growth[events] = _report(f"{RUN}:times_of", folder, events)
            _memory(found, folder, events)
            if events == others:
                _others(found, folder, events)
    for events in growth_only:
        with _world(events) as folder:
            found.store_bytes[events] = _prepared(folder, events)
            found.growth[events] = _report(f"{RUN}:times_of", folder, events)
            _memory(found, folder, events)
    found.bandwidth = _report(f"{RUN}:bandwidth")
    return found


@contextmanager
def _world(events: int) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix=f"waypost-side-{events}-"))
    try:
        yield str(folder)
    finally:
        shutil.rmtree(folder)


def _prepared(folder: str, events: int) -> int:
    return _report(f"{RUN}:prepared", folder, events)["store bytes"]


def _report(work: str, *arguments: object) -> dict:
    print(work, *arguments[1:], file=sys.stderr, flush=True)
    return measure(work, *arguments).report


def _memory(found: Sides, folder: str, events: int) -> None:
    if events < found.memory_events:
        return
    found.memory_events = events
    found.memory = {
        name: _report(f"{RUN}:memory_of", folder, events, name)["mib"] for name in everything()
    }


def _others(found: Sides, folder: str, events: int) -> None:
    parquet = str(Path(folder) / "events.parquet")
    for engine in OTHERS:
        told = _tried(f"benchmarks.side.other_forms:{engine}_times", parquet)
        if told is not None:
            found.others[engine] = {**told.report, "peak": told.peak_mib}
    for engine in ("waypost", *PEERS):
        told = _tried(f"{RUN}:alone", folder, events, engine)
        if told is not None:
            found.peaks[engine] = told.peak_mib


def _tried(work: str, *arguments: object) -> Measured | None:
    """None, and a word on the screen, where a peer is not there or fails."""
    print(work, *arguments[1:], file=sys.stderr, flush=True)
    try:
        return measure(work, *arguments)
    except RuntimeError as error:
        print(f"{work}: {str(error).strip().splitlines()[-1]}", file=sys.stderr)
        return None
