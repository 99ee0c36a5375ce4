"""Where the bytes of uploaded files lie, and what a file's name may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["CONTENT", "has_own_mapping", "safe_name", "uploads_folder"]

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


def has_own_mapping(imported: Mapping[str, Any]) -> bool:
    """Whether what an import told of a file says that a mapping of the workspace read it.

    Such a file is kept until its import is taken back, so that it can be read under a mapping
    that was changed.
    """
    reports: Iterable[Mapping[str, Any]] = imported.get("reports", ())
    return any(str(one.get("format", "")).startswith("mapping:") for one in reports)
