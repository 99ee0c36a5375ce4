"""A table is counted from the bytes that are read, and never differently."""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from waypost.intake.tables import CountedPass, open_tables
from waypost.intake.tables.passing import Counting
from waypost.intake.tables.sources import StreamBreakError

ROWS = "a,b\n" + "".join(f'{n},"x\ny {n}"\n' for n in range(5000))


def _size(pieces: Iterator[bytes]) -> int:
    return sum(map(len, pieces))


def test_a_plain_file_is_counted_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    (table,) = open_tables(path)
    counted = CountedPass(table)
    before = counted.work()

    read = sum(len(batch.lines) for batch in counted.batches(1000))

    assert (read, counted.count(), table.count_records()) == (5000, 5000, 5000)
    assert (before, counted.done(), counted.done()) == (len(ROWS) - 4, len(ROWS) - 4, 0)


def test_a_packed_file_is_counted_beforehand_in_records(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    counted = CountedPass(open_tables(path)[0])

    assert (counted.work(), counted.done(), counted.count()) == (5000, None, 5000)


def test_what_the_count_raises_is_raised_and_the_reader_is_not_held_up() -> None:
    def failing(pieces: Iterator[bytes]) -> int:
        next(pieces)
        raise LookupError("no count")

    counting = Counting(failing)
    passed = list(counting.through(iter([b"x"] * 100)))

    assert len(passed) == 100
    with pytest.raises(LookupError, match="no count"):
        counting.result()


def test_the_count_sees_where_packed_data_break_off() -> None:
    def breaking() -> Iterator[bytes]:
        yield b"abc"
        raise StreamBreakError("cut")

    def counted(pieces: Iterator[bytes]) -> int:
        try:
            return _size(pieces)
        except StreamBreakError:
            return -1

    counting = Counting(counted)
    with pytest.raises(StreamBreakError):
        list(counting.through(breaking()))

    assert counting.result() == -1


def test_who_stops_reading_stops_the_count() -> None:
    counting = Counting(_size)
    pieces = counting.through(iter([b"ab"] * 100))
    next(pieces)
    pieces.close()

    assert counting.result() <= 200


@pytest.mark.parametrize("seed", range(3))
def test_the_count_is_the_same_however_the_threads_run(seed: int) -> None:
    dice = random.Random(seed)

    def slow(pieces: Iterator[bytes]) -> int:
        total = 0
        for piece in pieces:
            time.sleep(dice.random() / 500)
            total += len(piece)
        return total

    counting = Counting(slow)
    for _ in counting.through(iter([b"abc"] * 40)):
        time.sleep(dice.random() / 500)

    assert counting.result() == 120
