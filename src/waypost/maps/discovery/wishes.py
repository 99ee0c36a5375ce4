"""What somebody wants of a discovered map: whose, when, which goal, called what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waypost.model import Label

__all__ = ["MapWishes"]


@dataclass(frozen=True, slots=True)
class MapWishes:
    """All fields may be left empty.

    ``segment``: one or several conditions; persons with at least one event for each. ``where``:
    condition on events; ``only``: units or events by the value of a field. ``since``, ``until``:
    days. ``goal``: id of the step that is the goal, else the last step of the purchase stage, else
    the last step. ``quiet``: how long nothing must have happened before the end of the data until
    somebody counts as gone. ``within``: how long reaching the goal may take, else the shortest
    usual window that nine in ten of those who reach it need.
    """

    title: str = ""
    persona: Label | None = None
    segment: str | tuple[str, ...] | None = None
    where: str | None = None
    since: str | None = None
    until: str | None = None
    goal: str = ""
    quiet: str = "30d"
    within: str = ""
    only: Mapping[str, Any] | None = None

    def filters(self) -> dict[str, Any]:
        """The fields that every question takes."""
        only = {"only": self.only} if self.only else {}
        return {
            "where": self.where,
            "segment": self.segment,
            "since": self.since,
            "until": self.until,
            **only,
        }

    def told(self) -> dict[str, Any]:
        """The filters that leave anybody or anything out, as JSON values."""
        given = {name: value for name, value in self.filters().items() if value}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in given.items()
        }

    def is_whole(self) -> bool:
        """Whether nobody and nothing is left out."""
        return not any(self.filters().values())
