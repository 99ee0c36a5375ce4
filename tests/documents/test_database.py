"""The database: transactions, instants, addresses."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from waypost.documents import Database
from waypost.documents.account_tables import FailedSignInRow, SessionRow
from waypost.errors import InputError, NotFoundError

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def database(database_address):
    opened = Database.open(database_address)
    yield opened
    opened.close()


def failures(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(FailedSignInRow))


def test_what_is_written_is_there_afterwards(database: Database):
    with database.writing() as session:
        session.add(FailedSignInRow(key="a", at=NOON))
    assert failures(database) == 1


def test_nothing_is_kept_when_something_is_raised(database: Database):
    def write_half() -> None:
        with database.writing() as session:
            session.add(FailedSignInRow(key="a", at=NOON))
            session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_half()
    assert failures(database) == 0


def test_a_reading_session_keeps_nothing(database: Database):
    with database.reading() as session:
        session.add(FailedSignInRow(key="a", at=NOON))
        session.flush()
    assert failures(database) == 0


def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Database):
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    with database.writing() as session:
        session.add(FailedSignInRow(key="a", at=tokyo))
    with database.reading() as session:
        at = session.scalar(select(FailedSignInRow.at))
    assert at == NOON
    assert at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="has no time zone"), database.writing() as session:
        session.add(FailedSignInRow(key="a", at=NOON.replace(tzinfo=None)))


def test_a_row_cannot_point_to_what_is_not_there(database: Database):
    row = SessionRow(
        id="x",
        user=99,
        address="",
        browser="",
        by_link=False,
        created_at=NOON,
        seen_at=NOON,
        expires_at=NOON,
    )
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(row)


def test_a_connection_in_use_is_closed_when_its_session_ends(database: Database):
    with database.reading() as session:
        held = session.connection().connection.dbapi_connection
        database.close()
        assert session.scalar(text("SELECT 1")) == 1
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError)):
        held.cursor().execute("SELECT 1")


def test_many_writers_at_once_lose_nothing(database: Database):
    def write() -> None:
        for _ in range(10):
            with database.writing() as session:
                seen = session.scalar(select(func.count()).select_from(FailedSignInRow))
                session.add(FailedSignInRow(key=str(seen), at=NOON))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures(database) == 80


def test_sqlite_gives_writers_one_after_the_other(tmp_path):
    """What a writer reads cannot change before it writes: every count is seen once."""
    database = Database.open(tmp_path / "documents.sqlite")

    def write() -> None:
        with database.writing() as session:
            seen = session.scalar(select(func.count()).select_from(FailedSignInRow))
            session.add(FailedSignInRow(key=str(seen), at=NOON))

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        keys = session.scalars(select(FailedSignInRow.key)).all()
    assert sorted(map(int, keys)) == list(range(20))
    database.close()


@pytest.mark.parametrize(
    "address", ["mysql://a@b/c", "http://example.org", "postgresql+other://a/b"]
)
def test_an_address_that_is_no_database_is_refused(address: str):
    with pytest.raises(InputError, match="not a database that Waypost can use"):
        Database.open(address)


def test_a_server_that_does_not_answer_is_said_without_the_password():
    with pytest.raises(NotFoundError) as caught:
        Database.open("postgresql://anna:geheim@127.0.0.1:1/shop?connect_timeout=2")
    assert "does not answer" in str(caught.value)
    assert "geheim" not in str(caught.value)
