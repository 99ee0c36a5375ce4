"""One open editor listening to its map: what it missed, what comes, and whether it still may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from waypost.app.studio.actor import Actor
from waypost.app.studio.live import Happening, Listener
from waypost.app.studio.live_store import StoredHappenings, hub_of, number_of_revision
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.errors import NotFoundError, WaypostError
from waypost.kit.translation import N_

__all__ = ["MapListening", "listen_to_map"]


@dataclass(frozen=True, slots=True)
class MapListening:
    """``missed``: what happened since the listener last knew; the rest comes by ``deliver``.

    What is delivered may be among the missed already: its number says so. ``rights``: what the
    actor may do with the map.
    """

    site: Site
    map: str
    missed: tuple[Happening, ...]
    listener: Listener
    rights: frozenset[Right]

    def why_closed(self, again: Callable[[], Actor]) -> str:
        """Empty while everything is as it was at the beginning; ``again`` looks up who listens.

        ``no-access`` where session, token, membership or map have gone for the actor; ``rights``
        where it may now do more or less, so that the browser asks anew.
        """
        try:
            actor = again()
            with self.site.database.reading() as session:
                found = find_map(session, actor, self.map, Right.SEE)
        except WaypostError:
            return "no-access"
        return "" if found.rights == self.rights else "rights"

    def close(self) -> None:
        """Listen no more."""
        hub_of(self.site).leave(self.listener)


def listen_to_map(
    site: Site,
    actor: Actor,
    map_id: str,
    deliver: Callable[[Happening], bool],
    *,
    since: int = 0,
    after: int | None = None,
) -> MapListening:
    """Listen from the happening ``after``, else from the revision ``since`` of the document.

    ``deliver`` is called from another thread and returns False when it can take no more.
    """
    with site.database.reading() as session:
        found = find_map(session, actor, map_id, Right.SEE)
        latest = found.row.happenings
    listener = hub_of(site).listen(map_id, deliver)
    known = after if after is not None else number_of_revision(site.database, map_id, since)
    if known > latest:
        hub_of(site).leave(listener)
        raise NotFoundError(
            N_("This map has no such revision yet."), hint=N_("Load the map again.")
        )
    missed = StoredHappenings(site.database, site.clock).after(map_id, known)
    return MapListening(site, map_id, tuple(missed), listener, found.rights)
