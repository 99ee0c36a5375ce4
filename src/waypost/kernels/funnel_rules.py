"""What counts as getting through a funnel, and what the kernels count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.coded import CodedJourneys
from waypost.kernels.histograms import LogHistogram
from waypost.kernels.jit import sealed
from waypost.kernels.masks import EventChoice
from waypost.kernels.postings import Postings

__all__ = [
    "FOREVER",
    "MOST_EXCLUSIONS",
    "MOST_FUNNEL_STEPS",
    "NEVER",
    "PRECISION",
    "FunnelCounts",
    "FunnelEvents",
    "FunnelRules",
    "Standing",
]

MOST_FUNNEL_STEPS = 60
MOST_EXCLUSIONS = 16
NEVER = -(1 << 62)
FOREVER = 1 << 60
PRECISION = 7

_NO_CODES: NDArray[np.int32] = np.zeros(0, np.int32)
_NO_LOOKUP: NDArray[np.int64] = np.zeros(0, np.int64)
_NO_MONEY: NDArray[np.int64] = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class FunnelRules:
    """What counts as a conversion; instants and durations in ticks, steps numbered from 0.

    An entry lies in ``entry_from <= at < entry_until``; a step counts up to and including
    ``window`` after the entry, and up to and including ``limits[s]`` after the needed step before
    it (empty = no limits). ``entry``: ``any``, ``first``, ``best`` or ``each``. ``order``:
    ``ordered``, ``strict`` or ``any``. ``ties``: ``any``, ``recorded`` or ``rising``; ``tie_span``:
    events up to that long after the first of them count as being at its instant. ``reuse``: one
    event may serve several steps. ``optional``: steps that may be skipped. ``exclusions``: for
    each, the needed steps between which it breaks an attempt; ``drop_person``: then the person is
    not counted at all. ``stop``: bits of what ends the search, 1 = a step after the first that was
    met already, 2 = an event that is no step, 4 = a step that comes too early. ``attempts``: what
    is counted are attempts, not persons. Who is not through at ``data_until`` but still has time is
    open.
    """

    steps: int
    window: int
    entry_from: int
    entry_until: int
    data_until: int
    entry: str = "any"
    order: str = "ordered"
    ties: str = "any"
    tie_span: int = 0
    reuse: bool = False
    limits: tuple[int, ...] = ()
    optional: tuple[int, ...] = ()
    exclusions: tuple[tuple[int, int], ...] = ()
    drop_person: bool = False
    stop: int = 0
    attempts: bool = False

    def is_common(self) -> bool:
        """Whether only a window, ties, an entry of ``any`` or ``first`` and exclusions are asked.

        Exclusions that break an attempt from the first step to the last; of recorded events at one
        instant, none.
        """
        if self.entry not in ("any", "first") or self.order != "ordered" or self.tie_span:
            return False
        partly = any(between != (0, self.steps - 1) for between in self.exclusions)
        if partly or (self.exclusions and (self.ties == "recorded" or self.drop_person)):
            return False
        return not (self.limits or self.optional or self.stop)

    def is_each(self) -> bool:
        """Whether attempts one after another are counted, and only a window and ties are asked."""
        if self.entry != "each" or not self.attempts or self.order != "ordered" or self.tie_span:
            return False
        return not (self.limits or self.optional or self.exclusions or self.stop)


_MASKED: NDArray[np.uint8] = sealed(np.minimum(np.arange(256), 1).astype(np.uint8))
"""Existence by code, where the codes are a mask."""


@dataclass(frozen=True, slots=True)
class FunnelEvents:
    """Some persons' events as a funnel sees them.

    ``journeys.lookup``: integers by code, bit ``s`` set = the code is step ``s``. ``excluded:
    int64[dictionary]``: bit ``r`` set = exclusion ``r``; empty = none. ``keys: int32[events]``: the
    value that all steps of an attempt share, -1 = none; empty = nothing is shared. ``value:
    int64[events]`` minor units, -2^63 = none; empty = no money. ``postings``: of the codes, where
    they are kept. ``choice``: which events exist, in place of ``journeys.events``.
    """

    journeys: CodedJourneys
    at: NDArray[np.signedinteger[Any]]
    excluded: NDArray[np.int64] = field(default_factory=lambda: _NO_LOOKUP)
    keys: NDArray[np.int32] = field(default_factory=lambda: _NO_CODES)
    value: NDArray[np.int64] = field(default_factory=lambda: _NO_MONEY)
    postings: Postings | None = None
    choice: EventChoice | None = None

    def existence(self) -> tuple[NDArray[Any], NDArray[np.uint8]]:
        """A code of every event, and by code whether it exists; no codes: all events do."""
        if self.choice is not None:
            return sealed(self.choice.codes), sealed(self.choice.table)
        return sealed(self.journeys.events), _MASKED


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """Counts of one kind of unit, persons or attempts.

    ``best: int64[steps + 1]``: units whose last needed step was that one (0 = none); ``open``: of
    these, open. ``seen: int64[steps]``: units that met the step; ``persons``: persons who did,
    ``attempts`` how many units there were with a first step. ``since_entry`` and
    ``since_previous`` have one row per step: ticks from the entry, and from the needed step before,
    to the step. ``waited``: ticks that those who did not meet the step were seen waiting for it.
    ``dropped``: persons left out by an exclusion. ``value``: money at the last step of who is
    through; ``valued``: how many of them have one.
    """

    best: NDArray[np.int64]
    open: NDArray[np.int64]
    seen: NDArray[np.int64]
    persons: NDArray[np.int64]
    since_entry: LogHistogram
    since_previous: LogHistogram
    waited: LogHistogram
    dropped: int
    value: int
    valued: int

    def __add__(self, other: FunnelCounts) -> FunnelCounts:
        return FunnelCounts(
            self.best + other.best,
            self.open + other.open,
            self.seen + other.seen,
            self.persons + other.persons,
            self.since_entry + other.since_entry,
            self.since_previous + other.since_previous,
            self.waited + other.waited,
            self.dropped + other.dropped,
            self.value + other.value,
            self.valued + other.valued,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where each person stands: the arrays have one entry per person of ``offsets``.

    ``level: uint8``: the last needed step met, from 1; 0 = none, or not counted. ``open: uint8``:
    1 = not through and still in time. ``met: int64``: bit ``s`` set = step ``s`` was met.
    """

    level: NDArray[np.uint8]
    open: NDArray[np.uint8]
    met: NDArray[np.int64]
