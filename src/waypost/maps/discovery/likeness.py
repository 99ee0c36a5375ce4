"""A few journeys that stand for many.

Distance between two journeys: edit distance over their steps divided by the longer length
(Levenshtein 1966), so 0 is equal and 1 has nothing in common. Representatives are chosen greedily:
each next one is the journey that newly covers most persons within the radius, a maximum-coverage
choice (Nemhauser, Wolsey and Fisher 1978: at least 63 % of the best possible coverage). Showing
a few representatives instead of thousands of lines follows Bernard and Andritsos (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Representative", "edit_distance", "representatives"]

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Representative:
    """A journey, and the persons whose journey is near it and near no earlier one."""

    path: Path
    persons: int


def representatives(
    counted: Sequence[tuple[Path, int]], *, limit: int = 4, radius: float = 0.34
) -> list[Representative]:
    """At most ``limit`` journeys that stand for most persons, the most covering first.

    Every person counts for one representative at most; who is near none is the rest. Ties go to
    the more frequent, then to the alphabetically first path. O(n²) distances for n paths.
    """
    paths = sorted(counted, key=lambda item: (-item[1], item[0]))
    near = [_near(path, paths, radius) for path, _ in paths]
    covered: set[int] = set()
    chosen: list[Representative] = []
    while len(chosen) < limit:
        gains = [sum(paths[i][1] for i in group - covered) for group in near]
        best = max(range(len(gains)), key=gains.__getitem__, default=None)
        if best is None or gains[best] == 0:
            break
        chosen.append(Representative(paths[best][0], gains[best]))
        covered |= near[best]
    return chosen


def _near(path: Path, paths: Sequence[tuple[Path, int]], radius: float) -> set[int]:
    return {
        index
        for index, (other, _) in enumerate(paths)
        if _could_be_near(path, other, radius)
        and edit_distance(path, other) <= radius * max(len(path), len(other))
    }


def _could_be_near(path: Path, other: Path, radius: float) -> bool:
    return abs(len(path) - len(other)) <= radius * max(len(path), len(other))


def edit_distance(path: Path, other: Path) -> int:
    """How many steps must be put in, taken out or exchanged to make one path of the other."""
    row = list(range(len(other) + 1))
    for i, step in enumerate(path, 1):
        before, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (step != wanted))
    return row[-1]
