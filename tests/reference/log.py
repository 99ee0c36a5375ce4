"""The event log as it is defined: remember every delivery, show the last one of each key."""

from __future__ import annotations

import hashlib

__all__ = ["LogModel", "md5_halves"]


class LogModel:
    """Deliveries per batch; what is visible is recomputed from scratch each time."""

    def __init__(self) -> None:
        self.batches: dict[str, list[tuple[int, int]]] = {}

    def shown(self) -> dict[int, int]:
        """Content by key."""
        return {key: content for rows in self.batches.values() for key, content in rows}

    def deliver(self, batch: str, rows: list[tuple[int, int]]) -> list[int]:
        """Add a batch; the fate of each row."""
        known = self.shown()
        fates = []
        for key, content in rows:
            fates.append(0 if key not in known else 1 if known[key] == content else 2)
            known[key] = content
        self.batches[batch] = rows
        return fates


def md5_halves(text: str) -> tuple[int, int]:
    """Both halves of a text's MD5, little-endian."""
    digest = hashlib.md5(text.encode()).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
