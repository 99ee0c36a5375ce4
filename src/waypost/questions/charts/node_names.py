"""Names of a snapshot's nodes, so that charts say what people say."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.questions.naming import BY, nodes_by
from waypost.questions.view import SnapshotView

__all__ = ["node_names"]


def node_names(view: SnapshotView, language: str = "en") -> Mapping[str, str]:
    """Label by id of touchpoints, steps, stages, channels and events, in ``en`` or ``de``.

    An id that several kinds share has the label of the first of them that has one.
    """
    found: dict[str, str] = {}
    for by in BY[::-1]:
        nodes = nodes_by(view, by)
        for name, said in zip(nodes.ids, nodes.labels, strict=True):
            label = said.get(language) or said.get("en") or next(iter(said.values()), "")
            if label and label != name:
                found[name] = label
    return found
