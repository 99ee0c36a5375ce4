"""From rules to a binding: codes for touchpoints, and one condition per touchpoint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pyarrow as pa

from waypost.errors import RuleError
from waypost.journeys.binding.matching import COMBO, Codes, Combo, Matcher, Rule
from waypost.journeys.binding.merging import Placed, Rules, lay_over
from waypost.journeys.binding.rule_file import Alternative, Contact, RuleFile
from waypost.journeys.binding.rulebooks import chain_of
from waypost.model import Stage, Step, Touchpoint
from waypost.model.conditions import (
    PERSON,
    All,
    Any,
    Condition,
    Field,
    Matches,
    Missing,
    Node,
    OneOf,
    Setting,
)

__all__ = ["Binding", "bind"]

MOST = 65_535
OUTCOMES = frozenset({"touchpoint", "stage", "step"})


@dataclass(frozen=True, slots=True)
class Binding:
    """Which events are which touchpoint; entry 0 of every dictionary stands for unbound.

    ``own`` are the codes of touchpoints whose rule the user wrote; ``rules`` are tried in order.
    """

    touchpoints: tuple[Touchpoint, ...]
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    setting: Setting
    own: frozenset[int]
    _matcher: Matcher = field(compare=False, repr=False)

    @property
    def needs(self) -> frozenset[str]:
        """Columns of the log that rules read beyond event, channel and source."""
        names = {name for rule in self.rules for name in rule.condition.names}
        return frozenset(names - set(COMBO)) | ({"currency"} if "value" in names else set())

    def touchpoint_codes(self, batch: pa.RecordBatch) -> Codes:
        """Per row the code of its touchpoint, ``uint16[rows]``, 0 = unbound.

        ``batch`` has the columns ``event``, ``channel``, ``source`` (text or dictionary) and those
        of ``needs``; a missing one other than ``event`` counts as null. The first rule that holds
        decides; events whose name starts with ``$`` are never bound. An empty batch gives an empty
        array. Thread-safe.
        """
        return self._matcher.codes(batch)

    def combo_codes(self, combos: Sequence[Combo]) -> Codes:
        """The code of each (event, channel, source) where rules about other columns do not hold."""
        return self._matcher.codes(_batch_of(combos))

    def stage_codes(self) -> list[int]:
        """Per touchpoint the code of its stage, 0 = none."""
        numbers = {stage.id: code for code, stage in enumerate(self.stages)}
        return [numbers.get(touchpoint.stage, 0) for touchpoint in self.touchpoints]

    @property
    def digest(self) -> str:
        """Changes when what is bound, or how it is called, changes; 32 hexadecimal digits."""
        stated = [
            [[stage.id, dict(stage.label)] for stage in self.stages],
            [[step.id, step.stage, dict(step.label)] for step in self.steps],
            [
                [t.id, t.channel, t.stage, t.step, dict(t.label), dict(t.facts)]
                for t in self.touchpoints
            ],
            [[rule.code, repr(rule.condition.root)] for rule in self.rules],
            [self.setting.zone, self.setting.digits, self.setting.currency],
        ]
        text = json.dumps(stated, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def bind(
    own: RuleFile | None = None,
    *,
    stages: str = "b2c",
    seen: Collection[Combo | str] = (),
    setting: Setting | None = None,
) -> Binding:
    """The binding of own rules over a shipped rulebook.

    ``stages`` names the rulebook (``b2c``, ``b2b``, ``saas``, ``none``) where own rules do not say
    ``extends``. ``seen`` are the combinations of event, channel and source in the log (see
    ``count_combos``; bare names of events will do): a rule with ``absent`` holds only where none of
    those is among them. ``setting`` has the workspace's zone and currency, for conditions about
    ``at`` and ``value``.
    """
    rules = lay_over(chain_of(own, stages))
    live = [_Live(placed, _condition_of(placed, seen)) for placed in rules.touchpoints]
    if len(live) > MOST:
        raise RuleError(f"At most {MOST:,} touchpoints are possible, not {len(live):,}.")
    compiled = tuple(
        Rule(code, item.condition)
        for code, item in enumerate(live, start=1)
        if item.condition is not None
    )
    settled = setting or Setting()
    return Binding(
        touchpoints=(Touchpoint("", {}), *(_touchpoint(item.placed) for item in live)),
        stages=(Stage("", {}), *(Stage(s.id, s.label or {}) for s in rules.stages)),
        steps=_steps(rules),
        rules=compiled,
        setting=settled,
        own=frozenset(code for code, item in enumerate(live, start=1) if item.placed.own),
        _matcher=Matcher(compiled, settled),
    )


@dataclass(frozen=True, slots=True)
class _Live:
    placed: Placed
    condition: Condition | None


def _steps(rules: Rules) -> tuple[Step, ...]:
    found = [Step(step.id, step.label or {}, step.stage or "") for step in rules.steps]
    return (Step("", {}, ""), *found)


def _touchpoint(placed: Placed) -> Touchpoint:
    rule = placed.rule
    return Touchpoint(
        id=rule.id,
        label=rule.label or {},
        channel=rule.channel or "",
        stage=rule.stage or "",
        step=rule.step or "",
        facts=dict(rule.facts),
    )


def _condition_of(placed: Placed, seen: Collection[Combo | str]) -> Condition | None:
    """The condition of a touchpoint; None when, in this log, none of its alternatives can hold."""
    ways = [
        _in_channel(placed.rule.channel, _alternative(way, placed))
        for way in placed.rule.when or ()
        if not _occurs(way.absent, seen)
    ]
    if not ways:
        return None
    return Condition(ways[0] if len(ways) == 1 else Any(tuple(ways)))


def _occurs(contacts: Sequence[Contact], seen: Collection[Combo | str]) -> bool:
    """Whether any of the contacts is among what was seen; of a bare name only that is compared."""
    return any(_fits(contact, combo) for contact in contacts for combo in seen)


def _fits(contact: Contact, combo: Combo | str) -> bool:
    values: tuple[str | None, ...] = (combo,) if isinstance(combo, str) else combo
    said = (contact.event, contact.channel, contact.source)
    return all(
        not words or any(fnmatchcase(value or "", word) for word in words)
        for words, value in zip(said, values, strict=False)
    )


def _in_channel(channel: str | None, way: Node) -> Node:
    """A touchpoint's channel restricts what does not speak of channels itself."""
    if not channel or "channel" in Condition(way).names:
        return way
    field_ = Field("channel")
    return All((Any((OneOf(field_, (channel,)), Missing(field_))), way))


def _alternative(way: Alternative, placed: Placed) -> Node:
    words = {"event": way.event, "channel": way.channel, "source": way.source}
    parts = [_one_of(Field(name), said) for name, said in words.items() if said]
    if way.where:
        parts.append(_where(way.where, placed))
    if not parts:
        raise RuleError(
            f"{placed.place}: touchpoint “{placed.rule.id}” does not say when.",
            hint="Give an event, a channel, a source or a condition (where).",
            id=placed.rule.id,
        )
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _one_of(field_: Field, words: Sequence[str]) -> Node:
    plain = tuple(sorted({word for word in words if not _is_pattern(word)}))
    patterns = [Matches(field_, "glob", word) for word in words if _is_pattern(word)]
    parts: list[Node] = [OneOf(field_, plain)] if plain else []
    parts += patterns
    return parts[0] if len(parts) == 1 else Any(tuple(parts))


def _is_pattern(word: str) -> bool:
    return "*" in word or "?" in word


def _where(text: str, placed: Placed) -> Node:
    about = f"{placed.place}: touchpoint “{placed.rule.id}”, field “when”"
    try:
        condition = Condition.parse(text)
    except RuleError as error:
        raise RuleError(f"{about}: {error.message}", hint=error.hint, **error.facts) from error
    wrong = sorted(name for name in condition.names if name in OUTCOMES or name.startswith(PERSON))
    if wrong:
        raise RuleError(
            f"{about}: “{wrong[0]}” is not known before events are bound.",
            hint="Allowed are event, channel, source, value, rating, text, at and attributes.",
            id=placed.rule.id,
        )
    return condition.root


def _batch_of(combos: Sequence[Combo]) -> pa.RecordBatch:
    columns = zip(*combos, strict=True) if combos else ((), (), ())
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, names=list(COMBO))
