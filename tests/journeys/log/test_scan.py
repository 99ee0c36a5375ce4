"""Reading columns back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.log import import_rows, rows_of, write_batch
from waypost.journeys import EventLog


def column(log: EventLog, name: str, **how: object) -> list[object]:
    return [value for part in log.scan([name], **how) for value in part.batch.column(0).to_pylist()]


def test_columns_that_a_segment_lacks_come_as_null(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "id.email": "a@b.de"}])
    import_rows(log, "b2", [{"key": "b", "a.colour": "red"}])
    assert column(log, "id.email") == ["a@b.de", None]
    assert column(log, "a.colour") == [None, "red"]
    assert column(log, "a.never") == [None, None]


def test_text_columns_come_as_dictionaries_on_demand(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": str(i), "id.email": f"{i % 3}@b.de"} for i in range(9)])
    (part,) = log.scan(["id.email", "id.phone"], encoded=["id.email", "id.phone"])
    for array in part.batch.columns:
        assert array.type == pa.dictionary(pa.int32(), pa.string())
    assert part.batch.column(0).to_pylist() == [f"{i % 3}@b.de" for i in range(9)]


def test_stretches_without_content_in_a_column_can_be_left_out(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a"}, {"key": "b"}])
    import_rows(log, "b2", [{"key": "c"}, {"key": "d", "text": "hello"}])
    parts = list(log.scan(["text"], filled="text"))
    assert [part.first_row for part in parts] == [2]
    assert parts[0].batch.column(0).to_pylist() == [None, "hello"]


def test_row_numbers_run_through_all_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waypost.journeys.log.writer.SEGMENT_ROWS", 4)
    monkeypatch.setattr("waypost.journeys.log.segment_files.ROWS_PER_GROUP", 3)
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": str(i)} for i in range(10)])
    import_rows(log, "b2", [{"key": f"x{i}"} for i in range(5)])
    parts = list(log.scan(["line"]))
    assert [part.first_row for part in parts] == [0, 3, 4, 7, 8, 10, 13, 14]
    assert [segment.first_row for segment in log.segments()] == [0, 4, 8, 10, 14]
    assert log.row_count() == 15


def test_a_scan_without_columns_still_tells_which_rows_count(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a"}, {"key": "b"}])
    import_rows(log, "b2", [{"key": "b", "value": 1}])
    shown = [flag for part in log.scan([]) for flag in part.visible.tolist()]
    assert shown == [True, False, True]
    assert [part.batch.num_rows for part in log.scan([])] == [2, 1]


def test_a_segment_knows_its_first_and_last_instant(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "at": 20}, {"key": "b", "at": -5}, {"key": "c", "at": 7}])
    (segment,) = log.segments()
    assert (segment.min_at, segment.max_at) == (-5_000_000, 20_000_000)


def test_names_of_identifiers_and_attributes_are_known_without_reading(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    row = {
        "key": "a",
        "id.email": "x",
        "id.email#2": "y",
        "id.customer_id.shopify": "1",
        "a.x": "1",
    }
    import_rows(log, "b1", [row])
    assert log.identifier_kinds() == ("customer_id.shopify", "email")
    assert log.identifier_columns() == ("id.customer_id.shopify", "id.email", "id.email#2")
    assert log.attribute_names() == ("x",)


def test_attributes_beyond_the_limit_are_kept_and_found_by_name(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    rows = [{"key": str(i), "a.common": "c", f"a.rare{i:03d}": f"v{i}"} for i in range(450)]
    import_rows(log, "b1", rows)
    (segment,) = log.segments()
    attributes = [name for name in segment.columns if name.startswith("a.")]
    assert len(attributes) == 400
    assert "a.common" in attributes
    assert len(segment.more) == 451 - 399
    for number in (0, 300, 449):
        name = f"a.rare{number:03d}"
        assert [v for v in column(log, name) if v is not None] == [f"v{number}"]
        assert [v for v in column(log, name, encoded=[name]) if v is not None] == [f"v{number}"]
    assert len(log.attribute_names()) == 451


def test_an_attribute_called_more_keeps_its_value(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    import_rows(log, "b1", [{"key": "a", "a.more": "yes"}, {"key": "b", "a.more": None}])
    assert column(log, "a.more") == ["yes", None]
    assert log.attribute_names() == ("more",)


def test_the_same_import_gives_the_same_bytes(tmp_path: Path) -> None:
    stored = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        log = EventLog.open(tmp_path / name)
        import_rows(log, "b1", [{"key": str(i % 7), "value": i, "a.x": "ü"} for i in range(50)])
        log.undo("b1")
        files = sorted((tmp_path / name).rglob("*"))
        stored.append(
            {str(p.relative_to(tmp_path / name)): p.read_bytes() for p in files if p.is_file()}
        )
    assert stored[0] == stored[1]


def test_quarantined_records_come_back_as_they_were(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    raw = 'a;"b\n\udcff\u2028;ü'
    with log.writer("b1", source="shop", facts={}) as writer:
        writer.quarantine(7, "no date", raw)
        commit = writer.commit({"read": 1, "quarantined": 1})
    (record,) = log.quarantined("b1")
    assert (record.line, record.reason, record.raw) == (7, "no date", raw)
    assert commit.rows["quarantined"] == 1


def test_facts_become_file_format_and_notes(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    facts = {"file": "some/where/orders.csv", "format": "shopify", "encoding": "cp1252"}
    with log.writer("b1", source="shop", facts=facts) as writer:
        writer.commit({"read": 0})
    (commit,) = EventLog.open(tmp_path).commits()
    assert (commit.file, commit.format) == ("orders.csv", "shopify")
    assert commit.notes == {"encoding": "cp1252"}
    assert commit.account == {"read": 0}


def test_leaving_without_commit_leaves_nothing(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    with log.writer("b1", source="shop", facts={}) as writer:
        writer.add(rows_of([{"key": "a"}]))
    assert log.commits() == ()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]


def test_a_failed_add_adds_nothing(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    with log.writer("b1", source="shop", facts={}) as writer:
        writer.add(rows_of([{"key": "a"}]))
        with pytest.raises(ValueError, match="source"):
            writer.add(rows_of([{"key": "b"}], source="till"))
        commit = writer.commit({})
    assert commit.event_rows == 1


@settings(max_examples=20, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=20))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[str | None]
) -> None:
    log = EventLog.open(tmp_path_factory.mktemp("log"))
    rows = [{"key": str(i), "text": text, "a.t": text} for i, text in enumerate(values)]
    write_batch(log, "b1", [rows_of(rows)])
    assert column(log, "text") == values
    assert column(log, "a.t", encoded=["a.t"]) == values
