"""JSON in all its shapes: the objects come out whole, in order, numbered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.intake.tables import (
    JsonTable,
    Limits,
    Reject,
    UnreadableFileError,
    checked_batches,
    open_tables,
)
from waypost.intake.tables.json_table import JsonTable as _Table
from waypost.kernels import json_scan

RECORDS: list[dict[str, Any]] = [
    {
        "id": number,
        "who": {"mail": f"a{number}@b.de", "tags": ["x", "]}"]},
        "text": 'say "hi" \\ {[',
    }
    for number in range(25)
]
SHAPES = {
    "lines.jsonl": "\n".join(json.dumps(record) for record in RECORDS),
    "list.json": json.dumps(RECORDS),
    "pretty.json": json.dumps(RECORDS, indent=2),
    "inside.json": json.dumps({"page": 1, "links": [1, 2], "data": {"emails": RECORDS}}),
    "behind.json": json.dumps(RECORDS, indent=1).join(["\ufeff", "\n"]),
    "one_after_another.json": "\n".join(json.dumps(record, indent=2) for record in RECORDS),
    "archive.js": "window.YTD.tweets.part0 = " + json.dumps(RECORDS),
}


def _open(folder: Path, name: str, content: str | bytes) -> JsonTable:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (table,) = open_tables(path)
    assert isinstance(table, JsonTable)
    return table


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_gives_the_same_objects(tmp_path: Path, name: str) -> None:
    table = _open(tmp_path, name, SHAPES[name])
    assert [value for _, value in table.objects()] == RECORDS
    assert [number for number, _ in table.objects()] == list(range(1, 26))
    assert table.columns == ("id", "who.mail", "who.tags", "text")
    assert table.count_records() == 25


def test_several_arrays_of_objects_are_several_tables_the_largest_first(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"users": RECORDS[:2], "tickets": RECORDS, "meta": {"n": [1]}}))
    tables = open_tables(path)
    assert [table.name for table in tables] == ["export.json:tickets", "export.json:users"]
    assert [table.count_records() for table in tables] == [25, 2]


def test_one_object_is_a_table_of_one_record_and_a_document(tmp_path: Path) -> None:
    table = _open(tmp_path, "one.json", json.dumps(RECORDS[3], indent=2))
    assert [value for _, value in table.objects()] == [RECORDS[3]]
    assert table.document() == RECORDS[3]


def test_keys_that_come_late_become_columns_and_lose_nothing(tmp_path: Path) -> None:
    lines = [json.dumps({"a": 1})] * 300 + [json.dumps({"b": {"c": True}})]
    table = _open(tmp_path, "late.jsonl", "\n".join(lines))
    assert table.columns == ("a",)
    *_, last = checked_batches(table)
    assert last.columns.schema.names == ["a", "b.c"]
    assert last.columns.column("b.c").to_pylist()[-1] == "true"


def test_digits_beyond_a_double_are_kept(tmp_path: Path) -> None:
    text = (
        '[{"id": 12345678901234567, "big": 123456789012345678901234, "x": 0.1234567890123456789}]'
    )
    table = _open(tmp_path, "digits.json", text)
    assert table.sample() == [
        {
            "id": "12345678901234567",
            "big": "123456789012345678901234",
            "x": "0.1234567890123456789",
        }
    ]


def test_not_a_number_is_no_value_and_the_record_stays(tmp_path: Path) -> None:
    table = _open(tmp_path, "nan.json", '[{"a": NaN, "b": 1}]')
    assert [value for _, value in table.objects()] == [{"a": None, "b": 1}]


def test_utf16_json_is_read(tmp_path: Path) -> None:
    table = _open(tmp_path, "wide.json", json.dumps(RECORDS).encode("utf-16"))
    assert table.count_records() == 25


def test_values_that_are_no_objects_are_rejected(tmp_path: Path) -> None:
    table = _open(tmp_path, "mixed.json", '[{"a": 1}, 5, "x", [1], {"b": 2,}, {"a": 2}]')
    found = [value for _, value in table.objects()]
    assert [v if isinstance(v, dict) else v.line for v in found] == [{"a": 1}, 2, 3, 4, 5, {"a": 2}]
    assert table.count_records() == 6


def test_a_list_that_is_never_closed_is_said(tmp_path: Path) -> None:
    table = _open(tmp_path, "open.json", json.dumps(RECORDS)[:-1])
    *_, (number, last) = table.objects()
    assert number == 26
    assert isinstance(last, Reject)
    assert "ends before the list does" in last.reason
    assert table.count_records() == 26


def test_an_element_longer_than_a_record_may_be_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(json.dumps([{"a": 1}, {"b": "x" * 9_000_000}]))
    limits = Limits(record_bytes=1 << 20, sample_bytes=4096)
    with pytest.raises(UnreadableFileError, match="longer than"):
        open_tables(path, limits=limits)


@settings(max_examples=300, deadline=None)
@given(
    content=st.lists(
        st.sampled_from([b"{", b"}", b"[", b"]", b'"', b",", b"\\", b" ", b"1", b"a", b'{"a":1}']),
        max_size=30,
    ).map(b"".join),
    listed=st.booleans(),
)
def test_values_are_counted_as_they_are_scanned_on_noise(content: bytes, listed: bool) -> None:
    buf = np.frombuffer(content, np.uint8)
    spans, state = np.empty((100, 2), np.int64), np.zeros(5, np.int64)
    found, used, end = json_scan.scan_values(buf, True, listed, spans)
    assert json_scan.count_values(buf, listed, state) == found
    assert bool(state[4]) == (end == 1)
    assert end == 1 or used == len(content)


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=6,
            ),
            max_size=4,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_objects_survive(
    values: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("j") / "any.json"
    path.write_bytes(orjson.dumps(values))
    (table,) = open_tables(path)
    assert isinstance(table, _Table)
    assert [value for _, value in table.objects()] == values
    for _ in checked_batches(table):
        pass
