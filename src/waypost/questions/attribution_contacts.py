"""What contacts are: nodes of a dictionary, or the values of one or more fields of their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import SKIP, CodedJourneys
from waypost.questions.breakdown import NO_VALUE
from waypost.questions.coding import journeys_of
from waypost.questions.naming import BY, Nodes, nodes_by
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["MOST_NODES", "NO_NODES", "Contacts", "fields_of", "place_of"]

MOST_NODES = 2_000
NO_NODES = Nodes("", "", (), (), np.zeros(0, np.uint16))
"""Of a task that does not know its nodes yet."""

_BETWEEN = "/"
_SHOWN = " / "


def fields_of(by: str) -> tuple[str, ...]:
    """The fields of ``by``: none for what a dictionary groups, else one or more between slashes.

    Raises ``QuestionError`` where a name between slashes is missing.
    """
    if by in BY:
        return ()
    fields = tuple(part.strip() for part in by.split(_BETWEEN))
    if not all(fields) or len(set(fields)) < len(fields):
        raise QuestionError(
            f"by is {by!r}.",
            hint="Name channel, touchpoint, step, stage or event, a field like utm_campaign, or "
            "several different ones like utm_source/utm_medium.",
            field="by",
            value=by,
        )
    return fields


def place_of(nodes: Nodes, name: str) -> int:
    """As ``Nodes.place``; ``channel:web`` is web among channels."""
    return nodes.place(name.removeprefix(f"{nodes.by}:"))


@dataclass(frozen=True, slots=True)
class Contacts:
    """Which events are contacts, and what each is called.

    By fields, contacts are the events that have a channel, as by channel; ``(none)`` is one that
    has no value. ``nodes`` are then known with the first shard, the same in every shard.
    """

    by: str
    candidates: Sequence[str] | None
    leave_out: Sequence[str] | None
    view: SnapshotView

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read; none where a dictionary is enough."""
        return fields_of(self.by)

    def nodes(self, selection: Selection | None = None) -> Nodes:
        """The nodes that count; by fields their values are those of ``selection``.

        Raises ``QuestionError`` for names that do not exist, and for too many nodes.
        """
        if not self.fields:
            whole = nodes_by(self.view, self.by)
        else:
            assert selection is not None
            whole = self._values(selection)
        kept = _kept(whole, self.candidates, self.leave_out)
        if len(kept) > MOST_NODES:
            raise self._too_many(len(kept))
        return kept

    def _values(self, selection: Selection) -> Nodes:
        """A node for each name; entry 0 of the lookup is an event that is no contact."""
        texts = [(NO_VALUE, *selection.key_texts(field)) for field in self.fields]
        size = prod(map(len, texts))
        if size >= SKIP:
            raise self._too_many(size - 1)
        names = [_named(parts) for parts in product(*texts)]
        ids = tuple(dict.fromkeys(names))
        place = {name: number for number, name in enumerate(ids)}
        lookup = np.array([SKIP, *(place[name] for name in names)], np.uint16)
        return Nodes(self.by, "", ids, tuple({"en": name} for name in ids), lookup)

    def _too_many(self, nodes: int) -> QuestionError:
        return QuestionError(
            f"There are {nodes} different {self.by} names; {MOST_NODES} at most can "
            "share the credit.",
            hint="Name candidates, or choose channels or steps.",
            nodes=nodes,
        )

    def journeys(self, shard: ShardView, nodes: Nodes, selection: Selection) -> CodedJourneys:
        """The shard's journeys as nodes."""
        if not self.fields:
            return journeys_of(shard, nodes, selection)
        met = journeys_of(shard, nodes_by(self.view, "channel"), selection)
        coded = reduce(
            lambda so_far, field: _mixed(so_far, field, selection),
            self.fields,
            np.zeros(met.codes.size, np.int64),
        )
        codes = np.where(met.lookup[met.codes] == SKIP, 0, coded + 1).astype(np.uint16)
        rest = np.full((1 << 16) - nodes.lookup.size, SKIP, np.uint16)
        lookup = np.concatenate([nodes.lookup, rest])
        return replace(met, codes=codes, lookup=lookup, nodes=len(nodes))


def _mixed(so_far: NDArray[np.int64], field: str, selection: Selection) -> NDArray[np.int64]:
    wide = len(selection.key_texts(field)) + 1
    return so_far * wide + selection.key(field) + 1


def _named(parts: Sequence[str]) -> str:
    return NO_VALUE if set(parts) == {NO_VALUE} else _SHOWN.join(parts)


def _kept(nodes: Nodes, candidates: Sequence[str] | None, leave_out: Sequence[str] | None) -> Nodes:
    """The nodes that count as contacts; ``QuestionError`` for a name that does not exist."""
    named = (place_of(nodes, one) for one in candidates or ())
    places = set(range(len(nodes)) if candidates is None else named)
    kept = places - {place_of(nodes, name) for name in leave_out or ()}
    if not kept:
        raise QuestionError(
            "No contact is left to give credit to.",
            hint="Leave fewer names out.",
            field="leave_out",
        )
    return nodes.only(kept)
