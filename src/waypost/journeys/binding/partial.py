"""What is left of a condition once some of its atoms are decided."""

from __future__ import annotations

from collections.abc import Callable

from waypost.model.conditions import All, Any, Atom, Node, Not

__all__ = ["left_of"]


def left_of(node: Node, decide: Callable[[Atom], bool | None]) -> bool | Node:
    """True or False where the decided atoms settle it, else the condition over the others."""
    if isinstance(node, Not):
        part = left_of(node.part, decide)
        return not part if isinstance(part, bool) else Not(part)
    if isinstance(node, All | Any):
        return _left_of_many(node, decide)
    known = decide(node)
    return node if known is None else known


def _left_of_many(node: All | Any, decide: Callable[[Atom], bool | None]) -> bool | Node:
    settling = isinstance(node, Any)
    open_parts: list[Node] = []
    for part in node.parts:
        left = left_of(part, decide)
        if not isinstance(left, bool):
            open_parts.append(left)
        elif left is settling:
            return settling
    if not open_parts:
        return not settling
    if len(open_parts) == 1:
        return open_parts[0]
    return type(node)(tuple(open_parts))
