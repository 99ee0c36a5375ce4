"""The database of the documents: opened by address, brought up to date, asked in transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, OperationalError
from sqlalchemy.orm import Session

from waypost.errors import InputError, MissingExtraError, NotFoundError, WaypostError
from waypost.kit.translation import N_

__all__ = ["Database"]

_WAIT_SECONDS = 30
_WRITING = "waypost_writing"


class Database:
    """Sessions over one database; SQLite in a file by default, PostgreSQL for teams.

    ``reading()`` sees one state and leaves nothing behind. ``writing()`` takes the one writer's
    place of SQLite at its start, so what it reads cannot change under it; it commits at its end and
    rolls everything back when something is raised. ``session()`` is ``writing()``.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{_WRITING: True})

    @classmethod
    def open(cls, address: str | Path) -> Database:
        """The database at a path (SQLite) or URL, brought up to date first.

        Raises ``InputError`` for an address that is none, ``NotFoundError`` where no server
        answers, ``ConflictError`` for a database that a newer Waypost wrote.
        """
        from waypost.documents.migrating import bring_up_to_date  # noqa: PLC0415 - it needs this

        database = cls(_engine(_url(address)))
        try:
            bring_up_to_date(database.engine)
        except WaypostError:
            database.close()
            raise
        except OperationalError as error:
            database.close()
            raise NotFoundError(
                f"The database {database.name} does not answer: {_first_line(error)}",
                hint="Check the address, and that the server runs.",
            ) from error
        return database

    @property
    def name(self) -> str:
        """Its address without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def is_postgres(self) -> bool:
        """True on PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes are never kept; ``InputError`` for what no column can hold."""
        with _refusing(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, undone when something is raised.

        Raises ``InputError`` for what no column can hold.
        """
        with (
            _refusing(),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def session(self) -> AbstractContextManager[Session]:
        """The same as ``writing``."""
        return self.writing()

    def close(self) -> None:
        """Close every connection; one that is in use closes when its session ends."""
        event.listen(self.engine.pool, "checkin", _close_late)
        self.engine.dispose()


def _close_late(connection: DBAPIConnection | None, _record: Any) -> None:
    """Nobody takes it again, and what is merely forgotten stays open on the server."""
    if connection is not None:
        connection.close()


@contextmanager
def _refusing() -> Iterator[None]:
    """A number or text that the database cannot hold is the asker's fault, not the studio's."""
    try:
        yield
    except (OverflowError, DataError) as error:
        raise InputError(
            N_("A value is too large or of a kind that cannot be kept."),
            hint=N_("Use a smaller number or a shorter text."),
        ) from error


def _url(address: str | Path) -> URL:
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(Path(address).resolve()))
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise _no_address(address) from error
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        return url
    raise _no_address(address)


def _no_address(address: str) -> InputError:
    kind = address.partition("://")[0]
    return InputError(
        f"{kind}://… is not a database that Waypost can use.",
        hint="Name a file, or an address like postgresql://user:password@host/name.",
    )


def _engine(url: URL) -> Engine:
    if url.drivername == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "PostgreSQL needs a further package.",
            hint='Install it with: pip install "waypost[postgres]"',
        ) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=40,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Transactions begin where we say so; readers and the writer do not wait for each other."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}")


def _begin(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().partition("\n")[0]
