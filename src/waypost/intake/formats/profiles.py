"""What a source knows about a person: the fact ``$profile``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waypost.intake.normalise import Instant, snake_case
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Record
from waypost.model import Event

__all__ = ["UNDATED", "profile", "traits"]

UNDATED = Instant(0)
"""Where a fact lies whose time the source does not give."""


def traits(reading: Reading, record: Record, columns: Iterable[str]) -> dict[str, str]:
    """Attributes ``trait.<name>`` of the columns that are filled."""
    found = {f"trait.{snake_case(name)}": reading.text(record, name) for name in columns}
    return {name: value for name, value in found.items() if value is not None}


def profile(
    record: Record,
    *,
    key: str,
    identifiers: tuple[tuple[str, str], ...],
    attributes: Mapping[str, object],
    moment: Instant = UNDATED,
) -> Event:
    """The fact ``$profile`` with its identifiers and the attributes that hold text."""
    texts = {name: as_text(value) for name, value in attributes.items()}
    return Event(
        at=moment.at,
        event="$profile",
        key=f"{key}:$profile",
        line=record.line,
        identifiers=identifiers,
        attributes={name: text for name, text in texts.items() if text is not None},
        rank=15,
        flags=moment.flags,
    )
