"""What nodes contribute, from moves of a chain (removal effects) or from sets (Shapley values)."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.attribution_chains import SET_BITS, Tally, symbol_bits, unpacked_moves

__all__ = ["Chain", "draws", "shapley_of_rates"]

_CONVERTED = 1 << 20


def draws(replicates: int, groups: int) -> NDArray[np.float64]:
    """``float64[replicates, groups]``: how often each group is drawn, Poisson with mean 1.

    Always the same numbers: PCG64 with a fixed seed. A bootstrap with Poisson weights: B. Efron, R.
    Tibshirani, An Introduction to the Bootstrap (1993); groups of persons in place of persons.
    """
    generator = np.random.Generator(np.random.PCG64(20_160_803))
    return generator.poisson(1.0, (replicates, groups)).astype(np.float64)


class Chain:
    """The chain of all journeys: states, moves between them, and what each group adds to a move."""

    def __init__(self, tally: Tally, nodes: int, *, groups: int, order: int) -> None:
        from scipy.sparse import csr_array  # noqa: PLC0415 - few answers need it

        group, before, after = unpacked_moves(tally, nodes, order)
        bits = symbol_bits(nodes)
        moves, places = np.unique((before << bits) | after, return_inverse=True)
        shape = (groups, moves.size)
        counts = tally.counts.astype(np.float64)
        self._by_group: Any = csr_array((counts, (group, places)), shape)
        self._lay_out(moves, nodes, order)

    def _lay_out(self, moves: NDArray[np.int64], nodes: int, order: int) -> None:
        """Number the states; the begin comes first, and reaching nothing has none."""
        bits = symbol_bits(nodes)
        before, self._after = moves >> bits, moves & ((1 << bits) - 1)
        states = np.unique(before)
        self.states, self._nodes = states.size, nodes
        self._latest = (states & ((1 << bits) - 1)) - 1
        self._is_first_order = order == 1
        self._from = np.searchsorted(states, before)
        self._is_node = self._after <= nodes
        self._is_conversion = self._after == nodes + 1
        self._to = np.full(moves.size, -1)
        into = self._is_node
        self._to[into] = np.searchsorted(states, moves[into] & ((1 << (bits * order)) - 1))

    def removal_effects(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """``float64[replicates, nodes]``: the share of conversions that is lost without a node.

        ``weights: float64[replicates, groups]``. Without a node, whoever comes to it reaches
        nothing. Exact: with F = (I − Q)⁻¹, and D the states at the node, what is lost of P = sFr is
        (sF)_D (F_DD)⁻¹ (Fr)_D. E. Anderl et al., Int. J. of Research in Marketing 33 (2016).
        """
        rows = [self._effects(row) for row in weights @ self._by_group]
        return np.array(rows).reshape(-1, self._nodes)

    def conversion(self) -> float:
        """The probability that a journey with a contact reaches the goal."""
        counts = np.asarray(self._by_group.sum(axis=0)).ravel()
        total = counts[self._from == 0].sum()
        return float(counts[self._is_conversion].sum() / total) if total else float("nan")

    def _effects(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        leaving = np.bincount(self._from, counts, self.states)
        shares = counts / np.where(leaving > 0, leaving, 1.0)[self._from]
        chain = np.eye(self.states)
        into = self._is_node
        np.subtract.at(chain, (self._from[into], self._to[into]), shares[into])
        goal = np.zeros(self.states)
        np.add.at(goal, self._from[self._is_conversion], shares[self._is_conversion])
        inverse = np.linalg.inv(chain)
        reach, visits = inverse @ goal, inverse[0]
        if reach[0] <= 0:
            return np.full(self._nodes, np.nan)
        lost = np.zeros(self._nodes)
        if self._is_first_order:
            at = self._latest[1:]
            lost[at] = visits[1:] * reach[1:] / np.diagonal(inverse)[1:]
            return np.asarray(lost / reach[0])
        for node in np.unique(self._latest[1:]):
            at = np.flatnonzero(self._latest == node)
            lost[node] = visits[at] @ np.linalg.solve(inverse[np.ix_(at, at)], reach[at])
        return np.asarray(lost / reach[0])


def shapley_of_rates(
    tally: Tally, players: int, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``float64[replicates, players]``: Shapley values of v(S), the rate of journeys within S.

    v(S) = converted journeys ÷ all journeys, of those with no node outside S; 0 where there are
    none. Exact over all 2^players sets. L. S. Shapley, A Value for n-Person Games (1953).
    """
    group, sets = tally.keys >> SET_BITS, tally.keys & (_CONVERTED - 1)
    converted = (tally.keys & _CONVERTED) > 0
    found = []
    for row in weights:
        counts = tally.counts * row[group]
        made = _within(np.bincount(sets[converted], counts[converted], 1 << players), players)
        whole = _within(np.bincount(sets, counts, 1 << players), players)
        rates = np.divide(made, whole, out=np.zeros_like(made), where=whole > 0)
        found.append(_shapley(rates, players))
    return np.array(found).reshape(-1, players)


def _within(counts: NDArray[Any], players: int) -> NDArray[np.float64]:
    """Sums over all subsets, one player after the other."""
    sums = counts.astype(np.float64)
    for player in range(players):
        view = sums.reshape(-1, 2, 1 << player)
        view[:, 1] += view[:, 0]
    return sums


def _shapley(value: NDArray[np.float64], players: int) -> NDArray[np.float64]:
    sets = np.arange(1 << players)
    sizes = np.array([int(one).bit_count() for one in sets])
    factors = [
        factorial(k) * factorial(players - k - 1) / factorial(players) for k in range(players)
    ]
    weights = np.array([*factors, 0.0])[sizes]
    found = np.zeros(players)
    for player in range(players):
        without: Any = (sets >> player) & 1 == 0
        gained = value[sets[without] | (1 << player)] - value[without]
        found[player] = weights[without] @ gained
    return found
