"""Why a person is a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strategies.identity import log_of, people
from tests.strategies.log import import_rows
from waypost.errors import NotFoundError
from waypost.identity import explain
from waypost.journeys import EventLog

SEEN = [
    (10, {"user_id": "u1", "email": "a@x.de"}),
    (20, {"user_id": "u1", "email": "a@x.de"}),
    (30, {"user_id": "u2", "email": "a@x.de"}),
    (40, {"anonymous_id": "null", "user_id": "u1"}),
    (50, {"email": "a@x.de"}),
]


def test_the_story_names_identifiers_edges_and_what_was_demoted(tmp_path: Path) -> None:
    log = log_of(tmp_path, SEEN)
    story = explain(people(log), log, "email", " A@x.de")
    assert story.asked.value == "a@x.de"
    assert {(one.kind, one.value) for one in story.identifiers} == {
        ("user_id", "u1"),
        ("email", "a@x.de"),
    }
    assert (story.events, story.first_at.second, story.last_at.second) == (4, 10, 50)
    told = {(e.one.value, e.other.value): e for e in story.edges}
    joined = told["a@x.de", "u1"]
    assert (joined.fate, joined.events, joined.sources) == ("joined", 2, ("shop",))
    assert (joined.first_at.second, joined.last_at.second) == (10, 20)
    demoted = told["a@x.de", "u2"]
    assert demoted.fate == "demoted"
    assert "user_id" in demoted.reason
    assert told["null", "u1"].fate == "blocked"


def test_every_source_of_an_edge_is_named(tmp_path: Path) -> None:
    log = EventLog.open(tmp_path)
    for source in ("till", "crm"):
        row = {"key": "1", "id.email": "a@x.de", "id.phone": "+491"}
        import_rows(log, source, [row], source=source)
    (edge,) = explain(people(log), log, None, "+491").edges
    assert edge.sources == ("crm", "till")


def test_a_person_is_found_by_any_identifier_and_by_id(tmp_path: Path) -> None:
    log = log_of(tmp_path, SEEN)
    persons = people(log)
    story = explain(persons, log, None, "u1")
    assert explain(persons, log, None, story.person_id).identifiers == story.identifiers


def test_nobody_has_a_story_too(tmp_path: Path) -> None:
    log = log_of(tmp_path, SEEN)
    story = explain(people(log), log, "anonymous_id", "null")
    assert (story.person, story.person_id, story.events) == (-1, "", 0)
    assert story.asked.standing == "blocked"
    assert story.asked.reason


def test_an_unknown_identifier_or_kind_is_not_found(tmp_path: Path) -> None:
    log = log_of(tmp_path, SEEN)
    persons = people(log)
    with pytest.raises(NotFoundError, match=r"nobody@x\.de"):
        explain(persons, log, None, "nobody@x.de")
    with pytest.raises(NotFoundError, match="'email'"):
        explain(persons, log, "emal", "a@x.de")
    with pytest.raises(NotFoundError):
        explain(persons, log, None, "p_zz")


def test_an_identifier_without_an_event_of_its_own_has_an_empty_story(tmp_path: Path) -> None:
    seen = [(1, {"user_id": "u1", "loyalty_card": f"card-{i}"}) for i in range(5)]
    log = log_of(tmp_path, seen)
    persons = people(log)
    stories = [explain(persons, log, "loyalty_card", f"card-{i}") for i in range(5)]
    assert sorted(story.events for story in stories) == [0, 0, 5, 5, 5]
