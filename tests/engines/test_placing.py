"""Threads of one question work on different processors, and afterwards run where they might."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from waypost.engines import placing
from waypost.engines.crew import each
from waypost.engines.placing import anywhere

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs two processors"
)


def _seen(work=lambda: os.sched_getaffinity(0)):
    """What the asker and one helper find, each while the other works too."""
    both = threading.Barrier(2, timeout=20)
    found = {}

    def one(_: int) -> None:
        both.wait()
        found[threading.get_ident()] = work()
        both.wait()

    each(2, one, [1, 2])
    asker = found.pop(threading.get_ident())
    return asker, *found.values()


def test_the_asker_stays_where_it_is_and_the_helper_elsewhere():
    allowed = os.sched_getaffinity(0)
    for _ in range(3):
        asker, helper = _seen()
        assert len(asker) == 1
        assert helper == allowed - asker
        assert os.sched_getaffinity(0) == allowed


def test_nobody_is_moved_where_the_asker_has_one_processor():
    allowed = os.sched_getaffinity(0)
    one = set(sorted(allowed)[:1])
    os.sched_setaffinity(0, one)
    try:
        assert _seen()[0] == one
    finally:
        os.sched_setaffinity(0, allowed)
    asker, helper = _seen()
    assert asker | helper == allowed


def test_who_starts_threads_or_asks_again_is_free_before():
    allowed = os.sched_getaffinity(0)

    def started() -> set[int]:
        anywhere()
        found: list[set[int]] = []
        thread = threading.Thread(target=lambda: found.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join(20)
        return found[0]

    assert _seen(started) == (allowed, allowed)
    assert _seen(lambda: each(2, str, [1, 2]) and os.sched_getaffinity(0)) == (allowed, allowed)
    assert os.sched_getaffinity(0) == allowed


def test_a_thread_that_somebody_moves_meanwhile_is_left_there():
    allowed = os.sched_getaffinity(0)

    def move() -> set[int]:
        elsewhere = allowed - os.sched_getaffinity(0)
        os.sched_setaffinity(0, elsewhere)
        return elsewhere

    try:
        asker, _ = _seen(move)
        assert os.sched_getaffinity(0) == asker
    finally:
        os.sched_setaffinity(0, allowed)


def test_a_failed_question_frees_the_asker():
    allowed = os.sched_getaffinity(0)
    with pytest.raises(ZeroDivisionError):
        each(2, lambda item: 1 // item, [0, 0])
    assert os.sched_getaffinity(0) == allowed


def test_answers_come_where_threads_may_not_be_moved(monkeypatch):
    def forbidden(*_: object) -> None:
        raise PermissionError

    for name in ("sched_setaffinity", "sched_getaffinity"):
        monkeypatch.setattr(os, name, forbidden)
        assert each(2, str, range(5)) == ["0", "1", "2", "3", "4"]
    monkeypatch.setattr(placing, "_CURRENT", None)
    assert each(2, str, range(5)) == ["0", "1", "2", "3", "4"]
