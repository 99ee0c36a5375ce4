"""Migrations: up, down, no drift from the tables, one at a time."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, select, text

from waypost.documents import Base, Database
from waypost.documents.account_tables import FailedSignInRow, UserRow
from waypost.documents.migrating import (
    bring_up_to_date,
    drift,
    head,
    revision_of,
    step_back,
)
from waypost.errors import ConflictError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def database(database_address):
    opened = Database.open(database_address)
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_a_new_database_has_every_table_of_the_code(database: Database):
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}
    assert revision_of(database.engine) == head()


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database):
    assert drift(database.engine) == []


def test_every_migration_can_be_undone_and_done_again(database: Database):
    step_back(database.engine, "base")
    assert tables(database) == {"alembic_version"}
    bring_up_to_date(database.engine)
    assert drift(database.engine) == []


def test_each_step_goes_back_and_forth(database: Database):
    while revision_of(database.engine):
        step_back(database.engine, "-1")
        before = revision_of(database.engine)
        bring_up_to_date(database.engine)
        assert drift(database.engine) == []
        step_back(database.engine, before or "base")


def test_an_older_database_keeps_its_rows_when_it_is_opened(database: Database):
    step_back(database.engine, "0002")
    with database.writing() as session:
        look = {"language": "de", "theme": "system"}
        session.add(UserRow(email="a@b.de", name="A", password_hash="", created_at=NOON, **look))
    bring_up_to_date(database.engine)
    with database.reading() as session:
        assert session.scalars(select(UserRow.email)).all() == ["a@b.de"]


def test_foreign_keys_hold_again_after_a_migration(tmp_path):
    database = Database.open(tmp_path / "documents.sqlite")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.close()


def test_a_database_of_a_newer_waypost_is_refused(database: Database, database_address):
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError, match="written by a newer Waypost"):
        Database.open(database_address)


def open_and_write(address: str) -> None:
    database = Database.open(address)
    with database.writing() as session:
        session.add(FailedSignInRow(key="a", at=NOON))
    database.close()


def test_processes_that_start_together_migrate_once(database_address):
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=open_and_write, args=(database_address,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    database = Database.open(database_address)
    with database.reading() as session:
        assert len(session.query(FailedSignInRow).all()) == 3
    database.close()
