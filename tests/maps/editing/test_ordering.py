"""There is always a key between two keys, and keys stay in the order they were put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.edited_maps import maps
from waypost.errors import InputError
from waypost.maps.editing import (
    FIRST_KEY,
    MapDocument,
    apply,
    between,
    is_order_key,
    keys_after,
    keys_between,
    ordered,
    respaced,
)

LOWEST = "A" + "0" * 26


@given(st.lists(st.floats(0, 1), max_size=150))
def test_inserting_by_keys_is_inserting_into_a_list(places: list[float]) -> None:
    """The list is the slow twin: what is put at a place stays there, sorted by bytes."""
    twin: list[str] = []
    for place in places:
        at = round(place * len(twin))
        below, above = [None, *twin][at], [*twin, None][at]
        twin.insert(at, between(below, above))
    assert sorted(twin, key=str.encode) == twin
    assert len(set(twin)) == len(twin)
    assert all(is_order_key(key) for key in twin)


@pytest.mark.parametrize(
    "start", [FIRST_KEY, LOWEST + "1", "A" + "0" * 25 + "1", "z" * 27, "z" * 30]
)
def test_there_is_room_beyond_both_ends(start: str) -> None:
    low = high = start
    for _ in range(200):
        below, above = between(None, low), between(high, None)
        assert below < low <= high < above
        assert is_order_key(below)
        assert is_order_key(above)
        low, high = below, above


@pytest.mark.parametrize("side", ["low", "high"])
def test_there_is_room_between_ever_nearer_keys(side: str) -> None:
    low, high = "Zz", "a0"
    for _ in range(500):
        middle = between(low, high)
        assert low < middle < high
        low, high = (middle, high) if side == "low" else (low, middle)


def test_keys_at_the_end_stay_short() -> None:
    key = None
    for _ in range(10_000):
        key = between(key, None)
    assert key is not None
    assert len(key) <= 4


@given(
    st.integers(0, 60), st.sampled_from([(None, None), ("a0", None), (None, "a0"), ("a0", "a1")])
)
def test_many_keys_at_once_lie_in_order_between_the_bounds(
    count: int, bounds: tuple[str | None, str | None]
) -> None:
    keys = keys_between(*bounds, count)
    assert len(keys) == count
    framed = [*([bounds[0]] if bounds[0] else []), *keys, *([bounds[1]] if bounds[1] else [])]
    assert framed == sorted(set(framed))


@pytest.mark.parametrize("text", ["", "a", "a00", "0", "b1", "ä0", LOWEST, "a0 ", "a1\n"])
def test_what_leaves_no_room_is_no_key(text: str) -> None:
    assert not is_order_key(text)
    with pytest.raises(InputError):
        between(text, None)


@pytest.mark.parametrize(("low", "high"), [("a1", "a0"), ("a0", "a0")])
def test_keys_the_wrong_way_round_are_refused(low: str, high: str) -> None:
    with pytest.raises(InputError, match="no place between"):
        between(low, high)


def test_equal_keys_are_told_apart_by_id() -> None:
    assert ordered([("b", "a0"), ("a", "a0"), ("c", "Zz")]) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("a", "a1", "a3"), ("b", "a1", "a3"), ("c", "a3", None), ("", "a3", None)],
)
def test_what_is_placed_after_something_stands_before_the_next(
    name: str, low: str, high: str | None
) -> None:
    orders = {"a": "a1", "b": "a1", "c": "a3"}
    keys = keys_after(orders, name, 3)
    assert [low, *keys, *([high] if high else [])] == sorted(
        {low, *keys, *([high] if high else [])}
    )


@given(maps())
def test_equal_keys_get_room_between_them_and_keep_their_order(document: MapDocument) -> None:
    after = apply(document, respaced(document)).document
    assert after.steps_in_order() == document.steps_in_order()
    assert after.lanes_in_order() == document.lanes_in_order()
    assert after.cells() == document.cells()
    assert len({lane.order for lane in after.lanes.values()}) == len(after.lanes)
    assert respaced(after) == []
