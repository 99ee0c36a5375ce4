"""Customer numbers that two tables have in common, counted on sketches."""

from __future__ import annotations

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from waypost.intake import CustomerNumbers, parse_mapping, shared_among, with_kinds


def numbers(cells, *, column="Kundennummer", kind="customer_id.a", kept=1_000):
    hashes = sorted(blake2b(cell.encode(), digest_size=6).hexdigest() for cell in set(cells))
    return CustomerNumbers(column, kind, tuple(hashes[:kept]))


@given(st.sets(st.text()), st.sets(st.text()))
def test_below_a_thousand_the_count_is_exact(one, other):
    assert numbers(one).among([numbers(other)]) == (len(one & other), len(one))


def test_of_many_numbers_a_fair_sample_is_compared():
    one = numbers(f"K{number}" for number in range(10_000))
    other = numbers(f"K{number}" for number in range(7_500, 12_500))
    common, of = other.among([one])
    assert 200 < of < 800
    assert 0.4 < common / of < 0.6


def test_only_columns_of_one_name_are_compared_and_equal_kinds_are_joined_already():
    cells = [f"K{number}" for number in range(30)]
    mine, theirs = numbers(cells), numbers(cells, kind="customer_id.b")
    (found,) = shared_among([("a", mine), ("b", theirs)])
    assert (found.tables, found.kind, found.is_likely) == (("a", "b"), "customer_id.a", True)
    assert shared_among([("a", mine), ("b", mine)]) == []
    assert shared_among([("a", mine), ("b", numbers(cells, column="Kunde"))]) == []


def test_few_in_common_are_not_likely_one_systems():
    mine = numbers(f"K{number}" for number in range(100))
    theirs = numbers((f"K{number}" for number in range(80, 180)), kind="customer_id.b")
    (found,) = shared_among([("a", mine), ("b", theirs)])
    assert (found.common, found.fewest, found.is_likely) == (20, 100, False)


def test_a_mapping_takes_over_the_kind():
    content = {
        "name": "b",
        "time": {"column": "Datum"},
        "event": "order_placed",
        "identifiers": {"customer_id.b": "Kundennummer", "email": "Mail"},
    }
    mapping = with_kinds(parse_mapping(content), {"kundennummer": "customer_id.a"})
    assert mapping.identifiers == {"customer_id.a": "Kundennummer", "email": "Mail"}
