"""Opportunities and actions: priced, ordered, linked, never overwritten unseen."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.databases import migrated_file
from waypost.app.settings import Settings
from waypost.app.studio.actions import (
    COLUMNS,
    ActionFields,
    add_action,
    board,
    change_action,
    list_actions,
    move_action,
    my_actions,
    remove_action,
)
from waypost.app.studio.actor import Actor
from waypost.app.studio.opportunities import (
    AXES,
    OpportunityFields,
    add_opportunity,
    axis_value,
    change_opportunity,
    list_opportunities,
    opportunity,
    remove_opportunity,
)
from waypost.app.studio.permissions import RIGHTS_OF, Role
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.documents import Database
from waypost.documents.account_tables import MemberRow, UserRow
from waypost.errors import ConflictError, ForbiddenError, InputError, NotFoundError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    return {
        name: Workspace.create(folder / name, Settings(name=name)).path
        for name in ("shop", "other")
    }


@pytest.fixture
def site(tmp_path, shop):
    database = Database.open(shutil.copy(migrated_file(), tmp_path / "documents.sqlite"))
    with database.writing() as session:
        for number, name in ((1, "Anna"), (2, "Bo")):
            session.add(
                UserRow(
                    id=number,
                    email=f"{name}@example.org".lower(),
                    name=name,
                    password_hash="x",
                    language="de",
                    theme="system",
                    created_at=NOW,
                )
            )
            session.flush()
            session.add(
                MemberRow(
                    workspace="shop", user=number, role="editor", may_reveal=False, joined_at=NOW
                )
            )
    site = Site(database, shop, clock=lambda: NOW)
    yield site
    site.close()


def actor(user=1, role=Role.EDITOR, workspace="shop"):
    return Actor(
        user, "Anna" if user == 1 else "Bo", "en", workspace, role, RIGHTS_OF[role], "session"
    )


def test_a_new_opportunity_is_listed_with_its_price_and_its_first_line_of_history(site):
    made = add_opportunity(
        site, actor(), OpportunityFields(title="Payment fails", value_minor=1_290_000, owner=2)
    )
    detail = opportunity(site, actor(2), made.id)
    assert detail.opportunity == made
    assert (made.owner_name, made.value_minor, made.status) == ("Bo", 1_290_000, "open")
    assert [(step.what, step.became) for step in detail.history] == [("created", "Payment fails")]


def test_the_most_valuable_stands_first_and_one_without_a_price_last(site):
    for title, value in (("small", 100), ("unpriced", None), ("large", 5_000)):
        add_opportunity(site, actor(), OpportunityFields(title=title, value_minor=value))
    assert [one.title for one in list_opportunities(site, actor())] == [
        "large",
        "small",
        "unpriced",
    ]


def test_a_field_left_out_of_a_change_keeps_its_value(site):
    made = add_opportunity(site, actor(), OpportunityFields(title="Size", effort=2, persons=612))
    changed = change_opportunity(
        site, actor(), made.id, OpportunityFields(effort=4), revision=made.revision
    )
    assert (changed.title, changed.persons, changed.effort) == ("Size", 612, 4)
    last = opportunity(site, actor(), made.id).history[0]
    assert (last.what, last.was, last.became) == ("effort", "2", "4")


def test_a_stale_change_of_the_same_field_is_refused_with_both_texts(site):
    made = add_opportunity(site, actor(), OpportunityFields(title="Size"))
    change_opportunity(site, actor(2), made.id, OpportunityFields(title="Frame size"), revision=1)
    with pytest.raises(ConflictError) as refused:
        change_opportunity(site, actor(), made.id, OpportunityFields(title="Sizes"), revision=1)
    assert refused.value.facts["theirs"] == {"title": "Frame size"}
    assert refused.value.facts["yours"] == {"title": "Sizes"}
    assert opportunity(site, actor(), made.id).opportunity.title == "Frame size"


@pytest.mark.parametrize(
    "bounds",
    [
        {"value_low": 5, "value_minor": 3},
        {"value_minor": 9, "value_high": 8},
        {"value_low": 9, "value_high": 8},
    ],
)
def test_a_price_outside_its_bounds_is_refused(bounds):
    with pytest.raises(ValidationError, match="between"):
        OpportunityFields(title="x", **bounds)


def test_bounds_are_held_against_the_price_that_is_there_already(site):
    made = add_opportunity(site, actor(), OpportunityFields(title="x", value_minor=100))
    with pytest.raises(ValidationError, match="between"):
        change_opportunity(site, actor(), made.id, OpportunityFields(value_low=200), revision=1)


@pytest.mark.parametrize("title", ["", "   "])
def test_nothing_is_made_without_a_title(site, title):
    with pytest.raises(InputError, match="title"):
        add_opportunity(site, actor(), OpportunityFields(title=title))
    with pytest.raises(InputError, match="title"):
        add_action(site, actor(), ActionFields(title=title))


def test_only_members_can_be_owners(site):
    with pytest.raises(InputError, match="not in the workspace"):
        add_opportunity(site, actor(), OpportunityFields(title="x", owner=99))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMENTER])
def test_who_may_not_edit_may_read_but_change_nothing(site, role):
    made = add_opportunity(site, actor(), OpportunityFields(title="x"))
    card = add_action(site, actor(), ActionFields(title="x"))
    weak = actor(2, role)
    assert list_opportunities(site, weak)
    assert list_actions(site, weak)
    for attempt in (
        lambda: add_opportunity(site, weak, OpportunityFields(title="y")),
        lambda: change_opportunity(site, weak, made.id, OpportunityFields(title="y"), revision=1),
        lambda: remove_opportunity(site, weak, made.id),
        lambda: add_action(site, weak, ActionFields(title="y")),
        lambda: move_action(site, weak, card.id, column="done"),
        lambda: remove_action(site, weak, card.id),
    ):
        with pytest.raises(ForbiddenError):
            attempt()


def test_another_workspace_sees_none_of_it_and_can_name_none_of_it(site):
    made = add_opportunity(site, actor(), OpportunityFields(title="x"))
    card = add_action(site, actor(), ActionFields(title="x", opportunity=made.id))
    foreign = actor(1, Role.OWNER, "other")
    assert not list_opportunities(site, foreign)
    assert not list_actions(site, foreign)
    for attempt in (
        lambda: opportunity(site, foreign, made.id),
        lambda: remove_opportunity(site, foreign, made.id),
        lambda: move_action(site, foreign, card.id, column="done"),
        lambda: add_action(site, foreign, ActionFields(title="y", opportunity=made.id)),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_the_score_is_worth_times_confidence_over_effort(site):
    fields = OpportunityFields(title="x", value_minor=1_000, confidence=4, effort=2)
    made = add_opportunity(site, actor(), fields)
    assert axis_value(made, "score") == 2_000
    assert axis_value(made, "strategic") is None
    assert {axis for axis in AXES if axis_value(made, axis) is not None} == {
        "value",
        "confidence",
        "effort",
        "score",
    }


def test_the_board_has_every_column_and_a_card_in_the_one_it_was_moved_to(site):
    made = add_action(site, actor(), ActionFields(title="Say the price everywhere"))
    assert list(board(site, actor())) == list(COLUMNS)
    moved = move_action(site, actor(), made.id, column="doing")
    assert [one.id for one in board(site, actor())["doing"]] == [moved.id]
    assert not board(site, actor())["idea"]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 4)), max_size=12))
def test_cards_stand_where_they_were_put_however_often_they_move(tmp_path_factory, shop, moves):
    copied = shutil.copy(migrated_file(), tmp_path_factory.mktemp("board") / "d.sqlite")
    database = Database.open(copied)
    site = Site(database, shop, clock=lambda: NOW)
    names = [add_action(site, actor(), ActionFields(title=str(n))).id for n in range(5)]
    expected = list(names)
    for mover, target in moves:
        others = [name for name in expected if name != names[mover]]
        after = others[target] if 0 <= target < len(others) else ""
        move_action(site, actor(), names[mover], column="idea", after=after)
        others.insert(others.index(after) + 1 if after else 0, names[mover])
        expected = others
    assert [one.id for one in board(site, actor())["idea"]] == expected
    site.close()


def test_what_i_have_to_do_is_mine_unfinished_and_the_most_urgent_first(site):
    for title, owner, due, status in (
        ("later", 1, date(2026, 12, 24), "planned"),
        ("overdue", 1, date(2026, 11, 1), "doing"),
        ("somebody else's", 2, date(2026, 11, 1), "doing"),
        ("finished", 1, date(2026, 11, 1), "done"),
        ("some day", 1, None, "idea"),
    ):
        add_action(site, actor(), ActionFields(title=title, owner=owner, due=due, status=status))
    mine = my_actions(site, actor())
    assert [one.title for one in mine] == ["overdue", "later", "some day"]
    assert [one.is_overdue for one in mine] == [True, False, False]


@pytest.mark.parametrize(("hour", "is_overdue"), [(22, False), (23, True)])
def test_an_action_is_overdue_when_its_day_is_over_where_the_shop_is(site, hour, is_overdue):
    add_action(site, actor(), ActionFields(title="x", owner=1, due=date(2026, 11, 22)))
    site.clock = lambda: datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    assert [one.is_overdue for one in my_actions(site, actor())] == [is_overdue]


def test_an_action_outlives_the_opportunity_it_was_for(site):
    made = add_opportunity(site, actor(), OpportunityFields(title="x"))
    card = add_action(site, actor(), ActionFields(title="y", opportunity=made.id))
    assert opportunity(site, actor(), made.id).opportunity.actions == 1
    remove_opportunity(site, actor(), made.id)
    kept = list_actions(site, actor())
    assert [(one.id, one.opportunity) for one in kept] == [(card.id, None)]


def test_a_verdict_is_written_beside_what_was_done(site):
    card = add_action(site, actor(), ActionFields(title="y", status="done"))
    changed = change_action(
        site,
        actor(),
        card.id,
        ActionFields(status="verified", verdict="unknown", verdict_note="too few cases"),
        revision=card.revision,
    )
    assert (changed.status, changed.verdict) == ("verified", "unknown")


def test_a_column_that_there_is_not_is_refused_with_those_there_are(site):
    card = add_action(site, actor(), ActionFields(title="y"))
    with pytest.raises(InputError, match="idea, planned, doing, done, verified"):
        move_action(site, actor(), card.id, column="someday")
