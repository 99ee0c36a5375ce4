"""Ids of a snapshot as people know them: labels in the session's language."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.model import label_in
from waypost.questions import SnapshotView

__all__ = ["Names"]

_KINDS = ("touchpoint", "step", "event", "stage", "channel")


class Names:
    """What touchpoints, steps and stages are called; events and channels bear their own names."""

    def __init__(self, view: SnapshotView, language: str) -> None:
        self.language = language
        self._by_kind: Mapping[str, Mapping[str, str]] = {
            kind: {entry.id: label_in(entry.label, language) or entry.id for entry in entries}
            for kind, entries in (
                ("touchpoint", view.touchpoints),
                ("step", view.steps),
                ("stage", view.stages),
            )
        }

    def of(self, kind: str, name: str) -> str:
        """The label of one kind of thing; the name itself where it has none."""
        return self._by_kind.get(kind, {}).get(name, name)

    def of_step(self, typed: str, read_as: Mapping[str, str]) -> str:
        """A step of a question, as the question understood it; conditions as they were typed."""
        prefix, colon, rest = typed.partition(":")
        if colon and prefix in _KINDS:
            return self.of(prefix, rest)
        return self.of(read_as.get(typed, ""), typed)
