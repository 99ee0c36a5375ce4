"""Micro-conversions, slowly: who did what by when, and who reached the goal in time."""

from __future__ import annotations

__all__ = ["life_of", "standing_at_landmark", "standing_raw"]


def life_of(events, first, goals, entry):
    """Events from a person's entry on, before the goal, and the goal; None for who does not enter.

    ``events``: (at, code). Returns ([(at, code), …], at of the goal or None).
    """
    begins = [place for place, (_, code) in enumerate(events) if code in first]
    if not begins or not entry[0] <= events[begins[0]][0] < entry[1]:
        return None
    mine = events[begins[0] :]
    reached = [place for place, (_, code) in enumerate(mine) if code in goals]
    if reached:
        return mine[: reached[0]], mine[reached[0]][0]
    return mine, None


def standing_raw(life, node, window, until):
    """``did`` or ``others``, and whether the goal came in the window; None where it is not over."""
    events, goal = life
    own = [at for at, here in events if here == node]
    begin = own[0] if own else (events[0][0] if events else goal)
    if until - begin < window:
        return None
    return ("did" if own else "others"), goal is not None and goal - begin <= window


def standing_at_landmark(life, node, rules):
    """``left out``, ``open``, or (did it by the landmark, reached the goal in the window).

    ``rules``: landmark in ticks or, where positive, in events; window; end of the data.
    """
    ticks, number, window, until = rules
    events, goal = life
    if not events:
        return "left out"
    if number:
        if len(events) < number:
            return "left out"
        mark, before = events[number - 1][0], events[:number]
    else:
        mark = events[0][0] + ticks
        if goal is not None and goal <= mark:
            return "left out"
        before = [event for event in events if event[0] <= mark]
    if until - mark < window:
        return "open"
    return any(here == node for _, here in before), goal is not None and goal - mark <= window
