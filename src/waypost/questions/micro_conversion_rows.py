"""Counts of micro-conversions as the columns and facts of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.histograms import relative_error
from waypost.kernels.micro_conversions import PRECISION, MicroCounts
from waypost.questions.differences import differences
from waypost.questions.intervals import share_of

if TYPE_CHECKING:
    from waypost.questions.micro_conversions import MicroConversionsTask

__all__ = ["micro_facts", "micro_rows", "micro_units"]

_ALWAYS = 0.95
_ALARM = 0.05
_QUANTILES = {"median": 0.5, "q1": 0.25, "q3": 0.75}


def micro_rows(task: MicroConversionsTask, partial: MicroCounts) -> dict[str, Any]:
    """The columns: what is likelier first, then by the lower end of the difference.

    What is always before the goal comes last.
    """
    there = np.flatnonzero(partial.column("ever"))
    landmark, raw = _landmark(partial)[there], _raw(partial)[there]
    found, raw_found = differences(landmark), differences(raw)
    likelier = (np.nan_to_num(found.q, nan=1.0) <= _ALARM) & (found.low > 0)
    before = share_of(partial.column("before_goal"), partial.total("converters"))[there]
    is_always = np.nan_to_num(before) > _ALWAYS
    order = np.lexsort((there, np.nan_to_num(-found.low, nan=np.inf), ~likelier, is_always))
    shown = there[order]
    return {
        "node": [task.nodes.ids[place] for place in shown],
        **_two_groups(landmark[order], ""),
        "low": found.low[order],
        "high": found.high[order],
        "p": found.p[order],
        "q": found.q[order],
        "likelier": likelier[order],
        **_two_groups(raw[order], "raw_"),
        "raw_difference_low": raw_found.low[order],
        "raw_difference_high": raw_found.high[order],
        **_times(task, partial, shown),
        "before_goal": partial.column("before_goal")[shown],
        "share_of_converters": before[order],
        "always_before": is_always[order],
    }


def _landmark(partial: MicroCounts) -> NDArray[np.int64]:
    """``int64[nodes, 4]``: reached and whole, of who did it by the landmark and the others."""
    did, reached = partial.column("landmark_persons"), partial.column("landmark_reached")
    others = partial.total("at_risk") - did
    return np.stack([reached, did, partial.total("at_risk_reached") - reached, others], axis=1)


def _raw(partial: MicroCounts) -> NDArray[np.int64]:
    others = partial.total("due") - partial.column("from_entry")
    others_reached = partial.total("due_reached") - partial.column("reached_from_entry")
    return np.stack(
        [partial.column("reached"), partial.column("persons"), others_reached, others], axis=1
    )


def _ratio(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many times as large the first share is; NaN where the second is 0 or undefined."""
    second = share_of(counts[:, 2], counts[:, 3])
    return share_of(share_of(counts[:, 0], counts[:, 1]), np.nan_to_num(second))


def _two_groups(counts: NDArray[np.int64], before: str) -> dict[str, Any]:
    """Counts and shares of those who did it and the others; ``before``: what names begin with."""
    share, others = share_of(counts[:, 0], counts[:, 1]), share_of(counts[:, 2], counts[:, 3])
    columns = {
        "persons": counts[:, 1],
        "in_time": counts[:, 0],
        "share": share,
        "others": counts[:, 3],
        "others_in_time": counts[:, 2],
        "others_share": others,
        "lift": _ratio(counts),
        "difference": share - others,
    }
    return {f"{before}{name}": values for name, values in columns.items()}


def _times(
    task: MicroConversionsTask, partial: MicroCounts, shown: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    seconds = task.view.ticks_per_second
    read = partial.times.quantiles(*_QUANTILES.values())[:, shown] / seconds
    return {f"{name}_seconds": row for name, row in zip(_QUANTILES, read, strict=True)}


def micro_facts(task: MicroConversionsTask, partial: MicroCounts) -> dict[str, Any]:
    """Denominators, who is left out, and which candidates nobody did before the goal."""
    never = np.flatnonzero(partial.column("ever") == 0)
    steps = [step for step in (task.start, task.goal) if step is not None]
    entrants, at_entry = partial.total("entrants"), partial.total("reached_at_entry")
    return {
        "entrants": entrants,
        "reached_at_entry": at_entry,
        "converters": partial.total("converters"),
        "due": partial.total("due"),
        "due_in_time": partial.total("due_reached"),
        "due_share": _share(partial.total("due_reached"), partial.total("due")),
        "left_out_at_landmark": partial.total("before_landmark"),
        "open_at_landmark": partial.total("landmark_open"),
        "at_risk": partial.total("at_risk"),
        "at_risk_in_time": partial.total("at_risk_reached"),
        "at_risk_share": _share(partial.total("at_risk_reached"), partial.total("at_risk")),
        "never_before_goal": [task.nodes.ids[place] for place in never],
        "read_as": {step.name: step.kind for step in steps},
        "quantile_relative_error": relative_error(PRECISION),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def micro_units() -> dict[str, str]:
    """The unit of every column."""
    return dict(_UNITS)


_GROUPS = {
    "persons": "persons",
    "in_time": "persons who reached the goal in time",
    "share": "share of those who did it",
    "others": "persons who did not do it",
    "others_in_time": "persons who reached the goal in time",
    "others_share": "share of those who did not",
    "lift": "times the share of those who did not",
    "difference": "difference of the two shares",
}

_UNITS = {
    **_GROUPS,
    "low": "difference, 95 % interval",
    "high": "difference, 95 % interval",
    "p": "probability of at least this difference by chance alone",
    "q": "expected share of false alarms, if all rows up to this one are called different",
    **{f"raw_{name}": unit for name, unit in _GROUPS.items()},
    "raw_difference_low": "difference, 95 % interval",
    "raw_difference_high": "difference, 95 % interval",
    "median_seconds": "seconds from the act to the goal",
    "q1_seconds": "seconds from the act to the goal",
    "q3_seconds": "seconds from the act to the goal",
    "before_goal": "persons",
    "share_of_converters": "share of all who reached the goal",
}
