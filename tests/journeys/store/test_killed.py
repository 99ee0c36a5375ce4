"""A killed build leaves the old snapshot valid, and its repetition ends in the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.reference.store import journeys_by_id
from tests.strategies.store import SmallLog, block_of, inputs_of
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot

KILLS = 20


def log_of(number: int) -> SmallLog:
    """A log that differs from build to build."""
    none = (NO_VALUE, float("nan"))
    events = [(i % 7 - 1, i * 7919 % 101, 0, number % 3, *none) for i in range(200)]
    return SmallLog((block_of(events),), 6)


def build(workspace: Path, number: int) -> None:
    build_snapshot(workspace, inputs_of(log_of(number), f"build-{number:05d}"), shards=4)


def campaign(workspace: Path) -> None:
    """Fork a builder, kill it, look; again and again. Prints what was seen, one line a kill."""
    choose = random.Random(3)
    build(workspace, 0)
    started = time.perf_counter()
    build(workspace, 1)
    usual = time.perf_counter() - started
    for turn in range(KILLS):
        builder = os.fork()
        if not builder:
            for number in range(100 * turn + 2, 10_000):
                build(workspace, number)
        time.sleep(choose.uniform(0, 3 * usual))
        os.kill(builder, signal.SIGKILL)
        os.waitpid(builder, 0)
        sys.stdout.write(json.dumps(seen(workspace)) + "\n")
        sys.stdout.flush()


def seen(workspace: Path) -> dict[str, object]:
    snapshot = Snapshot.current(workspace)
    return {
        "id": snapshot.id,
        "problems": snapshot.verify(),
        "journeys": len(journeys_by_id(snapshot)),
        "right": int(snapshot.shards[0].event.max()) == int(snapshot.id.removeprefix("build-")) % 3,
        "torn": any((workspace / ".staging").iterdir()),
    }


def test_a_killed_build_leaves_the_old_snapshot_valid(tmp_path: Path):
    command = [sys.executable, "-m", "tests.journeys.store.test_killed", str(tmp_path)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=root, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(looks) == KILLS
    assert all(not look["problems"] and look["journeys"] == 6 and look["right"] for look in looks)
    assert any(look["torn"] for look in looks), "no kill has hit a build in the middle"
    after = build_snapshot(tmp_path, inputs_of(log_of(1), "after"), shards=4)
    assert list((tmp_path / ".staging").iterdir()) == []
    fresh = build_snapshot(tmp_path / "fresh", inputs_of(log_of(1), "after"), shards=4)
    for path in fresh.folder.rglob("*.*"):
        assert path.read_bytes() == (after.folder / path.relative_to(fresh.folder)).read_bytes()


if __name__ == "__main__":
    os.fsync = lambda _: None  # a killed process, unlike a power cut, loses no write
    campaign(Path(sys.argv[1]))
