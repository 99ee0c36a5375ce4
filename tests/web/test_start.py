"""The overview: what changed, the maps, the state of the data; the empty one teaches."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest

from tests.studio_fixtures import SLUG, Studio
from waypost.app.studio.accounts import change_profile
from waypost.app.studio.map_making import NewMap, create_map
from waypost.app.studio.map_numbers import numbers_of
from waypost.app.studio.maps import delete_map, list_maps
from waypost.app.studio.overview import overview
from waypost.app.studio.permissions import Role
from waypost.app.studio.site import slug_of

HOME = f"/w/{SLUG}"


def test_an_empty_workspace_shows_three_steps_and_the_button(empty_studio: Studio):
    text = empty_studio.client().get(HOME).text
    assert "Your first map begins with your files." in text
    assert text.count("<li><b>") == 3
    assert f'class="btn btn-main" href="{HOME}/data"' in text


def test_a_viewer_of_an_empty_workspace_is_told_who_can_begin(empty_studio: Studio):
    text = empty_studio.client(Role.VIEWER).get(HOME).text
    assert "An editor or an owner of the workspace can add files." in text
    assert f'href="{HOME}/data">' not in re.sub(r"<nav.*?</nav>", "", text, flags=re.DOTALL)


def test_the_figures_are_those_of_the_log(studio: Studio):
    seen = overview(studio.site, studio.actor())
    reports = studio.site.workspace(SLUG).log.batches()
    assert sum(one.source.files for one in seen.sources) == len(reports)
    known = studio.site.workspace(SLUG).snapshot.meta.persons
    assert seen.data.persons + seen.data.silent == known
    assert 0 <= seen.unbound < 0.05


def test_unbound_events_are_counted_as_the_store_has_them(studio: Studio):
    snapshot = studio.site.workspace(SLUG).snapshot
    codes = [code for shard in snapshot.shards for code in shard.touchpoint.tolist()]
    share = codes.count(0) / len(codes)
    assert overview(studio.site, studio.actor()).unbound == pytest.approx(share)


def test_a_source_that_others_have_outrun_is_named(studio: Studio):
    seen = overview(studio.site, studio.actor())
    latest = sorted(one.last_at for one in seen.sources if one.last_at)[-2]
    for one in seen.sources:
        silence = latest - one.last_at if one.last_at else timedelta(0)
        usual = timedelta(microseconds=one.source.last_at - one.source.first_at)
        usual /= max(one.source.stored - 1, 1)
        assert one.is_quiet is (silence > timedelta(days=3) and silence > 4 * usual)
    quiet = [one for one in seen.sources if one.is_quiet]
    assert [one for one in seen.news if one.kind == "quiet"] != [] or not quiet


def test_the_head_says_since_when_after_a_second_visit(studio: Studio):
    visitor = studio.new_user("visitor", role=Role.VIEWER)
    client = studio.client_of(visitor)
    assert "<h1>At a glance</h1>" in client.get(HOME).text
    studio.clock.ahead += timedelta(days=2)
    assert re.search(r"<h1>Since \w+day \d+ \w+</h1>", client.get(HOME).text)


def test_a_map_that_nobody_opened_is_counted_behind_the_page(studio: Studio):
    site, actor = studio.site, studio.actor()
    made = create_map(site, actor, NewMap("data", language="en"))
    client = studio.client()
    assert 'hx-trigger="load delay' in client.get(HOME).text
    until, text = time.monotonic() + 120, ""
    while time.monotonic() < until:
        text = client.get(HOME).text
        if 'hx-trigger="load delay' not in text:
            break
        time.sleep(0.2)
    reading = numbers_of(site, actor, made).reading
    assert f'<td class="n">{reading.head.persons:,}</td>' in text
    assert next(one for one in list_maps(site, actor)).persons == reading.head.persons
    delete_map(site, actor, made)


def test_what_hurts_most_is_what_the_map_says_the_dearest_first(studio: Studio):
    site, actor = studio.site, studio.actor()
    made = create_map(site, actor, NewMap("data", language="en"))
    reading = numbers_of(site, actor, made).reading
    marks = [
        (card.value_minor or 0, card.persons)
        for step in reading.steps
        for cards in step.cells.values()
        for card in cards
        if card.kind == "mark" and card.persons >= 5
    ]
    seen = overview(site, actor)
    assert not seen.is_counting
    assert [pain.persons for pain in seen.pains] == [
        persons for _, persons in sorted(marks, reverse=True)[: len(seen.pains)]
    ]
    assert len(seen.pains) == min(5, len(marks))
    delete_map(site, actor, made)


def test_the_overview_speaks_german(studio: Studio):
    visitor = studio.new_user("leserin", role=Role.VIEWER)
    change_profile(studio.site, visitor.id, language="de")
    text = studio.client_of(visitor).get(HOME).text
    for words in ("Zustand der Daten", "Letztes Ereignis", "Für mich", "in Quarantäne"):
        assert words in text


def test_members_see_no_buttons_for_what_they_may_not(studio: Studio):
    text = studio.client(Role.COMMENTER).get(HOME).text
    assert "Add data" not in text
    assert "New map" not in text


def test_the_site_sees_a_changed_setting_at_once(empty_studio: Studio):
    site = empty_studio.site
    before = site.workspace(SLUG)
    assert site.workspace(SLUG) is before
    before.change(currency="CHF")
    assert site.workspace(SLUG).settings.currency == "CHF"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("shop", "shop"),
        ("Mein Laden!", "mein-laden"),
        ("…", "workspace"),
        ("Öl & Rad 2", "l-rad-2"),
    ],
)
def test_a_workspace_s_address_is_plain(tmp_path, name: str, slug: str):
    assert slug_of(tmp_path / name) == slug
