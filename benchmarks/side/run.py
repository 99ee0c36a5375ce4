"""All engines round robin in one process, then each question's memory and the machine's limits.

``python -m benchmarks.side.run FOLDER EVENTS [ROUNDS]`` prints the figures as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.side.log import World, make
from benchmarks.side.ours import READ, everything, forms, load
from benchmarks.side.tasks import TASKS
from waypost.questions import Result

__all__ = ["PEERS", "alone", "bandwidth", "beside", "memory_of", "prepared", "times_of"]

PEERS = ("duckdb", "chdb", "polars")
SLOWER = 6.0
"""A formulation that first took this many times as long as the fastest peer is asked once more."""


def prepared(folder: str, events: int) -> dict:
    """Write the log and the store, in a process of its own."""
    world = make(Path(folder), events)
    size = sum(file.stat().st_size for file in world.store.rglob("*.npy"))
    return {"store bytes": size, "parquet bytes": world.parquet.stat().st_size}


def beside(folder: str, events: int, rounds: int = 5) -> dict:
    """By task and ``engine: formulation``: median seconds, and whether it agrees.

    One thread and two of ours; two threads of every peer. In every round each is asked twice in a
    row: ``wall`` and ``cpu`` are of the second time, ``cold`` is the wall time of the first, when
    caches are full of what others read. The first round is not counted. Answers are put in the one
    form and compared with ours after they were timed.
    """
    os.environ["POLARS_MAX_THREADS"] = "2"
    world = load(folder, events)
    works = _works(world, Path(folder))
    answers, found = _first_round(works)
    taken: dict = {key: [] for key in works}
    for turn in range(rounds):
        for key, work in works.items():
            if turn == 0 or _is_close(key, found):
                taken[key].append((_timed(work)[0], *_timed(work)))
    return {
        task: {
            engine: _figures(taken[task, engine])
            | {"equal": _same(answers[task, engine], answers[task, OURS])}
            for (other, engine) in works
            if other == task
        }
        for task in TASKS
    }


OURS = "Waypost, 2 threads"
Work = Callable[[], object]


def _works(world: World, folder: Path, only: str = "") -> dict[tuple[str, str], Work]:
    from importlib import import_module

    works: dict[tuple[str, str], Work] = {}
    for threads in (2, 1) if only in ("", "waypost") else ():
        for task, work in forms(world, threads).items():
            works[task, f"Waypost, {threads} thread{'s' * (threads > 1)}"] = work
    for peer in [peer for peer in PEERS if only in ("", peer)]:
        offered = import_module(f"benchmarks.side.{peer}_forms").forms(folder, world.parquet)
        for task, by_name in offered.items():
            for name, work in by_name.items():
                works[task, f"{peer}: {name}"] = work
    return works


def _first_round(works: dict) -> tuple[dict, dict]:
    answers, seconds = {}, {}
    for key, work in works.items():
        start = time.perf_counter()
        answer = work()
        seconds[key] = time.perf_counter() - start
        answers[key] = READ[key[0]](answer) if isinstance(answer, Result) else answer
    return answers, seconds


def _is_close(key: tuple[str, str], found: dict) -> bool:
    peers = [wall for (task, who), wall in found.items() if task == key[0] and ":" in who]
    return found[key] <= SLOWER * min(peers)


def alone(folder: str, events: int, engine: str) -> dict:
    """Every formulation of one engine once, in a process of its own: for its peak memory."""
    world = load(folder, events)
    works = _works(world, Path(folder), only=engine)
    for work in works.values():
        work()
    return {"formulations": len(works)}


def _timed(work: Work) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _figures(taken: list[tuple[float, float, float]]) -> dict:
    names = ("cold", "wall", "cpu")
    medians = map(statistics.median, zip(*taken, strict=True))
    return {name: round(median, 5) for name, median in zip(names, medians, strict=True)}


def _same(answer: object, ours: object) -> bool:
    if isinstance(ours, list) and isinstance(answer, list):
        return [_flat(row) for row in answer] == [_flat(row) for row in ours]
    return answer == ours


def _flat(row: object) -> object:
    return (
        tuple(tuple(part) if isinstance(part, list) else part for part in row)
        if isinstance(row, list | tuple)
        else row
    )


def times_of(folder: str, events: int, rounds: int = 3) -> dict:
    """Every question of ours on two threads: first and median wall milliseconds, CPU."""
    from waypost.engines import LocalEngine
    from waypost.engines.masks import SnapshotMasks

    snapshot = load(folder, events).snapshot()
    engine, masks = LocalEngine(2), SnapshotMasks(snapshot)
    found = {}
    for name, question in everything().items():
        first, *rest = (
            _timed(lambda asked=question: engine.run(asked, snapshot, masks))
            for _ in range(rounds + 1)
        )
        wall, cpu = (statistics.median(part) for part in zip(*rest, strict=True))
        found[name] = {"first": round(first[0], 5), "wall": round(wall, 5), "cpu": round(cpu, 5)}
    return found


def memory_of(folder: str, events: int, name: str) -> dict:
    """Peak MiB that one question takes beyond the mapped store, sampled every 5 ms.

    Anonymous memory of the process, less what it had when the snapshot was open; loading the
    kernels counts.
    """
    from waypost.engines import LocalEngine

    question = everything()[name]
    snapshot = load(folder, events).snapshot()
    before = _anonymous()
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], _anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    LocalEngine(2).run(question, snapshot)
    done.set()
    watcher.join()
    return {"mib": round((peak[0] - before) / 1024, 1)}


def _anonymous() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise RuntimeError("this kernel does not tell anonymous memory")


def bandwidth() -> dict:
    """GB/s of reading memory, the best of five: one thread and two (numpy's sum over 2.4 GB)."""
    block = np.ones(300_000_000, np.int64)
    halves = np.array_split(block, 2)
    with ThreadPoolExecutor(2) as pool:
        one = min(_timed(block.sum)[0] for _ in range(5))
        two = min(_timed(lambda: list(pool.map(np.sum, halves)))[0] for _ in range(5))
    size = block.nbytes / 1e9
    return {"one thread": round(size / one, 1), "two threads": round(size / two, 1)}


if __name__ == "__main__":
    prepared(sys.argv[1], int(sys.argv[2]))
    print(json.dumps(beside(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])), indent=1))
