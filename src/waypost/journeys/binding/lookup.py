"""Truth of an atom for a list of texts: the codes of a dictionary, or distinct values of a column.

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

__all__ = ["open_duckdb", "truth_of"]


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
    """Per text whether the atom holds for it, ``bool[texts]``; None is missing.

    For names of dictionaries the empty text is missing too, as in the journey store. Thread-safe.
    """
    if isinstance(texts, pa.Array):
        return _asked(atom, texts, connection, setting or Setting())
    coded = atom.field.name in DICTIONARY_NAMES
    known = [text or None for text in texts] if coded else list(texts)
    if isinstance(atom, Missing):
        return np.array([text is None for text in known], bool)
    if isinstance(atom, OneOf) and not atom.field.fold:
        wanted = frozenset(atom.texts)
        return np.array([text in wanted for text in known], bool)
    return _asked(atom, pa.array(known, pa.string()), connection, setting or Setting())


def _asked(
    atom: Atom, texts: pa.Array, connection: duckdb.DuckDBPyConnection, setting: Setting
) -> NDArray[np.bool_]:
    truth = render(atom, {atom.field.name: "text"}, setting)
    query = exp.select(exp.alias_(truth, "truth")).from_("texts").sql("duckdb")
    with connection.cursor() as cursor:
        cursor.register("texts", pa.table({"text": texts}))
        found = cursor.sql(query).to_arrow_table()["truth"]
    return np.asarray(found.to_numpy(), bool)
