"""Masks from codes and posting lists say what plain loops say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waypost.kernels.masks import events_by_code, persons_at
from waypost.kernels.person_bounds import PersonBounds, below
from waypost.kernels.postings import Postings

sizes = st.lists(st.integers(0, 5), min_size=1, max_size=40)


def offsets_of(lengths, begin):
    return (np.concatenate([[0], np.cumsum(lengths)]) + begin).astype(np.int64)


@given(sizes, st.data())
def test_persons_are_those_in_whose_events_a_position_lies(lengths, data):
    """Of a whole shard and of a part of it, with its bounds kept and without."""
    offsets = offsets_of(lengths, 0)
    positions = sorted(data.draw(st.sets(st.integers(0, int(offsets[-1]) + 9))))
    places, starts = np.array(positions, np.uint32), np.array([0, 0, len(positions)])
    first = data.draw(st.integers(0, len(lengths) - 1))
    last = data.draw(st.integers(first, len(lengths)))
    own = offsets[first : last + 1]
    expected = [
        int(any(offsets[p] <= position < offsets[p + 1] for position in positions))
        for p in range(first, last)
    ]
    for bounds in (None, PersonBounds(offsets)):
        found = np.zeros(last - first, np.uint8)
        persons_at(own, Postings(starts, places, bounds), 1, found)
        assert found.tolist() == expected


@given(st.lists(st.integers(0, 150), min_size=1, max_size=12))
def test_bounds_say_whose_an_event_is_where_everybody_has_one(lengths):
    offsets = offsets_of(lengths, 0)
    bits, ranks = PersonBounds(offsets).of(offsets[1:])
    if 0 in lengths:
        assert bits.size == ranks.size == 0
        return
    owners = [person for person, size in enumerate(lengths) for _ in range(size)]
    known = [below(bits, ranks, np.uint64(event + 1)) - 1 for event in range(len(owners))]
    assert known == owners


def test_bounds_say_nothing_of_others_offsets():
    offsets = offsets_of([2, 3], 0)
    assert PersonBounds(offsets).of(offsets.copy())[0].size == 0


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
