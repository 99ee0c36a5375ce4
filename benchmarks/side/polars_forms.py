"""Polars: a frame in memory, sorted by person and time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.side.tasks import CHANNELS_KEPT, FUNNEL, GAP, SEGMENT, WINDOW

__all__ = ["forms"]

C = pl.col


def forms(_folder: Path, parquet: Path) -> dict[str, dict[str, Callable[[], object]]]:
    """By task, by name of the formulation: what answers it."""
    frame = pl.read_parquet(parquet).set_sorted("person")

    def filtered() -> pl.LazyFrame:
        chosen = frame.lazy().filter(C("event") == SEGMENT).select("person").unique()
        kept = frame.lazy().filter(C("channel").is_in(list(CHANNELS_KEPT)))
        return kept.join(chosen, on="person", how="semi", maintain_order="left")

    return {
        "transitions": {
            "shift": lambda: _transitions(frame.lazy()),
            "shift, pairs in one number": lambda: _packed(frame.lazy()),
        },
        "funnel": {"forward fill": lambda: _funnel(frame.lazy())},
        "paths": {
            "head(5) of lists": lambda: _paths(frame),
            "five shifts": lambda: _shifted_paths(frame),
        },
        "sessions": {
            "runs of a session's number": lambda: _sessions(frame, _RUNS),
            "numbers that are distinct": lambda: _sessions(frame, C("session").n_unique()),
            "bits of events": lambda: _sessions_in_bits(frame),
        },
        "session begins": {"shift": lambda: _session_begins(frame)},
        "filtered transitions": {"shift": lambda: _transitions(filtered())},
        "filtered funnel": {"forward fill": lambda: _funnel(filtered())},
    }


def _edges(counted: pl.DataFrame) -> dict:
    return {(a, b): n for a, b, n in counted.rows()}


def _transitions(log: pl.LazyFrame) -> dict:
    pairs = log.select(
        C("event"), C("event").shift(-1).alias("next"),
        (C("person") == C("person").shift(-1)).alias("same"),
    )  # fmt: skip
    return _edges(pairs.filter("same").group_by("event", "next").len().collect())


def _packed(log: pl.LazyFrame) -> dict:
    same = C("person") == C("person").shift(-1)
    pair = (C("event").cast(pl.UInt16) * 40 + C("event").shift(-1).cast(pl.UInt16)).filter(same)
    counted = log.select(pair.value_counts().alias("c")).unnest("c").collect()
    return {divmod(pair, 40): n for pair, n in counted.rows()}


def _funnel(log: pl.LazyFrame) -> list[int]:
    entry = pl.when(C("event") == FUNNEL[0]).then(C("ts"))
    kept = log.filter(C("event").is_in(list(FUNNEL))).with_columns(
        entry.forward_fill().over("person").alias("e0")
    )
    for k, code in enumerate(FUNNEL[1:], 1):
        before = C(f"e{k - 1}")
        reached = pl.when((C("event") == code) & (C("ts") - before <= WINDOW)).then(before)
        kept = kept.with_columns(reached.forward_fill().over("person").alias(f"e{k}"))
    levels = [C(f"e{k}").is_not_null().any().alias(str(k)) for k in range(len(FUNNEL))]
    persons = kept.group_by("person").agg(levels)
    return list(persons.select(pl.exclude("person").sum()).collect().row(0))


def _paths(frame: pl.DataFrame) -> list:
    lists = frame.lazy().group_by("person").agg(C("event").head(5).alias("path"))
    return _top(lists)


def _shifted_paths(frame: pl.DataFrame) -> list:
    same = [C("person") == C("person").shift(-k) for k in range(1, 5)]
    places = [pl.when(same[k - 1]).then(C("event").shift(-k)).alias(f"e{k}") for k in range(1, 5)]
    first = (C("person") != C("person").shift(1)).fill_null(value=True)
    table = frame.lazy().select(first.alias("first"), C("event").alias("e0"), *places)
    names = [f"e{k}" for k in range(5)]
    counted = table.filter("first").group_by(names).len().collect()
    rows = [(tuple(v for v in row[:5] if v is not None), row[5]) for row in counted.rows()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:50]


def _top(lists: pl.LazyFrame) -> list:
    counted = lists.group_by("path").len().collect()
    rows = [(tuple(path), n) for path, n in counted.rows()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:50]


_RUNS = C("session").rle_id().max() + 1
"""Numbers of sessions rise, so that those with an event are the runs among its rows."""
_ENDS = (C("opens").sum(), C("closes").sum(), (C("opens") & C("closes")).sum().alias("alone"))
_SPAN = (
    C("opens").sum(),
    (C("ts").filter("closes").sum() - C("ts").filter("opens").sum()).alias("seconds"),
)


def _cut(frame: pl.DataFrame) -> pl.LazyFrame:
    """Whether a session begins, and ends, with each event."""
    other = (C("person") != C("person").shift(1)).fill_null(value=True)
    last = (C("person") != C("person").shift(-1)).fill_null(value=True)
    return frame.lazy().select(
        "event",
        "ts",
        (other | (C("ts") - C("ts").shift(1) >= GAP)).alias("opens"),
        (last | (C("ts").shift(-1) - C("ts") >= GAP)).alias("closes"),
    )


def _sessions(frame: pl.DataFrame, containing: pl.Expr) -> list[tuple[int, ...]]:
    cut = _cut(frame).with_columns(C("opens").cum_sum().alias("session"))
    by_event = cut.group_by("event").agg(containing, *_ENDS)
    rows, whole = pl.collect_all([by_event, cut.select(*_SPAN)])
    return [*sorted(rows.rows()), *whole.rows()]


def _sessions_in_bits(frame: pl.DataFrame) -> list[tuple[int, ...]]:
    cut = _cut(frame).with_columns(C("opens").cum_sum().alias("session"))
    bit = pl.lit(2, dtype=pl.UInt64).pow(C("event").cast(pl.UInt64))
    bits = cut.group_by("session").agg(bit.bitwise_or().alias("bits"))
    counted = bits.select([(C("bits") // (1 << k) % 2).sum().alias(str(k)) for k in range(40)])
    by_event = cut.group_by("event").agg(*_ENDS)
    containing, rows, whole = pl.collect_all([counted, by_event, cut.select(*_SPAN)])
    found = containing.row(0)
    return [*sorted((row[0], found[row[0]], *row[1:]) for row in rows.rows()), *whole.rows()]


def _session_begins(frame: pl.DataFrame) -> list[tuple[int, ...]]:
    opened = _cut(frame).filter("opens").group_by("event").agg(pl.len(), C("closes").sum())
    return sorted(opened.collect().rows())
