"""What travels to the workers as code: the standard library only, so that it arrives everywhere.

Spark's Python workers may lack Waypost or have another version of it. The functions of this module
are sent by value; they look before they load anything, and give and take plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = [
    "ABSENT",
    "OTHER_VERSION",
    "Outcome",
    "Portion",
    "add_group",
    "carry",
    "contribute",
    "keyed",
    "version_here",
]

Outcome = tuple[str, Any]
"""A kind and a content: ``partial``, ``refused``, or one of those below."""

Portion = tuple[int, int, int]
"""A shard (−1 = events without a person), which range of its persons, and out of how many."""

ABSENT = "absent"
OTHER_VERSION = "other version"


def version_here() -> str:
    """The version of Waypost in this process."""
    import importlib  # noqa: PLC0415 - the root imports, at need, layers above this one

    version: str = importlib.import_module("waypost").__version__
    return version


def carry(version: str, function: str, *arguments: Any) -> Outcome:
    """What a function (``module:name``) of Waypost answers on this worker.

    Where Waypost cannot be loaded or has another version: the name of the machine, its Python and
    what was found there.
    """
    import importlib  # noqa: PLC0415 - what a function names in its module would have to travel too
    import platform  # noqa: PLC0415 - as above
    import sys  # noqa: PLC0415 - as above

    here = (platform.node(), sys.executable)
    try:
        found = importlib.import_module("waypost").__version__
        if found != version:
            return "other version", (*here, found)
        module, _, name = function.partition(":")
        answer: Callable[..., Outcome] = getattr(importlib.import_module(module), name)
    except ImportError as error:
        return "absent", (*here, str(error))
    return answer(*arguments)


def contribute(
    version: str, function: str, work: bytes, numbered: tuple[int, Any]
) -> tuple[int, Outcome]:
    """The outcome of one task, under the number of the task."""
    number, portions = numbered
    return number, carry(version, function, work, portions)


def add_group(
    version: str, fan_in: int, numbered: Iterable[tuple[int, tuple[int, Outcome]]]
) -> Iterator[tuple[int, Outcome]]:
    """One outcome for neighbouring tasks, added in the order of their numbers."""
    outcomes = sorted((task for _, task in numbered), key=lambda task: task[0])
    if outcomes:
        added = carry(
            version, "waypost.engines.spark.worker:add_up", [outcome for _, outcome in outcomes]
        )
        yield outcomes[0][0] // fan_in, added


def keyed(fan_in: int, numbered: tuple[int, Outcome]) -> tuple[int, tuple[int, Outcome]]:
    """The outcome under the number of the group it is added in."""
    return numbered[0] // fan_in, numbered
