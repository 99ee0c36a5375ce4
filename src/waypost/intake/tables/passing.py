"""One pass through a table that reads its records and, by other code, counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread

from waypost.intake.tables.csv_table import CsvTable
from waypost.intake.tables.shapes import Table, TextBatch
from waypost.intake.tables.sources import StreamBreakError

__all__ = ["CountedPass", "Counting"]

_DEPTH = 4  # pieces of 1 MiB that wait for the count
_PATIENCE_S = 0.1  # between two looks at whether anybody still waits


class CountedPass:
    """Reads a table and knows how many records it has.

    A plain text file is counted in a thread of its own, from the same bytes, while it is read: so
    a large file is fetched once. Any other table is counted beforehand.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._beside: Counting | None = None
        self._size = _plain_size(table)
        self._counted: int | None = None
        self._told = 0

    def work(self) -> int:
        """How much there is to do: bytes of a plain text file, records of all else."""
        return self.count() if self._size is None else self._size

    def done(self) -> int | None:
        """Bytes read since the last call; None where ``work`` counts records."""
        if self._size is None or self._beside is None:
            return None
        before, self._told = self._told, min(self._beside.passed, self._size)
        return self._told - before

    def batches(self, rows: int) -> Iterator[TextBatch]:
        """All records, at most ``rows`` in a batch."""
        if self._size is None or not isinstance(self._table, CsvTable):
            yield from self._table.batches(rows)
            return
        self._told = 0
        self._beside = Counting(self._table.count_in)
        yield from self._table.batches(rows, through=self._beside.through)

    def count(self) -> int:
        """Records and rejects by the independent count; of a plain text file after ``batches``."""
        if self._counted is None:
            counting = self._beside
            self._counted = counting.result() if counting else self._table.count_records()
        return self._counted


def _plain_size(table: Table) -> int | None:
    if not isinstance(table, CsvTable) or table.source.packing:
        return None
    region = table.region
    end = table.source.path.stat().st_size if region.end is None else region.end
    return max(end - region.begin, 0)


class Counting:
    """Work on pieces of bytes in a thread of its own, fed by whoever reads the same pieces."""

    def __init__(self, work: Callable[[Iterator[bytes]], int]) -> None:
        self._work = work
        self._pieces: Queue[bytes | StreamBreakError | None] = Queue(_DEPTH)
        self._left = Event()
        self._thread = Thread(target=self._run, name="waypost-count", daemon=True)
        self._found = 0
        self._error: BaseException | None = None
        self.passed = 0

    def through(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces as they are; the thread sees each, and the end or break behind the last."""
        self._thread.start()
        try:
            for piece in pieces:
                self._put(piece)
                self.passed += len(piece)
                yield piece
            self._put(None)
        except StreamBreakError as error:
            self._put(error)
            raise
        except BaseException:
            self._left.set()
            raise

    def result(self) -> int:
        """What the work returned; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found

    def _put(self, piece: bytes | StreamBreakError | None) -> None:
        while self._thread.is_alive():
            try:
                self._pieces.put(piece, timeout=_PATIENCE_S)
            except Full:
                continue
            return

    def _run(self) -> None:
        try:
            self._found = self._work(self._arriving())
        except BaseException as error:  # noqa: BLE001 - whatever it is, ``result`` raises it
            self._error = error

    def _arriving(self) -> Iterator[bytes]:
        while not self._left.is_set():
            try:
                piece = self._pieces.get(timeout=_PATIENCE_S)
            except Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, StreamBreakError):
                raise piece
            yield piece
