"""What goes wrong on a cluster, in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from waypost.engines.spark.carrier import ABSENT, OTHER_VERSION, Outcome, version_here
from waypost.engines.spark.parcels import unpacked
from waypost.engines.spark.worker import PARTIAL, REFUSED
from waypost.errors import (
    CancelledError,
    InputError,
    MissingExtraError,
    NotFoundError,
    WaypostError,
)

__all__ = ["contents_of", "known_trouble", "sparks_errors", "translated"]

_PROGRAM = re.compile(r'Cannot run program "([^"]+)"')
_VERSIONS = re.compile(
    r"Python in worker has different version: ([\d.]+) than that in driver: ([\d.]+)"
)


class _Cancels(Protocol):
    def cancel(self) -> None: ...


def contents_of(outcomes: Sequence[Outcome]) -> list[Any]:
    """What the workers answered; raises the first error among the outcomes."""
    for kind, content in outcomes:
        if kind != PARTIAL:
            raise _error_of(kind, content)
    return [unpacked(content) for _, content in outcomes]


def _error_of(kind: str, content: Any) -> WaypostError:
    if kind == REFUSED:
        error: WaypostError = unpacked(content)
        return error
    machine, python, found = content
    if kind == OTHER_VERSION:
        return InputError(
            f"The Spark worker {machine} has Waypost {found}, this is {version_here()}.",
            hint=f"Install the same version for {python} on every worker.",
            worker=machine,
            python=python,
        )
    assert kind == ABSENT, kind
    return MissingExtraError(
        f"The Spark worker {machine} cannot load Waypost: {found}.",
        hint=f'Install it on every worker: {python} -m pip install "waypost[spark]=='
        f'{version_here()}", or name the Python that has it with python=.',
        worker=machine,
        python=python,
    )


def sparks_errors() -> tuple[type[Exception], ...]:
    """What Spark's own failures are raised as: by PySpark, and by the bridge to Java under it."""
    from pyspark.core.context import Py4JError  # type: ignore[attr-defined]  # noqa: PLC0415 - an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra

    return PySparkException, Py4JError


@contextmanager
def translated(jobs: _Cancels) -> Iterator[None]:
    """Raise what Spark and Py4J raise as errors of ours; unknown ones pass.

    An interrupt of the user ends the jobs of the group.
    """
    raised = sparks_errors()
    try:
        yield
    except KeyboardInterrupt as error:
        jobs.cancel()
        raise CancelledError("The question was stopped.") from error
    except raised as error:
        known = known_trouble(str(error))
        if known is None:
            raise
        raise known from error
    except ConnectionError as error:
        raise _no_driver() from error


def known_trouble(text: str) -> WaypostError | None:
    """The error for what Spark says; None for what nobody has foreseen."""
    program = _PROGRAM.search(text)
    if program:
        return MissingExtraError(
            f"A Spark worker has no Python at {program[1]}.",
            hint="Name the Python that the workers have with python=.",
            python=program[1],
        )
    versions = _VERSIONS.search(text)
    if versions:
        return InputError(
            f"The Spark workers have Python {versions[1]}, here it is {versions[2]}.",
            hint="Name a Python of the same version that the workers have with python=.",
        )
    if "SPARK_JOB_CANCELLED" in text or "cancelled" in text:
        return CancelledError("The question was stopped.")
    if "ExecutorLostFailure" in text or "crashed unexpectedly" in text:
        return NotFoundError(
            "Spark lost the workers that had this question, several times over.",
            hint="They may lack memory: see spark.executor.memory and memoryOverhead, "
            "or give each task fewer events with events_per_task=.",
        )
    return _no_driver() if "SparkContext" in text and "stopped" in text else None


def _no_driver() -> NotFoundError:
    return NotFoundError("The Spark session has been stopped.", hint="Make a new SparkEngine.")
