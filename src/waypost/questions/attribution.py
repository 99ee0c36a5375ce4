"""Which contacts get the credit for a goal, under several models side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.attribution import (
    COLLAPSES,
    RULES,
    Credits,
    JourneyRules,
    credit_contacts,
    group_of,
    mark_credited,
)
from waypost.kernels.attribution_chains import MOST_PLAYERS, Tally, count_moves, count_sets
from waypost.kernels.coded import CodedJourneys
from waypost.kernels.row_counts import Each
from waypost.questions.attribution_contacts import NO_NODES, Contacts, fields_of, place_of
from waypost.questions.attribution_rows import (
    MARKOV,
    MODELS,
    NO_CONTACT,
    SHAPLEY,
    Models,
    attribution_facts,
    attribution_notices,
    attribution_rows,
    attribution_units,
    models_of,
)
from waypost.questions.attribution_words import attribution_sentences
from waypost.questions.capable import offers
from waypost.questions.coding import step_journeys
from waypost.questions.measures import Share
from waypost.questions.naming import (
    Nodes,
    StepRule,
    axis_sizes,
    conditions_of,
    step_rule,
)
from waypost.questions.period import ALWAYS, Period, data_until, duration_text, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Result
from waypost.questions.selection import Selection
from waypost.questions.view import PartsOfPersons, ShardView, SnapshotView

__all__ = ["Attribution", "AttributionTask", "Contributions"]

_EVER = 1 << 60
_GROUPS = 200
_FEWEST_GROUPS = 50
_CELLS = 1 << 21
_MEASURES = ("journeys_with", "not_converted", "persons", *MODELS)
_THREE = 3
_SHORT = {"first": "first_contact", "last": "last_contact"}


@dataclass(frozen=True, slots=True)
class Attribution(Question):
    """Which nodes of ``by`` get the credit for reaching ``goal``, one column for each model.

    ``models``: ``first_contact``, ``last_contact``, ``last_indirect``, ``linear``, ``position``,
    ``time_decay``, ``markov``, ``shapley``; all by default (``last_indirect`` only with
    ``direct``); ``first`` and ``last`` are short for the first two.
    ``within``: how long before the goal a contact counts; None for any time. ``conversions``:
    ``each`` goal or a person's ``first``. ``reuse``: a contact counts again for later goals.
    ``collapse``: contacts at one place in a row are one (``repeats``), a place counts once a
    journey (``first``), or all count (``none``). ``candidates``: which nodes are contacts;
    ``leave_out``: which are none. ``direct``: the node that ``last_indirect`` passes over.
    ``position``: percent for the first, the middle and the last contact. ``half_life``: of
    ``time_decay``. ``markov_order``: how many contacts the Markov chain remembers, 1 to 3.
    ``value``: what a set of nodes is worth in ``shapley``: the ``conversions`` of journeys within
    it, or their ``rate``. ``level``: percent of the intervals, 90 or 95; 0 for none. ``since`` and
    ``until`` govern the goal; contacts may lie before. ``by`` may also name a field of events, such
    as ``utm_campaign``, or several, ``utm_source/utm_medium``; contacts are then those of channels,
    and one without a value is ``(none)``.
    """

    name: ClassVar[str] = "attribution"
    shares: ClassVar[tuple[Share, ...]] = (Share("persons", "facts.persons", ("node",)),)

    goal: str
    by: str = "channel"
    models: str | Sequence[str] | None = None
    within: str | timedelta | None = "30d"
    conversions: str = "each"
    reuse: bool = False
    collapse: str = "repeats"
    candidates: str | Sequence[str] | None = None
    leave_out: str | Sequence[str] | None = None
    direct: str | None = None
    position: str | Sequence[int] = "40/20/40"
    half_life: str | timedelta = "7d"
    markov_order: int = 1
    value: str = "conversions"
    level: int = 95

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        fields_of(self.by)
        one_of(self.conversions, ("each", "first"), "conversions")
        one_of(self.collapse, COLLAPSES, "collapse")
        one_of(self.value, ("conversions", "rate"), "value")
        for field in ("models", "candidates", "leave_out"):
            object.__setattr__(self, field, _names(getattr(self, field), field))
        if self.models is not None:
            models = tuple(_SHORT.get(model, model) for model in self.models)
            object.__setattr__(self, "models", models)
            for model in models:
                one_of(model, MODELS, "models")
        shares = _shares(self.position)
        object.__setattr__(self, "position", "/".join(map(str, shares)))
        object.__setattr__(self, "half_life", duration_text(self.half_life))
        if self.within is not None:
            object.__setattr__(self, "within", duration_text(self.within))
        self._check_numbers()

    @property
    def shares_by_position(self) -> tuple[int, ...]:
        """What ``position`` gives to the first contact, those between, and the last."""
        return _shares(self.position)

    def _check_numbers(self) -> None:
        if not 1 <= self.markov_order <= _THREE or self.level not in (0, 90, 95):
            raise QuestionError(
                f"markov_order is {self.markov_order} and level is {self.level}.",
                hint="markov_order lies between 1 and 3; level is 90 or 95, or 0 for no intervals.",
                field="level" if 1 <= self.markov_order <= _THREE else "markov_order",
            )
        if "last_indirect" in (self.models or ()) and self.direct is None:
            raise QuestionError(
                "last_indirect needs to know what a direct contact is.",
                hint="Name it as direct, or leave the model out.",
                field="direct",
            )

    @property
    def shown_models(self) -> tuple[str, ...]:
        """The models of the answer, in the order of their columns."""
        if self.models:
            return tuple(model for model in MODELS if model in self.models)
        return tuple(model for model in MODELS if model != "last_indirect" or self.direct)

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values; ``within`` is told also where it is None."""
        return {**Question.to_dict(self), "within": self.within}

    def plan(self, view: SnapshotView) -> AttributionTask:
        """The task; raises ``QuestionError`` for names that the workspace does not have."""
        contacts = Contacts(self.by, self.candidates, self.leave_out, view)
        goals = self.period_in(view)
        rules = JourneyRules(
            _EVER if self.within is None else ticks_of(view, self.within),
            goals.begin,
            goals.end,
            data_until(view),
            self.conversions == "first",
            self.reuse,
            self.collapse,
        )
        task = AttributionTask(self, rules, contacts, step_rule(view, self.goal), view)
        return task if contacts.fields else task.known()

    def explain(self, language: str = "en") -> str:
        """What is a journey here, what each model gives credit for, and what that can show."""
        return attribution_sentences(self, language)


def _names(given: Any, field: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    names = (given,) if isinstance(given, str) else tuple(given)
    if not names:
        raise QuestionError(f"{field} is empty.", hint="Name one, or leave it out.", field=field)
    return names


def _shares(given: str | Sequence[int]) -> tuple[int, ...]:
    """Three shares from ``40/20/40`` or three numbers; ``QuestionError`` for others."""
    parts = given.replace(",", "/").split("/") if isinstance(given, str) else list(given)
    try:
        shares = tuple(int(part) for part in parts)
    except ValueError:
        shares = ()
    if len(shares) != _THREE or min(shares) < 0 or not 0 < sum(shares) <= 100 * 1_000:
        raise QuestionError(
            f"position is {given!r}.",
            hint="Give three shares, for the first, the middle and the last contact: 40/20/40.",
            field="position",
            value=str(given),
        )
    return shares


@dataclass(frozen=True, slots=True)
class Contributions:
    """What a shard adds: credits by rule, moves for the chain, sets for Shapley values of rates.

    ``task`` knows its nodes. ``models`` are there once the whole is settled: what each model gives,
    and notices.
    """

    task: AttributionTask
    credits: Credits
    moves: Tally
    sets: Tally
    models: Models | None = None

    def __add__(self, other: Contributions) -> Contributions:
        moves, sets = self.moves + other.moves, self.sets + other.sets
        return Contributions(self.task, self.credits + other.credits, moves, sets)

    def settled_with(self, each: Each) -> Contributions:
        """The same with its models; ``each`` computes a few draws at a time and may be stopped."""
        return replace(self, models=models_of(self.task, self, each))


_NO_TALLY = Tally(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class AttributionTask:
    """``Attribution`` on one snapshot; ``period`` governs goals, so every event exists."""

    question: Attribution
    rules: JourneyRules
    contacts: Contacts
    goal: StepRule
    view: SnapshotView
    nodes: Nodes = NO_NODES
    period: Period = ALWAYS

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that contacts are told apart by."""
        return self.contacts.fields

    def known(self, selection: Selection | None = None) -> AttributionTask:
        """The same with its nodes, which by fields are those of ``selection``.

        Raises ``QuestionError`` for names that are no contact, or too many nodes.
        """
        nodes, asked = self.contacts.nodes(selection), self.question
        if asked.value == "rate" and SHAPLEY in asked.shown_models and len(nodes) > MOST_PLAYERS:
            raise QuestionError(
                f"Shapley values of the rate look at every set of contacts; {len(nodes)} have too "
                "many.",
                hint=f"Name at most {MOST_PLAYERS} candidates, or choose value conversions.",
                field="value",
                nodes=len(nodes),
            )
        if asked.direct is not None:
            place_of(nodes, asked.direct)
        return replace(self, nodes=nodes)

    @property
    def direct(self) -> NDArray[np.uint8]:
        """``uint8[nodes + 1]``: 1 for the node that ``last_indirect`` passes over."""
        marked = np.zeros(len(self.nodes) + 1, np.uint8)
        if self.question.direct is not None:
            marked[place_of(self.nodes, self.question.direct)] = 1
        return marked

    @property
    def conditions(self) -> tuple[str, ...]:
        """The goal, where it is a condition."""
        return conditions_of((self.goal,))

    @property
    def rule_models(self) -> tuple[str, ...]:
        """The models that are counted journey by journey."""
        shown = self.question.shown_models
        by_rate = self.question.value == "rate"
        return tuple(one for one in RULES if one in shown and not (by_rate and one == SHAPLEY))

    @property
    def groups(self) -> int:
        """Into how many groups persons are parted for intervals."""
        if not self.question.level:
            return 1
        cells = 2 * max(len(self.rule_models), 1) * len(self.nodes)
        return int(min(max(_CELLS // cells, _FEWEST_GROUPS), _GROUPS))

    def run(self, shard: ShardView, selection: Selection) -> Contributions:
        """The contribution of one shard."""
        task = self.known(selection) if self.keys else self
        return task._counted(shard, selection)  # noqa: SLF001 - the same task, with its nodes

    def _counted(self, shard: ShardView, selection: Selection) -> Contributions:
        journeys, goals = self._journeys(shard, selection)
        groups = group_of(_owners(shard), self.groups)
        shown, order = self.question.shown_models, self.question.markov_order
        half_life = float(ticks_of(self.view, self.question.half_life))
        shares = np.array(self.question.shares_by_position, np.float64)
        given = credit_contacts(
            journeys,
            (shard.at, shard.value, goals),
            self.rules,
            models=self.rule_models,
            settings=(shares, half_life, self.direct),
            groups=(groups, self.groups),
        )
        life, moves, sets = (shard.at, goals), _NO_TALLY, _NO_TALLY
        if MARKOV in shown:
            moves = count_moves(journeys, life, self.rules, order=order, groups=groups)
        if SHAPLEY in shown and self.question.value == "rate":
            sets = count_sets(journeys, life, self.rules, groups=groups)
        return Contributions(self, given, moves, sets)

    def _journeys(
        self, shard: ShardView, selection: Selection
    ) -> tuple[CodedJourneys, CodedJourneys]:
        sizes = axis_sizes(self.view)
        steps = step_journeys(shard, (self.goal,), selection=selection, sizes=sizes)
        return self.contacts.journeys(shard, self.nodes, selection), steps

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Who is behind a row: ``cell["node"]`` and, as ``measure``, a column of it.

        ``not_converted``: who has a journey with it that did not reach the goal; ``first_contact``
        and ``last_contact``: who has a conversion of which it was the first or the last contact;
        all others: who has a conversion with it. ``QuestionError`` for a name that is no contact.
        """
        measure = str(cell.get("measure", "persons"))
        base = next((one for one in MODELS if measure.startswith(one)), measure)
        measure = measure if measure in _MEASURES else base
        one_of(measure, _MEASURES, "measure")
        name = str(cell.get("node", ""))
        task = self.known(selection) if self.keys else self
        node = -1 if name == NO_CONTACT else task.nodes.place(name)
        journeys, goals = task._journeys(shard, selection)  # noqa: SLF001 - as above
        wanted = (node, measure != "not_converted", measure if node >= 0 else "")
        return mark_credited(journeys, shard.at, self.rules, steps=goals, wanted=wanted)

    def finish(self, partial: Contributions) -> Result:
        """One row per contact of any journey, most credit first, then conversions without one."""
        task = partial.task
        rows, notices = attribution_rows(task, partial)
        return Result(
            self.question.to_dict(),
            rows,
            attribution_facts(task, partial),
            attribution_units(self.question.shown_models, self.view.currency),
            (*attribution_notices(task, partial), *notices),
        )


def _owners(shard: ShardView) -> NDArray[np.int64]:
    """A number of the person of each unit that is the same wherever the person is stored.

    The row of the person's first event in the event log; 0 for persons without events.
    """
    parts = cast("PartsOfPersons", shard) if offers(shard, PartsOfPersons) else None
    whole = shard if parts is None else parts.whole
    offsets = whole.offsets
    if not whole.row.size:
        return np.zeros(shard.offsets.size - 1, np.int64)
    first = np.minimum(offsets[:-1], whole.row.size - 1)
    rows = np.where(offsets[1:] > offsets[:-1], whole.row[first].astype(np.int64), 0)
    if parts is None:
        return rows
    return np.asarray(rows[parts.persons_of(np.arange(shard.offsets.size - 1))])
