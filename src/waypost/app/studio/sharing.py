"""Links for people without an account: made, listed, opened, revoked.

A link's secret has 256 bits and is told once; the database keeps only its SHA-256. A link can ask
for a password (argon2id); after five wrong ones it waits, from a minute up to an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from pwdlib import PasswordHash
from sqlalchemy import select
from sqlalchemy.orm import Session

from waypost.app.studio.actor import Actor
from waypost.app.studio.audit import note
from waypost.app.studio.map_rows import FoundMap, find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapRow, MapShareRow
from waypost.errors import ForbiddenError, InputError, NotFoundError
from waypost.kit.translation import N_

__all__ = [
    "Share",
    "ShareRights",
    "ShareWishes",
    "Shared",
    "find_share",
    "proof_of_password",
    "revoke_share",
    "share_map",
    "shared_map",
    "shares_of",
    "unlock_share",
]

ShareRights = Literal["view", "comment"]
_ORIGIN = re.compile(r"https?://[A-Za-z0-9*][A-Za-z0-9.*-]*(:\d{1,5})?")
_MOST_ORIGINS = 20
_LONGEST_LABEL = 120
_SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 1_000
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(hours=1)
_SECRET_LENGTH = 43
_hash = PasswordHash.recommended()


@dataclass(frozen=True, slots=True)
class ShareWishes:
    """What a link shall allow.

    ``expires_at`` None: until it is revoked. ``origins``: web sites that may show the map in a
    frame, such as ``https://intranet.example``.
    """

    label: str = ""
    rights: ShareRights = "view"
    language: str = "de"
    expires_at: datetime | None = None
    password: str = ""
    origins: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """A link as its makers see it; ``secret`` only in the answer of its making."""

    id: str
    map: str
    label: str
    rights: ShareRights
    language: str
    has_password: bool
    origins: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    visits: int
    last_visit_at: datetime | None
    secret: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        times = ("created_at", "expires_at", "revoked_at", "last_visit_at")
        told = {
            name: getattr(self, name)
            for name in ("id", "label", "rights", "language", "has_password", "visits")
        }
        told |= {name: getattr(self, name) and getattr(self, name).isoformat() for name in times}
        told |= {"origins": list(self.origins), "created_by": self.created_by}
        if self.secret:
            told |= {"secret": self.secret, "path": f"/s/{self.secret}"}
        return told


@dataclass(frozen=True, slots=True)
class Shared:
    """A link that holds now: what it leads to and what it allows."""

    share: str
    map: str
    workspace: str
    rights: ShareRights
    language: str
    origins: tuple[str, ...]
    password_hash: str


def share_map(site: Site, actor: Actor, map_id: str, wishes: ShareWishes) -> Share:
    """A new link; the only answer that carries its secret."""
    _check(wishes, site.clock())
    secret = secrets.token_urlsafe(32)
    password = _hash.hash(wishes.password) if wishes.password else ""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.SHARE, lock=True)
        row = MapShareRow(
            id=f"x_{secrets.token_hex(6)}",
            map=map_id,
            workspace=found.row.workspace,
            secret_hash=_hashed(secret),
            label=" ".join(wishes.label.replace("\0", "").split())[:_LONGEST_LABEL],
            rights=wishes.rights,
            language=wishes.language,
            password_hash=password,
            origins=orjson.dumps(list(wishes.origins)).decode(),
            created_by=actor.user,
            created_by_name=actor.name,
            created_at=site.clock(),
            expires_at=wishes.expires_at,
            visits=0,
            wrong_passwords=0,
        )
        session.add(row)
        session.flush()
        told = _told(found, row, actor)
        note(session, actor, "map-shared", at=row.created_at, about=map_id, **told)
        return _share(row, secret)


def _check(wishes: ShareWishes, now: datetime) -> None:
    if wishes.expires_at is not None and wishes.expires_at <= now:
        raise InputError(
            N_("The link would be over already."), hint=N_("Choose a day in the future.")
        )
    if wishes.password and len(wishes.password) < _SHORTEST_PASSWORD:
        raise InputError(
            N_("The password of a link has at least 8 characters."),
            hint=N_(
                "Three or four words that do not belong together are good and easy to pass on."
            ),
        )
    if len(wishes.origins) > _MOST_ORIGINS:
        raise InputError(N_("At most 20 web sites can embed a map."), hint=N_("Name fewer."))
    for origin in wishes.origins:
        if not _ORIGIN.fullmatch(origin):
            raise InputError(
                N_("This is no address of a web site."),
                hint=N_("Write it without a path, such as https://intranet.example."),
                origin=origin,
            )
    if wishes.origins and wishes.password:
        raise InputError(
            N_("A map with a password cannot be shown inside another web site."),
            hint=N_("Make two links: one with a password, one for the web site."),
        )


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def shares_of(site: Site, actor: Actor, map_id: str) -> list[Share]:
    """The links of a map, newest first, revoked ones among them."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SHARE)
        query = select(MapShareRow).where(MapShareRow.map == map_id)
        rows = session.scalars(query.order_by(MapShareRow.created_at.desc(), MapShareRow.id))
        return [_share(row) for row in rows]


def revoke_share(site: Site, actor: Actor, map_id: str, share: str) -> Share:
    """The link leads nowhere from now on."""
    with site.database.writing() as session:
        found = find_map(session, actor, map_id, Right.SHARE, lock=True)
        row = session.get(MapShareRow, share)
        if row is None or row.map != map_id:
            raise NotFoundError(
                N_("There is no such link."), hint=N_("Load the list again."), share=share
            )
        row.revoked_at = row.revoked_at or site.clock()
        told = _told(found, row, actor)
        note(session, actor, "link-revoked", at=row.revoked_at, about=map_id, **told)
        return _share(row)


def _told(found: FoundMap, row: MapShareRow, actor: Actor) -> dict[str, str]:
    """What the audit log says of a link; the names hold when map and link are long gone."""
    title = found.title_in(actor.language)
    return {"title": title, "link": row.id} | ({"label": row.label} if row.label else {})


def _share(row: MapShareRow, secret: str = "") -> Share:
    return Share(
        id=row.id,
        map=row.map,
        label=row.label,
        rights="comment" if row.rights == "comment" else "view",
        language=row.language,
        has_password=bool(row.password_hash),
        origins=tuple(orjson.loads(row.origins)),
        created_by=row.created_by_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        visits=row.visits,
        last_visit_at=row.last_visit_at,
        secret=secret,
    )


def shared_map(site: Site, secret: str, *, is_visit: bool = False) -> Shared:
    """Where the link leads; ``NotFoundError`` says whether it is wrong, over or taken back."""
    now = site.clock()
    with site.database.writing() if is_visit else site.database.reading() as session:
        row, _ = find_share(session, secret, now)
        if is_visit:
            row.visits, row.last_visit_at = row.visits + 1, now
        return Shared(
            share=row.id,
            map=row.map,
            workspace=row.workspace,
            rights="comment" if row.rights == "comment" else "view",
            language=row.language,
            origins=tuple(orjson.loads(row.origins)),
            password_hash=row.password_hash,
        )


def find_share(
    session: Session, secret: str, now: datetime, *, lock: bool = False
) -> tuple[MapShareRow, MapRow]:
    """The link's row and its map's, if the link holds at ``now``; ``lock`` holds both."""
    query = select(MapShareRow, MapRow).join(MapRow, MapRow.id == MapShareRow.map)
    query = query.where(MapShareRow.secret_hash == _hashed(secret[: 2 * _SECRET_LENGTH]))
    found = session.execute(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFoundError(
            N_("This link leads to no map."),
            hint=N_("Perhaps a part is missing: copy the whole address, or ask for a new link."),
            reason="unknown",
        )
    row, about = found
    if row.revoked_at is not None or about.deleted_at is not None:
        raise NotFoundError(
            N_("This link has been taken back."),
            hint=N_("Ask the person who sent it for a new one."),
            reason="revoked",
        )
    if row.expires_at is not None and row.expires_at <= now:
        raise NotFoundError(
            N_("This link was valid for some time, and that time is over."),
            hint=N_("Ask the person who sent it for a new one."),
            reason="expired",
        )
    return row, about


def unlock_share(site: Site, secret: str, password: str) -> str:
    """The proof that the password was right, for a cookie; ``ForbiddenError`` where it was not.

    A try is counted before it is looked at, so many at once gain nothing.
    """
    kept = _count_try(site, secret)
    if not kept or not _hash.verify(password[:_LONGEST_PASSWORD], kept):
        raise ForbiddenError(
            N_("This is not the password of the link."),
            hint=N_("Look at upper and lower case, or ask the person who sent the link."),
            reason="password",
        )
    with site.database.writing() as session:
        row, _ = find_share(session, secret, site.clock())
        row.wrong_passwords, row.blocked_until = 0, None
    return proof_of_password(secret, kept)


def _count_try(site: Site, secret: str) -> str:
    now = site.clock()
    with site.database.writing() as session:
        row, _ = find_share(session, secret, now, lock=True)
        if row.blocked_until is not None and row.blocked_until > now:
            raise ForbiddenError(
                N_("Too many wrong passwords."),
                hint=N_("Wait some minutes, then try again."),
                reason="blocked",
                wait_seconds=int((row.blocked_until - now).total_seconds()) + 1,
            )
        row.wrong_passwords += 1
        row.blocked_until = _blocked_until(row.wrong_passwords, now)
        return row.password_hash


def _blocked_until(wrong: int, now: datetime) -> datetime | None:
    if wrong < _FREE_TRIES:
        return None
    return now + min(_LONGEST_WAIT, timedelta(minutes=2 ** min(wrong - _FREE_TRIES, 10)))


def proof_of_password(secret: str, password_hash: str) -> str:
    """What a browser shows that has told the password; another password makes it worthless."""
    return hmac.new(password_hash.encode(), secret.encode(), "sha256").hexdigest()
