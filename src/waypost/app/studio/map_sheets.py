"""A sheet that a team has filled in comes back onto its map, and says what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Accepted, Change, write_change
from waypost.app.studio.live_store import hub_of
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.sheet_child import changes_in
from waypost.app.studio.site import Site
from waypost.errors import InputError
from waypost.kit.translation import N_, translator

__all__ = ["TakenSheet", "take_sheet"]

_MOST_BYTES = 32 * 1024 * 1024
TITLE = N_("Sheet “{name}” taken over")


@dataclass(frozen=True, slots=True)
class TakenSheet:
    """What the sheet changed (None: nothing), and what became of its rows, in sentences."""

    accepted: Accepted | None
    account: tuple[str, ...]


def take_sheet(site: Site, actor: Actor, map_id: str, content: bytes, name: str) -> TakenSheet:
    """Bring the sheet onto the map as one change; the same file twice changes nothing more.

    ``StaleError`` where somebody changed on the map what the sheet changes too.
    """
    if len(content) > _MOST_BYTES:
        raise InputError(
            N_("This file is too large for a map."), hint=N_("At most 32 MiB are read.")
        )
    with site.database.reading() as session:
        document = find_map(session, actor, map_id, Right.EDIT_MAPS).document
    found = changes_in(content, document, actor.language)
    account = tuple(found["account"])
    if not found["ops"]:
        return TakenSheet(None, account)
    title = translator(actor.language).gettext(TITLE).format(name=name[:80])
    with site.database.writing() as session:
        on = find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        change = Change(str(uuid.uuid4()), on.row.revision, tuple(found["ops"]), title)
        accepted = write_change(session, on, actor, change, at=site.clock())
    hub_of(site).wake()
    return TakenSheet(accepted, account)
