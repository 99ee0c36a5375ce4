"""The planted figures are true of the lives, and not to be had by looking only."""

from bisect import bisect_left
from collections import defaultdict

import pytest

from waypost.demo.life import build_world, live
from waypost.demo.pains import ACTS, PAINS
from waypost.demo.people import draw_people
from waypost.demo.plans import draw_plans
from waypost.demo.seasons import instant_of

DAY = 86_400


@pytest.fixture(scope="module")
def lives():
    world = build_world(3)
    people = draw_people(3, 0, 500)
    plans = draw_plans(people, 3, 0, world.seasons)
    return world, [
        (person, plan, live(person, plan, world))
        for person, plan in zip(people, plans, strict=True)
    ]


def test_a_life_on_which_nothing_hinged_is_the_same_without_the_pain(lives):
    world, found = lives
    checked = 0
    for person, plan, life in found:
        for pain in PAINS:
            if pain.id not in life.hinges:
                other = live(person, plan, world, frozenset({pain.id}))
                quiet = [one for one in other.happenings if one.event != "Newsletter Opened"]
                assert quiet == [one for one in life.happenings if one.event != "Newsletter Opened"]
                assert other.orders == life.orders
                checked += 1
    assert checked > 4_000


def test_a_life_is_the_same_until_the_pain_is_met(lives):
    world, found = lives
    checked = 0
    for person, plan, life in found:
        for pain in life.met:
            other = live(person, plan, world, frozenset({pain}))
            if pain in {"newsletter_fatigue", "size_advice_missing"}:
                continue
            before = [one for one in life.happenings if one.at < life.met[pain] - 3 * DAY * 1000]
            assert other.happenings[: len(before)] == before
            checked += 1
    assert checked > 50


def test_a_pain_switched_off_is_never_met(lives):
    world, found = lives
    everything = frozenset(pain.id for pain in PAINS)
    assert all(not live(person, plan, world, everything).met for person, plan, _ in found)


def test_pains_do_not_hurt_before_they_begin_nor_after_they_end(lives):
    world, found = lives
    for _, _, life in found:
        for pain, at in life.met.items():
            begin, end = world.periods[pain]
            assert begin <= at // 1000 <= end + 40 * DAY


def test_pains_cost_orders_and_money(company):
    document = company.figures("pain_points")
    points = document["pain_points"]
    assert len(points) >= 8
    assert document["all_together"]["lost_revenue_cents"] > 0
    assert document["all_together"]["lost_orders"] > 0
    assert sum(point["lost_revenue_cents"] > 0 for point in points) >= len(points) - 3
    for point in points:
        assert 0 <= point["affected_persons"] <= point["exposed_persons"] <= document["persons"]


def test_those_who_meet_a_pain_differ_so_that_looking_misleads(company):
    points = [
        p for p in company.figures("pain_points")["pain_points"] if p["affected_persons"] > 20
    ]
    misled = [
        point
        for point in points
        if point["naive_orders_per_affected"] > 0 > point["true_orders_per_affected"]
    ]
    assert len(misled) >= 3


def test_a_wish_list_goes_with_buying_and_causes_nothing(company):
    acts = {act["id"]: act for act in company.figures("micro_conversions")["acts"]}
    assert set(acts) == {act.id for act in ACTS}
    assert acts["wishlist"]["true_effect"] == 0
    assert acts["wishlist"]["naive_lift"] > 0.03
    assert acts["test_ride"]["true_effect"] > 0.03


def steps_of(company):
    names = ["Product Viewed", "Product Added", "Checkout Started", "Order Placed"]
    found = defaultdict(lambda: [[], [], [], []])
    for row in company.truth("events"):
        online = row["channel"] in {"web", "app"}
        if online and row["event"] in names:
            found[row["person"]][names.index(row["event"])].append(row["at"].timestamp())
    return found


def reached(steps):
    """Slow and plain: from every entry, take the earliest next step each time."""
    best = 0
    for entry in steps[0]:
        now, depth = entry, 1
        for later in steps[1:]:
            place = bisect_left(later, now)
            if place == len(later) or later[place] - entry > 30 * DAY:
                break
            now, depth = later[place], depth + 1
        best = max(best, depth)
    return best


def test_the_funnel_is_what_the_events_say(company):
    counts = [0, 0, 0, 0]
    for steps in steps_of(company).values():
        for step in range(reached([sorted(times) for times in steps])):
            counts[step] += 1
    assert list(company.figures("funnel")["true"]["persons"].values()) == counts
    assert counts[0] > counts[1] > counts[2] > counts[3] > 0


def test_what_is_left_behind_adds_up(company):
    for kind in ("true", "recorded"):
        for what in ("carts", "checkouts"):
            left = company.figures("funnel")[kind][what]
            assert 0 < left["abandoned"] + left["open"] < left["total"]
            assert left["abandoned_value_cents"] > 0


def test_attempts_are_fewer_than_visits_with_a_cart_and_end_in_one_way(company):
    for kind in ("true", "recorded"):
        figures = company.figures("funnel")[kind]
        fates = [
            sum(row[fate] for row in figures["attempts"].values())
            for fate in ("converted", "abandoned", "open")
        ]
        assert 0 < sum(fates) <= figures["carts"]["total"]
        assert min(fates) > 0
        assert fates[0] <= figures["carts"]["total"] - figures["carts"]["abandoned"]


def test_personas_differ_and_overlap(company):
    kinds = {kind["id"]: kind for kind in company.figures("personas")["personas"]}
    assert len(kinds) == 4
    assert kinds["pendler"]["mobile_share"] > kinds["beratung"]["mobile_share"] + 0.1
    assert (
        kinds["beratung"]["per_person"]["store_visits"]
        > kinds["pendler"]["per_person"]["store_visits"]
    )
    assert all(kind["overlap_share"] > 0.05 for kind in kinds.values())


def test_payment_failures_on_phones_jump_on_the_day(company):
    change = instant_of(PAINS[0].begins)
    failed, paid = [0, 0], [0, 0]
    for line in company.lines("segment"):
        if line["context"]["device"]["type"] == "mobile" and line["channel"] == "browser":
            moment = line["timestamp"] >= f"{PAINS[0].begins}"
            failed[moment] += line.get("event") == "Payment Failed"
            paid[moment] += line.get("event") == "Payment Info Entered"
    assert change > 0
    assert failed[1] / paid[1] > 3 * (failed[0] + 1) / (paid[0] + 1)
