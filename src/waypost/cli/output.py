"""What commands print: tables for people, JSON for programs, errors with their hint."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from waypost.cli.grid import Column, hanging, heading_lines, left_out, lines_of

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Output"]

_UNBOUNDED = 10_000


class Output:
    """Prints to the terminal as text or, with ``--json``, as one JSON value on standard output.

    ``width`` is the terminal's; where nobody looks at one it has no bound, so that every row of a
    table is one line for the program that reads it. COLUMNS overrides both.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    @cached_property
    def width(self) -> int:
        """How many characters fit on a line."""
        given = os.environ.get("COLUMNS", "")
        if given.isdigit() and int(given) > 0:
            return int(given)
        return self._out.width if self._out.is_terminal else _UNBOUNDED

    @cached_property
    def _out(self) -> Console:
        return _console(stderr=False)

    @cached_property
    def _err(self) -> Console:
        return _console(stderr=True)

    def value(self, value: object) -> None:
        """Print one JSON value."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")

    def line(self, text: str = "", *, style: str = "") -> None:
        """Print one line of text; nothing with ``--json``."""
        if not self.as_json:
            self._row(hanging(text, self.width), style=style)

    def faint(self, text: str) -> None:
        """Print a line that may be overlooked."""
        self.line(text, style="dim")

    def mind(self, text: str) -> None:
        """Print a line that should not be overlooked."""
        self._row(hanging(f"! {text}", self.width), style="yellow")

    def heading(self, text: str) -> None:
        """Print a heading after an empty line; nothing with ``--json``."""
        self.line()
        self.line(text, style="bold")

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Print rows under their names, in the width there is; nothing with ``--json``.

        Spare columns that do not fit are left out.
        """
        gone = left_out(columns, rows, self.width)
        kept = [column for place, column in enumerate(columns) if place not in gone]
        cells = [[cell for place, cell in enumerate(row) if place not in gone] for row in rows]
        heading = heading_lines(kept, cells, self.width)
        for number, line in enumerate(lines_of(kept, cells, self.width)):
            self._row(line, style="dim" if number < heading else "")

    def facts(self, facts: Mapping[str, str], *, right: bool = False) -> None:
        """Print names and values in two columns; values that are figures are aligned ``right``."""
        wide = max(len(name) for name in facts)
        room = max(len(value) for value in facts.values()) if right else 0
        for name, value in facts.items():
            self._row(f"{name.ljust(wide)}  {value.rjust(room)}")

    def rows(self, lines: Sequence[tuple[str, str]]) -> None:
        """Print lines that are laid out already, each with its style."""
        for text, style in lines:
            self._row(text, style=style)

    def error(self, error: Mapping[str, object]) -> None:
        """Print what is wrong and what to do next: on standard error, or as the JSON value."""
        if self.as_json:
            self.value({"error": error})
            return
        self._err.print(str(error["message"]), style="bold red", markup=False, soft_wrap=True)
        if error["hint"]:
            self._err.print(str(error["hint"]), markup=False, soft_wrap=True)

    def _row(self, text: str, *, style: str = "") -> None:
        if not self.as_json:
            self._out.print(
                text.rstrip(), style=style or None, markup=False, soft_wrap=True, crop=False
            )


def _console(*, stderr: bool) -> Console:
    from rich.console import Console  # noqa: PLC0415 - help needs none

    return Console(stderr=stderr, highlight=False, emoji=False)
