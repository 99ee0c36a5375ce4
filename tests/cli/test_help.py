"""Help: every command, both languages, an example each, quick."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from tests.cli.running import run
from waypost.cli.help import GROUPS

COMMANDS = [name for _title, names in GROUPS for name in names]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example_that_parses(command):
    ran = run(command, "--help")
    assert ran.code == 0
    assert max(len(line) for line in ran.lines) <= 80
    examples = ran.out.partition("Example:")[2].strip().splitlines()
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[:2] == ["waypost", command]
        assert run(*words[1:], "--help").code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_german_differs_from_english_and_lacks_no_text(command):
    german, english = (run(command, "--help", language=one).out for one in ("de", "en"))
    assert german.startswith("Aufruf: waypost")
    assert "Beispiel:" in german
    told = {line.strip() for line in english.splitlines()[2:] if len(line.split()) > 4}
    shared = told & {line.strip() for line in german.splitlines()}
    assert not {line for line in shared if not line.startswith("waypost ")}


def test_the_help_of_all_names_every_command():
    ran = run("--help")
    for command in COMMANDS:
        assert f"  {command} " in ran.out


def test_without_a_command_the_help_is_the_answer():
    assert run().out == run("--help").out


def test_the_version_is_told():
    assert run("--version").out.startswith("Waypost 0.")
    assert set(run("--version", "--json").value) == {"version"}


def test_help_loads_neither_duckdb_nor_arrow_nor_numba():
    program = (
        "import sys; from waypost.cli.start import run; run(['funnel', '--help']); "
        "heavy = {'duckdb', 'pyarrow', 'numba', 'numpy', 'pandas'} & set(sys.modules); "
        "print(*sorted(heavy), file=sys.stderr, end=''); sys.exit(len(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_shell_can_complete_commands():
    asked = {"_WAYPOST_COMPLETE": "complete_bash", "COMP_WORDS": "waypost fun", "COMP_CWORD": "1"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'waypost'\nimport waypost.cli as c\nc.main()",
        ],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["funnel"]
