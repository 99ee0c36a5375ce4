"""Flows as tables: a row per link and per end, and the balance of every node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.kernels.flow import BEYOND, LEFT, OPEN, ColumnFlow
from waypost.kernels.forward_flow import ForwardFlow
from waypost.questions.intervals import share_of, wilson

__all__ = ["column_rows", "forward_rows"]

_FORWARD = {LEFT: "left", OPEN: "open", BEYOND: "beyond"}
_BACKWARD = {LEFT: "starts", BEYOND: "earlier"}


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows as they grow: column, from, to, kind, rests, persons and whole."""

    values: list[tuple[Any, ...]] = field(default_factory=list)

    def table(self) -> dict[str, Any]:
        """The columns of an answer."""
        names = ("column", "from", "to", "kind", "from_is_rest", "to_is_rest", "persons")
        plain = list(zip(*self.values, strict=True)) or [()] * (len(names) + 1)
        columns: dict[str, Any] = dict(zip(names, map(list, plain), strict=False))
        persons, whole = (np.array(plain[place], np.int64) for place in (6, 7))
        low, high = wilson(persons, whole)
        columns["column"], columns["persons"] = np.array(plain[0], np.int64), persons
        shares = {"share": share_of(persons, whole), "low": low, "high": high}
        return columns | {"persons_at": whole} | shares


def forward_rows(flow: ForwardFlow, ids: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows and facts of a flow along ordered nodes; a node's column is its place."""
    rows, persons = _Rows(), flow.persons()
    for place, name in enumerate(ids):
        whole = int(persons[place])
        for target in np.flatnonzero(flow.links[place]).tolist():
            link = (place + 1, name, ids[target], "on", False, False)
            rows.values.append((*link, int(flow.links[place, target]), whole))
        for end, kind in ((LEFT, "left"), (OPEN, "open")):
            if flow.ends[place, end]:
                gone = (place + 1, name, "", kind, False, False)
                rows.values.append((*gone, int(flow.ends[place, end]), whole))
    nodes = {
        "column": list(range(1, len(ids) + 1)),
        "node": list(ids),
        "persons": persons,
        "starts": flow.starts,
        "in": flow.links.sum(axis=0),
        "out": flow.links.sum(axis=1),
        "left": flow.ends[:, LEFT],
        "open": flow.ends[:, OPEN],
    }
    return rows.table(), {"persons": int(flow.starts.sum()), "nodes": nodes}


def column_rows(
    flow: ColumnFlow, ids: Sequence[str], *, top: int, backward: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows and facts of a flow by position; columns count 1, 2 and on, or −1, −2."""
    persons = flow.persons()
    listed = [_listed(column, top) for column in persons]
    groups = [_groups(names, persons.shape[1]) for names in listed]
    rows, nodes = _Rows(), _Rows()
    for k in range(persons.shape[0]):
        here, whole = groups[k], _grouped(persons[k], groups[k], len(listed[k]) + 1)
        names = [*(ids[node] for node in listed[k]), ""]
        ends = np.stack([_grouped(flow.ends[k, :, e], here, whole.size) for e in range(3)])
        into, out = whole, np.zeros(whole.size, np.int64)
        if k:
            earlier = np.zeros((len(listed[k - 1]) + 1, whole.size), np.int64)
            np.add.at(earlier, (groups[k - 1][:, None], here[None, :]), flow.links[k - 1])
            into = earlier.sum(axis=0)
        if k + 1 < persons.shape[0]:
            links = np.zeros((whole.size, len(listed[k + 1]) + 1), np.int64)
            np.add.at(links, (here[:, None], groups[k + 1][None, :]), flow.links[k])
            out = links.sum(axis=1)
            others = [*(ids[node] for node in listed[k + 1]), ""]
            _put_links(rows, k, (names, others), (links, whole), backward=backward)
        _put_ends(rows, k, names, (ends, whole), backward=backward)
        balance = zip(names, whole, into, out, *ends, strict=True)
        nodes.values.extend((_column(k, backward=backward), *row) for row in balance if row[1])
    facts = {
        "persons": int(persons[0].sum()),
        "without_anchor": flow.without_anchor,
        "nodes": _balance(nodes, backward=backward),
    }
    return rows.table(), facts


def _column(k: int, *, backward: bool) -> int:
    return -k - 1 if backward else k + 1


def _listed(persons: NDArray[np.int64], top: int) -> list[int]:
    """The nodes with most persons, most first, equal ones in the order of the dictionary."""
    order = np.lexsort((np.arange(persons.size), -persons))[:top]
    return [int(node) for node in order if persons[node]]


def _groups(listed: list[int], nodes: int) -> NDArray[np.int64]:
    groups = np.full(nodes, len(listed), np.int64)
    groups[listed] = np.arange(len(listed))
    return groups


def _grouped(values: NDArray[np.int64], groups: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    found = np.zeros(size, np.int64)
    np.add.at(found, groups, values)
    return found


def _put_links(
    rows: _Rows,
    k: int,
    names: tuple[list[str], list[str]],
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    backward: bool,
) -> None:
    links, whole = counts
    for here, there in np.argwhere(links).tolist():
        near, far = names[0][here], names[1][there]
        ends = (far, near) if backward else (near, far)
        column = _column(k + 1, backward=True) if backward else k + 1
        rests = (ends[0] == "", ends[1] == "")
        size = int(links[here, there])
        rows.values.append((column, *ends, "on", *rests, size, int(whole[here])))


def _put_ends(
    rows: _Rows,
    k: int,
    names: list[str],
    counts: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    backward: bool,
) -> None:
    ends, whole = counts
    kinds = _BACKWARD if backward else _FORWARD
    for here, name in enumerate(names):
        for end, kind in kinds.items():
            if ends[end, here]:
                pair = ("", name) if backward else (name, "")
                rests = (False, name == "") if backward else (name == "", False)
                row = (_column(k, backward=backward), *pair, kind, *rests)
                rows.values.append((*row, int(ends[end, here]), int(whole[here])))


def _balance(nodes: _Rows, *, backward: bool) -> dict[str, Any]:
    """For every node shown: persons = in = out + its ends, in the direction of reading."""
    names = ["column", "node", "persons", "in", "out", "left", "open", "beyond"]
    if backward:
        names = ["column", "node", "persons", "out", "in", "starts", "open", "earlier"]
    values = list(zip(*nodes.values, strict=True)) or [()] * len(names)
    table = {name: list(map(_plain, column)) for name, column in zip(names, values, strict=True)}
    if backward:
        del table["open"]
    return table


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)
