"""Twenty people edit one map with a bad line: nobody's accepted edit is lost, all see the same."""

import time

import httpx
import pytest

from tests.soak.editors import API, Editor
from tests.studio_fixtures import (
    Serving,
    built_front_end,
    csrf_of_secret,
    demo_shop,
    new_studio,
    studio,
)
from waypost.app.studio.changes import check_log
from waypost.app.studio.permissions import Role
from waypost.maps.editing.document import MapDocument
from waypost.web.access import COOKIE

__all__ = ["built_front_end", "demo_shop", "new_studio", "studio"]
EDITORS = 20


def test_twenty_editors_for_a_quarter_of_a_minute_end_with_one_map(studio):
    edit_together(studio, seconds=15)


@pytest.mark.soak
def test_twenty_editors_for_ten_minutes_end_with_one_map(studio):
    edit_together(studio, seconds=600)


def edit_together(studio, *, seconds):
    owner = studio.client()
    shop = owner.post(f"{API}/maps", json={"from": "blank", "title": "Soak"}).json()["id"]
    with Serving(studio) as address:
        clients = [browser(studio, address) for _ in range(EDITORS)]
        until = time.monotonic() + seconds
        editors = [Editor(n, client, shop, until) for n, client in enumerate(clients)]
        for editor in editors:
            editor.start()
        for editor in editors:
            editor.join(seconds + 120)
        for editor in editors:
            editor.catch_up()
        for client in clients:
            client.close()
    judge(studio, owner, shop, editors)


def judge(studio, owner, shop, editors):
    failures = [(editor.number, editor.error) for editor in editors if editor.error]
    assert not failures
    told = owner.get(f"{API}/maps/{shop}").json()
    document = MapDocument.model_validate(told["document"])
    for editor in editors:
        assert editor.revision == told["revision"]
        assert editor.replica == document, f"editor {editor.number} sees another map"
    stored = {}
    while len(stored) < told["revision"]:
        since = max(stored, default=0)
        log = owner.get(f"{API}/maps/{shop}/changes?since={since}").json()
        stored |= {change["revision"]: change for change in log}
    accepted = {one.revision: one for editor in editors for one in editor.accepted}
    assert len(accepted) == sum(len(editor.accepted) for editor in editors)
    for revision, one in accepted.items():
        assert stored[revision]["id"] == one.id
        assert stored[revision]["ops"] == one.ops
    assert set(stored) == {1, *accepted}
    assert check_log(studio.site, "shop") >= 1
    assert sum(editor.cuts for editor in editors) > EDITORS
    assert sum(editor.refused for editor in editors) > 0


def browser(studio, address):
    secret = studio.session_secret(studio.person(Role.EDITOR))
    headers = {"X-CSRF-Token": csrf_of_secret(secret)}
    return httpx.Client(base_url=address, cookies={COOKIE: secret}, headers=headers, timeout=60)
