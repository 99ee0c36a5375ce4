"""Planted damage is found and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.strategies.store import SmallLog, block_of, inputs_of
from waypost.journeys import NO_VALUE, Snapshot, build_snapshot

NONE = (NO_VALUE, float("nan"))


@pytest.fixture
def snapshot(tmp_path) -> Snapshot:
    """Four persons with four events each, four events without a person."""
    events = [(p, t, 0, 1, *NONE) for t in range(4) for p in range(-1, 4)]
    return build_snapshot(tmp_path, inputs_of(SmallLog((block_of(events),), 4)), shards=2)


def rewrite(snapshot: Snapshot, name: str, change) -> None:
    path = snapshot.folder / name
    array = np.load(path)
    path.unlink()
    np.save(path, change(array))


def with_entry(place: int, value: float):
    def change(array):
        array[place] = value
        return array

    return change


def one_of(events: int, rating: float):
    def change(_):
        return with_entry(0, rating)(np.full(events, np.nan, dtype=np.float32))

    return change


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("shard-000/offsets.npy", with_entry(1, 7), "person 0 goes back in time at event 4"),
        ("shard-000/offsets.npy", with_entry(0, 1), "offsets run from 1 to 8"),
        ("shard-000/offsets.npy", lambda a: a[:-1], "offsets is"),
        ("shard-000/offsets.npy", lambda _: np.array([0, 9, 8]), "offsets fall at person 1"),
        ("shard-001/at.npy", with_entry(6, 0), "person 3 goes back in time at event 6"),
        ("shard-001/at.npy", lambda a: a.astype(np.float64), "at is <f8"),
        ("shard-000/event.npy", with_entry(2, 3), "code 3, but there are only 3 events"),
        ("shard-000/touchpoint.npy", lambda a: a[:-1], "touchpoint is"),
        ("shard-000/rating.npy", one_of(8, 2.5), "rating leaves the scale"),
        ("shard-000/rating.npy", lambda _: np.float32(2.5), "rating leaves the scale"),
        ("shard-000/at.npy", lambda _: np.int32(0), "at.npy cannot be read: it has 0 dimensions"),
        ("volume/at.npy", with_entry(0, 3), "volume: events without a person are not in time"),
        ("volume/source.npy", with_entry(0, 9), "volume: source has code 9"),
        ("shard-000/row.npy", with_entry(0, 2), "a row of the event log is there twice"),
        ("shard-000/rating.npy", one_of(8, np.inf), "rating leaves the scale"),
        ("shard-000/event.starts.npy", lambda a: a.astype(np.int32), "event.starts is <i4"),
        ("shard-000/event.starts.npy", with_entry(0, 1), "event.starts does not rise from 0 to 8"),
        ("shard-001/event.starts.npy", with_entry(1, 9), "event.starts does not rise"),
        ("shard-000/event.postings.npy", lambda a: a[1:], "event.postings is <u4[7]"),
        ("shard-000/event.postings.npy", with_entry(7, 8), "names event 8, but there are 8"),
        ("shard-000/event.postings.npy", with_entry(0, 1), "does not rise under code 1"),
        ("shard-000/event.postings.npy", lambda a: a[::-1], "does not rise under code 1"),
        ("shard-001/touchpoint.postings.npy", lambda a: a[::-1], "of another code under code 0"),
    ],
)
def test_damage_in_an_array_is_found(snapshot: Snapshot, name, change, message):
    rewrite(snapshot, name, change)
    problems = Snapshot.open(snapshot.folder).verify()
    assert any(message in problem for problem in problems), problems


def test_a_missing_and_a_truncated_file_are_found(snapshot: Snapshot):
    (snapshot.folder / "shard-000/value.npy").unlink()
    path = snapshot.folder / "volume/row.npy"
    path.write_bytes(path.read_bytes()[:-1])
    problems = Snapshot.open(snapshot.folder).verify()
    assert any("shard-000/value.npy is missing" in problem for problem in problems)
    assert any("volume/row.npy cannot be read" in problem for problem in problems)


def test_a_hidden_person_without_an_overlay_is_found(snapshot: Snapshot):
    np.save(snapshot.folder / "shard-000/hidden.npy", np.array([1, 0], dtype=np.uint8))
    problems = Snapshot.open(snapshot.folder).verify()
    assert any("hidden are 1 persons, 4 events; expected 0, 0" in p for p in problems)


def test_wrong_counts_and_double_ids_of_persons_are_found(snapshot: Snapshot):
    path = snapshot.folder / "persons.parquet"
    table = pq.read_table(path)
    ids = pq.read_table(path)["id"].to_pylist()
    table = table.set_column(1, "id", [[ids[0], *ids[:-1]]])
    table = table.set_column(4, "events", [np.array([4, 5, 4, 4], dtype=np.int32)])
    pq.write_table(table, path)
    problems = Snapshot.open(snapshot.folder).verify()
    assert any("wrong for 1 persons, first for 1" in problem for problem in problems)
    assert any("two person numbers have the same id" in problem for problem in problems)


def test_a_damaged_table_of_persons_is_found(snapshot: Snapshot):
    (snapshot.folder / "persons.parquet").write_bytes(b"PAR1 no more")
    assert any("persons" in p for p in Snapshot.open(snapshot.folder).verify())


def test_a_copy_elsewhere_is_as_good(snapshot: Snapshot, tmp_path: Path):
    shutil.copytree(snapshot.folder, tmp_path / "copy")
    assert Snapshot.open(tmp_path / "copy").verify() == []
