"""Compile the kernels of all questions ahead, in a quiet process of its own.

Machine code is kept on disk, so an installation waits once; this is who waits, in place of the
first person who asks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from waypost.engines import LocalEngine
from waypost.errors import ConflictError, WaypostError
from waypost.journeys import Snapshot
from waypost.kernels.jit import kept_code
from waypost.kit.files import exclusive_lock
from waypost.questions import (
    Cohorts,
    Conformance,
    Funnel,
    HandOvers,
    Loops,
    Paths,
    Patterns,
    Question,
    Retention,
    Sessions,
    SnapshotView,
    TimeBetween,
    Transitions,
)
from waypost.questions.pieces import Piece

__all__ = ["prepare"]

_SWITCH = "WAYPOST_PREPARE"
_LEAST_URGENT = 19
_FEW = 200
_STARTED: list[subprocess.Popen[bytes]] = []


def prepare(folder: Path) -> subprocess.Popen[bytes] | None:
    """Start compiling what questions of the workspace at ``folder`` need; returns at once.

    The process runs at the lowest priority and goes on when this one ends. None where all is
    compiled, where nothing was built yet, where no folder can keep machine code, or where the
    environment says ``WAYPOST_PREPARE=0``.
    """
    if os.environ.get(_SWITCH) == "0":
        return None
    try:
        mark = _mark(Snapshot.current(folder))
        mark.parent.mkdir(parents=True, exist_ok=True)
    except (WaypostError, OSError):
        return None
    if mark.exists():
        return None
    process = subprocess.Popen(  # noqa: S603 - our own module, and a folder that was opened
        [sys.executable, "-m", "waypost.app.preparing", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _STARTED[:] = [*(one for one in _STARTED if one.poll() is None), process]
    return process


def _mark(view: SnapshotView) -> Path:
    """The file that says that all is compiled for arrays of these types."""
    kinds = {str(array.dtype) for shard in view.shards for array in _arrays(shard)}
    return kept_code() / f"prepared-{'-'.join(sorted(kinds))}"


def _arrays(shard: Any) -> tuple[Any, ...]:
    codes = (shard.event, shard.channel, shard.touchpoint, shard.stage, shard.source)
    return (shard.at, *codes)


class _FewPersons:
    """A snapshot with the first persons of each shard, twice as many pieces as shards."""

    def __init__(self, view: SnapshotView) -> None:
        self._view = view
        self.shards = [piece for shard in view.shards[:2] for piece in _two_pieces(shard)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)


def _two_pieces(shard: Any) -> Iterator[Piece]:
    persons = min(2 * _FEW, shard.offsets.size - 1)
    for first, last in ((0, persons // 2), (persons // 2, persons)):
        if last > first:
            yield Piece(shard, first, last)


def _asked(view: SnapshotView) -> Iterator[Question]:
    """Every question in its usual form, and then what needs kernels besides."""
    from waypost.app.studio.journey_overview import usual_questions  # noqa: PLC0415 - read when used

    yield from usual_questions(view)
    names = [f"event:{name}" for name in view.events if not name.startswith("$")]
    if not names:
        return
    first, last = names[0], names[-1]
    steps = [first, names[len(names) // 2], last]
    yield Funnel(steps, exclude=names[len(names) // 3])
    yield Funnel(steps, order="any")
    yield Funnel(steps, order="strict")
    yield Funnel(steps, entry="each", count="attempts")
    yield Funnel(steps, unit="session")
    yield Patterns([f"{first} -> !{steps[1]} ->{{1d}} {last}"])
    yield Conformance([step.id for step in view.steps[1:13]], by="step")
    yield Retention(first=first, every="week")
    yield Cohorts(first=first, by="month")
    yield TimeBetween(first, last)
    yield HandOvers(goal=last)
    yield Loops(by="event")
    for by in ("event", "step"):
        yield Sessions(by=by)
        yield Transitions(by=by)
        yield Transitions(by=by, where="channel = 'web'")
        yield Paths(by=by, whole=True)


def _answered(questions: Iterable[Question], view: SnapshotView) -> None:
    engine = LocalEngine(2)
    for question in questions:
        with suppress(WaypostError):
            engine.run(question, view)


def main() -> None:
    """Compile everything for the workspace named in the command, if nobody else does."""
    os.nice(_LEAST_URGENT)
    with suppress(WaypostError):
        snapshot = Snapshot.current(Path(sys.argv[1]))
        mark = _mark(snapshot)
        with suppress(ConflictError), exclusive_lock(mark.with_suffix(".lock")):
            view: Any = _FewPersons(snapshot)
            _answered(_asked(view), view)
            mark.touch()


if __name__ == "__main__":
    main()
