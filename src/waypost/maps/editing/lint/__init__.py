"""Checks of what makes a map good: each with a reason, what to do, and a fix where one can be."""

from __future__ import annotations

from datetime import date

from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.lint import cells, content, frame, reality, upkeep
from waypost.maps.editing.lint.finding import Examined, Finding, Fix

__all__ = ["Finding", "Fix", "lint"]

_CHECKS = (*frame.CHECKS, *upkeep.CHECKS, *cells.CHECKS, *content.CHECKS, *reality.CHECKS)
_GRAVITY = {"problem": 0, "warning": 1, "hint": 2}


def lint(document: MapDocument, reading: JourneyMap | None, *, today: date) -> list[Finding]:
    """What could be better about the map, the gravest first, then in the order of the checks.

    ``reading``: the document read against the events (``waypost.maps.reading``); without it the
    checks that need numbers are silent, and a cell that only counting fills counts as empty.
    """
    examined = Examined(document, reading, today)
    found = [finding for check in _CHECKS for finding in check(examined)]
    return sorted(found, key=lambda finding: _GRAVITY[finding.severity])
