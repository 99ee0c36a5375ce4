"""Killed at any moment, the log opens, nothing is half there; a repeat ends in the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from waypost.journeys import EventLog

IMPORTER = """
import os, sys
from pathlib import Path
from tests.strategies.log import rows_of
from waypost.journeys import EventLog
import waypost.journeys.log.writer as writer_module

writer_module.SEGMENT_ROWS = 500

def import_all(workspace):
    log = EventLog.open(Path(workspace))
    for number in range(6):
        batch = f"b{number}"
        if log.has_batch(batch):
            continue
        with log.writer(batch, source="shop", facts={"file": batch}) as writer:
            for start in range(0, 1500, 250):
                keys = range(number * 700 + start, number * 700 + start + 250)
                writer.add(rows_of([{"key": k, "value": number, "a.x": f"x{k % 9}"} for k in keys]))
                writer.quarantine(start, "because", "raw")
            writer.commit({"read": 1500})

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        import_all(line.strip())
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""
WORKSPACES = 4
KILLS_EACH = 3


@dataclass(frozen=True)
class Importer:
    """Runs imports in children forked from a process that has everything loaded."""

    process: subprocess.Popen[str]

    def start(self, workspace: Path) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{workspace}\n")
        self.process.stdin.flush()
        return self._number()

    def wait(self) -> int:
        return self._number()

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def run_to_the_end(self, workspace: Path) -> float:
        before = time.perf_counter()
        self.start(workspace)
        assert self.wait() == 0
        return time.perf_counter() - before


@pytest.fixture
def importer() -> Iterator[Importer]:
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        yield Importer(process)


def stored(workspace: Path) -> dict[str, bytes]:
    files = [path for path in workspace.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(workspace)): path.read_bytes() for path in files}


def folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def check(workspace: Path, expected: dict[str, bytes]) -> None:
    """What is there is whole, and as in the undisturbed run."""
    log = EventLog.open(workspace)
    assert log.verify() == ()
    assert sum(part.batch.num_rows for part in log.scan(["value"])) == log.row_count()
    assert stored(workspace).items() <= expected.items()


def test_killed_at_random_moments(tmp_path: Path, importer: Importer) -> None:
    whole = folder(tmp_path, "whole")
    importer.run_to_the_end(whole)
    seconds = importer.run_to_the_end(folder(tmp_path, "again"))
    expected = stored(whole)
    assert stored(tmp_path / "again") == expected
    chance = random.Random(7)
    for attempt in range(WORKSPACES):
        killed = folder(tmp_path, f"killed-{attempt}")
        for _ in range(KILLS_EACH):
            child = importer.start(killed)
            time.sleep(chance.uniform(0, seconds / 2))
            with suppress(ProcessLookupError):  # on a busy machine the import may be faster
                os.kill(child, signal.SIGKILL)
            importer.wait()
            check(killed, expected)
        importer.run_to_the_end(killed)
        assert stored(killed) == expected
