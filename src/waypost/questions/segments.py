"""Who belongs to a segment: persons by what they did at least once, or never."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.errors import QuestionError

__all__ = ["NEVER", "as_segment", "parts_of", "texts_of"]

NEVER = "never:"
"""Before a condition: persons without any event that fulfils it."""


def as_segment(segment: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """The conditions of a segment, one of them as plain text; empty ones are refused."""
    if segment is None or isinstance(segment, str):
        parts: tuple[str, ...] = () if segment is None else (segment,)
    else:
        parts = tuple(segment)
    for part in parts:
        if not isinstance(part, str) or not part.removeprefix(NEVER).strip():
            raise QuestionError(
                f"A segment has the condition {part!r}.",
                hint="Write for example: channel = 'web', or never: event = 'order_placed'.",
            )
    return (parts[0] if len(parts) == 1 else parts) if parts else None


def parts_of(segment: str | tuple[str, ...] | None) -> list[tuple[str, bool]]:
    """Each condition, and whether at least one event (True) or none (False) must fulfil it."""
    parts = texts_of(segment)
    return [(part.removeprefix(NEVER).strip(), not part.startswith(NEVER)) for part in parts]


def texts_of(segment: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The conditions as they were written."""
    return (segment,) if isinstance(segment, str) else segment or ()
