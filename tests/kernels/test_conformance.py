"""Alignments equal the slow twin, cost what the cheapest of all costs, and merge."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.conformance import conformance, folded, least_cost
from tests.strategies.coded_journeys import cases, halves
from waypost.kernels import conformance as kernels
from waypost.kernels import conformance_columns
from waypost.kernels.coded import SKIP, CodedJourneys
from waypost.kernels.conformance import DrawnSteps, align, aligned_persons

KINDS = ("visited", "skipped", "repeated", "out_of_order")
relaxed = settings(deadline=None, max_examples=120)


@st.composite
def drawings(draw, most=5):
    """Step bits of each of four codes, and what the drawing allows."""
    steps = draw(st.integers(1, most))
    flags = st.lists(st.booleans(), min_size=steps, max_size=steps)
    owners = draw(st.lists(st.integers(0, 3), min_size=steps, max_size=steps))
    lookup = [sum(1 << s for s, code in enumerate(owners) if code == c) for c in range(4)]
    optional, repeatable = (draw(st.one_of(st.just([False] * steps), flags)) for _ in range(2))
    drawn = DrawnSteps(
        tuple(optional), tuple(repeatable), fold=draw(st.booleans()), undrawn=draw(st.booleans())
    )
    return lookup, drawn


def visits_of(case, lookup, drawn):
    """Every counted person's visits as the twin takes them."""
    found = []
    for person in case.kept():
        visits = []
        for _, code, *_ in person:
            places = frozenset(s + 1 for s in range(30) if lookup[code] >> s & 1)
            node = case.node_of[code]
            if places or (node != SKIP and drawn.undrawn):
                visits.append((places, None if places else node))
        found.append(folded(visits) if drawn.fold else visits)
    return found


def cells_of(counts, drawn):
    """The counts as the twin tells them."""
    cells = {}
    wide = len(drawn.optional) + 2
    for number, kind in enumerate(KINDS):
        for place in range(wide):
            cells[kind, place, None, None] = tuple(counts.steps[:, number, place].tolist())
    for a in range(wide):
        for b in range(wide):
            cells["jumped", None, a, b] = tuple(counts.jumps[:, a, b].tolist())
            for node in range(counts.inserted.shape[1]):
                pair = counts.inserted[:, node, a, b]
                cells["inserted", node, a, b] = tuple(pair.tolist())
    return {cell: pair for cell, pair in cells.items() if pair[1]}


def run(case, lookup, drawn):
    return align(case.journeys(lookup), case.journeys(), drawn)


@relaxed
@given(cases(most_events=12), drawings())
def test_alignments_equal_the_slow_twin(case, drawing):
    lookup, drawn = drawing
    counts = run(case, lookup, drawn)
    visits = visits_of(case, lookup, drawn)
    fitness, costs, cells = conformance(visits, drawn.optional, drawn.repeatable)
    assert counts.totals[0] == len(fitness)
    assert counts.totals[1] == sum(costs)
    assert counts.totals[4] == sum(one == 1 for one in fitness)
    assert counts.totals[3] / 2**32 == pytest.approx(float(sum(1 - one for one in fitness)))
    bins = [min(9, int(one * 10)) for one in fitness]
    assert counts.bins.tolist() == [bins.count(number) for number in range(10)]
    assert cells_of(counts, drawn) == cells


@relaxed
@given(cases(most_events=5, most_persons=3), drawings(most=4))
def test_no_alignment_is_cheaper(case, drawing):
    lookup, drawn = drawing
    visits = [one for one in visits_of(case, lookup, drawn) if one]
    cheapest = [least_cost(one, drawn.optional, drawn.repeatable) for one in visits]
    assert run(case, lookup, drawn).totals[1] == sum(cheapest)


@relaxed
@given(cases(most_events=12), drawings())
def test_a_full_table_changes_nothing(case, drawing):
    whole = run(case, *drawing)
    with mock.patch.object(conformance_columns, "_COLUMNS", 2):
        small = run(case, *drawing)
    assert np.array_equal(whole.totals, small.totals)
    assert np.array_equal(whole.steps, small.steps)
    assert np.array_equal(whole.inserted, small.inserted)


@relaxed
@given(cases(most_events=12), drawings())
def test_how_many_journeys_are_at_work_changes_nothing(case, drawing):
    whole = run(case, *drawing)
    with mock.patch.object(kernels, "_BATCH", 1):
        small = run(case, *drawing)
    assert np.array_equal(whole.totals, small.totals)
    assert np.array_equal(whole.jumps, small.jumps)
    assert np.array_equal(whole.inserted, small.inserted)


@relaxed
@given(cases(), drawings(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, drawing, cut):
    lookup, drawn = drawing
    whole = run(case, lookup, drawn)
    steps, nodes = halves(case.journeys(lookup), cut), halves(case.journeys(), cut)
    one, other = (align(*pair, drawn) for pair in zip(steps, nodes, strict=True))
    for both in (one + other, other + one):
        assert np.array_equal(both.totals, whole.totals)
        assert np.array_equal(both.bins, whole.bins)
        assert np.array_equal(both.jumps, whole.jumps)
        assert np.array_equal(both.steps, whole.steps)


@relaxed
@given(cases(), drawings())
def test_members_are_those_who_are_counted(case, drawing):
    lookup, drawn = drawing
    counts = run(case, lookup, drawn)
    for part in ("steps", "jumps", "inserted"):
        persons = getattr(counts, part)[0].ravel()
        for cell in np.flatnonzero(persons)[:6].tolist():
            found = aligned_persons(
                case.journeys(lookup), case.journeys(), drawn, part=part, cell=cell
            )
            assert found.sum() == persons[cell]


@relaxed
@given(cases(), drawings())
def test_every_person_visits_or_skips_every_step(case, drawing):
    counts = run(case, *drawing)
    steps = len(drawing[1].optional)
    told = counts.steps[0, :2, 1 : steps + 1].sum(axis=0)
    assert told.tolist() == [counts.totals[0]] * steps


@pytest.mark.parametrize(
    ("journey", "drawn", "common"), [("ABCBDAB", "BDCABA", 4), ("CHIMPANZEE", "HUMAN", 4)]
)
def test_cost_is_what_is_not_in_the_longest_common_subsequence(journey, drawn, common):
    """The first: T. H. Cormen et al., Introduction to Algorithms, 3rd ed. 2009, section 15.4."""
    letters = sorted({*journey, *drawn})
    lookup = [sum(1 << s for s, one in enumerate(drawn) if one == letter) for letter in letters]
    codes = np.array([letters.index(letter) for letter in journey], np.uint8)
    offsets, nobody = np.array([0, len(journey)]), np.zeros(0, np.uint8)
    steps = CodedJourneys(offsets, codes, np.array(lookup, np.uint32), 0, nobody, nobody)
    names = np.arange(len(letters), dtype=np.uint16)
    nodes = CodedJourneys(offsets, codes, names, len(letters), nobody, nobody)
    plain = (False,) * len(drawn)
    counts = align(steps, nodes, DrawnSteps(plain, plain, fold=False))
    assert counts.totals[1] == len(journey) + len(drawn) - 2 * common


def test_a_journey_of_very_many_visits_is_aligned_exactly():
    rounds = 30_000
    codes = np.array([0, 1] * rounds, np.uint8)
    offsets, nobody = np.array([0, codes.size]), np.zeros(0, np.uint8)
    steps = CodedJourneys(offsets, codes, np.array([1, 2], np.uint32), 0, nobody, nobody)
    nodes = CodedJourneys(offsets, codes, np.arange(2, dtype=np.uint16), 2, nobody, nobody)
    counts = align(steps, nodes, DrawnSteps((False, False), (True, True)))
    assert counts.totals[1] == rounds - 1
