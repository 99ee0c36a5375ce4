"""Where the bytes of uploaded files lie, and what a file's name may be."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

__all__ = ["CONTENT", "safe_name", "uploads_folder"]

CONTENT = "content"
_FORBIDDEN = re.compile(r"[^\w .,()\[\]{}+=@&#%~'^!$-]+", re.UNICODE)
_LONGEST = 120


def uploads_folder(workspace: Path) -> Path:
    """Where uploads wait, each in a folder of its id."""
    return workspace / ".staging" / "uploads"


def safe_name(name: str) -> str:
    """The last part of a file's name as one plain component, at most 120 characters.

    Signs that mean something to a file system become ``_``; dots at the front fall away, so that
    no name leads elsewhere or hides. Empty names become ``file``.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    if len(plain) > _LONGEST:
        stem, dot, ending = plain.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 12 else ""  # noqa: PLR2004 - .jsonl.gz and the like
        plain = (stem or plain)[: _LONGEST - len(kept)] + kept
    while len(plain.encode()) > 240:  # noqa: PLR2004 - file systems take 255 bytes
        plain = plain[1:]
    return plain or "file"
