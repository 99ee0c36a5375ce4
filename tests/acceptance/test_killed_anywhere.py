"""Killed at any moment, a workspace opens, and a rerun ends in the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from waypost.demo import write_demo


def campaign(folder: Path, moments: int, *, persons: int) -> dict[str, object]:
    write_demo(folder / "company", persons=persons, seed=11)
    command = [sys.executable, "-m", "tests.acceptance.kill_campaign"]
    arguments = [str(folder / "company" / "exports"), str(folder), str(moments), "5"]
    done = subprocess.run(command + arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_thirty_random_moments_end_in_the_same_bytes(tmp_path: Path) -> None:
    told = campaign(tmp_path, 30, persons=60)

    assert told["hit_running_work"] >= 10


@pytest.mark.soak
def test_two_hundred_random_moments_end_in_the_same_bytes(tmp_path: Path) -> None:
    told = campaign(tmp_path, 200, persons=500)

    assert told["hit_running_work"] >= 100
