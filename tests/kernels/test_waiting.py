"""Drop-off and waiting times equal their slow twins."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reference.time_between import kaplan_meier, waits
from tests.strategies.coded_journeys import CODES, cases, halves, relaxed
from waypost.kernels.coded import ALL, SKIP, CodedJourneys, any_event_per_person
from waypost.kernels.drop_off import count_drop_off
from waypost.kernels.time_between import (
    ANY,
    DONE,
    MODES,
    WAITING,
    kaplan_meier_quantile,
    persons_between,
    time_between,
)
from waypost.questions.waiting_curve import curve_of

UNTIL = 30


def _lookup(steps):
    return [sum(1 << s for s, codes in enumerate(steps) if code in codes) for code in range(CODES)]


@relaxed
@given(cases(), st.integers(-1, 30))
def test_journeys_end_at_their_last_node(case, open_after):
    found = count_drop_off(case.journeys(), case.at(), open_after=open_after)

    expected = Counter()
    for person in case.kept():
        nodes = [case.node_of[code] for _, code, *_ in person if case.node_of[code] != SKIP]
        if nodes:
            is_open = person[-1][0] > open_after
            expected["open" if is_open else "ended", nodes[-1]] += 1
            for node in set(nodes):
                expected["visitors", node] += 1
                expected["visitors_closed", node] += not is_open
    for name in ("ended", "open", "visitors", "visitors_closed"):
        assert getattr(found, name).tolist() == [expected[name, n] for n in range(case.nodes)]


@relaxed
@given(cases(), st.integers(0, 30), st.integers(0, 6))
def test_drop_off_of_pieces_adds_up(case, open_after, cut):
    whole = count_drop_off(case.journeys(), case.at(), open_after=open_after)

    one, other = (
        count_drop_off(p, case.at(), open_after=open_after) for p in halves(case.journeys(), cut)
    )
    assert np.array_equal((one + other).numbers, whole.numbers)
    assert np.array_equal((other + one).numbers, whole.numbers)


modes = st.sampled_from(MODES)
pairs = st.sampled_from([({0}, {1}), ({0}, {0}), ({0, 1}, {1, 2}), ({3}, {0})])


def _waited(case, pair, mode, coded=None):
    return time_between(
        case.journeys(_lookup(pair)) if coded is None else coded,
        case.at(),
        mode=mode,
        data_until=UNTIL,
        ticks_per_second=1,
    )


def _waits(case, pair, mode):
    persons = [[(at, code) for at, code, *_ in person] for person in case.kept()]
    found = [wait for person in persons for wait in waits(person, *pair, mode)]
    done = [end - begin for begin, end in found if end is not None]
    return done, [UNTIL - begin for begin, end in found if end is None]


@relaxed
@given(cases(), pairs, modes)
def test_waits_equal_the_slow_twin(case, pair, mode):
    found = _waited(case, pair, mode)

    done, censored = _waits(case, pair, mode)
    later, early = [time for time in done if time >= 0], [-time for time in done if time < 0]
    assert found.times.size().tolist() == [len(later), len(censored)]
    assert found.times.total.tolist() == [sum(later), sum(censored)]
    assert found.times.counts[0].tolist()[:31] == [later.count(time) for time in range(31)]
    assert found.early.counts[0].tolist()[:31] == [early.count(time) for time in range(31)]


@relaxed
@given(cases(), pairs, modes, st.sampled_from([0.25, 0.5, 0.75]))
def test_kaplan_meier_equals_the_textbook(case, pair, mode, share):
    done, censored = _waits(case, pair, mode)
    assume(done)

    curve = curve_of(_waited(case, pair, mode))
    expected = kaplan_meier(done, censored, share)
    found = curve.when(share, curve.reached)
    assert found == expected if expected is not None else np.isnan(found)
    assert curve.plain_quantile(share) == sorted(done)[max(1, int(np.ceil(share * len(done)))) - 1]


@relaxed
@given(cases(), pairs, modes, st.integers(0, 6))
def test_waits_of_pieces_add_up(case, pair, mode, cut):
    whole = _waited(case, pair, mode)

    coded = case.journeys(_lookup(pair))
    one, other = (_waited(case, pair, mode, piece) for piece in halves(coded, cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.times.counts, whole.times.counts)
        assert np.array_equal(both.early.counts, whole.early.counts)
        assert both.persons == whole.persons
        assert np.array_equal(both.numbers, whole.numbers)


@relaxed
@given(cases(), pairs, modes, st.integers(-9, 9), st.integers(0, 12))
def test_those_who_wait_are_found(case, pair, mode, least, span):
    found = _waited(case, pair, mode)

    def members(kind, begin=-(1 << 61), below=1 << 61):
        return persons_between(
            case.journeys(_lookup(pair)),
            case.at(),
            mode=mode,
            data_until=UNTIL,
            wanted=(kind, begin, below),
        )

    assert members(ANY).sum() == found.persons
    assert [members(DONE).sum(), members(WAITING).sum()] == found.numbers.tolist()
    persons = [[(at, code) for at, code, *_ in person] for person in case.kept()]
    expected = sum(
        any(
            end is not None and least <= end - begin < least + span
            for begin, end in waits(person, *pair, mode)
        )
        for person in persons
    )
    assert members(DONE, least, least + span).sum() == expected


FREIREICH = ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])


def _sample(done, censored):
    persons = [[(0, 0), (time, 1)] for time in done] + [[(40 - time, 0)] for time in censored]
    codes = np.array([code for person in persons for _, code in person], np.uint8)
    at = np.array([tick for person in persons for tick, _ in person], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(person) for person in persons])]).astype(np.int64)
    lookup = np.zeros(256, np.uint32)
    lookup[:2] = (1, 2)
    journeys = CodedJourneys(offsets, codes, lookup, 2, ALL, ALL)
    return time_between(journeys, at, mode=MODES[0], data_until=40, ticks_per_second=1)


def test_kaplan_meier_of_a_published_sample():
    """Freireich's 6-MP arm: median remission 23 weeks (Kleinbaum and Klein, chapter 2)."""
    found = _sample(*FREIREICH)
    assert kaplan_meier_quantile(found.times, 0.5) == 23
    assert curve_of(found).when(0.5, curve_of(found).reached) == 23


def test_the_curve_of_a_published_sample_has_its_interval():
    """The same arm: survival 0.857, 0.807, 0.753, 0.690, 0.627, 0.538 and 0.448.

    Log-log intervals at 6 and 10 weeks: 0.620 to 0.952 and 0.503 to 0.889; of the median 13 to
    none, as R's survfit(conf.type = "log-log") gives them.
    """
    curve = curve_of(_sample(*FREIREICH))
    points = curve.points(1)
    expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert (1 - points["reached"]).tolist() == pytest.approx(expected, abs=6e-4)
    assert points["seconds"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    limits = [
        1 - points["high"][0],
        1 - points["low"][0],
        1 - points["high"][2],
        1 - points["low"][2],
    ]
    assert limits == pytest.approx([0.620, 0.952, 0.503, 0.889], abs=1e-3)
    assert curve.when(0.5, curve.high) == 13
    assert np.isnan(curve.when(0.5, curve.low))


@relaxed
@given(cases())
def test_a_person_has_any_event_or_none(case):
    mask = np.array([code == 2 for _, code in case.flat], np.uint8)
    found = any_event_per_person(case.journeys().offsets, mask)
    assert found.tolist() == [any(code == 2 for _, code in person) for person in case.persons]
