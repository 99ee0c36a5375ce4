"""A stream of a map ends within seconds when whoever listens may no longer do so."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest
from sqlalchemy import delete, update

from tests.studio_fixtures import SLUG
from waypost.app.studio.members import actor_of
from waypost.app.studio.permissions import Right, Role
from waypost.app.studio.signing_in import sign_out_everywhere
from waypost.app.studio.tokens import make_token, revoke_token, tokens_of
from waypost.documents.account_tables import MemberRow
from waypost.web.access import COOKIE

API = f"/api/v1/workspaces/{SLUG}"
SECONDS = 20.0


def _signed_out(studio, user):
    sign_out_everywhere(studio.site, user.id)


def _removed(studio, user):
    with studio.site.database.writing() as session:
        session.execute(delete(MemberRow).where(MemberRow.user == user.id))


def _promoted(studio, user):
    with studio.site.database.writing() as session:
        of_user = update(MemberRow).where(MemberRow.user == user.id)
        session.execute(of_user.values(role=Role.EDITOR.value))


def _token_revoked(studio, user):
    actor = actor_of(studio.site, user, SLUG)
    for token in tokens_of(studio.site, actor):
        revoke_token(studio.site, actor, token.id)


def _key_of(studio, user, ending):
    """How the listener comes in: with a session's cookie, or with a token."""
    if ending is not _token_revoked:
        return {"cookies": {COOKIE: studio.session_secret(user)}}
    actor = actor_of(studio.site, user, SLUG)
    token = make_token(studio.site, actor, name="live", scopes=[Right.SEE], days=1)
    return {"headers": {"Authorization": f"Bearer {token.secret}"}}


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (_signed_out, "no-access"),
        (_removed, "no-access"),
        (_promoted, "rights"),
        (_token_revoked, "no-access"),
    ],
    ids=["signed out", "removed", "another role", "token revoked"],
)
def test_a_stream_ends_with_what_it_rests_on(studio, served, request, ending, reason):
    owner = studio.client()
    body = {"from": "blank", "title": "Offen", "language": "de"}
    shop_map = owner.post(f"{API}/maps", json=body).json()["id"]
    name = request.node.callspec.id.replace(" ", "-")
    user = studio.new_user(name, role=Role.VIEWER)
    key = _key_of(studio, user, ending)
    told: list[dict] = []
    ready = threading.Event()

    def listen():
        with (
            httpx.Client(base_url=served, timeout=60, **key) as viewer,
            viewer.stream("GET", f"{API}/maps/{shop_map}/live?since=1") as answer,
        ):
            assert answer.status_code == 200
            for line in answer.iter_lines():
                ready.set()
                if line.startswith("data:"):
                    told.append(json.loads(line[5:]))

    listener = threading.Thread(target=listen)
    listener.start()
    assert ready.wait(60)
    began = time.monotonic()
    ending(studio, user)
    listener.join(SECONDS + 2)
    assert not listener.is_alive()
    assert time.monotonic() - began < SECONDS
    assert told == [{"reason": reason}]
