"""Who is behind a cell of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.questions.cells import checked_cell
from waypost.questions.question import FindsMembers, Task
from waypost.questions.selection import Selection
from waypost.questions.view import PartsOfPersons, ShardView, SnapshotView

__all__ = ["Members", "members_of"]


@dataclass(frozen=True, slots=True)
class Members:
    """``numbers: int64[…]``: rising person numbers of ``view`` (of units, where it has others).

    ``units``: how many sessions or other units are behind the cell; as many as persons, if persons
    are what is counted.
    """

    view: SnapshotView
    numbers: NDArray[np.int64]
    units: int

    def __add__(self, other: Members) -> Members:
        numbers = np.union1d(self.numbers, other.numbers)
        return Members(self.view, numbers, self.units + other.units)


def members_of(
    task: Task[Any],
    view: SnapshotView,
    *,
    place: tuple[ShardView, Selection],
    cell: Mapping[str, Any],
) -> Members:
    """The members of one shard; ``QuestionError`` for answers whose cells are not persons."""
    shard, selection = place
    if not isinstance(task, FindsMembers):
        raise QuestionError(
            "The cells of this answer do not stand for persons.",
            hint="Ask for the persons behind a funnel, transitions, paths or another.",
        )
    found = np.flatnonzero(task.members(shard, selection, checked_cell(cell)))
    persons = np.unique(shard.persons_of(found)) if isinstance(shard, PartsOfPersons) else found
    return Members(view, persons.astype(np.int64) + shard.first_person, int(found.size))
