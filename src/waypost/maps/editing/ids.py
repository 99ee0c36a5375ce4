"""Ids of the entities of an edited map: a letter for the kind, then twelve base32 characters."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Container
from typing import Final

__all__ = ["ID_LETTERS", "derived_id", "id_maker", "image_id", "is_id", "random_id"]

ID_LETTERS: Final = {
    "personas": "e",
    "stages": "s",
    "steps": "t",
    "lanes": "l",
    "cards": "c",
    "points": "p",
    "links": "k",
    "images": "i",
    "hidden_computed": "h",
}
"""The first letter of an id, by the collection that its entity lies in."""

_LENGTH = 12
_ID = re.compile(r"([a-z])_[0-9a-z]{12}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_id(kind: str, text: str) -> bool:
    """Whether ``text`` may name an entity of the collection ``kind``; an image also by its hash."""
    found = _ID.fullmatch(text)
    if found is not None:
        return found[1] == ID_LETTERS[kind]
    return kind == "images" and _SHA256.fullmatch(text) is not None


def random_id(kind: str) -> str:
    """A new id for the collection ``kind``: 60 bits from the system's source of chance."""
    return _spelled(kind, secrets.token_bytes(8))


def derived_id(kind: str, *parts: str) -> str:
    """The id that always belongs to ``parts``: 60 bits of their hash."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return _spelled(kind, hashlib.sha256(text.encode()).digest())


def image_id(content: bytes) -> str:
    """The id of an image, from its bytes: the same picture has the same id."""
    return _spelled("images", hashlib.sha256(content).digest())


def id_maker(seed: str, taken: Container[str] = ()) -> Callable[[str], str]:
    """A function from collection to a new id: the same ids for the same seed, none in ``taken``."""
    numbers = dict.fromkeys(ID_LETTERS, 0)

    def make(kind: str) -> str:
        while True:
            numbers[kind] += 1
            found = derived_id(kind, seed, str(numbers[kind]))
            if found not in taken:
                return found

    return make


def _spelled(kind: str, content: bytes) -> str:
    text = base64.b32encode(content[:8]).decode().lower()
    return f"{ID_LETTERS[kind]}_{text[:_LENGTH]}"
