"""A built snapshot holds what the slow twin holds, and keeps the promised layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import journeys_by_id, slow_journeys, slow_volume, volume_of
from tests.strategies.store import SmallLog, block_of, ids_of, inputs_of, small_logs
from waypost.errors import InputError
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot
from waypost.journeys.store.layout import Dictionaries
from waypost.kernels.jit import sealed

NONE = (NO_VALUE, float("nan"))
PROPERTY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def bytes_of(snapshot: Snapshot) -> dict[str, bytes]:
    files = sorted(path for path in snapshot.folder.rglob("*") if path.is_file())
    return {str(path.relative_to(snapshot.folder)): path.read_bytes() for path in files}


@PROPERTY
@given(log=small_logs(), shards=st.sampled_from([None, 1, 3, 11]))
def test_journeys_and_volume_equal_the_slow_twin(new_workspace, log: SmallLog, shards):
    snapshot = build_snapshot(new_workspace(), inputs_of(log), shards=shards)
    assert journeys_by_id(snapshot) == slow_journeys(log.blocks, ids_of(log.persons))
    assert volume_of(snapshot) == slow_volume(log.blocks)
    assert snapshot.verify() == []
    assert len(snapshot.shards) == (shards or 1)


@PROPERTY
@given(log=small_logs())
def test_the_bytes_depend_on_the_events_not_on_memory_or_blocks(new_workspace, log: SmallLog):
    roomy = bytes_of(build_snapshot(new_workspace(), inputs_of(log), shards=2))
    ones = tuple(block.part(i, i + 1) for block in log.blocks for i in range(len(block)))
    for least in (1, 7):  # rows in a chunk
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("waypost.journeys.store.spool._CHUNK_LEAST", least)
            inputs = inputs_of(SmallLog(ones, log.persons))
            tight = build_snapshot(new_workspace(), inputs, shards=2, memory=0)
        assert bytes_of(tight) == roomy


def test_the_bytes_do_not_depend_on_the_number_of_threads(new_workspace, monkeypatch):
    random = np.random.default_rng(3)
    events = [(int(p), int(t), 0, 1, *NONE) for p, t in random.integers(0, 300, (3000, 2))]
    inputs = inputs_of(SmallLog((block_of(events),), 300))
    found = []
    for threads in (1, 2, 8):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        found.append(bytes_of(build_snapshot(new_workspace(), inputs, shards=8)))
    assert found[0] == found[1] == found[2]


def test_numbers_outside_their_range_are_refused_in_a_late_block_too(new_workspace, monkeypatch):
    monkeypatch.setattr("waypost.journeys.store.spool._CHUNK_LEAST", 1)
    blocks = [block_of([(0, 0, 0, 0, *NONE)], first_row=row) for row in range(9)]
    blocks[6] = replace(blocks[6], person=np.array([9]))
    workspace = new_workspace()
    with pytest.raises(InputError, match="'person' has 9"):
        build_snapshot(workspace, inputs_of(SmallLog(tuple(blocks), 6)))
    assert list((workspace / ".staging").iterdir()) == []


def test_long_disordered_journeys_are_sorted_like_the_twin(new_workspace):
    random = np.random.default_rng(5)
    events = [(int(p), int(t), int(s), 0, *NONE) for p, t, s in random.integers(0, 3, (4000, 3))]
    spread = [(p, int(random.integers(0, 10_000)), s, *rest) for p, _, s, *rest in events]
    log = SmallLog((block_of(events), block_of(spread, first_row=4000)), 3)
    snapshot = build_snapshot(new_workspace(), inputs_of(log))
    assert journeys_by_id(snapshot) == slow_journeys(log.blocks, ids_of(3))


def test_volume_larger_than_a_window_is_in_time_order(new_workspace, monkeypatch):
    monkeypatch.setattr("waypost.journeys.store.spool._WINDOW_ROWS", 100)
    monkeypatch.setattr("waypost.journeys.store.spool._SAMPLE_EVERY", 4)
    random = np.random.default_rng(7)
    events = [(-1, int(t), 0, 0, *NONE) for t in random.integers(0, 300, 2000)]
    log = SmallLog((block_of(events), block_of(events, first_row=2000)), 0)
    snapshot = build_snapshot(new_workspace(), inputs_of(log))
    assert volume_of(snapshot) == slow_volume(log.blocks)
    assert snapshot.verify() == []


@pytest.mark.parametrize("shards", [1, 4])
def test_an_empty_log_makes_an_empty_snapshot(new_workspace, shards):
    snapshot = build_snapshot(new_workspace(), inputs_of(SmallLog((), 0)), shards=shards)
    assert [len(shard.offsets) for shard in snapshot.shards] == [1] * shards
    assert len(snapshot.volume.at) == len(snapshot.persons) == 0
    assert snapshot.verify() == []


def test_persons_without_events_keep_their_number(new_workspace):
    log = SmallLog((block_of([(2, 5, 0, 1, *NONE)]),), 4)
    snapshot = build_snapshot(new_workspace(), inputs_of(log))
    assert snapshot.shards[0].offsets.tolist() == [0, 0, 0, 1, 1]
    assert snapshot.persons["first_at"].is_null().to_pylist() == [True, True, False, True]


@pytest.mark.parametrize(
    ("step_us", "instants", "ticks", "dtype"),
    [
        (1_000_000, (0, 10), 1, "<i4"),
        (1_000_000, (0, 2**31 - 1), 1, "<i4"),
        (1_000_000, (0, 2**31), 1, "<i8"),
        (1_000, (1, 2), 1_000, "<i4"),
        (1_000, (1, 2**31), 1_000, "<i8"),
        (1, (1, 2), 1_000_000, "<i4"),
        (1_000_000, (-(2**33), 2**33), 1, "<i8"),
    ],
)
def test_time_is_as_narrow_as_span_and_precision_allow(
    new_workspace, step_us, instants, ticks, dtype
):
    events = [(0, instant, 0, 0, *NONE) for instant in instants]
    log = SmallLog((block_of(events, step_us=step_us),), 1)
    snapshot = build_snapshot(new_workspace(), inputs_of(log))
    assert snapshot.ticks_per_second == ticks
    assert snapshot.shards[0].at.dtype.str == dtype
    assert snapshot.person_rows(0).at.astype(int).tolist() == [i * step_us for i in instants]
    assert snapshot.data_until_us == instants[1] * step_us


def test_codes_are_one_byte_up_to_256_entries(new_workspace):
    log = SmallLog((block_of([(0, 0, 0, 1, *NONE)]),), 1)
    inputs = inputs_of(log)
    for entries, dtype in [(256, "|u1"), (257, "<u2")]:
        names = tuple(f"event {i}" for i in range(entries))
        wide = replace(inputs, dictionaries=replace(inputs.dictionaries, events=names))
        assert build_snapshot(new_workspace(), wide).shards[0].event.dtype.str == dtype


def test_row_numbers_beyond_four_bytes_survive(new_workspace):
    block = block_of([(0, 0, 0, 1, *NONE), (-1, 0, 0, 1, *NONE)], first_row=2**40)
    snapshot = build_snapshot(new_workspace(), inputs_of(SmallLog((block,), 1)))
    assert snapshot.shards[0].row.tolist() == [2**40]
    assert snapshot.volume.row.tolist() == [2**40 + 1]


def test_what_no_event_has_is_written_as_one_entry(new_workspace):
    log = SmallLog((block_of([(p, p, 0, 1, *NONE) for p in range(-1, 5)]),), 5)
    snapshot = build_snapshot(new_workspace(), inputs_of(log), shards=2)
    for arrays in (*snapshot.shards, snapshot.volume):
        assert np.load(arrays.folder / "value.npy").shape == ()
        assert np.load(arrays.folder / "rating.npy").shape == ()
        assert arrays.value.tolist() == [NO_VALUE] * len(arrays.at)
        assert np.isnan(arrays.rating).tolist() == [True] * len(arrays.at)
        assert (arrays.value.dtype, arrays.rating.dtype) == (np.int64, np.float32)
        assert sealed(arrays.value).base is not None, "kernels must not copy it"
        assert not arrays.value.flags.writeable
        assert arrays.value.flags.c_contiguous


def test_one_value_anywhere_makes_whole_arrays_everywhere(new_workspace):
    events = [(p, p, 0, 1, NO_VALUE, 2.0 if p < 0 else float("nan")) for p in range(-1, 5)]
    snapshot = build_snapshot(new_workspace(), inputs_of(SmallLog((block_of(events),), 5)))
    assert np.load(snapshot.folder / "shard-000/rating.npy").shape == (5,)
    assert np.load(snapshot.folder / "volume/rating.npy").tolist() == [2.0]
    assert np.load(snapshot.folder / "shard-000/value.npy").shape == ()


def test_every_nan_is_stored_as_the_same_bits(new_workspace):
    block = block_of([(0, 0, 0, 1, NO_VALUE, 0.5), *[(0, t, 0, 1, *NONE) for t in (1, 2, 3)]])
    bits = np.array([0x3F000000, 0xFFC00000, 0x7F800001, 0x7FC00000], dtype=np.uint32)
    odd = replace(block, rating=bits.view(np.float32))
    snapshot = build_snapshot(new_workspace(), inputs_of(SmallLog((odd,), 1)))
    stored = snapshot.shards[0].rating.view(np.uint32).tolist()
    assert stored == [0x3F000000, *[0x7FC00000] * 3]


def test_shards_hold_about_equally_many_events(new_workspace):
    events = [(p, p, 0, 0, *NONE) for p in range(1000) for _ in range(1 + p // 100)]
    log = SmallLog((block_of(events),), 1000)
    snapshot = build_snapshot(new_workspace(), inputs_of(log), shards=4)
    assert max(entry.events for entry in snapshot.meta.shards) < len(events) * 0.3


def test_traits_and_lifetimes_lie_in_the_table_of_persons(new_workspace):
    log = SmallLog((block_of([(1, 5, 0, 1, *NONE), (1, 3, 0, 1, *NONE)]),), 2)
    traits = pa.table({"id": ["a", "b"], "city": ["Ulm", None], "events": [7, 7]})
    snapshot = build_snapshot(new_workspace(), replace(inputs_of(log), persons=traits))
    assert snapshot.persons.select(["person", "id", "events", "city"]).to_pylist() == [
        {"person": 0, "id": "a", "events": 0, "city": "Ulm"},
        {"person": 1, "id": "b", "events": 2, "city": None},
    ]
    assert snapshot.persons["first_at"].cast(pa.int64()).to_pylist() == [None, 3_000_000]
    assert snapshot.persons["last_at"].cast(pa.int64()).to_pylist() == [None, 5_000_000]


def test_the_table_of_persons_names_each_shard(new_workspace):
    log = SmallLog((block_of([(0, 5, 0, 1, *NONE), (1, 3, 0, 1, *NONE)]),), 2)
    snapshot = build_snapshot(new_workspace(), inputs_of(log), shards=2)
    assert snapshot.persons["shard"].to_pylist() == [0, 1]


@pytest.mark.parametrize(
    ("column", "value"), [("person", 9), ("person", -2), ("event", 3), ("stage", 3), ("row", -1)]
)
def test_numbers_outside_their_range_are_refused(new_workspace, column, value):
    block = block_of([(0, 0, 0, 0, *NONE)])
    wrong = replace(block, **{column: np.array([value])})
    with pytest.raises(InputError, match=f"'{column}' has {value}"):
        build_snapshot(new_workspace(), inputs_of(SmallLog((wrong,), 6)))


def test_columns_of_different_length_are_refused(new_workspace):
    block = replace(block_of([(0, 0, 0, 0, *NONE)]), value=np.zeros(2, dtype=np.int64))
    with pytest.raises(InputError, match="differ in length"):
        build_snapshot(new_workspace(), inputs_of(SmallLog((block,), 6)))


def test_a_dictionary_with_too_many_entries_is_refused():
    with pytest.raises(InputError, match="65,537 different events"):
        Dictionaries(events=tuple(map(str, range(65_537))))


def test_a_table_of_persons_out_of_order_is_refused(new_workspace):
    persons = pa.table({"id": ["a", "b"], "person": [1, 0]})
    with pytest.raises(InputError, match="order of their numbers"):
        build_snapshot(new_workspace(), replace(inputs_of(SmallLog((), 2)), persons=persons))
