"""Names as arrays that kernels compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waypost.identity.given_names import common_names, groups_of
from waypost.identity.person_names import PersonName
from waypost.kernels.identity_names import FACTS, LETTERS, WORDS, name_conflicts

__all__ = ["NameTable"]


@dataclass(frozen=True, slots=True)
class NameTable:
    """Distinct names: int32[names, 6] of word numbers, and the words' letters and facts."""

    names: NDArray[np.int32]
    letters: NDArray[np.uint8]
    facts: NDArray[np.int32]

    @classmethod
    def of(cls, names: Sequence[PersonName]) -> NameTable:
        """The table of some names; of each, three given and three family words count."""
        words: dict[str, int] = {}
        coded = np.full((len(names), 2 * WORDS), -1, np.int32)
        for row, name in enumerate(names):
            for side, parts in enumerate((name.given, name.family)):
                for place, word in enumerate(parts[:WORDS]):
                    coded[row, side * WORDS + place] = words.setdefault(word, len(words))
        letters = np.zeros((len(words), LETTERS), np.uint8)
        facts = np.full((len(words), FACTS), -1, np.int32)
        for word, number in words.items():
            spelled = word.encode("ascii", "replace")[:LETTERS]
            letters[number, : len(spelled)] = np.frombuffer(spelled, np.uint8)
            groups = groups_of(word)[: FACTS - 2]
            facts[number, :2] = len(spelled), word in common_names()
            facts[number, 2 : 2 + len(groups)] = groups
        return cls(coded, letters, facts)

    def arrays(self) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]:
        """As kernels take them."""
        return self.names, self.letters, self.facts

    def conflicts(self, pairs: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether the names of each pair, int32[n, 2], are clearly of two persons."""
        return name_conflicts(pairs, self.names, self.letters, self.facts)
