"""Links lead somewhere."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, ROOT, anchors, pages, prose

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")


def links(page):
    for target in LINK.findall(prose(page)):
        if not re.match(r"[a-z][a-z0-9+.-]*:", target):
            yield target


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page):
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            broken.append(f"{link}: there is no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            broken.append(f"{link}: there is no such heading")
    assert broken == []


def test_every_page_is_reached_from_the_index():
    reached, waiting = set(), [DOCS / "README.md", ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
        waiting += [target for target in targets if target.suffix == ".md"]
    assert [page.name for page in DOCS.rglob("*.md") if page.resolve() not in reached] == []


def test_every_picture_under_docs_is_shown_somewhere():
    shown = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    pictures = [path for path in (DOCS / "images").iterdir() if path.is_file()]
    assert pictures != []
    assert [path.name for path in pictures if path.name not in shown] == []
