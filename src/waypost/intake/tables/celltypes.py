"""What a cell looks like: only to tell dialects and headers, never to change a value."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["EMPTY", "MIXED", "TEXT", "WORD", "is_typed", "kind_of"]

EMPTY = "empty"
TEXT = "text"
WORD = "word"
MIXED = "mixed"

_DAY = (
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}[ -][A-Za-zäÄ]{3,9}\.?[ ,-]+\d{2,4}"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"

_KINDS = (
    (
        "number",
        (
            r"[+-]?(?:\d+|\d{1,3}(?:[.,' ]\d{3})+)?(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[+-]?\d+[.,]"
            r"|[+-]?(?:nan|inf)|N/?A|NULL|null|None"
        ),
    ),
    ("number", r"[-+(]?\s?(?:[$€£¥]|EUR|USD|CHF)?\s?-?\d[\d.,' ]*\s?(?:[$€£¥%]|EUR|USD|CHF)?\)?"),
    ("time", rf"(?:{_DAY})|(?:{_CLOCK})|(?:{_DAY})[T ]+{_CLOCK}{_ZONE}|\d{{4}}-\d{{2}}"),
    ("bool", r"true|false|True|False|TRUE|FALSE"),
    ("email", r"[^@\s,;|]+@[^@\s,;|]+\.[A-Za-z]{2,}"),
    ("url", r"https?://\S+|www\.\S+"),
    ("ip", r"\d{1,3}(?:\.\d{1,3}){3}"),
    ("id", r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-f]{16,64}"),
    (WORD, r"[\w.\-/+#&%$]+"),
    (TEXT, r"[\w .\-–’'/()&+#%$€£?!*\[\]@:²³°<>=_\n\r]+"),
)

_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _KINDS)
_LONGEST = 400


@lru_cache(maxsize=65_536)
def kind_of(cell: str) -> str:
    """empty, number, time, bool, email, url, ip, id, word, text, or mixed for anything else."""
    text = cell.strip()
    if not text:
        return EMPTY
    if len(text) > _LONGEST:
        return MIXED
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return name
    return MIXED


def is_typed(kind: str) -> bool:
    """Whether the kind is narrower than text."""
    return kind not in (EMPTY, WORD, TEXT, MIXED)
