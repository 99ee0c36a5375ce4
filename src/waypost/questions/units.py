"""What a question counts: persons, their sessions, or whatever shares a key."""

from __future__ import annotations

from dataclasses import dataclass

from waypost.errors import InputError, QuestionError
from waypost.kit import as_timedelta

__all__ = ["PERSON", "SESSION", "SESSION_GAP", "Unit", "unit_of", "unit_text"]

PERSON = "person"
SESSION = "session"
SESSION_GAP = "30m"


@dataclass(frozen=True, slots=True)
class Unit:
    """``kind`` is ``person``, ``session`` (with its ``gap``) or ``key`` (with its field)."""

    kind: str
    gap: str = ""
    key: str = ""

    @property
    def plural(self) -> str:
        """What columns and units of an answer are called: persons, sessions, orders."""
        if self.kind == "key":
            return _PLURALS.get(self.key, "units")
        return f"{self.kind}s"


_PLURALS = {"order": "orders", "order_id": "orders", "account": "accounts", "cart_id": "carts"}
_KEYS = {"order": "order_id"}


def unit_of(text: str | None) -> Unit:
    """``person``, ``session`` or ``session:45m``; every other word names a field of events.

    ``order`` is short for ``order_id``. Raises ``QuestionError`` for a gap that is no duration.
    """
    word, _, rest = (text or PERSON).strip().partition(":")
    if word == PERSON:
        return Unit(PERSON)
    if word != SESSION:
        return Unit("key", key=_KEYS.get(word, word))
    try:
        gap = as_timedelta(rest or SESSION_GAP)
    except InputError as error:
        raise _no_gap(rest) from error
    if not gap:
        raise _no_gap(rest)
    return Unit(SESSION, gap=rest or SESSION_GAP)


def unit_text(text: str | None) -> str | None:
    """The text checked; None for persons, so that the default has one spelling."""
    if text is None or unit_of(text).kind == PERSON:
        return None
    return text.strip()


def _no_gap(text: str) -> QuestionError:
    return QuestionError(
        f"The gap between sessions is {text!r}.",
        hint="Write session, or session:45m for another gap than 30 minutes.",
        gap=text,
    )
