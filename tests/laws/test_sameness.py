"""What must not matter does not: how a store is laid, when its clock began, what is hidden."""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.laws import (
    EXAMPLES,
    Event,
    ask,
    counts_of,
    few,
    fewer,
    filters,
    law,
    snapshot_from,
    told,
    worlds,
)
from waypost.engines import LocalEngine
from waypost.questions import ArrayShard, DropOff, Piece, question_from_dict

GOVERN_ENTRIES = (
    *("abandonment", "attribution", "cohorts", "funnel", "micro_conversions", "repeat"),
    "retention",
)
"""In these, since and until say when somebody enters, not which events exist."""
UNSEEN = {
    "drop_off": 1,
    "flow": 1,
    "step_flow": 1,
    "hand_overs": 1,
    "instead": 1,
    "time_between": 0,
}
"""Questions that wait for something, by how many ticks before the end of the period they see.

A wait lasts until the end; that something came in time is known of ticks before the end only.
"""
WINDOWS = ("6h", "12h", "1d")
WATCHED = {
    "hand_overs": lambda window: replace(EXAMPLES["hand_overs"], goal_within=window),
    "instead": lambda window: DropOff(by="event", after="event:a", target="event:b", within=window),
}
every_question = pytest.mark.parametrize("name", sorted(EXAMPLES))
ARRAYS = ("at", "event", "channel", "touchpoint", "stage", "source", "value", "rating", "row")


def for_question(name, chosen):
    """The filters that the question takes."""
    return {k: v for k, v in chosen.items() if not (name == "sessions" and k == "unit")}


@law("hidden-is-absent")
@every_question
@fewer
@given(worlds(), filters())
def test_persons_are_counted_once_wherever_they_lie(name, world, chosen):
    question, chosen = EXAMPLES[name], for_question(name, chosen)
    spread = ask(question, world.snapshot, **chosen)
    assert told(spread) == told(ask(question, world.alone, **chosen))


@law("order-of-shards")
@every_question
@fewer
@given(worlds(), filters(), st.permutations([0, 1, 2]))
def test_the_order_of_shards_does_not_matter(name, world, chosen, order):
    question, chosen, shop = EXAMPLES[name], for_question(name, chosen), world.snapshot
    turned = replace(shop, shards=[shop.shards[place] for place in order])
    assert told(ask(question, shop, **chosen)) == told(ask(question, turned, **chosen))


@law("pieces-and-threads")
@every_question
@fewer
@given(worlds(), filters(units=False))
def test_ranges_of_persons_and_threads_do_not_matter(name, world, chosen):
    shop = world.snapshot
    pieces = [
        Piece(shard, first, first + 1)
        for shard in shop.shards
        for first in range(shard.offsets.size - 1)
    ]
    cut = replace(shop, shards=pieces)
    whole = ask(EXAMPLES[name], shop, **chosen)
    assert told(whole) == told(ask(EXAMPLES[name], cut, **chosen))
    threads = LocalEngine(threads=3).run(replace(EXAMPLES[name], **chosen), cut)
    assert told(whole) == told(threads)


@law("order-of-persons")
@every_question
@fewer
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_persons_does_not_matter(name, world, chance):
    turned = list(world.persons)
    chance.shuffle(turned)
    other = snapshot_from([(turned, [])], world.nobody, world.until)
    assert told(ask(EXAMPLES[name], world.alone)) == told(ask(EXAMPLES[name], other))


@law("a-filter-deletes-events")
@every_question
@fewer
@given(worlds(), st.sampled_from(["web", "email"]))
def test_what_a_condition_leaves_out_might_as_well_not_be_there(name, world, channel):
    code = ("web", "email").index(channel)
    left = [[e for e in person if e.channel == code] for person in world.persons]
    nobody = [event for event in world.nobody if event.channel == code]
    without = snapshot_from([(left, [])], nobody, world.until)
    filtered = ask(EXAMPLES[name], world.snapshot, where=f"channel = '{channel}'")
    assert told(filtered) == told(ask(EXAMPLES[name], without))


@law("a-segment-deletes-persons")
@every_question
@fewer
@given(worlds(), st.booleans())
def test_persons_outside_a_segment_might_as_well_not_be_there(name, world, never):
    left = [p for p in world.persons if any(event.code == 0 for event in p) != never]
    without = snapshot_from([(left, [])], (), world.until)
    segment = "never: event = 'a'" if never else "event = 'a'"
    filtered = ask(EXAMPLES[name], world.snapshot, segment=segment)
    assert told(filtered) == told(ask(EXAMPLES[name], without))


@law("a-period-deletes-events")
@pytest.mark.parametrize("name", sorted({*EXAMPLES, *WATCHED} - set(GOVERN_ENTRIES)))
@fewer
@given(worlds(), st.sampled_from(WINDOWS))
def test_events_outside_the_period_might_as_well_not_be_there(name, world, window):
    day = range(6 * 3600, 48 * 3600)
    left = [[event for event in person if event.at in day] for person in world.persons]
    nobody = [event for event in world.nobody if event.at in day]
    until = min(world.until, day.stop - UNSEEN.get(name, 0)) if name in UNSEEN else world.until
    without = snapshot_from([(left, [])], nobody, until)
    question = WATCHED[name](window) if name in WATCHED else EXAMPLES[name]
    period = {"since": "1970-01-01T06:00:00+00:00", "until": "1970-01-02"}
    filtered = ask(question, world.snapshot, **period)
    assert told(filtered) == told(ask(question, without))


def test_whose_time_runs_out_with_the_period_may_still_have_gone_on():
    late = snapshot_from([([[Event(86_400, 0)]], [])])
    for until, still_open in (("1970-01-02", 1), ("1970-01-02T00:00:01+00:00", 1), (None, 0)):
        facts = ask(WATCHED["instead"]("1d"), late, until=until).facts
        assert (facts["open"], facts["not_gone_on"]) == (still_open, 1 - still_open)


@law("persons-without-events")
@every_question
@fewer
@given(worlds(), filters())
def test_persons_without_events_do_not_matter(name, world, chosen):
    chosen = for_question(name, chosen)
    more = snapshot_from([([[], *world.persons, []], []), ([], [])], world.nobody, world.until)
    assert told(ask(EXAMPLES[name], more, **chosen)) == told(
        ask(EXAMPLES[name], world.alone, **chosen)
    )


@law("where-the-clock-begins")
@every_question
@fewer
@given(worlds(), filters(), st.integers(-5_000, 40_000))
def test_the_instant_of_tick_zero_does_not_matter(name, world, chosen, ticks):
    shop, chosen = world.snapshot, for_question(name, chosen)
    moved = [_with(shard, at=(shard.at - ticks).astype(np.int32)) for shard in shop.shards]
    volume = _with(shop.volume, at=(shop.volume.at - ticks).astype(np.int32))
    other = replace(shop, shards=moved, volume=volume, epoch_us=ticks * 1_000_000)
    assert told(ask(EXAMPLES[name], shop, **chosen)) == told(ask(EXAMPLES[name], other, **chosen))


@law("weeks-later")
@every_question
@fewer
@given(worlds())
def test_the_same_journeys_weeks_later_give_the_same_counts(name, world):
    question, weeks = EXAMPLES[name], 4 * 7 * 86_400
    moved = [[replace(e, at=e.at + weeks) for e in person] for person in world.persons]
    later = snapshot_from([(moved, [])], (), world.until + weeks)
    before, after = ask(question, world.snapshot), ask(question, later)
    for share in question.shares:
        counts, others = counts_of(before, share), counts_of(after, share)
        assert sorted(counts.values()) == sorted(others.values())
        if "cohort" not in share.keys:
            assert counts == others


@law("finer-clock")
@every_question
@fewer
@given(worlds(), filters())
def test_a_finer_clock_gives_the_same_counts(name, world, chosen):
    question, shop, chosen = EXAMPLES[name], world.snapshot, for_question(name, chosen)
    finer = [_with(shard, at=(shard.at * 1_000).astype(np.int32)) for shard in shop.shards]
    other = replace(shop, shards=finer, ticks_per_second=1_000)
    coarse, fine = ask(question, shop, **chosen), ask(question, other, **chosen)
    for share in question.shares:
        named = share.of_unit(chosen.get("unit"))
        assert named.read(coarse) == named.read(fine)


@law("names-do-not-matter")
@every_question
@fewer
@given(worlds(), st.permutations(range(4)))
def test_the_order_of_names_in_the_dictionary_does_not_matter(name, world, order):
    question, shop = EXAMPLES[name], world.snapshot
    place = np.argsort(order).astype(np.uint8)
    moved = [_with(shard, event=place[shard.event]) for shard in shop.shards]
    volume = _with(shop.volume, event=place[shop.volume.event])
    other = replace(shop, shards=moved, volume=volume, events=tuple(shop.events[n] for n in order))
    before, after = ask(question, shop), ask(question, other)
    assert rows_of(before) == rows_of(after)


@law("everybody-twice")
@every_question
@fewer
@given(worlds(), filters(units=False))
def test_everybody_twice_doubles_counts_and_leaves_shares(name, world, chosen):
    question, alone = EXAMPLES[name], world.alone
    twice = replace(alone, shards=[*alone.shards, *alone.shards])
    once, both = ask(question, alone, **chosen), ask(question, twice, **chosen)
    for share in question.shares:
        counts = {key: 2 * count for key, count in counts_of(once, share).items()}
        assert counts == counts_of(both, share)
        wholes = {key: (2 * n, 2 * of) for key, (n, of) in share.read(once).items()}
        assert wholes == dict(share.read(both))
    keys = {key for share in question.shares for key in share.keys}
    single, double = _by_key(once, keys), _by_key(both, keys)
    assert single.keys() == double.keys()
    for key, row in single.items():
        shares = [n for n in row if n.startswith("share") and not n.endswith(("low", "high"))]
        assert [row[name] for name in shares] == [double[key][name] for name in shares]


@law("json-and-back")
@every_question
@fewer
@given(worlds(), filters())
def test_a_question_that_was_stored_gives_the_same_answer(name, world, chosen):
    question = replace(EXAMPLES[name], **for_question(name, chosen))
    again = question_from_dict(copy.deepcopy(question.to_dict()))
    assert ask(again, world.snapshot).to_json() == ask(question, world.snapshot).to_json()


@law("asked-twice")
@few
@given(worlds(), filters(), st.sampled_from(sorted(EXAMPLES)))
def test_asking_changes_nothing(world, chosen, name):
    shop, chosen = world.snapshot, for_question(name, chosen)
    before = [{key: getattr(shard, key).copy() for key in ARRAYS} for shard in shop.shards]
    first = ask(EXAMPLES[name], shop, **chosen).to_json()
    assert ask(EXAMPLES[name], shop, **chosen).to_json() == first
    for shard, kept in zip(shop.shards, before, strict=True):
        assert all(getattr(shard, key).tobytes() == kept[key].tobytes() for key in ARRAYS)


def _with(shard, **changed):
    arrays = {name: getattr(shard, name) for name in ARRAYS} | changed
    size = getattr(shard, "offsets", np.zeros(1, np.int64))
    kept = {"hidden": shard.hidden, "first_person": shard.first_person}
    plain = {name: arrays.pop(name) for name in ("at", "event")}
    return ArrayShard(size, **plain, **arrays, **kept)


def rows_of(result):
    """All rows of an answer whatever their order, without what equal counts decide by order."""
    counted = Counter()
    for row in result.rows():
        pair = row.get("kind") == "back_and_forth"
        if pair:
            row["node"], row["other"] = sorted((row["node"], row["other"]))
        row.pop("coverage", None)
        counted[repr(sorted(row.items()))] += 1
    return counted


def _by_key(result, keys):
    found = defaultdict(dict)
    for row in result.rows():
        found[repr([row[key] for key in sorted(keys)])] = row
    return found
