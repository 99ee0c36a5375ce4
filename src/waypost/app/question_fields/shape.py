"""What is known of a question before it is loaded: fields, defaults, words, an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.app.question_fields.fields import FIELDS, Field

__all__ = ["NEEDED", "Asked", "Shortcut", "argument", "flag_of", "shortcut_name", "words"]

NEEDED = "…"
"""The default of a field that must be given."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An option that says ``value`` for a field."""

    flag: str
    name: str
    value: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``fields``: name and default of each field of ``question``, without those all have.

    ``arguments`` are given without option, in this order. ``own`` words fields differently than
    ``FIELDS``. ``differs``: fields whose default is another than in Python, on purpose.
    """

    question: str
    meaning: str
    example: str
    fields: Mapping[str, Any]
    arguments: tuple[str, ...] = ()
    own: Mapping[str, Field] = field(default_factory=dict)
    shortcuts: tuple[Shortcut, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """How the command is called."""
        return self.question.replace("_", "-")

    def field(self, name: str) -> Field:
        """How a field is worded here."""
        return self.own.get(name) or FIELDS[name]


def words(text: str, *allowed: str) -> Field:
    """A field whose words are few enough to be its metavar."""
    return Field(help=text, metavar="|".join(allowed), words=allowed)


def argument(text: str, metavar: str) -> Field:
    """A field that is given without option."""
    return Field(help=text, metavar=metavar)


def flag_of(name: str, field: Field) -> str:
    """The option of a field."""
    return field.flag or f"--{name.replace('_', '-')}"


def shortcut_name(shortcut: Shortcut) -> str:
    """What a shortcut's value is called among those given."""
    return f"say_{shortcut.flag.strip('-')}"
