"""Waypost as a process of its own: exit codes, pipes, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.running import run

WAYPOST = [sys.executable, "-m", "waypost"]
PLAIN = {"LC_ALL": "C", "WAYPOST_LANGUAGE": "en"}


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return kept | PLAIN


def test_the_module_runs_as_the_command_and_leaves_its_exit_code(tmp_path):
    done = subprocess.run(
        [*WAYPOST, "log", str(tmp_path)], env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_pipe_gets_plain_text_with_one_line_per_row(shop):
    done = subprocess.run(
        [*WAYPOST, "log", str(shop)], env=environment(), capture_output=True, check=True
    )
    assert b"\x1b" not in done.stdout
    rows = done.stdout.decode().splitlines()
    assert len(rows) == 1 + len(run("log", shop, "--json").value)


def test_a_reader_that_leaves_early_causes_no_traceback(shop):
    command = f"{sys.executable} -m waypost transitions '{shop}' --json | head -c 10"
    done = subprocess.run(command, shell=True, env=environment(), capture_output=True, check=False)
    assert len(done.stdout) == 10
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_ctrl_c_stops_says_so_and_leaves_nothing_half(tmp_path):
    target = tmp_path / "demo"
    running = subprocess.Popen(
        [*WAYPOST, "demo", str(target), "--persons", "1500"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(target / "shop" / "log" / "batches")
    running.send_signal(signal.SIGINT)
    _out, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert re.search(r"Stopped\. Nothing is half done\.", err)
    assert "Traceback" not in err
    assert run("check", target / "shop").code == 0


def wait_for(path: Path, *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.05)
