"""What every command shares: language, output, progress."""

from __future__ import annotations

from waypost.cli.output import Output
from waypost.cli.progress_bar import TerminalProgress
from waypost.kit.translation import translator

__all__ = ["Session"]


class Session:
    """One run of the command line."""

    def __init__(self, *, language: str, as_json: bool) -> None:
        self.language = language
        self.as_json = as_json
        self.output = Output(as_json=as_json, language=language)
        self._translations = translator(language)

    def text(self, message: str) -> str:
        """``message`` in the language of this run."""
        return self._translations.gettext(message)

    def texts(self, one: str, many: str, count: int) -> str:
        """Singular or plural in the language of this run."""
        return self._translations.ngettext(one, many, count)

    def progress(self) -> TerminalProgress:
        """Progress bars for the work to come."""
        return TerminalProgress(translate=self.text, quiet=self.as_json)
