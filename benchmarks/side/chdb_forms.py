"""chDB (ClickHouse in the process): a MergeTree table ordered by person and time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.side.tasks import CHANNELS_KEPT, DAY, FUNNEL, GAP, PATTERN, SEGMENT, WINDOW

__all__ = ["forms"]

STEPS = ", ".join(f"event = {code}" for code in FUNNEL)
ANY_STEP = f"event IN ({', '.join(map(str, FUNNEL))})"
LEVELS = ", ".join(f"countIf(level >= {k})" for k in range(1, len(FUNNEL) + 1))
KEPT = ", ".join(map(str, CHANNELS_KEPT))
FILTER = f"channel IN ({KEPT}) AND person IN (SELECT person FROM j.log WHERE event = {SEGMENT})"


def forms(folder: Path, parquet: Path) -> dict[str, dict[str, Callable[[], object]]]:
    """By task, by name of the formulation: what answers it."""
    from chdb import session

    connection = session.Session(str(folder / "chdb"))
    connection.query("CREATE DATABASE IF NOT EXISTS j ENGINE = Atomic")
    connection.query("SET max_threads = 2")
    connection.query(
        "CREATE TABLE IF NOT EXISTS j.log (person Int32, ts Int64, event UInt8, channel UInt8) "
        "ENGINE = MergeTree ORDER BY (person, ts)"
    )
    if _rows(connection.query("SELECT count() FROM j.log", "JSONCompactEachRow"))[0][0] == 0:
        connection.query(
            f"INSERT INTO j.log SELECT person, ts, event, channel FROM file('{parquet}', Parquet)"
        )
        connection.query("OPTIMIZE TABLE j.log FINAL")

    def rows(sql: str) -> list:
        return _rows(connection.query(sql, "JSONCompactEachRow"))

    def edges(sql: str) -> Callable[[], object]:
        return lambda: {(a, b): n for a, b, n in rows(sql)}

    def row(sql: str) -> Callable[[], object]:
        return lambda: rows(sql)[0]

    def table(sql: str) -> Callable[[], object]:
        return lambda: sorted(map(tuple, rows(sql)))

    def sessions(sql: str, whole: str) -> Callable[[], object]:
        return lambda: sorted(map(tuple, rows(sql))) + list(map(tuple, rows(whole)))

    def paths(sql: str) -> Callable[[], object]:
        return lambda: [(tuple(path), n) for path, n in rows(sql)]

    return {
        "transitions": {
            "leadInFrame": edges(LEAD.format(where="1")),
            "arrays": edges(ARRAYS.format(where="1")),
        },
        "funnel": {
            "windowFunnel": row(_funnel("1")),
            "windowFunnel, step events only": row(_funnel(ANY_STEP)),
            "the same, in order of the key": row(_funnel(ANY_STEP, IN_ORDER)),
        },
        "paths": {"groupArraySorted(5)": paths(PATHS)},
        "sessions": {
            "arraySplit": sessions(SPLIT, SPLIT_WHOLE),
            "lagInFrame": sessions(NUMBERED, WHOLE),
        },
        "session begins": {
            "arraySplit": table(SPLIT_BEGINS),
            "lagInFrame": table(BEGINS),
        },
        "filtered transitions": {
            "leadInFrame": edges(LEAD.format(where=FILTER)),
            "arrays": edges(ARRAYS.format(where=FILTER)),
        },
        "filtered funnel": {
            "windowFunnel": row(_funnel(FILTER)),
            "windowFunnel, step events only": row(_funnel(f"{FILTER} AND {ANY_STEP}")),
        },
        "pattern": {
            "sequenceMatch": row(_pattern("1")),
            "sequenceMatch, its events only": row(_pattern(ANY_OF_PATTERN)),
        },
    }


IN_ORDER = " SETTINGS optimize_aggregation_in_order = 1"
LEAD = """
    SELECT event, next, count() FROM (
        SELECT event, leadInFrame(toNullable(event)) OVER (PARTITION BY person ORDER BY ts
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next
        FROM j.log WHERE {where}
    ) WHERE next IS NOT NULL GROUP BY 1, 2
"""
ARRAYS = """
    SELECT pair.1, pair.2, count() FROM (
        SELECT arrayJoin(arrayZip(arrayPopBack(l), arrayPopFront(l))) AS pair FROM (
            SELECT arrayMap(x -> x.2, arraySort(groupArray((ts, event)))) AS l
            FROM j.log WHERE {where} GROUP BY person
        )
    ) GROUP BY 1, 2
"""
PATHS = """
    SELECT path, count() AS n FROM (
        SELECT arrayMap(x -> x.2, groupArraySorted(5)((ts, event))) AS path FROM j.log GROUP BY person
    ) GROUP BY path ORDER BY n DESC, path LIMIT 50
"""
PARTS = f"""
    SELECT arrayJoin(arraySplit((x, gap) -> gap >= {GAP}, l, arrayDifference(l.1))) AS part FROM (
        SELECT arraySort(groupArray((ts, event))) AS l FROM j.log GROUP BY person
    )
"""
SPLIT_BEGINS = f"""
    SELECT part[1].2 AS event, count(), countIf(length(part) = 1) FROM ({PARTS}) GROUP BY event
"""
SPLIT = f"""
    SELECT event, count(), countIf(begun = event), countIf(ended = event),
        countIf(begun = event AND size = 1)
    FROM (
        SELECT arrayJoin(arrayDistinct(part.2)) AS event, part[1].2 AS begun, part[-1].2 AS ended,
            length(part) AS size FROM ({PARTS})
    ) GROUP BY event
"""
SPLIT_WHOLE = f"SELECT count(), sum(part[-1].1 - part[1].1) FROM ({PARTS})"
CUT = f"""
    SELECT person, ts, event, before = 0 OR ts - before >= {GAP} AS opens,
        after = 0 OR after - ts >= {GAP} AS closes
    FROM (
        SELECT person, event, ts, lagInFrame(ts) OVER w AS before, leadInFrame(ts) OVER w AS after
        FROM j.log WINDOW w AS (PARTITION BY person ORDER BY ts
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
"""
BEGINS = f"SELECT event, count(), countIf(closes) FROM ({CUT}) WHERE opens GROUP BY event"
NUMBERED = f"""
    SELECT event, uniqExact(person, session), countIf(opens), countIf(closes),
        countIf(opens AND closes)
    FROM (
        SELECT person, event, opens, closes, sum(opens) OVER (PARTITION BY person ORDER BY ts
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session FROM ({CUT})
    ) GROUP BY event
"""
WHOLE = f"SELECT countIf(opens), sumIf(ts, closes) - sumIf(ts, opens) FROM ({CUT})"
ANY_OF_PATTERN = f"event IN ({', '.join(map(str, PATTERN))})"


def _funnel(where: str, settings: str = "") -> str:
    return (
        f"SELECT {LEVELS} FROM (SELECT windowFunnel({WINDOW})(toUInt64(ts), {STEPS}) AS level "
        f"FROM j.log WHERE {where} GROUP BY person){settings}"
    )


def _pattern(where: str) -> str:
    conditions = ", ".join(f"event = {code}" for code in PATTERN)
    return (
        f"SELECT countIf(m) FROM (SELECT sequenceMatch('(?1).*(?2)(?t<={DAY})(?3)')"
        f"(toDateTime(ts), {conditions}) AS m FROM j.log WHERE {where} GROUP BY person)"
    )


def _rows(answer: object) -> list:
    lines = str(answer).splitlines()
    return [[_number(value) for value in json.loads(line)] for line in lines]


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value
