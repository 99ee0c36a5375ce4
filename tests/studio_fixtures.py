"""A running studio: a small built demo workspace, an owner who is signed in, real HTTP.

``studio`` shares one workspace per test module and a fresh database; ``studio.client(role)`` gives
a client signed in with that role, ``studio.address`` is served by uvicorn on a free port.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

import waypost
from scripts import frontend
from tests.databases import Server, migrated_file, start_server
from waypost.app.studio import passwords
from waypost.app.studio.accounts import NewAccount, User, add_user, user_of_row
from waypost.app.studio.actor import Actor
from waypost.app.studio.members import actor_of
from waypost.app.studio.permissions import Role
from waypost.app.studio.signing_in import Place, sign_in, sign_in_link
from waypost.app.studio.site import Site, open_site
from waypost.demo import write_demo
from waypost.documents.account_tables import MemberRow
from waypost.web import create_app
from waypost.web.access import COOKIE

PASSWORD = "pferd batterie heftklammer"
PERSONS = 500
SLUG = "shop"
HERE = Place("127.0.0.1", "a test")


class Clock:
    """A clock that goes on by itself and can be moved forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Studio:
    """A site with an owner (user 1) and what a test needs to come in."""

    site: Site
    clock: Clock
    owner: User
    slug: str = SLUG
    _app: object = None
    _people: dict[Role, User] = field(default_factory=dict)

    @property
    def app(self):
        if self._app is None:
            self._app = create_app(self.site)
        return self._app

    @property
    def path(self) -> Path:
        return self.site.workspaces[self.slug]

    def person(self, role: Role) -> User:
        """The account that has a role in the workspace; made when first asked for."""
        if role not in self._people:
            self._people[role] = self.new_user(role.value, role=role)
        return self._people[role]

    def new_user(self, name: str, *, role: Role | None = None, slug: str = "") -> User:
        """Another account, and its role in a workspace."""
        now = self.clock()
        with self.site.database.writing() as session:
            email = f"{name}@example.org"
            row = add_user(session, NewAccount(email, name.title(), PASSWORD), at=now)
            if role is not None:
                member = MemberRow(
                    workspace=slug or self.slug,
                    user=row.id,
                    role=role.value,
                    may_reveal=False,
                    joined_at=now,
                )
                session.add(member)
            return user_of_row(row)

    def actor(self, role: Role = Role.OWNER) -> Actor:
        """Whoever has the role, asking."""
        return actor_of(self.site, self.person(role), self.slug)

    def session_secret(self, user: User) -> str:
        """A new session's secret, as the cookie holds it."""
        return sign_in(self.site, user.email, PASSWORD, HERE).secret

    def anonymous(self) -> TestClient:
        """A client that nobody signed in."""
        return TestClient(self.app, raise_server_exceptions=False)

    def client(self, role: Role = Role.OWNER) -> TestClient:
        """A client signed in with a role; sends the form token with everything it does."""
        return self.client_of(self.person(role))

    def client_of(self, user: User) -> TestClient:
        """A client signed in as somebody; sends the form token with everything it does."""
        client = self.anonymous()
        secret = self.session_secret(user)
        client.cookies.set(COOKIE, secret)
        client.headers["X-CSRF-Token"] = csrf_of_secret(secret)
        return client

    def enter_link(self) -> str:
        """The path of a link that signs the owner in once."""
        return f"/enter/{sign_in_link(self.site, self.owner.email)}"


def csrf_of_secret(secret: str) -> str:
    """The form token that belongs to a session's secret."""
    return hmac.new(secret.encode(), b"waypost csrf", hashlib.sha256).hexdigest()


@pytest.fixture(scope="session")
def built_front_end() -> None:
    """The studio's style and scripts."""
    frontend.build()


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built workspace of the simulated company; read-only, copy it to write."""
    root = tmp_path_factory.mktemp("demo")
    write_demo(root, persons=PERSONS, seed=7)
    shop = waypost.create(root / SLUG, waypost.Settings(name="Alpenrad"))
    shop.add(root / "exports")
    shop.build()
    return shop.path


def new_studio(paths: list[Path], database: str | Path) -> Studio:
    """A studio over workspaces, with an owner; a file that is not there gets every table."""
    if isinstance(database, Path) and not database.exists():
        shutil.copy(migrated_file(), database)
    clock = Clock()
    site = open_site(paths, database=database, clock=clock)
    slug = next(iter(site.workspaces))
    studio = Studio(site, clock, owner=None, slug=slug)  # type: ignore[arg-type]  # set in the next line
    studio.owner = studio.person(Role.OWNER)
    return studio


@pytest.fixture(scope="module")
def studio(
    built_front_end: None, demo_shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """A studio on a copy of the demo workspace, shared by a test module."""
    folder = tmp_path_factory.mktemp("studio")
    shutil.copytree(demo_shop, folder / SLUG)
    made = new_studio([folder / SLUG], folder / "documents.sqlite")
    yield made
    made.site.close()


@pytest.fixture
def empty_studio(built_front_end: None, tmp_path: Path) -> Iterator[Studio]:
    """A studio on a workspace without data, for one test."""
    waypost.create(tmp_path / SLUG, waypost.Settings(name="Alpenrad"))
    made = new_studio([tmp_path / SLUG], tmp_path / "documents.sqlite")
    yield made
    made.site.close()


@pytest.fixture
def client(studio: Studio) -> TestClient:
    """A client signed in as the owner."""
    return studio.client()


@pytest.fixture(scope="module")
def served(studio: Studio) -> Iterator[str]:
    """The address of the studio, served by uvicorn in a thread."""
    with Serving(studio) as address:
        yield address


class Serving:
    """Serve a studio on a free loopback port while the block lasts; gives its address."""

    def __init__(self, studio: Studio) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            studio.app, log_level="warning", ws="none", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.listener]}, daemon=True
        )

    def __enter__(self) -> str:
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.02)
        assert self.server.started, "uvicorn did not start"
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=10)
        self.listener.close()


_REAL_HASHER = passwords._hasher


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[Callable[[], PasswordHash]]:
    """argon2id with little work: tests sign in thousands of times. Gives what really hashes.

    Folders that name this fixture each have their own, so what really hashes is kept at import.
    """
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: weak)
        yield _REAL_HASHER


def is_ci() -> bool:
    """True where a test must not be skipped."""
    return os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this process; where it cannot run, tests are skipped.

    Never where CI=true.
    """
    folder = Path(tempfile.mkdtemp(prefix="wp-pg-"))  # a socket's path must be short
    try:
        server = start_server(folder)
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if is_ci():
            pytest.fail(f"PostgreSQL does not run: {error}")
        pytest.skip(f"PostgreSQL does not run here: {error}")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database: a file, or one on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "documents.sqlite")
    return request.getfixturevalue("postgres_server").new_database()


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database with every table and no row: a file, or one on a server."""
    if request.param == "sqlite":
        return str(shutil.copy(migrated_file(), tmp_path / "documents.sqlite"))
    return request.getfixturevalue("postgres_server").migrated_database()


@pytest.fixture
def any_studio(migrated_address: str, tmp_path: Path) -> Iterator[Studio]:
    """A studio on two workspaces without data, on SQLite and on PostgreSQL."""
    for name in (SLUG, "other"):
        waypost.create(tmp_path / name, waypost.Settings(name=name.title()))
    made = new_studio([tmp_path / SLUG, tmp_path / "other"], migrated_address)
    yield made
    made.site.close()
