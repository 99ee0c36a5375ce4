"""Whatever a chunk needs to be carried whole, journeys come out as the slow twin has them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.store import journeys_by_id, slow_journeys, slow_volume, volume_of
from tests.strategies.store import DICTIONARIES, SmallLog, ids_of, inputs_of
from waypost.journeys import NO_VALUE, EventBlock, build_snapshot
from waypost.journeys.store.packing import Span, packed
from waypost.kernels.store_build import AT, FORM_WORDS, HIGH, RATING, ROW, SEQ, VALUE, instants
from waypost.model import Stage, Touchpoint

NARROW = {"people": 6, "instants": 9, "unit": 1_000_000, "gap": 1, "codes": 2}
INSTANTS = st.sampled_from([9, 2**31, 2**33])
KINDS = st.fixed_dictionaries(
    {
        "people": st.sampled_from([1, 6]),
        "instants": INSTANTS,
        "unit": st.sampled_from([1_000_000, 1_000, 1]),
        "gap": st.sampled_from([1, 3, 2**22]),
        "codes": st.sampled_from([2, 255, 256, 700]),
        "line": st.booleans(),
        "values": st.booleans(),
        "ratings": st.booleans(),
        "before": st.booleans(),
    }
)


def block(kind: dict, rows: int, *, first_row: int, seed: int) -> EventBlock:
    """A block whose chunk needs some further words and not others."""
    random = np.random.default_rng(seed)
    row = first_row + np.arange(rows) * kind["gap"]
    at = random.integers(0, kind["instants"], rows)
    codes = {
        name: random.integers(0, kind["codes"], rows)
        for name in ("event", "channel", "touchpoint", "stage", "source")
    }
    value = random.choice([NO_VALUE, 0, -5, 2**62], rows)
    rating = random.choice([np.nan, -2.0, 0.5], rows).astype(np.float32)
    return EventBlock(
        person=random.integers(-1, kind["people"], rows).astype(np.int32),
        at=(at - (kind["instants"] // 2 if kind.get("before") else 0)) * kind["unit"],
        seq=7 + 16 * row if kind.get("line", True) else random.integers(-3, 3, rows),
        row=row,
        **{name: column.astype(np.uint16) for name, column in codes.items()},
        value=value if kind.get("values") else np.full(rows, NO_VALUE),
        rating=rating if kind.get("ratings") else np.full(rows, np.nan, dtype=np.float32),
    )


WIDE = replace(
    DICTIONARIES,
    events=tuple(f"event {i}" for i in range(700)),
    channels=tuple(f"channel {i}" for i in range(700)),
    touchpoints=tuple(Touchpoint(f"t{i}" if i else "", {}) for i in range(700)),
    stages=tuple(Stage(f"s{i}" if i else "", {}) for i in range(700)),
    sources=tuple(f"source {i}" for i in range(700)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kinds=st.lists(st.tuples(KINDS, st.integers(1, 30)), min_size=1, max_size=4),
    memory=st.sampled_from([0, 2000, 10**9]),
    shards=st.sampled_from([1, 3]),
)
def test_chunks_of_different_forms_make_the_journeys_of_the_twin(
    new_workspace, kinds, memory, shards
):
    blocks, row = [], 0
    for seed, (kind, rows) in enumerate(kinds):
        blocks.append(block(kind, rows, first_row=row, seed=seed))
        row += rows * kind["gap"]
    log = SmallLog(tuple(blocks), 6)
    inputs = replace(inputs_of(log), dictionaries=WIDE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("waypost.journeys.store.spool._CHUNK_LEAST", 1)
        snapshot = build_snapshot(new_workspace(), inputs, shards=shards, memory=memory)
    assert journeys_by_id(snapshot) == slow_journeys(log.blocks, ids_of(6))
    assert volume_of(snapshot) == slow_volume(log.blocks)
    assert snapshot.verify() == []


@pytest.mark.parametrize(
    ("kind", "further"),
    [
        ({}, []),
        ({"instants": 2**33, "unit": 1}, [AT]),
        ({"instants": 2**31, "unit": 1}, []),
        ({"gap": 2**22}, [ROW]),
        ({"codes": 256}, []),
        ({"codes": 700}, [HIGH]),
        ({"line": False}, [SEQ]),
        ({"values": True, "ratings": True}, [VALUE, RATING]),
    ],
)
def test_a_record_has_only_the_words_that_its_chunk_needs(kind, further):
    rows = block(NARROW | kind, 200, first_row=5, seed=1).canonical()
    form = packed(rows, shift=1, buckets=3).form
    assert form[FORM_WORDS] == 2 + len(further)
    assert [place for place in (AT, ROW, SEQ, VALUE, RATING, HIGH) if form[place]] == further


def test_a_seq_that_leaves_the_line_at_the_last_row_is_kept():
    rows = block(NARROW, 50, first_row=0, seed=1).canonical()
    rows.seq[-1] += 1
    assert packed(rows, shift=1, buckets=3).form[SEQ]


def test_one_row_is_a_line_whatever_its_seq():
    rows = replace(block(NARROW, 1, first_row=3, seed=1), seq=np.array([2**63 - 1])).canonical()
    assert not packed(rows, shift=1, buckets=3).form[SEQ]


@given(kind=KINDS, rows=st.integers(1, 30))
def test_packed_instants_are_those_of_the_rows(kind, rows):
    made = block(kind, rows, first_row=0, seed=3).canonical()
    found = packed(made, shift=30, buckets=1)
    at = np.empty(rows, dtype=np.int64)
    instants(found.words, found.form, at)
    known = np.flatnonzero(made.person >= 0)
    assert at.tolist() == made.at[[*known, *np.flatnonzero(made.person < 0)]].tolist()
    assert found.span == Span.of(made.at)
    assert found.counts.tolist() == [len(known), rows - len(known)]
