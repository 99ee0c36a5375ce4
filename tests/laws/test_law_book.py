"""The page and the tests have the same laws."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([\w-]+)` \| (.+) \| (.+) \| `(test_\w+)` \|$", re.MULTILINE)
HELD = re.compile(r'^@law\("([\w-]+)"\)\n(?:(?!def ).*\n)*?def (test_\w+)', re.MULTILINE)
PLACE = re.compile(r"The tests are in `([\w/]+\.py)`\.")


def written():
    """Law, file and test of every row of the page."""
    text = (ROOT / "docs" / "laws.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        place = PLACE.search(section)
        for name, words, _, test in ROW.findall(section):
            assert words.endswith("."), words
            yield name, place[1] if place else "", test


def held():
    """Law, file and test of every marked test."""
    for path in sorted((ROOT / "tests" / "laws").glob("test_*.py")):
        for name, test in HELD.findall(path.read_text(encoding="utf-8")):
            yield name, str(path.relative_to(ROOT).as_posix()), test


def test_every_law_of_the_page_has_its_test_and_every_test_its_law():
    assert sorted(written()) == sorted(held())


def test_every_law_has_a_name_of_its_own():
    names = [name for name, _, _ in held()]
    assert len(names) == len(set(names)) >= 30


def test_every_marked_test_was_read():
    texts = [path.read_text() for path in (ROOT / "tests" / "laws").glob("test_*.py")]
    assert sum(text.count("\n@law(") for text in texts) == len(list(held()))
