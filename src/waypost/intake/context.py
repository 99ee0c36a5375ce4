"""What a reader must be told that a file does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

__all__ = ["ReadContext"]


@dataclass(frozen=True, slots=True)
class ReadContext:
    """Defaults of the workspace for what a source leaves open.

    ``zone`` is taken for times without one; ``country`` (ISO 3166, two letters) for phone numbers
    without country code and for dates and amounts that can be read both ways; ``currency``
    (ISO 4217) for amounts without one. ``as_of`` is the present in microseconds since 1970 UTC:
    events later than a day after it are flagged as future; None flags nothing. ``case_objects``
    names the object types of an OCEL log that stand for persons; empty lets the reader choose.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Berlin"))
    country: str = "DE"
    currency: str = "EUR"
    as_of: int | None = None
    case_objects: tuple[str, ...] = ()
