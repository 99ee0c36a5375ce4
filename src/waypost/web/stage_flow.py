"""The flow between stages as a drawing: every ribbon is as wide as it has persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waypost.app.studio.journey_overview import Edge, StageNode

__all__ = ["DrawnFlow", "DrawnNode", "Ribbon", "drawn_flow"]

_WIDTH = 1100.0
_TOP, _TALL = 62.0, 250.0
_BAR = 12.0
_MARGIN = 8.0
_STUB = 26.0
_LEAST = 0.75


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A stage's bar with what leaves and what is open at its foot, as paths."""

    node: StageNode
    x: float
    y: float
    width: float
    height: float
    start: str
    left: str
    open: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Persons between two stages as a path; ``jumps`` where it passes over a stage."""

    edge: Edge
    path: str
    jumps: bool


@dataclass(frozen=True, slots=True)
class DrawnFlow:
    """The drawing; ``foot`` is where words under the bars begin."""

    width: float
    height: float
    foot: float
    nodes: tuple[DrawnNode, ...]
    ribbons: tuple[Ribbon, ...]


def drawn_flow(nodes: Sequence[StageNode], edges: Sequence[Edge]) -> DrawnFlow:
    """Bars from left to right in the order of the map; the largest one is 250 units high."""
    most = max((one.persons for one in nodes), default=0) or 1
    scale = _TALL / most
    order = {one.id: place for place, one in enumerate(nodes)}
    step = (_WIDTH - 2 * _MARGIN - 170.0) / max(1, len(nodes) - 1)
    at = {one.id: _MARGIN + _STUB + place * step for place, one in enumerate(nodes)}
    ribbons = _ribbons(edges, order, at, scale)
    drawn = tuple(_node(one, at[one.id], edges, scale) for one in nodes)
    foot = _TOP + max((one.height for one in drawn), default=0.0) + 26
    return DrawnFlow(_WIDTH, foot + 74, foot, drawn, ribbons)


def _ribbons(
    edges: Sequence[Edge], order: Mapping[str, int], at: Mapping[str, float], scale: float
) -> tuple[Ribbon, ...]:
    """The near targets leave at the top, the near sources arrive at the top."""
    outgoing, incoming = dict.fromkeys(order, _TOP), dict.fromkeys(order, _TOP)
    begins = {}
    known = [one for one in edges if one.source in order and one.target in order]
    for edge in sorted(known, key=lambda one: (order[one.source], order[one.target])):
        begins[edge] = outgoing[edge.source]
        outgoing[edge.source] += edge.persons * scale
    found = []
    for edge in sorted(known, key=lambda one: (order[one.target], -order[one.source])):
        end = incoming[edge.target]
        incoming[edge.target] += edge.persons * scale
        jumps = order[edge.target] - order[edge.source] > 1
        first = (at[edge.source] + _BAR, begins[edge])
        path = _ribbon(first, (at[edge.target], end), edge.persons * scale)
        found.append(Ribbon(edge, path, jumps))
    return tuple(sorted(found, key=lambda one: -one.edge.persons))


def _ribbon(first: tuple[float, float], last: tuple[float, float], tall: float) -> str:
    tall = max(tall, _LEAST)
    (x1, y1), (x2, y2) = first, last
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + tall:.1f}C{middle:.1f} {y2 + tall:.1f} {middle:.1f} {y1 + tall:.1f} "
        f"{x1:.1f} {y1 + tall:.1f}Z"
    )


def _node(node: StageNode, x: float, edges: Sequence[Edge], scale: float) -> DrawnNode:
    coming = sum(edge.persons for edge in edges if edge.target == node.id)
    begin = _TOP + coming * scale
    gone = _TOP + node.going_on * scale
    off = gone + node.left * scale
    right = x + _BAR
    return DrawnNode(
        node,
        x,
        _TOP,
        _BAR,
        max(node.persons * scale, _LEAST),
        _stub((x, begin), x - _STUB, node.starts * scale),
        _fall((right, gone), node.left * scale),
        _stub((right, off), right + _STUB, node.open * scale),
    )


def _stub(at: tuple[float, float], other: float, tall: float) -> str:
    """A piece that begins here, or stays here, beside the bar."""
    return f"M{at[0]:.1f} {at[1]:.1f}H{other:.1f}v{tall:.1f}H{at[0]:.1f}Z" if tall else ""


def _fall(at: tuple[float, float], tall: float) -> str:
    """A piece that leaves: its point shows away from the journey."""
    if not tall:
        return ""
    x, y = at
    return f"M{x:.1f} {y:.1f}h18l14 {tall / 2:.1f}l-14 {tall / 2:.1f}h-18Z"
