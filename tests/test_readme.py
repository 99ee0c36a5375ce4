"""Every command in the READMEs runs, in the order in which it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.running import demo_folder, run

ROOT = Path(__file__).parents[1]
STAND_INS = {
    "orders_export_1.csv": "orders_export_1.csv",
    "subscribed_members.csv": "subscribed_email_audience_export_*.csv",
    "tickets.csv": "zendesk_tickets.csv",
    "orders.csv": "orders_export_1.csv",
    "tickets.json": "trustpilot_reviews.json",
    "events.jsonl": "segment_events.jsonl",
}


def commands_in(text: str) -> list[list[str]]:
    blocks = re.findall(r"^```(?:sh|bash)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("waypost ")]


@pytest.fixture
def at_the_owners(tmp_path: Path) -> Path:
    """A folder with the exports that the README names, the journeys of a shop in them."""
    exports = demo_folder() / "exports"
    for name, pattern in STAND_INS.items():
        shutil.copy(next(exports.glob(pattern)), tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", ["README.md", "README.de.md"])
def test_the_commands_of_the_readme_run_one_after_the_other(name, at_the_owners):
    commands = commands_in((ROOT / name).read_text())
    assert len(commands) >= 4
    for words in commands:
        ran = run(*words, inside=at_the_owners)
        assert ran.code == 0, f"waypost {shlex.join(words)}: {ran.err}"


def test_the_python_of_the_readme_runs(at_the_owners, monkeypatch):
    monkeypatch.chdir(at_the_owners)
    assert run("init", "shop").code == 0
    assert run("add", "shop", "events.jsonl").code == 0
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert (at_the_owners / "map.html").stat().st_size > 0
