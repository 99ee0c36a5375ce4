"""pandas, PM4Py, Retentioneering and Spark SQL: each in a process of its own, once.

They prepare per call or hold the log as objects, so they are measured at one size that they can.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.side.log import EVENTS
from benchmarks.side.tasks import FUNNEL, GAP, WINDOW

__all__ = ["pandas_times", "pm4py_times", "retentioneering_times", "spark_times"]

ROUNDS = 1


def _timed(works: dict[str, Callable[[], object]], prepare: float) -> dict:
    found = {"prepare": {"wall": round(prepare, 3)}}
    for task, work in works.items():
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            answer = work()
            taken.append(time.perf_counter() - start)
        found[task] = {"wall": round(statistics.median(taken), 4), "answer": _plain(answer)}
    return found


def _plain(answer: object) -> object:
    """As JSON holds it: edges as a sorted list."""
    if isinstance(answer, dict):
        return sorted([int(a), int(b), int(n)] for (a, b), n in answer.items())
    return [list(map(int, row)) if isinstance(row, list | tuple) else int(row) for row in answer]


def pandas_times(parquet: str) -> dict:
    """pandas on a frame sorted by person and time."""
    import pandas as pd

    start = time.perf_counter()
    frame = pd.read_parquet(parquet)
    prepare = time.perf_counter() - start

    def transitions() -> dict:
        same = frame["person"] == frame["person"].shift(-1)
        pair = (frame["event"].astype("int64") * 40 + frame["event"].shift(-1))[same]
        return {divmod(int(k), 40): n for k, n in pair.value_counts().items()}

    def funnel() -> list[int]:
        kept = frame[frame["event"].isin(FUNNEL)]
        person = kept["person"]
        entry = kept["ts"].where(kept["event"] == FUNNEL[0]).groupby(person).ffill()
        reached = [int(entry.notna().groupby(person).any().sum())]
        for code in FUNNEL[1:]:
            entry = entry.where((kept["event"] == code) & (kept["ts"] - entry <= WINDOW))
            entry = entry.groupby(person).ffill()
            reached.append(int(entry.notna().groupby(person).any().sum()))
        return reached

    def session_begins() -> list[tuple[int, ...]]:
        other = frame["person"] != frame["person"].shift()
        opens = other | (frame["ts"].diff() >= GAP)
        closes = opens.shift(-1, fill_value=True)
        found = closes[opens].groupby(frame["event"][opens]).agg(["size", "sum"])
        return sorted(found.itertuples(name=None))

    works = {"transitions": transitions, "funnel": funnel, "session begins": session_begins}
    return _timed(works, prepare)


def pm4py_times(parquet: str) -> dict:
    """PM4Py: the directly-follows graph of a formatted frame."""
    import pandas as pd
    import pm4py

    start = time.perf_counter()
    frame = pd.read_parquet(parquet)
    frame["ts"] = pd.to_datetime(frame["ts"], unit="s", utc=True)
    frame["event"] = frame["event"].map(dict(enumerate(EVENTS)))
    log = pm4py.format_dataframe(frame, case_id="person", activity_key="event", timestamp_key="ts")
    prepare = time.perf_counter() - start
    code = {name: place for place, name in enumerate(EVENTS)}

    def transitions() -> dict:
        graph = pm4py.discover_dfg(log)[0]
        return {(code[a], code[b]): n for (a, b), n in graph.items()}

    return _timed({"transitions": transitions}, prepare)


def retentioneering_times(parquet: str) -> dict:
    """Retentioneering 5: transition counts of an event stream."""
    os.environ["RETENTIONEERING_NO_TRACK"] = "1"
    import pandas as pd
    from retentioneering.eventstream.eventstream import Eventstream

    start = time.perf_counter()
    frame = pd.read_parquet(parquet).rename(columns={"person": "user_id", "ts": "timestamp"})
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], unit="s")
    frame["event"] = frame["event"].map(dict(enumerate(EVENTS)))
    schema = {"path_cols": ["user_id"], "event_col": "event", "timestamp_col": "timestamp"}
    stream = Eventstream(frame, schema=schema)
    prepare = time.perf_counter() - start
    code = {name: place for place, name in enumerate(EVENTS)}

    def transitions() -> dict:
        table = stream.transition_graph_data("count")
        found = {
            (code[a], code[b]): int(n)
            for a, row in table.to_dict("index").items()
            for b, n in row.items()
            if a in code and b in code
        }
        return {pair: n for pair, n in found.items() if n}

    return _timed({"transitions": transitions}, prepare)


def spark_times(parquet: str) -> dict:
    """PySpark SQL in local mode with two cores, on the sorted Parquet file, cached."""
    from pyspark.sql import SparkSession

    start = time.perf_counter()
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "6g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    spark.read.parquet(parquet).cache().createOrReplaceTempView("log")
    spark.sql("SELECT count(*) FROM log").collect()
    prepare = time.perf_counter() - start
    works = {
        "transitions": lambda: {
            (row[0], row[1]): row[2] for row in spark.sql(_SPARK_TRANSITIONS).collect()
        },
        "funnel": lambda: list(spark.sql(_spark_funnel()).first()),
        "session begins": lambda: sorted(map(tuple, spark.sql(_SPARK_BEGINS).collect())),
    }
    found = _timed(works, prepare)
    spark.stop()
    return found


_SPARK_TRANSITIONS = """
    SELECT event, next, count(*) FROM (
        SELECT event, lead(event) OVER (PARTITION BY person ORDER BY ts) AS next FROM log
    ) WHERE next IS NOT NULL GROUP BY event, next
"""
_SPARK_BEGINS = f"""
    SELECT event, count(*), count_if(closes) FROM (
        SELECT event, coalesce(ts - (lag(ts) OVER w) >= {GAP}, true) AS opens,
            coalesce((lead(ts) OVER w) - ts >= {GAP}, true) AS closes
        FROM log WINDOW w AS (PARTITION BY person ORDER BY ts)
    ) WHERE opens GROUP BY event
"""


def _spark_funnel() -> str:
    over = "(PARTITION BY person ORDER BY ts ROWS UNBOUNDED PRECEDING)"
    steps = ", ".join(map(str, FUNNEL))
    entry = f"max(CASE WHEN event = {FUNNEL[0]} THEN ts END) OVER {over} AS e0"
    inner = f"(SELECT person, ts, event, {entry} FROM log WHERE event IN ({steps}))"
    for k, code in enumerate(FUNNEL[1:], 1):
        met = f"CASE WHEN event = {code} AND ts - e{k - 1} <= {WINDOW} THEN e{k - 1} END"
        inner = f"(SELECT *, max({met}) OVER {over} AS e{k} FROM {inner})"
    counted = ", ".join(
        f"count(DISTINCT CASE WHEN e{k} IS NOT NULL THEN person END)" for k in range(len(FUNNEL))
    )
    return f"SELECT {counted} FROM {inner}"


def parquet_of(folder: str) -> str:
    """The log that ``log.make`` has written."""
    return str(Path(folder) / "events.parquet")
