"""Truth of atoms for a list of texts: the codes of a dictionary, or distinct values of a column.

DuckDB decides whatever is more than equality, so a pattern means the same here as in a scan.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlglot import exp

from waypost.model.conditions import (
    DICTIONARY_NAMES,
    Atom,
    Missing,
    OneOf,
    Setting,
    render,
)

__all__ = ["Lookup", "open_duckdb", "truth_of"]


def open_duckdb() -> duckdb.DuckDBPyConnection:
    """A connection in memory that reads only what it is given: no files, no extensions."""
    connection = duckdb.connect(":memory:", config={"threads": 2})
    for statement in (
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET enable_external_access = false",
        "SET TimeZone = 'UTC'",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def truth_of(
    atom: Atom,
    texts: Sequence[str | None] | pa.Array,
    connection: duckdb.DuckDBPyConnection,
    setting: Setting | None = None,
) -> NDArray[np.bool_]:
    """Per text whether the atom holds for it, ``bool[texts]``; see ``Lookup.truths``."""
    (truth,) = Lookup((atom,), setting).truths(texts, connection)
    return np.asarray(truth, bool)


class Lookup:
    """Atoms about one field, for which lists of texts are looked up; DuckDB is asked once a list.

    A plain sequence has what its own codes tell decided without DuckDB. Thread-safe.
    """

    def __init__(self, atoms: Sequence[Atom], setting: Setting | None = None) -> None:
        self.atoms = tuple(atoms)
        self._setting = setting or Setting()
        self._queries: dict[tuple[Atom, ...], str] = {}

    def truths(
        self, texts: Sequence[str | None] | pa.Array, connection: duckdb.DuckDBPyConnection
    ) -> NDArray[np.bool_]:
        """Per atom and text whether it holds, ``bool[atoms, texts]``; None is missing.

        For names of dictionaries the empty text is missing too, as in the journey store.
        """
        found = np.zeros((len(self.atoms), len(texts)), bool)
        if isinstance(texts, pa.Array):
            self._ask(found, range(len(self.atoms)), texts, connection)
            return found
        coded = any(atom.field.name in DICTIONARY_NAMES for atom in self.atoms)
        known = [text or None for text in texts] if coded else list(texts)
        left = []
        for place, atom in enumerate(self.atoms):
            if isinstance(atom, Missing):
                found[place] = [text is None for text in known]
            elif isinstance(atom, OneOf) and not atom.field.fold:
                wanted = frozenset(atom.texts)
                found[place] = [text in wanted for text in known]
            else:
                left.append(place)
        self._ask(found, left, pa.array(known, pa.string()), connection)
        return found

    def _ask(
        self,
        found: NDArray[np.bool_],
        places: Sequence[int],
        texts: pa.Array,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        if not places or not len(texts):
            return
        query = self._query(tuple(self.atoms[place] for place in places))
        with connection.cursor() as cursor:
            cursor.register("texts", pa.table({"text": texts}))
            answer = cursor.sql(query).to_arrow_table()
        for place, column in zip(places, answer.columns, strict=True):
            found[place] = column.to_numpy()

    def _query(self, atoms: tuple[Atom, ...]) -> str:
        if atoms not in self._queries:
            columns = [
                exp.alias_(render(atom, {atom.field.name: "text"}, self._setting), f"c{place}")
                for place, atom in enumerate(atoms)
            ]
            self._queries[atoms] = exp.select(*columns).from_("texts").sql("duckdb")
        return self._queries[atoms]
