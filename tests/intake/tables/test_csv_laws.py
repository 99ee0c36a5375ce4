"""Laws of the reader of delimited text, over generated tables and over noise."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.strategies.tables import Written, messy_bytes, written_tables
from waypost.intake.tables import Dialect, Table, UnreadableFileError, checked_batches, open_tables
from waypost.intake.tables.delimited import Rules, count_in, scan_text, windows_of
from waypost.intake.tables.windows import Window


def _read(path: Path) -> tuple[tuple[str, ...], list[list[str | None]], int]:
    (table,) = open_tables(path)
    rows: list[list[str | None]] = []
    rejects = 0
    for batch in checked_batches(table):
        rows.extend([list(row.values()) for row in batch.columns.to_pylist()])
        rejects += len(batch.rejects)
    return table.columns, rows, rejects


def _with_one_quoted_cell(value: str, written: str) -> Written:
    """A table whose very last cell is the only quoted one."""
    header = ["key", "ship name", "bill name"]
    body = [[str(number), "", ""] for number in range(1000, 1004)] + [["1004", "", value]]
    lines = [",".join(row) for row in [header, *body[:-1], ["1004", "", written]]]
    return Written([header, *body], "\n".join(lines).encode(), "utf-8")


@settings(max_examples=120, deadline=None)
@given(table=written_tables())
@example(table=_with_one_quoted_cell('"', '""""'))
@example(table=_with_one_quoted_cell('"a', '"""a"'))
@example(table=_with_one_quoted_cell("\"a' ", '"""a\' "'))
@example(table=_with_one_quoted_cell('"a"', '"""a"""'))
def test_what_a_program_wrote_is_read_back_cell_by_cell(
    table: Written, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("w") / "table"
    path.write_bytes(table.content)
    columns, rows, rejects = _read(path)
    assert [list(columns), *rows] == table.rows
    assert rejects == 0


DIALECTS = [
    Dialect(
        delimiter=delimiter,
        quote=quote,
        escape=escape,
        newline=newline,
        padded=padded,
        comment=comment,
    )
    for delimiter, quote, escape, newline, padded, comment in itertools.product(
        [",", ";", " ", "", "ä"],
        ['"', "'", ""],
        ["", "\\"],
        ["lf", "any"],
        [False, True],
        ["", "#"],
    )
]


@settings(max_examples=500, deadline=None)
@given(content=messy_bytes(), dialect=st.sampled_from(DIALECTS))
def test_the_independent_counter_agrees_with_the_reader_on_noise(
    content: bytes, dialect: Dialect
) -> None:
    rules = Rules.of(dialect, 50)
    found, used = scan_text(content, rules)
    counted = count_in(iter([content]), rules, record_bytes=1 << 20)
    assert used == len(content)
    assert counted == found.records.shape[0]


@settings(max_examples=300, deadline=None)
@given(content=messy_bytes(), dialect=st.sampled_from(DIALECTS), data=st.data())
def test_records_do_not_depend_on_where_the_bytes_were_cut(
    content: bytes, dialect: Dialect, data: st.DataObject
) -> None:
    rules = Rules.of(dialect, 50)
    whole, _ = scan_text(content, rules)
    at = data.draw(st.integers(0, len(content)))
    first, used = scan_text(content[:at], rules, final=False)
    second, _ = scan_text(content[used:], rules)
    begins = [*first.records[:, 2].tolist(), *(second.records[:, 2] + used).tolist()]
    assert begins == whole.records[:, 2].tolist()


@settings(max_examples=200, deadline=None)
@given(content=messy_bytes(), dialect=st.sampled_from(DIALECTS), limit=st.integers(1, 20))
def test_counter_and_reader_agree_when_records_exceed_the_limit(
    content: bytes, dialect: Dialect, limit: int
) -> None:
    rules = Rules.of(dialect, 50)
    parts = windows_of(iter([content]), rules, line=1, record_bytes=limit)
    read = sum(p.found.records.shape[0] if isinstance(p, Window) else 1 for p in parts)
    assert read == count_in(iter([content]), rules, record_bytes=limit)


@settings(max_examples=150, deadline=None)
@given(content=messy_bytes())
def test_any_bytes_are_read_in_full_or_refused_in_words(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("n") / "noise.csv"
    path.write_bytes(content)
    tables: list[Table] = []
    with contextlib.suppress(UnreadableFileError):
        tables = open_tables(path)
    for table in tables:
        lines = [line for batch in checked_batches(table) for line in batch.lines.tolist()]
        assert lines == sorted(set(lines))


LATE = ["0012", "12345678901234567", "12,50", "12.990", "1e5", "01.02.2024", "", "NULL", "-", "äé"]


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("at", [0, 2046, 20_480, 29_999])
def test_a_late_value_of_another_kind_is_not_altered(tmp_path: Path, late: str, at: int) -> None:
    path = tmp_path / "late.csv"
    values = [str(number) for number in range(30_000)]
    values[at] = late
    lines = [f'{number};"{value}";x\n' for number, value in enumerate(values)]
    path.write_text("id;value;mark\n" + "".join(lines), encoding="utf-8")
    (table,) = open_tables(path)
    read = [v for b in checked_batches(table) for v in b.columns.column("value").to_pylist()]
    assert read == values


def test_line_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2,z\n,\n3,w\n', encoding="utf-8")
    (table,) = open_tables(path)
    (batch,) = checked_batches(table)
    np.testing.assert_array_equal(batch.lines, [2, 5, 7])
