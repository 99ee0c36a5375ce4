"""Whether two names of persons clearly differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.jit import kernel

__all__ = ["FACTS", "LETTERS", "WORDS", "name_conflict", "name_conflicts", "words_alike"]

LETTERS = 16
"""Letters of a word that are compared."""
WORDS = 3
"""Given or family words of a name that are compared."""
FACTS = 6
"""Length, whether common, and four groups."""

_TYPO = 3
_TWO_TYPOS = 8
_PREFIX = 3
_STEM, _ENDING, _LONG_ENDING = 2, 2, 4
_A, _E, _I, _N = 97, 101, 105, 110


@kernel
def _distance(one: NDArray[np.uint8], other: NDArray[np.uint8], m: int, n: int) -> int:
    """Letters changed, added, left out, or swapped with their neighbour."""
    table = np.empty((LETTERS + 1, LETTERS + 1), np.int32)
    for i in range(m + 1):
        table[i, 0] = i
    for j in range(n + 1):
        table[0, j] = j
    for i in range(1, m + 1):
        for j in range(1, n + 1):
            cost = 0 if one[i - 1] == other[j - 1] else 1
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return int(table[m, n])


@kernel
def _other_gender(
    short: NDArray[np.uint8], long: NDArray[np.uint8], m: int, n: int, shared: int
) -> bool:
    """Whether only the ending differs, and one ends like a woman's name: Martin and Martina.

    ``shared``: how many letters at the beginning are the same; the longer has ``n`` ≥ ``m``.
    """
    if shared < _STEM or m - shared > _ENDING or n - shared > _LONG_ENDING:
        return False
    soft_short = short[m - 1] == _A or short[m - 1] == _E
    soft_long = long[n - 1] == _A or long[n - 1] == _E or (long[n - 1] == _N and long[n - 2] == _I)
    if shared == m and not soft_short and n - m == 1 and long[n - 1] == _I:
        return short[m - 1] == _N and m > _TYPO + 1  # Stefan and Stefanie, folded to Stefani
    return soft_short != soft_long or (soft_short and shared == m and long[n - 1] == _A)


@kernel
def words_alike(
    one: int,
    other: int,
    letters: NDArray[np.uint8],
    facts: NDArray[np.int32],
) -> bool:
    """Whether two words may be one given name: alike, short for the other, or mistyped.

    ``letters``: uint8[words, 16], zero at the end. ``facts``: int32[words, 6] of length, 1 if the
    name is common, and up to four groups of names that stand for each other (−1 = none).
    """
    if one == other:
        return True
    for mine in range(2, FACTS):
        for their in range(2, FACTS):
            if facts[one, mine] >= 0 and facts[one, mine] == facts[other, their]:
                return True
    if facts[one, 0] > facts[other, 0]:
        one, other = other, one
    short, long = letters[one], letters[other]
    m, n = facts[one, 0], facts[other, 0]
    shared = 0
    while shared < m and short[shared] == long[shared]:
        shared += 1
    if _other_gender(short, long, m, n, shared):
        return False
    if shared == m and m >= _PREFIX:
        return True
    if m < _TYPO or (facts[one, 1] == 1 and facts[other, 1] == 1):
        return False
    return _distance(short, long, m, n) <= (2 if m >= _TWO_TYPOS else 1)


@kernel
def _any_alike(
    some: NDArray[np.int32],
    others: NDArray[np.int32],
    letters: NDArray[np.uint8],
    facts: NDArray[np.int32],
) -> bool:
    for one in some:
        for other in others:
            if one >= 0 and other >= 0 and words_alike(one, other, letters, facts):
                return True
    return False


@kernel
def name_conflict(
    one: int,
    other: int,
    names: NDArray[np.int32],
    letters: NDArray[np.uint8],
    facts: NDArray[np.int32],
) -> bool:
    """Whether two names clearly are of two persons.

    ``names``: int32[names, 6] of up to three given and three family words, −1 = none. They conflict
    if no given name of the one is alike to one of the other, and neither are given and family name
    in the other order.
    """
    if one == other:
        return False
    given, family = names[one, :WORDS], names[one, WORDS:]
    their_given, their_family = names[other, :WORDS], names[other, WORDS:]
    if _any_alike(given, their_given, letters, facts):
        return False
    swapped = _any_alike(given, their_family, letters, facts)
    return not (swapped and _any_alike(family, their_given, letters, facts))


@kernel
def name_conflicts(
    pairs: NDArray[np.int32],
    names: NDArray[np.int32],
    letters: NDArray[np.uint8],
    facts: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """``name_conflict`` of each pair, int32[n, 2]."""
    found = np.empty(pairs.shape[0], np.bool_)
    for pair in range(found.size):
        found[pair] = name_conflict(pairs[pair, 0], pairs[pair, 1], names, letters, facts)
    return found
