"""Who may see a map and with which role; another role for one person on one map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.live_store import hub_of, initials
from waypost.app.studio.map_rows import HIDDEN, FoundMap, find_map
from waypost.app.studio.notifications import ROLE, NewNotice, add_notice
from waypost.app.studio.permissions import RIGHTS_OF, Right, Role
from waypost.app.studio.site import Site
from waypost.documents.account_tables import MemberRow, UserRow
from waypost.documents.map_tables import MapRoleRow
from waypost.errors import ForbiddenError, NotFoundError
from waypost.kit.translation import N_

__all__ = ["MapPerson", "MapRole", "people_in", "people_of_map", "set_map_role"]

MapRole = Literal["owner", "editor", "commenter", "viewer", "none"]


@dataclass(frozen=True, slots=True)
class MapPerson:
    """A member; ``role`` on this map, ``own`` where it differs from the one in the workspace."""

    user: int
    name: str
    role: str
    workspace_role: Role
    is_own: bool

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "user": self.user,
            "name": self.name,
            "initials": initials(self.name),
            "role": self.role,
            "workspace_role": self.workspace_role.value,
            "own": self.is_own,
        }


def people_of_map(
    site: Site, actor: Actor, map_id: str, *, with_hidden: bool = False
) -> list[MapPerson]:
    """The members who may see the map, by name; ``with_hidden``: the others too."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SEE)
        found = people_in(session, actor.workspace, map_id)
    return [person for person in found if with_hidden or person.role != HIDDEN]


def people_in(session: Session, workspace: str, map_id: str) -> list[MapPerson]:
    """All members of the workspace with their role on the map, by name."""
    query = (
        select(UserRow.id, UserRow.name, MemberRow.role, MapRoleRow.role.label("own"))
        .join(MemberRow, MemberRow.user == UserRow.id)
        .outerjoin(MapRoleRow, (MapRoleRow.user == UserRow.id) & (MapRoleRow.map == map_id))
        .where(MemberRow.workspace == workspace)
        .order_by(func.lower(UserRow.name), UserRow.id)
    )
    return [
        MapPerson(
            user=row.id,
            name=row.name,
            role=row.role if row.role == Role.OWNER else row.own or row.role,
            workspace_role=Role(row.role),
            is_own=row.own is not None and row.role != Role.OWNER,
        )
        for row in session.execute(query)
    ]


def set_map_role(site: Site, actor: Actor, map_id: str, user: int, role: MapRole | None) -> None:
    """Another role for a member on this map; None gives back the one in the workspace.

    Nobody gives more than they have, and owners of the workspace stay owners. A map role that lets
    somebody in is told to them.
    """
    now = site.clock()
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.SHARE, lock=True)
        person = _person(session, found, user)
        _check(found, person, role)
        mine = (MapRoleRow.map == map_id, MapRoleRow.user == user)
        session.execute(delete(MapRoleRow).where(*mine))
        if role is not None:
            workspace = found.row.workspace
            session.add(MapRoleRow(map=map_id, user=user, workspace=workspace, role=role))
        if role not in (None, HIDDEN) and user != actor.user:
            add_notice(session, found.row, NewNotice(user, ROLE, actor.name), at=now)
        facts = {"user": person.name, "role": role or ""}
        facts["title"] = found.title_in(actor.language)
        note(session, actor, "map-role", at=now, about=map_id, **facts)
    hub_of(site).wake()


def _person(session: Session, found: FoundMap, user: int) -> MapPerson:
    people = people_in(session, found.row.workspace, found.row.id)
    person = next((one for one in people if one.user == user), None)
    if person is None:
        raise NotFoundError(
            N_("Nobody of the workspace has this number."),
            hint=N_("Invite the person into the workspace first."),
            user=user,
        )
    return person


def _check(found: FoundMap, person: MapPerson, role: MapRole | None) -> None:
    if person.workspace_role is Role.OWNER:
        raise ForbiddenError(
            N_("Owners of the workspace see and change every map."),
            hint=N_("Only their role in the workspace can be changed."),
        )
    given = RIGHTS_OF[Role(role)] if role not in (None, HIDDEN) else frozenset()
    wanted = given & {Right.SEE, Right.COMMENT, Right.EDIT_MAPS, Right.SHARE}
    if not wanted <= found.rights:
        raise ForbiddenError(
            N_("You cannot give more than you have on this map."),
            hint=N_("Ask the owner of the map."),
        )
