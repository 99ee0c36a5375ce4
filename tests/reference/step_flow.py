"""Flow between ordered nodes, slowly: one person and one node at a time."""

from __future__ import annotations

from collections import Counter

__all__ = ["flow"]


def flow(persons, latest, open_after):
    """Per node a Counter, and Counter of jumps, and durations by node.

    ``persons``: (at, node) lists; ``latest``: each person's latest existing event.
    """
    numbers, jumps, times, visits = {}, Counter(), {}, {}
    for person, last in zip(persons, latest, strict=True):
        for node in {node for _, node in person}:
            first = next(place for place, event in enumerate(person) if event[1] == node)
            after = person[first:]
            other = next((event for event in after if event[1] != node), None)
            mine = numbers.setdefault(node, Counter())
            mine["persons"] += 1
            mine["starts"] += first == 0
            mine["reached_later"] += any(event[1] > node for event in after)
            sequence = [event[1] == node for event in person]
            runs = sum(
                here and not (place and sequence[place - 1]) for place, here in enumerate(sequence)
            )
            mine["returned"] += runs > 1
            visits.setdefault(node, []).append(sum(sequence))
            if other is None:
                mine["open" if last > open_after else "left"] += 1
            else:
                jumps[node, other[1]] += 1
                mine["on" if other[1] > node else "back"] += 1
                times.setdefault(node, []).append(other[0] - person[first][0])
    return numbers, jumps, times, visits
