"""What is asked of every engine, and the one form in which answers are compared.

- ``transitions``: ``{(from, to): count}`` of directly following events of a person;
- ``funnel``: persons that reach each of four steps in order within 7 days of an entry;
- ``paths``: the 50 most frequent sequences of the first five events (fewer where a journey ends);
- ``sessions`` at 30 minutes of silence: for each event, how many sessions contain it, begin with
  it, end with it, and have no other; then how many there are, and their seconds in all from first
  to last event (ours also tells persons, sizes and quartiles, which no peer is asked for);
- ``session begins``: of that only where sessions begin, and how many of them have no other event;
- ``filtered transitions`` and ``filtered funnel``: only events of three of eight channels, and only
  persons with at least one ``event_09``;
- ``pattern``: persons with event_03, later event_05 and event_08 within a day after that.
"""

from __future__ import annotations

from benchmarks.side.log import EVENTS

__all__ = ["CHANNELS_KEPT", "DAY", "FUNNEL", "GAP", "SEGMENT", "TASKS", "WINDOW", "name_of"]

TASKS = (
    "transitions",
    "funnel",
    "paths",
    "sessions",
    "session begins",
    "filtered transitions",
    "filtered funnel",
    "pattern",
)
FUNNEL = (3, 5, 8, 7)
DAY = 86_400
WINDOW = 7 * DAY
GAP = 1_800
CHANNELS_KEPT = (0, 1, 2)
SEGMENT = 9
PATTERN = (3, 5, 8)


def name_of(code: int) -> str:
    """The event's name."""
    return EVENTS[code]
