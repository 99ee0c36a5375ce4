"""Who is asking: a signed-in person, a program with a token, or a visitor with a shared link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from waypost.app.studio.permissions import Right, Role

__all__ = ["Actor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """``user`` is the account's number, 0 for a visitor with a shared link.

    ``rights`` are those of the role, cut down to the token's scopes where a token asks.
    """

    user: int
    name: str
    language: str
    workspace: str
    role: Role
    rights: frozenset[Right]
    via: Literal["session", "token", "share"]

    def may(self, right: Right) -> bool:
        """True where the actor has the right."""
        return right in self.rights
