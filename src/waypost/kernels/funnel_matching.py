"""Which events may serve which steps, when one event may serve only one.

Both directions are Kuhn's augmenting paths: H. W. Kuhn, Naval Research Logistics 2 (1955), 83-97.
"""

from __future__ import annotations

from waypost.kernels.coded import Array
from waypost.kernels.funnel_rules import NEVER
from waypost.kernels.jit import kernel

__all__ = ["forget_matches", "match_step", "seat_event"]

Matching = Array
"""Rows: owner and route of every event of a group, the held event and the queue of every step.

``int64[4, …]``, as long as the longest group and as there are steps, or empty where no two steps
share a code. One array on purpose: Numba counts references to each that a call is given.
"""


@kernel
def forget_matches(size: int, matching: Matching) -> None:
    """No event of a group of ``size`` serves a step."""
    owner, held = matching[0], matching[2]
    owner[:size] = -1
    held[:] = -1


@kernel
def match_step(step: int, bits: Array, keep: int, matching: Matching) -> int:
    """Whether ``step`` finds an event beside the steps that already have one: 1 or 0.

    ``bits: int64[group]``: the steps that each event may serve. ``keep``: 1 = the step takes its
    event, and others may change theirs; 0 = nothing changes.
    """
    owner, route, held, queue = matching[0], matching[1], matching[2], matching[3]
    route[: bits.size] = -1
    queue[0] = step
    head, tail = 0, 1
    while head < tail:
        asking = queue[head]
        head += 1
        for g in range(bits.size):
            if not (bits[g] >> asking) & 1 or route[g] >= 0:
                continue
            route[g] = asking
            if owner[g] >= 0:
                queue[tail] = owner[g]
                tail += 1
                continue
            event = g
            while keep and event >= 0:
                taker = route[event]
                before = held[taker]
                owner[event] = taker
                held[taker] = event
                event = before
            return 1
    return 0


@kernel
def seat_event(bits: int, now: int, seats: Array, replace: int) -> int:
    """Give an event to a step; 1 if one more step has an event now.

    ``seats: int64[4, steps]``: instant and bits of each step's event (instant ``NEVER`` = none),
    and room for the search. ``replace``: 1 = where no step becomes free, the oldest event that the
    new one can stand in for is dropped. So the events seated later than any instant are always as
    many as steps can be served by distinct events since then.
    """
    instant, served, parent, queue = seats[0], seats[1], seats[2], seats[3]
    steps = instant.size
    seen, head, tail, end = 0, 0, 0, -1
    for s in range(steps):
        if (bits >> s) & 1:
            parent[s] = -1
            queue[tail] = s
            tail += 1
            seen |= 1 << s
    while head < tail and end < 0:
        s = queue[head]
        head += 1
        if instant[s] == NEVER:
            end = s
            break
        for r in range(steps):
            if (served[s] & ~seen) >> r & 1:
                parent[r] = s
                queue[tail] = r
                tail += 1
                seen |= 1 << r
    grown = 1 if end >= 0 else 0
    if end < 0:
        if not replace or tail == 0:
            return 0
        end = queue[0]
        for k in range(1, tail):
            if instant[queue[k]] < instant[end]:
                end = queue[k]
    while parent[end] >= 0:
        giver = parent[end]
        instant[end] = instant[giver]
        served[end] = served[giver]
        end = giver
    instant[end] = now
    served[end] = bits
    return grown
