"""Tables whose columns are set apart by runs of blanks."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from waypost.intake.tables import open_tables
from waypost.intake.tables.aligned import is_aligned, squeezed

PRINTED = b""" customer_id  date number_of_cds  dollar_value\r
 00001 19970101  1   11.77\r
 00019 19970101 10  163.35\r
 00020 19970101  2    9.00\r
"""


def test_each_run_of_blanks_is_one_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "printed.txt"
    path.write_bytes(PRINTED)

    (table,) = open_tables(path)

    assert table.columns == ("customer_id", "date", "number_of_cds", "dollar_value")
    assert [tuple(row.values()) for row in table.sample()] == [
        ("00001", "19970101", "1", "11.77"),
        ("00019", "19970101", "10", "163.35"),
        ("00020", "19970101", "2", "9.00"),
    ]
    assert table.count_records() == 3


def test_lines_keep_their_numbers_and_a_longer_one_is_rejected(tmp_path: Path) -> None:
    rows = "".join(f"{k}  {k}.50\n" for k in range(90_000))
    path = tmp_path / "late.txt"
    path.write_text(f"id  price\n{rows}1  2  3\n")

    (table,) = open_tables(path)

    batches = list(table.batches())
    rejects = [reject for batch in batches for reject in batch.rejects]
    assert [(reject.line, reject.raw) for reject in rejects] == [(90_002, "1 2 3")]
    assert sum(batch.columns.num_rows for batch in batches) + 1 == table.count_records()


def test_lines_of_words_are_no_table_by_blanks() -> None:
    assert not is_aligned(b"two words\nand three words\nor  four words here\n", whole=True)
    assert not is_aligned(b"a b\nc d\ne f\n", whole=True)
    assert not is_aligned(b"a,  b\nc,  d\ne,  f\n", whole=True)


@given(st.lists(st.sampled_from([b" ", b"  ", b"a", b"\n", b"\r\n", b"7"])), st.integers(1, 5))
def test_pieces_do_not_matter(parts: list[bytes], size: int) -> None:
    text = b"".join(parts)
    pieces = [text[k : k + size] for k in range(0, len(text), size)]

    found = b"".join(squeezed(iter(pieces)))

    lines = [b" ".join(line.split()) for line in text.replace(b"\r\n", b"\n").split(b"\n")]
    assert found.replace(b"\r\n", b"\n").split(b"\n") == lines
