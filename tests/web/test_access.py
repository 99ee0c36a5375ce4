"""Every route against everybody: owner, editor, commenter, viewer, nobody, strangers, tokens.

The list of routes comes from the application, so a route that is added is tested, and one that
declares no right fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

import waypost
from tests.studio_fixtures import SLUG, Studio, new_studio
from waypost.app.studio.permissions import RIGHTS_OF, Right, Role
from waypost.app.studio.tokens import make_token, revoke_token
from waypost.web import access
from waypost.web.routers import routes

FOREIGN = "other"
NOWHERE = "999999"
LEAVES = "/w/{slug}/settings/members/leave"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Case:
    """One method of one route, and the right that it declares; None for a signed-in person's."""

    method: str
    path: str
    right: Right | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        """The path with something in every place; nothing of it is there but the workspace."""
        named = re.sub(r"\{(slug|w)(:\w+)?\}", SLUG, self.path)
        return re.sub(r"\{\w+(:\w+)?\}", NOWHERE, named)

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def calls_of(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls_of(inner)


def rights_of(route: APIRoute) -> list[Right | None]:
    """What a route declares: rights, and None for "somebody who is signed in"."""
    calls = list(calls_of(route.dependant))
    found: list[Right | None] = [call.right for call in calls if hasattr(call, "right")]
    if not found and access.signed_in in calls:
        found.append(None)
    return found


GUARDED = [route for route in routes() if route.path not in access.PUBLIC]
CASES = [
    Case(method, route.path, next(iter(rights_of(route)), None))
    for route in GUARDED
    for method in sorted(route.methods)
]
OF_WORKSPACES = [case for case in CASES if case.right is not None and case.path != LEAVES]


@pytest.fixture(scope="module")
def crowd(built_front_end, tmp_path_factory) -> Iterator[Studio]:
    """A studio with two workspaces, somebody in each role, and a stranger who owns the other."""
    folder = tmp_path_factory.mktemp("crowd")
    paths = [folder / SLUG, folder / FOREIGN]
    for path in paths:
        waypost.create(path, waypost.Settings(name=path.name))
    made = new_studio(paths, folder / "documents.sqlite")
    yield made
    made.site.close()


@pytest.fixture(scope="module")
def clients(crowd: Studio):
    """A client per role, a stranger's and nobody's."""
    stranger = crowd.new_user("stranger", role=Role.OWNER, slug=FOREIGN)
    people = {role: crowd.client(role) for role in Role}
    found = {**people, "stranger": crowd.client_of(stranger), "nobody": crowd.anonymous()}
    with start_blocking_portal() as portal:
        for client in found.values():
            client.portal = (
                portal  # one event loop for all, without what lives with the application
            )
        yield found


def send(client, case: Case, **extra):
    return client.request(case.method, case.address, follow_redirects=False, **extra)


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.methods} {route.path}")
def test_every_route_declares_one_right_or_is_named_as_public(route: APIRoute):
    assert len(set(rights_of(route))) == 1, f"{route.path} declares {rights_of(route)}"
    assert set(rights_of(route)) != {None} or "{slug}" not in route.path


@pytest.mark.parametrize("path", sorted(access.PUBLIC))
def test_nothing_is_public_that_is_not_there(path: str):
    known = {route.path for route in routes()}
    assert path in known | {"/static/{version}/{name:path}", "/api/v1/openapi.json"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_nobody_comes_in(clients, case: Case):
    answer = send(clients["nobody"], case)
    if case.is_api:
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "sign-in"
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("case", OF_WORKSPACES, ids=str)
def test_a_stranger_cannot_tell_whether_the_workspace_is_there(clients, case: Case):
    answer = send(clients["stranger"], case)
    there = answer.status_code, answer.text.replace(answer.request.url.path, "")
    elsewhere = Case(case.method, case.path.replace("{slug}", "nix").replace("{w}", "nix"), None)
    other = send(clients["stranger"], elsewhere)
    assert there == (404, other.text.replace(other.request.url.path, ""))


@pytest.mark.parametrize("case", OF_WORKSPACES, ids=str)
def test_a_role_may_what_its_rights_say_and_nothing_else(clients, case: Case):
    for role in Role:
        answer = send(clients[role], case)
        told = f"{role}: {answer.status_code} {answer.text[:500]}"
        assert (answer.status_code == 403) is not (case.right in RIGHTS_OF[role]), told
        assert answer.status_code != 401, told
        assert answer.status_code < 500, told


@pytest.mark.parametrize("case", [c for c in CASES if c.method in UNSAFE], ids=str)
def test_a_form_without_our_token_changes_nothing(clients, case: Case):
    answer = send(clients[Role.OWNER], case, headers={"X-CSRF-Token": "0" * 64})
    assert answer.status_code == 403


@pytest.fixture(scope="module")
def tokens(crowd: Studio):
    """Secrets of an owner's tokens: one that may only see, and one that has ended."""
    actor = crowd.actor(Role.OWNER)
    small = make_token(crowd.site, actor, name="small", scopes=[Right.SEE], days=1)
    ended = make_token(crowd.site, actor, name="ended", scopes=list(Right), days=1)
    revoke_token(crowd.site, actor, ended.id)
    return {"small": small.secret, "ended": ended.secret}


@pytest.mark.parametrize("case", [c for c in OF_WORKSPACES if c.is_api], ids=str)
def test_a_revoked_token_opens_nothing(clients, tokens, case: Case):
    headers = {"Authorization": f"Bearer {tokens['ended']}"}
    assert send(clients["nobody"], case, headers=headers).status_code == 401


@pytest.mark.parametrize("case", OF_WORKSPACES, ids=str)
def test_a_token_may_no_more_than_its_scopes(clients, tokens, case: Case):
    headers = {"Authorization": f"Bearer {tokens['small']}"}
    answer = send(clients["nobody"], case, headers=headers)
    if case.right is not Right.SEE:
        assert answer.status_code == 403
    assert answer.status_code < 500


@pytest.mark.parametrize("case", [c for c in OF_WORKSPACES if c.is_api], ids=str)
def test_a_token_of_one_workspace_opens_no_other(clients, tokens, case: Case):
    headers = {"Authorization": f"Bearer {tokens['small']}"}
    there = Case(case.method, case.path.replace("{w}", FOREIGN).replace("{slug}", FOREIGN), None)
    assert send(clients["nobody"], there, headers=headers).status_code == 401
