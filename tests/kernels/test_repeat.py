"""Times again equal the twin that lists everyone's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.repeat import rows_of, times_of
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.repeat import RepeatRules, count_repeats, kaplan_meier_share, mark_repeats

NO_VALUE = -(1 << 63)
CODES = {1, 2}
LOOKUP = [int(code in CODES) for code in range(4)]
MEASURES = ("persons", "exactly", "due", "in_time", "open")

rules = st.builds(
    RepeatRules,
    most=st.sampled_from([1, 2, 4, 12]),
    window=st.sampled_from([3, 10, 1 << 60]),
    entry_from=st.sampled_from([-100, 4]),
    entry_until=st.sampled_from([100, 15]),
    data_until=st.integers(10, 40),
)


def _count(case, coded, asked):
    return count_repeats(coded, case.at(), case.value(), asked, ticks_per_second=1)


def _persons(case, asked):
    """Times by place of the person among all."""
    counted = [p for p in range(len(case.persons)) if not case.counted or case.counted[p]]
    persons = [[] for _ in case.persons]
    for place, events in zip(counted, case.kept(), strict=True):
        plain = [(at, code, None if v == NO_VALUE else v) for at, code, v, _ in events]
        persons[place] = times_of(plain, CODES, asked.entry_from, asked.entry_until)
    return persons


@relaxed
@given(cases(), rules)
def test_every_row_equals_the_slow_twin(case, asked):
    counts = _count(case, case.journeys(LOOKUP), asked)

    persons = _persons(case, asked)
    for k, (row, waits, waiting, values) in enumerate(
        rows_of(persons, asked.most, asked.window, asked.data_until)
    ):
        for name in MEASURES:
            assert counts.column(name)[k] == len(row[name])
        assert counts.waits.total[k] == sum(waits)
        assert counts.waits.size()[k] == len(waits)
        assert counts.waiting.total[k] == sum(waiting)
        assert counts.waiting.size()[k] == len(waiting)
        assert counts.column("valued")[k] == len(values)
        assert counts.column("value")[k] == sum(values)
        assert counts.squares()[k] == sum(value**2 for value in values)


@relaxed
@given(cases(), rules)
def test_sums_equal_the_slow_twin(case, asked):
    counts = _count(case, case.journeys(LOOKUP), asked)

    persons = _persons(case, asked)
    money = [[value or 0 for _, value in times] for times in persons]
    assert counts.sum_of("occurrences") == sum(map(len, persons))
    assert counts.sum_of("later") == sum(len(times[asked.most :]) for times in persons)
    assert counts.sum_of("later_value") == sum(sum(one[asked.most :]) for one in money)
    assert counts.sum_of("value") == sum(map(sum, money))
    assert counts.sum_of("value_of_repeaters") == sum(sum(one) for one in money if len(one) > 1)
    assert counts.sum_of("more_than_most") == sum(len(times) > asked.most for times in persons)


@relaxed
@given(cases(), rules, st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, asked, cut):
    whole = _count(case, case.journeys(LOOKUP), asked)
    parts = [_count(case, piece, asked) for piece in halves(case.journeys(LOOKUP), cut)]
    for both in (parts[0] + parts[1], parts[1] + parts[0]):
        assert np.array_equal(both.rows, whole.rows)
        assert np.array_equal(both.sums, whole.sums)
        assert np.array_equal(both.waits.counts, whole.waits.counts)
        assert np.array_equal(both.waiting.sums(), whole.waiting.sums())


@relaxed
@given(cases(), rules, st.sampled_from(MEASURES))
def test_members_are_those_behind_a_row(case, asked, measure):
    coded = case.journeys(LOOKUP)
    twin = rows_of(_persons(case, asked), asked.most, asked.window, asked.data_until)
    for k, (row, *_) in enumerate(twin):
        found = mark_repeats(coded, case.at(), asked, row=k, column=measure)
        assert set(np.flatnonzero(found).tolist()) == row[measure]


@pytest.mark.parametrize(("within", "share"), [(5, 0), (6, 1 / 4), (12, 1 / 4), (13, 5 / 8)])
def test_estimated_shares_are_those_of_kaplan_and_meier(within, share):
    """Done after 6 and 13, unfinished after 9 and 20: 1 - 3/4, then 1 - 3/4 * 1/2."""
    done, waiting = np.zeros(128, np.int64), np.zeros(128, np.int64)
    done[[6, 13]] = 1, 1
    waiting[[9, 20]] = 1, 1
    found = kaplan_meier_share(done, waiting, precision=7, within=within)
    assert found == pytest.approx(share)


def test_nobody_has_no_estimated_share():
    none = np.zeros(128, np.int64)
    assert np.isnan(kaplan_meier_share(none, none, precision=7, within=3))
