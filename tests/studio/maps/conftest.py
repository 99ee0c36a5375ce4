"""A site without events, on SQLite and on PostgreSQL, with four people and one small map."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import waypost
from waypost.app.studio.actor import Actor
from waypost.app.studio.changes import Accepted, Change, change_map
from waypost.app.studio.live_store import close_hub
from waypost.app.studio.map_making import NewMap, create_map
from waypost.app.studio.maps import OpenedMap, open_map
from waypost.app.studio.permissions import RIGHTS_OF, Role
from waypost.app.studio.site import Site
from waypost.documents import Database
from waypost.documents.account_tables import MemberRow, UserRow

PEOPLE = {
    "olga": Role.OWNER,
    "emil": Role.EDITOR,
    "cora": Role.COMMENTER,
    "vito": Role.VIEWER,
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class House:
    """A site, its clock, its people by name, and shorthands for what most tests do."""

    site: Site
    clock: Clock
    people: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def new_map(self, title: str = "Ich kaufe ein", by: str = "olga") -> str:
        return create_map(self.site, self.people[by], NewMap("blank", title=title))

    def open(self, map_id: str, by: str = "olga") -> OpenedMap:
        return open_map(self.site, self.people[by], map_id)

    def change(self, map_id: str, *ops: dict, by: str = "emil", title: str = "") -> Accepted:
        change = Change(str(uuid.uuid4()), 0, ops, title)
        return change_map(self.site, self.people[by], map_id, change)

    def add_card(self, map_id: str, words: str = "Etwas", by: str = "emil") -> str:
        document = self.open(map_id).document
        name = "c_" + uuid.uuid4().hex[:12].translate(str.maketrans("0189", "zyxw"))
        value = {"lane": min(document.lanes), "step": min(document.steps), "text": {"de": words}}
        self.change(map_id, {"op": "add", "kind": "cards", "id": name, "value": value}, by=by)
        return name

    def rename(self, map_id: str, was: str, value: str, by: str = "emil") -> Accepted:
        return self.change(map_id, title_op(was, value), by=by)


def title_op(was: str, value: str) -> dict:
    return {
        "op": "set",
        "kind": "head",
        "id": "head",
        "field": "title",
        "was": {"de": was},
        "value": {"de": value},
    }


@pytest.fixture
def address(migrated_address: str) -> str:
    """The address of a fresh database with every table, of either kind."""
    return migrated_address


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace without any event."""
    path = tmp_path_factory.mktemp("empty") / "shop"
    waypost.create(path, waypost.Settings(name="Alpenrad"))
    return path


@pytest.fixture
def house(address: str, empty_shop: Path) -> Iterator[House]:
    """A site with an owner, an editor, a commenter and a viewer."""
    clock = Clock()
    paths = {"shop": empty_shop, "other": empty_shop}
    site = Site(Database.open(address), paths, clock=clock, address="http://studio.example")
    yield House(site, clock, {name: member(site, name, role) for name, role in PEOPLE.items()})
    close_hub(site)
    site.close()


def member(site: Site, name: str, role: Role, workspace: str = "shop") -> Actor:
    """Somebody new in the workspace, asking."""
    with site.database.writing() as session:
        row = UserRow(
            email=f"{name}@{workspace}.example",
            name=name.title(),
            password_hash="nobody signs in here",
            language="de",
            theme="system",
            created_at=site.clock(),
        )
        session.add(row)
        session.flush()
        told = {"role": role.value, "may_reveal": False, "joined_at": site.clock()}
        session.add(MemberRow(workspace=workspace, user=row.id, **told))
        return Actor(row.id, row.name, "de", workspace, role, RIGHTS_OF[role], "session")
