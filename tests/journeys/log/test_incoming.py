"""What a writer refuses, and in which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.strategies.log import rows_of
from waypost.errors import ConflictError, InputError
from waypost.journeys import EventLog
from waypost.journeys.log.incoming import accept

ROWS = rows_of([{"key": "a", "id.email": "x@y.de"}])


def test_dictionary_encoded_and_large_text_is_taken() -> None:
    encoded = ROWS.set_column(3, "key", ROWS["key"].dictionary_encode())
    large = encoded.set_column(1, "event", ROWS["event"].cast(pa.large_string()))
    assert accept(large, source="shop").equals(accept(ROWS, source="shop"))


def test_a_record_batch_is_taken_like_a_table() -> None:
    assert accept(ROWS.to_batches()[0], source="shop").equals(accept(ROWS, source="shop"))


def test_an_unknown_column_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="'event'"):
        accept(ROWS.append_column("evnt", ROWS["event"]), source="shop")


@pytest.mark.parametrize("name", ["id.E-Mail", "id.", "a.", "id.email#0", "b.x"])
def test_names_outside_the_contract_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="no column"):
        accept(ROWS.append_column(name, ROWS["event"]), source="shop")


@pytest.mark.parametrize("name", ["at", "event", "key", "seq", "line", "flags"])
def test_a_null_where_there_must_be_none_is_refused(name: str) -> None:
    place = ROWS.column_names.index(name)
    empty = ROWS.set_column(place, name, pa.nulls(1, ROWS.schema.field(name).type))
    with pytest.raises(InputError, match=name):
        accept(empty, source="shop")
    with pytest.raises(InputError, match=name):
        accept(ROWS.drop_columns([name]), source="shop")


def test_a_wrong_type_is_refused() -> None:
    with pytest.raises(InputError, match="value"):
        accept(ROWS.set_column(5, "value", pa.array(["ten euro"])), source="shop")
    with pytest.raises(InputError, match="must hold text"):
        accept(ROWS.append_column("a.n", pa.array([1])), source="shop")


def test_text_that_is_not_utf8_is_refused() -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 2], np.int32)), pa.py_buffer(b"\xff\xfe")]
    )
    with pytest.raises(InputError, match="not valid"):
        accept(ROWS.append_column("a.t", broken), source="shop")


@pytest.mark.parametrize("batch", ["", "../up", "a/b", ".hidden", "a" * 101, "b 1"])
def test_a_name_that_is_no_plain_word_cannot_name_a_batch(tmp_path: Path, batch: str) -> None:
    with pytest.raises(InputError, match="name a batch"):
        EventLog.open(tmp_path).writer(batch, source="shop", facts={})


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    with (
        log.writer("b1", source="shop", facts={}),
        pytest.raises(ConflictError, match="writing"),
        log.writer("b2", source="shop", facts={}),
    ):
        pass


def test_a_count_below_zero_is_no_account(tmp_path: Path) -> None:
    with (
        EventLog.open(tmp_path).writer("b1", source="shop", facts={}) as writer,
        pytest.raises(InputError, match="stored"),
    ):
        writer.commit({"stored": -1})
