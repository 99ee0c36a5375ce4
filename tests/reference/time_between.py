"""Waiting times, slowly."""

from __future__ import annotations

__all__ = ["kaplan_meier", "waits"]


def waits(events, first, then, mode):
    """(begin, end or None) of each wait of one person; events are (at, code)."""
    begins = [place for place, (_, code) in enumerate(events) if code in first]
    found = []
    for place in begins if mode == "any_to_next" else begins[:1]:
        later = events if mode == "first_to_first" else events[place + 1 :]
        ends = [at for at, code in later if code in then]
        found.append((events[place][0], ends[0] if ends else None))
    return found


def kaplan_meier(done, censored, share):
    """The least time by which the estimated share is reached; None where it never is."""
    survival = 1.0
    for time in sorted(set(done)):
        at_risk = sum(t >= time for t in done) + sum(t >= time for t in censored)
        survival *= 1 - done.count(time) / at_risk
        if 1 - survival >= share - 1e-12:
            return time
    return None
