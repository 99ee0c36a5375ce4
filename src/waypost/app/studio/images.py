"""Pictures of maps: kept once per workspace, by what they show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.image_reading import read_picture
from waypost.app.studio.map_rows import find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapImageRow
from waypost.errors import NotFoundError
from waypost.kit.translation import N_
from waypost.maps.editing.ids import image_id

__all__ = ["KeptImage", "add_image", "image_of", "stored_image"]


@dataclass(frozen=True, slots=True)
class KeptImage:
    """A picture; ``content`` without what a camera writes about its owner."""

    id: str
    media_type: str
    width: int
    height: int
    content: bytes

    def as_json(self) -> dict[str, object]:
        """What the document's ``images`` say of it, with the id."""
        return {
            "id": self.id,
            "media_type": self.media_type,
            "width": self.width,
            "height": self.height,
        }


def add_image(site: Site, actor: Actor, map_id: str, content: bytes) -> KeptImage:
    """The picture under its id; the same picture again is the same id.

    The document names it only after an ``add`` to its ``images``.
    """
    picture = read_picture(content)
    name = image_id(picture.content)
    with site.database.writing() as session:
        find_map(session, actor, map_id, Right.EDIT_MAPS, lock=True)
        row = session.get(MapImageRow, (actor.workspace, name))
        if row is None:
            row = MapImageRow(
                workspace=actor.workspace,
                id=name,
                media_type=picture.media_type,
                width=picture.width,
                height=picture.height,
                content=picture.content,
                by=actor.user,
                at=site.clock(),
            )
            session.add(row)
        return _kept(row)


def image_of(site: Site, actor: Actor, map_id: str, image: str) -> KeptImage:
    """A picture, for whoever may see the map."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SEE)
        return stored_image(session, actor.workspace, image)


def stored_image(session: Session, workspace: str, image: str) -> KeptImage:
    """A picture of the workspace; ``NotFoundError`` where there is none of that id."""
    row = session.get(MapImageRow, (workspace, image))
    if row is None:
        raise NotFoundError(N_("There is no such picture."), hint=N_("Add it again."), image=image)
    return _kept(row)


def _kept(row: MapImageRow) -> KeptImage:
    return KeptImage(row.id, row.media_type, row.width, row.height, row.content)
