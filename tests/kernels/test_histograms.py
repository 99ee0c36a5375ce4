"""Bins tile the numbers, and quantiles stay within the promised error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from waypost.kernels.histograms import (
    LogHistogram,
    bin_count,
    bin_edges,
    bin_of,
    record,
    relative_error,
)

durations = st.integers(0, 2**33 - 1)


def _histogram(values, precision=5):
    counts, sums = LogHistogram.blank(1, bin_count(precision, 1))
    for value in values:
        record(counts, sums, 0, value, precision)
    return LogHistogram.of(counts, sums, precision)


@relaxed
@given(durations, st.sampled_from([3, 4, 5, 7]))
def test_a_value_lies_between_the_edges_of_its_bin(value, precision):
    bins = bin_count(precision, 1)
    place = bin_of(value, precision, bins)
    edges = bin_edges(precision, bins)
    assert edges[place] <= value < edges[place + 1]


@relaxed
@given(st.sampled_from([3, 4, 5, 7]), st.sampled_from([1, 1_000, 1_000_000]))
def test_bins_widen_without_gaps(precision, ticks):
    edges = bin_edges(precision, bin_count(precision, ticks))
    assert np.all(np.diff(edges) > 0)
    assert edges[0] == 0
    assert edges[-1] >= 2**33 * ticks


def test_values_beyond_the_range_fall_into_the_last_bin():
    assert bin_of(2**62, 5, bin_count(5, 1)) == bin_count(5, 1) - 1


def test_negative_values_fall_into_the_first_bin():
    assert bin_of(-5, 5, bin_count(5, 1)) == 0


@relaxed
@given(st.lists(durations, min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 0.9]))
def test_quantiles_stay_within_the_promised_error(values, share):
    found = _histogram(values).quantile(share)[0]

    exact = sorted(values)[max(0, int(np.ceil(share * len(values))) - 1)]
    assert found == pytest.approx(exact, rel=relative_error(5), abs=0)


@relaxed
@given(st.lists(durations, max_size=10), st.lists(durations, max_size=10))
def test_histograms_add_in_either_order(one, other):
    both = _histogram([*one, *other])
    for added in (_histogram(one) + _histogram(other), _histogram(other) + _histogram(one)):
        assert np.array_equal(added.counts, both.counts)
        assert np.array_equal(added.sums(), both.sums())


def test_nothing_has_no_quantile_and_no_mean():
    empty = LogHistogram.of(*LogHistogram.blank(2, 10), 3)
    assert np.isnan(empty.quantile(0.5)).all()
    assert np.isnan(_histogram([]).mean()[0])
    assert np.isnan(_histogram([]).quantile(0.5)[0])
