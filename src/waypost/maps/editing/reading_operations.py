"""Operations as they come from outside, read into values; what is wrong is said by its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from waypost.errors import InputError, nearest
from waypost.kit.translation import N_
from waypost.maps.editing.document import KINDS, MapDocument
from waypost.maps.editing.entities import Entity, MapHead
from waypost.maps.editing.faults import fault_of
from waypost.maps.editing.ids import ID_LETTERS, is_id

__all__ = [
    "AddOp",
    "Operation",
    "RemoveOp",
    "SetOp",
    "as_json_value",
    "parsed_field",
    "read_operation",
    "read_value",
]

_FIELDS = {
    "add": {"op", "kind", "id", "value"},
    "set": {"op", "kind", "id", "field", "was", "value"},
    "remove": {"op", "kind", "id", "was", "takes"},
}
_NEEDED = {"add": {"value"}, "set": {"field", "was", "value"}, "remove": set[str]()}


@dataclass(frozen=True, slots=True)
class AddOp:
    """Put a new entity in; fields that ``value`` leaves out have their defaults."""

    kind: str
    id: str
    value: Any
    op: str = "add"


@dataclass(frozen=True, slots=True)
class SetOp:
    """Give one field another value; ``was``: what the writer saw there."""

    kind: str
    id: str
    field: str
    was: Any
    value: Any
    op: str = "set"

    def saw(self, theirs: Any) -> bool:
        """Whether the writer saw the value ``theirs``."""
        return _says(_field_type(self.kind, self.field), self.was, theirs)


@dataclass(frozen=True, slots=True)
class RemoveOp:
    """Take an entity out, with all that cannot be without it."""

    kind: str
    id: str
    was: Any = None
    takes: frozenset[str] | None = None
    op: str = "remove"

    def saw(self, theirs: Entity) -> bool:
        """Whether the writer saw ``theirs``, or does not say what was seen."""
        return self.was is None or _says(_entity_type(self.kind), self.was, theirs)


Operation = AddOp | SetOp | RemoveOp


def read_operation(raw: Mapping[str, Any], index: int) -> Operation:
    """The operation in ``raw``; raises ``InputError`` that names it by its ``index``."""
    op = raw.get("op") if isinstance(raw, Mapping) else None
    if not isinstance(op, str) or op not in _FIELDS:
        raise _refused(index, f"“op” is {op!r}", "It is add, set or remove.")
    unknown = sorted(str(name) for name in set(raw) - _FIELDS[op])
    missing = sorted((_NEEDED[op] | {"kind", "id"}) - set(raw))
    if unknown or missing:
        what = f"{op} needs {missing}" if missing else f"{op} does not know {unknown}"
        raise _refused(index, what, f"Its fields are: {', '.join(sorted(_FIELDS[op]))}.")
    kind, name = raw["kind"], raw["id"]
    _check_named(op, kind, name, index)
    if op == "add":
        return AddOp(kind, name, raw["value"])
    if op == "set":
        _check_field(kind, raw["field"], index)
        return SetOp(kind, name, raw["field"], raw["was"], raw["value"])
    takes = raw.get("takes")
    if takes is not None and not _is_list_of_texts(takes):
        raise _refused(index, "“takes” is no list of ids", "Leave it out, or list the ids.")
    return RemoveOp(kind, name, raw.get("was"), None if takes is None else frozenset(takes))


def read_value(op: AddOp, index: int) -> Entity:
    """The entity that ``op`` adds; raises ``InputError`` naming the field that is wrong."""
    found: Entity = _parsed(_entity_type(op.kind), op.value, (index, op.kind, op.id))
    return found


def parsed_field(op: SetOp, index: int) -> Any:
    """The value that ``op`` sets; raises ``InputError`` where the field does not take it."""
    return _parsed(_field_type(op.kind, op.field), op.value, (index, op.kind, op.id, op.field))


def as_json_value(value: Any) -> Any:
    """``value`` of a field, or a whole entity, as JSON values."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return _ANYTHING.dump_python(value, mode="json")


_PLAIN = {str, bool, int, float}
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


@cache
def _model(kind: str) -> type[Entity]:
    if kind == "head":
        return MapHead
    found: type[Entity] = get_args(MapDocument.model_fields[kind].annotation)[1]
    return found


@cache
def _entity_type(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_model(kind))


@cache
def _field_type(kind: str, field: str) -> TypeAdapter[Any]:
    known = _model(kind).model_fields[field]
    kept: Any = known.annotation
    return TypeAdapter(Annotated[kept, *known.metadata] if known.metadata else kept)


def _says(adapter: TypeAdapter[Any], told: Any, theirs: Any) -> bool:
    try:
        return bool(adapter.validate_python(told) == theirs)
    except ValidationError:
        return False


def _parsed(adapter: TypeAdapter[Any], value: Any, place: tuple[int | str, ...]) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = " → ".join(str(part) for part in (*place[1:], *first["loc"]))
        raise _refused(int(place[0]), f"{where}: {fault_of(first)}", "") from error


def _check_named(op: str, kind: Any, name: Any, index: int) -> None:
    if kind == "head" and op == "set":
        if name != "head":
            raise _refused(index, "the head's id is “head”", "")
        return
    if kind not in KINDS:
        near = nearest(str(kind), KINDS)
        raise _refused(index, f"there is no collection {kind!r}", f"Near: {', '.join(near)}.")
    if not isinstance(name, str) or not is_id(kind, name):
        shape = f"“{ID_LETTERS[kind]}_” and twelve of 0-9 and a-z"
        raise _refused(index, f"{name!r} is no id for {kind}", f"An id is {shape}.")


def _check_field(kind: str, field: Any, index: int) -> None:
    known = _model(kind).model_fields
    if not isinstance(field, str) or field not in known:
        near = ", ".join(nearest(str(field), known) or known)
        raise _refused(index, f"{kind} have no field {field!r}", f"Near: {near}.")


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _refused(index: int, what: str, hint: str) -> InputError:
    return InputError(
        f"Operation {index + 1} of the change cannot be used: {what}.",
        hint=hint or N_("Nothing was changed."),
        operation=index,
    )
