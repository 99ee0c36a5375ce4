"""Every person gets as far as in ClickHouse's ``windowFunnel`` (chdb, Apache-2.0)."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from waypost.kernels.coded import ALL, CodedJourneys
from waypost.kernels.funnel import FunnelEvents, FunnelRules, stand_in_funnel

chdb = pytest.importorskip("chdb")

PERSONS, CODES, EVER = 4000, 6, 1 << 60
WINDOWS = (0, 3, 8, 30)

SELDOM = "code in (0, 4), code = 1, code in (2, 5)"
"""Steps that leave one code out."""

QUERY = """
select person,
  windowFunnel({w})(at, code = 0, code = 1, code = 2) as plain,
  windowFunnel({w})(at, code = 0, code in (0, 1), code = 2, code in (0, 2)) as overlapping,
  windowFunnel({w}, 'strict_increase')(at, code = 0, code = 1, code = 2) as rising,
  windowFunnel({w}, 'strict_once')(at, code = 0, code = 1, code = 2) as once,
  windowFunnel({w}, 'strict_once')(at, code = 0, code = 0, code = 1) as twice,
  windowFunnel({w}, 'strict_deduplication')(at, code = 0, code = 1, code = 2) as repeat,
  windowFunnel({w}, 'strict_order', 'allow_reentry')(at, {seldom}) as other,
  windowFunnel({w}, 'strict_order')(at, {seldom}) as early
from file('{path}', Parquet) group by person order by person
"""


def _log():
    """Persons of 0 to 12 events in 20 seconds, so that ties and repeats are frequent."""
    dice = np.random.default_rng(20260)
    sizes = dice.integers(1, 13, PERSONS)
    person = np.repeat(np.arange(PERSONS), sizes)
    at = dice.integers(0, 20, person.size)
    code = dice.integers(0, CODES, person.size)
    order = np.lexsort((at, person))
    return sizes, person[order], at[order], code[order]


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    sizes, person, at, code = _log()
    path = tmp_path_factory.mktemp("clickhouse") / "log.parquet"
    columns = {"person": person, "at": at.astype(np.uint64), "code": code.astype(np.uint8)}
    pq.write_table(pa.table(columns), path)
    return sizes, at, code, path


@pytest.fixture(scope="module")
def theirs(log):
    """Levels by window and way, one query a window."""
    found = {}
    for window in WINDOWS:
        asked = QUERY.format(w=window, path=log[3], seldom=SELDOM)
        _, *levels = json.loads(str(chdb.query(asked, "JSONCompactColumns")))
        found |= {(window, way): column for way, column in zip(WAYS, levels, strict=True)}
    return found


WAYS = {
    "plain": ([[0], [1], [2]], {"reuse": True}),
    "overlapping": ([[0], [0, 1], [2], [0, 2]], {"reuse": True}),
    "rising": ([[0], [1], [2]], {"ties": "rising"}),
    "once": ([[0], [1], [2]], {}),
    "twice": ([[0], [0], [1]], {}),
    "repeat": ([[0], [1], [2]], {"stop": 1}),
    "other": ([[0, 4], [1], [2, 5]], {"stop": 2}),
    "early": ([[0, 4], [1], [2, 5]], {"stop": 6}),
}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("way", WAYS)
def test_every_person_gets_as_far_as_in_clickhouse(log, theirs, way, window):
    sizes, at, code, _ = log
    steps, named = WAYS[way]
    lookup = np.zeros(256, np.int64)
    for step, codes in enumerate(steps):
        lookup[codes] |= 1 << step
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    journeys = CodedJourneys(offsets, code.astype(np.uint8), lookup, 256, ALL, ALL)
    rules = FunnelRules(len(steps), window, -EVER, EVER, EVER, **named)

    ours = stand_in_funnel(FunnelEvents(journeys, at.astype(np.int32)), rules).level
    level = np.array(theirs[window, way])
    if way not in {"rising", "repeat", "other", "early"}:
        assert ours.tolist() == level.tolist()
        return
    # There a start at the instant of the next step replaces an older one that had time for it, and
    # what ends a search does so in the order of the steps, not in the best one.
    tied = np.array([np.unique(part).size < part.size for part in np.split(at, offsets[1:-1])])
    assert np.array_equal(ours[~tied], level[~tied])
    assert np.all(ours >= level)
