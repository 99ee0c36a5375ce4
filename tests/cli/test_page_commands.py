"""The commands that a map's page shows beside its figures run, and give a table."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from tests.cli.running import demo_folder, run
from waypost.exports.html.asking import as_command
from waypost.questions import QUESTIONS


def questions_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if str(value.get("question")) in QUESTIONS:
            yield value
        for inner in value.values():
            yield from questions_in(inner)
    if isinstance(value, list):
        for inner in value:
            yield from questions_in(inner)


def test_every_command_that_the_page_of_the_demo_shows_runs():
    document = json.loads((demo_folder() / "map.json").read_bytes())
    commands = {as_command(one, "shop") for one in questions_in(document)} - {""}
    kinds = {shlex.split(command)[1] for command in commands}
    assert kinds > {"ask"}
    for command in sorted(commands):
        ran = run(*shlex.split(command)[1:], "--json", inside=demo_folder())
        assert ran.code == 0, f"{command}: {ran.out}"
        assert ran.value["columns"], command


def test_the_demo_as_json_is_one_value(tmp_path):
    told = run("demo", tmp_path / "demo", "--persons", "500", "--json").value
    assert set(told) == {"imports", "build", "answers", "written"}
    assert len(told["imports"]) > 10
