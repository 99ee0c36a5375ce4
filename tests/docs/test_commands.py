"""Commands in the documentation exist, have the options shown, and do what the guides say."""

from __future__ import annotations

import shlex
import shutil

import pytest

from tests.docs.command_line import commands, joined, shown
from tests.docs.pages import DOCS, ROOT, blocks, pages
from waypost.cli.start import run

GUIDES = sorted(DOCS.glob("start.*.md"))
PLACEHOLDERS = ("DELIVERY", "LIEFERUNG")
TILL = "Beleg;Datum;Kunde;Betrag\n" + "".join(
    f"{n};{1 + n % 28:02d}.05.2026 {9 + n % 9:02d}:15;gast{n}@shop.example;7,50\n"
    for n in range(200)
)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_on_a_page_can_be_understood(page):
    known = commands()
    for words in shown(page):
        if words[0].startswith("-") or words[0] == "COMMAND" or "…" in words:
            continue
        assert words[0] in known, f"{page.name}: waypost {' '.join(words)}"
        if len(words) > 1:
            check_options(known[words[0]], words[1:], page)


def check_options(command, words, page):
    """A name alone is a reference; with a workspace the whole line must hold."""
    options = {flag for parameter in command.params for flag in parameter.opts}
    used = [word.partition("=")[0] for word in words if word.startswith("-")]
    assert [flag for flag in used if flag not in options] == [], f"{page.name}: {words}"
    if not words[0].startswith("-"):
        command.make_context(command.name, list(words), resilient_parsing=False)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda page: page.name)
def test_the_commands_of_a_guide_lead_to_a_map(guide, exports, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exports").mkdir()
    for path in exports.glob("*"):
        if path.stat().st_size < 2_000_000:
            shutil.copy(path, "exports")
    for name in ("till.csv", "kasse.csv"):
        if name in guide.read_text(encoding="utf-8"):
            (tmp_path / "exports" / name).write_text(TILL, encoding="utf-8")
    for words in shown_lines(guide):
        expected = 2 if words == ["add", "shop", "exports"] else 0
        assert run(words) == expected, f"waypost {' '.join(words)}\n{capsys.readouterr()}"
    pages = sorted(path.name for path in tmp_path.glob("*.html"))
    assert len(pages) == 3
    assert all((tmp_path / name).stat().st_size > 50_000 for name in pages)


def shown_lines(guide):
    """The commands of the blocks, in order; those with a placeholder need somebody to fill it."""
    for block in blocks(guide, "sh"):
        for line in joined(block):
            if line.startswith("waypost ") and not any(word in line for word in PLACEHOLDERS):
                yield split(line)


def split(line):
    return shlex.split(line)[1:]


def test_the_guides_show_the_same_commands_in_both_languages():
    def kinds(guide):
        return [
            words[0]
            for block in blocks(guide, "sh")
            for line in joined(block)
            if line.startswith("waypost ")
            for words in [split(line)]
        ]

    german, english = (kinds(DOCS / f"start.{language}.md") for language in ("de", "en"))
    assert german == english
