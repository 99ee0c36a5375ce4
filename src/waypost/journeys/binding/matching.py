"""Touchpoint codes for a record batch: decided once per event, channel and source where possible.

What is left open by those three (a rule about a value or an attribute) is decided row by row in
DuckDB, and only for the rows that need it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlglot import exp

from waypost.errors import InputError
from waypost.journeys.binding.lookup import Lookup, open_duckdb
from waypost.journeys.binding.partial import left_of
from waypost.model import UNBOUND
from waypost.model.conditions import Atom, Condition, Node, Setting, render

__all__ = ["COMBO", "FACT", "Codes", "Combo", "Matcher", "Rule", "combos_in"]

COMBO = ("event", "channel", "source")
FACT = "$"
SPARSE = 1 << 22
TYPES = {"value": pa.int64(), "rating": pa.float32(), "at": pa.timestamp("us", "UTC")}
Codes = NDArray[np.uint16]
Combo = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """Events for which the condition holds get this touchpoint's code."""

    code: int
    condition: Condition


OpenRules = tuple[tuple[int, Node], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The code of a combo, unless a rule of the way of that number (from 1) holds first."""

    code: int
    way: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A query over open rows and, in the order of its columns c0, c1, …, the names it reads."""

    names: tuple[str, ...]
    sql: str


class Matcher:
    """Applies rules in order; keeps what it decided per combo. Safe to share between threads."""

    def __init__(self, rules: Sequence[Rule], setting: Setting) -> None:
        self._rules = tuple(rules)
        self._setting = setting
        self._decided: dict[Combo, Decision] = {}
        atoms = dict.fromkeys(atom for rule in self._rules for atom in rule.condition.atoms)
        self._lookups = [
            Lookup([atom for atom in atoms if atom.field.name == name]) for name in COMBO
        ]
        self._truths: list[dict[str | None, dict[Atom, bool]]] = [{} for _ in COMBO]
        self._ways: dict[OpenRules, int] = {}
        self._statements: dict[tuple[int, ...], Statement] = {}
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __reduce__(self) -> tuple[type[Matcher], tuple[tuple[Rule, ...], Setting]]:
        return (Matcher, (self._rules, self._setting))

    def codes(self, batch: pa.RecordBatch) -> Codes:
        """One code per row; see ``Binding.touchpoint_codes``."""
        which, combos = combos_in(batch)
        decisions = self.decide(combos)
        found: Codes = np.array([decision.code for decision in decisions], np.uint16)[which]
        ways = np.array([decision.way for decision in decisions], np.uint16)
        if ways.any():
            self._decide_rows(batch, found, ways[which])
        return found

    def decide(self, combos: Sequence[Combo]) -> list[Decision]:
        """Per combo its code, or what is left to decide."""
        with self._lock:
            new = [combo for combo in dict.fromkeys(combos) if combo not in self._decided]
            if new:
                self._learn(new)
                for combo in new:
                    self._decided[combo] = self._decision(combo)
            return [self._decided[combo] for combo in combos]

    def _learn(self, combos: Sequence[Combo]) -> None:
        for place, known in enumerate(self._truths):
            new = [text for text in {combo[place]: None for combo in combos} if text not in known]
            if new:
                lookup = self._lookups[place]
                truths = lookup.truths(new, self._duckdb())
                for text, holds in zip(new, truths.T.tolist(), strict=True):
                    known[text] = dict(zip(lookup.atoms, holds, strict=True))

    def _decision(self, combo: Combo) -> Decision:
        if combo[0] is None or combo[0].startswith(FACT):
            return Decision(UNBOUND)
        truths = {
            name: known[text] for name, known, text in zip(COMBO, self._truths, combo, strict=True)
        }
        still_open: list[tuple[int, Node]] = []

        def decide(atom: Atom) -> bool | None:
            known = truths.get(atom.field.name)
            return None if known is None else known[atom]

        for rule in self._rules:
            left = left_of(rule.condition.root, decide)
            if left is True:
                return Decision(rule.code, self._way(still_open))
            if left is not False:
                still_open.append((rule.code, left))
        return Decision(UNBOUND, self._way(still_open))

    def _way(self, still_open: Sequence[tuple[int, Node]]) -> int:
        rules = tuple(still_open)
        return self._ways.setdefault(rules, len(self._ways) + 1) if rules else 0

    def _decide_rows(self, batch: pa.RecordBatch, found: Codes, way: Codes) -> None:
        rows = np.flatnonzero(way)
        with self._lock:
            connection = self._duckdb()
            statement = self._statement(tuple(np.unique(way[rows]).tolist()))
        table = _open_rows(batch, rows, statement.names, self._setting.currency)
        table = table.append_column("way", pa.array(way[rows]))
        table = table.append_column("code", pa.array(found[rows]))
        with connection.cursor() as cursor:
            cursor.register("rows", table)
            answer = cursor.sql(statement.sql).to_arrow_table()["code"]
        found[rows] = answer.to_numpy().astype(np.uint16)

    def _statement(self, numbers: tuple[int, ...]) -> Statement:
        if numbers not in self._statements:
            ways = {number: rules for rules, number in self._ways.items() if number in numbers}
            self._statements[numbers] = _statement_of(ways, self._setting)
        return self._statements[numbers]

    def _duckdb(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = open_duckdb()
        return self._connection


def _open_rows(
    batch: pa.RecordBatch, rows: NDArray[Any], names: Sequence[str], currency: str
) -> pa.Table:
    """The rows with one column per name, ``c0``, ``c1``, …; columns that lack become null."""
    picked = pa.array(rows)
    columns = [_picked(batch, picked, name) for name in names]
    if currency and "value" in names:
        place = names.index("value")
        money = _picked(batch, picked, "currency").cast(pa.string())
        ours = pc.is_in(pc.coalesce(money, pa.scalar("")), pa.array(["", currency]))
        columns[place] = pc.if_else(ours, columns[place], pa.scalar(None, pa.int64()))
    return pa.table({f"c{i}": column for i, column in enumerate(columns)})


def _picked(batch: pa.RecordBatch, rows: pa.Array, name: str) -> pa.Array:
    known = batch.schema.get_field_index(name)
    if known < 0:
        return pa.nulls(len(rows), TYPES.get(name, pa.string()))
    return batch.column(known).take(rows)


def _statement_of(ways: Mapping[int, OpenRules], setting: Setting) -> Statement:
    names = sorted(
        {n for rules in ways.values() for _, node in rules for n in Condition(node).names}
    )
    columns = {name: f"c{i}" for i, name in enumerate(names)}
    outer = exp.Case(default=exp.column("code"))
    for number, rules in ways.items():
        inner = exp.Case(default=exp.column("code"))
        for code, node in rules:
            inner = inner.when(render(node, columns, setting), exp.Literal.number(code))
        outer = outer.when(exp.column("way").eq(number), inner)
    query = exp.select(exp.alias_(outer, "code")).from_("rows")
    return Statement(tuple(names), query.sql("duckdb"))


def combos_in(batch: pa.RecordBatch) -> tuple[NDArray[Any], list[Combo]]:
    """Per row the number of its combo, and the combos that occur."""
    coded = [_coded(batch, name) for name in COMBO]
    sizes = [len(texts) for _, texts in coded]
    packed = np.zeros(batch.num_rows, np.int64)
    for (codes, _), size in zip(coded, sizes, strict=True):
        packed *= size
        packed += codes
    present, which = _distinct(packed, int(np.prod(sizes, dtype=np.int64)))
    places: Sequence[NDArray[Any]] = np.unravel_index(present, sizes)
    texts = [[words[i] for i in place] for (_, words), place in zip(coded, places, strict=True)]
    return which, list(zip(*texts, strict=True))


def _distinct(packed: NDArray[np.int64], size: int) -> tuple[NDArray[Any], NDArray[Any]]:
    if size > SPARSE:
        return np.unique(packed, return_inverse=True)
    seen = np.zeros(size, bool)
    seen[packed] = True
    present = np.flatnonzero(seen)
    number = np.zeros(size, np.int32)
    number[present] = np.arange(len(present), dtype=np.int32)
    return present, number[packed]


def _coded(batch: pa.RecordBatch, name: str) -> tuple[NDArray[Any], list[str | None]]:
    """Codes and texts of one column; the last text is None, for rows without."""
    place = batch.schema.get_field_index(name)
    if place < 0:
        if name == "event":
            raise InputError("Binding needs a column “event”.", columns=batch.schema.names)
        return np.zeros(batch.num_rows, np.int32), [None]
    column = batch.column(place)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    texts: list[str | None] = column.dictionary.to_pylist()
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(len(texts))
    return indices.to_numpy(zero_copy_only=False), [*texts, None]
