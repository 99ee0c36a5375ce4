"""Opportunities and actions in the studio: written in forms, seen on the matrix and the board."""

from __future__ import annotations

import re

import pytest

from waypost.app.studio.accounts import change_profile
from waypost.app.studio.opportunities import Opportunity, OpportunityFields, add_opportunity
from waypost.app.studio.permissions import Role
from waypost.web.matrix import matrix_of
from waypost.web.work_forms import money_text, opportunity_fields

HOSTILE = "<script>alert('x')</script> & \"quoted\""


def _made(studio, **fields):
    values = {"title": "Payment fails on phones", **fields}
    return add_opportunity(studio.site, studio.actor(), OpportunityFields(**values))


def test_an_empty_list_teaches_and_offers_a_way_on(studio):
    text = studio.client().get("/w/shop/opportunities").text
    assert "Nothing here yet" in text
    assert 'href="/w/shop/opportunities/new"' in text


def test_an_opportunity_written_in_the_form_is_listed_and_drawn(studio):
    client = studio.client()
    form = {
        "title": "Frame size stays unclear",
        "value_minor": "18,400",
        "value_low": "13,900",
        "value_high": "23,600",
        "persons": "612",
        "effort": "4",
    }
    answer = client.post("/w/shop/opportunities/new", data=form)
    assert answer.status_code == 200
    assert "Frame size stays unclear" in answer.text
    listed = client.get("/w/shop/opportunities").text
    assert "€18,400" in listed
    assert '<circle class="mx-b"' in listed


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("value_minor", "viel", "An amount was expected"),
        ("persons", "many", "A number was expected"),
        ("value_low", "99,999", "cannot be"),
        ("title", "  ", "no title"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(studio, field, value, told):
    form = {"title": "Kept title", "value_minor": "500", "problem": "Kept problem", field: value}
    answer = studio.client().post("/w/shop/opportunities/new", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Kept problem" in answer.text


def test_a_stale_form_shows_both_texts(studio):
    made = _made(studio)
    client = studio.client()
    client.post(f"/w/shop/opportunities/{made.id}", data={"revision": "1", "title": "Theirs"})
    answer = client.post(
        f"/w/shop/opportunities/{made.id}", data={"revision": "1", "title": "Mine"}
    )
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert 'value="Mine"' in answer.text


def test_who_may_only_look_sees_no_button_that_would_refuse(studio):
    made = _made(studio)
    page = studio.client(Role.VIEWER).get(f"/w/shop/opportunities/{made.id}").text
    assert "<fieldset disabled>" in page
    assert "Delete" not in page


def test_hostile_text_stays_text(studio):
    made = _made(studio, title=HOSTILE)
    for path in ("opportunities", f"opportunities/{made.id}"):
        text = studio.client().get(f"/w/shop/{path}").text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_a_card_goes_from_column_to_column_by_its_menu(studio):
    client = studio.client()
    client.post("/w/shop/actions/new", data={"title": "One price everywhere", "status": "idea"})
    board = client.get("/w/shop/actions").text
    card = re.search(r'id="(a_[0-9a-f]+)"', board)[1]
    moved = client.post(f"/w/shop/actions/{card}/move", data={"column": "doing", "after": ""}).text
    column = moved.partition('data-column="doing"')[2].partition("data-column=")[0]
    assert card in column


def test_pages_speak_german(studio):
    _made(studio)
    client = studio.client()
    change_profile(studio.site, studio.person(Role.OWNER).id, name="Anna", language="de")
    text = client.get("/w/shop/opportunities").text
    assert 'lang="de"' in text
    assert "Probleme, deren Lösung sich lohnt" in text


def test_the_api_tells_what_the_page_shows(studio):
    made = _made(studio, value_minor=50_000, persons=12)
    found = studio.client().get("/api/v1/workspaces/shop/opportunities").json()
    mine = next(one for one in found if one["id"] == made.id)
    assert (mine["axes"]["value"], mine["persons"]) == (50_000, 12)


@pytest.mark.parametrize(
    ("text", "language", "minor"),
    [
        ("18.400", "de", 1_840_000),
        ("12,50", "de", 1_250),
        ("12.50", "en", 1_250),
        ("−3", "de", -300),
    ],
)
def test_an_amount_is_read_as_its_language_writes_it(text, language, minor):
    fields = opportunity_fields({"title": "x", "value_minor": text}, "EUR", language)
    assert fields.value_minor == minor
    again = money_text(minor, "EUR", language)
    assert opportunity_fields({"title": "x", "value_minor": again}, "EUR", language) == fields


def _entry(studio, **fields) -> Opportunity:
    return _made(studio, **fields)


def test_what_says_both_axes_is_placed_and_the_rest_is_named(studio):
    placed = _entry(studio, value_minor=100, effort=2)
    unplaced = _entry(studio, value_minor=100)
    matrix = matrix_of([placed, unplaced], x="effort", y="value", say=lambda _axis, v: f"{v:g}")
    assert [one.entry for one in matrix.bubbles] == [placed]
    assert matrix.unplaced == (unplaced,)


def test_more_worth_stands_higher_and_more_effort_further_right(studio):
    small = _entry(studio, value_minor=100, effort=1, value_low=-50, value_high=150)
    large = _entry(studio, value_minor=900, effort=5)
    matrix = matrix_of([small, large], x="effort", y="value", say=lambda _axis, v: f"{v:g}")
    first, second = matrix.bubbles
    assert second.y < first.y
    assert second.x > first.x
    left, top, right, bottom = matrix.frame
    for bubble in matrix.bubbles:
        assert left <= bubble.x <= right
        assert top <= bubble.y <= bottom
    assert first.high < first.y < first.low <= bottom
