"""Run commands in this process, on a demo company that is built once per test run."""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from waypost.cli.start import run as run_command

PERSONS = 500


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """Standard output as the one JSON value that it is."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run(*words: object, language: str = "en", width: int = 80, inside: Path | None = None) -> Ran:
    """One command, as in a terminal of this width, but without its colours."""
    environment = {"COLUMNS": str(width), "WAYPOST_LANGUAGE": language, "LC_ALL": "C"}
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(inside or Path.cwd()),
    ):
        code = run_command([str(word) for word in words])
    return Ran(code, out.getvalue(), err.getvalue())


@cache
def demo_run() -> tuple[Path, Ran]:
    """The demo in German, 80 wide: its folder (to be read only) and what was told."""
    folder = Path(tempfile.mkdtemp(prefix="waypost-cli-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "demo", run("demo", folder / "demo", "--persons", PERSONS, language="de")


def demo_folder() -> Path:
    """The demo's folder; to be read only."""
    folder, ran = demo_run()
    assert ran.code == 0, ran.err
    return folder


def copied_shop(target: Path) -> Path:
    """A copy of the demo's workspace that a test may change."""
    return Path(shutil.copytree(demo_folder() / "shop", target / "shop"))
