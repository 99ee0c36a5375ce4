"""A few journeys stand for many, and nobody counts twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waypost.maps.discovery.likeness import edit_distance, representatives

paths = st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(tuple)
counted = st.dictionaries(paths, st.integers(1, 50), max_size=12).map(lambda d: list(d.items()))


def test_kitten_becomes_sitting_in_three_edits() -> None:
    """The textbook example of Levenshtein's distance."""
    assert edit_distance(tuple("kitten"), tuple("sitting")) == 3


@given(paths, paths)
def test_distance_is_symmetric_and_zero_only_for_equals(one, other) -> None:
    distance = edit_distance(one, other)

    assert distance == edit_distance(other, one)
    assert (distance == 0) == (one == other)


@given(paths, paths, paths)
def test_a_detour_is_never_shorter(one, other, third) -> None:
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)


def test_near_variants_are_told_by_one_representative() -> None:
    chosen = representatives(
        [(tuple("abcde"), 60), (tuple("abcdd"), 30), (tuple("zzz"), 10)], limit=2
    )

    assert [(one.path, one.persons) for one in chosen] == [(tuple("abcde"), 90), (tuple("zzz"), 10)]


@given(counted)
def test_nobody_counts_twice(found) -> None:
    chosen = representatives(found, limit=4)

    assert sum(one.persons for one in chosen) <= sum(persons for _, persons in found)


@given(counted)
def test_without_limit_and_radius_everybody_is_their_own_representative(found) -> None:
    chosen = representatives(found, limit=100, radius=0.0)

    assert {one.path: one.persons for one in chosen} == dict(found)


@given(counted, st.randoms())
def test_order_of_the_input_does_not_matter(found, random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)

    assert representatives(found) == representatives(shuffled)
