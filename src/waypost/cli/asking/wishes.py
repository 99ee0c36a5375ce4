"""What is to be done with an answer, as it was given on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waypost.app.question_fields.shape import Asked

__all__ = ["Wishes", "wishes_of"]

_WAYS_ON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """``rows``: how many are shown. ``members``: whose persons are listed, as typed."""

    rows: int
    members: tuple[str, ...] = ()
    chart: Path | None = None
    csv: Path | None = None


def wishes_of(asked: Asked, given: Mapping[str, Any]) -> Wishes:
    """What is to be done with the answer."""
    rows = given["top"]
    if asked.question == "paths":  # top is the question's own: every group has so many, and a rest
        rows = (rows + 1) * (1 if given["breakdown"] is None else given["groups"] + 2)
    if asked.question == "flow":  # top is the places of a column; from each one goes to several
        rows *= _WAYS_ON
    return Wishes(
        rows=rows,
        members=tuple(given["members"] or ()),
        chart=given["chart"],
        csv=given["csv"],
    )
