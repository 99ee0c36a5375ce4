"""Contributions to a goal as the columns, facts and notices of an answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial as partial_of
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.attribution import MONEY_PARTS, PARTS, Credits
from waypost.kernels.row_counts import Each, in_turn
from waypost.kit.translation import N_
from waypost.questions.attribution_models import Chain, draws, shapley_of_rates
from waypost.questions.intervals import share_of
from waypost.questions.result import Notice

if TYPE_CHECKING:
    from waypost.questions.attribution import AttributionTask, Contributions

__all__ = [
    "MARKOV",
    "MODELS",
    "NO_CONTACT",
    "SHAPLEY",
    "Models",
    "attribution_facts",
    "attribution_notices",
    "attribution_rows",
    "attribution_units",
    "models_of",
]

MARKOV, SHAPLEY = "markov", "shapley"
MODELS = (
    *("first_contact", "last_contact", "last_indirect", "linear", "position", "time_decay"),
    *(MARKOV, SHAPLEY),
)
NO_CONTACT = "(no contact)"
"""The row of conversions without any contact before them."""

_REPLICATES = 400
_DRAWS_AT_ONCE = 8
_PLACES = 12
_MOST_WORK = 2.0e10
_MOST_STATES = 4_000
_FEW = 30
_MANY = 0.2


@dataclass(frozen=True, slots=True)
class _Model:
    """``parts``: share of the conversions with a contact, by node; ``spread: [replicates, nodes]``.

    ``credit`` and ``money`` are exact where the model counts journey by journey.
    """

    credit: NDArray[np.float64]
    money: NDArray[np.float64]
    spread: NDArray[np.float64]


def attribution_rows(
    task: AttributionTask, partial: Contributions
) -> tuple[dict[str, Any], tuple[Notice, ...]]:
    """The columns, most credit first, and what to mind about models that could not be computed."""
    found, notices = partial.models or models_of(task, partial, in_turn)
    nodes = partial.credits.nodes
    there = np.flatnonzero(nodes[:2].sum(axis=0))
    leading = next((one for one in ("linear", *task.question.shown_models) if one in found), "")
    credit = found[leading].credit if leading else np.zeros(nodes.shape[1])
    names = np.array([task.nodes.ids[place] for place in there], object)
    order = there[np.lexsort((np.argsort(np.argsort(names)), -np.nan_to_num(credit[there])))]
    totals = partial.credits.groups.sum(axis=0)
    is_without, has_money = bool(totals[1]), bool(partial.credits.totals[4])
    columns: dict[str, Any] = {
        "node": [task.nodes.ids[place] for place in order] + [NO_CONTACT] * is_without,
        "persons": _with(nodes[2][order], partial.credits.totals[3], is_without),
        "journeys_with": _with(nodes[0][order], totals[1], is_without),
        "not_converted": _with(nodes[1][order], 0, is_without),
    }
    for model in task.question.shown_models:
        columns |= _columns(
            task, model, found.get(model), order=order, totals=totals, has_money=has_money
        )
    return columns, notices


def _with(values: NDArray[Any], last: Any, is_without: bool) -> NDArray[Any]:  # noqa: FBT001 - a row more
    return np.append(values, [last] if is_without else []).astype(values.dtype)


def _columns(
    task: AttributionTask,
    model: str,
    found: _Model | None,
    *,
    order: NDArray[np.int64],
    totals: NDArray[np.int64],
    has_money: bool,
) -> dict[str, Any]:
    """Credit, its share, the interval of the share, and money of one model."""
    is_without, whole = bool(totals[1]), float(totals[0] + totals[1])
    if found is None:
        found = _nothing_known(len(task.nodes))
    credit = _with(found.credit[order], float(totals[1]), is_without)
    spread = found.spread[:, order]
    if is_without:
        rest = 1 - found.spread.sum(axis=1, keepdims=True)
        spread = np.concatenate([spread, rest], axis=1)
    low, high = _interval(spread, task.question.level or 95)
    columns: dict[str, Any] = {
        model: credit,
        f"{model}_share": share_of(credit, whole),
        f"{model}_low": low,
        f"{model}_high": high,
    }
    money = _with(found.money[order], float(totals[3]), is_without)
    columns[f"{model}_money"] = money if has_money else np.full(money.size, np.nan)
    return columns


def _nothing_known(nodes: int) -> _Model:
    unknown = np.full(nodes, np.nan)
    return _Model(unknown, unknown, np.full((1, nodes), np.nan))


def _interval(
    spread: NDArray[np.float64], level: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middle ``level`` percent of replicates; NaN where they are too few or unknown."""
    rows = spread[~np.isnan(spread).any(axis=1)]
    if rows.shape[0] < _REPLICATES // 2:
        unknown = np.full(spread.shape[1], np.nan)
        return unknown, unknown
    edge = (100 - level) / 2
    low, high = np.percentile(rows, [edge, 100 - edge], axis=0)
    return np.clip(low, -1.0, 1.0), np.clip(high, -1.0, 1.0)


Models = tuple[dict[str, _Model], tuple[Notice, ...]]


def models_of(task: AttributionTask, partial: Contributions, each: Each) -> Models:
    """What every model gives, and notices about those that could not be had.

    ``each`` calls a function with every number; models of all persons are computed a few draws at a
    time.
    """
    given = partial.credits
    weights = draws(_REPLICATES if task.question.level else 0, task.groups)
    whole = weights @ given.groups[:, :2].sum(axis=1)
    found: dict[str, _Model] = {}
    notices: list[Notice] = []
    for place, model in enumerate(task.rule_models):
        parts = given.parts[:, place]
        found[model] = _Model(
            parts.sum(axis=0) / PARTS,
            given.money[:, place].sum(axis=0) / MONEY_PARTS,
            _per_replicate(weights @ (parts / PARTS), whole),
        )
    if not given.groups[:, 0].sum():
        nothing = _Model(*(np.zeros(len(task.nodes)),) * 2, np.zeros((1, len(task.nodes))))
        return dict.fromkeys(task.question.shown_models, nothing) | found, ()
    shared = _Shared(given, weights, whole)
    if SHAPLEY in task.question.shown_models and SHAPLEY not in found:
        both = np.concatenate([np.ones((1, task.groups)), weights])
        rates = partial_of(shapley_of_rates, partial.sets, len(task.nodes))
        found[SHAPLEY] = shared.model(_in_parts(rates, both, each))
    if MARKOV in task.question.shown_models:
        chain_model, notice = _markov(task, partial, shared, each)
        found |= {} if chain_model is None else {MARKOV: chain_model}
        notices += [] if notice is None else [notice]
    return found, tuple(notices)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Models that share out all conversions with a contact by weights of nodes."""

    credits: Credits
    weights: NDArray[np.float64]
    whole: NDArray[np.float64]

    def model(self, values: NDArray[np.float64]) -> _Model:
        """From ``float64[1 + replicates, nodes]``, the first row for all persons.

        Rounded, so that shares do not depend on the order in which nodes are listed.
        """
        values = np.round(values, _PLACES)
        totals = np.array([[math.fsum(row)] for row in values])
        unknown = np.full_like(values, np.nan)
        shares = np.round(np.divide(values, totals, out=unknown, where=totals > 0), _PLACES)
        sums = self.credits.groups.sum(axis=0)
        touched = self.weights[: len(values) - 1] @ self.credits.groups[:, 0]
        spread = shares[1:] * _per_replicate(touched[:, None], self.whole[: len(touched)])
        return _Model(shares[0] * sums[0], shares[0] * sums[2], spread)


def _per_replicate(values: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    unknown = np.full(values.shape, np.nan)
    divisor = np.broadcast_to(whole.reshape(-1, *[1] * (values.ndim - 1)), values.shape)
    return np.asarray(np.divide(values, divisor, out=unknown, where=divisor > 0))


def _in_parts(
    work: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    weights: NDArray[np.float64],
    each: Each,
) -> NDArray[np.float64]:
    """``work`` of a few rows of ``weights`` at a time, under each other."""
    starts = range(0, len(weights), _DRAWS_AT_ONCE)
    return np.concatenate(each(lambda at: work(weights[at : at + _DRAWS_AT_ONCE]), starts))


def _markov(
    task: AttributionTask, partial: Contributions, shared: _Shared, each: Each
) -> tuple[_Model | None, Notice | None]:
    """Removal effects, with replicates as far as they can be had in reasonable time."""
    order = task.question.markov_order
    chain = Chain(partial.moves, len(task.nodes), groups=task.groups, order=order)
    if chain.states > _MOST_STATES:
        message = N_(
            "The Markov chain has {states} states; {most} at most are solved. Look at fewer "
            "contacts, or let it remember fewer."
        )
        return None, Notice(
            "chain-too-large", message, {"states": chain.states, "most": _MOST_STATES}
        )
    whole = np.ones((1, task.groups))
    if len(shared.weights) * float(chain.states) ** 3 <= _MOST_WORK:
        weights = np.concatenate([whole, shared.weights])
        return shared.model(_in_parts(chain.removal_effects, weights, each)), None
    message = N_("The Markov chain has {states} states; that is too many for intervals.")
    notice = Notice("no-intervals", message, {"states": chain.states})
    return shared.model(chain.removal_effects(whole)), notice


def attribution_facts(task: AttributionTask, partial: Contributions) -> dict[str, Any]:
    """Conversions with and without a contact, journeys that did not get there, and money."""
    totals, counts = partial.credits.groups.sum(axis=0), partial.credits.totals
    journeys = int(totals[0] + counts[0])
    there = partial.credits.nodes[:2].sum(axis=0)
    return {
        "conversions": int(totals[0] + totals[1]),
        "with_contact": int(totals[0]),
        "without_contact": int(totals[1]),
        "persons": int(counts[2]),
        "journeys_with_contact": journeys,
        "not_converted": int(counts[0]),
        "still_open": int(counts[1]),
        "conversion_share": int(totals[0]) / journeys if journeys else None,
        "with_value": int(counts[4]),
        "money": int(totals[2] + totals[3]),
        "money_without_contact": int(totals[3]),
        "never_met": sorted(task.nodes.ids[place] for place in np.flatnonzero(there == 0)),
        "read_as": {task.goal.name: task.goal.kind},
    }


def attribution_notices(task: AttributionTask, partial: Contributions) -> tuple[Notice, ...]:
    """What to mind: credit is no cause; few conversions, many without contact, many open."""
    facts = attribution_facts(task, partial)
    conversions, without = facts["conversions"], facts["without_contact"]
    if not conversions:
        return (Notice("nobody", N_("Nobody reached the goal in this period.")),)
    told = [
        Notice(
            "rule",
            N_(
                "Credit is a rule, not a cause: who is met more often gets more. Where models "
                "differ, only an experiment shows what a contact brings."
            ),
        )
    ]
    if conversions < _FEW:
        message = N_("There are only {conversions} conversions; shares are uncertain.")
        told.append(Notice("few-conversions", message, {"conversions": conversions}))
    if without > _MANY * conversions:
        message = N_("{without} of {conversions} conversions have no contact before them in time.")
        values = {"without": without, "conversions": conversions}
        told.append(Notice("without-contact", message, values))
    if facts["still_open"] > _MANY * facts["not_converted"]:
        message = N_(
            "{open} of {journeys} journeys without the goal can still reach it in time; Markov "
            "counts them as lost."
        )
        values = {"open": facts["still_open"], "journeys": facts["not_converted"]}
        told.append(Notice("many-open", message, values))
    return tuple(told)


_UNITS = {
    "persons": "persons who reached the goal after this contact",
    "journeys_with": "conversions with this contact",
    "not_converted": "journeys with this contact that did not reach the goal",
}


def attribution_units(models: tuple[str, ...], currency: str) -> dict[str, str]:
    """The unit of every column."""
    units = dict(_UNITS)
    for model in models:
        units |= {
            model: "conversions credited",
            f"{model}_share": "share of all conversions",
            f"{model}_low": "share of all conversions, interval",
            f"{model}_high": "share of all conversions, interval",
            f"{model}_money": f"minor units of {currency}",
        }
    return units
