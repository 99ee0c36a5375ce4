"""Every question has a page whose examples run."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from waypost.questions import COMPOSED, QUESTIONS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "questions"


@pytest.mark.parametrize("name", sorted([*QUESTIONS, *COMPOSED]))
def test_the_examples_of_a_page_run(name):
    found = doctest.testfile(str(PAGES / f"{name}.md"), module_relative=False)
    assert found.attempted > 0
    assert found.failed == 0
