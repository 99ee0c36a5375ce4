"""New, duplicate or updated, in a batch and across batches."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.log import LogModel, md5_halves
from tests.strategies.log import deliveries, import_rows, rows_of, visible_values, write_batch
from waypost.journeys import EventLog
from waypost.journeys.log import text_md5


def keyed(rows: list[tuple[int, int]]) -> list[dict[str, object]]:
    return [{"key": f"k{key}", "a.key": f"k{key}", "value": content} for key, content in rows]


def test_a_row_is_new_then_duplicate_then_updated(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    rows = keyed([(1, 1), (1, 1), (1, 2), (1, 2), (1, 1)])
    assert import_rows(log, "b1", rows) == [0, 1, 2, 1, 2]
    assert visible_values(log) == [("k1", 1)]


def test_a_second_import_of_the_same_rows_stores_nothing(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    rows = keyed([(key, 0) for key in range(50)])
    import_rows(log, "b1", rows)
    commit, fates = write_batch(log, "b2", [rows_of(rows)])
    assert set(fates) == {1}
    assert commit.segments == ()
    assert visible_values(log) == sorted((f"k{key}", 0) for key in range(50))


def test_an_older_state_in_a_later_import_supersedes(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "at": 100, "value": 2}])
    assert import_rows(log, "b2", [{"key": "a", "at": 50, "value": 1}]) == [2]
    assert visible_values(log) == [("shop", 1)]


def test_equal_keys_of_two_sources_both_stay(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "value": 1}])
    assert import_rows(log, "b2", [{"key": "a", "value": 2}], source="till") == [0]
    assert visible_values(log) == [("shop", 1), ("till", 2)]


def test_where_a_row_stood_in_the_file_is_not_its_content(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "line": 1}])
    assert import_rows(log, "b2", [{"key": "a", "line": 9}]) == [1]


def test_a_column_that_is_empty_in_a_row_does_not_change_it(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a"}, {"key": "b"}])
    wider = [{"key": "a"}, {"key": "b", "a.colour": "red"}]
    assert import_rows(log, "b2", wider) == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a.x": "1", "a.y": None}, {"a.x": None, "a.y": "1"}),
        ({"a.x": "ab", "a.y": "c"}, {"a.x": "a", "a.y": "bc"}),
        ({"a.x": ""}, {"a.x": None}),
        ({"value": 0}, {"value": None}),
        ({"id.email": "a@b.de"}, {"id.email#2": "a@b.de"}),
    ],
)
def test_contents_that_look_alike_differ(
    tmp_path: Path, one: dict[str, object], other: dict[str, object]
) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", **one}])
    assert import_rows(log, "b2", [{"key": "a", **other}]) == [2]


def test_fates_survive_segment_borders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waypost.journeys.log.writer.SEGMENT_ROWS", 7)
    log = EventLog.open(tmp_path)
    rows = keyed([(key % 23, key // 31) for key in range(100)])
    model = LogModel()
    expected = model.deliver("b1", [(key % 23, key // 31) for key in range(100)])
    commit, fates = write_batch(log, "b1", [rows_of(rows[i : i + 9]) for i in range(0, 100, 9)])
    assert fates == expected
    assert {segment.rows for segment in commit.segments[:-1]} == {7}
    assert visible_values(log) == sorted((f"k{k}", c) for k, c in model.shown().items())


@settings(max_examples=40, deadline=None)
@given(batches=deliveries())
def test_the_log_agrees_with_its_definition(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int]]]
) -> None:
    log = EventLog.open(tmp_path_factory.mktemp("log"))
    model = LogModel()
    for number, rows in enumerate(batches):
        assert import_rows(log, f"b{number}", keyed(rows)) == model.deliver(f"b{number}", rows)
        assert visible_values(log) == sorted((f"k{k}", c) for k, c in model.shown().items())


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=4),
    repeat=st.booleans(),
)
def test_any_split_into_batches_gives_the_same_visible_rows(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, int]],
    cuts: list[int],
    repeat: bool,
) -> None:
    log = EventLog.open(tmp_path_factory.mktemp("log"))
    edges = [0, *sorted(cuts), len(rows)]
    for number, (first, stop) in enumerate(pairwise(edges)):
        import_rows(log, f"b{number}", keyed(rows[first:stop]))
        if repeat:
            import_rows(log, f"again{number}", keyed(rows[first:stop])[-1:])
    assert visible_values(log) == sorted((f"k{k}", c) for k, c in dict(rows).items())


@given(texts=st.lists(st.text(max_size=200), min_size=1, max_size=20))
@settings(deadline=None)
def test_md5_of_many_is_md5_of_each(texts: list[str]) -> None:
    hi, lo = text_md5(pa.array(texts, pa.string()), prefix="shop\0")
    expected = [md5_halves(f"shop\0{text}") for text in texts]
    assert list(zip(hi.tolist(), lo.tolist(), strict=True)) == expected


def test_the_stored_key_is_the_md5_of_source_and_key(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "order-7"}])
    (part,) = log.scan(["key_hi", "key_lo"])
    digest = hashlib.md5(b"shop\0order-7").digest()
    hi, lo = (column.to_numpy()[0] for column in part.batch.columns)
    assert np.array([hi, lo], "<u8").tobytes() == digest
