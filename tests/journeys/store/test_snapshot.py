"""Reading a snapshot: cheap to open, what the questions expect, clear when something is wrong."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.strategies.store import DICTIONARIES, SmallLog, block_of, inputs_of
from waypost.errors import CancelledError, DamagedError, InputError, NotFoundError
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot
from waypost.kit import SilentProgress
from waypost.questions.view import ShardView, SnapshotView

EVENTS = [
    (0, 5, 0, 0, 1999, -2.0),
    (2, 9, 0, 1, NO_VALUE, float("nan")),
    (0, 2, 0, 2, 0, 0.5),
    (-1, 4, 0, 1, 7, float("nan")),
]


@pytest.fixture
def snapshot(tmp_path) -> Snapshot:
    """Two persons with events, one without, one receipt."""
    return build_snapshot(tmp_path, inputs_of(SmallLog((block_of(EVENTS),), 3)), shards=2)


def test_a_snapshot_and_its_shards_are_what_questions_see(snapshot: Snapshot):
    view: SnapshotView = snapshot
    shard: ShardView = snapshot.shards[0]
    for protocol, thing in ((SnapshotView, view), (ShardView, shard)):
        members = [n for n, m in inspect.getmembers(protocol) if isinstance(m, property)]
        assert len(members) > 5
        for name in members:
            assert getattr(thing, name) is not None, name


def test_arrays_have_the_promised_dtypes_and_cannot_be_written(snapshot: Snapshot):
    shard = snapshot.shards[0]
    codes = {name: getattr(shard, name).dtype.str for name in ("event", "channel", "touchpoint")}
    assert set(codes.values()) == {"|u1"}
    assert shard.offsets.dtype.str == "<i8"
    assert shard.row.dtype.str == "<u4"
    assert (shard.value.dtype.str, shard.rating.dtype.str) == ("<i8", "<f4")
    assert shard.hidden.dtype.str == "|u1"
    for name in ("offsets", "at", "event", "value", "rating", "row", "hidden"):
        assert not getattr(shard, name).flags.writeable


def test_a_person_s_events_come_in_time_order(snapshot: Snapshot):
    journey = snapshot.person_rows(0)
    assert journey.at.tolist() == [np.datetime64(s, "s").astype(object) for s in (2, 5)]
    assert [snapshot.events[code] for code in journey.event] == ["asked", "seen"]
    assert journey.value.tolist() == [0, 1999]
    assert journey.row.tolist() == [2, 0]
    assert len(snapshot.person_rows(1)) == 0
    assert len(snapshot.person_rows(2)) == 1


@pytest.mark.parametrize("number", [-1, 3])
def test_an_unknown_person_number_is_not_found(snapshot: Snapshot, number):
    with pytest.raises(NotFoundError, match=f"no person number {number}"):
        snapshot.person_rows(number)


def test_a_person_is_found_by_id(snapshot: Snapshot):
    assert snapshot.person_number("person-2") == 2
    with pytest.raises(NotFoundError, match="no person 'nobody'"):
        snapshot.person_number("nobody")


def test_what_was_written_is_read_back(snapshot: Snapshot):
    again = Snapshot.current(snapshot.folder.parent.parent)
    assert again.meta == snapshot.meta
    assert again.dictionaries == DICTIONARIES
    assert (again.zone, again.currency) == ("UTC", "EUR")
    assert again.data_until_us == 9_000_000


def test_opening_maps_nothing(snapshot: Snapshot):
    for path in snapshot.folder.rglob("*.npy"):
        path.unlink()
    again = Snapshot.open(snapshot.folder)
    assert len(again.shards) == 2
    with pytest.raises(DamagedError, match=r"shard-000/at.npy is missing"):
        _ = again.shards[0].at


def test_before_the_first_build_there_is_no_snapshot(tmp_path):
    with pytest.raises(NotFoundError, match="no journeys yet"):
        Snapshot.current(tmp_path)
    with pytest.raises(NotFoundError, match="no snapshot gone"):
        Snapshot.open(tmp_path / "gone")


def test_a_snapshot_of_another_format_is_refused(snapshot: Snapshot):
    meta = snapshot.folder / "meta.json"
    meta.write_bytes(meta.read_bytes().replace(b'"format": 2', b'"format": 99'))
    with pytest.raises(InputError, match="format 99"):
        Snapshot.open(snapshot.folder)


def test_the_one_before_the_current_is_kept(tmp_path):
    log = SmallLog((block_of(EVENTS),), 3)
    for name in ("a", "b", "b", "c"):
        build_snapshot(tmp_path, inputs_of(log, name))
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == ["CURRENT", "b", "c"]
    assert list((tmp_path / ".staging").iterdir()) == []


def test_a_snapshot_cannot_be_named_like_a_path(tmp_path):
    with pytest.raises(InputError, match="cannot name a snapshot"):
        build_snapshot(tmp_path, inputs_of(SmallLog((), 0), "../else"))


def test_a_refused_build_leaves_nothing_behind(tmp_path):
    wrong = replace(block_of(EVENTS), event=np.full(4, 200))
    with pytest.raises(InputError):
        build_snapshot(tmp_path, inputs_of(SmallLog((wrong,), 3)))
    assert list((tmp_path / ".staging").iterdir()) == []
    assert not (tmp_path / "snapshots").exists()


class Stop(SilentProgress):
    """The user presses the key as soon as something is done."""

    def advance(self, amount: int) -> None:  # noqa: ARG002 - the protocol names it
        raise CancelledError("Stopped.")


def test_a_cancelled_build_leaves_the_old_snapshot(tmp_path):
    log = SmallLog((block_of(EVENTS),), 3)
    build_snapshot(tmp_path, inputs_of(log, "a"))
    with pytest.raises(CancelledError):
        build_snapshot(tmp_path, inputs_of(log, "b"), shards=3, progress=Stop())
    assert Snapshot.current(tmp_path).id == "a"
    assert list((tmp_path / ".staging").iterdir()) == []


def test_persons_lie_in_row_order(snapshot: Snapshot):
    assert snapshot.persons["person"].to_pylist() == [0, 1, 2]
    assert snapshot.persons.schema.field("first_at").type == pa.timestamp("us", "UTC")
