"""waypost serve: where it is, how the first person gets in, how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Self
from urllib.request import urlopen

import pytest

import waypost
from scripts import frontend
from waypost.cli.start import run

ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}


@pytest.fixture(scope="module", autouse=True)
def built_front_end() -> None:
    frontend.build()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    waypost.create(tmp_path / "shop", waypost.Settings(name="Alpenrad"))
    return tmp_path / "shop"


class Started:
    """The command in a process of its own, until the block ends."""

    def __init__(self, *words: str | Path, **environment: str) -> None:
        command = [sys.executable, "-m", "waypost", "serve", *map(str, words), "--port", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**ENVIRONMENT, **environment},
        )

    def read_until(self, words: str) -> str:
        """What it said, up to a line with these words."""
        told, until = "", time.monotonic() + 120
        while words not in told and time.monotonic() < until:
            told += self.process.stdout.readline()
        assert words in told, told
        return told

    def interrupt(self) -> tuple[int, str, str]:
        """Ctrl-C: exit code and the rest of what it said."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def test_it_prints_a_one_time_link_answers_and_stops_cleanly(shop: Path):
    with Started(shop, "--no-browser") as started:
        told = started.read_until("Ctrl-C")
        link = re.search(r"http://127\.0\.0\.1:\d+/welcome/\S+", told)[0]
        assert urlopen(link).status == 200
        code, out, err = started.interrupt()
    assert (code, err) == (0, "")
    assert "The studio has stopped." in out
    assert (shop / "documents.sqlite").is_file()


def test_it_speaks_german(shop: Path):
    with Started(shop, "--no-browser", "--language", "de") as started:
        told = started.read_until("Beenden mit Strg-C.")
        assert "Das Studio ist offen" in told
        assert started.interrupt()[0] == 0


def test_programs_get_the_address_as_json(shop: Path):
    with Started(shop, "--json") as started:
        told = json.loads(started.read_until("}"))
        assert told["address"].startswith("http://127.0.0.1:")
        assert told["entrance"].startswith("/welcome/")


def test_others_in_the_network_are_warned_about(shop: Path):
    with Started(shop, "--no-browser", "--host", "0.0.0.0") as started:
        told = started.read_until("Ctrl-C")
    assert "nothing on the way is encrypted" in told


def test_a_port_in_use_is_said_in_words(shop: Path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(["serve", str(shop), "--port", str(port), "--language", "en"]) == 4
    assert f"Port {port} is in use already." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "203.0.113.7"], "no address of this machine"),
        (["--database", "mysql://a/b"], "not a database that Waypost can use"),
        (["--address", "maps.example.org"], "not an address of a studio"),
        (["--sign-in", "nobody@example.org"], "There is no such account"),
    ],
)
def test_what_cannot_be_is_said_in_words(shop: Path, capsys, words, said):
    code = run(["serve", str(shop), "--port", "0", "--no-browser", "--language", "en", *words])
    assert code in {2, 3}
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_demo_that_is_watched_begins_with_the_map_of_its_data(own_shop: Path):
    terminal, its_end = pty.openpty()
    command = [sys.executable, "-m", "waypost", "serve", str(own_shop), "--demo", "--port", "0"]
    process = subprocess.Popen(command, stdout=its_end, stderr=its_end, env=ENVIRONMENT)
    os.close(its_end)
    try:
        told = ""
        while "/enter/" not in told:
            told += os.read(terminal, 1_000).decode()
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    with closing(sqlite3.connect(own_shop / "documents.sqlite")) as documents:
        assert documents.execute("SELECT count(*) FROM maps").fetchone() == (1,)


def test_two_workspaces_of_one_name_are_refused(tmp_path: Path, capsys):
    for place in ("a", "b"):
        waypost.create(tmp_path / place / "shop", waypost.Settings(name=place))
    shops = [str(tmp_path / place / "shop") for place in ("a", "b")]
    assert run(["serve", *shops, "--port", "0", "--language", "en"]) == 2
    assert "/w/shop" in capsys.readouterr().err


def test_a_demo_that_nobody_watches_ends_and_says_how_to_start(shop: Path, capsys):
    assert run(["serve", str(shop), "--demo", "--language", "en"]) == 0
    assert "serve" in capsys.readouterr().out
    assert not (shop / "documents.sqlite").exists()
