"""Ids that browsers make: of their changes, and of themselves."""

from __future__ import annotations

import re

from waypost.errors import InputError
from waypost.kit.translation import N_

__all__ = ["checked_client_id"]

_ID = re.compile(r"[!-~]{8,64}", re.ASCII)


def checked_client_id(text: str) -> str:
    """The id; ``InputError`` where it is none of 8 to 64 visible ASCII characters."""
    if not _ID.fullmatch(text):
        raise InputError(
            N_("This needs an id that nothing else has."),
            hint=N_("Make a UUID, and send the same one when you send the same thing again."),
            id=text,
        )
    return text
