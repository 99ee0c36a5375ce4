"""Two states of a map beside each other: what was added, removed, moved and changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from waypost.maps.editing.document import KINDS, MapDocument
from waypost.maps.editing.entities import Entity
from waypost.maps.editing.reading_operations import as_json_value
from waypost.maps.editing.references import TOPOLOGICAL

__all__ = ["Difference", "Where", "compare", "grouped", "operations_between"]

_PARENTS: Mapping[str, tuple[str, ...]] = {
    "steps": ("stage",),
    "cards": ("step", "lane"),
    "points": ("step", "lane"),
}
"""The fields that say where an entity stands, beside its order."""

_KIND_PLACE = {kind: place for place, kind in enumerate(("head", *KINDS))}


@dataclass(frozen=True, slots=True)
class Where:
    """The place on the map; empty ids for what stands above a stage, a step or a lane."""

    stage: str = ""
    step: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different, with both values as JSON.

    ``field``: set for ``changed`` only. ``before`` and ``after``: the whole entity (None where it
    was not there), the field's values, or for ``moved`` the fields of the place. ``where``: where
    it stands now, or stood before it was removed.
    """

    change: Literal["added", "removed", "moved", "changed"]
    kind: str
    id: str
    field: str
    before: Any
    after: Any
    where: Where


def compare(old: MapDocument, new: MapDocument) -> list[Difference]:
    """What is different, in the order of the map: head, stage by stage, then what has no place.

    An entity that only has another order key, among the same neighbours, has not moved. Of those
    that stand in another order, as few as possible count as moved.
    """
    found = [*_changed("head", "head", (old.head, new.head), Where())]
    for kind in KINDS:
        found += _compared(kind, old, new)
    rank = _ranks(old, new)
    return sorted(found, key=lambda one: (rank(one.where), _KIND_PLACE[one.kind]))


def grouped(differences: Sequence[Difference]) -> dict[str, dict[str, list[Difference]]]:
    """Differences by stage id and step id, each in its order; empty ids for what stands above."""
    groups: dict[str, dict[str, list[Difference]]] = {}
    for one in differences:
        groups.setdefault(one.where.stage, {}).setdefault(one.where.step, []).append(one)
    return groups


def operations_between(old: MapDocument, new: MapDocument) -> list[dict[str, Any]]:
    """The change that makes ``old`` into ``new``: ``apply(old, it).document == new``.

    Applied to a map that went on from ``old`` meanwhile, it is stale where the two met.
    """
    ops: list[dict[str, Any]] = []
    for kind in TOPOLOGICAL:
        was, now = old.collection(kind), new.collection(kind)
        for name in sorted(set(now) - set(was)):
            value = as_json_value(now[name])
            ops.append({"op": "add", "kind": kind, "id": name, "value": value})
    for kind in ("head", *TOPOLOGICAL):
        for name, pair in _common(kind, old, new):
            ops += _sets(kind, name, pair)
    for kind in reversed(TOPOLOGICAL):
        was, now = old.collection(kind), new.collection(kind)
        for name in sorted(set(was) - set(now)):
            seen = as_json_value(was[name])
            ops.append({"op": "remove", "kind": kind, "id": name, "was": seen, "takes": []})
    return ops


def _common(
    kind: str, old: MapDocument, new: MapDocument
) -> list[tuple[str, tuple[Entity, Entity]]]:
    if kind == "head":
        return [("head", (old.head, new.head))]
    was, now = old.collection(kind), new.collection(kind)
    return [(name, (was[name], now[name])) for name in sorted(set(was) & set(now))]


def _sets(kind: str, name: str, pair: tuple[Entity, Entity]) -> Iterator[dict[str, Any]]:
    for field in type(pair[0]).model_fields:
        was, value = (getattr(one, field) for one in pair)
        if was != value:
            told = {"was": as_json_value(was), "value": as_json_value(value)}
            yield {"op": "set", "kind": kind, "id": name, "field": field, **told}


def _compared(kind: str, old: MapDocument, new: MapDocument) -> Iterator[Difference]:
    was, now = old.collection(kind), new.collection(kind)
    for name in sorted(set(now) - set(was)):
        value = as_json_value(now[name])
        yield Difference("added", kind, name, "", None, value, _where(new, kind, name))
    for name in sorted(set(was) - set(now)):
        value = as_json_value(was[name])
        yield Difference("removed", kind, name, "", value, None, _where(old, kind, name))
    moved = _moved(kind, old, new)
    for name, pair in _common(kind, old, new):
        where = _where(new, kind, name)
        if name in moved:
            before, after = (_place(kind, one) for one in pair)
            yield Difference("moved", kind, name, "", before, after, where)
        yield from _changed(kind, name, pair, where)


def _changed(
    kind: str, name: str, pair: tuple[Entity, Entity], where: Where
) -> Iterator[Difference]:
    placing = {"order", *_PARENTS.get(kind, ())}
    for field in type(pair[0]).model_fields:
        was, now = (getattr(one, field) for one in pair)
        if was != now and field not in placing:
            told = as_json_value(was), as_json_value(now)
            yield Difference("changed", kind, name, field, *told, where)


def _place(kind: str, entity: Entity) -> dict[str, str]:
    fields = (*_PARENTS.get(kind, ()), *(["order"] if hasattr(entity, "order") else []))
    return {field: getattr(entity, field) for field in fields}


def _moved(kind: str, old: MapDocument, new: MapDocument) -> set[str]:
    was, now = _families(kind, old), _families(kind, new)
    family_before = {name: family for family, names in was.items() for name in names}
    moved = set()
    for family, names in now.items():
        stayed = [name for name in names if family_before.get(name) == family]
        moved |= {name for name in names if name in family_before} - set(stayed)
        moved |= set(stayed) - _in_place(kind, stayed, was.get(family, []), (old, new))
    return moved


def _families(kind: str, document: MapDocument) -> dict[tuple[str, ...], list[str]]:
    """Ids in their order by the place they stand in; without an order every place is one."""
    found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for name, entity in document.collection(kind).items():
        family = tuple(getattr(entity, field) for field in _PARENTS.get(kind, ()))
        order = getattr(entity, "order", "")
        found.setdefault(family, []).append((order, name))
    if kind == "points":
        return {family: sorted(name for _, name in names) for family, names in found.items()}
    return {family: [name for _, name in sorted(names)] for family, names in found.items()}


def _in_place(
    kind: str, names: list[str], before: list[str], maps: tuple[MapDocument, MapDocument]
) -> set[str]:
    """Of ``names``, in their new order, those that did not move among each other.

    Who kept the order key did not move; of the others as many as possible did not.
    """
    old, new = (document.collection(kind) for document in maps)
    kept = {name for name in names if _order(old[name]) == _order(new[name])}
    were = [name for name in before if name in set(names)]
    same_side = _kept_before(names, kept), _kept_before(were, kept)
    fitting = [name for name in names if same_side[0][name] == same_side[1][name]]
    return _in_order(fitting, {name: place for place, name in enumerate(were)})


def _kept_before(names: Sequence[str], kept: set[str]) -> dict[str, int]:
    """How many of ``kept`` stand before each name."""
    found, count = {}, 0
    for name in names:
        found[name] = count
        count += name in kept
    return found


def _order(entity: Any) -> str:
    return getattr(entity, "order", "")


def _in_order(names: Sequence[str], rank: Mapping[str, int]) -> set[str]:
    """The longest run of ``names`` that rises in ``rank``: those that did not move."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, name in enumerate(names):
        at = bisect_left(tails, rank[name])
        tails[at : at + 1] = [rank[name]]
        before.append(ends[at - 1] if at else -1)
        ends[at : at + 1] = [place]
    kept: set[str] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(names[place])
        place = before[place]
    return kept


def _where(document: MapDocument, kind: str, name: str) -> Where:
    if kind == "stages":
        return Where(stage=name)
    if kind == "lanes":
        return Where(lane=name)
    if kind == "steps":
        return Where(stage=document.steps[name].stage, step=name)
    if kind == "links":
        return _where(document, "cards", document.links[name].source)
    if kind in ("cards", "points", "hidden_computed"):
        entity: Any = document.collection(kind)[name]
        return Where(document.steps[entity.step].stage, entity.step, entity.lane)
    return Where()


def _ranks(old: MapDocument, new: MapDocument) -> Callable[[Where], tuple[int, int, int]]:
    """A sort key for places: as on the new map, then what only the old one had."""
    stages = _places([*new.stages_in_order(), *old.stages_in_order()])
    steps = _places([*new.steps_in_order(), *old.steps_in_order()])
    lanes = _places([*new.lanes_in_order(), *old.lanes_in_order()])

    def rank(where: Where) -> tuple[int, int, int]:
        return (
            stages.get(where.stage, -1),
            steps.get(where.step, -1),
            lanes.get(where.lane, -1),
        )

    return rank


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
