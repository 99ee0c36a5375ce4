"""Time the kernels on a seeded log: ``python -m benchmarks.kernels [events] [threads]``.

Forty event names, twenty events a person on average, seconds in int32, codes in uint8. Prints
median wall and CPU milliseconds of five rounds, round robin.
"""

from __future__ import annotations

import statistics
import sys
import time
from functools import partial

import numpy as np

from waypost.engines import LocalEngine
from waypost.model import Stage, Step, Touchpoint
from waypost.questions import (
    EMPTY_SHARD,
    Abandonment,
    ArrayShard,
    DropOff,
    Funnel,
    Paths,
    StepFlow,
    TimeBetween,
    Transitions,
    Volumes,
)

NAMES = tuple(f"event_{number}" for number in range(40))
STEPS = ("event_1", "event_5", "event_7", "event_8")
ROUNDS = 5


class World:
    """A snapshot in memory."""

    channels = ("web", "email", "store")
    stages = (Stage("", {}), Stage("all", {}))
    steps = (Step("", {}, ""), *(Step(f"step_{n}", {}, "all") for n in range(8)))
    touchpoints = (
        Touchpoint("", {}),
        *(Touchpoint(f"t{n}", {}, step=f"step_{n % 8}") for n in range(1, 40)),
    )
    events = NAMES
    sources = ("bench",)
    epoch_us = 0
    ticks_per_second = 1
    zone = "Europe/Berlin"
    currency = "EUR"
    volume = EMPTY_SHARD

    def __init__(self, events: int) -> None:
        random = np.random.default_rng(7)
        sizes = random.geometric(1 / 20, events // 20)
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        weights = 1 / np.arange(1, 41) ** 1.1
        code = random.choice(40, offsets[-1], p=weights / weights.sum()).astype(np.uint8)
        gaps = np.cumsum(random.exponential(20_000, offsets[-1]))
        begin = random.integers(0, 180 * 86_400, sizes.size)
        at = gaps - np.repeat(gaps[offsets[:-1]] - begin, sizes)
        self.shards = [
            ArrayShard(offsets, at.astype(np.int32), code, touchpoint=code, channel=code % 3)
        ]
        self.data_until_us = int(at.max()) * 1_000_000


QUESTIONS = {
    "transitions, counts": Transitions(by="event", times=False),
    "transitions, times": Transitions(by="event"),
    "funnel of 4 in 7 d": Funnel(STEPS),
    "paths of 5": Paths(by="event", fold_repeats=False),
    "drop-off": DropOff(by="event"),
    "time between": TimeBetween("event_1", "event_8"),
    "abandonment": Abandonment(STEPS[1], STEPS[3]),
    "step flow": StepFlow(),
    "volumes": Volumes(by="event"),
    "transitions, where": Transitions(by="event", times=False, where="channel = 'web'"),
    "funnel, segment": Funnel(STEPS, segment="event = 'event_9'"),
}


PEER = {
    "transitions, counts": """
        SELECT before, event, count(*) FROM (
            SELECT event, lag(event) OVER (PARTITION BY person ORDER BY place) AS before FROM log
        ) WHERE before IS NOT NULL GROUP BY ALL
    """,
    "paths of 5": """
        SELECT path, count(*) FROM (
            SELECT list(event ORDER BY place)[1:5] AS path FROM log GROUP BY person
        ) GROUP BY path
    """,
    "volumes": "SELECT event, count(*), count(DISTINCT person) FROM log GROUP BY event",
}


def beside_duckdb(events: int) -> dict:
    """Median wall milliseconds per question, ours and DuckDB's, on the same rows in memory.

    DuckDB has the rows ordered by person and time in a table of its own, two threads.
    """
    world = World(events)
    ours = {name: wall for name, (wall, _) in _medians(world, threads=2).items()}
    return {"ours": ours, "duckdb": _duckdb(world)}


def _duckdb(world: World) -> dict[str, float]:
    import duckdb
    import pyarrow as pa

    shard = world.shards[0]
    person = np.repeat(np.arange(shard.offsets.size - 1), np.diff(shard.offsets))
    rows = pa.table(
        {"person": person.astype(np.int32), "event": shard.event, "place": np.arange(person.size)}
    )
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.from_arrow(rows).create("log")
        return {name: _median_of(partial(_answer, connection, sql)) for name, sql in PEER.items()}


def _answer(connection, sql: str) -> None:
    connection.execute(sql).fetchall()


def _median_of(work) -> float:
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return round(1e3 * statistics.median(taken), 1)


def main(events: int = 10_000_000, threads: int = 2) -> None:
    """Print one line per question."""
    for name, (wall, cpu) in _medians(World(events), threads=threads).items():
        print(f"{name:22s} wall {wall:8.1f} ms   cpu {cpu:8.1f} ms")


def _medians(world: World, *, threads: int) -> dict[str, tuple[float, float]]:
    """Wall and CPU milliseconds by question; the first round compiles and is not counted."""
    engine = LocalEngine(threads)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in QUESTIONS}
    for turn in range(ROUNDS + 1):
        for name, question in QUESTIONS.items():
            wall, cpu = time.perf_counter(), time.process_time()
            engine.run(question, world)
            if turn:
                taken[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: tuple(round(1e3 * statistics.median(part), 1) for part in zip(*times, strict=True))
        for name, times in taken.items()
    }


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
