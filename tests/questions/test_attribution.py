"""Attribution as a question: published answers, credits that add up, intervals, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.attribution import shapley_by_orders
from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import (
    NO_VALUE,
    MemorySnapshot,
    journeys,
    shard_of,
    snapshot_of,
)
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.questions import Attribution, Members, question_from_dict

DAY = 86_400
RULES = ("first_contact", "last_contact", "linear", "position", "time_decay")
MODELS = (*RULES, "markov", "shapley")


def ask(question, snapshot):
    return LocalEngine().run(question, snapshot)


def paths(*given_paths, goal="order"):
    """A snapshot of paths such as ``C1 C2 order``, a contact a day, each as often as told."""
    people = [
        [(day * DAY, name) for day, name in enumerate(path.split())]
        for path, times in given_paths
        for _ in range(times)
    ]
    names = sorted({name for person in people for _, name in person} | {goal})
    return snapshot_of(*people, names=names)


def credit(result, model):
    return dict(zip(result.columns["node"], np.round(result.columns[model], 4), strict=True))


def test_three_channels_of_the_well_known_example():
    shop = paths(("C1 C2 C3 order", 1), ("C1", 1), ("C2 C3", 1))
    result = ask(Attribution("order", by="event"), shop)
    assert credit(result, "markov") == {"C1": 0.2, "C2": 0.4, "C3": 0.4}
    assert result.facts["conversion_share"] == pytest.approx(1 / 3)


def test_two_channels_of_puzyrov():
    shop = paths(("G order", 2), ("M order", 1), ("G M order", 1), ("G", 1))
    result = ask(Attribution("order", by="event"), shop)
    assert credit(result, "markov") == {"G": 2.4, "M": 1.6}


def test_self_loops_change_nothing_in_the_chain():
    shop = paths(("C1 C1 C1 C2 C3 order", 1), ("C1", 1), ("C2 C2 C3 C3", 1))
    for collapse in ("none", "repeats"):
        result = ask(Attribution("order", by="event", collapse=collapse), shop)
        assert credit(result, "markov") == {"C1": 0.2, "C2": 0.4, "C3": 0.4}


def test_rules_share_fifty_dollars_as_adobe_says():
    on = [(0, "paid"), (3, "social"), (9, "email"), (9, "display"), (9, "order")]
    names = ("paid", "social", "email", "display", "order")
    coded = [[(day * DAY, names.index(name)) for day, name in on]]
    value = np.array([NO_VALUE] * 4 + [50_00])
    shop = MemorySnapshot([shard_of(coded, value=value)], events=names)
    question = Attribution("order", by="event", position=(20, 20, 60))
    result = ask(question, shop)
    money = {
        model: dict(
            zip(result.columns["node"], result.columns[f"{model}_money"] / 100, strict=True)
        )
        for model in RULES
    }
    assert money["first_contact"] == {"paid": 50, "social": 0, "email": 0, "display": 0}
    assert set(money["linear"].values()) == {12.5}
    assert money["position"] == pytest.approx(
        {"display": 30, "paid": 10, "social": 5, "email": 5}, abs=0.001
    )
    assert money["time_decay"] == pytest.approx(
        {"display": 16.88, "email": 16.88, "social": 9.32, "paid": 6.92}, abs=0.01
    )


def test_snowplow_shares_of_a_path_with_a_repeat():
    shop = paths(("direct search direct order", 1), ("display search order", 1))
    result = ask(Attribution("order", by="event", models=RULES), shop)
    assert credit(result, "position") == {"direct": 0.8, "display": 0.5, "search": 0.7}
    assert credit(result, "linear") == pytest.approx(
        {"direct": 2 / 3, "display": 0.5, "search": 1 / 3 + 0.5}, abs=1e-4
    )


def test_shapley_values_of_conversions_are_the_published_ones():
    """Ratios F .2, O .1, L .17, FO .17, FL .3, FLO .06, after Towards Data Science."""
    counts = {"F": 20, "O": 10, "L": 17, "F O": 17, "F L": 30, "F L O": 6}
    shop = paths(*((f"{path} order", times) for path, times in counts.items()))
    result = ask(Attribution("order", by="event", models="shapley"), shop)
    assert credit(result, "shapley") == {"F": 45.5, "L": 34.0, "O": 20.5}


@relaxed
@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=4), st.booleans()), max_size=7))
def test_shapley_values_of_rates_are_those_of_all_orders(lives):
    told = [(" ".join(path) + " d" * goal, 1) for path, goal in lives]
    if not any(goal for _, goal in lives):
        return
    shop = paths(*told, ("a", 1), goal="d")
    result = ask(Attribution("d", by="event", models="shapley", value="rate", level=0), shop)
    journeys_in = [(frozenset(path), goal) for path, goal in (*lives, ("a", False))]

    def rate(within):
        inside = [goal for nodes, goal in journeys_in if nodes <= within]
        return sum(inside) / len(inside) if inside else 0

    values = dict(zip("abc", shapley_by_orders("abc", rate), strict=True))
    whole, conversions = sum(values.values()), sum(goal for _, goal in lives)
    for node, found in credit(result, "shapley").items():
        assert found == pytest.approx(conversions * values[node] / whole, abs=1e-4)


@relaxed
@given(journeys(), st.sampled_from(["5s", None]), st.booleans(), st.sampled_from([1, 2]))
def test_credits_and_what_had_no_contact_are_all_conversions(people, within, reuse, order):
    named = [[(at, "abcd"[code]) for at, code in person] for person in people]
    question = Attribution("d", by="event", within=within, reuse=reuse, markov_order=order, level=0)
    result = ask(question, snapshot_of(*named))
    facts = result.facts
    assert facts["conversions"] == sum(code == 3 for person in people for _, code in person)
    for model in MODELS if facts["conversions"] else ():
        assert result.columns[model].sum() == pytest.approx(facts["conversions"], rel=1e-9)
        assert result.columns[f"{model}_share"].sum() == pytest.approx(1)


@relaxed
@given(journeys())
def test_journeys_of_one_contact_leave_nothing_to_argue_about(people):
    named = [
        [(2 * at + k, name) for at, _ in person[:1] for k, name in enumerate("ad")]
        for person in people
    ]
    result = ask(Attribution("d", by="event", level=0), snapshot_of(*named))
    rows = [[row[model] for model in MODELS] for row in result.rows() if row["persons"]]
    assert all(row == pytest.approx([row[0]] * len(row)) for row in rows)


def test_symmetric_contacts_get_the_same_and_idle_ones_nothing_from_shapley():
    shop = paths(("a b order", 3), ("b a order", 3), ("c", 5))
    result = ask(Attribution("order", by="event"), shop)
    assert credit(result, "shapley") == {"a": 3.0, "b": 3.0, "c": 0.0}
    assert credit(result, "markov") == {"a": 3.0, "b": 3.0, "c": 0.0}


def test_a_direct_contact_is_passed_over_where_there_is_another():
    shop = paths(("mail direct order", 3), ("direct order", 1))
    result = ask(Attribution("order", by="event", direct="direct"), shop)
    assert credit(result, "last_indirect") == {"mail": 3.0, "direct": 1.0}
    assert credit(result, "last_contact") == {"mail": 0.0, "direct": 4.0}


def test_what_is_too_early_is_a_journey_without_the_goal():
    shop = snapshot_of([(0, "a"), (40 * DAY, "b"), (41 * DAY, "c")], names=("a", "b", "c"))
    result = ask(Attribution("c", by="event", within="30d"), shop)
    assert result.facts["not_converted"] == 1
    assert credit(result, "linear") == {"b": 1.0, "a": 0.0}


def test_intervals_hold_the_share_and_narrow_with_more_persons():
    generator, widths = np.random.default_rng(3), []
    for size in (200, 3_200):
        told = generator.choice(["a order", "b order", "a b order", "a", "b"], size)
        shop = paths(*((path, 1) for path in told))
        row = next(iter(ask(Attribution("order", by="event"), shop).rows()))
        for model in MODELS:
            assert row[f"{model}_low"] < row[f"{model}_share"] < row[f"{model}_high"]
        widths.append(row["markov_high"] - row["markov_low"])
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.35)


def test_nine_of_ten_is_narrower_and_none_is_none():
    shop = paths(("a order", 150), ("b order", 100))
    wide, narrow, none = (
        next(iter(ask(Attribution("order", by="event", level=level), shop).rows()))
        for level in (95, 90, 0)
    )
    assert wide["linear_low"] < narrow["linear_low"] < narrow["linear_high"] < wide["linear_high"]
    assert none["linear_low"] is None


def test_behind_a_row_are_its_persons():
    shop = paths(("a b order", 3), ("b order", 2), ("a", 4), ("order", 1))
    question, engine = Attribution("order", by="event"), LocalEngine()

    def behind(node, measure):
        found: Members = engine.find(question, {"node": node, "measure": measure}, shop)
        return found.numbers.size

    assert [behind("a", one) for one in ("persons", "first_contact", "linear")] == [3, 3, 3]
    assert [behind("a", one) for one in ("last_contact", "not_converted")] == [0, 4]
    assert behind("b", "last_contact") == 5
    assert behind("(no contact)", "persons") == 1


def test_a_chain_that_is_too_large_says_so():
    names = [f"n{k}" for k in range(70)]
    generator = np.random.default_rng(1)
    walks = [" ".join(generator.choice(names, 12)) for _ in range(1_000)]
    shop = paths(*((f"{walk} order", 1) for walk in walks))
    result = ask(Attribution("order", by="event", models="markov", markov_order=2), shop)
    assert "chain-too-large" in [notice.code for notice in result.warnings]
    assert np.isnan(result.columns["markov"]).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"models": "best"},
        {"markov_order": 4},
        {"level": 80},
        {"position": "40/60"},
        {"position": (0, 0, 0)},
        {"models": "last_indirect"},
        {"candidates": ()},
        {"half_life": "soon"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words(fields):
    with pytest.raises(InputError) as refused:
        Attribution("order", **fields)
    assert refused.value.hint


def test_sixteen_players_are_too_many_for_rates():
    shop = paths((" ".join(f"n{k}" for k in range(16)) + " order", 1))
    with pytest.raises(QuestionError, match="every set"):
        ask(Attribution("order", by="event", value="rate"), shop)


def test_first_and_last_are_short_for_contacts():
    question = question_from_dict({"question": "attribution", "goal": "d", "models": ["last"]})
    assert question == Attribution("d", models="last_contact")


@relaxed
@given(journeys())
def test_credit_by_fields_adds_up_to_that_of_channels(people):
    named = [[(at, "abcd"[code]) for at, code in person] for person in people]
    shop = snapshot_of(*named)
    asked = {"models": RULES, "collapse": "none", "within": "9s", "level": 0}
    by_channel = ask(Attribution("event:d", **asked), shop)
    by_both = ask(Attribution("event:d", by="channel/event", **asked), shop)
    alike = ("conversions", "with_contact", "without_contact", "not_converted", "persons")

    assert [by_both.facts[name] for name in alike] == [by_channel.facts[name] for name in alike]
    for model in RULES:
        sums = dict.fromkeys(by_channel.columns["node"], 0.0)
        for node, given_credit in zip(by_both.columns["node"], by_both.columns[model], strict=True):
            sums[node.split(" / ")[0]] += given_credit
        assert list(sums.values()) == pytest.approx(list(by_channel.columns[model]))


def test_behind_a_value_of_a_field_are_its_persons():
    shop = snapshot_of([(1, "a"), (2, "d")], [(1, "b"), (2, "d")], [(1, "a")])
    question = Attribution("event:d", by="channel/event", level=0)
    node = next(n for n in ask(question, shop).columns["node"] if n.endswith(" / a"))
    found = LocalEngine().find(question, {"node": node}, shop)

    assert found.numbers.tolist() == [0]


class StoppedError(Exception):
    """Somebody pressed stop."""


class Stopper:
    """Stops as soon as every range of persons is counted and something else begins."""

    def start(self, _task, total):
        self.left = total

    def advance(self, amount):
        if not self.left:
            raise StoppedError
        self.left -= amount

    def finish(self):
        """Nothing is told of the end."""


def test_credit_stops_between_draws():
    shop = paths(("C1 C2 order", 5), ("C1", 5))
    question = Attribution("order", by="event", models="markov")

    with pytest.raises(StoppedError):
        LocalEngine(progress=Stopper()).run(question, shop)


@pytest.mark.parametrize("by", ["", "channel/", "event/event"])
def test_fields_between_slashes_have_names_each_once(by):
    with pytest.raises(QuestionError, match="by is"):
        Attribution("order", by=by)
