"""The one error tree: what is wrong, which value, what is allowed, what to do next.

WaypostError
├── InputError (also ValueError)     a value, file or question that cannot be used
│   ├── UnreadableFileError          a file whose content cannot be read as what it claims to be
│   ├── FilesRefusedError            some of several files could not be imported; the others are in
│   ├── RuleError                    a rule, filter or mapping that does not parse or names nothing
│   └── QuestionError                a question that has no meaning on this workspace
├── NotFoundError (also LookupError) a workspace, person, event or document that is not there
├── ConflictError                    somebody else writes, or the thing changed meanwhile
├── SignInError                      nobody is signed in, or the proof of it is wrong or too old
├── ForbiddenError                   somebody is signed in and may not do this
├── DamagedError                     stored bytes that fail their own check
├── MissingExtraError (also ImportError)  an optional dependency that is not installed
└── CancelledError                   the user stopped it; nothing is half done

Every class has a stable ``code`` and an ``exit_code`` for the command line; every instance carries
its facts, a ``hint`` that says what to do next, and prints as one message.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

__all__ = [
    "CancelledError",
    "ConflictError",
    "DamagedError",
    "FilesRefusedError",
    "ForbiddenError",
    "InputError",
    "MissingExtraError",
    "NotFoundError",
    "QuestionError",
    "RuleError",
    "SignInError",
    "UnreadableFileError",
    "WaypostError",
    "nearest",
]


class WaypostError(Exception):
    """The root: ``message`` for people, ``hint`` for the next step, ``facts`` for programs."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, object]:
        """The one JSON shape of an error, the same in CLI and API."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "facts": {name: str(value) for name, value in self.facts.items()},
        }


class InputError(WaypostError, ValueError):
    """A value, file or question that cannot be used."""

    code = "input"
    exit_code = 2


class UnreadableFileError(InputError):
    """A file whose content cannot be read as what it claims to be."""

    code = "unreadable-file"


class FilesRefusedError(InputError):
    """Some of several files could not be imported; the others are in.

    ``refused``: the error of each refused file, by its path as it was found. ``reports``: what
    became of the files that were imported, one import report per table.
    """

    code = "files-refused"

    def __init__(
        self, *, files: int, refused: Mapping[str, WaypostError], reports: Sequence[Any]
    ) -> None:
        super().__init__(
            f"{len(refused)} of {files} files could not be imported.",
            hint="The other files are in. Mend these and add them again."
            if len(refused) < files
            else "Nothing was imported. `waypost add --dry-run` tells how each file would be read.",
            files=files,
        )
        self.refused = dict(refused)
        self.reports = tuple(reports)

    def __str__(self) -> str:
        reasons = [f"{name}: {error}" for name, error in self.refused.items()]
        return "\n".join([super().__str__(), *reasons])

    def as_dict(self) -> dict[str, object]:
        """The one JSON shape of an error, with each file's error and the reports of the others."""
        errors = {name: error.as_dict() for name, error in self.refused.items()}
        reports = [asdict(report) for report in self.reports]
        return {**super().as_dict(), "refused": errors, "imported": reports}


class RuleError(InputError):
    """A rule, filter or mapping that does not parse, or names something unknown."""

    code = "rule"


class QuestionError(InputError):
    """A question that has no meaning on this workspace."""

    code = "question"


class NotFoundError(WaypostError, LookupError):
    """A workspace, person, event or document that is not there."""

    code = "not-found"
    exit_code = 3


class ConflictError(WaypostError):
    """Somebody else is writing, or the thing changed meanwhile."""

    code = "conflict"
    exit_code = 4


class SignInError(WaypostError):
    """Nobody is signed in, or the proof of it is wrong or too old."""

    code = "sign-in"
    exit_code = 7


class ForbiddenError(WaypostError):
    """Somebody is signed in and may not do this."""

    code = "forbidden"
    exit_code = 8


class DamagedError(WaypostError):
    """Stored bytes that fail their own check."""

    code = "damaged"
    exit_code = 5


class MissingExtraError(WaypostError, ImportError):
    """An optional dependency that is not installed; the hint names the extra."""

    code = "missing-extra"
    exit_code = 6


class CancelledError(WaypostError):
    """The user stopped it; nothing is half done."""

    code = "cancelled"
    exit_code = 130


def nearest(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Known names that look most like ``word``, best first; empty when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=limit, cutoff=0.55)
    return [by_folded[name] for name in found]
