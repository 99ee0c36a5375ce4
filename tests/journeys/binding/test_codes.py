"""Touchpoint codes: the first rule that holds, however it is decided."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.binding import first_match
from tests.strategies.conditions import conditions, rows
from waypost.errors import InputError
from waypost.journeys.binding import bind, parse_rules
from waypost.model.conditions import Setting

TYPES = {"value": pa.int64(), "rating": pa.float32(), "at": pa.timestamp("us", "UTC")}
NAMES = (
    *("event", "channel", "source", "text", "value", "rating", "at"),
    *("a.kind", "a.page.path", "a.size"),
)


def batch_of(events, names=NAMES):
    arrays = [pa.array([e.get(n) for e in events], TYPES.get(n, pa.string())) for n in names]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def bound(*whens, **fields):
    """A binding of touchpoints t1, t2, … with these ``when`` values."""
    entries = [
        {"id": f"t{n}", "label": f"T{n}", "when": when, **fields} for n, when in enumerate(whens, 1)
    ]
    text = yaml.safe_dump({"extends": "none", "touchpoints": entries}, allow_unicode=True)
    return bind(parse_rules(text), setting=Setting("Europe/Berlin", 2))


def codes(binding, *events, names=NAMES):
    return binding.touchpoint_codes(batch_of(events, names)).tolist()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(conditions(), min_size=1, max_size=5),
    st.lists(rows(), max_size=12),
    st.booleans(),
)
def test_codes_equal_the_slow_twin(rules, events, encoded):
    binding = bound(*({"where": text} for text, _ in rules))
    batch = batch_of(events)
    if encoded:
        columns = [c.dictionary_encode() if i < 3 else c for i, c in enumerate(batch.columns)]
        batch = pa.RecordBatch.from_arrays(columns, names=list(NAMES))
    expected = [first_match([holds for _, holds in rules], event) for event in events]
    found = binding.touchpoint_codes(batch)
    assert found.dtype == np.uint16
    assert found.tolist() == expected


def test_the_first_rule_that_holds_decides():
    binding = bound("order_placed", {"event": "order_placed", "channel": "web"}, "*")
    assert codes(binding, {"event": "order_placed", "channel": "web"}, {"event": "else"}) == [1, 3]


def test_a_rule_about_an_attribute_does_not_hide_the_rules_after_it():
    binding = bound({"event": "seen", "where": "kind = 'a'"}, "seen")
    assert codes(binding, {"event": "seen", "a.kind": "a"}, {"event": "seen"}) == [1, 2]


def test_a_rule_that_holds_ends_the_search_before_attributes_are_read():
    binding = bound("seen", {"event": "seen", "where": "kind = 'a'"})
    assert codes(binding, {"event": "seen", "a.kind": "a"}, names=("event",)) == [1]


def test_facts_are_never_bound():
    assert codes(bound("*"), {"event": "$profile"}, {"event": "$ad_cost"}, {"event": "x"}) == [
        0,
        0,
        1,
    ]


def test_columns_that_lack_count_as_missing():
    binding = bound({"where": "value is null and kind is null and channel is null"})
    assert codes(binding, {"event": "x"}, names=("event",)) == [1]


def test_an_event_column_must_be_there():
    with pytest.raises(InputError, match="needs a column “event”"):
        bound("x").touchpoint_codes(batch_of([{}], ("channel",)))


def test_an_empty_batch_gives_no_codes():
    assert bound("x", {"where": "kind = 'a'"}).touchpoint_codes(batch_of([])).tolist() == []


def test_words_with_stars_are_patterns():
    binding = bound({"event": ["checkout_*", "cart"], "channel": "w?b"})
    events = [{"event": e, "channel": "web"} for e in ("checkout_started", "cart", "carts")]
    assert codes(binding, *events) == [1, 1, 0]


def test_a_touchpoints_channel_restricts_its_events():
    binding = bound("order_placed", channel="web")
    events = [{"event": "order_placed", "channel": c} for c in ("web", "app", None, "")]
    assert codes(binding, *events) == [1, 0, 1, 1]


def test_a_rule_that_names_channels_itself_is_not_restricted():
    binding = bound({"event": "page_viewed", "channel": "web"}, channel="ads")
    assert codes(binding, {"event": "page_viewed", "channel": "web"}) == [1]


def test_several_alternatives_are_joined_by_or():
    binding = bound(["a", {"event": "b", "where": "value > 1"}, "channel = 'web' and event = 'c'"])
    events = [
        {"event": "a"},
        {"event": "b", "value": 101},
        {"event": "b", "value": 100},
        {"event": "c", "channel": "web"},
    ]
    assert codes(binding, *events) == [1, 1, 0, 1]


def test_needs_are_the_columns_beyond_event_channel_and_source():
    binding = bound("x", {"where": "value > 1 and kind = 'a' and channel = 'web'"})
    assert binding.needs == {"value", "currency", "a.kind"}
    assert bound("x", {"where": "kind = 'a'"}).needs == {"a.kind"}


@pytest.mark.parametrize("encoded", [True, False])
def test_money_in_another_currency_is_missing(encoded):
    rules = parse_rules("extends: none\ntouchpoints: [{id: a, label: A, when: value > 10}]")
    binding = bind(rules, setting=Setting.of("UTC", "JPY"))
    money = pa.array(["JPY", "EUR", None, "", "JPY"])
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array(["x"] * 5),
            money.dictionary_encode() if encoded else money,
            pa.array([11, 11, 11, 11, 10]),
        ],
        names=["event", "currency", "value"],
    )
    assert binding.touchpoint_codes(batch).tolist() == [1, 0, 1, 1, 0]


def test_codes_are_the_same_from_many_threads_and_after_pickling():
    binding = bound({"event": "a", "where": "kind = 'x'"}, "a")
    batch = batch_of([{"event": "a", "a.kind": k} for k in ("x", "y", None)])
    copy = pickle.loads(pickle.dumps(binding))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: binding.touchpoint_codes(batch).tolist(), range(16)))
    assert found == [[1, 2, 2]] * 16
    assert copy.touchpoint_codes(batch).tolist() == [1, 2, 2]
    assert copy == binding


def test_many_distinct_sources_are_no_problem():
    binding = bound({"event": "e1*"})
    events = [{"event": f"e{n}", "channel": f"c{n}", "source": f"s{n}"} for n in range(300)]
    expected = [int(event["event"].startswith("e1")) for event in events]
    assert codes(binding, *events) == expected


def test_the_digest_changes_with_what_is_bound_and_how_it_is_called():
    rules = "touchpoints: [{{id: a, label: {label}, step: cart, when: {when}}}]"
    digests = {
        bind(parse_rules(rules.format(label=label, when=when)), setting=setting).digest
        for label, when, setting in (
            ("A", "x", Setting("UTC", 2)),
            ("B", "x", Setting("UTC", 2)),
            ("A", "y", Setting("UTC", 2)),
            ("A", "x", Setting("UTC", 0)),
        )
    }
    assert len(digests) == 4


def test_the_digest_is_the_same_whatever_the_blanks_and_comments():
    one = bind(parse_rules("touchpoints: [{id: a, label: A, step: cart, when: x}]"))
    other = bind(
        parse_rules(
            "# mine\ntouchpoints:\n  - id: a\n    when: [x]\n    label: 'A'\n    step: cart\n"
        )
    )
    assert one.digest == other.digest
