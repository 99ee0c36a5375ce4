"""A table under a mapping: whole batches of text become batches of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from itertools import tee
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from waypost.intake.context import ReadContext
from waypost.intake.deliveries import table_memory
from waypost.intake.generic.batch import Batch, Faults
from waypost.intake.generic.columns import (
    Parsed,
    amounts,
    as_mask,
    each_different,
    emails,
    identifiers,
    parse_times,
    phones,
    ratings,
)
from waypost.intake.generic.day_and_clock import joined
from waypost.intake.generic.gathering import Gathered, Singles, gather
from waypost.intake.generic.mapping import ByColumn, Mapping, TimeColumn, mapping_text
from waypost.intake.generic.money_columns import (
    by_currency,
    currencies,
    factors,
    multiplied,
    named_currencies,
)
from waypost.intake.generic.occurrences import Occurrences
from waypost.intake.normalise import (
    SCALES,
    Decimals,
    TimeStyle,
    order_named,
    snake_case,
)
from waypost.intake.reading import folded
from waypost.intake.records import Chunk
from waypost.intake.row_groups import RowGroups, row_groups
from waypost.intake.styles import study_styles, style_from, style_text
from waypost.intake.tables import CountedPass, Table, TextBatch
from waypost.model import CORE_SCHEMA, RANKS_PER_RECORD

__all__ = ["MappedDelivery"]

ROWS = 65_536


class MappedDelivery:
    """A table read by a mapping; ``RuleError`` where it lacks a column of the mapping."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        context: ReadContext,
        *,
        source: str = "",
        memory: Dict[str, Any] | None = None,
    ) -> None:
        mapping.check(table.columns)
        self._table = table
        self._pass = CountedPass(table)
        self._mapping = mapping
        self._context = context
        self.source = source or mapping.source or mapping.name
        self._names = {folded(name): name for name in reversed(table.columns)}
        if memory is None:
            decided = _decide(table, mapping, context, self._names)
            self._styles, self._marks, self._warnings = decided
        else:
            self._styles = {name: style_from(text) for name, text in memory["times"].items()}
            self._marks = {name: Decimals(mark) for name, mark in memory["decimals"].items()}
            self._warnings = ()

    @property
    def recipe(self) -> Dict[str, str]:
        """The mapping as text: a changed mapping reads the file anew."""
        return {"mapping": mapping_text(self._mapping), "version": "1"}

    @property
    def memory(self) -> Dict[str, object]:
        """Styles by column, and how the table was cut."""
        return {
            "times": {name: style_text(style) for name, style in sorted(self._styles.items())},
            "decimals": {name: one.mark for name, one in sorted(self._marks.items())},
            **table_memory(self._table),
        }

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
        """Columns that the mapping does not name; none where all become attributes."""
        if self._mapping.attributes == "*":
            return ()
        used = {folded(name) for name in self._mapping.columns()}
        return tuple(name for name in self._table.columns if folded(name) not in used)

    def chunks(self) -> Iterator[Chunk]:
        """All records, a batch at a time."""
        occurrences = Occurrences()
        if self._mapping.group:
            for groups in self._groups():
                batch = TextBatch(groups.lines, groups.rows, groups.rejects)
                chunk = self._chunk(Batch(batch, self._names), occurrences, groups)
                yield replace(chunk, done=self._pass.done())
            return
        for batch in self._pass.batches(ROWS):
            chunk = self._chunk(Batch(batch, self._names), occurrences)
            yield replace(chunk, done=self._pass.done())

    def _groups(self) -> Iterator[RowGroups]:
        """The records by what the mapping groups them by."""
        batches, again = tee(self._pass.batches(ROWS))
        names = (self._joined_cells(Batch(one, self._names), self._mapping.group) for one in again)
        return row_groups(batches, names)

    def _joined_cells(self, batch: Batch, columns: Sequence[str]) -> pa.Array:
        """The cells of the columns by ``:``; null where all are empty."""
        cells = [batch.cleaned(name) for name in columns]
        if len(cells) == 1:
            return cells[0]
        both = pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in cells), ":")
        return pc.if_else(pc.equal(both, ":" * (len(cells) - 1)), pa.scalar(None), both)

    def _chunk(
        self, batch: Batch, occurrences: Occurrences, groups: RowGroups | None = None
    ) -> Chunk:
        left_out, ignored = self._ignored(batch)
        faults = Faults(batch.rows, left_out)
        dated = {
            name: self._time(batch, moment, faults)
            for name, moment in self._mapping.dated().items()
        }
        value, currency = self._money(batch, faults)
        rating = self._rating(batch, faults)
        names = self._event_names(batch)
        there = np.zeros(batch.rows, np.bool_)
        for parsed in dated.values():
            there |= parsed.values.is_valid().to_numpy(zero_copy_only=False)
        named = ~_empty_names(names, batch.rows)
        together: Singles | Gathered = Singles(faults)
        if groups is not None:
            first = next(iter(names.values()))
            together = gather(groups, first, faults, currency=currency)
        together.refuse_without(there, "it has no time", faults)
        together.refuse_without(named, "it has no event name", faults)
        together = together.after(faults)
        names, value = self._refunds(names, together.summed(value))
        facts = _Facts(
            batch,
            names=names,
            value=value,
            currency=together.told(currency),
            rating=together.told(rating),
            keys=self._keys(batch, names, occurrences),
            together=together,
        )
        leaders = together.leaders()
        events, owner = self._events(facts, dated, leaders)
        kept = np.cumsum(leaders) - 1
        return Chunk(
            events=events,
            owner=kept[owner],
            records=together.sizes()[leaders],
            ignored=ignored,
            refused=(*faults.refusals(batch), *batch.rejects()),
        )

    def _time(self, batch: Batch, moment: TimeColumn, faults: Faults) -> Parsed:
        style, column = self._styles[moment.column], batch.cleaned(moment.column)
        if not moment.clock:
            return faults.take(parse_times(column, style, self._context.zone), moment.column)
        counted = style.order == "excel"
        both = joined(column, batch.cleaned(moment.clock), counted=counted)
        faults.take(both, moment.clock)
        style = replace(style, order="iso") if counted else style
        return faults.take(parse_times(both.values, style, self._context.zone), moment.column)

    def _ignored(self, batch: Batch) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
        out = np.zeros(batch.rows, np.bool_)
        counts: Counter[str] = Counter()
        for rule in self._mapping.ignore:
            column = batch.cleaned(rule.column)
            hit = np.zeros(batch.rows, np.bool_)
            if rule.values:
                hit |= as_mask(pc.is_in(column, value_set=pa.array(rule.values, pa.string())))
            if rule.begins:
                hit |= as_mask(pc.starts_with(column, rule.begins))
            if rule.empty:
                hit |= as_mask(column.is_null())
            counts[rule.reason] += int((hit & ~out).sum())
            out |= hit
        return out, {reason: count for reason, count in sorted(counts.items()) if count}

    def _event_names(self, batch: Batch) -> dict[str, pa.Array]:
        """Event names by moment; the one without name takes them from ``event``."""
        found = {}
        for moment in self._mapping.dated():
            part = moment or self._mapping.event
            if isinstance(part, str):
                found[moment] = pa.repeat(pa.scalar(part, pa.string()), batch.rows)
            else:
                found[moment] = _looked_up(batch.cleaned(part.column), part)
        return found

    def _money(self, batch: Batch, faults: Faults) -> tuple[pa.Array, pa.Array]:
        part = self._mapping.value
        if part is None:
            return pa.nulls(batch.rows, pa.int64()), pa.nulls(batch.rows, pa.string())
        fixed = part.currency or self._context.currency
        if not (part.currency or part.currency_column):
            codes = named_currencies(batch.cleaned(part.column), fixed)
        elif part.currency_column:
            told = faults.take(
                currencies(batch.cleaned(part.currency_column)), part.currency_column
            )
            codes = pc.fill_null(told.values, fixed)
        else:
            codes = pa.repeat(pa.scalar(fixed, pa.string()), batch.rows)
        mark = self._marks.get(part.column, Decimals()).mark
        column = batch.cleaned(part.column)
        if part.minor_units:
            parsed = amounts(column, "JPY", mark)
        else:
            parsed = by_currency(column, codes, mark)
        parsed = faults.take(parsed, part.column)
        value = parsed.values
        if part.times:
            value = multiplied(
                value, faults.take(factors(batch.cleaned(part.times)), part.times).values
            )
        return value, pc.if_else(value.is_null(), pa.scalar(None, pa.string()), codes)

    def _refunds(
        self, names: dict[str, pa.Array], value: pa.Array
    ) -> tuple[dict[str, pa.Array], pa.Array]:
        """Amounts below zero under the name that the mapping has for them, without their sign."""
        name = self._mapping.value.negative if self._mapping.value is not None else ""
        below = pc.fill_null(pc.less(value, 0), fill_value=False)
        if not name or not as_mask(below).any():
            return names, value
        first = next(iter(names))
        kept = pc.ends_with(names[first], "_refunded")
        back = pc.if_else(pc.and_(below, pc.invert(kept)), pa.scalar(name), names[first])
        return names | {first: back}, pc.abs(value)

    def _rating(self, batch: Batch, faults: Faults) -> pa.Array:
        part = self._mapping.rating
        if part is None:
            return pa.nulls(batch.rows, pa.float32())
        return faults.take(
            ratings(batch.cleaned(part.column), SCALES[part.scale]), part.column
        ).values

    def _keys(self, batch: Batch, names: Dict[str, pa.Array], occurrences: Occurrences) -> pa.Array:
        if self._mapping.group:
            keys = self._joined_cells(batch, self._mapping.group)
            if isinstance(self._mapping.event, ByColumn):
                return pc.binary_join_element_wise(keys, names[""], ":")
            return keys
        if self._mapping.key:
            parts = [pc.fill_null(batch.cleaned(name), "") for name in self._mapping.key]
            return pc.binary_join_element_wise(*parts, ":") if len(parts) > 1 else parts[0]
        digests = batch.digests()
        short = np.array([int.from_bytes(digest[:8], "little") for digest in digests], np.uint64)
        numbers = occurrences.number(short)
        texts = [
            f"{digest.hex()}:{number}"
            for digest, number in zip(digests, numbers.tolist(), strict=True)
        ]
        return pa.array(texts, pa.string())

    def _events(
        self, facts: _Facts, dated: Dict[str, Parsed], usable: npt.NDArray[np.bool_]
    ) -> tuple[pa.RecordBatch, npt.NDArray[np.int64]]:
        extra = self._extra_columns(facts)
        parts, owners = [], []
        for rank, (moment, parsed) in enumerate(dated.items()):
            rows = np.flatnonzero(usable & parsed.values.is_valid().to_numpy(zero_copy_only=False))
            core = self._core(facts, moment, parsed, rank=rank)
            names = [*CORE_SCHEMA.names, *extra]
            whole = pa.RecordBatch.from_arrays([*core, *extra.values()], names=names)
            parts.append(whole if len(rows) == whole.num_rows else whole.take(pa.array(rows)))
            owners.append(rows)
        table = pa.Table.from_batches(parts).combine_chunks()
        batches = table.to_batches()
        events = batches[0] if batches else parts[0].slice(0, 0)
        return events, np.concatenate(owners)

    def _core(self, facts: _Facts, moment: str, parsed: Parsed, *, rank: int) -> list[pa.Array]:
        batch, count = facts.batch, facts.batch.rows
        first = rank == 0
        keys = pc.binary_join_element_wise(facts.keys, moment, ":") if moment else facts.keys
        flags = parsed.flags if parsed.flags is not None else np.zeros(count, np.int32)
        columns = {
            "at": pc.fill_null(parsed.values, 0).cast(pa.timestamp("us", "UTC")),
            "event": facts.names[moment],
            "channel": self._channel(batch),
            "source": pa.repeat(pa.scalar(self.source, pa.string()), count),
            "key": keys,
            "seq": pa.array(batch.lines * RANKS_PER_RECORD + min(rank, RANKS_PER_RECORD - 1)),
            "value": facts.value if first else pa.nulls(count, pa.int64()),
            "currency": facts.currency if first else pa.nulls(count, pa.string()),
            "rating": facts.rating if first else pa.nulls(count, pa.float32()),
            "text": facts.together.joined(self._text(batch))
            if first
            else pa.nulls(count, pa.string()),
            "line": pa.array(batch.lines),
            "flags": pa.array(flags, pa.int32()),
        }
        return [columns[name] for name in CORE_SCHEMA.names]

    def _channel(self, batch: Batch) -> pa.Array:
        part = self._mapping.channel
        if isinstance(part, str):
            return pa.repeat(pa.scalar(part or None, pa.string()), batch.rows)
        return _looked_up(batch.cleaned(part.column), part)

    def _text(self, batch: Batch) -> pa.Array:
        joined = pa.nulls(batch.rows, pa.string())
        for name in self._mapping.text:
            part = batch.cleaned(name)
            both = pc.binary_join_element_wise(joined, part, "\n")
            joined = pc.coalesce(both, joined, part)
        return joined

    def _extra_columns(self, facts: _Facts) -> dict[str, pa.Array]:
        batch, together = facts.batch, facts.together
        found = {
            f"id.{kind}": self._identifier(kind, together.told(batch.cleaned(column)))
            for kind, column in self._mapping.identifiers.items()
        }
        wanted = self._mapping.attributes
        if wanted == "*":
            taken = {folded(name) for name in self._mapping.columns()}
            wanted = {snake_case(n) or n: n for n in self._table.columns if folded(n) not in taken}
        for name, column in wanted.items():
            found[f"a.{name}"] = together.joined(batch.cleaned(column))
        if self._mapping.rating is not None:
            found["a.score"] = together.told(batch.cleaned(self._mapping.rating.column))
            kind = SCALES[self._mapping.rating.scale].kind
            found["a.rating_kind"] = pc.if_else(
                found["a.score"].is_null(), pa.scalar(None, pa.string()), pa.scalar(kind)
            )
        return found

    def _identifier(self, kind: str, column: pa.Array) -> pa.Array:
        if kind == "email":
            return emails(column)
        if kind == "phone":
            return phones(column, self._context.country)
        if kind == "order_id":
            return each_different(column, order_named, pa.string())[0]
        return identifiers(column)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What all events of a batch share."""

    batch: Batch
    names: Dict[str, pa.Array]
    value: pa.Array
    currency: pa.Array
    rating: pa.Array
    keys: pa.Array
    together: Singles | Gathered


def _decide(
    table: Table, mapping: Mapping, context: ReadContext, names: Dict[str, str]
) -> tuple[dict[str, TimeStyle], dict[str, Decimals], tuple[str, ...]]:
    """Time styles and decimal marks by the mapping's names, stated ones before guessed ones."""
    moments = mapping.dated().values()
    open_times = [names[folded(m.column)] for m in moments if m.style == "auto"]
    part = mapping.value
    open_amounts = [names[folded(part.column)]] if part and part.decimal == "auto" else []
    found = study_styles(table, context, times=open_times, amounts=open_amounts)
    styles = {}
    for moment in moments:
        zone = ZoneInfo(moment.zone) if moment.zone else None
        guessed = found.times.get(names[folded(moment.column)])
        order = guessed.order if guessed else moment.style
        styles[moment.column] = TimeStyle("iso" if order == "auto" else order, zone=zone)
    marks = {}
    if part is not None:
        stated = Decimals("," if part.decimal == "," else ".")
        marks[part.column] = found.decimals.get(names[folded(part.column)], stated)
    return styles, marks, found.warnings


def _looked_up(column: pa.Array, part: ByColumn) -> pa.Array:
    values = {folded(cell): name for cell, name in part.values.items()}

    def read(cell: str) -> str | None:
        known = values.get(folded(cell))
        if known is not None:
            return known
        return part.otherwise or snake_case(cell) or None

    found = each_different(column, read, pa.string())[0]
    return pc.fill_null(found, part.otherwise) if part.otherwise else found


def _empty_names(names: Dict[str, pa.Array], rows: int) -> npt.NDArray[np.bool_]:
    return as_mask(names[""].is_null()) if "" in names else np.zeros(rows, np.bool_)
