"""What became of a sheet that came back: counted, and what was not understood told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.kit.translation import N_, NN_
from waypost.maps.editing.messages import Message

__all__ = ["COUNTED", "SheetAccount", "SheetChanges", "Unclear"]

COUNTED: Mapping[str, tuple[str, str]] = {
    "cards": NN_("{count} card read", "{count} cards read"),
    "unchanged": NN_("{count} card as it was", "{count} cards as they were"),
    "changed": NN_("{count} card changed", "{count} cards changed"),
    "added": NN_("{count} card added", "{count} cards added"),
    "moved": NN_("{count} card moved", "{count} cards moved"),
    "removed": NN_("{count} card emptied, so removed", "{count} cards emptied, so removed"),
    "missing": NN_(
        "{count} card is not in the sheet and stays on the map",
        "{count} cards are not in the sheet and stay on the map",
    ),
    "columns": NN_(
        "{count} stage, step or lane added or renamed",
        "{count} stages, steps or lanes added or renamed",
    ),
    "head": NN_("{count} entry of the head changed", "{count} entries of the head changed"),
}

_UNCLEAR = {
    "value": N_("Row {row}: “{text}” is no value for “{column}”, so it was left as it was."),
    "twice": N_(
        "Row {row}: the card “{text}” was in the sheet twice; the second became a new one."
    ),
    "homeless": N_("Row {row}: “{text}” stands at no step, so it was not taken over."),
    "order": N_("The steps stand in another order than on the map; their order was not changed."),
    "long": N_("Row {row}: “{text}” is too long for a card, so it was not taken over."),
}


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something in the sheet that was not done, by ``kind``, with what to say of it."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def message(self) -> Message:
        """The sentence for people."""
        return Message(_UNCLEAR[self.kind], values=self.values)


@dataclass(frozen=True, slots=True)
class SheetAccount:
    """How many of what, by the names in ``COUNTED``, and everything that was not understood."""

    counts: Mapping[str, int]
    unclear: tuple[Unclear, ...] = ()

    def lines(self, language: str) -> list[str]:
        """The account in sentences: what happened, then what did not."""
        told = [
            Message(*COUNTED[name], values={"count": count}).in_language(language)
            for name, count in self.counts.items()
            if count
        ]
        return told + [one.message().in_language(language) for one in self.unclear]


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """The change that brings what a team filled in onto the map, and the account of it."""

    ops: tuple[dict[str, Any], ...]
    account: SheetAccount
