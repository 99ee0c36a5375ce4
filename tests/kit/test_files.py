"""Files appear whole or not at all, and one process writes at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from waypost.errors import ConflictError
from waypost.kit import exclusive_lock, publish_directory, write_atomically


def test_a_replaced_file_has_the_new_bytes_and_leaves_no_temporary(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    write_atomically(path, b"new")

    assert path.read_bytes() == b"new"
    assert [child.name for child in tmp_path.iterdir()] == ["a.json"]


def test_a_published_directory_takes_its_files_along(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    (staged / "deep").mkdir(parents=True)
    (staged / "deep/x").write_text("1")

    publish_directory(staged, tmp_path / "to" / "final")

    assert (tmp_path / "to/final/deep/x").read_text() == "1"
    assert not staged.exists()


def test_publishing_what_is_there_already_keeps_the_first(tmp_path: Path) -> None:
    for name in ("staged", "final"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)

    publish_directory(tmp_path / "staged", tmp_path / "final")

    assert (tmp_path / "final/x").read_text() == "final"
    assert not (tmp_path / "staged").exists()


def test_a_second_writer_is_refused_with_advice(tmp_path: Path) -> None:
    with (
        exclusive_lock(tmp_path / ".lock"),
        pytest.raises(ConflictError, match="Wait until"),
        exclusive_lock(tmp_path / ".lock"),
    ):
        pass


HOLDER = """
import sys, time, pathlib
from waypost.kit import exclusive_lock
with exclusive_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLDER,
            str(tmp_path / ".lock"),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    holder.stdout.close()

    with exclusive_lock(tmp_path / ".lock"):
        pass
