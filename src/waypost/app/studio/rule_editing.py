"""Rules as cards: what each touchpoint's rule says, what it counts, and changes of the rule file.

``rules.yaml`` is the one truth. A change is made on its text, so that comments stay, and written
only where the file is still as the writer saw it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from waypost.app.building import RULES, binding_of
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.rule_text import entries_of, inner_comments, removed, reordered, written
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.errors import ConflictError, NotFoundError, RuleError
from waypost.intake.normalise import snake_case
from waypost.journeys import Snapshot
from waypost.journeys.binding import Binding, bind, count_combos
from waypost.journeys.binding.rule_file import (
    Alternative,
    RuleFile,
    TouchpointRule,
    parse_rules,
)
from waypost.journeys.binding.rulebooks import chain_of
from waypost.kit import exclusive_lock, write_atomically
from waypost.model import Touchpoint
from waypost.model.conditions import Setting

__all__ = [
    "Draft",
    "RuleBoard",
    "RuleCard",
    "RuleDigest",
    "Way",
    "draft_of",
    "drafted",
    "remove_rule",
    "reorder_rules",
    "rule_board",
    "save_rule",
    "save_rule_text",
    "try_text",
]

_SECTION = "touchpoints"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A touchpoint and its rule; ``events`` and ``persons`` are those of the last build.

    ``is_own``: the workspace's file says so; ``is_changed``: it changes a shipped one.
    ``condition`` is empty where the rule cannot hold in this log.
    """

    touchpoint: Touchpoint
    condition: str
    sentence: str
    events: int
    persons: int
    anonymous: int
    is_own: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class RuleDigest:
    """The rule file as it is: its text, a digest to tell changes by, and what is wrong with it."""

    text: str
    digest: str
    problem: str = ""
    hint: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RuleBoard:
    """All rules in the order in which they are tried, own first, with stages and steps.

    Labels are by language; ``rulebook`` is the shipped one below.
    ``is_built``: counts are there. ``events`` are known names of events with their counts,
    ``channels`` and ``sources`` likewise.
    """

    cards: tuple[RuleCard, ...]
    stages: tuple[tuple[str, Mapping[str, str]], ...]
    steps: tuple[tuple[str, str, Mapping[str, str]], ...]
    events: Mapping[str, int]
    channels: Mapping[str, int]
    sources: Mapping[str, int]
    file: RuleDigest
    rulebook: str
    is_built: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way to fit: any of the events, in any of the channels and sources, where it holds."""

    events: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A touchpoint's rule as the page edits it; an empty ``id`` is made from the label.

    ``place`` is a step's id, or ``stage:`` and a stage's id, or empty.
    """

    id: str
    label_de: str
    label_en: str
    place: str
    channel: str
    ways: tuple[Way, ...]


def rule_board(site: Site, actor: Actor) -> RuleBoard:
    """The rules with their counts.

    Where the file cannot be used, the board shows what was last built, and ``file`` says why.
    """
    require(actor, Right.SEE)
    workspace = site.workspace(actor.workspace)
    digest = _digest(workspace)
    snapshot = _snapshot(workspace)
    if digest.problem:
        binding = bind(None, stages=workspace.settings.stages, seen=count_combos(workspace.log))
    else:
        binding = binding_of(workspace.path, workspace.settings, workspace.log)
    own = _own_entries(digest)
    counts = _counts(snapshot) if snapshot else {}
    seen = count_combos(workspace.log)
    return RuleBoard(
        cards=tuple(_cards(binding, counts, own, site_language=actor.language)),
        stages=tuple((s.id, s.label) for s in binding.stages if s.id),
        steps=tuple((s.id, s.stage, s.label) for s in binding.steps if s.id),
        events=_summed(seen, 0),
        channels=_summed(seen, 1),
        sources=_summed(seen, 2),
        file=digest,
        rulebook=workspace.settings.stages,
        is_built=snapshot is not None,
    )


def _summed(seen: Mapping[Any, int], place: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for combo, events in seen.items():
        if combo[place]:
            found[combo[place]] = found.get(combo[place], 0) + events
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _snapshot(workspace: Workspace) -> Snapshot | None:
    try:
        return workspace.snapshot
    except NotFoundError:
        return None


def _digest(workspace: Workspace) -> RuleDigest:
    text = _read(workspace)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        _checked(workspace, text)
    except RuleError as error:
        return RuleDigest(text, digest, error.message, error.hint, line_in(error.message))
    return RuleDigest(text, digest)


def line_in(message: str) -> int:
    """The line that a message about the rule file names, 0 for none."""
    head = message.partition(", line ")[2].partition(":")[0]
    return int(head) if head.isdigit() else 0


def _read(workspace: Workspace) -> str:
    path = workspace.path / RULES
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def _checked(workspace: Workspace, text: str) -> Binding:
    """The binding of a rule text; ``RuleError`` with line and rule for what cannot be used."""
    return bind(
        parse_rules(text) if text.strip() else None,
        stages=workspace.settings.stages,
        seen=count_combos(workspace.log),
        setting=Setting.of(workspace.settings.zone, workspace.settings.currency),
    )


def _own_entries(digest: RuleDigest) -> Mapping[str, TouchpointRule]:
    if digest.problem or not digest.text.strip():
        return {}
    return {rule.id: rule for rule in parse_rules(digest.text).touchpoints}


def _counts(snapshot: Snapshot) -> dict[str, tuple[int, int, int]]:
    """Events with a person, persons, and events without one, by touchpoint id."""
    size = len(snapshot.touchpoints)
    events, persons = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for shard in snapshot.shards:
        codes = shard.of_visible(shard.touchpoint)
        events += np.bincount(codes, minlength=size)
        owner = np.repeat(np.arange(len(shard.offsets) - 1), np.diff(shard.offsets))
        both = np.unique(shard.of_visible(owner) * size + codes.astype(np.int64))
        persons += np.bincount(both % size, minlength=size)
    loose = np.bincount(snapshot.volume.touchpoint, minlength=size)
    return {
        touchpoint.id: (int(events[code]), int(persons[code]), int(loose[code]))
        for code, touchpoint in enumerate(snapshot.touchpoints)
    }


def _cards(
    binding: Binding,
    counts: Mapping[str, tuple[int, int, int]],
    own: Mapping[str, TouchpointRule],
    *,
    site_language: str,
) -> list[RuleCard]:
    conditions = {rule.code: rule.condition for rule in binding.rules}
    cards = []
    for code, touchpoint in enumerate(binding.touchpoints):
        if not code:
            continue
        events, persons, anonymous = counts.get(touchpoint.id, (0, 0, 0))
        condition = conditions.get(code)
        mine = own.get(touchpoint.id)
        cards.append(
            RuleCard(
                touchpoint=touchpoint,
                condition=condition.written() if condition else "",
                sentence=condition.explain(site_language) if condition else "",
                events=events,
                persons=persons,
                anonymous=anonymous,
                is_own=mine is not None,
                is_changed=mine is not None and mine.when is None,
            )
        )
    return cards


def draft_of(board: RuleBoard, touchpoint: str) -> Draft:
    """A rule as the page edits it; ``NotFoundError`` with the nearest names for none.

    Saving a shipped rule makes it an own one, which holds without its ``absent``.
    """
    card = next((one for one in board.cards if one.touchpoint.id == touchpoint), None)
    if card is None:
        raise NotFoundError(f"There is no touchpoint “{touchpoint}”.", id=touchpoint)
    known = card.touchpoint
    own = parse_rules(board.file.text) if not board.file.problem and board.file.text else None
    ways = _ways(chain_of(own, board.rulebook), touchpoint)
    place = known.step or (f"stage:{known.stage}" if known.stage else "")
    label = known.label
    return Draft(known.id, label.get("de", ""), label.get("en", ""), place, known.channel, ways)


def _ways(files: Sequence[RuleFile], touchpoint: str) -> tuple[Way, ...]:
    """What the first of the files that says when says; empty where none does."""
    for file in files:
        for rule in file.touchpoints:
            if rule.id == touchpoint and rule.when:
                return tuple(_way(one) for one in rule.when)
    return ()


def _way(one: Alternative) -> Way:
    return Way(tuple(one.event), tuple(one.channel), tuple(one.source), one.where or "")


def drafted(workspace_text: str, draft: Draft) -> tuple[str, str]:
    """The rule file's text with the draft in it, and the touchpoint's id.

    Parts of the entry that the page does not know (``facts``, ``absent``) stay. ``RuleError`` for a
    draft without a name or without a way to fit.
    """
    label = {"en": draft.label_en or draft.label_de, "de": draft.label_de or draft.label_en}
    if not label["en"].strip():
        raise RuleError("The touchpoint needs a name.", hint="Write what people do there.")
    touchpoint = draft.id or snake_case(draft.label_en or draft.label_de) or "touchpoint"
    ways = [_way_entry(way) for way in draft.ways if _says(way)]
    if not ways:
        raise RuleError(
            "The rule does not say which events it means.",
            hint="Choose at least one event, or write a condition.",
            id=touchpoint,
        )
    before = _before(workspace_text, touchpoint)
    entry: dict[str, Any] = {"id": touchpoint, "label": {k: v.strip() for k, v in label.items()}}
    if draft.channel:
        entry["channel"] = draft.channel
    if draft.place.startswith("stage:"):
        entry["stage"] = draft.place.removeprefix("stage:")
    elif draft.place:
        entry["step"] = draft.place
    entry["when"] = _with_absent(ways, before)
    if before and before.facts:
        entry["facts"] = dict(before.facts)
    return written(workspace_text, _SECTION, entry), touchpoint


def _before(text: str, touchpoint: str) -> TouchpointRule | None:
    if not text.strip():
        return None
    return next((r for r in parse_rules(text).touchpoints if r.id == touchpoint), None)


def _with_absent(
    ways: list[dict[str, Any]], before: TouchpointRule | None
) -> dict[str, Any] | list[dict[str, Any]]:
    for way, old in zip(ways, (before.when or []) if before else [], strict=False):
        if old.absent:
            way["absent"] = [one.model_dump(exclude_defaults=True) for one in old.absent]
    return ways[0] if len(ways) == 1 else ways


def _says(way: Way) -> bool:
    return bool(way.events or way.channels or way.sources or way.where.strip())


def _way_entry(way: Way) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    parts = (("event", way.events), ("channel", way.channels), ("source", way.sources))
    for name, words in parts:
        if words:
            entry[name] = words[0] if len(words) == 1 else list(words)
    if way.where.strip():
        entry["where"] = way.where.strip()
    return entry


def try_text(site: Site, actor: Actor, draft: Draft) -> tuple[str, str]:
    """The rule file as it would be with the draft, and the touchpoint's id: for a trial."""
    require(actor, Right.SEE)
    return drafted(_read(site.workspace(actor.workspace)), draft)


def save_rule(site: Site, actor: Actor, draft: Draft, *, was: str) -> RuleDigest:
    """Write the draft into the rule file.

    ``was`` is the digest the writer saw: ``ConflictError`` where the file is another by now.
    ``RuleError`` with line and rule for what cannot be used; then nothing is written.
    """
    return _change(site, actor, was, lambda text: drafted(text, draft)[0])


def remove_rule(site: Site, actor: Actor, touchpoint: str, *, was: str) -> RuleDigest:
    """Remove an own rule; a shipped one of that id holds again."""
    return _change(site, actor, was, lambda text: removed(text, _SECTION, touchpoint))


def reorder_rules(site: Site, actor: Actor, order: Sequence[str], *, was: str) -> RuleDigest:
    """Put own rules in another order: the first that fits decides."""
    return _change(site, actor, was, lambda text: reordered(text, _SECTION, order))


def save_rule_text(site: Site, actor: Actor, text: str, *, was: str) -> RuleDigest:
    """Write the whole file as somebody edited it."""
    return _change(site, actor, was, lambda _: text.replace("\r\n", "\n"))


def _change(site: Site, actor: Actor, was: str, change: Callable[[str], str]) -> RuleDigest:
    require(actor, Right.CHANGE_DATA)
    workspace = site.workspace(actor.workspace)
    with exclusive_lock(workspace.path / ".staging" / "rules.lock"):
        text = _read(workspace)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        if was != digest:
            raise ConflictError(
                "Somebody changed the rules meanwhile.",
                hint="Look at them as they are now, then make your change again.",
                digest=digest,
            )
        then = change(text)
        _checked(workspace, then)
        write_atomically(workspace.path / RULES, then.encode())
    return _digest(workspace)


def loses_comments(text: str, touchpoint: str) -> bool:
    """Whether saving the rule on the page would lose comments that stand within its entry."""
    known = {entry.id for entry in entries_of(text, _SECTION)} if text.strip() else set()
    return touchpoint in known and inner_comments(text, _SECTION, touchpoint)
