"""What a new map can begin with: a template, the events of the workspace, a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Literal

from waypost.app.studio.sheet_child import map_in
from waypost.app.workspace import Workspace
from waypost.errors import InputError, nearest
from waypost.kit.translation import N_
from waypost.maps import MapWishes
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import MapHead, Stage, Step
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.templates import new_map
from waypost.maps.reading import document_from

__all__ = ["blank_document", "discovered", "file_document"]

Language = Literal["de", "en"]

_MOST_BYTES = 32 * 1024 * 1024


def discovered(workspace: Workspace, wishes: Mapping[str, Any], language: Language) -> MapDocument:
    """The map that the events of the workspace show, every step bound to its touchpoints."""
    drawn = workspace.map(_wishes(wishes), language=language)
    return document_from(drawn.document, language, touchpoints=workspace.snapshot.touchpoints)


def _wishes(told: Mapping[str, Any]) -> MapWishes:
    known = {field.name for field in fields(MapWishes)}
    for name in told:
        if name not in known:
            near = nearest(name, known)
            raise InputError(
                f"A map cannot be wished for by “{name}”.",
                hint=f"Did you mean “{near[0]}”?"
                if near
                else f"Known: {', '.join(sorted(known))}.",
                field=name,
            )
    return MapWishes(**{name: value for name, value in told.items() if value})


def file_document(content: bytes, name: str) -> MapDocument:
    """The map in a file: JSON of an edited or a discovered map, XLSX or CSV of a filled sheet."""
    if len(content) > _MOST_BYTES:
        raise InputError(
            N_("This file is too large for a map."), hint=N_("At most 32 MiB are read.")
        )
    return map_in(content, name)


def blank_document(language: Language) -> MapDocument:
    """One empty step in one empty stage, with the lanes of the general template."""
    lanes = new_map("general", language).lanes
    stage, step = derived_id("stages", "blank"), derived_id("steps", "blank")
    return MapDocument(
        head=MapHead(language=language),
        stages={stage: Stage()},
        steps={step: Step(stage=stage)},
        lanes=lanes,
    )
