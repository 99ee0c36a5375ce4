"""What commands print: tables for people, JSON for programs, errors with their hint."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from waypost.errors import WaypostError

__all__ = ["Output"]


class Output:
    """Prints to the terminal as text or, with ``--json``, as one JSON value on standard output."""

    def __init__(self, *, as_json: bool, language: str) -> None:
        self.as_json = as_json
        self.language = language
        self.out = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
        self.err = Console(stderr=True, highlight=False)

    def value(self, value: object) -> None:
        """Print one JSON value."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")

    def line(self, text: str = "") -> None:
        """Print one line of text; nothing with ``--json``."""
        if not self.as_json:
            self.out.print(text, markup=False)

    def heading(self, text: str) -> None:
        """Print a heading; nothing with ``--json``."""
        if not self.as_json:
            self.out.print()
            self.out.print(text, style="bold", markup=False)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows under their names; columns whose cells all look like figures align right."""
        table = Table(box=None, pad_edge=False, header_style="dim")
        for index, name in enumerate(columns):
            figures = bool(rows) and all(_is_figure(row[index]) for row in rows)
            table.add_column(name, justify="right" if figures else "left", overflow="fold")
        for row in rows:
            table.add_row(*[cell.replace("[", "\\[") for cell in row])
        self.out.print(table)

    def error(self, error: WaypostError, hint_word: str) -> None:
        """Print what is wrong and what to do next, on standard error."""
        if self.as_json:
            sys.stdout.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False) + "\n")
            return
        self.err.print(error.message, style="bold red", markup=False)
        if error.hint:
            self.err.print(f"{hint_word}: {error.hint}", markup=False)

    def facts(self, facts: Mapping[str, str]) -> None:
        """Print names and values in two columns."""
        self.table(("", ""), [(name, value) for name, value in facts.items()])


def _is_figure(text: str) -> bool:
    return not text or text[0].isdigit() or text[0] in "−-–+"
