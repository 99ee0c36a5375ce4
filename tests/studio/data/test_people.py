"""Persons are pseudonymous; seeing who somebody is needs a right and is written down."""

import pytest

from waypost.app.studio import timeline
from waypost.app.studio.identity_telling import identifier_named, merges, who
from waypost.app.studio.identity_view import ask_who, find_by_identifier
from waypost.app.studio.jobs import job_now
from waypost.app.studio.permissions import Role
from waypost.app.studio.pseudonyms import masked, reference
from waypost.errors import ForbiddenError, NotFoundError


@pytest.fixture
def busiest(studio):
    return timeline.find_persons(studio.site, studio.actor(), order="events")[0][0]


def test_a_list_has_whoever_did_most_first(studio):
    found, count, silent = timeline.find_persons(studio.site, studio.actor(), order="events")
    assert count >= len(found) > 1
    assert 0 <= silent < count
    assert [one.events for one in found] == sorted((one.events for one in found), reverse=True)


def test_a_person_is_found_by_the_beginning_of_the_pseudonym(studio, busiest):
    found, count, _ = timeline.find_persons(
        studio.site, studio.actor(), begins=busiest.person[2:14]
    )
    assert (count, found[0].person) == (1, busiest.person)


def test_a_line_has_every_event_in_its_order(studio, busiest):
    line = timeline.timeline(studio.site, studio.actor(), busiest.person)
    assert len(line.happenings) == busiest.events == sum(line.channels.values())
    assert [one.at for one in line.happenings] == sorted(one.at for one in line.happenings)
    assert (line.happenings[0].at, line.happenings[-1].at) == (busiest.first_at, busiest.last_at)


def test_a_line_has_no_identifiers_unless_revealed(studio, busiest):
    line = timeline.timeline(studio.site, studio.actor(), busiest.person)
    assert all(not one.identifiers and not one.attributes for one in line.happenings)


def test_revealing_shows_identifiers_and_writes_down_who_looked(studio, busiest):
    actor = studio.actor()
    before = len(timeline.reveals_of(studio.site, actor, busiest.person))
    line = timeline.timeline(studio.site, actor, busiest.person, reveal=True)
    assert any(one.identifiers for one in line.happenings)
    noted = timeline.reveals_of(studio.site, actor, busiest.person)
    assert len(noted) == before + 1
    assert (noted[0].by_name, noted[0].person) == (actor.name, busiest.person)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COMMENTER, Role.VIEWER])
def test_without_the_right_nothing_is_revealed_and_nothing_written(studio, busiest, role):
    before = len(timeline.reveals_of(studio.site, studio.actor()))
    with pytest.raises(ForbiddenError):
        timeline.timeline(studio.site, studio.actor(role), busiest.person, reveal=True)
    with pytest.raises(ForbiddenError):
        find_by_identifier(studio.site, studio.actor(role), "anna@example.org")
    assert len(timeline.reveals_of(studio.site, studio.actor())) == before


def test_who_may_not_reveal_does_not_see_a_revealing_job(studio, busiest):
    job = ask_who(studio.site, studio.actor(), busiest.person, reveal=True)
    with pytest.raises(NotFoundError):
        job_now(studio.site, studio.actor(Role.EDITOR), job.id)


def test_a_story_is_masked_unless_revealed(studio, busiest):
    shop = studio.site.workspace(studio.slug)
    plain, open_ = who(shop, busiest.person), who(shop, busiest.person, reveal=True)
    values = {one["value"] for one in open_["identifiers"]}
    assert values
    assert not values & {one["value"] for one in plain["identifiers"]}
    told = str(plain)
    assert not [value for value in values if len(value) > 6 and value in told]


def test_a_reference_leads_back_to_its_identifier(studio, busiest):
    shop = studio.site.workspace(studio.slug)
    one = who(shop, busiest.person, reveal=True)["identifiers"][0]
    found = identifier_named(shop, busiest.person, one["reference"])
    assert found == (one["kind"], one["value"])
    assert reference(*found) == one["reference"]


def test_the_list_of_merges_has_the_latest_first_and_no_values(studio):
    told = merges(studio.site.workspace(studio.slug))
    times = [one["first_at"] for one in told["merges"]]
    assert times == sorted(times, reverse=True)
    assert all("…" in one["one"]["value"] for one in told["merges"])


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "anna@example.org", "a…@e….org"),
        ("phone", "+4989123456", "…56"),
        ("order_id", "12", "…"),
    ],
)
def test_a_mask_tells_too_little_to_know_whose_it_is(kind, value, shown):
    assert masked(kind, value) == shown
