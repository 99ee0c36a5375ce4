"""DuckDB: a table in a file, sorted by person and time; several formulations per question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.side.tasks import CHANNELS_KEPT, DAY, FUNNEL, GAP, PATTERN, SEGMENT, WINDOW

__all__ = ["forms"]

KEPT = ", ".join(map(str, CHANNELS_KEPT))
FILTERED = f"""(SELECT log.* FROM log SEMI JOIN
    (SELECT DISTINCT person FROM log WHERE event = {SEGMENT}) AS s USING (person)
    WHERE channel IN ({KEPT}))"""


def forms(folder: Path, parquet: Path) -> dict[str, dict[str, Callable[[], object]]]:
    """By task, by name of the formulation: what answers it."""
    connection = duckdb.connect(str(folder / "peer.duckdb"), config={"threads": 2})
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS log AS SELECT * FROM read_parquet(?) ORDER BY person, ts",
        [str(parquet)],
    )

    def edges(sql: str) -> Callable[[], object]:
        return lambda: {(a, b): n for a, b, n in connection.execute(sql).fetchall()}

    def row(sql: str) -> Callable[[], object]:
        return lambda: list(connection.execute(sql).fetchone())

    def table(sql: str) -> Callable[[], object]:
        return lambda: sorted(connection.execute(sql).fetchall())

    def sessions(sql: str, whole: str) -> Callable[[], object]:
        return lambda: (
            sorted(connection.execute(sql).fetchall()) + connection.execute(whole).fetchall()
        )

    def paths(sql: str) -> Callable[[], object]:
        return lambda: [(tuple(path), n) for path, n in connection.execute(sql).fetchall()]

    return {
        "transitions": {
            "lead() over ()": edges(LEAD.format(log="log")),
            "lead() per person": edges(WINDOWED.format(log="log")),
            "positional join": edges(POSITIONAL),
        },
        "funnel": {
            "ASOF joins": row(asof("log")),
            "windows": row(windows("log")),
        },
        "paths": {
            "min_by(…, 5)": paths(MIN_BY),
            "row_number": paths(NUMBERED),
            "lead() five times": paths(LEADS),
        },
        "sessions": {
            "distinct sessions": sessions(BY_EVENT, WHOLE),
            "bits of events": sessions(IN_BITS, WHOLE),
        },
        "session begins": {
            "lag() over ()": table(BEGINS.format(cut=CUT_FLAT)),
            "lag() per person": table(BEGINS.format(cut=CUT_WINDOWED)),
        },
        "filtered transitions": {
            "lead() over ()": edges(
                LEAD.format(log=f"(SELECT * FROM {FILTERED} ORDER BY person, ts)")
            ),
            "lead() per person": edges(WINDOWED.format(log=FILTERED)),
        },
        "filtered funnel": {
            "ASOF joins": row(asof(FILTERED)),
            "windows": row(windows(FILTERED)),
        },
        "pattern": {"ASOF joins": row(PATTERN_ASOF)},
    }


LEAD = """
    SELECT event, next, count(*) FROM (
        SELECT person, event, lead(event) OVER () AS next, lead(person) OVER () AS who FROM {log}
    ) WHERE who = person GROUP BY ALL
"""
WINDOWED = """
    SELECT event, next, count(*) FROM (
        SELECT event, lead(event) OVER (PARTITION BY person ORDER BY ts) AS next FROM {log}
    ) WHERE next IS NOT NULL GROUP BY ALL
"""
POSITIONAL = """
    SELECT a.event, b.event, count(*) FROM log AS a
    POSITIONAL JOIN (SELECT person, event FROM log OFFSET 1) AS b
    WHERE a.person = b.person GROUP BY ALL
"""
MIN_BY = """
    SELECT path, count(*) AS n FROM (SELECT min_by(event, ts, 5) AS path FROM log GROUP BY person)
    GROUP BY path ORDER BY n DESC, path LIMIT 50
"""
NUMBERED = """
    SELECT path, count(*) AS n FROM (
        SELECT list(event ORDER BY k) AS path FROM (
            SELECT person, event, row_number() OVER (PARTITION BY person ORDER BY ts) AS k FROM log
        ) WHERE k <= 5 GROUP BY person
    ) GROUP BY path ORDER BY n DESC, path LIMIT 50
"""
LEADS = """
    SELECT list_filter([a, b, c, d, e], lambda x: x IS NOT NULL) AS path, count(*) AS n FROM (
        SELECT event AS a,
            CASE WHEN p1 = person THEN e1 END AS b, CASE WHEN p2 = person THEN e2 END AS c,
            CASE WHEN p3 = person THEN e3 END AS d, CASE WHEN p4 = person THEN e4 END AS e
        FROM (
            SELECT person, event, lag(person) OVER () AS p0,
                lead(event, 1) OVER () AS e1, lead(person, 1) OVER () AS p1,
                lead(event, 2) OVER () AS e2, lead(person, 2) OVER () AS p2,
                lead(event, 3) OVER () AS e3, lead(person, 3) OVER () AS p3,
                lead(event, 4) OVER () AS e4, lead(person, 4) OVER () AS p4
            FROM log
        ) WHERE p0 IS DISTINCT FROM person
    ) GROUP BY a, b, c, d, e ORDER BY n DESC, path LIMIT 50
"""
CUT_WINDOWED = f"""
    SELECT person, ts, event, coalesce(ts - lag(ts) OVER w >= {GAP}, true) AS opens,
        coalesce(lead(ts) OVER w - ts >= {GAP}, true) AS closes
    FROM log WINDOW w AS (PARTITION BY person ORDER BY ts)
"""
CUT_FLAT = f"""
    SELECT ts, event, p IS DISTINCT FROM person OR ts - a >= {GAP} AS opens,
        q IS DISTINCT FROM person OR b - ts >= {GAP} AS closes
    FROM (
        SELECT person, ts, event, lag(person) OVER () AS p, lag(ts) OVER () AS a,
            lead(person) OVER () AS q, lead(ts) OVER () AS b FROM log
    )
"""
BEGINS = """
    SELECT event, count(*), count(*) FILTER (closes) FROM ({cut}) WHERE opens GROUP BY event
"""
ENDS = "count(*) FILTER (opens), count(*) FILTER (closes), count(*) FILTER (opens AND closes)"
NUMBERED_SESSIONS = f"""
    SELECT *, sum(opens::INTEGER) OVER (ROWS UNBOUNDED PRECEDING) AS session FROM ({CUT_FLAT})
"""
BY_EVENT = f"""
    SELECT event, count(DISTINCT session), {ENDS} FROM ({NUMBERED_SESSIONS}) GROUP BY event
"""
IN_BITS = f"""
    WITH bits AS (
        SELECT bit_or(1::UBIGINT << event) AS b FROM ({NUMBERED_SESSIONS}) GROUP BY session
    ), containing AS (
        SELECT event, count(*) FILTER ((b >> event) & 1 = 1) AS n
        FROM bits, (SELECT unnest(range(40)) AS event) GROUP BY event
    ) SELECT event, any_value(n), {ENDS} FROM ({CUT_FLAT}) JOIN containing USING (event) GROUP BY event
"""
WHOLE = f"""
    SELECT count(*) FILTER (opens),
        (sum(ts) FILTER (closes) - sum(ts) FILTER (opens))::BIGINT FROM ({CUT_FLAT})
"""


def asof(log: str) -> str:
    """The latest entry reachable for every event of a step, step by step."""
    parts = [f"s0 AS (SELECT person, ts, ts AS entry FROM src WHERE event = {FUNNEL[0]})"]
    for k, code in enumerate(FUNNEL[1:], 1):
        parts.append(
            f"s{k} AS (SELECT x.person, x.ts, y.entry FROM (SELECT person, ts FROM src "
            f"WHERE event = {code}) AS x ASOF JOIN s{k - 1} AS y "
            f"ON x.person = y.person AND x.ts > y.ts WHERE x.ts - y.entry <= {WINDOW})"
        )
    counted = ", ".join(f"(SELECT count(DISTINCT person) FROM s{k})" for k in range(len(FUNNEL)))
    steps = ", ".join(map(str, FUNNEL))
    return (
        f"WITH src AS MATERIALIZED (SELECT person, ts, event FROM {log} AS l "
        f"WHERE event IN ({steps})), {', '.join(parts)} SELECT {counted}"
    )


def windows(log: str) -> str:
    """The same with running maxima."""
    steps = ", ".join(map(str, FUNNEL))
    over = "(PARTITION BY person ORDER BY ts ROWS UNBOUNDED PRECEDING)"
    inner = f"(SELECT person, ts, event, max(ts) FILTER (event = {FUNNEL[0]}) OVER {over} AS e0 FROM {log} AS l WHERE event IN ({steps}))"
    for k, code in enumerate(FUNNEL[1:], 1):
        inner = (
            f"(SELECT *, max(CASE WHEN ts - e{k - 1} <= {WINDOW} THEN e{k - 1} END) "
            f"FILTER (event = {code}) OVER {over} AS e{k} FROM {inner})"
        )
    counted = ", ".join(
        f"count(DISTINCT person) FILTER (e{k} IS NOT NULL)" for k in range(len(FUNNEL))
    )
    return f"SELECT {counted} FROM {inner}"


PATTERN_ASOF = f"""
    WITH a AS (SELECT person, min(ts) AS ts FROM log WHERE event = {PATTERN[0]} GROUP BY person),
    b AS (SELECT x.person, x.ts FROM log AS x JOIN a USING (person)
        WHERE x.event = {PATTERN[1]} AND x.ts > a.ts),
    c AS (SELECT person, ts FROM log WHERE event = {PATTERN[2]})
    SELECT count(DISTINCT c.person) FROM c ASOF JOIN b ON c.person = b.person AND c.ts > b.ts
    WHERE c.ts - b.ts <= {DAY}
"""
