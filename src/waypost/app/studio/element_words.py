"""The words of an element of a map, for comments, activity and lists."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.maps.editing.document import KINDS, MapDocument

__all__ = ["CELLS", "WHOLE_MAP", "element_exists", "element_text", "text_in"]

WHOLE_MAP = "map"
CELLS = "cells"
"""A step in a lane, named ``lane|step``."""
_COMPUTED = "computed"
_LONGEST = 120


def element_exists(document: MapDocument, kind: str, name: str) -> bool:
    """Whether the map has this element.

    The map itself and its head always are; a cell and a computed card are where their step and
    their lane are.
    """
    if kind in (WHOLE_MAP, "head"):
        return True
    if kind == CELLS:
        lane, _, step = name.partition("|")
        return lane in document.lanes and step in document.steps
    if kind == _COMPUTED or (kind == "cards" and name.startswith(f"{_COMPUTED}:")):
        _, lane, step, *_ = [*name.split(":"), "", ""]
        return lane in document.lanes and step in document.steps
    return kind in KINDS and name in document.collection(kind)


def element_text(document: MapDocument, kind: str, name: str) -> str:
    """What the element says, in the map's language where it can; empty where it says nothing."""
    language = document.head.language
    if kind in (WHOLE_MAP, "head"):
        return text_in(document.head.title, language)
    if kind == CELLS:
        _, _, step = name.partition("|")
        return element_text(document, "steps", step)
    if kind not in KINDS:
        return ""
    entity = document.collection(kind).get(name)
    label = getattr(entity, "label", None) or getattr(entity, "text", None) or {}
    return text_in(label, language)


def text_in(label: Mapping[str, str], language: str) -> str:
    """The label in ``language``, else in any language it has; cut after 120 characters."""
    text = label.get(language) or next(iter(label.values()), "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
