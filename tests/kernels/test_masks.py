"""Masks from codes and posting lists say what plain loops say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waypost.kernels.masks import events_by_code, persons_at

sizes = st.lists(st.integers(0, 5), min_size=1, max_size=40)


def offsets_of(lengths, begin):
    return (np.concatenate([[0], np.cumsum(lengths)]) + begin).astype(np.int64)


@given(sizes, st.integers(0, 7), st.data())
def test_persons_are_those_in_whose_events_a_position_lies(lengths, begin, data):
    offsets = offsets_of(lengths, begin)
    positions = sorted(data.draw(st.sets(st.integers(0, int(offsets[-1]) + 9))))
    found = np.zeros(len(lengths), np.uint8)
    persons_at(offsets, np.array(positions, np.uint32), found)
    expected = [
        any(offsets[p] <= position < offsets[p + 1] for position in positions)
        for p in range(len(lengths))
    ]
    assert found.tolist() == [int(one) for one in expected]


@given(sizes, st.data())
def test_only_events_of_chosen_persons_are_looked_at(lengths, data):
    offsets = offsets_of(lengths, 0)
    events = int(offsets[-1])
    some = st.lists(st.integers(0, 3), min_size=events, max_size=events + 3)
    codes = np.array(data.draw(some), np.uint8)
    persons = np.array(
        data.draw(st.lists(st.integers(0, 1), min_size=len(lengths), max_size=len(lengths))),
        np.uint8,
    )
    table = np.array([0, 1, 1], np.uint8)
    whole = events_by_code(codes, table)
    assert whole.tolist() == [int(code in (1, 2)) for code in codes]
    chosen = events_by_code(codes, table, offsets=offsets, persons=persons)
    owner = np.repeat(persons, lengths)
    assert chosen[: owner.size].tolist() == (whole[: owner.size] & owner).tolist()
    assert not chosen[owner.size :].any()
