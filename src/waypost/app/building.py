"""From the event log to the journey store: identity, binding, snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from waypost.app.proposing import propose_rules, write_rules
from waypost.app.settings import Settings
from waypost.journeys import EventLog, Place, Snapshot
from waypost.journeys.binding import Binding, bind, count_combos, read_rules
from waypost.journeys.store import LogState, snapshot_from_log
from waypost.kit import Progress
from waypost.model.conditions import Setting

if TYPE_CHECKING:  # a map needs the rules, not the persons
    from waypost.identity import Persons

__all__ = [
    "BoundCounts",
    "BuildReport",
    "binding_of",
    "bound_counts",
    "build_workspace",
    "persons_of",
    "rule_texts",
]

RULES = "rules.yaml"
IDENTITY = "identity.yaml"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made: persons, events by what became of them, and seconds by piece of work.

    ``proposed_rules``: no rule bound most events, so rules were proposed in ``rules.yaml``.
    """

    snapshot: str
    persons: int
    identifiers: int
    suspicious: int
    events: int
    anonymous_events: int
    bound_events: int
    proposed_rules: bool
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, object]:
        """The report for programs."""
        return asdict(self)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[name] = round(perf_counter() - start, 3)


def binding_of(workspace: Path, settings: Settings, log: EventLog) -> Binding:
    """The workspace's own rules over the rulebook of its stage set."""
    path = workspace / RULES
    return bind(
        read_rules(path) if path.is_file() else None,
        stages=settings.stages,
        seen=count_combos(log),
        setting=Setting.of(settings.zone, settings.currency),
    )


def rule_texts(binding: Binding) -> dict[str, str]:
    """The rule of each touchpoint as condition text, by touchpoint id."""
    return {binding.touchpoints[rule.code].id: rule.condition.written() for rule in binding.rules}


def persons_of(workspace: Path, log: EventLog, progress: Progress) -> Persons:
    """Who is who, by the workspace's identity settings and decisions."""
    from waypost.identity import Decisions, load_settings, resolve  # noqa: PLC0415 - as above

    settings = load_settings(workspace / IDENTITY)
    return resolve(log, settings, Decisions.open(workspace), progress=progress)


def build_workspace(
    workspace: Path, settings: Settings, log: EventLog, *, progress: Progress
) -> BuildReport:
    """Persons, touchpoints and journeys of all that was imported; the caller holds the lock."""
    clock = _Clock()
    with clock.of("identity"):
        persons = persons_of(workspace, log, progress)
    with clock.of("journeys"):
        snapshot = _snapshot(workspace, settings, log, persons, progress)
        proposed = _is_strange(snapshot) and not (workspace / RULES).exists()
        if proposed:
            write_rules(workspace / RULES, propose_rules(snapshot, stages=settings.stages))
            snapshot = _snapshot(workspace, settings, log, persons, progress)
    return _report(persons, snapshot, clock, proposed=proposed)


def _snapshot(
    workspace: Path, settings: Settings, log: EventLog, persons: Persons, progress: Progress
) -> Snapshot:
    state = LogState(
        log,
        persons.person_of_rows,
        pa.table({"id": persons.ids()}),
        binding_of(workspace, settings, log),
        Place(zone=settings.zone, currency=settings.currency),
    )
    return snapshot_from_log(workspace, state, progress=progress)


def _is_strange(snapshot: Snapshot) -> bool:
    """Whether the rules bind less than half of the events: another world than theirs."""
    counts = bound_counts(snapshot)
    return counts.events > 0 and counts.bound < counts.events / 2


def _report(persons: Persons, snapshot: Snapshot, clock: _Clock, *, proposed: bool) -> BuildReport:
    from waypost.identity import suspicious  # noqa: PLC0415 - as above

    counts = bound_counts(snapshot)
    return BuildReport(
        snapshot=snapshot.id,
        persons=snapshot.meta.persons - snapshot.meta.hidden_persons,
        identifiers=persons.nodes.count,
        suspicious=sum(1 for _ in suspicious(persons)),
        events=counts.events,
        anonymous_events=len(snapshot.volume.at),
        bound_events=counts.bound,
        proposed_rules=proposed,
        seconds=clock.seconds,
    )


@dataclass(frozen=True, slots=True)
class BoundCounts:
    """Events with a person, and those of them that a rule has bound."""

    events: int
    bound: int


def bound_counts(snapshot: Snapshot) -> BoundCounts:
    """One pass over the touchpoint arrays; hidden journeys are not counted twice."""
    events = bound = 0
    for shard in snapshot.shards:
        codes = shard.of_visible(shard.touchpoint)
        events += len(codes)
        bound += int(np.count_nonzero(codes))
    return BoundCounts(events, bound)
