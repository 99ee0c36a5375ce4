"""Lanes by their kind, whatever somebody called them, so that a page knows what to draw in them."""

from __future__ import annotations

from collections import Counter

from waypost.maps.document import JourneyMap

__all__ = ["drawable"]


def drawable(document: JourneyMap) -> JourneyMap:
    """The same map with lanes named by kind: ``actions``, and ``actions-2`` for a second one.

    A map whose lanes are so named already, as every discovered one, is returned as it is.
    """
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for lane in document.lanes:
        seen[lane.content] += 1
        number = seen[lane.content]
        names[lane.id] = lane.content if number == 1 else f"{lane.content}-{number}"
    if all(old == new for old, new in names.items()):
        return document
    lanes = [
        lane.model_copy(update={"id": names[lane.id], "kind": lane.content})
        for lane in document.lanes
    ]
    steps = [
        step.model_copy(
            update={"cells": {names.get(lane, lane): c for lane, c in step.cells.items()}}
        )
        for step in document.steps
    ]
    curves = [
        curve.model_copy(update={"lane": names.get(curve.lane, curve.lane)})
        for curve in document.curves
    ]
    told = {"lanes": tuple(lanes), "steps": tuple(steps), "curves": tuple(curves)}
    return document.model_copy(update=told)
