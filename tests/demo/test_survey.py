"""Survey marks come from what the person lived through, and only those concerned are asked."""

import json
from statistics import mean

import pytest

from waypost.demo import slots
from waypost.demo.life import build_world, live
from waypost.demo.people import draw_people
from waypost.demo.plans import draw_plans

DAY = 86_400_000


@pytest.fixture(scope="module")
def answers():
    """Orders and marks of many persons who all answer the survey."""
    world, found = build_world(5), []
    for block in range(4):
        people = draw_people(5, block, 500)
        for person, plan in zip(people, draw_plans(people, 5, block, world.seasons), strict=True):
            for visit in plan.visits:
                visit.luck[slots.SURVEY] = 0.0
            life = live(person, plan, world)
            found += [
                (one, life.orders[one.order], life)
                for one in life.happenings
                if one.event == "Survey Answered"
            ]
    return found


def marks(answers, name, chosen):
    return [
        one.data["marks"][name]
        for one, order, life in answers
        if name in one.data["marks"] and chosen(one, order, life)
    ]


def test_who_waited_for_a_parcel_rates_the_delivery_lower(answers):
    late = marks(answers, "delivery", lambda _, o, __: o.fulfilled_at - o.at > 6 * DAY)
    quick = marks(answers, "delivery", lambda _, o, __: 0 < o.fulfilled_at - o.at <= 6 * DAY)
    assert min(len(late), len(quick)) > 20
    assert mean(late) < mean(quick) - 1.2


def test_who_waited_for_a_pick_up_rates_it_lower(answers):
    late = marks(answers, "pick_up", lambda _, o, __: o.fulfilled_at - o.at > 4 * DAY)
    quick = marks(answers, "pick_up", lambda _, o, __: 0 < o.fulfilled_at - o.at <= 4 * DAY)
    assert min(len(late), len(quick)) > 5
    assert mean(late) < mean(quick) - 1.2


def test_whose_payment_failed_finds_the_checkout_hard(answers):
    def failed(one, order, life):
        return any(
            other.event == "Payment Failed" and order.at - DAY < other.at < order.at
            for other in life.happenings
        )

    hard = marks(answers, "checkout", failed)
    easy = marks(answers, "checkout", lambda *lived: not failed(*lived))
    assert len(hard) > 5
    assert mean(hard) < mean(easy) - 1.5


def test_who_got_size_advice_rates_advice_higher(answers):
    sized = [row for row in answers if row[1].lines[0].product.sized and row[1].way == "web"]
    with_advice = marks(sized, "advice", lambda _, order, __: order.guided)
    without = marks(sized, "advice", lambda _, order, __: not order.guided)
    assert min(len(with_advice), len(without)) > 10
    assert mean(with_advice) > mean(without) + 0.4


def test_only_those_concerned_are_asked(answers):
    for one, order, _ in answers:
        asked = set(one.data["marks"])
        assert ("pick_up" in asked) == bool(order.collect)
        assert ("checkout" in asked) == (order.way in {"web", "app"})
        assert not {"delivery", "pick_up"} <= asked
        assert order.returned or "returns" not in asked


def test_answers_are_missing_here_and_there(company):
    rows = company.table("Alpenrad Kunden")[2:]
    finished = [row for row in rows if row["Finished"] == "True" and row["Status"] == "IP Address"]
    assert 0.02 < mean(row["Q4"] == "" for row in finished) < 0.12
    assert all(row["Q4"] == "" for row in rows if row["Finished"] == "False")


def test_all_three_header_rows_name_every_question(company):
    labels, ids = company.table("Alpenrad Kunden")[:2]
    assert all(labels.values())
    names = [json.loads(cell)["ImportId"] for cell in ids.values()]
    assert len(set(names)) == len(names)
    assert names[-7:] == ["QID4", "QID5", "QID6", "QID7", "QID8", "QID9", "QID3_TEXT"]
