"""The pages of the documentation and what stands in them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<code>.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, a word after it (``fragment``), and where it begins."""

    page: Path
    line: int
    language: str
    mark: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def tracked():
    """Every file of the project that git knows or would take, by path."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]


def pages():
    """All pages: those under docs and those at the top of the project."""
    found = {*DOCS.rglob("*.md"), *ROOT.glob("*.md")}
    return sorted(found)


def blocks(page, language):
    """The fenced blocks of a page in one language."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        name, _, mark = found["info"].strip().partition(" ")
        if name == language:
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, name, mark.strip(), found["code"])


def prose(page):
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def words_of(*paths):
    """All text of some pages, blocks included."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def anchors(page):
    """The anchors that a page's headings have on a code host."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found
