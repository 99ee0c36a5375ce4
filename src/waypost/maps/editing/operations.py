"""Changes of a map: what they may say, applying them whole or not at all, and undoing them.

An operation is a JSON object::

    {"op": "add", "kind": "cards", "id": "c_…", "value": {…}}
    {"op": "set", "kind": "cards", "id": "c_…", "field": "text", "was": …, "value": …}
    {"op": "remove", "kind": "steps", "id": "t_…"}

``set`` says what its writer saw (``was``). ``remove`` may say it: ``was`` is the whole entity as
seen, ``takes`` the ids of everything that the writer knows goes along or stops mentioning it;
without them whatever is there is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from waypost.errors import ConflictError, InputError
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.draft import Draft
from waypost.maps.editing.reading_operations import (
    AddOp,
    Operation,
    RemoveOp,
    SetOp,
    as_json_value,
    parsed_field,
    read_operation,
    read_value,
)
from waypost.maps.editing.references import REFERENCES

__all__ = ["LIMITS", "Applied", "Conflict", "StaleError", "apply"]

Json = dict[str, Any]

LIMITS: Mapping[str, int] = {
    "personas": 100,
    "stages": 200,
    "steps": 2_000,
    "lanes": 300,
    "cards": 50_000,
    "points": 50_000,
    "links": 50_000,
    "hidden_computed": 50_000,
    "images": 5_000,
}
"""How many entities of each collection a map may have."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What one operation wanted, and what stands there now; ``theirs`` None: it was removed.

    ``index``: which operation of the change; ``field``: empty where the whole entity is meant.
    """

    index: int
    op: str
    kind: str
    id: str
    field: str
    was: Any
    theirs: Any
    yours: Any


class StaleError(ConflictError):
    """The map changed since the writer saw it; nothing of the change was applied."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(
            N_("Somebody else has changed this meanwhile."),
            hint=N_("Look at both versions and decide; nothing was overwritten."),
            conflicts=len(self.conflicts),
        )

    def as_dict(self) -> dict[str, object]:
        """The one JSON shape of an error, with every conflict."""
        return {**super().as_dict(), "conflicts": [asdict(one) for one in self.conflicts]}


@dataclass(frozen=True, slots=True)
class Applied:
    """The new document, every effect as operations, and the operations that take them back.

    ``ops`` say what happened in full: what went along with a removed stage is in them, what was
    there already is not. ``apply(document, undo)`` gives the old document.
    """

    document: MapDocument
    ops: tuple[Json, ...]
    undo: tuple[Json, ...]


def apply(document: MapDocument, ops: Sequence[Mapping[str, Any]]) -> Applied:
    """The document after all of ``ops``, in their order; a reference must exist when it is named.

    A change whose every effect already stands is accepted and does nothing. Raises ``InputError``
    naming the operation that says nothing usable, ``StaleError`` with all conflicts where the map
    is no longer what the writer saw; in both cases nothing is applied. Costs time in proportion to
    the operations; removing also looks once through the collections that may mention the removed.
    """
    read = [read_operation(op, index) for index, op in enumerate(ops)]
    change = _Change(document)
    for index, operation in enumerate(read):
        change.take(operation, index)
    if change.conflicts:
        if _already_stands(document, read):
            return Applied(document, (), ())
        raise StaleError(change.conflicts)
    undo = tuple(_inverse(op) for op in reversed(change.done))
    return Applied(change.draft.document(), tuple(change.done), undo)


class _Change:
    """One change on its way: the draft, what was done, what stood in the way."""

    def __init__(self, document: MapDocument) -> None:
        self.draft = Draft(document)
        self.done: list[Json] = []
        self.conflicts: list[Conflict] = []

    def take(self, op: Operation, index: int) -> None:
        if isinstance(op, AddOp):
            self._add(op, index)
        elif isinstance(op, SetOp):
            self._set(op, index)
        else:
            self._remove(op, index)

    def _add(self, op: AddOp, index: int) -> None:
        entity = read_value(op, index)
        there = self.draft.get(op.kind, op.id)
        if there is not None:
            if there != entity:
                self._stale(op, index, theirs=as_json_value(there), yours=op.value)
            return
        self._check_room(op, index)
        lost = [one for one in REFERENCES.get(op.kind, ()) if self._leads_nowhere(one, entity)]
        for reference in lost:
            yours = getattr(entity, reference.field)
            self._stale(op, index, field=reference.field, yours=yours)
        if not lost:
            self.draft.put(op.kind, op.id, entity)
            value = as_json_value(entity)
            self.done.append({"op": "add", "kind": op.kind, "id": op.id, "value": value})

    def _set(self, op: SetOp, index: int) -> None:
        value = parsed_field(op, index)
        entity = self.draft.get(op.kind, op.id)
        if entity is None:
            self._stale(op, index, field=op.field, was=op.was, yours=op.value)
            return
        theirs = getattr(entity, op.field)
        if theirs == value:
            return
        changed = entity.model_copy(update={op.field: value})
        lost = any(
            one.field == op.field and self._leads_nowhere(one, changed)
            for one in REFERENCES.get(op.kind, ())
        )
        if lost or not op.saw(theirs):
            now = None if lost else as_json_value(theirs)
            self._stale(op, index, field=op.field, was=op.was, theirs=now, yours=op.value)
            return
        self.draft.put(op.kind, op.id, changed)
        self._note_set(op.kind, op.id, op.field, (theirs, value))

    def _remove(self, op: RemoveOp, index: int) -> None:
        entity = self.draft.get(op.kind, op.id)
        if entity is None:
            return
        removed, emptied = self.draft.along(op.kind, op.id)
        if not op.saw(entity):
            self._stale(op, index, was=op.was, theirs=as_json_value(entity))
            return
        if self._unseen(op, index, [*((*one, "") for one in removed), *emptied]):
            return
        for kind, name, field in emptied:
            holder = self.draft.get(kind, name)
            assert holder is not None
            self._note_set(kind, name, field, (getattr(holder, field), ""))
            self.draft.put(kind, name, holder.model_copy(update={field: ""}))
        for kind, name in [*reversed(removed), (op.kind, op.id)]:
            was = as_json_value(self.draft.pop(kind, name))
            self.done.append({"op": "remove", "kind": kind, "id": name, "was": was, "takes": []})

    def _unseen(self, op: RemoveOp, index: int, touched: list[tuple[str, str, str]]) -> bool:
        """Whether more would go or be emptied than the writer knows of."""
        unseen = [one for one in touched if op.takes is not None and one[1] not in op.takes]
        for kind, name, field in unseen:
            entity: Any = self.draft.get(kind, name)
            theirs = as_json_value(getattr(entity, field) if field else entity)
            yours = "" if field else None
            self.conflicts.append(Conflict(index, op.op, kind, name, field, None, theirs, yours))
        return bool(unseen)

    def _check_room(self, op: AddOp, index: int) -> None:
        if self.draft.count(op.kind) >= LIMITS[op.kind]:
            raise InputError(
                f"A map holds {LIMITS[op.kind]:,} {op.kind} at most.",
                hint="Spell a part of it out in a map of its own, and link it.",
                operation=index,
            )

    def _leads_nowhere(self, reference: Any, entity: Any) -> bool:
        to = getattr(entity, reference.field)
        if not to and reference.may_be_empty:
            return False
        return not any(self.draft.has(kind, to) for kind in reference.to)

    def _note_set(self, kind: str, name: str, field: str, change: tuple[Any, Any]) -> None:
        was, value = (as_json_value(one) for one in change)
        op = {"op": "set", "kind": kind, "id": name, "field": field, "was": was, "value": value}
        self.done.append(op)

    def _stale(self, op: Operation, index: int, **told: Any) -> None:
        facts = {"field": "", "was": None, "theirs": None, "yours": None, **told}
        self.conflicts.append(Conflict(index, op.op, op.kind, op.id, **facts))


def _inverse(op: Json) -> Json:
    named = {"kind": op["kind"], "id": op["id"]}
    if op["op"] == "add":
        return {"op": "remove", **named, "was": op["value"], "takes": []}
    if op["op"] == "remove":
        return {"op": "add", **named, "value": op["was"]}
    told = {"field": op["field"], "was": op["value"], "value": op["was"]}
    return {"op": "set", **named, **told}


def _already_stands(document: MapDocument, ops: Sequence[Operation]) -> bool:
    """Whether the last word of ``ops`` on everything that they name is what the map says."""
    wanted: dict[tuple[str, str], Json | None] = {}
    for index, op in enumerate(ops):
        key = (op.kind, op.id)
        if isinstance(op, AddOp):
            wanted[key] = dict(read_value(op, index))
        elif isinstance(op, RemoveOp):
            wanted[key] = None
        else:
            told = wanted.get(key) or {}
            wanted[key] = {**told, op.field: parsed_field(op, index)}
    return all(_is_so(document, key, told) for key, told in wanted.items())


def _is_so(document: MapDocument, key: tuple[str, str], told: Json | None) -> bool:
    kind, name = key
    entity = document.head if kind == "head" else document.collection(kind).get(name)
    if entity is None or told is None:
        return entity is None and told is None
    return all(getattr(entity, field) == value for field, value in told.items())
