"""The money of events, where what a second system saw of the same thing must not count again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from waypost.questions.view import EventsView, SnapshotView

__all__ = ["money_once"]

_NONE = np.iinfo(np.int64).min


def money_once(events: EventsView, view: SnapshotView) -> NDArray[np.int64]:
    """The events' values (int64), none at touchpoints that repeat another (fact ``repeats``).

    A payment beside its order: whoever sums the money of several touchpoints sums that of orders.
    The same array where no event repeats another.
    """
    repeats = np.array(["repeats" in one.facts for one in view.touchpoints], np.bool_)
    if not repeats.any():
        return events.value
    again = repeats[events.touchpoint]
    return np.where(again, _NONE, events.value) if again.any() else events.value
