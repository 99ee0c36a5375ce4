"""Sheets of maps that somebody sends in are opened in a process of their own, with limits.

The server hands over the bytes and takes back JSON: a change, or a map. A file that needs too much
memory or time ends only that process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from typing import Any

from waypost.errors import InputError, UnreadableFileError
from waypost.exports.sheets import read_json, read_sheet, sheet_changes
from waypost.kit.translation import N_
from waypost.maps.editing.document import MapDocument, load_document

__all__ = ["changes_in", "map_in"]

_SECONDS = 60
_MEMORY_BYTES = 1024**3
_MOST_ANSWER_BYTES = 64 * 1024**2


def changes_in(content: bytes, document: MapDocument, language: str) -> dict[str, Any]:
    """The ``ops`` that a filled sheet brings onto the map, and its ``account`` in sentences.

    Raises what reading the sheet raises, and ``UnreadableFileError`` where it needs more than a
    minute or 1 GiB of memory.
    """
    return _asked({"do": "changes", "language": language}, document.to_json(), content)


def map_in(content: bytes, name: str) -> MapDocument:
    """The map in a sheet or a JSON file; raises as ``changes_in``."""
    told = _asked({"do": "map", "name": name}, b"", content)
    return load_document(json.dumps(told["document"]).encode())


def _asked(what: dict[str, Any], document: bytes, content: bytes) -> dict[str, Any]:
    sizes = {"document": len(document), "content": len(content), "memory": _MEMORY_BYTES}
    orders = json.dumps(what | sizes).encode() + b"\n"
    command = [sys.executable, "-m", "waypost.app.studio.sheet_child"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, nothing of the file in the command
            command,
            input=orders + document + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.returncode or len(done.stdout) > _MOST_ANSWER_BYTES:
        raise _too_much()
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        kind = UnreadableFileError if answer["code"] == UnreadableFileError.code else InputError
        raise kind(answer["error"], hint=answer["hint"], **answer["facts"])
    return answer


def _too_much() -> UnreadableFileError:
    return UnreadableFileError(
        N_("This file needs more memory or time than a map may."),
        hint=N_("Delete empty rows and columns far from the content, or save it as CSV."),
    )


def _done(what: dict[str, Any], document: bytes, content: bytes) -> dict[str, Any]:
    if what["do"] == "changes":
        found = sheet_changes(content, load_document(document))
        return {"ops": list(found.ops), "account": found.account.lines(what["language"])}
    name = str(what["name"])
    is_json = content.lstrip()[:1] in (b"{", b"[")
    made = read_json(content) if is_json else read_sheet(content, name)
    return {"document": json.loads(made.to_json())}


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read orders, document and content from the standard input; answer with JSON."""
    what = json.loads(sys.stdin.buffer.readline())
    _limit(what["memory"])
    document = sys.stdin.buffer.read(what["document"])
    content = sys.stdin.buffer.read(what["content"])
    try:
        answer = _done(what, document, content)
    except InputError as error:
        facts = {name: str(value) for name, value in error.facts.items()}
        answer = {"error": error.message, "hint": error.hint, "code": error.code, "facts": facts}
    except MemoryError:
        os._exit(1)
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
