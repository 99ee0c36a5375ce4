"""Python in the documentation runs; what it says is what comes out."""

from __future__ import annotations

import ast
import io
import shutil
import tokenize

import pytest

from tests.docs.pages import ROOT, blocks, pages
from tests.docs.small_shop import journeys_in
from waypost.questions import QUESTIONS

ARROW = "# → "
WHOLE = {ROOT / "docs" / "python.md", ROOT / "README.md", ROOT / "README.de.md"}
"""Pages whose blocks follow one another, in a folder with a workspace and exports."""
ALL = [block for page in pages() for block in blocks(page, "python")]
PLAIN = [block for block in ALL if ">>>" not in block.code]
RUN = [block for block in PLAIN if not block.mark and block.page not in WHOLE]


def promised(code):
    """Expected values by the last line of the statement that they stand behind."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {
        token.start[0]: token.string.removeprefix(ARROW)
        for token in tokens
        if token.type == tokenize.COMMENT and token.string.startswith(ARROW)
    }


def run(block, names):
    """Execute a block statement by statement and compare what it promises."""
    wanted = promised(block.code)
    for statement in ast.parse(block.code).body:
        expected = wanted.pop(statement.end_lineno, None)
        text = ast.unparse(statement)
        if expected is None:
            exec(compile(text, str(block), "exec"), names)
            continue
        assert isinstance(statement, ast.Expr), f"{block}: only a value can be promised"
        found = eval(compile(text, str(block), "eval"), names)
        assert repr(found) == expected, f"{block}, line {statement.lineno}: {text}"
    assert not wanted


@pytest.mark.parametrize("block", RUN, ids=str)
def test_a_block_of_python_does_what_it_says(block, tmp_path):
    run(block, {"__name__": "example", "journeys": journeys_in(tmp_path), "folder": tmp_path})


@pytest.mark.parametrize("page", sorted(p for p in WHOLE if p.is_file()), ids=lambda p: p.name)
def test_the_blocks_of_a_page_run_one_after_the_other(page, folder):
    if "create(" in page.read_text(encoding="utf-8"):
        shutil.rmtree(folder / "shop")
    names = {"__name__": "example"}
    for block in PLAIN:
        if block.page == page and not block.mark:
            run(block, names)


@pytest.mark.parametrize("block", [b for b in PLAIN if b.mark], ids=str)
def test_a_block_that_cannot_run_alone_is_marked_as_a_fragment_and_parses(block):
    assert block.mark == "fragment"
    ast.parse(block.code)


def test_most_questions_have_an_example_that_promises_something():
    pages_with = {b.page.stem for b in RUN if ARROW in b.code and b.page.parent.name == "questions"}
    assert pages_with >= set(QUESTIONS)
