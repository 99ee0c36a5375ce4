"""New rules rewrite two arrays and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import journeys_by_id, slow_journeys, slow_volume, volume_of
from tests.strategies.store import DICTIONARIES, SmallLog, block_of, ids_of, inputs_of, small_logs
from waypost.errors import InputError
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot
from waypost.journeys.store import rebind
from waypost.model import Touchpoint

NONE = (NO_VALUE, float("nan"))
NEW_RULES = replace(
    DICTIONARIES,
    touchpoints=(*DICTIONARIES.touchpoints, Touchpoint("desk", {"en": "Desk"}, "store", "use")),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(log=small_logs(), data=st.data())
def test_a_rebound_snapshot_equals_a_full_build(new_workspace, log: SmallLog, data):
    rows = sum(len(block) for block in log.blocks)
    codes = data.draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    of_row = np.array(codes, dtype=np.uint8)
    stage = NEW_RULES.stage_of_touchpoint()
    bound = tuple(
        replace(block, touchpoint=of_row[block.row], stage=stage[of_row[block.row]])
        for block in log.blocks
    )
    before = build_snapshot(new_workspace(), inputs_of(log), shards=2)
    after = rebind(before, of_row, dictionaries=NEW_RULES, snapshot_id="two", made_from={"r": 2})
    assert journeys_by_id(after) == slow_journeys(bound, ids_of(log.persons))
    assert volume_of(after) == slow_volume(bound)
    assert after.verify() == []
    assert (after.touchpoints, after.made_from) == (NEW_RULES.touchpoints, {"r": 2})


def test_only_the_bound_arrays_and_the_meta_file_are_new(new_workspace):
    log = SmallLog((block_of([(0, 1, 0, 0, *NONE), (-1, 1, 0, 1, *NONE)]),), 1)
    before = build_snapshot(new_workspace(), inputs_of(log))
    codes = np.zeros(2, dtype=np.uint8)
    after = rebind(before, codes, dictionaries=NEW_RULES, snapshot_id="two", made_from={})
    new = {
        str(path.relative_to(after.folder))
        for path in after.folder.rglob("*.*")
        if not path.samefile(before.folder / path.relative_to(after.folder))
    }
    bound = {
        f"{place}/{name}.npy"
        for place in ("shard-000", "volume")
        for name in ("touchpoint", "stage")
    }
    posted = {f"shard-000/touchpoint.{part}.npy" for part in ("starts", "postings")}
    assert new == {"meta.json", *bound, *posted}
    assert Snapshot.current(after.folder.parent.parent).id == "two"


@pytest.mark.parametrize(
    ("codes", "dictionaries", "message"),
    [
        ([0, 4], NEW_RULES, "touchpoint code 4"),
        ([0], NEW_RULES, "Row 1 of the log has no touchpoint code"),
        ([0, 0], replace(NEW_RULES, events=("else",)), "cannot change the events"),
    ],
)
def test_what_does_not_fit_the_snapshot_is_refused(new_workspace, codes, dictionaries, message):
    log = SmallLog((block_of([(0, 1, 0, 0, *NONE), (-1, 1, 0, 1, *NONE)]),), 1)
    before = build_snapshot(new_workspace(), inputs_of(log))
    with pytest.raises(InputError, match=message):
        rebind(before, np.array(codes), dictionaries=dictionaries, snapshot_id="two", made_from={})
