"""Numbers longer than a double holds are found before a line is parsed quickly."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waypost.intake.tables.json_values import parse_object
from waypost.kernels.json_scan import has_long_number

_LONG = re.compile(rb"[0-9][0-9.]{18}")
PARTS = st.one_of(
    st.binary(max_size=5),
    st.text("0123456789.", min_size=15, max_size=45).map(str.encode),
)


@given(st.lists(PARTS, max_size=6).map(b"".join))
def test_the_kernel_finds_what_the_pattern_finds(text: bytes) -> None:
    assert has_long_number(np.frombuffer(text, np.uint8)) == bool(_LONG.search(text))


def test_a_line_with_nan_is_parsed_although_it_has_no_long_number() -> None:
    assert parse_object(b'{"a": NaN, "b": 1}', short_numbers=True) == {"a": None, "b": 1}


def test_a_broken_line_gives_the_same_reason_either_way() -> None:
    assert parse_object(b"{broken", short_numbers=True) == parse_object(b"{broken")
