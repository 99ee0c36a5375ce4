"""Coverage: what is left unbound, by volume, with text to paste; and rules that find nothing."""

from __future__ import annotations

import pytest

from tests.strategies.log import fresh_log, import_rows
from waypost.journeys.binding import (
    BoundCounts,
    bind,
    count_bound,
    count_combos,
    coverage,
    parse_rules,
)


@pytest.fixture
def log(tmp_path):
    log = fresh_log(tmp_path)
    names = ["order_placed"] * 3 + ["regal_gescannt"] * 2 + ["xyzzy", "$profile"]
    import_rows(log, "b1", [{"key": str(i), "event": name} for i, name in enumerate(names)])
    return log


def test_combinations_are_counted_most_frequent_first_without_facts(log):
    assert count_combos(log) == {
        ("order_placed", None, "shop"): 3,
        ("regal_gescannt", None, "shop"): 2,
        ("xyzzy", None, "shop"): 1,
    }
    assert list(count_combos(log).values()) == [3, 2, 1]


def test_rows_that_no_longer_count_are_not_counted(log):
    import_rows(log, "b2", [{"key": "0", "event": "order_placed", "value": 5}])
    assert count_combos(log)["order_placed", None, "shop"] == 3
    log.undo("b1")
    assert count_combos(log) == {("order_placed", None, "shop"): 1}


def test_what_is_unbound_comes_by_volume_with_its_share(log):
    found = coverage(log, bind())
    assert (found.events, found.bound, found.share) == (6, 3, 0.5)
    assert [(u.event, u.source, u.events) for u in found.unbound] == [
        ("regal_gescannt", "shop", 2),
        ("xyzzy", "shop", 1),
    ]
    assert found.unbound[0].share == pytest.approx(2 / 6)
    assert found.touchpoints == {"order": 3}


def test_bound_and_unbound_add_up(log):
    counts = count_bound(log, bind())
    assert sum(counts.unbound.values()) + sum(counts.touchpoints.values()) == counts.events == 6


def test_persons_are_told_where_they_are_known(log):
    known = {("regal_gescannt", None, "shop"): 2}
    assert [u.persons for u in coverage(log, bind(), persons=known).unbound] == [2, 0]
    assert coverage(log, bind()).unbound[0].persons is None


def test_an_empty_log_is_wholly_bound(tmp_path):
    found = coverage(fresh_log(tmp_path), bind())
    assert (found.events, found.share, found.unbound) == (0, 1.0, ())


def test_own_touchpoints_that_find_nothing_are_named(log):
    own = parse_rules(
        "touchpoints:\n"
        "  - {id: some, label: Some, step: cart, when: xyzzy}\n"
        "  - {id: none, label: None, step: cart, when: orderplaced}\n"
    )
    assert coverage(log, bind(own)).idle == ("none",)


def test_shipped_touchpoints_that_find_nothing_are_no_fault(log):
    assert coverage(log, bind()).idle == ()


@pytest.mark.parametrize(
    ("event", "channel", "touchpoint", "step"),
    [
        ("bestellung_abgeschickt", "web", "order", "order"),
        ("warenkorb_gefuellt", "web", "cart", "cart"),
        ("add_to_cart", "web", "cart", "cart"),
        ("begin_checkout", "web", "checkout", "checkout"),
        ("order_palced", "web", "order", "order"),
        ("anruf_hotline", "phone", "call", "help"),
        ("chat_started", "chat", "support_chat", "help"),
        ("Paket zugestellt", "post", "delivery_notice", "receive"),
    ],
)
def test_suggestions_find_the_nearest_in_english_and_german(
    tmp_path, event, channel, touchpoint, step
):
    combo = (event, channel, "own")
    (unbound,) = coverage(BoundCounts({combo: 1}, {combo: 1}, {}), bind()).unbound
    assert (unbound.suggestion.touchpoint, unbound.suggestion.step) == (touchpoint, step)


def test_a_suggestion_can_be_pasted_and_then_binds_the_event(log):
    for unbound in coverage(log, bind()).unbound:
        pasted = bind(parse_rules(unbound.suggestion.yaml))
        combo = (unbound.event, unbound.channel or None, unbound.source)
        (code,) = pasted.combo_codes([combo])
        assert pasted.touchpoints[code].label["en"] == unbound.event.capitalize().replace("_", " ")


def test_nothing_alike_gives_no_stage(log):
    last = coverage(log, bind()).unbound[-1].suggestion
    assert (last.touchpoint, last.stage, last.step) == ("", "", "")


def test_strange_names_still_give_text_that_can_be_pasted():
    for event in ("Über: uns #1", "'quoted' \"twice\"", "- x", "ΩΩΩ", "a*b", "{x}", "true", "12"):
        combo = (event, "web", "own")
        (unbound,) = coverage(BoundCounts({combo: 1}, {combo: 1}, {}), bind()).unbound
        pasted = bind(parse_rules(unbound.suggestion.yaml))
        assert pasted.combo_codes([combo]).tolist() == [1], event
