"""A discovered map counts what happened, and says what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.maps.small_shop import Act, shop_of
from waypost.app import Workspace
from waypost.errors import QuestionError
from waypost.maps import MapWishes
from waypost.maps.document import JourneyMap, MapStep, load_map
from waypost.model import Provenance

MONTH = 24 * 31


def browsing_shop() -> list[Act]:
    """Forty look at a product, twenty fill a cart, eight order; then a quiet month and one more."""
    acts = [Act(f"p{i}", "product_viewed", i) for i in range(40)]
    acts += [Act(f"p{i}", "cart_product_added", i + 0.5, value=5_000) for i in range(20)]
    acts += [Act(f"p{i}", "order_placed", i + 1, value=9_900) for i in range(8)]
    acts += [Act("late", "product_viewed", 3 * MONTH)]
    return acts


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return shop_of(tmp_path_factory.mktemp("shop"), browsing_shop())


@pytest.fixture(scope="module")
def found(shop: Workspace) -> JourneyMap:
    return shop.map().document


def step(found: JourneyMap, name: str) -> MapStep:
    return next(one for one in found.steps if one.id == name)


def cards(found: JourneyMap, name: str, lane: str) -> tuple:
    return step(found, name).cells.get(lane, ())


def test_columns_are_the_steps_that_somebody_was_at(found: JourneyMap) -> None:
    assert [one.id for one in found.steps] == ["browse", "cart", "order"]


def test_who_was_at_each_step_is_counted_once(found: JourneyMap) -> None:
    assert [one.persons for one in found.steps] == [41, 20, 8]


def test_flow_adds_up_to_the_persons_of_each_step(found: JourneyMap) -> None:
    flows = [one.cells["flow"][0] for one in found.steps]

    assert [(f.on, f.back, f.left, f.still_open) for f in flows] == [
        (20, 0, 20, 1),
        (8, 0, 12, 0),
        (0, 0, 8, 0),
    ]


def test_the_goal_is_the_last_step_of_the_purchase(found: JourneyMap) -> None:
    assert found.head.goal_step == "order"
    assert found.head.reached_goal is not None
    assert (found.head.reached_goal.part, found.head.reached_goal.whole) == (8, 41)


def test_another_goal_may_be_wished(shop: Workspace) -> None:
    assert shop.map(MapWishes(goal="cart")).document.head.goal_step == "cart"


def test_a_goal_that_is_no_order_has_no_orders(shop: Workspace) -> None:
    found = shop.map(MapWishes(goal="cart")).document

    assert [card.kpi for card in cards(found, "cart", "kpis")] == ["goal_reached"]


def test_a_goal_that_is_no_step_offers_the_nearest(shop: Workspace) -> None:
    with pytest.raises(QuestionError, match="'order'"):
        shop.map(MapWishes(goal="ordr"))


def test_abandoned_carts_are_marked_with_their_value(found: JourneyMap) -> None:
    mark = next(card for card in cards(found, "cart", "marks") if card.mark == "abandonment")

    assert (mark.share.part, mark.share.whole, mark.value_minor) == (12, 20, 60_000)


def test_the_value_of_an_order_is_the_mean(found: JourneyMap) -> None:
    values = {card.kpi: card.value for card in cards(found, "order", "kpis")}

    assert values == {"order_value": 9_900, "orders": 8}


def test_who_reaches_the_goal_is_a_share_with_its_interval(found: JourneyMap) -> None:
    (kpi,) = cards(found, "cart", "kpis")

    assert (kpi.kpi, kpi.value, kpi.n) == ("goal_rate", 0.4, 20)
    assert 0.2 < kpi.low < 0.4 < kpi.high < 0.62


def test_a_step_without_ratings_has_a_gap_and_no_feeling(found: JourneyMap) -> None:
    assert cards(found, "browse", "emotion") == ()
    assert [card.gap for card in cards(found, "browse", "gaps")] == ["no_feedback"]


def test_nothing_of_a_discovered_map_is_assumed(found: JourneyMap) -> None:
    assert found.provenance_counts()[Provenance.ASSUMED] == 0


def test_every_counted_card_carries_its_evidence(found: JourneyMap) -> None:
    counted = [
        card
        for one in found.steps
        for lane in one.cells.values()
        for card in lane
        if card.kind != "question"
    ]

    assert counted
    assert all(card.evidence is not None for card in counted)


def test_the_document_survives_its_json(found: JourneyMap) -> None:
    assert load_map(found.to_json()) == found


def test_the_same_snapshot_gives_the_same_bytes(shop: Workspace, found: JourneyMap) -> None:
    assert shop.map().document.to_json() == found.to_json()


def test_a_segment_changes_every_number(shop: Workspace) -> None:
    found = shop.map(MapWishes(segment="event = 'order_placed'")).document

    assert [one.persons for one in found.steps] == [8, 8, 8]
    assert found.head.persona["en"] == "A segment"


def test_a_period_leaves_out_what_happened_later(shop: Workspace) -> None:
    found = shop.map(MapWishes(until="2026-03-31")).document

    assert found.head.persons == 40


def test_ratings_become_the_mean_feeling_with_its_interval(tmp_path: Path) -> None:
    acts = [
        Act(f"p{i}", "csat_answered", i, "survey", rating=r) for i, r in enumerate([2, 2, 1, 1, -1])
    ]

    found = shop_of(tmp_path, acts).map().document

    (feeling,) = found.steps[0].cells["emotion"]
    assert (feeling.mean, feeling.n, feeling.histogram) == (1.0, 5, (0, 1, 0, 2, 2))
    assert feeling.provenance is Provenance.REPORTED
    assert -0.6 < feeling.low < 1.0 < feeling.high < 2.6


def test_four_ratings_are_too_few_for_a_feeling(tmp_path: Path) -> None:
    acts = [Act(f"p{i}", "csat_answered", i, "survey", rating=2) for i in range(4)]

    found = shop_of(tmp_path, acts).map().document

    assert "emotion" not in found.steps[0].cells


def test_five_texts_give_a_quote_and_four_a_guiding_question(tmp_path: Path) -> None:
    def said(count: int) -> str:
        acts = [
            Act(f"p{i}", "ticket_created", i, "email", text="Wann kommt meine Lieferung an?")
            for i in range(count)
        ]
        found = shop_of(tmp_path / str(count), acts).map().document
        return found.steps[0].cells["thoughts"][0].kind

    assert (said(5), said(4)) == ("quote", "question")


def test_a_busy_touchpoint_that_falls_silent_is_a_gap(tmp_path: Path) -> None:
    weeks = [week for week in range(14) if week not in (6, 7)]
    acts = [
        Act(f"p{week}-{i}", "product_viewed", week * 168 + i) for week in weeks for i in range(6)
    ]

    found = shop_of(tmp_path, acts).map().document

    (silent,) = [card for card in cards(found, "browse", "gaps") if card.gap == "silent_weeks"]
    assert silent.values == {"weeks": 2}
    assert (str(silent.since), str(silent.until)) == ("2026-04-13", "2026-04-26")


def test_receipts_without_a_customer_are_volume_not_persons(tmp_path: Path) -> None:
    acts = [Act("", "purchase_made", i, "store", value=1_000) for i in range(30)]
    acts += [Act("known", "purchase_made", 40, "store", value=1_000)]

    found = shop_of(tmp_path, acts).map().document

    (till,) = found.steps[0].cells["touchpoints"]
    assert (found.head.persons, till.persons, till.anonymous_events) == (1, 1, 30)


def test_events_that_no_rule_binds_are_a_gap_of_the_map(tmp_path: Path) -> None:
    acts = [*browsing_shop(), *(Act(f"p{i}", "warp_drive_engaged", i) for i in range(9))]

    found = shop_of(tmp_path, acts).map().document

    unbound = next(gap for gap in found.gaps if gap.gap == "unbound")
    assert unbound.values["events"] == 9


def test_a_log_of_another_world_gets_proposed_steps_in_their_order(tmp_path: Path) -> None:
    names = ["seeds_sown", "field_watered", "grain_harvested"]
    acts = [Act(f"f{i}", name, i + 10 * n) for i in range(6) for n, name in enumerate(names)]

    workspace = shop_of(tmp_path, acts)

    assert [one.id for one in workspace.map().document.steps] == names
    assert (tmp_path / "rules.yaml").read_text().startswith("# Proposed by `waypost build`")


def test_what_the_shipped_rules_know_stays_beside_proposed_steps(tmp_path: Path) -> None:
    acts = [*browsing_shop(), *(Act(f"p{i % 9}", "plan_drawn", i % 9 + 0.2) for i in range(200))]

    steps = shop_of(tmp_path, acts).map().document.steps

    assert {"cart", "order", "own_plan_drawn"} <= {one.id for one in steps}


def test_typical_journeys_and_their_rest_are_everybody(found: JourneyMap) -> None:
    shown = sum(one.persons for one in found.journeys)

    assert shown / found.head.persons + found.journeys_rest_share == pytest.approx(1.0)
    assert any(one.reached_goal for one in found.journeys)
