"""Long work tells how far it is and can be stopped between two pieces."""

from __future__ import annotations

from typing import Protocol

__all__ = ["SILENT", "Progress", "SilentProgress"]


class Progress(Protocol):
    """What long work reports to; ``advance`` may raise ``CancelledError``."""

    def start(self, task: str, total: int | None) -> None:
        """Begin a task; ``total`` is in the units that ``advance`` counts, None when unknown."""

    def advance(self, amount: int) -> None:
        """Count work done since the last call."""

    def finish(self) -> None:
        """End the current task."""


class SilentProgress:
    """Reports to nobody."""

    def start(self, task: str, total: int | None) -> None:
        """Ignore it."""

    def advance(self, amount: int) -> None:
        """Ignore it."""

    def finish(self) -> None:
        """Ignore it."""


SILENT = SilentProgress()
