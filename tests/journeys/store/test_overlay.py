"""A snapshot with an overlay holds what a full build holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import journeys_by_id, slow_journeys, slow_volume, volume_of
from tests.strategies.store import LogState, block_of, histories, ids_of
from waypost.errors import InputError
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot
from waypost.journeys.store import append

NONE = (NO_VALUE, float("nan"))
PROPERTY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rows_in(snapshot: Snapshot) -> set[int]:
    journeys = journeys_by_id(snapshot).values()
    return {e[1] for journey in journeys for e in journey} | {e[1] for e in volume_of(snapshot)}


def grown(workspace, states: list[LogState], **options) -> Snapshot:
    snapshot = build_snapshot(workspace, states[0].inputs("0"), shards=options.pop("shards", 1))
    for number, state in enumerate(states[1:], start=1):
        change = state.change_since(rows_in(snapshot), str(number))
        snapshot = append(snapshot, change, **options)
    return snapshot


@PROPERTY
@given(states=histories(), shards=st.sampled_from([1, 3]))
def test_overlays_upon_overlays_equal_the_slow_twin(new_workspace, states, shards):
    snapshot = grown(new_workspace(), states, shards=shards, overlay_share=1.0)
    last = states[-1]
    assert snapshot.verify() == []
    assert journeys_by_id(snapshot) == slow_journeys(last.blocks(), last.ids)
    assert volume_of(snapshot) == slow_volume(last.blocks())


@PROPERTY
@given(states=histories())
def test_persons_of_an_overlay_equal_those_of_a_full_build(new_workspace, states):
    columns = ["id", "first_at", "last_at", "events", "note"]
    snapshot = grown(new_workspace(), states, overlay_share=1.0)
    visible = snapshot.persons.filter(snapshot.persons["id"].is_valid())
    full = build_snapshot(new_workspace(), states[-1].inputs("full"))
    assert visible.select(columns).sort_by("id") == full.persons.select(columns).sort_by("id")


@PROPERTY
@given(states=histories())
def test_compaction_gives_the_bytes_of_a_full_build(new_workspace, tmp_path_factory, states):
    compact = grown(new_workspace(), states, overlay_share=-1.0)
    full = build_snapshot(tmp_path_factory.mktemp("full"), states[-1].inputs(compact.id))
    files = {str(p.relative_to(full.folder)) for p in full.folder.rglob("*") if p.is_file()}
    assert files == {
        str(p.relative_to(compact.folder)) for p in compact.folder.rglob("*") if p.is_file()
    }
    for name in files:
        assert (compact.folder / name).read_bytes() == (full.folder / name).read_bytes(), name


def two_persons() -> LogState:
    block = block_of([(0, 1, 0, 0, *NONE), (1, 2, 0, 1, *NONE), (0, 3, 0, 2, *NONE)] * 4)
    return LogState(block, np.array([0, 1, 0] * 2, dtype=np.int32), tuple(ids_of(2)))


def test_untouched_shards_share_their_files_with_the_base(new_workspace):
    state = two_persons()
    base = build_snapshot(new_workspace(), state.inputs("0"), shards=2)
    later = replace(state, owner=np.array([0, 1, 0] * 2 + [1], dtype=np.int32))
    new = append(base, later.change_since(rows_in(base), "1"), overlay_share=1.0)
    assert [s.hidden.tolist() for s in new.shards] == [[], [1], []]
    for old_shard, shard in zip(base.shards, new.shards, strict=False):
        assert (old_shard.folder / "at.npy").samefile(shard.folder / "at.npy")
    assert new.shards[-1].first_person == 2
    assert new.persons["id"].to_pylist() == ["person-0", None, "person-1"]
    assert new.person_number("person-1") == 2


def test_an_undone_merge_shows_the_base_journeys_again(new_workspace):
    apart = two_persons()
    base = build_snapshot(new_workspace(), apart.inputs("0"))
    together = replace(apart, owner=np.zeros(6, dtype=np.int32), ids=("person-0",))
    merged = append(base, together.change_since(rows_in(base), "1"), overlay_share=1.0)
    assert merged.shards[0].hidden.tolist() == [1, 1]
    undone = append(merged, apart.change_since(rows_in(merged), "2"), overlay_share=1.0)
    assert undone.shards[0].hidden.tolist() == []
    assert undone.shards[1].persons == 0
    assert journeys_by_id(undone) == journeys_by_id(base)


def test_finer_instants_than_the_base_lay_everything_anew(new_workspace):
    state = two_persons()
    base = build_snapshot(new_workspace(), state.inputs("0"))
    later = replace(
        state,
        owner=np.array([0, 1, 0] * 2 + [1], dtype=np.int32),
        block=replace(state.block, at=state.block.at + (np.arange(12) == 6)),
    )
    new = append(base, later.change_since(rows_in(base), "1"), overlay_share=1.0)
    assert new.ticks_per_second == 1_000_000
    assert len(new.shards) == 1
    assert journeys_by_id(new) == slow_journeys(later.blocks(), later.ids)


def test_rows_that_are_counted_but_not_given_are_refused(new_workspace):
    state = two_persons()
    base = build_snapshot(new_workspace(), state.inputs("0"))
    later = replace(state, owner=np.array([0, 1, 0] * 2 + [1], dtype=np.int32))
    change = replace(later.change_since(rows_in(base), "1"), blocks=[])
    with pytest.raises(InputError, match="Give each row once"):
        append(base, change, overlay_share=1.0)
    assert Snapshot.current(base.folder.parent.parent).id == "0"


def test_changed_dictionaries_are_refused(new_workspace):
    state = two_persons()
    base = build_snapshot(new_workspace(), state.inputs("0"))
    change = state.change_since(rows_in(base), "1")
    other = replace(change.dictionaries, events=("bought", "seen", "asked"))
    with pytest.raises(InputError, match="The events have changed"):
        append(base, replace(change, dictionaries=other))


def test_a_person_gets_new_traits_without_moving(new_workspace):
    state = two_persons()
    base = build_snapshot(new_workspace(), state.inputs("0"))
    traits = pa.table({"id": list(state.ids), "note": ["now known", None]})
    change = replace(state.change_since(rows_in(base), "1"), persons=traits)
    new = append(base, change, overlay_share=1.0)
    assert new.persons["note"].to_pylist() == ["now known", None]
    assert new.shards[-1].persons == 0
