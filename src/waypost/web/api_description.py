"""The description of the API: OpenAPI with rights, errors and the token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from waypost.app.studio.permissions import Right
from waypost.web.routers import routes

__all__ = ["describe"]

_PLACE = re.compile(r"\{(?:slug|w)\}")
_TAGS = {
    "workspace": "Who you are, settings, members, invitations, tokens, the audit log.",
    "data": "Files in, in pieces; what was recognised; mappings, deliveries, quarantine, rules.",
    "jobs": "Work that takes longer: watch it until its state is done, failed or cancelled.",
    "people": "Persons by pseudonym, their events, and what joined their identifiers.",
    "questions": "Every question, as in the command line and in Python, as JSON, CSV or picture.",
    "conditions": "Conditions put together from lists, and their text.",
    "segments": "Groups of persons by rules.",
    "personas": "Groups with a face: figures, merging, splitting, sheets.",
    "maps": "Maps: made, changed by operations, read against the events, exported.",
    "images": "Pictures of a map.",
    "comments": "Comments on elements, mentions, notices.",
    "versions": "Named states of a map, comparison, restoring, what happened.",
    "sharing": "Links to the outside, and roles for one map.",
    "live": "Who is where, and changes as they come (server-sent events).",
    "opportunities and actions": "What could be better, and what is done about it.",
}
_ABOUT = """Everything that the pages of the studio do, for programs.

Send `Authorization: Bearer wp_…` with a token of *Settings › API tokens*; each operation names the
right that the token needs. Times are UTC, money is in minor units of the workspace's currency,
and `Accept-Language: de` gives messages in German. Every error has the one shape `Error`."""
_STATUSES = {
    "401": "No token, or one that has ended.",
    "403": "The token lacks the right.",
    "404": "There is no such thing, or it is of another workspace.",
    "409": "It was changed meanwhile, or its state does not allow this.",
    "422": "Something in the request cannot be used; the hint says what can.",
}
_TEXT = {"type": "string"}
_FAULTS = {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}}
_ERROR = {
    "type": "object",
    "description": "What is wrong, what to do next, and the values that it is about.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint", "facts"],
            "properties": {
                "code": {"type": "string", "examples": ["not-found"]},
                "message": {"type": "string", "examples": ["This map has no such version."]},
                "hint": {"type": "string", "examples": ["Look at the list of its versions."]},
                "facts": {"type": "object", "additionalProperties": _TEXT},
                "faults": _FAULTS,
            },
        }
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of the API; made once per application."""
    if not app.openapi_schema:
        made = get_openapi(
            title=app.title,
            version=app.version,
            routes=app.routes,
            description=_ABOUT,
            tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
            separate_input_output_schemas=False,
        )
        app.openapi_schema = _completed(made)
    return app.openapi_schema


def _completed(made: dict[str, Any]) -> dict[str, Any]:
    rights = {
        (route.path, method): _right(route) for route in routes() for method in route.methods or ()
    }
    paths: dict[str, Any] = {}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, rights.get((path, method.upper())))
        paths[_PLACE.sub("{workspace}", path)] = operations
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Error"] = _ERROR
    scheme = {"type": "http", "scheme": "bearer", "description": "A token: wp_…"}
    made["components"]["securitySchemes"] = {"token": scheme}
    return made | {"paths": paths, "security": [{"token": []}]}


def _right(route: APIRoute) -> Right | None:
    return next((one for one in _rights(route.dependant) if one is not None), None)


def _rights(dependant: Dependant) -> Iterator[Right | None]:
    for inner in dependant.dependencies:
        yield getattr(inner.call, "right", None)
        yield from _rights(inner)


def _complete(operation: dict[str, Any], right: Right | None) -> None:
    told = operation.get("description", "").strip().replace("``", "`")
    summary, _, more = told.partition("\n\n")
    operation["summary"] = " ".join(summary.split()).rstrip(".")
    needed = f"Needs the right `{right.value}`." if right else ""
    operation["description"] = "\n\n".join(part for part in (more, needed) if part)
    if right:
        operation["x-right"] = right.value
    place = {"name": "workspace", "in": "path", "required": True, "schema": _TEXT}
    place["description"] = "The workspace's short name, as in the address of its pages."
    operation["parameters"] = [place, *operation.get("parameters", ())]
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status, text in _STATUSES.items():
        operation["responses"][status] = {"description": text, "content": content}
