"""Damage is named, with the file and the remedy; leftovers of a crash are swept away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strategies.log import import_rows, visible_values
from waypost.errors import DamagedError
from waypost.journeys import EventLog
from waypost.kit import exclusive_lock


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    opened = EventLog.open(tmp_path)
    import_rows(opened, "b1", [{"key": "a", "value": 1}, {"key": "b", "value": 1}])
    import_rows(opened, "b2", [{"key": "a", "value": 2}])
    import_rows(opened, "b3", [{"key": "c", "value": 3}])
    return opened


def test_a_commit_cut_anywhere_is_noticed(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "log" / "commits" / "000002.json"
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 97):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError, match=r"000002\.json.*backup"):
            EventLog.open(tmp_path)


def test_a_changed_figure_in_a_commit_is_noticed(log: EventLog, tmp_path: Path) -> None:
    path = tmp_path / "log" / "commits" / "000001.json"
    path.write_bytes(path.read_bytes().replace(b'"rows": 2', b'"rows": 3'))
    with pytest.raises(DamagedError, match=r"000001\.json"):
        EventLog.open(tmp_path)


def test_a_missing_commit_is_noticed(log: EventLog, tmp_path: Path) -> None:
    (tmp_path / "log" / "commits" / "000002.json").unlink()
    with pytest.raises(DamagedError, match=r"000002\.json is missing"):
        EventLog.open(tmp_path)


def test_a_missing_segment_is_named_when_it_is_needed(log: EventLog, tmp_path: Path) -> None:
    log.segments()[1].path.unlink()
    with pytest.raises(DamagedError, match=r"b2.*backup"):
        visible_values(EventLog.open(tmp_path))


def test_a_segment_cut_short_is_named(log: EventLog, tmp_path: Path) -> None:
    path = log.segments()[0].path
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedError, match="b1"):
        visible_values(EventLog.open(tmp_path))


def test_a_damaged_batch_can_be_taken_back_and_imported_again(
    log: EventLog, tmp_path: Path
) -> None:
    log.segments()[1].path.unlink()
    log.segments()[1].keys_path.unlink()
    opened = EventLog.open(tmp_path)
    opened.undo("b2")
    import_rows(opened, "b2", [{"key": "a", "value": 2}])
    assert visible_values(opened) == [("shop", 1), ("shop", 2), ("shop", 3)]


@pytest.mark.parametrize("cut", [0, 40, 150])
def test_a_damaged_key_file_stops_the_next_import(log: EventLog, tmp_path: Path, cut: int) -> None:
    path = log.segments()[0].keys_path
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DamagedError, match="key file"):
        import_rows(EventLog.open(tmp_path), "b4", [{"key": "z"}])


def test_verify_names_every_file_that_changed(log: EventLog, tmp_path: Path) -> None:
    assert log.verify() == ()
    changed = log.segments()[0].path
    content = bytearray(changed.read_bytes())
    content[50] ^= 1
    changed.write_bytes(content)
    gone = log.segments()[2].keys_path
    gone.unlink()
    assert {damage.facts["path"] for damage in EventLog.open(tmp_path).verify()} == {changed, gone}


def test_what_a_crash_left_is_swept_away(log: EventLog, tmp_path: Path) -> None:
    orphan = tmp_path / "log" / "batches" / "b9"
    staged = tmp_path / ".staging" / "log" / "b9"
    for folder in (orphan, staged):
        folder.mkdir(parents=True)
        (folder / "part-000.parquet").write_bytes(b"half")
    before = visible_values(log)
    assert visible_values(EventLog.open(tmp_path)) == before
    assert not orphan.exists()
    assert not staged.exists()


def test_nothing_is_swept_while_somebody_writes(log: EventLog, tmp_path: Path) -> None:
    staged = tmp_path / ".staging" / "log" / "b9"
    staged.mkdir(parents=True)
    with exclusive_lock(tmp_path / "log" / ".lock"):
        EventLog.open(tmp_path)
        assert staged.exists()
    EventLog.open(tmp_path)
    assert not staged.exists()
