"""A shard's posting lists name every event once, under its code, in rising order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import slow_postings
from tests.strategies.store import (
    DICTIONARIES,
    LogState,
    SmallLog,
    block_of,
    histories,
    ids_of,
    inputs_of,
    small_logs,
)
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot
from waypost.journeys.store import append, rebind
from waypost.kernels.postings import Postings, postings_of
from waypost.model import Touchpoint

NONE = (NO_VALUE, float("nan"))
PROPERTY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def lists_of(postings: Postings | None) -> dict[int, list[int]]:
    assert postings is not None
    codes = range(len(postings.starts) - 1)
    return {code: postings.of(code).tolist() for code in codes if len(postings.of(code))}


def posted_right(snapshot: Snapshot) -> bool:
    return all(
        lists_of(shard.postings(axis)) == slow_postings(getattr(shard, axis))
        for shard in snapshot.shards
        for axis in ("touchpoint", "event")
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@given(codes=st.lists(st.integers(0, 255), max_size=50), more=st.integers(0, 3))
def test_postings_equal_the_slow_twin(dtype, codes, more):
    entries = max(codes, default=-1) + 1 + more
    postings = postings_of(np.array(codes, dtype=dtype), entries)
    assert lists_of(postings) == slow_postings(codes)
    assert len(postings.starts) == entries + 1
    assert (postings.starts.dtype, postings.positions.dtype) == (np.int64, np.uint32)


def test_codes_up_to_the_last_of_two_bytes_are_posted():
    codes = np.array([65_535, 0, 65_535, 300], dtype=np.uint16)
    assert lists_of(postings_of(codes, 65_536)) == {0: [1], 300: [3], 65_535: [0, 2]}


def test_a_code_that_the_shard_does_not_have_is_nowhere():
    postings = postings_of(np.array([1, 1], dtype=np.uint8), 2)
    assert [postings.of(code).tolist() for code in (0, 1, 2, 900)] == [[], [0, 1], [], []]


@PROPERTY
@given(log=small_logs(), shards=st.sampled_from([None, 1, 3, 11]))
def test_a_build_posts_every_shard(new_workspace, log: SmallLog, shards):
    snapshot = build_snapshot(new_workspace(), inputs_of(log), shards=shards)
    assert posted_right(snapshot)
    starts = {len(shard.postings("touchpoint").starts) for shard in snapshot.shards}
    assert starts == {len(DICTIONARIES.touchpoints) + 1}


@PROPERTY
@given(states=histories())
def test_an_append_posts_its_overlay_and_keeps_the_base(new_workspace, states):
    snapshot = build_snapshot(new_workspace(), states[0].inputs("0"), shards=2)
    for number, state in enumerate(states[1:], start=1):
        rows = {int(row) for part in snapshot.visible_rows() for row in part}
        change = state.change_since(rows, str(number))
        snapshot = append(snapshot, change, overlay_share=1.0)
        assert posted_right(snapshot)


def test_a_rebind_posts_touchpoints_anew(new_workspace):
    log = SmallLog((block_of([(0, 1, 0, 0, *NONE), (0, 2, 0, 1, *NONE), (-1, 1, 0, 1, *NONE)]),), 1)
    before = build_snapshot(new_workspace(), inputs_of(log))
    new = (*DICTIONARIES.touchpoints, Touchpoint("desk", {"en": "Desk"}, "store", "use"))
    rules = replace(DICTIONARIES, touchpoints=new)
    codes = np.array([3, 1, 0], dtype=np.uint8)
    after = rebind(before, codes, dictionaries=rules, snapshot_id="two", made_from={})
    assert lists_of(after.shards[0].postings("touchpoint")) == {1: [1], 3: [0]}
    assert posted_right(after)


def test_the_base_keeps_its_lists_when_an_append_brings_new_names(new_workspace):
    block = block_of([(p, p, 0, p % 3, *NONE) for p in range(6)])
    owner = np.arange(6, dtype=np.int32)
    snapshot = build_snapshot(new_workspace(), inputs_of(SmallLog((block.part(0, 5),), 6), "0"))
    change = _with_a_new_event(block, owner)
    after = append(snapshot, change, overlay_share=1.0)
    assert [len(shard.postings("event").starts) for shard in after.shards] == [4, 5]
    assert after.shards[0].postings("event").of(3).tolist() == []
    assert after.shards[1].postings("event").of(3).tolist() == [0]
    assert after.verify() == []


def _with_a_new_event(block, owner):
    new = replace(block, event=np.where(np.arange(6) == 5, 3, block.event))
    change = LogState(new, owner, tuple(ids_of(6))).change_since(set(range(5)), "1")
    events = (*DICTIONARIES.events, "returned")
    return replace(change, dictionaries=replace(DICTIONARIES, events=events))


def test_a_snapshot_of_the_format_without_posting_lists_still_opens(new_workspace):
    log = SmallLog((block_of([(0, 1, 0, 0, *NONE)]),), 1)
    folder = build_snapshot(new_workspace(), inputs_of(log)).folder
    for path in folder.rglob("*.postings.npy"):
        path.unlink()
        path.with_name(path.name.replace("postings", "starts")).unlink()
    meta = folder / "meta.json"
    meta.write_bytes(meta.read_bytes().replace(b'"format": 2', b'"format": 1'))
    snapshot = Snapshot.open(folder)
    assert [snapshot.shards[0].postings(axis) for axis in ("touchpoint", "event")] == [None, None]
    assert snapshot.verify() == []


def test_posting_lists_without_their_positions_are_damage(new_workspace):
    log = SmallLog((block_of([(0, 1, 0, 0, *NONE)]),), 1)
    folder = build_snapshot(new_workspace(), inputs_of(log)).folder
    (folder / "shard-000/event.postings.npy").unlink()
    problems = Snapshot.open(folder).verify()
    assert any("shard-000/event.postings.npy is missing" in problem for problem in problems)
