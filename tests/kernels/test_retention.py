"""Coming back equals the twin that looks at every event for every cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.retention import cells_of, entry_of, squares
from tests.strategies.coded_journeys import Case, cases, halves, relaxed
from waypost.kernels.retention import (
    FAR,
    NOBODY,
    Entrants,
    PeriodRules,
    add_square,
    count_returns,
    exact_squares,
    find_entries,
    mark_returned,
)

NO_VALUE = -(1 << 63)
UNEVEN = [0, 3, 7, 8, 15, 20, 28, *range(31, 120, 4)]
ENTERS, RETURNS = {0, 3}, {1, 3}
LOOKUP = [sum(bit for bit, codes in ((1, ENTERS), (2, RETURNS)) if c in codes) for c in range(4)]
CELLS = [
    [(0, 0), (1, 1), (2, 2), (3, 3)],
    [(0, None), (1, None), (2, None)],
    [(0, 2), (1, 5), (4, 4)],
    [(0, 0), (0, 1), (0, 2), (0, 3)],
]

asked = st.fixed_dictionaries(
    {
        "cells": st.sampled_from(CELLS),
        "width": st.sampled_from([0, 1, 4, 11]),
        "with_entry": st.booleans(),
        "first": st.booleans(),
        "data_until": st.integers(0, 45),
        "begin": st.sampled_from([-100, 5]),
        "end": st.sampled_from([100, 20]),
    }
)


def _rules(settings):
    lows = np.array([low for low, _ in settings["cells"]])
    highs = np.array([FAR if high is None else high for _, high in settings["cells"]])
    return PeriodRules(lows, highs, settings["width"], settings["with_entry"])


def _entrants(case, coded, settings):
    """Cohorts are the remainder of the entry by three."""
    period = (settings["begin"], settings["end"])
    entry = find_entries(coded, case.at(), period=period, first=settings["first"])
    inside = entry != NOBODY
    at = np.where(inside, case.at()[np.maximum(entry, 0)] if case.flat else 0, 0).astype(np.int64)
    begins = np.array(UNEVEN)
    if settings["width"]:
        clock, passed = at, np.maximum(settings["data_until"] - at, 0) // settings["width"]
    else:
        clock = np.searchsorted(begins, at, side="right") - 1
        reached = np.searchsorted(begins, settings["data_until"], side="right") - 1
        passed = np.maximum(reached - clock, 0)
    return Entrants(entry, clock, np.where(inside, at % 3, 0), passed)


def _count(case, coded, settings):
    people = _entrants(case, coded, settings)
    moments = (case.at(), case.value(), np.array(UNEVEN))
    return count_returns(coded, moments, people, _rules(settings), np.arange(3))


def _twin(case, settings):
    """Per cohort, the cells of everyone who enters, and per person cohort and cells."""
    rules = {**settings, "begins": UNEVEN}
    cohorts, persons = {0: [], 1: [], 2: []}, []
    for person in case.kept():
        events = [(at, code, None if v == NO_VALUE else v) for at, code, v, _ in person]
        entry = entry_of(events, ENTERS, settings["begin"], settings["end"], settings["first"])
        if entry is None:
            persons.append(None)
            continue
        cells = cells_of(events, entry, RETURNS, rules)
        cohorts[events[entry][0] % 3].append(cells)
        persons.append((events[entry][0] % 3, cells))
    return cohorts, persons


@relaxed
@given(cases(), asked)
def test_every_cell_equals_the_slow_twin(case, settings):
    counts = _count(case, case.journeys(LOOKUP), settings)

    cohorts, _ = _twin(case, settings)
    assert counts.entrants.tolist() == [len(people) for people in cohorts.values()]
    for cohort, people in cohorts.items():
        for k in range(len(settings["cells"])):
            cell = [cells[k] for cells in people]
            due = [one for one in cell if one[1]]
            assert counts.due[cohort, k] == len(due)
            assert counts.column("persons")[cohort, k] == sum(one[0] for one in cell)
            assert counts.column("persons_due")[cohort, k] == sum(one[0] for one in due)
            assert counts.column("events")[cohort, k] == sum(one[2] for one in cell)
            assert counts.column("value")[cohort, k] == sum(one[3] for one in cell)
            assert counts.column("value_due")[cohort, k] == sum(one[3] for one in due)
            assert counts.squares()[cohort, k] == squares(cell)


@relaxed
@given(cases(), asked, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, settings, cut):
    whole = _count(case, case.journeys(LOOKUP), settings)
    parts = [_count(case, piece, settings) for piece in halves(case.journeys(LOOKUP), cut)]
    for both in (parts[0] + parts[1], parts[1] + parts[0]):
        assert np.array_equal(both.cells, whole.cells)
        assert np.array_equal(both.due, whole.due)
        assert np.array_equal(both.entrants, whole.entrants)


@relaxed
@given(cases(), asked, st.booleans(), st.integers(0, 2))
def test_members_of_a_cell_are_those_it_counts(case, settings, due, cohort):
    coded = case.journeys(LOOKUP)
    people = _entrants(case, coded, settings)
    moments = (case.at(), case.value(), np.array(UNEVEN))
    counted = [p for p in range(len(case.persons)) if not case.counted or case.counted[p]]
    _, persons = _twin(case, settings)
    for k in range(len(settings["cells"])):
        found = mark_returned(coded, moments, people, _rules(settings), (cohort, k), due=due)
        expected = [
            counted[place]
            for place, person in enumerate(persons)
            if person and person[0] == cohort and person[1][k][0] and (person[1][k][1] or not due)
        ]
        assert np.flatnonzero(found).tolist() == expected


@pytest.mark.parametrize("value", [0, 1, 2**31 - 1, 2**31, 2**40 + 12345, -(2**45) - 7])
def test_squares_are_summed_without_rounding(value):
    parts = np.zeros(4, np.int64)
    for _ in range(3):
        add_square(parts, value)
    assert exact_squares(parts) == float(3 * value**2)


def test_cohorts_that_only_one_part_has_are_kept():
    blank = PeriodRules(np.array([0]), np.array([0]), 5)
    nobody = Entrants(*(np.zeros(0, np.int64) for _ in range(4)))
    coded = Case([], [], [], [0, 1, 2, 3], np.uint8, np.int32, []).journeys(LOOKUP)
    moments = (np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    early, late = (
        count_returns(coded, moments, nobody, blank, np.array(numbers))
        for numbers in ([3, 7], [5, 7, 9])
    )
    assert (early + late).numbers.tolist() == [3, 5, 7, 9]
