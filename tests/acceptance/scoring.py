"""Score what Waypost finds against what is true in the demo company.

Nothing but tests reads ``truth/``. Everything here is slow and obvious on purpose.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq

__all__ = [
    "PairScore",
    "abandonment_of",
    "funnel_of",
    "grouped",
    "joinable_components",
    "read_truth",
    "score_identity",
    "score_records",
]

Identifier = tuple[str, str]


@dataclass(frozen=True)
class PairScore:
    """Pairs of identifiers or of records, which are what a map counts.

    Same person by Waypost, by truth, and joinable by what was seen.
    """

    predicted: int
    correct: int
    joinable: int
    joined: int
    true: int

    @property
    def precision(self) -> float:
        """Of the pairs that Waypost joined, how many are one human."""
        return self.correct / self.predicted

    @property
    def recall(self) -> float:
        """Of the pairs that exact identifiers can join at all, how many Waypost joined."""
        return self.joined / self.joinable

    @property
    def overall_recall(self) -> float:
        """Of all pairs that are one human, how many Waypost joined."""
        return self.correct / self.true


def read_truth(company: Path, table: str) -> list[dict]:
    """A table of the truth as rows."""
    return pq.read_table(company / "truth" / f"{table}.parquet").to_pylist()


def _find(parent: dict, node):
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def joinable_components(traces: list[dict]) -> dict[tuple[str, Identifier], object]:
    """(person, identifier) → component, joined where one record of the person shows both."""
    parent: dict = {}
    by_record: dict[tuple, list] = defaultdict(list)
    for trace in traces:
        if trace["kind"]:
            node = (trace["person"], (trace["kind"], trace["value"]))
            parent.setdefault(node, node)
            by_record[trace["file"], trace["record"], trace["person"]].append(node)
    for nodes in by_record.values():
        for node in nodes[1:]:
            parent[_find(parent, node)] = _find(parent, nodes[0])
    return {node: _find(parent, node) for node in parent}


def owners_of(traces: list[dict]) -> dict[Identifier, str]:
    """Each identifier's human: who showed it most often; ties go to the first by name."""
    shown: dict[Identifier, Counter] = defaultdict(Counter)
    for trace in traces:
        if trace["kind"] and trace["person"]:
            shown[trace["kind"], trace["value"]][trace["person"]] += 1
    return {
        identifier: min(people, key=lambda person: (-people[person], person))
        for identifier, people in shown.items()
    }


def _pairs(counts) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def score_identity(traces: list[dict], predicted: dict[Identifier, int]) -> PairScore:
    """Compare on the identifiers that both know; order numbers are no persons and are left out."""
    owners = owners_of(traces)
    components = joinable_components(traces)
    known = [one for one in owners if one in predicted and one[0] != "order_id"]
    guess = {one: predicted[one] for one in known}
    reach = {one: components[owners[one], one] for one in known}
    return PairScore(
        predicted=_pairs(Counter(guess.values()).values()),
        correct=_pairs(Counter((guess[one], owners[one]) for one in known).values()),
        joinable=_pairs(Counter(reach.values()).values()),
        joined=_pairs(Counter((guess[one], reach[one]) for one in known).values()),
        true=_pairs(Counter(owners[one] for one in known).values()),
    )


def funnel_of(journeys: dict[object, list[tuple[int, int]]], steps: int, window: int) -> list[int]:
    """Persons reaching each step: the best attempt of any entry, all within ``window`` of it.

    ``journeys``: per person (instant, step number) in time order; quadratic and obvious.
    """
    best = Counter(_best_attempt(events, steps, window) for events in journeys.values())
    return [
        sum(count for reached, count in best.items() if reached > step) for step in range(steps)
    ]


def _best_attempt(events: list[tuple[int, int]], steps: int, window: int) -> int:
    best = 0
    for index, (entered, step) in enumerate(events):
        if step != 0:
            continue
        reached = 1
        for at, later in events[index + 1 :]:
            if at - entered > window or reached == steps:
                break
            if later == reached:
                reached += 1
        best = max(best, reached)
    return best


def grouped(rows: list[tuple[object, int, int]]) -> dict[object, list[tuple[int, int]]]:
    """(person, instant, step) rows as journeys in time order."""
    ordered = sorted(rows, key=lambda row: (str(row[0]), row[1], row[2]))
    return {
        person: [(at, step) for _, at, step in mine]
        for person, mine in groupby(ordered, key=lambda row: row[0])
    }


def components_of_records(traces: list[dict]) -> dict[tuple[str, str], tuple[str, object]]:
    """(file, record) → its human and joinable component, for records that show an identifier."""
    components = joinable_components(traces)
    return {
        (trace["file"], trace["record"]): (
            trace["person"],
            components[trace["person"], (trace["kind"], trace["value"])],
        )
        for trace in traces
        if trace["kind"] and trace["person"]
    }


def score_records(traces: list[dict], predicted: dict[tuple[str, str], int]) -> PairScore:
    """``predicted``: person by (file, record), −1 for nobody: such a record is with no other."""
    truth = {one: what for one, what in components_of_records(traces).items() if one in predicted}
    guess = {one: predicted[one] if predicted[one] >= 0 else one for one in truth}
    return PairScore(
        predicted=_pairs(Counter(guess.values()).values()),
        correct=_pairs(Counter((guess[one], truth[one][0]) for one in truth).values()),
        joinable=_pairs(Counter(component for _, component in truth.values()).values()),
        joined=_pairs(Counter((guess[one], truth[one][1]) for one in truth).values()),
        true=_pairs(Counter(person for person, _ in truth.values()).values()),
    )


def abandonment_of(
    journeys: dict[object, list[tuple[int, int]]], starts: int, window: int, until: int
) -> dict[tuple[int, str], int]:
    """Attempts by furthest start and fate; step ``starts`` is the goal, the rest are starts."""
    return Counter(
        attempt
        for events in journeys.values()
        for attempt in _attempts(events, starts, window, until)
    )


def _attempts(events: list[tuple[int, int]], goal: int, window: int, until: int):
    open_since, furthest = None, -1
    for at, step in events:
        if open_since is not None and at - open_since > window:
            yield furthest, "abandoned"
            open_since = None
        if step == goal:
            if open_since is not None:
                yield furthest, "converted"
                open_since = None
        else:
            furthest = step if open_since is None else max(furthest, step)
            open_since = at
    if open_since is not None:
        yield furthest, "open" if open_since + window > until else "abandoned"
