"""When two names are clearly of two people, and when they only look different."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.identity.name_table import NameTable
from waypost.identity.person_names import NOBODY, parse_name


def conflict(one: str, other: str) -> bool:
    table = NameTable.of([parse_name(one), parse_name(other)])
    found = table.conflicts(np.array([(0, 1), (1, 0)], np.int32)).tolist()
    assert found[0] == found[1]
    return bool(found[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Müller", "anna mueller"),
        ("Anna Müller", "ANNA MULLER"),
        ("Anna Müller", "Müller, Anna"),
        ("Anna Müller", "Müller Anna"),
        ("Anna Müller", "Frau Dr. med. Anna Müller"),
        ("Anna Müller", "Prof. Dr. Anna-Maria Müller"),
        ("Anna Müller", "Anna Müller-Lüdenscheidt"),
        ("Anna Müller", "Anna Schmidt"),
        ("Anna Müller", "Amna Müller"),
        ("Anna Müller", "Anne Müller"),
        ("Anna Müller", "Anna\x1fMüller"),
        ("Anna Müller", "Anna\x1f"),
        ("Karl-Heinz Schmitt", "Karlheinz Schmitt"),
        ("Karl Heinz Schmitt", "Heinz Schmitt"),
        ("Alexander Huber", "Alex Huber"),
        ("Maximilian Huber", "Max Huber"),
        ("Stephan Zöll", "Stefan Zoell"),
        ("Matthias Vogt", "Mathias Voigt"),
        ("Ayşe Yılmaz", "Ayse Yilmaz"),
        ("Katharina von Thal", "Käthe v. Thal"),
        ("Elisabeth Koch", "Lisa Koch"),
        ("Hans Maier", "Johannes Mayr"),
        ("Sean O'Brien", "Sean O’Brien"),
        ("William Smith", "Bill Smith"),
        ("Sara Koch", "Sarah Koch"),
        ("Friederike Beck", "Friedereike Beck"),
    ],
)
def test_one_person_may_be_written_in_two_ways(one: str, other: str) -> None:
    assert parse_name(one)
    assert parse_name(other)
    assert not conflict(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Müller", "Bert Müller"),
        ("Anna Müller", "Bert Schmidt"),
        ("Anna Müller", "Müller, Bert"),
        ("Müller Anna", "Bert Müller"),
        ("Lena Koch", "Lina Koch"),
        ("Martin Koch", "Martina Koch"),
        ("Andreas Koch", "Andrea Koch"),
        ("Christian Koch", "Christine Koch"),
        ("Stefan Koch", "Stefanie Koch"),
        ("Jan Koch", "Jana Koch"),
        ("Julia Koch", "Julian Koch"),
        ("Mario Koch", "Maria Koch"),
        ("Karl Heinz Schmitt", "Peter Schmitt"),
        ("Peter Martin", "Thomas Peter"),
        ("Ayşe Demir", "Murat Demir"),
        ("Jo\x1fKoch", "Ute\x1fKoch"),
    ],
)
def test_two_people_of_a_family_are_two(one: str, other: str) -> None:
    assert conflict(one, other)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "Müller", "M. Schmidt", "M Schmidt", "Dr. Schmidt", "Herr Müller", "Müller GmbH",
        "Gärtnerei Krause OHG", "Anna und Bert Müller", "Anna & Bert Müller", "Familie Müller",
        "anna@mueller.de", "Anrufer: 0156 123", "Gast", "Test Kunde", "Unbekannt", "Дмитрий Иванов",
        "\x1fMüller", "\x1f", "A\x1fMüller", "王芳", "x" * 500, "12345", "Hotel Alpenblick", "-",
    ],
)  # fmt: skip
def test_what_names_no_single_human_says_nothing(text: str) -> None:
    assert parse_name(text) == NOBODY


WORD_LIST = "Anna Ana Bert Müller Mueller Schmidt Karl-Heinz Martin Martina von zur Dr. M. Lena"
WORDS = st.sampled_from(WORD_LIST.split())


@settings(max_examples=200, deadline=None)
@given(words=st.lists(WORDS | st.text(max_size=6), max_size=5))
def test_a_name_does_not_conflict_with_itself_however_it_is_written(words: list[str]) -> None:
    text = " ".join(words)
    loud = f"  {text.title()} "
    if parse_name(text) and parse_name(loud):
        assert not conflict(text, loud)


@settings(max_examples=200, deadline=None)
@given(one=st.lists(WORDS, min_size=2, max_size=4), other=st.lists(WORDS, min_size=2, max_size=4))
def test_a_shared_given_name_is_never_a_conflict(one: list[str], other: list[str]) -> None:
    mine, their = parse_name(" ".join(one)), parse_name(" ".join(other))
    if mine and set(mine.given[:3]) & set(their.given[:3]):
        assert not conflict(" ".join(one), " ".join(other))
