"""What the binding leaves out, and what of one's own rules finds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.journeys.binding.compiling import Binding
from waypost.journeys.binding.counting import BoundCounts, count_bound
from waypost.journeys.binding.matching import Combo
from waypost.journeys.binding.suggesting import Suggestion, suggest
from waypost.journeys.log import EventLog

__all__ = ["Coverage", "Unbound", "coverage"]


@dataclass(frozen=True, slots=True)
class Unbound:
    """A kind of event that no rule binds; ``share`` is of all events, 0 to 1.

    ``persons`` is None where they were not counted.
    """

    event: str
    channel: str
    source: str
    events: int
    share: float
    suggestion: Suggestion
    persons: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the log is bound; ``unbound`` has the most frequent first.

    ``idle`` are the ids of own touchpoints that no event belongs to.
    """

    events: int
    bound: int
    unbound: tuple[Unbound, ...]
    idle: tuple[str, ...]
    touchpoints: Mapping[str, int]

    @property
    def share(self) -> float:
        """Bound events of all, 0 to 1; 1 for an empty log."""
        return self.bound / self.events if self.events else 1.0


def coverage(
    counted: EventLog | BoundCounts,
    binding: Binding,
    *,
    persons: Mapping[Combo, int] | None = None,
) -> Coverage:
    """What of a log, or of counts already made, the binding binds.

    ``persons`` says how many persons each (event, channel, source) has, where that is known. Facts
    (``$…``) count nowhere: they are no part of a journey.
    """
    counts = count_bound(counted, binding) if isinstance(counted, EventLog) else counted
    total = counts.events
    return Coverage(
        events=total,
        bound=total - sum(counts.unbound.values()),
        unbound=tuple(
            Unbound(
                event=combo[0] or "",
                channel=combo[1] or "",
                source=combo[2] or "",
                events=number,
                share=number / total,
                suggestion=suggest(combo, binding),
                persons=None if persons is None else persons.get(combo, 0),
            )
            for combo, number in counts.unbound.items()
        ),
        idle=tuple(
            binding.touchpoints[code].id
            for code in sorted(binding.own)
            if not counts.touchpoints.get(code)
        ),
        touchpoints={
            binding.touchpoints[code].id: number for code, number in counts.touchpoints.items()
        },
    )
