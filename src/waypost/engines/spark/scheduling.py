"""Hand work to the tasks of a Spark job and bring the outcomes back, added where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Self

from waypost.engines.spark import carrier
from waypost.engines.spark.carrier import Outcome
from waypost.engines.spark.troubles import translated

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

__all__ = ["JobGroup", "gathered", "scattered"]

ANSWER: Final = "waypost.engines.spark.worker:answer"
_NUMBERS = count(1)


class JobGroup:
    """The jobs of one question: they can be cancelled together, from any thread."""

    def __init__(self, context: SparkContext, title: str) -> None:
        self._context = context
        self._title = title
        self.name = f"waypost-{next(_NUMBERS)}"

    def __enter__(self) -> Self:
        self._context.setJobGroup(self.name, self._title, interruptOnCancel=True)
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel"):
            self._context.setLocalProperty(name, None)  # type: ignore[arg-type]  # None removes it

    def cancel(self) -> None:
        """End the jobs that run; nothing happens where none does."""
        self._context.cancelJobGroup(self.name)


def scattered(
    group: JobGroup, context: SparkContext, function: str, work: bytes, tasks: Sequence[Any]
) -> list[Outcome]:
    """The outcome of every task, in order; each runs ``function``, written ``module:name``."""
    with translated(group):
        pairs = _outcomes(context, function, work, tasks).collect()
    return [outcome for _, outcome in sorted(pairs, key=lambda pair: pair[0])]


def gathered(
    group: JobGroup, context: SparkContext, work: bytes, tasks: Sequence[Any], *, fan_in: int
) -> list[Outcome]:
    """Outcomes of ``answer``, at most ``fan_in`` of them, whose sum is that of all tasks.

    More tasks than that are added on the workers first, neighbours with neighbours, in rounds: what
    reaches the driver stays small, and the order of addition is always the same.
    """
    number = len(tasks)
    outcomes = _outcomes(context, ANSWER, work, tasks)
    while number > fan_in:
        number = -(-number // fan_in)
        add = partial(carrier.add_group, carrier.version_here(), fan_in)
        keyed = outcomes.map(partial(carrier.keyed, fan_in))
        outcomes = keyed.partitionBy(number, partitionFunc=int).mapPartitions(add)
    with translated(group):
        pairs = outcomes.collect()
    return [outcome for _, outcome in sorted(pairs, key=lambda pair: pair[0])]


def _outcomes(
    context: SparkContext, function: str, work: bytes, tasks: Sequence[Any]
) -> RDD[tuple[int, Outcome]]:
    from pyspark import cloudpickle  # noqa: PLC0415 - an extra

    by_value: Callable[[ModuleType], None] = cloudpickle.register_pickle_by_value
    by_value(carrier)
    run = partial(carrier.contribute, carrier.version_here(), function, work)
    return context.parallelize(list(enumerate(tasks)), len(tasks)).map(run)
