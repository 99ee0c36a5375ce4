"""From a row of an answer to a rule: the address of a new segment of those who did the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from waypost.questions import Composed, Funnel, Question
from waypost.questions.segments import NEVER

__all__ = ["rules_behind", "segment_address"]

_AXES = ("touchpoint", "step", "stage", "channel", "event")
_SIGNS = ("=", "<", ">", "(", " is ")


def segment_address(
    question: Question | Composed, cell: Mapping[str, Any], narrowed: Iterable[str]
) -> str:
    """What stands behind the question mark of the builder's address; empty where no rule fits."""
    rules = rules_behind(question, cell)
    return urlencode([("rule", rule) for rule in (*narrowed, *rules)]) if rules else ""


def rules_behind(question: Question | Composed, cell: Mapping[str, Any]) -> tuple[str, ...]:
    """Rules over what somebody did, without its order and time: wider than the cell is.

    Empty for rows that no rule describes.
    """
    plain = question.question if isinstance(question, Composed) else question
    found = [] if plain.segment is None else list(_texts(plain.segment))
    if isinstance(plain, Funnel):
        return (*found, *_funnel(plain, cell))
    by = str(getattr(plain, "by", ""))
    done: list[str] = []
    for name, value in cell.items():
        axis = name if name in _AXES else by
        if name in (*_AXES, "node", "from", "to", "path", "group") and axis:
            done += [_did(axis, one) for one in _texts(value) if one]
    return (*found, *dict.fromkeys(done)) if done else ()


def _funnel(funnel: Funnel, cell: Mapping[str, Any]) -> list[str]:
    reached = str(cell.get("step", ""))
    if reached not in funnel.rows or funnel.order == "any":
        return []
    place = funnel.rows.index(reached)
    steps = [_step(step) for step in funnel.steps]
    rules = steps[: place + 1]
    if cell.get("measure") == "lost" and place + 1 < len(steps):
        rules.append(f"{NEVER} {steps[place + 1]}")
    return rules


def _step(step: Any) -> str:
    names = [_named(name) for name in ((step,) if isinstance(step, str) else step)]
    return names[0] if len(names) == 1 else " or ".join(f"({name})" for name in names)


def _named(text: str) -> str:
    kind, colon, name = text.partition(":")
    if colon and kind in _AXES:
        return _did(kind, name)
    return text if any(sign in text for sign in _SIGNS) else _did("touchpoint", text)


def _did(axis: str, value: str) -> str:
    escaped = value.replace("'", "''")
    return f"{axis} = '{escaped}'"


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value or ())
