"""Taking an import back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.log import LogModel
from tests.strategies.log import deliveries, import_rows, visible_values
from waypost.errors import ConflictError, NotFoundError
from waypost.journeys import EventLog


def keyed(rows: list[tuple[int, int]]) -> list[dict[str, object]]:
    return [{"key": f"k{key}", "a.key": f"k{key}", "value": content} for key, content in rows]


def test_undo_hides_the_batch_and_shows_what_it_had_replaced(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", keyed([(1, 1), (2, 1)]))
    before = visible_values(log)
    import_rows(log, "b2", keyed([(1, 2), (3, 3)]))
    log.undo("b2")
    assert visible_values(log) == before
    assert not log.has_batch("b2")


def test_a_row_that_another_import_delivered_too_stays(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", keyed([(1, 1), (2, 1)]))
    import_rows(log, "b2", keyed([(2, 1)]))
    log.undo("b1")
    assert visible_values(log) == [("k2", 1)]


def test_a_batch_taken_back_can_be_imported_again(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", keyed([(1, 1)]))
    log.undo("b1")
    assert import_rows(log, "b1", keyed([(1, 1)])) == [0]
    assert visible_values(EventLog.open(tmp_path)) == [("k1", 1)]


def test_a_batch_cannot_be_imported_twice(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", keyed([(1, 1)]))
    with pytest.raises(ConflictError, match="already"):
        log.writer("b1", source="shop", facts={})


def test_undo_of_an_unknown_batch_offers_the_nearest(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "orders-2024", keyed([(1, 1)]))
    with pytest.raises(NotFoundError, match="orders-2024"):
        log.undo("orders-2023")


def test_undo_changes_no_file_of_the_batch(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", keyed([(1, 1)]))
    batch = tmp_path / "log" / "batches" / "b1"
    before = {path.name: path.read_bytes() for path in batch.iterdir()}
    log.undo("b1")
    assert {path.name: path.read_bytes() for path in batch.iterdir()} == before


@settings(max_examples=60, deadline=None)
@given(batches=deliveries(), data=st.data())
def test_after_any_undo_the_last_remaining_delivery_of_a_key_counts(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int]]],
    data: st.DataObject,
) -> None:
    log = EventLog.open(tmp_path_factory.mktemp("log"))
    model = LogModel()
    for number, rows in enumerate(batches):
        assert import_rows(log, f"b{number}", keyed(rows)) == model.deliver(f"b{number}", rows)
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(sorted(model.batches)))
            log.undo(gone)
            del model.batches[gone]
        assert visible_values(log) == sorted((f"k{k}", c) for k, c in model.shown().items())
        if not model.batches:
            break
