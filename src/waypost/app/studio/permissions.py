"""Who may do what: rights, and which role has them. The only place that knows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from waypost.errors import ForbiddenError
from waypost.kit.translation import N_

if TYPE_CHECKING:
    from waypost.app.studio.actor import Actor

__all__ = ["RIGHTS_OF", "ROLE_NAMES", "Right", "Role", "require"]


class Right(StrEnum):
    """What a use case asks for."""

    SEE = "see"
    COMMENT = "comment"
    EDIT_MAPS = "edit-maps"
    CHANGE_DATA = "change-data"
    SHARE = "share"
    REVEAL = "reveal"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What somebody is in a workspace, from the strongest to the weakest."""

    OWNER = "owner"
    EDITOR = "editor"
    COMMENTER = "commenter"
    VIEWER = "viewer"


_VIEWER = frozenset({Right.SEE})
_COMMENTER = _VIEWER | {Right.COMMENT}
_EDITOR = _COMMENTER | {Right.EDIT_MAPS, Right.CHANGE_DATA, Right.SHARE}

RIGHTS_OF: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Right),
        Role.EDITOR: _EDITOR,
        Role.COMMENTER: _COMMENTER,
        Role.VIEWER: _VIEWER,
    }
)

ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: N_("Owner"),
        Role.EDITOR: N_("Editor"),
        Role.COMMENTER: N_("Commenter"),
        Role.VIEWER: N_("Viewer"),
    }
)

_REFUSED: Mapping[Right, str] = MappingProxyType(
    {
        Right.SEE: N_("You may not see this."),
        Right.COMMENT: N_("You may read here, but not comment."),
        Right.EDIT_MAPS: N_("You may not change maps here."),
        Right.CHANGE_DATA: N_("You may not change the data here."),
        Right.SHARE: N_("You may not share anything from here."),
        Right.REVEAL: N_("You may not see who a person is."),
        Right.ADMINISTER: N_("Only an owner may do this."),
    }
)

_TO_ROLE = N_("An owner of the workspace can give you another role.")
_TO_TOKEN = N_("Make a token with this right; it cannot have more rights than you.")


def require(actor: Actor, right: Right) -> None:
    """Nothing where the actor has the right; ``ForbiddenError`` with what to do where not."""
    if right not in actor.rights:
        raise ForbiddenError(
            _REFUSED[right],
            hint=_TO_ROLE if actor.via != "token" else _TO_TOKEN,
            right=right.value,
            role=actor.role.value,
        )
