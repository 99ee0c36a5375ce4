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
    """The most frequent of some journeys that are alike, and the persons of all of them."""

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
    near = _neighbours([path for path, _ in paths], radius)
    covered: set[int] = set()
    chosen: list[Representative] = []
    while len(chosen) < limit:
        gains = [sum(paths[i][1] for i in group - covered) for group in near]
        best = max(range(len(gains)), key=gains.__getitem__, default=None)
        if best is None or gains[best] == 0:
            break
        newly = near[best] - covered
        chosen.append(Representative(paths[min(newly)][0], gains[best]))
        covered |= newly
    return chosen


def _neighbours(paths: Sequence[Path], radius: float) -> list[set[int]]:
    near: list[set[int]] = [{index} for index in range(len(paths))]
    for i, path in enumerate(paths):
        for j, other in enumerate(paths[:i]):
            allowed = radius * max(len(path), len(other))
            if _could_be_near(path, other, radius) and edit_distance(path, other) <= allowed:
                near[i].add(j)
                near[j].add(i)
    return near


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
