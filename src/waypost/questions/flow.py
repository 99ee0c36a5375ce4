"""How persons flow from place to place, ready to be drawn: everybody in every column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.coded import ALL
from waypost.kernels.flow import ColumnFlow, count_columns, persons_on_link
from waypost.kernels.forward_flow import ForwardFlow, count_forward, persons_forward
from waypost.kernels.path_reading import PathRules
from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.cells import measure_in, number_in
from waypost.questions.coding import journeys_of, step_journeys
from waypost.questions.flow_rows import column_rows, forward_rows
from waypost.questions.measures import Share
from waypost.questions.naming import (
    BY,
    Nodes,
    StepRule,
    axis_sizes,
    conditions_of,
    nodes_by,
    step_rule,
)
from waypost.questions.period import Period, duration_text, seen_until, ticks_of
from waypost.questions.question import Question, one_of
from waypost.questions.result import Notice, Result, grouping, say
from waypost.questions.selection import Selection
from waypost.questions.view import ShardView, SnapshotView

__all__ = ["Flow"]

_MOST_COLUMNS = 20
_MOST_CELLS = 8_000_000
_ENDS = {"left": 0, "open": 1, "beyond": 2, "starts": 0, "earlier": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Question):
    """Who goes from where to where, column by column; nobody is lost between columns.

    ``align="position"``: the columns are the first, second, … node, from the begin or from an
    ``anchor`` on, with ``direction="before"`` backwards from the end or the anchor; ``length``
    columns with ``top`` nodes each and all others as one. ``align="order"``: every node is a column
    of its own, in the order of the map, and a person advances to the next node that lies further
    than all before. Who went no further has ``left``, or is ``open`` when anything happened to them
    less than ``quiet`` before the end of the data, or of the period.
    """

    name: ClassVar[str] = "flow"
    shares: ClassVar[tuple[Share, ...]] = (
        Share("persons", "persons_at", ("column", "from", "to", "kind")),
    )

    by: str = "stage"
    align: str = "position"
    length: int = 5
    direction: str = "after"
    anchor: str | None = None
    occurrence: str = "first"
    fold_repeats: bool = True
    top: int = 10
    quiet: str | timedelta = "30d"

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        one_of(self.by, BY, "by")
        one_of(self.align, ("position", "order"), "align")
        one_of(self.direction, ("after", "before"), "direction")
        one_of(self.occurrence, ("first", "last"), "occurrence")
        object.__setattr__(self, "quiet", duration_text(self.quiet))
        if not 1 <= self.length <= _MOST_COLUMNS or self.top < 1:
            raise QuestionError(
                f"length is {self.length} and top is {self.top}.",
                hint=f"length lies between 1 and {_MOST_COLUMNS}, top is at least 1.",
                length=self.length,
                top=self.top,
            )
        if self.align == "order" and (self.anchor is not None or self.direction == "before"):
            raise QuestionError(
                "In the order of the map there is no anchor and no way back.",
                hint='Leave out anchor and direction, or use align="position".',
            )

    def plan(self, view: SnapshotView) -> FlowTask:
        """The task; raises ``QuestionError`` for an unknown anchor and for too many nodes."""
        nodes = nodes_by(view, self.by)
        columns = self.length if self.align == "position" else 1
        if len(nodes) ** 2 * columns > _MOST_CELLS:
            raise QuestionError(
                f"There are {len(nodes)} different {self.by} names; a flow of {columns} columns "
                "between so many cannot be drawn.",
                hint="Group by stage, step or channel, or ask for fewer columns.",
                nodes=len(nodes),
            )
        anchor = None if self.anchor is None else step_rule(view, self.anchor)
        period = self.period_in(view)
        open_after = seen_until(view, period) - ticks_of(view, self.quiet)
        return FlowTask(self, nodes, period, anchor, (axis_sizes(view), open_after))

    def explain(self, language: str = "en") -> str:
        """The question in sentences."""
        told = [N_("Who goes where (by {by}), in the order of the map; going back is not drawn.")]
        if self.align == "position" and self.direction == "after":
            told = [N_("Who goes where (by {by}), in {length} columns from {begin} on.")]
        elif self.align == "position":
            told = [N_("Who comes from where (by {by}), in {length} columns up to {begin}.")]
        if self.direction == "after":
            told.append(N_("Who went no further has left, after {quiet} without any event."))
        edge = N_("the first event") if self.direction == "after" else N_("the last event")
        values = {
            "by": grouping(self.by, language),
            "length": self.length,
            "begin": self.anchor or say(edge, language, {}),
            "quiet": duration_words(self.quiet, language),
        }
        return " ".join(say(sentence, language, values) for sentence in told)


@dataclass(frozen=True, slots=True)
class FlowTask:
    """``Flow`` on one snapshot; ``details``: lengths of the axes, and when somebody is open."""

    question: Flow
    nodes: Nodes
    period: Period
    anchor: StepRule | None
    details: tuple[dict[str, int], int]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The anchor's condition text, where it is one."""
        return conditions_of((self.anchor,))

    @property
    def rules(self) -> PathRules:
        """How a journey becomes columns."""
        return PathRules(
            length=self.question.length,
            backward=self.question.direction == "before",
            occurrence=self.question.occurrence,
            collapse="repeats" if self.question.fold_repeats else "none",
        )

    def run(self, shard: ShardView, selection: Selection) -> ColumnFlow | ForwardFlow:
        """Flow in one shard."""
        journeys = journeys_of(shard, self.nodes, selection)
        open_after = self.details[1]
        if self.question.align == "order":
            return count_forward(journeys, shard.at, open_after=open_after)
        anchors = self._anchors(shard, selection)
        return count_columns(
            journeys, shard.at, anchors=anchors, rules=self.rules, open_after=open_after
        )

    def _anchors(self, shard: ShardView, selection: Selection) -> NDArray[np.uint8]:
        if self.anchor is None or shard.at.size == 0:
            return ALL
        coded = step_journeys(shard, (self.anchor,), selection=selection, sizes=self.details[0])
        return np.asarray(coded.lookup.astype(np.uint8)[coded.codes])

    def members(
        self, shard: ShardView, selection: Selection, cell: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Persons on a link: ``column``, ``from``, ``to`` and ``kind`` of a row.

        With ``{"column": …, "node": …}`` everybody who is there. Raises ``QuestionError`` for the
        nodes that are not listed, which are no one node.
        """
        journeys = journeys_of(shard, self.nodes, selection)
        column, *link = self._link(cell)
        open_after = self.details[1]
        if self.question.align == "order":
            wanted = (link[0], link[1], link[2])
            return persons_forward(journeys, shard.at, link=wanted, open_after=open_after)
        return persons_on_link(
            journeys,
            shard.at,
            anchors=self._anchors(shard, selection),
            rules=self.rules,
            link=(abs(column) - 1, link[0], link[1], link[2], open_after),
        )

    def _link(self, cell: Mapping[str, Any]) -> tuple[int, int, int, int]:
        """Column, node nearer the begin of reading, the one after it or −1, and end or −1."""
        column = int(number_in(cell, "column", 1, most=_MOST_COLUMNS))
        kind = str(cell.get("kind", ""))
        backward = self.question.direction == "before"
        whole = measure_in(cell, self.question.unit, ("persons", "persons_at")) == "persons_at"
        if "node" in cell:
            return column, self.nodes.place(str(cell["node"])), -1, -1
        near, far = ("to", "from") if backward else ("from", "to")
        here, there = str(cell.get(near, "")), str(cell.get(far, ""))
        if not here or not (kind in _ENDS or there or whole):
            raise QuestionError(
                "The nodes that are not listed are no one node whose persons could be named.",
                hint="Name a row between listed nodes, or raise top until they are.",
            )
        if kind in _ENDS:
            return column, self.nodes.place(here), -1, -1 if whole else _ENDS[kind]
        step = 1 if backward and self.question.align == "position" else 0
        onward = -1 if whole else self.nodes.place(there)
        return abs(column) - step, self.nodes.place(here), onward, -1

    def finish(self, partial: ColumnFlow | ForwardFlow) -> Result:
        """One row per link and per end, column by column."""
        if isinstance(partial, ForwardFlow):
            columns, facts = forward_rows(partial, self.nodes.ids)
        else:
            backward = self.question.direction == "before"
            columns, facts = column_rows(
                partial, self.nodes.ids, top=self.question.top, backward=backward
            )
        facts["quiet"] = self.question.quiet
        return Result(
            self.question.to_dict(), columns, facts, _UNITS, self._warnings(facts["persons"])
        )

    def _warnings(self, total: int) -> tuple[Notice, ...]:
        if total:
            return ()
        return (Notice("nobody", N_("Nobody was at any of them in this period.")),)


_UNITS = {
    "persons": "persons",
    "persons_at": "persons at the node",
    "share": "share of persons at the node",
    "low": "95 % interval",
    "high": "95 % interval",
}
