"""What may be shown of persons to somebody who may not see who they are."""

from __future__ import annotations

import hashlib

__all__ = ["masked", "reference"]

_ENDS = 2


def masked(kind: str, value: str) -> str:
    """Enough of an identifier to tell it from its neighbours, too little to know whose it is.

    Of an e-mail address the first letter and the ending, of all else the last two signs.
    """
    if kind == "email" and "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}…@{host[:1]}….{host.rpartition('.')[2]}"
    if len(value) <= 2 * _ENDS:
        return "…"
    return f"…{value[-_ENDS:]}"


def reference(kind: str, value: str) -> str:
    """What names an identifier without telling it: 16 hexadecimal digits of a hash."""
    return hashlib.sha256(f"{kind}\0{value}".encode()).hexdigest()[:16]
