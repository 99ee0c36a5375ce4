"""What every command shares: language, output, progress."""

from __future__ import annotations

import locale
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from waypost.cli.output import Output
from waypost.cli.progress_bar import TerminalProgress
from waypost.errors import InputError
from waypost.kit.translation import LANGUAGES, translator

__all__ = ["Session", "guessed_language", "session_for", "session_of"]


class Session:
    """One run of the command line.

    ``wished``: the language somebody named, empty where it was guessed from the machine.
    """

    def __init__(self, *, language: str, as_json: bool, wished: str = "") -> None:
        self.language = language
        self.wished = wished
        self.as_json = as_json
        self.output = Output(as_json=as_json)
        self._translations = translator(language)

    def gettext(self, message: str) -> str:
        """``message`` in the language of this run."""
        return self._translations.gettext(message) if message else ""

    def texts(self, forms: tuple[str, str], count: int) -> str:
        """Singular or plural in the language of this run."""
        return self._translations.ngettext(*forms, count)

    def progress(self) -> TerminalProgress:
        """Progress bars for the work to come; Ctrl-C stops that work between two pieces."""
        return TerminalProgress(translate=self.gettext, quiet=self.as_json)

    def next(self, *words: str | Path) -> None:
        """Say which command usually comes next."""
        texts = ["waypost", *(str(word) for word in words)]
        command = " ".join(text if text.endswith("…") else shlex.quote(text) for text in texts)
        self.output.rows([(self.gettext("Next: %s") % command, "dim")])


def session_of(context: typer.Context) -> Session:
    """The session that the command runs in."""
    session = context.obj
    assert isinstance(session, Session)
    return session


def session_for(words: Sequence[str], environment: Mapping[str, str]) -> Session:
    """``--language X`` wherever it stands, else WAYPOST_LANGUAGE, else the machine's language.

    Raises ``InputError`` for a language that Waypost does not speak.
    """
    as_json = "--json" in _before_dashes(words)
    wished = _option(_before_dashes(words), "--language") or environment.get("WAYPOST_LANGUAGE", "")
    guessed = guessed_language(environment)
    if wished and wished not in LANGUAGES:
        _ = translator(guessed).gettext
        raise InputError(
            _("Waypost does not speak '{language}'.").format(language=wished),
            hint=_("Choose one of: {languages}.").format(languages=", ".join(LANGUAGES)),
            language=wished,
        )
    return Session(language=wished or guessed, as_json=as_json, wished=wished)


def guessed_language(environment: Mapping[str, str]) -> str:
    """The machine's language if Waypost speaks it, else English."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return found[:2].lower() if found[:2].lower() in LANGUAGES else "en"


def _before_dashes(words: Sequence[str]) -> list[str]:
    """Options end where ``--`` stands."""
    return list(words[: words.index("--")] if "--" in words else words)


def _option(words: Sequence[str], name: str) -> str:
    found = ""
    for index, word in enumerate(words):
        if word == name and index + 1 < len(words):
            found = words[index + 1]
        elif word.startswith(f"{name}="):
            found = word.partition("=")[2]
    return found
