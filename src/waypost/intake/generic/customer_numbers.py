"""Whether two tables tell customers by the same numbers, as those of one system do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from hashlib import blake2b

from waypost.intake.generic.batch import Batch
from waypost.intake.generic.mapping import Mapping
from waypost.intake.normalise import snake_case
from waypost.intake.reading import folded
from waypost.intake.tables import Table

__all__ = [
    "CustomerNumbers",
    "SharedNumbers",
    "customer_kinds",
    "numbers_of",
    "shared_among",
    "with_kinds",
]

_ROWS = 20_000
_KEPT = 1_000
_BYTES = 6
_FAMILY = "customer_id."


@dataclass(frozen=True, slots=True)
class CustomerNumbers:
    """The numbers in a table's first 20,000 records, as a sketch: the thousand smallest hashes.

    Of two sketches, the hashes up to where the shorter reach ends are a fair sample of both
    (bottom-k sketches, Cohen and Kaplan, 2007); below a thousand numbers they are all.
    """

    column: str
    kind: str
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What columns of the same name have in common."""
        return snake_case(self.column)

    def among(self, others: Iterable[CustomerNumbers]) -> tuple[int, int]:
        """How many of these numbers another table has too, and of how many."""
        listed = list(others)
        ends = [one.hashes[-1] for one in (self, *listed) if len(one.hashes) == _KEPT]
        mine = {one for one in self.hashes if not ends or one <= min(ends)}
        return len(mine.intersection(*[set().union(*(one.hashes for one in listed))])), len(mine)


@dataclass(frozen=True, slots=True)
class SharedNumbers:
    """A column of customer numbers that several tables have, each with a kind of its own so far.

    ``common`` of the ``fewest`` numbers of one table are in the others too.
    """

    column: str
    tables: tuple[str, ...]
    kind: str
    common: int
    fewest: int

    @property
    def name(self) -> str:
        """What the columns' names have in common."""
        return snake_case(self.column)

    @property
    def is_likely(self) -> bool:
        """Whether half of the numbers, and ten at least, are in the others too."""
        return self.common >= max(_LEAST_COMMON, self.fewest / 2)


_LEAST_COMMON = 10


def customer_kinds(mapping: Mapping) -> dict[str, str]:
    """The kind of the customer numbers that the mapping takes from each column."""
    named = mapping.identifiers.items()
    return {column: kind for kind, column in named if kind.startswith(_FAMILY)}


def numbers_of(table: Table | None, mapping: Mapping) -> CustomerNumbers | None:
    """The customer numbers that the mapping takes from the table; None where it takes none."""
    kinds = customer_kinds(mapping)
    if table is None or len(kinds) != 1:
        return None
    ((column, kind),) = kinds.items()
    cells = _first_cells(table, column)
    hashes = sorted(blake2b(cell.encode(), digest_size=_BYTES).hexdigest() for cell in cells)
    return CustomerNumbers(column, kind, tuple(hashes[:_KEPT])) if hashes else None


def _first_cells(table: Table, column: str) -> set[str]:
    """The different filled cells of the first records; other columns are not looked at."""
    names = {folded(name): name for name in reversed(table.columns)}
    cells: set[str] = set()
    rows = 0
    for text in table.batches(_ROWS):
        cells.update(Batch(text, names).cleaned(column)[: _ROWS - rows].unique().to_pylist())
        rows += len(text.lines)
        if rows >= _ROWS:
            break
    return cells - {None}


def shared_among(found: Sequence[tuple[str, CustomerNumbers]]) -> list[SharedNumbers]:
    """Columns that several of the named tables have, and whose kinds differ, in their order."""
    by_name: dict[str, dict[str, CustomerNumbers]] = {}
    for table, numbers in found:
        by_name.setdefault(numbers.name, {})[table] = numbers
    shared = []
    for tables in by_name.values():
        first, *rest = tables.values()
        if any(one.kind != first.kind for one in rest):
            told = [
                one.among(other for other in tables.values() if other is not one)
                for one in tables.values()
            ]
            common, fewest = min(told, key=lambda one: one[1])
            shared.append(SharedNumbers(first.column, tuple(tables), first.kind, common, fewest))
    return shared


def with_kinds(mapping: Mapping, kinds: Dict[str, str]) -> Mapping:
    """The mapping with its customer numbers of the ``kinds`` given by their column's name.

    Names are in snake case; a column that is not among them keeps its kind.
    """
    own = customer_kinds(mapping)
    named = {
        (kinds.get(snake_case(column), kind) if column in own else kind): column
        for kind, column in mapping.identifiers.items()
    }
    return mapping.model_copy(update={"identifiers": named})
