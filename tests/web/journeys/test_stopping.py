"""A question that nobody waits for any more is counted no further."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest

from waypost.app.studio import asking, questions_under_way
from waypost.app.studio.permissions import Role
from waypost.errors import CancelledError
from waypost.questions import Breakdown, Volumes

PATIENCE = 0.05


@dataclass(frozen=True, slots=True)
class Endless(Breakdown):
    """Asks its inner question again and again."""

    name = "endless"

    def answer(self, ask):
        while True:
            ask(self.question)


@pytest.fixture
def question(request):
    """A question of its own for every test, since answers under way are shared."""
    return Endless(Volumes(), request.node.name)


def asked(studio, question, role=Role.OWNER):
    found = asking.answer_soon(studio.site, studio.actor(role), question, patience=PATIENCE)
    assert not found.ready.is_set()
    return found


def computing():
    return [one for one in threading.enumerate() if one.name == "waypost-answer"]


def ended(found):
    assert found.ready.wait(5)
    with pytest.raises(CancelledError):
        found.settled()
    for thread in computing():
        thread.join(5)
    return not computing()


def test_stop_ends_the_computation(studio, question):
    found = asked(studio, question)
    assert computing()
    asking.let_go(studio.site, studio.actor(), found.id)
    assert ended(found)


def test_the_button_ends_the_computation(studio, question):
    found = asked(studio, question)
    client = studio.client()
    told = client.post(f"/w/{studio.slug}/journeys/answers/{found.id}/stop")
    assert told.status_code == 200
    assert ended(found)


def test_what_somebody_else_waits_for_goes_on(studio, question):
    found = asked(studio, question)
    assert asked(studio, question, Role.VIEWER) is found
    asking.let_go(studio.site, studio.actor(), found.id)
    assert not found.ready.wait(0.3)
    asking.let_go(studio.site, studio.actor(Role.VIEWER), found.id)
    assert ended(found)


def test_leaving_the_page_ends_the_computation(studio, question, monkeypatch):
    monkeypatch.setattr(questions_under_way, "LEASE_SECONDS", 0.3)
    assert ended(asked(studio, question))


def test_a_page_that_asks_again_keeps_it_going(studio, question, monkeypatch):
    monkeypatch.setattr(questions_under_way, "LEASE_SECONDS", 0.5)
    found = asked(studio, question)
    for _ in range(8):
        time.sleep(0.1)
        assert asked(studio, question) is found
    assert ended(found)


def test_a_stopped_question_can_be_asked_again(studio, question):
    found = asked(studio, question)
    asking.let_go(studio.site, studio.actor(), found.id)
    assert ended(found)
    again = asked(studio, question)
    assert again is not found
    asking.let_go(studio.site, studio.actor(), again.id)
    assert ended(again)
