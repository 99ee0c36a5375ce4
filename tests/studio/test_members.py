"""Members, invitations, tokens and the audit log, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.studio_fixtures import HERE, PASSWORD, SLUG, Studio
from waypost.app.studio.accounts import NewAccount
from waypost.app.studio.audit import AuditWishes, audit_acts, audit_entries
from waypost.app.studio.members import (
    accept_as_new,
    accept_as_user,
    actor_of,
    change_member,
    invitation_by,
    invitations_of,
    invite,
    last_visit,
    members_of,
    remove_member,
    withdraw,
    workspaces_of,
)
from waypost.app.studio.permissions import RIGHTS_OF, Right, Role, require
from waypost.app.studio.tokens import actor_by_token, make_token, revoke_token, tokens_of
from waypost.app.studio.workspace_settings import change_settings
from waypost.documents.account_tables import InvitationRow, TokenRow
from waypost.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    SignInError,
)


@pytest.fixture
def studio(any_studio: Studio) -> Studio:
    return any_studio


def newcomer(email: str = "new@example.org") -> NewAccount:
    return NewAccount(email, "Newcomer", PASSWORD, "de")


def test_an_invitation_lets_one_person_in_with_its_role(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.COMMENTER)
    done = accept_as_new(studio.site, made.secret, newcomer(), HERE)
    actor = actor_of(studio.site, done.user, SLUG)
    assert (actor.role, actor.rights) == (Role.COMMENTER, RIGHTS_OF[Role.COMMENTER])
    with pytest.raises(NotFoundError, match="used already"):
        accept_as_new(studio.site, made.secret, newcomer("two@example.org"), HERE)


def test_the_secret_of_an_invitation_is_stored_nowhere(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.VIEWER)
    with studio.site.database.reading() as session:
        assert made.secret not in session.scalars(select(InvitationRow.secret_hash)).all()
    assert [one.secret for one in invitations_of(studio.site, studio.actor())] == [""]


def test_an_invitation_for_an_address_is_for_nobody_else(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.VIEWER, email="Anna@Example.org")
    with pytest.raises(InputError, match="another e-mail address"):
        accept_as_new(studio.site, made.secret, newcomer("eve@example.org"), HERE)
    accept_as_new(studio.site, made.secret, newcomer("anna@example.org"), HERE)


def test_a_withdrawn_and_an_old_invitation_open_nothing(studio: Studio):
    owner = studio.actor()
    first = invite(studio.site, owner, role=Role.VIEWER)
    second = invite(studio.site, owner, role=Role.VIEWER)
    withdraw(studio.site, owner, first.id)
    studio.clock.ahead += timedelta(days=7)
    for made in (first, second):
        with pytest.raises(NotFoundError):
            invitation_by(studio.site, made.secret)


def test_an_invitation_of_elsewhere_cannot_be_withdrawn(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.VIEWER)
    stranger = studio.new_user("stranger", role=Role.OWNER, slug="other")
    with pytest.raises(NotFoundError):
        withdraw(studio.site, actor_of(studio.site, stranger, "other"), made.id)


def test_somebody_with_an_account_comes_in_with_it(studio: Studio):
    stranger = studio.new_user("stranger", role=Role.OWNER, slug="other")
    made = invite(studio.site, studio.actor(), role=Role.EDITOR)
    assert accept_as_user(studio.site, made.secret, stranger.id) == SLUG
    assert workspaces_of(studio.site, stranger.id) == [SLUG, "other"]


def test_an_invitation_never_takes_a_role_away(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.VIEWER)
    accept_as_user(studio.site, made.secret, studio.owner.id)
    assert studio.actor().role is Role.OWNER


def test_a_failed_account_leaves_the_invitation_open(studio: Studio):
    made = invite(studio.site, studio.actor(), role=Role.VIEWER)
    with pytest.raises(InputError):
        accept_as_new(studio.site, made.secret, NewAccount("a@b.de", "A", "kurz"), HERE)
    assert invitation_by(studio.site, made.secret).role is Role.VIEWER


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COMMENTER, Role.VIEWER])
def test_only_owners_invite_change_and_remove(studio: Studio, role: Role):
    actor, owner = studio.actor(role), studio.owner.id
    for act in (
        lambda: invite(studio.site, actor, role=Role.OWNER),
        lambda: change_member(studio.site, actor, owner, role=Role.VIEWER, may_reveal=False),
        lambda: remove_member(studio.site, actor, owner),
        lambda: audit_entries(studio.site, actor, AuditWishes()),
        lambda: change_settings(studio.site, actor, {"name": "Mine"}),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_the_last_owner_stays_an_owner(studio: Studio):
    owner = studio.actor()
    with pytest.raises(ConflictError, match="last owner"):
        change_member(studio.site, owner, owner.user, role=Role.EDITOR, may_reveal=False)
    with pytest.raises(ConflictError, match="last owner"):
        remove_member(studio.site, owner, owner.user)
    second = studio.person(Role.EDITOR)
    change_member(studio.site, owner, second.id, role=Role.OWNER, may_reveal=False)
    remove_member(studio.site, owner, owner.user)
    assert workspaces_of(studio.site, owner.user) == []


def test_a_removed_member_s_tokens_end(studio: Studio):
    editor = studio.actor(Role.EDITOR)
    made = make_token(studio.site, editor, name="x", scopes=[Right.SEE], days=1)
    remove_member(studio.site, studio.actor(), editor.user)
    with pytest.raises(SignInError):
        actor_by_token(studio.site, made.secret, SLUG)
    with pytest.raises(NotFoundError):
        actor_of(studio.site, studio.person(Role.EDITOR), SLUG)


def test_seeing_identifiers_can_be_granted_to_one_person(studio: Studio):
    analyst = studio.person(Role.VIEWER)
    change_member(studio.site, studio.actor(), analyst.id, role=Role.VIEWER, may_reveal=True)
    require(actor_of(studio.site, analyst, SLUG), Right.REVEAL)
    with pytest.raises(ForbiddenError):
        require(studio.actor(Role.EDITOR), Right.REVEAL)


def test_members_are_those_of_the_workspace_by_name(studio: Studio):
    studio.new_user("zoe", role=Role.VIEWER)
    studio.new_user("stranger", role=Role.OWNER, slug="other")
    names = [member.name for member in members_of(studio.site, studio.actor())]
    assert names == ["Owner", "Zoe"]


def test_a_token_has_no_more_than_its_scopes_and_its_owner(studio: Studio):
    editor = studio.actor(Role.EDITOR)
    scopes = [Right.SEE, Right.EDIT_MAPS]
    made = make_token(studio.site, editor, name="script", scopes=scopes, days=30)
    assert actor_by_token(studio.site, made.secret, SLUG).rights == set(scopes)
    change_member(studio.site, studio.actor(), editor.user, role=Role.VIEWER, may_reveal=False)
    assert actor_by_token(studio.site, made.secret, SLUG).rights == {Right.SEE}


def test_nobody_makes_a_token_with_rights_they_lack(studio: Studio):
    with pytest.raises(ForbiddenError):
        make_token(
            studio.site, studio.actor(Role.VIEWER), name="x", scopes=[Right.ADMINISTER], days=1
        )


def test_a_token_makes_no_token(studio: Studio):
    made = make_token(studio.site, studio.actor(), name="x", scopes=list(Right), days=1)
    by_token = actor_by_token(studio.site, made.secret, SLUG)
    with pytest.raises(ForbiddenError, match="signed in"):
        make_token(studio.site, by_token, name="y", scopes=[Right.SEE], days=1)


def test_a_token_ends_on_its_day_and_is_stored_nowhere(studio: Studio):
    made = make_token(studio.site, studio.actor(), name="x", scopes=[Right.SEE], days=1)
    with studio.site.database.reading() as session:
        assert made.secret not in session.scalars(select(TokenRow.secret_hash)).all()
    studio.clock.ahead += timedelta(days=1)
    with pytest.raises(SignInError):
        actor_by_token(studio.site, made.secret, SLUG)


def test_only_its_owner_and_owners_end_a_token(studio: Studio):
    editor, viewer = studio.actor(Role.EDITOR), studio.actor(Role.VIEWER)
    made = make_token(studio.site, editor, name="x", scopes=[Right.SEE], days=1)
    with pytest.raises(NotFoundError):
        revoke_token(studio.site, viewer, made.id)
    assert tokens_of(studio.site, viewer) == []
    assert [token.owner for token in tokens_of(studio.site, studio.actor())] == [editor.name]
    revoke_token(studio.site, studio.actor(), made.id)
    assert tokens_of(studio.site, editor) == []


def test_a_visit_remembers_when_the_one_before_ended(studio: Studio):
    owner = studio.actor()
    assert last_visit(studio.site, owner) is None
    studio.clock.ahead += timedelta(minutes=10)
    assert last_visit(studio.site, owner) is None
    ended = studio.clock()
    studio.clock.ahead += timedelta(days=2)
    assert abs(last_visit(studio.site, owner) - ended) < timedelta(minutes=1)
    studio.clock.ahead += timedelta(minutes=10)
    assert abs(last_visit(studio.site, owner) - ended) < timedelta(minutes=1)


def test_the_log_says_who_did_what_to_whom(studio: Studio):
    owner = studio.actor()
    change_member(
        studio.site, owner, studio.person(Role.EDITOR).id, role=Role.VIEWER, may_reveal=False
    )
    newest = audit_entries(studio.site, owner, AuditWishes(act="member-changed"))[0]
    assert (newest.name, newest.about, newest.subject) == ("Owner", "Editor", "Editor")
    assert newest.facts == {"was": "editor", "role": "viewer", "may_reveal": "False"}
    assert "member-changed" in audit_acts(studio.site, owner)


def test_the_log_of_one_workspace_is_not_that_of_another(studio: Studio):
    invite(studio.site, studio.actor(), role=Role.VIEWER, email="secret@example.org")
    stranger = studio.new_user("stranger", role=Role.OWNER, slug="other")
    theirs = audit_entries(studio.site, actor_of(studio.site, stranger, "other"), AuditWishes())
    assert {entry.name for entry in theirs} == {"Stranger"}


def test_the_log_is_read_page_by_page_and_by_name(studio: Studio):
    owner = studio.actor()
    for _ in range(5):
        invite(studio.site, owner, role=Role.VIEWER)
    wishes = AuditWishes(act="invited", limit=3)
    first = audit_entries(studio.site, owner, wishes)
    rest = audit_entries(
        studio.site, owner, AuditWishes(act="invited", limit=3, before=first[-1].id)
    )
    assert [len(first), len(rest)] == [3, 2]
    assert audit_entries(studio.site, owner, AuditWishes(who="%")) == []
    assert audit_entries(studio.site, owner, AuditWishes(who="oWNe"))


def test_settings_are_changed_and_written_down(studio: Studio):
    owner = studio.actor()
    change_settings(studio.site, owner, {"currency": "CHF", "name": " Alpen  rad ", "zone": ""})
    now = studio.site.workspace(SLUG).settings
    assert (now.currency, now.name, now.zone) == ("CHF", "Alpen rad", "Europe/Berlin")
    newest = audit_entries(studio.site, owner, AuditWishes(limit=1))[0]
    assert newest.facts == {"currency": "CHF", "name": "Alpen rad"}


def test_a_setting_that_cannot_be_is_refused(studio: Studio):
    with pytest.raises(InputError):
        change_settings(studio.site, studio.actor(), {"zone": "Middle/Earth"})
