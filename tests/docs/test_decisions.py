"""Decisions have a number, a context, a decision and consequences."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS

FOLDER = DOCS / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_gap():
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_numbered_and_says_context_decision_and_consequences(record):
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(record.name[:4])}. ")
    parts = re.findall(r"^(Context|Decision|Consequences): ", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_listed_with_its_title(record):
    title = (
        record.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(" ")[2]
    )
    assert f"[{title}]({record.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")
