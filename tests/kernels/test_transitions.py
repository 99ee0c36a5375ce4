"""Transitions equal their slow twin, conserve, and merge."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.transitions import edge_durations, transitions
from tests.strategies.coded_journeys import cases, halves, relaxed
from waypost.kernels.bits import kept_bytes
from waypost.kernels.bytes_at_once import move_kept, within
from waypost.kernels.coded import ALL, SKIP, CodedJourneys, EventChoice
from waypost.kernels.jit import kernel
from waypost.kernels.transitions import count_transitions, time_edges
from waypost.kernels.transitions_kept import count_kept


def _times(case, coded=None):
    journeys = case.journeys() if coded is None else coded
    edges = count_transitions(journeys).edges
    return time_edges(journeys, case.at(), edges=edges, precision=5, ticks_per_second=1)


@relaxed
@given(cases())
def test_counts_equal_the_slow_twin(case):
    counts = count_transitions(case.journeys())

    edges, starts, ends = transitions(case.kept_nodes())
    found = {(int(a), int(b)): int(counts.edges[a, b]) for a, b in np.argwhere(counts.edges)}
    assert found == dict(edges)
    assert dict(enumerate(counts.starts)) == {n: starts[n] for n in range(case.nodes)}
    assert dict(enumerate(counts.ends)) == {n: ends[n] for n in range(case.nodes)}


@relaxed
@given(cases(plain=True))
def test_the_fast_way_equals_the_filtered_way(case):
    fast = count_transitions(case.journeys())
    everybody = case.journeys()
    slow = count_transitions(
        type(everybody)(
            everybody.offsets,
            everybody.codes,
            everybody.lookup,
            everybody.nodes,
            np.ones(len(case.persons), np.uint8),
            everybody.events,
        )
    )
    assert np.array_equal(fast.edges, slow.edges)
    assert (fast.persons, fast.linked) == (slow.persons, slow.linked)


@relaxed
@given(cases())
def test_every_node_conserves(case):
    counts = count_transitions(case.journeys())

    inflow, outflow = counts.edges.sum(axis=0), counts.edges.sum(axis=1)
    assert np.array_equal(counts.starts + inflow, counts.ends + outflow)


@relaxed
@given(cases())
def test_transitions_come_from_persons_with_two_events(case):
    counts = count_transitions(case.journeys())

    sizes = [len(person) for person in case.kept_nodes()]
    assert counts.edges.sum() == sum(max(size - 1, 0) for size in sizes)
    assert counts.linked == sum(size > 1 for size in sizes)
    assert counts.persons == sum(size > 0 for size in sizes)


@relaxed
@given(cases(), st.integers(0, 6))
def test_pieces_add_up_in_either_order(case, cut):
    whole = count_transitions(case.journeys())

    one, other = (count_transitions(piece) for piece in halves(case.journeys(), cut))
    assert np.array_equal((one + other).edges, whole.edges)
    assert np.array_equal((other + one).starts, whole.starts)


@relaxed
@given(cases())
def test_times_hold_the_exact_least_greatest_and_mean(case):
    found = _times(case)

    expected = edge_durations(case.kept_nodes())
    keys = {(int(key) // case.nodes, int(key) % case.nodes): i for i, key in enumerate(found.keys)}
    assert set(keys) == set(expected)
    exact = {edge: (min(d), max(d), pytest.approx(np.mean(d))) for edge, d in expected.items()}
    times = found.times
    mean = times.mean()
    assert {e: (times.least[i], times.greatest[i], mean[i]) for e, i in keys.items()} == exact


@relaxed
@given(cases(), st.integers(0, 6))
def test_times_of_pieces_add_up(case, cut):
    whole = _times(case)

    pieces = [_times(case, piece) for piece in halves(case.journeys(), cut)]
    both = reduce(add, pieces)
    assert np.array_equal(both.keys, whole.keys)
    assert np.array_equal(both.times.counts, whole.times.counts)
    assert np.array_equal(both.times.least, whole.times.least)


def test_a_code_beyond_the_nodes_is_no_node():
    lookup = np.full(256, SKIP, np.uint16)
    lookup[:2] = (0, 1)
    codes = np.array([1, 9], np.uint8)
    counts = count_transitions(CodedJourneys(np.array([0, 2]), codes, lookup, 2, ALL, ALL))

    assert counts.edges.sum() == 0
    assert counts.persons == 1


@pytest.mark.parametrize("most", [1, 3, 63, 64, 200])
@pytest.mark.parametrize("as_nodes", ["each", "joined", "some left out"])
def test_every_way_to_count_agrees_on_long_logs(most, as_nodes):
    """More events than counters of 16 bits hold, one journey with nearly all of one pair."""
    random = np.random.default_rng(most)
    sizes = np.concatenate([random.geometric(0.05, 3_000) - 1, [300_001], [0, 1, 2, 0]])
    offsets = np.concatenate([[5], 5 + np.cumsum(sizes)]).astype(np.int64)
    codes = random.integers(0, most, offsets[-1] + 7).astype(np.uint8)
    node_of = {"each": np.arange(200), "joined": np.arange(200) % 7}.get(as_nodes, np.arange(200))
    lookup = np.append(node_of, np.full(56, SKIP)).astype(np.uint16)
    if as_nodes == "some left out":
        lookup[0] = SKIP
    plain = CodedJourneys(offsets, codes, lookup, 200, ALL, ALL)
    masked = CodedJourneys(offsets, codes, lookup, 200, np.ones(sizes.size, np.uint8), ALL)

    one, other = count_transitions(plain), count_transitions(masked)
    assert np.array_equal(one.edges, other.edges)
    assert np.array_equal(one.starts, other.starts)
    assert np.array_equal(one.ends, other.ends)
    assert (one.persons, one.linked) == (other.persons, other.linked)


@pytest.mark.parametrize("chosen", ["mask", "choice", "neither"])
@pytest.mark.parametrize("some", [False, True])
def test_many_blocks_of_events_equal_the_slow_twin(chosen, some):
    """Journeys of more events than are kept together, and one that is longer than that."""
    random = np.random.default_rng(3)
    sizes = np.append(random.geometric(0.3, 60_000) - 1, 90_000)
    random.shuffle(sizes)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    codes = random.integers(0, 6, offsets[-1]).astype(np.uint8)
    others = random.integers(0, 4, offsets[-1]).astype(np.uint8)
    lookup = np.full(256, SKIP, np.uint16)
    lookup[[0, 1, 3, 4]] = [2, 0, 1, 1]
    table = np.array([0, 1, 1, 0], np.uint8)
    persons = (random.random(sizes.size) < 0.6).astype(np.uint8) if some else ALL
    existing = table[others] if chosen != "neither" else np.ones(codes.size, np.uint8)
    choice = EventChoice.of(others, table) if chosen == "choice" else None
    mask = existing if chosen == "mask" else ALL
    counts = count_transitions(CodedJourneys(offsets, codes, lookup, 3, persons, mask, choice))

    person = np.repeat(np.arange(sizes.size), sizes)
    kept = (existing > 0) & (lookup[codes] < 3)
    if some:
        kept &= persons[person] > 0
    person, node = person[kept], lookup[codes[kept]].astype(int)
    same = person[1:] == person[:-1]
    edges = np.zeros((3, 3), int)
    np.add.at(edges, (node[:-1][same], node[1:][same]), 1)
    first = np.concatenate([[True], ~same])
    assert np.array_equal(counts.edges, edges)
    assert counts.starts.tolist() == np.bincount(node[first], minlength=3).tolist()
    assert counts.ends.sum() == counts.persons == first.sum()
    assert counts.linked == np.count_nonzero(np.bincount(person) > 1)


@kernel
def _all_kept(words, masks, into):
    for k in range(words.size):
        into[k] = kept_bytes(words[k], masks[k])


def test_the_instruction_keeps_the_bytes_that_the_loop_keeps():
    random = np.random.default_rng(3)
    words = random.integers(0, 1 << 63, 200, np.uint64)
    masks = (random.integers(0, 2, (200, 8), np.uint8) * np.uint8(255)).view(np.uint64).ravel()
    found = np.zeros(200, np.uint64)
    _all_kept(words, masks, found)
    chosen = masks.view(np.uint8) > 0
    by_hand = [
        bytes(one[keep]).ljust(8, b"\0")
        for one, keep in zip(
            words.view(np.uint8).reshape(-1, 8), chosen.reshape(-1, 8), strict=True
        )
    ]
    assert found.tobytes() == b"".join(by_hand)
    looped = [int(kept_bytes(*both)) for both in zip(words, masks, strict=True)]
    assert looped == found.tolist()


@kernel
def _between_kept(codes, words, bits, kept, to):
    move_kept(words, 3, bits, kept, to)
    return within(codes, 3, np.uint8(100), np.uint8(90)), within(codes, 3, np.uint8(0), np.uint8(9))


@pytest.mark.parametrize("bits", [0, 1, 1 << 63, (1 << 64) - 1, 0x9E3779B97F4A7C15])
def test_the_instructions_for_64_bytes_give_what_each_byte_gives(bits):
    codes = np.random.default_rng(bits & 7).integers(0, 256, 80, np.uint8)
    chosen = [k for k in range(64) if bits >> k & 1]
    kept = [np.zeros(80, np.uint8) for _ in range(2)]
    words, *into = (np.ndarray(73, np.uint64, array, strides=(1,)) for array in (codes, *kept))
    found = _between_kept(codes, words, np.uint64(bits), into[0], 5)
    move_kept(words, 3, np.uint64(bits), into[1], 5)
    for some in kept:
        assert some[5 : 5 + len(chosen)].tolist() == codes[3:67][chosen].tolist()
    for truth, first, more in zip(found, (100, 0), (90, 9), strict=True):
        assert truth == within(codes, 3, np.uint8(first), np.uint8(more))
        assert truth == sum(1 << k for k in range(64) if first <= codes[3 + k] <= first + more)


def _is_at_once(journeys):
    return count_kept(journeys, np.zeros((7, 5), np.int64), np.zeros(2, np.int64))


@pytest.mark.parametrize("kept", [(0, 1, 2), (1, 3, 5, 7), (), (0, 2, 4, 6, 7, 90)])
def test_sixty_four_events_at_once_give_what_each_alone_gives(kept):
    random = np.random.default_rng(len(kept))
    sizes = random.geometric(0.05, 400) - 1
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    codes, channels = (random.integers(0, 12, offsets[-1], np.uint8) for _ in range(2))
    persons = random.integers(0, 2, sizes.size, np.uint8)
    lookup = np.full(256, SKIP, np.uint16)
    lookup[:12] = [0, 1, 2, 2, SKIP, 3, 4, SKIP, 1, 0, 0, 3]
    choice = EventChoice.of(channels, np.isin(np.arange(100), kept).astype(np.uint8))
    journeys = CodedJourneys(offsets, codes, lookup, 5, persons, ALL, choice)
    wide = CodedJourneys(offsets, codes.astype(np.uint16), lookup, 5, persons, ALL, choice)
    at_once, alone = count_transitions(journeys), count_transitions(wide)
    assert _is_at_once(journeys) == (len(kept) <= 5)
    assert not _is_at_once(wide)
    assert np.array_equal(at_once.edges, alone.edges)
    assert np.array_equal(at_once.starts, alone.starts)
    assert np.array_equal(at_once.ends, alone.ends)
    assert (at_once.persons, at_once.linked) == (alone.persons, alone.linked)
