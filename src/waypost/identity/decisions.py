"""What people decided about identifiers: split, block, keep apart, and the undoing of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from waypost.errors import DamagedError, InputError, NotFoundError
from waypost.kit import exclusive_lock, write_atomically

__all__ = ["Decision", "Decisions"]

SPLIT = "split"
BLOCK = "block"
APART = "apart"
UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line: what was decided about ``kind`` and ``value``; ``other_*`` only for apart."""

    number: int
    act: str
    kind: str = ""
    value: str = ""
    other_kind: str = ""
    other_value: str = ""
    undoes: int | None = None
    reason: str = ""

    @property
    def pair(self) -> frozenset[tuple[str, str]]:
        """The two identifiers that are kept apart, each kind and value; empty for another act."""
        if self.act != APART:
            return frozenset()
        return frozenset({(self.kind, self.value), (self.other_kind, self.other_value)})


class Decisions:
    """The decisions of a workspace, in a file that only grows; ``Decisions.open`` reads it.

    Persons are computed from the log and what is ``active``, so undoing restores them exactly.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._all = _read(path) if path is not None and path.exists() else []

    @classmethod
    def open(cls, workspace: Path) -> Decisions:
        """Those in ``identity/decisions.jsonl``; ``DamagedError`` when a line cannot be read."""
        return cls(workspace / "identity" / "decisions.jsonl")

    def all(self) -> tuple[Decision, ...]:
        """Every line, also undone ones, in order."""
        return tuple(self._all)

    def active(self) -> tuple[Decision, ...]:
        """What holds: decisions that were not undone, in order."""
        undone = {decision.undoes for decision in self._all}
        return tuple(d for d in self._all if d.act != UNDO and d.number not in undone)

    def split(self, kind: str, value: str, *, reason: str = "") -> Decision:
        """Take an identifier out of its person: it joins nothing any more and stands alone."""
        return self._append(Decision(0, SPLIT, _named(kind), _named(value), reason=reason))

    def block(self, kind: str, value: str, *, reason: str = "") -> Decision:
        """Hold a value for no identifier at all: events that have only it have no person."""
        return self._append(Decision(0, BLOCK, _named(kind), _named(value), reason=reason))

    def keep_apart(
        self, one: tuple[str, str], other: tuple[str, str], *, reason: str = ""
    ) -> Decision:
        """Never let two identifiers, each kind and value, be of one person."""
        if one == other:
            raise InputError("An identifier cannot be kept apart from itself.", identifier=one)
        kind, value, other_kind, other_value = (_named(text) for text in (*one, *other))
        decision = Decision(0, APART, kind, value, other_kind, other_value, reason=reason)
        return self._append(decision)

    def undo(self, number: int, *, reason: str = "") -> Decision:
        """Take a decision back; ``NotFoundError`` if it is not there or no longer holds."""
        if number not in {decision.number for decision in self.active()}:
            raise NotFoundError(
                f"There is no decision {number} that holds.",
                hint="List the decisions to see their numbers.",
                number=number,
            )
        return self._append(Decision(0, UNDO, undoes=number, reason=reason))

    def _append(self, decision: Decision) -> Decision:
        if self._path is None:
            return self._number(decision)
        with exclusive_lock(self._path.parent / ".lock"):
            self._all = _read(self._path) if self._path.exists() else []
            numbered = self._number(decision)
            write_atomically(self._path, b"".join(map(_line, self._all)))
        return numbered

    def _number(self, decision: Decision) -> Decision:
        numbered = Decision(**{**asdict(decision), "number": len(self._all) + 1})
        self._all.append(numbered)
        return numbered


def _named(text: str) -> str:
    if not text.strip():
        raise InputError("A decision needs the kind and the value of an identifier.")
    return text


def _line(decision: Decision) -> bytes:
    facts = {name: value for name, value in asdict(decision).items() if value not in ("", None)}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _read(path: Path) -> list[Decision]:
    decisions = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            decision = Decision(**json.loads(line))
            sound = decision.number == number and decision.act in {SPLIT, BLOCK, APART, UNDO}
        except (ValueError, TypeError) as error:
            raise _damaged(path, number) from error
        if not sound:
            raise _damaged(path, number)
        decisions.append(decision)
    return decisions


def _damaged(path: Path, number: int) -> DamagedError:
    return DamagedError(
        f"Line {number} of {path.name} is no decision.",
        hint=f"Restore {path} from a backup, or mend the line; the lines are numbered from 1.",
        path=path,
        line=number,
    )
