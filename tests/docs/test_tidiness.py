"""Nothing of a single machine stands in the project, and pages read well."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, FENCE, ROOT, pages, tracked

# in pieces, so that this file does not find itself
MACHINE = "|".join(
    [
        "/wo" + r"rk/(main|shared|\.library)",
        "/ro" + "ot/",
        "/ho" + r"me/[a-z]",
        "/Use" + r"rs/[A-Za-z]",
        "artifact" + "ory",
        "nexus" + r"\.[a-z]",
        r"(index|registry|extra-index)-url\s*[= ]\s*http",
        "registry" + r"=http",
    ]
)
HOSTS = re.compile(
    r'"resolved":\s*"https?://(?!registry\.npmjs\.org/)|https?://[^/\s"]*(?:mirror|proxy)[^/\s"]*/'
)
LINE_END = re.compile(r"[a-zäöü)`*”][.!?] [A-ZÄÖÜ„“][a-zäöü]")


def texts():
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:4096]:
            yield path, content.decode("utf-8", errors="replace")


def test_no_tracked_file_names_a_place_on_somebodys_machine():
    pattern = re.compile(MACHINE)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in texts()
        for match in [pattern.search(text)]
        if match
    ]
    assert found == []


def test_no_tracked_file_names_a_private_registry():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in texts()
        for match in [HOSTS.search(text)]
        if match
    ]
    assert found == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_has_one_title_and_every_block_is_closed(page):
    text = page.read_text(encoding="utf-8")
    rest = FENCE.sub("", text)
    assert len(re.findall(r"^# ", rest, re.MULTILINE)) == 1
    assert "```" not in rest
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "page", [DOCS / name for name in ("start.en.md", "start.de.md", "map.md")], ids=lambda p: p.name
)
def test_prose_has_one_sentence_a_line(page):
    rest = FENCE.sub("", page.read_text(encoding="utf-8"))
    prose = [line for line in rest.splitlines() if line[:1].isalpha()]
    assert [line for line in prose if len(LINE_END.findall(line)) > 2] == []


def test_nothing_is_praised():
    words = re.compile(
        r"\b(powerful|seamless|cutting-edge|revolutionary|world-class|blazing)\b", re.IGNORECASE
    )
    found = {page.name: words.findall(page.read_text(encoding="utf-8")) for page in pages()}
    assert {name: hits for name, hits in found.items() if hits} == {}
