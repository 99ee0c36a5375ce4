"""Message catalogues: ``extract`` prints the template, ``update`` merges it, ``check`` judges it.

Messages are found in the Python files and page templates of ``src/waypost`` and in the scripts of
``frontend/src``; ``write_messages`` gives the latter to the browser. ``check`` ends with 1
when a language lacks a message, has a fuzzy or a superfluous one, or other placeholders.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "waypost"
FRONTEND = ROOT / "frontend" / "src"
LANGUAGES = ("de",)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "NN_": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FRONTEND_METHODS = [("**.ts", "javascript"), ("**.tsx", "javascript")]
FRONTEND_KEYWORDS = {"t": None, "N_": None, "tn": (1, 2), "NN_": (1, 2)}
PLACEHOLDER = re.compile(r"\{(\w*)\}|(%(?:\(\w+\))?[sd])")
DROPPED_FIELDS = (
    "Project-Id-Version",
    "Report-Msgid-Bugs-To",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
)
HEADER = "# Messages of Waypost. Kept in step with the code by scripts/catalogues.py.\n#"


def po_path(language: str) -> Path:
    """Where the catalogue of ``language`` lies."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "waypost.po"


def frontend_messages() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """File, line and message of every text of the front end's scripts, in order."""
    found = extract_from_dir(FRONTEND, FRONTEND_METHODS, keywords=FRONTEND_KEYWORDS)
    for path, line, message, _comments, _context in sorted(found, key=lambda hit: (hit[0], hit[1])):
        yield path, line, message


def write_messages(folder: Path) -> None:
    """A file for each language with what the scripts say in it, plurals as lists of forms."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        catalogue, told = read(language), {}
        for _path, _line, message in frontend_messages():
            name = message if isinstance(message, str) else message[0]
            known = catalogue.get(name)
            forms = _forms(known.string) if known is not None else ()
            if known is not None and forms and all(forms):
                told[name] = known.string
        content = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (folder / f"{language}.json").write_text(content, encoding="utf-8")


def extracted() -> Catalog:
    """Every message of the source, ordered by file and place."""
    template = Catalog(project="Waypost", charset="utf-8", header_comment=HEADER)
    found = extract_from_dir(
        SOURCE,
        METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for path, line, message, comments, context in sorted(found, key=lambda hit: (hit[0], hit[1])):
        template.add(message, None, [(path, line)], auto_comments=comments, context=context or None)
    for path, line, message in frontend_messages():
        template.add(message, None, [(f"frontend/{path}", line)])
    return template


def as_text(catalogue: Catalog) -> bytes:
    """The catalogue as a ``.po`` file without times and persons: same messages, same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False, ignore_obsolete=True)
    lines = buffer.getvalue().decode("utf-8").splitlines(keepends=True)
    dropped = tuple(f'"{name}' for name in DROPPED_FIELDS)
    kept = [line for line in lines if not line.startswith(dropped)]
    return "".join(kept).encode("utf-8")


def read(language: str) -> Catalog:
    """The committed catalogue; an empty one where there is none yet."""
    path = po_path(language)
    if not path.is_file():
        return Catalog(locale=language, project="Waypost", header_comment=HEADER)
    with path.open("rb") as text:
        return read_po(text, locale=language)


def update(language: str) -> None:
    """Add new messages untranslated, drop those the code no longer has; guess nothing."""
    catalogue = read(language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.header_comment = HEADER
    catalogue.fuzzy = False
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_text(catalogue))


def placeholders(text: str) -> list[str]:
    """Names in braces, and ``%s``, ``%d`` or ``%(name)s``, sorted."""
    return sorted(braced or percent for braced, percent in PLACEHOLDER.findall(text))


def faults(language: str) -> Iterator[str]:
    """What is wrong with one language, one line each."""
    catalogue, template = read(language), extracted()
    for wanted in template:
        if wanted.id:
            yield from _faults_of(catalogue.get(wanted.id, wanted.context), wanted)
    for present in catalogue:
        if present.id and template.get(present.id, present.context) is None:
            yield f"no longer in the code: {present.id!r}"


def _faults_of(translated: Message | None, wanted: Message) -> Iterator[str]:
    if translated is None:
        yield f"not in the catalogue: {wanted.id!r}"
        return
    forms = _forms(translated.string)
    if not forms or not all(forms):
        yield f"not translated: {wanted.id!r}"
    elif translated.fuzzy:
        yield f"fuzzy: {wanted.id!r}"
    else:
        yield from _foreign_placeholders(forms, _forms(wanted.id), wanted)


def _foreign_placeholders(
    forms: tuple[str, ...], originals: tuple[str, ...], wanted: Message
) -> Iterator[str]:
    """A singular may leave out the number that it spells; otherwise names must be the same."""
    for form, original in zip(forms, (originals[0], *originals[1:]), strict=False):
        if placeholders(form) != placeholders(original):
            yield f"other placeholders: {wanted.id!r} → {form!r}"


def _forms(string: str | Iterable[str] | None) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string or ())


def main() -> int:
    """Run one of the three commands; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("extract", "update", "check"))
    command = parser.parse_args().command
    if command == "extract":
        sys.stdout.buffer.write(as_text(extracted()))
        return 0
    if command == "update":
        for language in LANGUAGES:
            update(language)
        return 0
    wrong = [f"{language}: {fault}" for language in LANGUAGES for fault in faults(language)]
    print("\n".join(wrong) if wrong else "Catalogues are complete.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
