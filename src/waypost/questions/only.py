"""A filter by the value of one field: of a unit's first event that has one, or of each event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import first_code_per_unit
from waypost.questions.field_types import built, check_types
from waypost.questions.selection import KeyCodes

__all__ = ["OF", "Only"]

OF = ("first", "event")


@dataclass(frozen=True, slots=True)
class Only:
    """Units whose field ``by`` has one of ``values``; with ``outside``, all the others.

    ``of="first"``: the unit's value is that of its first event (of those that exist for the
    question) that has one, so every unit has at most one value. ``of="event"``: events with such a
    value exist, others do not; a unit may have several. None among ``values`` is "no value".
    """

    by: str
    values: tuple[str | None, ...] = ()
    of: str = "first"
    outside: bool = False

    def __post_init__(self) -> None:
        check_types(self)
        object.__setattr__(self, "values", tuple(self.values))
        if self.of not in OF:
            raise QuestionError(
                f"of is {self.of!r}.", hint=f"Allowed are: {', '.join(OF)}.", field="of"
            )

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Only:
        """The filter from its JSON values; raises ``QuestionError`` for other fields."""
        return built(cls, content, "only")

    def events(self, key: KeyCodes) -> NDArray[np.uint8]:
        """``uint8[events]``: which have such a value."""
        return np.asarray(self._wanted(key)[key.codes])

    def units(
        self, key: KeyCodes, offsets: NDArray[np.int64], events: NDArray[np.uint8]
    ) -> NDArray[np.uint8]:
        """``uint8[units]``: whose first existing event with a value has such a one."""
        first = first_code_per_unit(offsets, key.own, events, lookup=key.lookup)
        return np.asarray(self._wanted(key)[first])

    def _wanted(self, key: KeyCodes) -> NDArray[np.uint8]:
        """By code; the last place, which code -1 finds, is for those without a value."""
        places = {text: place for place, text in enumerate(key.texts)}
        wanted = np.zeros(len(key.texts) + 1, np.uint8)
        for value in self.values:
            if value is None:
                wanted[-1] = 1
            elif value in places:
                wanted[places[value]] = 1
        return 1 - wanted if self.outside else wanted
