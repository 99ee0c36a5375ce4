"""The local engine: same answer for any number of threads and shards, filters, hidden persons."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tests.strategies.journeys_in_memory import MemorySnapshot, events_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import CancelledError, RuleError
from waypost.model import Step, Touchpoint
from waypost.questions import (
    Abandonment,
    ArrayShard,
    DropOff,
    Funnel,
    Paths,
    StepFlow,
    TimeBetween,
    Transitions,
    Volumes,
)

QUESTIONS = (
    Funnel(["a", "b", "c"], within="1h"),
    Transitions(by="event"),
    Paths(by="event", top=7),
    DropOff(by="event", quiet="1h"),
    TimeBetween("a", "b"),
    Abandonment(["a"], "d", within="1h"),
    StepFlow(quiet="1h"),
    Volumes(by="event"),
)
TOUCHPOINTS = (
    Touchpoint("", {}),
    *(Touchpoint(f"t{n}", {}, step=f"s{n}") for n in (1, 2, 3)),
)
STEPS = (Step("", {}, ""), *(Step(f"s{n}", {}, "") for n in (1, 2, 3)))


def _shard(persons, seed=5, **other):
    random = np.random.default_rng(seed)
    sizes = random.integers(0, 9, persons)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    at = np.concatenate(
        [np.sort(random.integers(0, 90_000, size)) for size in sizes] or [np.zeros(0)]
    )
    code = random.integers(0, 4, int(offsets[-1])).astype(np.uint8)
    same = {"touchpoint": code, "stage": code, "channel": code % 2}
    return ArrayShard(offsets, at.astype(np.int32), code, **same, **other)


def _snapshot(shards):
    return MemorySnapshot(
        shards, touchpoints=TOUCHPOINTS, steps=STEPS, data_until_us=90_000 * 1_000_000
    )


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_any_number_of_threads_and_pieces_gives_the_same_answer(question):
    snapshot = _snapshot([_shard(120_000)])
    one = LocalEngine(threads=1).run(question, snapshot)
    three = LocalEngine(threads=3).run(question, snapshot)
    assert one.to_json() == three.to_json()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_store_without_persons_has_an_answer(question):
    result = LocalEngine().run(question, _snapshot([]))
    counts = [v for k, v in result.columns.items() if k in {"persons", "count", "ended", "events"}]
    assert sum(int(column.sum()) for column in counts) == 0
    assert result.to_json()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_hidden_persons_are_counted_in_their_other_shard_only(question):
    whole = _shard(300)
    hidden = np.zeros(300, np.uint8)
    hidden[:10] = 1
    base = _shard(300, hidden=hidden)
    end = int(whole.offsets[10])
    overlay = ArrayShard(
        whole.offsets[:11],
        whole.at[:end],
        whole.event[:end],
        touchpoint=whole.touchpoint[:end],
        channel=whole.channel[:end],
    )
    moved = LocalEngine().run(question, _snapshot([base, overlay]))
    assert moved.to_json() == LocalEngine().run(question, _snapshot([whole])).to_json()


def test_where_makes_other_events_disappear():
    snapshot = snapshot_of(events_of("a1 b2 c3"), names="abc")
    result = LocalEngine().run(Transitions(by="event", where="event in ('a', 'c')"), snapshot)
    assert (result.columns["from"], result.columns["to"]) == (("a",), ("c",))


def test_a_segment_keeps_persons_with_any_such_event():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("a1 c2"), names="abc")
    result = LocalEngine().run(Transitions(by="event", segment="event = 'c'"), snapshot)
    assert result.columns["to"] == ("c",)


def test_a_period_leaves_events_outside_it_out():
    day = 86_400
    snapshot = snapshot_of([(0, "a"), (day, "b"), (2 * day, "c")], names="abc", zone="UTC")
    question = Transitions(by="event", since="1970-01-02", until="1970-01-03")
    result = LocalEngine().run(question, snapshot)
    assert (result.columns["from"], result.columns["to"]) == (("b",), ("c",))


def test_a_step_may_be_a_condition():
    snapshot = snapshot_of(events_of("a1 b2"), events_of("b1 a2"), names="ab")
    question = Funnel(["event = 'a' and channel = 'web'", "b"], within="1h")
    result = LocalEngine().run(question, _with_channels(snapshot))
    assert result.columns["persons"].tolist() == [2, 1]


def _with_channels(snapshot):
    shard = snapshot.shards[0]
    shard.channel = np.zeros(shard.at.size, np.uint8)
    return snapshot


def test_masks_may_be_handed_in():
    class Second:
        def event_mask(self, _condition, events):
            return (np.arange(events.at.size) == 1).astype(np.uint8)

    snapshot = snapshot_of(events_of("a1 b2 c3"), names="abc")
    question = Volumes(by="event", where="anything")
    result = LocalEngine().run(question, snapshot, masks=Second())
    assert result.columns["events"].tolist() == [0, 1, 0]


def test_a_condition_that_does_not_parse_is_refused():
    snapshot = snapshot_of(events_of("a1"), names="a")
    with pytest.raises(RuleError):
        LocalEngine().run(Transitions(by="event", where="event ="), snapshot)


def test_events_without_a_person_count_in_volumes_only():
    snapshot = snapshot_of(events_of("a1 b2"), names="ab")
    at, code = np.array([5, 6], np.int32), np.array([1, 1], np.uint8)
    snapshot.volume = ArrayShard(np.array([0, 2]), at, code, touchpoint=code)
    volumes = LocalEngine().run(Volumes(by="event"), snapshot)
    assert volumes.columns["anonymous_events"].tolist() == [0, 2]
    assert volumes.columns["events"].tolist() == [1, 1]
    assert volumes.columns["persons"].tolist() == [1, 1]


def test_asking_about_a_segment_leaves_anonymous_events_out():
    snapshot = snapshot_of(events_of("a1 b2"), names="ab")
    at, code = np.array([5], np.int32), np.array([1], np.uint8)
    snapshot.volume = ArrayShard(np.array([0, 1]), at, code)
    result = LocalEngine().run(Volumes(by="event", segment="event = 'a'"), snapshot)
    assert result.columns["anonymous_events"].sum() == 0


def test_importing_questions_and_engines_does_not_import_numba():
    script = "import waypost.questions, waypost.engines, sys; print('numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False"


class _StopsAfter:
    """Hears of pieces and has enough after some of them."""

    def __init__(self, most):
        self.total, self.done, self._most = 0, 0, most

    def start(self, _task, total):
        self.total = total

    def advance(self, amount):
        self.done += amount
        if self.done >= self._most:
            raise CancelledError("Stopped.")

    def finish(self):
        self.done = -1


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stopped_question_counts_no_further_pieces(threads):
    progress = _StopsAfter(3)
    snapshot = _snapshot([_shard(50, seed) for seed in range(12)])
    with pytest.raises(CancelledError):
        LocalEngine(threads, progress).run(Funnel(["a", "b"]), snapshot)
    assert progress.total == 12
    assert 3 <= progress.done <= 3 + threads - 1


def test_progress_hears_of_every_piece():
    progress = _StopsAfter(10**9)
    heard = []
    progress.finish = lambda: heard.append(progress.done)
    snapshot = _snapshot([_shard(50, seed) for seed in range(12)])
    LocalEngine(2, progress).run(Transitions(by="event"), snapshot)
    assert heard == [12]
