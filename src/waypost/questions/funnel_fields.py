"""What a funnel's fields may hold, and which of them exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from waypost.errors import QuestionError, nearest
from waypost.kernels.funnel import MOST_FUNNEL_STEPS
from waypost.kernels.funnel_rules import MOST_EXCLUSIONS
from waypost.kernels.funnel_stops import EARLY, OTHER, REPEAT
from waypost.questions.period import duration_text
from waypost.questions.question import one_of

if TYPE_CHECKING:
    from waypost.questions.funnel import Funnel

__all__ = [
    "STOPS",
    "UNLIMITED",
    "check_combination",
    "exclusions_of",
    "limit_text",
    "limits_of",
    "places_of",
    "spans_of",
    "step_names",
    "steps_of",
]

UNLIMITED = "none"
"""How a window without an end is written."""

STOPS = {"repeat": REPEAT, "other": OTHER, "early": OTHER | EARLY}
"""What may end the search of a funnel, as the kernels take it."""

_SPAN_PARTS = 3

Step = str | tuple[str, ...]


def steps_of(steps: Any) -> tuple[Step, ...]:
    """The steps; a step that is a list is met by any of its names."""
    if isinstance(steps, str) or not 1 <= len(tuple(steps)) <= MOST_FUNNEL_STEPS:
        raise QuestionError(
            f"A funnel has a list of 1 to {MOST_FUNNEL_STEPS} steps.", hint="Write steps=[…, …]."
        )
    found = tuple(step if isinstance(step, str) else tuple(step) for step in steps)
    if () in found:
        raise QuestionError("A step has no names.", hint="Write ('cart', 'basket') for either.")
    return found


def step_names(steps: Sequence[Step]) -> tuple[str, ...]:
    """One name per step, no two alike: the second ``a`` is ``a (2)``."""
    names: list[str] = []
    for step in steps:
        plain = step if isinstance(step, str) else " | ".join(step)
        name, number = plain, 1
        while name in names:
            number += 1
            name = f"{plain} ({number})"
        names.append(name)
    return tuple(names)


def limit_text(value: str | timedelta | None) -> str:
    """A window as text; ``None`` and ``none`` are no limit."""
    return UNLIMITED if value is None or value == UNLIMITED else duration_text(value)


def limits_of(value: Any, steps: int) -> str | tuple[str, ...] | None:
    """One window for every gap between steps, or one for each."""
    if value is None or isinstance(value, str | timedelta):
        return None if value is None else limit_text(value)
    limits = tuple(limit_text(item) for item in value)
    if len(limits) != steps - 1:
        raise QuestionError(
            f"within_step has {len(limits)} windows for {steps} steps.",
            hint=f"Give one for all, or {steps - 1}: one for each step after the first.",
            within_step=limits,
        )
    return limits


def _place(step: Any, names: Sequence[str], field: str) -> int:
    if isinstance(step, int) and 1 <= step <= len(names):
        return step
    if step in names:
        return names.index(step) + 1
    near = nearest(str(step), names)
    raise QuestionError(
        f"{field} names {step!r}, which is no step of this funnel.",
        hint=f"Did you mean {near[0]!r}?" if near else f"Give a name or 1 to {len(names)}.",
        field=field,
        step=step,
    )


def places_of(optional: Any, names: Sequence[str]) -> tuple[int, ...] | None:
    """The optional steps as rising numbers from 1; the first and the last cannot be."""
    if optional is None:
        return None
    items = (optional,) if isinstance(optional, str | int) else tuple(optional)
    places = tuple(sorted({_place(item, names, "optional") for item in items}))
    for place in places:
        if place in (1, len(names)):
            raise QuestionError(
                f"{names[place - 1]!r} is the first or last step and cannot be optional.",
                hint="Leave it out of the funnel instead.",
                optional=place,
            )
    return places or None


def exclusions_of(
    exclude: Any, names: Sequence[str], optional: Sequence[int]
) -> tuple[tuple[str, int, int], ...] | None:
    """What breaks attempts, each with the numbers of the steps between which it does."""
    if exclude is None or exclude == ():
        return None
    if isinstance(exclude, str) or _is_one(exclude):
        exclude = (exclude,)
    if len(tuple(exclude)) > MOST_EXCLUSIONS:
        raise QuestionError(f"A funnel has at most {MOST_EXCLUSIONS} exclusions.")
    return tuple(_exclusion(item, names, optional) for item in exclude)


def _is_one(exclude: Any) -> bool:
    return len(exclude) == _SPAN_PARTS and any(isinstance(part, int) for part in exclude)


def _exclusion(item: Any, names: Sequence[str], optional: Sequence[int]) -> tuple[str, int, int]:
    parts = (item, 1, len(names)) if isinstance(item, str) else tuple(item)
    if len(parts) != _SPAN_PARTS or not isinstance(parts[0], str):
        raise QuestionError(
            f"{item!r} is no exclusion.", hint="Write 'step', or ('step', after, before)."
        )
    after, before = (_place(step, names, "exclude") for step in parts[1:])
    if after >= before or after in optional or before in optional:
        raise QuestionError(
            f"The exclusion {parts[0]!r} lies between {names[after - 1]!r} and "
            f"{names[before - 1]!r}.",
            hint="Name an earlier and a later step, and none that is optional.",
            exclude=item,
        )
    return parts[0], after, before


def spans_of(funnel: Funnel) -> tuple[tuple[str, int, int], ...]:
    """The exclusions of a funnel that was made: what, after which step and before which, from 1."""
    return cast("tuple[tuple[str, int, int], ...]", funnel.exclude or ())


def check_combination(funnel: Funnel) -> None:
    """Raise ``QuestionError`` for words that do not exist and for fields that exclude another."""
    one_of(funnel.entry, ("any", "first", "each", "best"), "entry")
    one_of(funnel.order, ("ordered", "strict", "any"), "order")
    one_of(funnel.ties, ("any", "recorded", "rising"), "ties")
    one_of(funnel.count or "persons", ("persons", "attempts"), "count")
    one_of(funnel.on_exclusion or "attempt", ("attempt", "person"), "on_exclusion")
    one_of(funnel.stop or "repeat", tuple(STOPS), "stop")
    for one, other, why in _conflicts(funnel):
        raise QuestionError(f"{one} and {other} exclude each other: {why}.", one=one, other=other)


def _conflicts(funnel: Funnel) -> list[tuple[str, str, str]]:
    order, given = f"order={funnel.order!r}", _given(funnel)
    found = [
        (order, field, _ORDERS[funnel.order, field])
        for field in given
        if (funnel.order, field) in _ORDERS
    ]
    if funnel.count == "attempts" and funnel.entry != "each":
        found.append(("count='attempts'", f"entry={funnel.entry!r}", "attempts need entry='each'"))
    if funnel.ties == "recorded" and funnel.ties_within is not None:
        found.append(("ties='recorded'", "ties_within", "recorded ties have an order"))
    if funnel.on_exclusion == "person" and funnel.counts_attempts:
        why = "who is left out has no attempts; add count='persons'"
        found.append(("on_exclusion='person'", "count='attempts'", why))
    if funnel.stop is not None and funnel.exclude is not None:
        why = "the one ends an attempt, the other the search"
        found.append(("exclude", f"stop={funnel.stop!r}", why))
    if funnel.on_exclusion is not None and funnel.exclude is None:
        found.append((f"on_exclusion={funnel.on_exclusion!r}", "exclude=None", "nothing excludes"))
    return found


def _given(funnel: Funnel) -> list[str]:
    fields = ("within_step", "ties_within", "exclude", "optional", "stop")
    return [field for field in fields if getattr(funnel, field) is not None]


_ORDERS = {
    ("strict", "optional"): "no event may lie between two steps, so none can be skipped",
    ("strict", "exclude"): "no event may lie between two steps anyway",
    ("strict", "stop"): "no event may lie between two steps anyway",
    ("strict", "ties_within"): "strict order takes events as recorded",
    ("any", "optional"): "in any order every step may be skipped",
    ("any", "exclude"): "in any order nothing lies between two steps",
    ("any", "stop"): "in any order no step comes too early",
    ("any", "within_step"): "in any order there is no step before",
    ("any", "ties_within"): "in any order ties do not matter",
}
