"""``python -m benchmarks.spark``: one question through the Spark engine, locally, and as Spark SQL.

The three answers must be the same. Figures go to ``bench-data/spark.json`` and to the screen: wall
seconds (median of the runs after the first), CPU nanoseconds an event of the kernels alone, bytes
an event of the store and of each partial, and what a question and a task cost when they hold next
to nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import waypost
from benchmarks.world import event_batches
from waypost.engines import LocalEngine
from waypost.engines.running import Planned
from waypost.engines.spark import SparkEngine
from waypost.engines.spark.parcels import packed
from waypost.questions import Funnel, Question, TimeBetween, Transitions, Volumes

RUNS = 5
QUESTIONS = {
    "transitions": Transitions(by="event"),
    "funnel": Funnel(["product_viewed", "cart_product_added", "order_placed"], within="7d"),
    "volumes": Volumes(by="event"),
    "time between": TimeBetween("product_viewed", "order_placed"),
    "transitions of a channel": Transitions(by="event", where="channel = 'web'"),
}
MANY_TASKS = 64


def main() -> None:
    """Measure and print; the folder with the data is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--sql", action=argparse.BooleanOptionalAction, default=True)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="waypost-spark-"))
    try:
        found = _measured(folder, chosen.events, chosen.master, sql=chosen.sql)
    finally:
        shutil.rmtree(folder)
    Path("bench-data").mkdir(exist_ok=True)
    Path("bench-data/spark.json").write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))


def _measured(folder: Path, events: int, master: str, *, sql: bool) -> dict:
    snapshot = _shop(folder / "shop", events).snapshot
    found: dict = {
        "events": events,
        "shards": len(snapshot.shards),
        "store bytes an event": round(_bytes_of(snapshot.folder) / events, 2),
        "kernel CPU ns an event": {n: _kernel_ns(q, snapshot) for n, q in QUESTIONS.items()},
        "partial bytes": {n: _partial_bytes(q, snapshot) for n, q in QUESTIONS.items()},
    }
    found["local seconds"] = {
        name: _median(lambda q=q: LocalEngine().run(q, snapshot)) for name, q in QUESTIONS.items()
    }
    begin = time.perf_counter()
    with SparkEngine(master, settings={"spark.driver.memory": "4g"}) as engine:
        found["spark session seconds"] = round(time.perf_counter() - begin, 2)
        begin = time.perf_counter()
        engine.run(QUESTIONS["transitions"], snapshot)
        found["spark first answer seconds"] = round(time.perf_counter() - begin, 2)
        found["spark seconds"] = {
            name: _median(lambda q=q: _same(engine, q, snapshot)) for name, q in QUESTIONS.items()
        }
        found |= _overheads(engine, _shop(folder / "small", 2_000).snapshot)
        if sql:
            _write_parquet(snapshot, folder / "events.parquet")
            found["spark SQL seconds"] = _sql(engine, folder / "events.parquet", snapshot)
    return found


def _shop(folder: Path, events: int) -> waypost.Workspace:
    shop = waypost.create(folder)
    with shop.log.writer("bench", source="bench", facts={}) as writer:
        for table in event_batches(events):
            writer.add(table)
        writer.commit({"read": events})
    shop.build()
    return shop


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _median(run) -> float:
    run()
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return round(statistics.median(seconds), 4)


def _same(engine: SparkEngine, question: Question, snapshot) -> None:
    engine.run(question, snapshot)


def _planned(question: Question, snapshot) -> Planned:
    from waypost.engines.masks import SnapshotMasks

    return Planned.of(question, snapshot, SnapshotMasks(snapshot))


def _kernel_ns(question: Question, snapshot) -> float:
    """The least CPU time of this thread for all shards, of some runs."""
    planned = _planned(question, snapshot)
    events = sum(shard.at.size for shard in snapshot.shards)
    spent = []
    for _ in range(RUNS):
        begin = time.thread_time_ns()
        for shard in planned.base.shards:
            planned.partial(shard, 0, 1)
        spent.append(time.thread_time_ns() - begin)
    return round(min(spent) / events, 2)


def _partial_bytes(question: Question, snapshot) -> int:
    planned = _planned(question, snapshot)
    return max(len(packed(planned.partial(shard, 0, 1))) for shard in planned.base.shards)


def _overheads(engine: SparkEngine, small) -> dict:
    """What a question costs in one task, and what each further task adds, with little to do."""
    question = QUESTIONS["volumes"]
    events = sum(shard.at.size for shard in small.shards)
    one = _median(lambda: SparkEngine(engine.context).run(question, small))
    wide = SparkEngine(engine.context, events_per_task=events // MANY_TASKS)
    many = _median(lambda: wide.run(question, small))
    return {
        "seconds a question in one task": one,
        "seconds each further task adds": round((many - one) / (MANY_TASKS - 1), 4),
    }


def _write_parquet(snapshot, path: Path) -> None:
    """The store's events with their persons: what SQL needs to be asked the same."""
    names = np.array(snapshot.events)
    writer = None
    for shard in snapshot.shards:
        table = pa.table(
            {
                "person": np.repeat(np.arange(shard.persons), np.diff(shard.offsets))
                + shard.first_person,
                "at": snapshot.instants(shard.at),
                "row": shard.row.astype(np.int64),
                "event": names[shard.event],
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


def _sql(engine: SparkEngine, path: Path, snapshot) -> dict:
    from pyspark.sql import SparkSession, Window
    from pyspark.sql import functions as F  # noqa: N812 - as all of PySpark's users write

    session = SparkSession(engine.context)
    session.conf.set("spark.sql.shuffle.partitions", str(2 * engine.cores))

    def counted() -> list:
        """Planned anew each time: Spark would reuse what the last run has shuffled."""
        events = session.read.parquet(str(path))
        order = Window.partitionBy("person").orderBy("at", "row")
        pairs = events.select("event", F.lead("event").over(order).alias("next"))
        return pairs.filter("next is not null").groupBy("event", "next").count().collect()

    ours = LocalEngine().run(QUESTIONS["transitions"], snapshot)
    expected = {
        (a, b): n
        for a, b, n in zip(
            ours.columns["from"], ours.columns["to"], ours.columns["count"], strict=True
        )
    }
    assert {(r["event"], r["next"]): r["count"] for r in counted()} == expected
    return {"transitions": _median(counted)}


if __name__ == "__main__":
    main()
