"""Twenty people edit one map with a bad line: nobody's accepted edit is lost, all see the same.

The server is `waypost serve`, which is killed and started again in the middle.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from tests.serve_command import ServeCommand, serving
from tests.soak.editors import API, Board, Editor
from tests.studio_fixtures import (
    SLUG,
    Studio,
    built_front_end,
    csrf_of_secret,
    database_address,
    demo_shop,
    new_studio,
    postgres_server,
)
from waypost.app.studio.changes import check_log
from waypost.app.studio.permissions import Role
from waypost.maps.editing.document import MapDocument
from waypost.web.access import COOKIE

__all__ = ["built_front_end", "database_address", "demo_shop", "postgres_server"]
EDITORS = 20
HASTY, HUMAN = (0.02, 0.3), (0.2, 2.8)
"""Seconds between one edit of a person and the next, from … to …."""


@pytest.fixture
def team(built_front_end, demo_shop, database_address, tmp_path) -> Studio:
    """An owner and an editor on a copy of the demo company, and the database they share."""
    shutil.copytree(demo_shop, tmp_path / SLUG)
    made = new_studio([tmp_path / SLUG], database_address)
    yield made
    made.site.close()


def test_twenty_hasty_editors_end_with_one_map(team, database_address):
    told = edit_together(team, database_address, seconds=5, pace=HASTY)
    assert told["accepted"] > EDITORS


@pytest.mark.soak
def test_twenty_editors_for_ten_minutes_end_with_one_map(team, database_address, capsys):
    told = edit_together(team, database_address, seconds=600, pace=HUMAN)
    assert told["accepted"] > 1000
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(told)}\n")


def edit_together(
    team: Studio, database: str, *, seconds: float, pace: tuple[float, float]
) -> dict[str, float]:
    board = Board()
    with serving(team.path, "--database", database) as command:
        owner = member(team, Role.OWNER, command.address)
        shop = owner.post(f"{API}/maps", json={"from": "blank", "title": "Soak"}).json()["id"]
        clients = [member(team, Role.EDITOR, command.address) for _ in range(EDITORS)]
        until = time.monotonic() + seconds
        editors = [
            Editor(number, client, shop, until, pace, board)
            for number, client in enumerate(clients)
        ]
        fall = threading.Timer(seconds / 2, fall_over, [command])
        for thread in (*editors, fall):
            thread.start()
        for thread in (*editors, fall):
            thread.join(seconds + 120)
        for editor in editors:
            editor.catch_up()
        judge(owner, shop, editors)
        for client in (owner, *clients):
            client.close()
    assert check_log(team.site, SLUG) >= 1
    return figures(editors, board)


def fall_over(command: ServeCommand) -> None:
    """The server dies in the middle of everything and is started again."""
    command.kill()
    command.start()


def member(team: Studio, role: Role, address: str) -> httpx.Client:
    secret = team.session_secret(team.person(role))
    headers = {"X-CSRF-Token": csrf_of_secret(secret)}
    return httpx.Client(  # over plain http: certificates need not be read twenty times
        base_url=address, cookies={COOKIE: secret}, headers=headers, timeout=60, verify=False
    )


def judge(owner: httpx.Client, shop: str, editors: list[Editor]) -> None:
    failures = [(editor.number, editor.error) for editor in editors if editor.error]
    assert not failures
    told = owner.get(f"{API}/maps/{shop}").json()
    document = MapDocument.model_validate(told["document"])
    for editor in editors:
        assert editor.revision == told["revision"]
        assert editor.replica == document, f"editor {editor.number} sees another map"
    stored = every_change(owner, shop, told["revision"])
    accepted = {one.revision: one for editor in editors for one in editor.accepted}
    assert len(accepted) == sum(len(editor.accepted) for editor in editors)
    for revision, one in accepted.items():
        assert stored[revision]["id"] == one.id
        assert stored[revision]["ops"] == one.ops
    assert set(stored) == {1, *accepted}
    assert sum(editor.cuts for editor in editors) > EDITORS
    assert sum(editor.refused for editor in editors) > 0


def every_change(owner: httpx.Client, shop: str, revision: int) -> dict[int, dict]:
    stored: dict[int, dict] = {}
    while len(stored) < revision:
        since = max(stored, default=0)
        log = owner.get(f"{API}/maps/{shop}/changes?since={since}").json()
        assert log, f"no change after {since}"
        stored |= {change["revision"]: change for change in log}
    return stored


def figures(editors: list[Editor], board: Board) -> dict[str, float]:
    """What a report of the campaign says; latencies in milliseconds."""
    sums: dict[str, Callable[[Editor], int]] = {
        "accepted": lambda one: len(one.accepted),
        "refused": lambda one: one.refused,
        "cuts": lambda one: one.cuts,
        "cards at the end": lambda one: len(one.replica.cards) if one.number == 0 else 0,
    }
    told: dict[str, float] = {name: sum(map(of, editors)) for name, of in sums.items()}
    for name, seconds in (("answered", board.answered), ("at others", board.heard)):
        cuts = statistics.quantiles(seconds, n=100)
        told |= {f"{name} p50": round(cuts[49] * 1000), f"{name} p95": round(cuts[94] * 1000)}
    return told
