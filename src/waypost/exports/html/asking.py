"""A question as the command that asks it: the same number from the command line."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Mapping

from waypost.errors import InputError
from waypost.questions import question_from_dict

__all__ = ["as_command"]

# Questions with a command of their own: its arguments, and its options beside the filters.
_COMMANDS: Mapping[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "funnel": (("steps",), frozenset({"within", "entry"})),
    "time_between": (("first", "then"), frozenset()),
    "transitions": ((), frozenset({"by"})),
    "drop_off": ((), frozenset({"by"})),
}
_FILTERS = frozenset({"where", "segment", "since", "until"})


def as_command(question: Mapping[str, object], workspace: str) -> str:
    """The command, quoted for a shell; empty where no question is kept.

    A question that its own command cannot say whole is asked as JSON with ``waypost ask``.
    """
    name = str(question.get("question", ""))
    if not name:
        return ""
    said = _without_defaults(question)
    arguments, options = _COMMANDS.get(name, ((), frozenset()))
    if name not in _COMMANDS or not set(said) <= {*arguments, *options, *_FILTERS}:
        compact = json.dumps(question, ensure_ascii=False, separators=(",", ":"))
        return shlex.join(["waypost", "ask", workspace, compact])
    words = ["waypost", name.replace("_", "-"), workspace]
    words += [word for argument in arguments for word in _listed(said.pop(argument))]
    for option, value in said.items():
        words += [f"--{option}", str(value)]
    return shlex.join(words)


def _without_defaults(question: Mapping[str, object]) -> dict[str, object]:
    """The fields that say something; all that are set where the question is not known here."""
    given = {name: value for name, value in question.items() if name != "question"}
    try:
        known = question_from_dict(dict(question))
    except InputError:
        return given
    usual = {item.name: item.default for item in dataclasses.fields(known)}
    return {name: value for name, value in given.items() if value != usual.get(name)}


def _listed(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list | tuple) else [str(value)]
