"""A table under a format: its records as chunks of events, with their account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from waypost.errors import InputError
from waypost.intake.context import ReadContext
from waypost.intake.event_batch import chunks_of
from waypost.intake.format import TREES, Format
from waypost.intake.grouping import FarApart, grouped
from waypost.intake.labels import header_labels
from waypost.intake.normalise import Decimals
from waypost.intake.reading import Reading, folded
from waypost.intake.records import Chunk, Ignore, Outcome, Record, Refusal, raw_text
from waypost.intake.styles import study_styles, style_from, style_text
from waypost.intake.tables import CountedPass, Reject, Table, TextBatch

__all__ = ["Delivery", "FormatDelivery", "outcome_of", "outcomes_of", "table_memory"]

_SAMPLE = 500
_ROWS = 8_192
_ROWS_WHOLE = 65_536


class Delivery(Protocol):
    """One table on its way into the log: what ``import_file`` needs to know of it."""

    @property
    def source(self) -> str:
        """The source name of its events."""

    @property
    def recipe(self) -> Mapping[str, str]:
        """What decides, beside file and context, how records become events: for the batch id."""

    @property
    def memory(self) -> Mapping[str, object]:
        """What was decided about the whole table, for reading mended records the same way; JSON."""

    def chunks(self) -> Iterator[Chunk]:
        """All records, as events or as refused or ignored."""

    def work(self) -> int:
        """How much there is to do, in the unit of ``Chunk.done``; records where that is None."""

    def count(self) -> int:
        """Records, by a count independent of ``chunks``; known after the last chunk."""

    def warnings(self) -> tuple[str, ...]:
        """What had to be assumed about whole columns."""

    def unused_columns(self) -> tuple[str, ...]:
        """Columns that no event made use of, in file order; known after the last chunk."""


class FormatDelivery:
    """A table read by a shipped format."""

    def __init__(
        self,
        table: Table,
        form: Format,
        context: ReadContext,
        *,
        source: str = "",
        memory: Mapping[str, Any] | None = None,
    ) -> None:
        self._table = table
        self._pass = CountedPass(table)
        self._form = form
        self.source = source or form.source
        if memory is None:
            self.reading, self._warnings = prepare(table, form, context)
        else:
            self.reading, self._warnings = _remembered(table, context, memory), ()

    @property
    def recipe(self) -> Mapping[str, str]:
        """Format and version."""
        return {"format": self._form.id, "version": str(self._form.version)}

    @property
    def memory(self) -> Mapping[str, object]:
        """Styles, labels and facts of the reading, and how the table was cut."""
        reading = self.reading
        return {
            "times": {name: style_text(style) for name, style in sorted(reading.times.items())},
            "decimals": {name: one.mark for name, one in sorted(reading.decimals.items())},
            "labels": dict(reading.labels),
            "facts": dict(reading.facts),
            **table_memory(self._table),
        }

    def chunks(self) -> Iterator[Chunk]:
        """All records, as events or as refused or ignored."""
        for chunk in self._made():
            yield replace(chunk, done=self._pass.done())

    def _made(self) -> Iterator[Chunk]:
        form = self._form
        if form.whole_objects is not None and self._table.kind in TREES:
            objects = self._table.objects()
            return form.whole_objects(form, objects, self.reading, source=self.source)
        if form.whole is not None and self._table.kind not in TREES:
            batches = self._pass.batches(_ROWS_WHOLE)
            return form.whole(form, batches, self.reading, source=self.source)
        return chunks_of(outcomes_of(self._records(), form, self.reading), self.source)

    def work(self) -> int:
        """Bytes of a plain text file, records of all else."""
        return self._pass.work()

    def count(self) -> int:
        """Records, by the table's independent count."""
        return self._pass.count()

    def warnings(self) -> tuple[str, ...]:
        """What had to be assumed about whole columns."""
        return self._warnings

    def unused_columns(self) -> tuple[str, ...]:
        """Columns that the format did not ask for."""
        used = self.reading.used
        return tuple(
            name for name in self._table.columns if name not in used and not _inside(name, used)
        )

    def _records(self) -> Iterator[Record | Reject]:
        if self._table.kind in TREES:
            for line, item in self._table.objects():
                yield item if isinstance(item, Reject) else Record(line, item)
        else:
            for batch in self._pass.batches(_ROWS):
                yield from _rows(batch)


def _inside(name: str, used: Iterable[str]) -> bool:
    """Whether a part or the whole of what the name names was asked for."""
    return any(name.startswith(f"{one}.") or one.startswith(f"{name}.") for one in used)


def prepare(table: Table, form: Format, context: ReadContext) -> tuple[Reading, tuple[str, ...]]:
    """The reading of a table: names folded, column styles decided, the format's own study done."""
    names = {folded(name): name for name in reversed(table.columns)}
    times = [names[folded(name)] for name in form.times if folded(name) in names]
    amounts = [names[folded(name)] for name in form.amounts if folded(name) in names]
    styles = study_styles(table, context, times=times, amounts=amounts)
    reading = Reading(
        context=context,
        names=names,
        times={folded(name): style for name, style in styles.times.items()},
        decimals={folded(name): style for name, style in styles.decimals.items()},
        labels=header_labels(table),
    )
    if form.study is not None:
        reading = form.study(reading, table.sample(_SAMPLE))
    return reading, styles.warnings


def _remembered(table: Table, context: ReadContext, memory: Mapping[str, Any]) -> Reading:
    """The reading of an earlier import, for records of the same table."""
    return Reading(
        context=context,
        names={folded(name): name for name in reversed(table.columns)},
        times={name: style_from(text) for name, text in memory["times"].items()},
        decimals={name: Decimals(mark) for name, mark in memory["decimals"].items()},
        labels=memory["labels"],
        facts=memory["facts"],
    )


def table_memory(table: Table) -> dict[str, object]:
    """Kind, columns and delimiter: what a mended line is cut with."""
    delimiter = table.dialect.delimiter if table.dialect is not None else ","
    return {"kind": table.kind, "columns": list(table.columns), "delimiter": delimiter}


def _rows(batch: TextBatch) -> Iterator[Record | Reject]:
    """Rows and rejects in file order; columns that are empty throughout are left out."""
    named = [
        (name, column)
        for name, column in zip(batch.columns.schema.names, batch.columns.columns, strict=True)
        if _is_filled(column)
    ]
    names = [name for name, _ in named]
    cells: Iterable[tuple[str | None, ...]] = (
        zip(*(column.to_pylist() for _, column in named), strict=True)
        if named
        else (() for _ in batch.lines)
    )
    rows: list[Record | Reject] = [
        Record(line, dict(zip(names, row, strict=True)))
        for line, row in zip(batch.lines.tolist(), cells, strict=True)
    ]
    if batch.rejects:
        rows.extend(batch.rejects)
        rows.sort(key=lambda item: item.line)
    yield from rows


def _is_filled(column: pa.Array) -> bool:
    return bool(pc.any(pc.not_equal(column, "")).as_py())


def outcomes_of(
    records: Iterable[Record | Reject], form: Format, reading: Reading
) -> Iterator[Outcome]:
    """What the format makes of each record, in file order."""
    rejects: list[Reject] = []
    usable = _without_rejects(records, rejects)
    if form.group is not None:
        key = form.group.key
        usable = grouped(usable, lambda cells: key(cells, reading))
    for record in usable:
        yield from _drain(rejects)
        yield outcome_of(record, form, reading)
    yield from _drain(rejects)


def _without_rejects(records: Iterable[Record | Reject], rejects: list[Reject]) -> Iterator[Record]:
    for record in records:
        if isinstance(record, Reject):
            rejects.append(record)
        else:
            yield record


def _drain(rejects: list[Reject]) -> Iterator[Outcome]:
    for reject in rejects:
        yield Outcome((reject.line,), refused=(Refusal(reject.line, reject.reason, reject.raw),))
    rejects.clear()


def outcome_of(record: Record, form: Format, reading: Reading) -> Outcome:
    """What the format makes of one record."""
    lines = record.lines or (record.line,)
    if isinstance(record, FarApart):
        return _refused(record, lines, "its other rows lie too far away in the file to be joined")
    try:
        answer = form.make(record, reading)
    except InputError as error:
        return _refused(record, lines, error.message)
    if isinstance(answer, Ignore):
        return Outcome(lines, ignored=answer.reason)
    if not answer:
        return _refused(record, lines, "no event could be made of it")
    return Outcome(lines, events=tuple(answer))


def _refused(record: Record, lines: tuple[int, ...], reason: str) -> Outcome:
    rows = zip(lines, record.rows(), strict=True)
    return Outcome(lines, refused=tuple(Refusal(line, reason, raw_text(row)) for line, row in rows))
