"""The description of the API as a page reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Group", "Operation", "groups_of"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a page shows it; ``fields``: name, whether it is needed, kind, meaning."""

    anchor: str
    method: str
    path: str
    summary: str
    more: str
    right: str
    fields: tuple[tuple[str, bool, str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations under one name."""

    name: str
    meaning: str
    operations: tuple[Operation, ...]


def groups_of(description: Mapping[str, Any]) -> tuple[Group, ...]:
    """The operations by their tag, in the order of the description."""
    meanings = {tag["name"]: tag["description"] for tag in description["tags"]}
    found: dict[str, list[Operation]] = {name: [] for name in meanings}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            shown = _operation(description, path, method, operation)
            found[operation["tags"][0]].append(shown)
    groups = (Group(name, meanings[name], tuple(ops)) for name, ops in found.items())
    return tuple(group for group in groups if group.operations)


def _operation(
    description: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> Operation:
    rows = [
        (one["name"], bool(one.get("required")), _kind(one["schema"]), one.get("description", ""))
        for one in operation["parameters"][1:]
    ]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        rows += _body_rows(description, content["schema"])
    more = operation["description"].rpartition("Needs the right")[0].replace("`", "")
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path.removeprefix("/api/v1"),
        summary=operation["summary"].replace("`", ""),
        more=" ".join(more.split()),
        right=operation.get("x-right", ""),
        fields=tuple(rows),
    )


def _body_rows(
    description: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[tuple[str, bool, str, str]]:
    named = schema.get("$ref", "").rpartition("/")[2]
    body = description["components"]["schemas"][named] if named else schema
    needed = body.get("required", ())
    rows = body.get("properties", {}).items()
    return [(name, name in needed, _kind(one), one.get("description", "")) for name, one in rows]


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, in a word or two: its type, its words, or the name of its shape."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))
