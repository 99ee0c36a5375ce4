"""Own rules laid over a shipped rulebook; what an entry does not say, it inherits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from waypost.errors import RuleError, nearest
from waypost.journeys.binding.rule_file import RuleFile, StageRule, StepRule, TouchpointRule

__all__ = ["Placed", "Rules", "lay_over"]

GAP = 10.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A touchpoint's rule, where it was written, and whether the user wrote it."""

    rule: TouchpointRule
    place: str
    own: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """Stages in order, steps in order of stage and place, touchpoints in order of priority."""

    stages: tuple[StageRule, ...]
    steps: tuple[StepRule, ...]
    touchpoints: tuple[Placed, ...]


Ordered = TypeVar("Ordered", StageRule, StepRule)


def lay_over(files: Sequence[RuleFile]) -> Rules:
    """The rules of files that extend one another, the user's own first, the base last.

    Own touchpoints with a ``when`` come before everything inherited; others keep their place.
    ``RuleError`` for a stage or step that is not there, or an entry that lacks what it needs.
    """
    rules = Rules((), (), ())
    for file in reversed(files):
        own = file is files[0]
        rules = Rules(
            stages=tuple(_ordered({e.id: e for e in rules.stages}, file, file.stages, "stages")),
            steps=tuple(_ordered({e.id: e for e in rules.steps}, file, file.steps, "steps")),
            touchpoints=tuple(_touchpoints(rules.touchpoints, file, own=own)),
        )
        _check_names(file, rules)
    return _settled(rules)


def _ordered(
    base: Mapping[str, Ordered], file: RuleFile, entries: Sequence[Ordered], kind: str
) -> list[Ordered]:
    found = dict(base)
    for i, entry in enumerate(entries):
        last = max((other.order or 0.0 for other in found.values()), default=0.0)
        if entry.id in found:
            found[entry.id] = _joined(found[entry.id], entry)
        else:
            _need(entry, file.place(kind, i), kind)
            order = last + GAP if entry.order is None else entry.order
            found[entry.id] = entry.model_copy(update={"order": order})
    kept = [entry for entry in found.values() if not entry.off]
    return sorted(kept, key=lambda entry: entry.order or 0.0)


def _touchpoints(base: Sequence[Placed], file: RuleFile, *, own: bool) -> list[Placed]:
    inherited = {placed.rule.id: placed for placed in base}
    front: list[Placed] = []
    for i, entry in enumerate(file.touchpoints):
        place = file.place("touchpoints", i)
        earlier = inherited.get(entry.id)
        if earlier is None:
            _need(entry, place, "touchpoints")
            front.append(Placed(entry, place, own))
            continue
        joined = _moved(earlier.rule, entry)
        if entry.when is None:
            inherited[entry.id] = Placed(joined, place, own=False)
        else:
            del inherited[entry.id]
            front.append(Placed(joined, place, own))
    return [placed for placed in (*front, *inherited.values()) if not placed.rule.off]


Entry = TypeVar("Entry", StageRule, StepRule, TouchpointRule)


def _joined(earlier: Entry, later: Entry) -> Entry:
    said = {name: getattr(later, name) for name in later.model_fields_set}
    if earlier.label and later.label:
        said["label"] = {**earlier.label, **later.label}
    return earlier.model_copy(update=said)


def _moved(earlier: TouchpointRule, later: TouchpointRule) -> TouchpointRule:
    """A new stage without a new step drops the old step, and the other way round."""
    joined = _joined(earlier, later)
    said = later.model_fields_set
    if "stage" in said and "step" not in said:
        return joined.model_copy(update={"step": None})
    if "step" in said and "stage" not in said:
        return joined.model_copy(update={"stage": None})
    return joined


def _need(entry: StageRule | StepRule | TouchpointRule, place: str, kind: str) -> None:
    needed = {"stages": ["label"], "steps": ["label", "stage"], "touchpoints": ["label", "when"]}
    lacking = [name for name in needed[kind] if not getattr(entry, name)]
    if entry.off or lacking:
        what = f"{kind.removesuffix('s')} “{entry.id}”"
        problem = f"there is no {what} to switch off" if entry.off else f"{what} is new"
        hint = "" if entry.off else f"A new one needs: {', '.join(needed[kind])}."
        raise RuleError(f"{place}: {problem}.", hint=hint, id=entry.id, lacking=lacking)


def _check_names(file: RuleFile, rules: Rules) -> None:
    stages = {stage.id for stage in rules.stages}
    steps = {step.id: step.stage for step in rules.steps}
    for i, step in enumerate(file.steps):
        if not step.off:
            _check_name(step.stage, stages, file.place("steps", i, "stage"), "stage")
    for i, touchpoint in enumerate(file.touchpoints):
        _check_name(touchpoint.stage, stages, file.place("touchpoints", i, "stage"), "stage")
        _check_name(touchpoint.step, steps, file.place("touchpoints", i, "step"), "step")
        fitting = steps.get(touchpoint.step or "")
        if fitting and touchpoint.stage and fitting != touchpoint.stage:
            raise RuleError(
                f"{file.place('touchpoints', i, 'stage')}: touchpoint “{touchpoint.id}” has the "
                f"stage “{touchpoint.stage}”, but its step “{touchpoint.step}” belongs to "
                f"“{fitting}”.",
                hint="Leave the stage out; it follows from the step.",
                id=touchpoint.id,
            )


def _check_name(
    name: str | None, known: Mapping[str, object] | set[str], place: str, kind: str
) -> None:
    if not name or name in known:
        return
    near = nearest(name, known)
    meant = f"Did you mean {', '.join(near)}? " if near else ""
    raise RuleError(
        f"{place}: there is no {kind} “{name}”.",
        hint=f"{meant}Allowed: {', '.join(sorted(known)) or 'none yet'}.",
        name=name,
    )


def _settled(rules: Rules) -> Rules:
    """Every step in a stage that is there, in its order; every touchpoint's stage from its step."""
    places = {stage.id: place for place, stage in enumerate(rules.stages)}
    steps = sorted(
        (step for step in rules.steps if step.stage in places),
        key=lambda step: places[step.stage or ""],
    )
    stage_of = {step.id: step.stage for step in steps}
    touchpoints = tuple(_settle(placed, stage_of, places) for placed in rules.touchpoints)
    return Rules(rules.stages, tuple(steps), touchpoints)


def _settle(
    placed: Placed, stage_of: Mapping[str, str | None], stages: Mapping[str, int]
) -> Placed:
    rule = placed.rule
    step = rule.step if rule.step in stage_of else None
    stage = stage_of[step] if step else rule.stage
    settled = rule.model_copy(update={"step": step, "stage": stage if stage in stages else None})
    return Placed(settled, placed.place, placed.own)
