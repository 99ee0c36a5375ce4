"""Who ends where is found again person by person, and what came instead equals its slow twin."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.drop_off import fate
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.coded import SKIP
from waypost.kernels.drop_off import MEASURES, count_drop_off, persons_at_end
from waypost.kernels.instead import (
    NOTHING,
    STILL_OPEN,
    WENT_ON,
    count_instead,
    persons_instead,
)

UNTIL = 30
OTHERS = {"nothing": NOTHING, "went_on": WENT_ON, "open": STILL_OPEN}
steps = st.sampled_from([(0, 1), (0, 0), (3, 2)])


@relaxed
@given(cases(), st.integers(-1, 30))
def test_those_at_an_end_are_as_many_as_were_counted(case, open_after):
    counts = count_drop_off(case.journeys(), case.at(), open_after=open_after)

    for node in range(case.nodes):
        for measure in MEASURES:
            found = persons_at_end(
                case.journeys(), case.at(), open_after=open_after, measure=measure, node=node
            )
            assert found.sum() == getattr(counts, measure)[node]


def _bits(case, pair):
    codes = [(code == pair[0]) + 2 * (code == pair[1]) for _, code in case.flat]
    return np.array(codes, np.uint8)


def _count(case, pair, window, coded=None):
    journeys = case.journeys() if coded is None else coded
    bits = _bits(case, pair)
    return count_instead(journeys, case.at(), bits, window=window, data_until=UNTIL)


@relaxed
@given(cases(), steps, st.integers(0, 12))
def test_what_came_instead_equals_the_slow_twin(case, pair, window):
    found = _count(case, pair, window)

    expected = Counter()
    for person in case.kept():
        nodes = [(at, case.node_of[code], code) for at, code, *_ in person]
        events = [
            (at, None if node == SKIP else node, code == pair[0], code == pair[1])
            for at, node, code in nodes
        ]
        expected[fate(events, window, UNTIL)] += 1
    assert found.nodes.tolist() == [expected[node] for node in range(case.nodes)]
    assert found.others.tolist() == [expected[name] for name in OTHERS]


@relaxed
@given(cases(), steps, st.integers(0, 12))
def test_those_with_a_fate_are_as_many_as_were_counted(case, pair, window):
    found = _count(case, pair, window)

    counts = {
        **dict(enumerate(found.nodes)),
        **dict(zip(OTHERS.values(), found.others, strict=True)),
    }
    for wanted, count in counts.items():
        bits, limits = _bits(case, pair), (window, UNTIL)
        given = {"limits": limits, "fate": wanted}
        assert persons_instead(case.journeys(), case.at(), bits, **given).sum() == count


@relaxed
@given(cases(), steps, st.integers(0, 12), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, pair, window, cut):
    whole = _count(case, pair, window)

    one, other = (_count(case, pair, window, piece) for piece in halves(case.journeys(), cut))
    for both in (one + other, other + one):
        assert np.array_equal(both.nodes, whole.nodes)
        assert np.array_equal(both.others, whole.others)
