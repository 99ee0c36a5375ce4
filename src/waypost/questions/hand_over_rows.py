"""Counts of hand-overs as the columns and facts of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.hand_overs import MOST_CHANGES, PRECISION, HandOverCounts
from waypost.kernels.histograms import relative_error
from waypost.questions.intervals import share_of, wilson

if TYPE_CHECKING:
    from waypost.questions.hand_overs import HandOvers, HandOversTask

__all__ = ["hand_over_facts", "hand_over_rows", "hand_over_units"]

_QUARTERS = {"median": 1, "q1": 0, "q3": 2}


def hand_over_rows(task: HandOversTask, partial: HandOverCounts) -> dict[str, Any]:
    """The columns, most frequent first."""
    count, persons = partial.column("count"), partial.column("persons")
    order = np.lexsort((partial.keys, -count))
    ends, details = _ends(task, *(ids[order] for ids in partial.ends()))
    origin = ends[0]
    whole = partial.of_nodes("persons")[origin]
    low, high = wilson(persons[order], whole)
    columns: dict[str, Any] = {
        "from": task.nodes.names(origin),
        "to": task.nodes.names(ends[1]),
        **details,
        "count": count[order],
        "share_of_visits": share_of(count[order], partial.of_nodes("visits")[origin]),
        "persons": persons[order],
        "persons_from": whole,
        "share": share_of(persons[order], whole),
        "low": low,
        "high": high,
        **_times(task, partial, order),
    }
    return columns if task.goal is None else columns | _outcome(partial, order, origin)


def _ends(
    task: HandOversTask, one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], dict[str, list[str]]]:
    """Nodes of both ends, and the names of their details."""
    if task.detail is None:
        return (one, other), {}
    names = (*task.detail.ids, "")
    (origin, left), (target, entered) = (np.divmod(ids, len(names)) for ids in (one, other))
    return (origin, target), {
        "from_detail": [names[place] for place in left.tolist()],
        "to_detail": [names[place] for place in entered.tolist()],
    }


def _times(
    task: HandOversTask, partial: HandOverCounts, order: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    seconds = task.view.ticks_per_second
    quarters = partial.quartiles()[order] / seconds
    mean = partial.column("ticks") / partial.column("count")
    found = {f"{name}_seconds": quarters[:, place] for name, place in _QUARTERS.items()}
    return found | {"mean_seconds": mean[order] / seconds}


def _outcome(
    partial: HandOverCounts, order: NDArray[np.int64], origin: NDArray[np.int64]
) -> dict[str, Any]:
    due, in_time = partial.column("due")[order], partial.column("in_time")[order]
    stayed, reached = (partial.of_stays(name)[origin] for name in ("due", "in_time"))
    low, high = wilson(in_time, due)
    stayed_low, stayed_high = wilson(reached, stayed)
    return {
        "due": due,
        "in_time": in_time,
        "share_in_time": share_of(in_time, due),
        "in_time_low": low,
        "in_time_high": high,
        "open": partial.column("open")[order],
        "stayed_due": stayed,
        "stayed_in_time": reached,
        "stayed_share": share_of(reached, stayed),
        "stayed_low": stayed_low,
        "stayed_high": stayed_high,
        "difference": share_of(in_time, due) - share_of(reached, stayed),
    }


def hand_over_facts(task: HandOversTask, partial: HandOverCounts) -> dict[str, Any]:
    """Totals, how visits end, hand-overs per person, and which node carries whom at which stage."""
    hand_overs = partial.column("count")
    persons = int(partial.changes.sum())
    visits = partial.of_nodes("visits")
    facts = {
        "persons": persons,
        "events": int(partial.of_nodes("events").sum()),
        "visits": int(visits.sum()),
        "hand_overs": int(hand_overs.sum()),
        "persons_with_hand_over": persons - int(partial.changes[0]),
        "hand_overs_per_person": int(hand_overs.sum()) / persons if persons else None,
        "nodes": _nodes(task, partial),
        "per_person": _per_person(partial.changes),
        "carried": _carried(task, partial.carried),
        "quantile_relative_error": relative_error(PRECISION),
    }
    return facts if task.goal is None else facts | {"read_as": {task.goal.name: task.goal.kind}}


def _nodes(task: HandOversTask, partial: HandOverCounts) -> dict[str, Any]:
    divisor = 1 if task.detail is None else len(task.detail) + 1
    count = partial.column("count")
    into, out = np.zeros(len(task.nodes), np.int64), np.zeros(len(task.nodes), np.int64)
    one, other = partial.ends()
    np.add.at(out, one // divisor, count)
    np.add.at(into, other // divisor, count)
    events = partial.of_nodes("events")
    names = ("resumed", "moved_later", "ends", "open_ends")
    return {
        "node": list(task.nodes.ids),
        "persons": partial.of_nodes("persons"),
        "events": events,
        "share_of_events": share_of(events, events.sum()),
        "visits": partial.of_nodes("visits"),
        "starts": partial.of_nodes("starts"),
        "handed_in": into,
        "came_later": partial.of_nodes("came_later"),
        "handed_out": out,
        **{name: partial.of_nodes(name) for name in names},
        "stays": partial.of_stays("count"),
    }


def _per_person(changes: NDArray[np.int64]) -> dict[str, Any]:
    """Persons by number of hand-overs; the row of ``MOST_CHANGES`` is also for more."""
    used = int(np.flatnonzero(changes).max(initial=0)) + 1
    return {
        "hand_overs": np.arange(used),
        "persons": changes[:used],
        "last_is_or_more": used > MOST_CHANGES,
    }


def _carried(task: HandOversTask, carried: NDArray[np.int64]) -> dict[str, Any]:
    """Rows of stage and node with their events and persons; an empty stage is unbound."""
    stages, nodes = np.nonzero(carried[:, :-1, 0])
    events, persons = carried[stages, nodes, 0], carried[stages, nodes, 1]
    whole = carried[stages, -1, 1]
    low, high = wilson(persons, whole)
    return {
        "stage": [task.view.stages[place].id for place in stages.tolist()],
        "node": [task.nodes.ids[place] for place in nodes],
        "events": events,
        "share_of_events": share_of(events, carried[stages, -1, 0]),
        "persons": persons,
        "persons_at_stage": whole,
        "share": share_of(persons, whole),
        "low": low,
        "high": high,
    }


def hand_over_units(question: HandOvers) -> dict[str, str]:
    """The unit of every column."""
    return _UNITS if question.goal is None else _UNITS | _OUTCOME_UNITS


_UNITS = {
    "count": "hand-overs",
    "share_of_visits": "share of all visits at the first node",
    "persons": "persons",
    "persons_from": "persons who were at the first node",
    "share": "share of persons who were at the first node",
    "low": "share of persons, 95 % interval",
    "high": "share of persons, 95 % interval",
    "median_seconds": "seconds",
    "q1_seconds": "seconds",
    "q3_seconds": "seconds",
    "mean_seconds": "seconds",
}

_OUTCOME_UNITS = {
    "due": "persons whose limit is over",
    "in_time": "persons who reached the goal in time",
    "share_in_time": "share of those whose limit is over",
    "in_time_low": "share, 95 % interval",
    "in_time_high": "share, 95 % interval",
    "open": "persons",
    "stayed_due": "persons whose limit is over",
    "stayed_in_time": "persons who reached the goal in time",
    "stayed_share": "share of those whose limit is over",
    "stayed_low": "share, 95 % interval",
    "stayed_high": "share, 95 % interval",
    "difference": "difference of the two shares",
}
