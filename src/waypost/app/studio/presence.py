"""Who is in a map, and where: said by each browser every few seconds, forgotten 40 s later."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from sqlalchemy import delete

from waypost.app.studio.actor import Actor
from waypost.app.studio.client_ids import checked_client_id
from waypost.app.studio.live_store import PRESENT_FOR, hub_of
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapPresenceRow

__all__ = ["leave_map", "say_where"]

_LONGEST = 64


def say_where(
    site: Site, actor: Actor, map_id: str, client: str, where: Mapping[str, str] | None
) -> None:
    """The browser ``client`` of the actor is at an element (kind and id), or nowhere special."""
    checked_client_id(client)
    now = site.clock()
    with site.database.writing() as session:
        find_map(session, actor, map_id, Right.SEE, lock=True)
        session.execute(
            delete(MapPresenceRow).where(
                MapPresenceRow.map == map_id,
                (MapPresenceRow.client == client) | (MapPresenceRow.seen_at <= now - PRESENT_FOR),
            )
        )
        session.add(
            MapPresenceRow(
                map=map_id,
                client=client,
                workspace=actor.workspace,
                user=actor.user,
                name=actor.name,
                place=orjson.dumps(_place(where)).decode(),
                seen_at=now,
            )
        )
    hub_of(site).wake()


def _place(where: Mapping[str, str] | None) -> dict[str, str] | None:
    if where is None:
        return None
    return {name: str(where.get(name, ""))[:_LONGEST] for name in ("kind", "id")}


def leave_map(site: Site, actor: Actor, map_id: str, client: str) -> None:
    """The browser has closed the map."""
    with site.database.writing() as session:
        session.execute(
            delete(MapPresenceRow).where(
                MapPresenceRow.map == map_id,
                MapPresenceRow.client == client,
                MapPresenceRow.user == actor.user,
                MapPresenceRow.workspace == actor.workspace,
            )
        )
    hub_of(site).wake()
