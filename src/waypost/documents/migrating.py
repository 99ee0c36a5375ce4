"""Bring a database up to date, or a step back; two processes never do it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from waypost.documents.base import Base
from waypost.errors import ConflictError

__all__ = ["bring_up_to_date", "drift", "head", "revision_of", "step_back"]

_SCRIPTS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x57_41_59_50  # any number that only Waypost takes on a server


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that this database lacks; nothing where it has them all.

    Everything happens in one transaction under a lock, so a second process waits and then finds
    nothing to do. ``ConflictError`` for a database of a newer Waypost.
    """
    if revision_of(engine) == head():
        return
    with _alone(engine) as connection:
        _refuse_unknown(connection)
        command.upgrade(_config(connection), "head")


def step_back(engine: Engine, revision: str) -> None:
    """Undo migrations down to ``revision`` ("base": all); what they made is lost."""
    with _alone(engine) as connection:
        command.downgrade(_config(connection), revision)


def head() -> str:
    """The newest migration that this Waypost knows."""
    return _scripts().get_current_head() or ""


def revision_of(engine: Engine) -> str:
    """The newest migration that a database has; empty for a new one."""
    with engine.connect() as connection:
        return _current(connection)


def drift(engine: Engine) -> list[object]:
    """What differs between the database and the tables in the code; empty when nothing does."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other process of Waypost shares; on SQLite without foreign keys.

    A table that is made anew is dropped on the way, which would take along what points to it.
    """
    with engine.execution_options(waypost_writing=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
                yield connection
        finally:
            if engine.dialect.name == "sqlite":
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys = {state}")


def _refuse_unknown(connection: Connection) -> None:
    found = _current(connection)
    if found and found not in {script.revision for script in _scripts().walk_revisions()}:
        raise ConflictError(
            f"This database was written by a newer Waypost (its state is {found}).",
            hint="Use that Waypost, or another database.",
        )


def _current(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_SCRIPTS))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
