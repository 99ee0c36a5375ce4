"""Threads that stay: everything is done once, in order, and nobody waits for busy ones."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from waypost.engines.crew import each, summed


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("size", [0, 1, 2, 40])
def test_every_item_is_done_once_and_answers_keep_their_order(threads, size):
    assert each(threads, lambda item: item * item, range(size)) == [k * k for k in range(size)]
    assert sum(summed(threads, lambda item: item, range(size))) == sum(range(size))


def test_two_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=20)
    assert sorted(each(2, lambda item: both.wait() * 0 + item, [1, 2])) == [1, 2]


def test_a_question_asked_while_the_threads_are_busy_is_answered_by_its_own():
    begun, end = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        begun.set()
        assert end.wait(20)

    other = threading.Thread(target=lambda: each(2, hold, [1, 2]))
    other.start()
    assert begun.wait(20)
    assert each(2, str, range(9)) == [str(k) for k in range(9)]
    end.set()
    other.join()


@pytest.mark.parametrize("threads", [1, 2])
def test_what_fails_is_raised_and_the_rest_is_not_begun(threads):
    done = []

    def fail(item: int) -> None:
        done.append(item)
        raise ValueError(item)

    with pytest.raises(ValueError, match=r"^\d$"):
        each(threads, fail, range(9))
    assert len(done) <= threads


def test_work_inside_work_comes_to_an_end():
    found = each(3, lambda item: each(3, lambda other: item * other, range(4)), range(4))
    assert found == [[a * b for b in range(4)] for a in range(4)]


def _in_child(queue) -> None:
    queue.put(each(2, str, range(5)))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    each(2, str, range(5))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=20) == ["0", "1", "2", "3", "4"]
    child.join(20)
    assert child.exitcode == 0
