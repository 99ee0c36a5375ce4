"""A rule tried on the events before it is saved: what it takes, nearly takes, and from whom.

Runs in a worker process; answers are plain JSON values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from waypost.app.building import RULES
from waypost.app.workspace import Workspace
from waypost.errors import NotFoundError, RuleError, nearest
from waypost.journeys import Snapshot
from waypost.journeys.binding import Binding, bind, count_combos
from waypost.journeys.binding.matching import COMBO, FACT, Matcher, Rule
from waypost.journeys.binding.rule_file import parse_rules
from waypost.journeys.log import Rows
from waypost.model.conditions import All, Condition, Node, OneOf, Setting
from waypost.model.conditions import Any as AnyOf

__all__ = ["cover", "person_of_rows", "try_rule"]

_EXAMPLES = 8
_PER_STRETCH = 3
_SHOWN_TEXT = 160
_MOST_ALTERNATIVES = 12
_BROAD = frozenset({"channel", "source", "value", "rating", "at", "text"})


def cover(workspace: Workspace) -> dict[str, Any]:
    """What no rule binds, by volume, each with a suggestion; counts are those of the log now."""
    from waypost.app.building import binding_of  # noqa: PLC0415 - needed here alone
    from waypost.journeys.binding.coverage import coverage  # noqa: PLC0415 - as above

    found = coverage(workspace.log, binding_of(workspace.path, workspace.settings, workspace.log))
    return {
        "events": found.events,
        "bound": found.bound,
        "share": found.share,
        "idle": list(found.idle),
        "touchpoints": dict(found.touchpoints),
        "unbound": [
            {
                "event": one.event,
                "channel": one.channel,
                "source": one.source,
                "events": one.events,
                "share": one.share,
                "touchpoint": one.suggestion.touchpoint,
                "stage": one.suggestion.stage,
                "step": one.suggestion.step,
                "likeness": one.suggestion.likeness,
            }
            for one in found.unbound
        ],
    }


def try_rule(workspace: Workspace, text: str, touchpoint: str) -> dict[str, Any]:
    """What the touchpoint's rule would take if ``text`` were the rule file.

    ``problem`` is there instead where the rules cannot be used. ``taken`` counts events that fit
    the rule but go to an earlier one; ``moved`` those that belong elsewhere now.
    """
    try:
        trial = _trial(workspace, text, touchpoint)
    except RuleError as error:
        return {"problem": {**error.as_dict(), "line": _line_in(error.message)}}
    found = _Found()
    for rows in workspace.log.scan(trial.columns, encoded=COMBO):
        _look(trial, rows, found)
    return _told(workspace, trial, found)


def _line_in(message: str) -> int:
    """The line that a message about the rule file names, 0 for none."""
    head = message.partition(", line ")[2].partition(":")[0]
    return int(head) if head.isdigit() else 0


@dataclass(frozen=True, slots=True)
class _Trial:
    """The rule, alone and among the others, as they would be and as they are."""

    new: Binding
    old: Binding
    code: int
    condition: Condition | None
    alone: Matcher
    earlier: Matcher
    near: tuple[tuple[str, Matcher], ...]
    columns: tuple[str, ...]
    seen: Mapping[Any, int]


@dataclass(slots=True)
class _Found:
    events: int = 0
    anonymous: int = 0
    fitting: int = 0
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    moved: Counter[int] = field(default_factory=Counter)
    lost: Counter[int] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    nearly: list[dict[str, Any]] = field(default_factory=list)
    nearly_counts: Counter[str] = field(default_factory=Counter)


def _trial(workspace: Workspace, text: str, touchpoint: str) -> _Trial:
    commits = len(workspace.log.commits())
    seen = _combos(workspace.path, commits)
    setting = Setting.of(workspace.settings.zone, workspace.settings.currency)
    new = bind(parse_rules(text), stages=workspace.settings.stages, seen=seen, setting=setting)
    path = workspace.path / RULES
    old = _binding_now(workspace.path, commits, path.read_bytes() if path.is_file() else b"")
    code = next((c for c, t in enumerate(new.touchpoints) if c and t.id == touchpoint), 0)
    if not code:
        raise RuleError(f"There is no touchpoint “{touchpoint}” in these rules.", id=touchpoint)
    rule = next((one for one in new.rules if one.code == code), None)
    condition = rule.condition if rule else None
    near = tuple(_relaxed(condition)) if condition else ()
    names = {name for one in near for name in Condition(one[1]).names}
    columns = dict.fromkeys([*COMBO, "at", "value", "currency", "rating", "text"])
    columns |= dict.fromkeys(sorted(new.needs | old.needs | (names - set(COMBO))))
    return _Trial(
        new=new,
        old=old,
        code=code,
        condition=condition,
        alone=Matcher([Rule(1, condition)] if condition else [], setting),
        earlier=Matcher([one for one in new.rules if one.code < code], setting),
        near=tuple((said, Matcher([Rule(1, Condition(node))], setting)) for said, node in near),
        columns=tuple(columns),
        seen=seen,
    )


@lru_cache(maxsize=2)
def _combos(path: Path, commits: int) -> Mapping[Any, int]:  # noqa: ARG001 - a part of the key
    """What occurs in the log; kept from trial to trial while nothing is imported."""
    return count_combos(Workspace.open(path).log)


@lru_cache(maxsize=2)
def _binding_now(path: Path, commits: int, rules: bytes) -> Binding:
    """The binding as it is; it remembers what it decided from trial to trial."""
    settings = Workspace.open(path).settings
    setting = Setting.of(settings.zone, settings.currency)
    own = parse_rules(rules.decode("utf-8-sig")) if rules.strip() else None
    return bind(own, stages=settings.stages, seen=_combos(path, commits), setting=setting)


def _relaxed(condition: Condition) -> Iterable[tuple[str, Node]]:
    """The condition with one part of an alternative left out, and what that part says."""
    root = condition.root
    ways = root.parts if isinstance(root, AnyOf) else (root,)
    for way in ways[:_MOST_ALTERNATIVES]:
        parts = _parts(way)
        for place, left in enumerate(parts):
            rest = (*parts[:place], *parts[place + 1 :])
            if rest and _is_narrow(rest):
                yield Condition(left).written(), rest[0] if len(rest) == 1 else All(rest)


def _parts(node: Node) -> tuple[Node, ...]:
    if not isinstance(node, All):
        return (node,)
    return tuple(part for one in node.parts for part in _parts(one))


def _is_narrow(parts: tuple[Node, ...]) -> bool:
    """Whether what is left still speaks of an event or an attribute: all else fits far too much."""
    names = {name for part in parts for name in Condition(part).names}
    return bool(names - _BROAD)


def _look(trial: _Trial, rows: Rows, found: _Found) -> None:
    before, taken = trial.old.touchpoint_codes(rows.batch), trial.earlier.codes(rows.batch)
    fits = (trial.alone.codes(rows.batch) == 1) & rows.visible
    mine = fits & (taken == 0)
    found.events += int(np.count_nonzero(mine))
    found.fitting += int(np.count_nonzero(fits))
    found.rows.append(np.flatnonzero(mine) + rows.first_row)
    found.taken.update(_counted(taken[fits & ~mine]))
    ids = np.array([touchpoint.id for touchpoint in trial.old.touchpoints])
    own = trial.new.touchpoints[trial.code].id
    found.moved.update(_counted(before[mine & (ids[before] != own)]))
    left = (ids[before] == own) & ~mine & rows.visible
    if left.any():
        found.lost.update(_counted(trial.new.touchpoint_codes(rows.batch)[left]))
    _take_examples(found.examples, rows, mine)
    for said, matcher in trial.near:
        close = (matcher.codes(rows.batch) == 1) & ~fits & rows.visible
        number = int(np.count_nonzero(close))
        if number:
            found.nearly_counts[said] += number
            _take_examples(found.nearly, rows, close, because=said)


def _counted(codes: NDArray[Any]) -> dict[int, int]:
    return {code: int(n) for code, n in enumerate(np.bincount(codes)) if n}


def _take_examples(
    into: list[dict[str, Any]], rows: Rows, chosen: NDArray[np.bool_], because: str = ""
) -> None:
    """Some of the chosen rows, spread over the stretch."""
    places = np.flatnonzero(chosen)
    if len(into) >= _EXAMPLES or not len(places):
        return
    picked = places[np.linspace(0, len(places) - 1, min(_PER_STRETCH, len(places))).astype(int)]
    told = {"because": because} if because else {}
    into.extend(_example(row) | told for row in rows.batch.take(pa.array(picked)).to_pylist())


def _example(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is empty; nothing in it names a person."""
    told = {
        name: value
        for name, value in row.items()
        if value is not None and not name.startswith("id.")
    }
    at = told.get("at")
    if isinstance(at, datetime):
        told["at"] = at.astimezone(UTC).isoformat()
    for name, value in told.items():
        if isinstance(value, str) and len(value) > _SHOWN_TEXT:
            told[name] = f"{value[:_SHOWN_TEXT]}…"
    return told


def _told(workspace: Workspace, trial: _Trial, found: _Found) -> dict[str, Any]:
    rows = np.concatenate([np.empty(0, np.int64), *found.rows])
    persons, anonymous = _persons(workspace, rows)
    return {
        "events": found.events,
        "persons": persons,
        "anonymous_events": anonymous,
        "fitting": found.fitting,
        "taken": _by_touchpoint(trial.new, found.taken),
        "moved": _by_touchpoint(trial.old, found.moved),
        "lost": _by_touchpoint(trial.new, found.lost),
        "examples": found.examples[:_EXAMPLES],
        "nearly": found.nearly[:_EXAMPLES],
        "nearly_because": [
            {"part": part, "events": count} for part, count in found.nearly_counts.most_common(6)
        ],
        "alike": _alike(trial),
    }


def _by_touchpoint(binding: Binding, counted: Counter[int]) -> list[dict[str, Any]]:
    """The most first; entry without id: no touchpoint."""
    return [
        {
            "id": binding.touchpoints[code].id,
            "label": dict(binding.touchpoints[code].label),
            "events": events,
        }
        for code, events in counted.most_common(6)
    ]


def _alike(trial: _Trial) -> list[dict[str, Any]]:
    """Kinds of events that are spelt like those the rule names, and are not among them."""
    named = {
        text
        for atom in (trial.condition.atoms if trial.condition else ())
        if isinstance(atom, OneOf) and atom.field.name == "event"
        for text in atom.texts
    }
    counts: Counter[str] = Counter()
    for combo, events in trial.seen.items():
        if combo[0] and not combo[0].startswith(FACT):
            counts[combo[0]] += events
    like = {near for name in named for near in nearest(name, set(counts) - named)}
    return [{"event": name, "events": counts[name]} for name in sorted(like)]


def _persons(workspace: Workspace, rows: NDArray[np.int64]) -> tuple[int | None, int | None]:
    """Persons and events without one among rows of the log; None before the first build."""
    try:
        snapshot = workspace.snapshot
    except NotFoundError:
        return None, None
    persons = person_of_rows(snapshot, workspace.log.row_count())[rows]
    return len(np.unique(persons[persons >= 0])), int(np.count_nonzero(persons < 0))


def person_of_rows(snapshot: Snapshot, rows: int) -> NDArray[np.int32]:
    """The person number of each row of the log, −1 for none; ``int32[rows]``."""
    found = np.full(rows, -1, np.int32)
    for shard in snapshot.shards:
        persons = np.arange(len(shard.offsets) - 1, dtype=np.int32) + shard.first_person
        owner = np.repeat(persons, np.diff(shard.offsets))
        if len(shard.hidden):
            owner[np.repeat(shard.hidden != 0, np.diff(shard.offsets))] = -1
        known = shard.row < rows
        mine = known & (owner >= 0)
        found[shard.row[mine]] = owner[mine]
    return found
