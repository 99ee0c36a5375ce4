"""Hand-overs as a question: definitions, laws, members and refusals."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.coded_journeys import relaxed
from tests.strategies.journeys_in_memory import MemorySnapshot, journeys, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import InputError, QuestionError
from waypost.model import Stage, Touchpoint
from waypost.questions import HandOvers, Selection, Transitions, question_from_dict

HOUR = 3600
WITHIN = st.sampled_from(["1s", "5s", "12s", None])


def ask(question, *people, **settings):
    return LocalEngine().run(question, snapshot_of(*people, **settings))


def named(people):
    return [[(at, "abcd"[code]) for at, code in person] for person in people]


def at_hours(*events):
    return [(round(at * HOUR), name) for at, name in events]


SQL = """
    with steps as (
        select person, node, lead(node) over own as target, lead(tick) over own - tick as wait
        from events window own as (partition by person order by number)
    )
    select node, target, count(*), count(distinct person), avg(wait) from steps
    where target <> node and wait <= ? group by node, target order by node, target
"""


def by_pair(result):
    return {(row["from"], row["to"]): row for row in result.rows()}


@relaxed
@given(journeys())
def test_without_a_limit_counts_and_times_are_those_of_folded_transitions(people):
    snapshot = snapshot_of(*named(people))
    ours = LocalEngine().run(HandOvers(by="event", within=None), snapshot)
    theirs = LocalEngine().run(Transitions(by="event", fold_repeats=True, persons=True), snapshot)
    assert ours.columns["from"] == theirs.columns["from"]
    assert ours.columns["to"] == theirs.columns["to"]
    for column in ("count", "persons", "persons_from"):
        assert np.array_equal(ours.columns[column], theirs.columns[column])
    for column in ("median_seconds", "q1_seconds", "q3_seconds", "mean_seconds"):
        assert np.array_equal(ours.columns[column], theirs.columns[column])


@pytest.mark.parametrize("seed", range(3))
def test_sql_gives_the_same_hand_overs(seed):
    generator = np.random.default_rng(seed)
    people = [
        [(int(at), "abcd"[generator.integers(4)]) for at in np.sort(generator.integers(0, 60, 20))]
        for _ in range(50)
    ]
    result = ask(HandOvers(by="event", within="2s"), *people)
    rows = [(person, *event) for person, mine in enumerate(people) for event in mine]
    with duckdb.connect() as base:
        base.execute("create table events (number int, person int, tick int, node text)")
        numbered = [(number, *row) for number, row in enumerate(rows)]
        base.executemany("insert into events values (?, ?, ?, ?)", numbered)
        expected = base.execute(SQL, [2]).fetchall()
    names = ("from", "to", "count", "persons", "mean_seconds")
    assert sorted(tuple(row[name] for name in names) for row in result.rows()) == expected


@relaxed
@given(journeys(), WITHIN)
def test_visits_end_in_hand_overs_stays_moves_and_ends(people, within):
    result = ask(HandOvers(by="event", within=within), *named(people))
    nodes = {name: np.array(values) for name, values in result.facts["nodes"].items()}
    ends = nodes["handed_out"] + nodes["resumed"] + nodes["moved_later"] + nodes["ends"]
    begins = nodes["starts"] + nodes["handed_in"] + nodes["resumed"] + nodes["came_later"]
    assert np.array_equal(nodes["visits"], ends)
    assert np.array_equal(nodes["visits"], begins)
    assert nodes["handed_out"].sum() == result.facts["hand_overs"]
    assert nodes["events"].sum() == nodes["visits"].sum() + nodes["stays"].sum()
    per_person = result.facts["per_person"]
    assert per_person["persons"].sum() == result.facts["persons"]
    numbers = per_person["hand_overs"] * per_person["persons"]
    assert numbers.sum() == result.facts["hand_overs"]


@relaxed
@given(journeys(), WITHIN, st.sampled_from(["persons", "due", "in_time", "open"]))
def test_the_members_of_a_row_are_as_many_as_it_counts(people, within, measure):
    snapshot = snapshot_of(*named(people))
    question = HandOvers(by="channel", detail="event", within=within, goal="d", goal_within="9s")
    task = question.plan(snapshot)
    for row in LocalEngine().run(question, snapshot).rows():
        cell = {name: row[name] for name in ("from", "to", "from_detail", "to_detail")}
        cell["measure"] = measure
        assert task.members(snapshot.shards[0], Selection(), cell).sum() == row[measure]


@relaxed
@given(journeys(), WITHIN)
def test_details_add_up_to_the_hand_overs_of_their_channels(people, within):
    snapshot = snapshot_of(*named(people))
    plain = LocalEngine().run(HandOvers(within=within), snapshot)
    split = LocalEngine().run(HandOvers(within=within, detail="event"), snapshot)
    sums = {}
    for row in split.rows():
        pair = row["from"], row["to"]
        sums[pair] = sums.get(pair, 0) + row["count"]
    assert sums == {pair: row["count"] for pair, row in by_pair(plain).items()}
    for name in ("persons", "visits", "handed_out", "handed_in", "ends", "stays"):
        assert np.array_equal(plain.facts["nodes"][name], split.facts["nodes"][name])


@relaxed
@given(journeys(), st.integers(0, 5))
def test_members_of_a_stage_are_those_whom_the_channel_carries_there(people, cut):
    snapshot = MemorySnapshot(
        [shard_of(people[:cut]), shard_of(people[cut:])],
        stages=tuple(Stage(name, {}) for name in ("", "buy", "use", "stay")),
    )
    question = HandOvers()
    result, task = LocalEngine().run(question, snapshot), question.plan(snapshot)
    carried = result.facts["carried"]
    for place, stage in enumerate(carried["stage"]):
        cell = {"stage": stage, "node": carried["node"][place]}
        found = sum(task.members(shard, Selection(), cell).sum() for shard in snapshot.shards)
        assert found == carried["persons"][place] <= carried["persons_at_stage"][place]
    assert sum(carried["events"]) == result.facts["events"]


def test_a_visit_next_month_is_no_hand_over():
    result = ask(HandOvers(by="event"), at_hours((0, "a"), (24 * 30, "b")))
    assert len(result) == 0
    assert [warning.code for warning in result.warnings] == ["no-hand-overs"]
    assert result.facts["nodes"]["moved_later"].tolist() == [1, 0, 0, 0]


def test_a_limit_that_is_just_met_counts():
    journey = at_hours((0, "a"), (1, "b"), (2.001, "c"))
    assert list(by_pair(ask(HandOvers(by="event", within="1h"), journey))) == [("a", "b")]


def test_time_runs_from_the_last_event_of_a_visit():
    result = ask(HandOvers(by="event"), at_hours((0, "a"), (5, "a"), (6, "b"), (9, "b")))
    assert result.columns["mean_seconds"].tolist() == [HOUR]


def test_shares_are_of_persons_who_were_there():
    people = [at_hours((0, "a"), (1, "b"), (2, "a"), (3, "b")), at_hours((0, "a")), []]
    row = by_pair(ask(HandOvers(by="event"), *people))["a", "b"]
    assert (row["count"], row["persons"], row["persons_from"]) == (2, 1, 2)
    assert (row["share"], row["share_of_visits"]) == (0.5, 2 / 3)
    assert row["low"] == pytest.approx(0.0945, abs=1e-4)


def test_the_second_event_itself_may_be_the_goal():
    row = by_pair(
        ask(
            HandOvers(by="event", goal="b", goal_within="1h"),
            at_hours((0, "a"), (1, "b"), (9, "c")),
        )
    )
    assert row["a", "b"]["in_time"] == 1


def test_the_goal_is_looked_for_after_the_first_hand_over_only():
    late = at_hours((0, "a"), (1, "b"), (10, "a"), (11, "b"), (11.5, "d"), (99, "c"))
    row = by_pair(ask(HandOvers(by="event", goal="d", goal_within="2h"), late))["a", "b"]
    assert (row["due"], row["in_time"]) == (1, 0)


def test_those_who_stay_stand_beside_those_who_change():
    people = [
        at_hours((0, "a"), (1, "b"), (2, "d")),
        at_hours((0, "a"), (1, "b"), (99, "c")),
        at_hours((0, "a"), (1, "a"), (2, "d")),
        at_hours((0, "a"), (98.5, "a")),
    ]
    result = ask(HandOvers(by="event", within="3h", goal="d", goal_within="2h"), *people)
    row = by_pair(result)["a", "b"]
    assert (row["in_time"], row["due"]) == (1, 2)
    assert (row["stayed_in_time"], row["stayed_due"]) == (1, 1)
    assert row["difference"] == -0.5


def test_who_still_has_time_is_open():
    result = ask(HandOvers(by="event", goal="d", goal_within="2h"), at_hours((0, "a"), (1, "b")))
    row = by_pair(result)["a", "b"]
    assert (row["due"], row["open"], row["share_in_time"]) == (0, 1, None)
    assert [warning.code for warning in result.warnings] == ["open"]


def test_after_until_nothing_is_known():
    people = [[(0, "a"), (HOUR, "b"), (60 * HOUR, "d")]]
    question = HandOvers(by="event", goal="d", goal_within="2d", until="1970-01-02")
    row = by_pair(ask(question, *people, zone="UTC"))["a", "b"]
    assert (row["due"], row["open"]) == (0, 1)


def test_events_without_a_detail_are_rows_of_their_own():
    """Codes 0 and 2 go to web, 1 and 3 to mail; only code 1 is a touchpoint."""
    points = (Touchpoint("", {}), Touchpoint("call", {}))
    people = [[(0, 0), (1, 1), (2, 0)]]
    snapshot = MemorySnapshot([shard_of(people)], touchpoints=points)
    result = LocalEngine().run(HandOvers(detail="touchpoint"), snapshot)
    assert result.columns["from_detail"] == ("", "call")
    assert result.columns["to_detail"] == ("call", "")


def test_conditions_may_be_the_goal():
    result = ask(
        HandOvers(goal="event in ('d')", goal_within="5s"), [(0, "a"), (1, "b"), (3, "d"), (9, "c")]
    )
    assert by_pair(result)["web", "email"]["in_time"] == 1


@relaxed
@given(journeys(), WITHIN)
def test_finer_ticks_give_the_same_answer(people, within):
    question = HandOvers(within=within, goal="event:d", goal_within="8s", detail="event")
    fine = [[(at * 10**6, code) for at, code in person] for person in people]
    settings = {"data_until_us": 40 * 10**6}
    coarse = LocalEngine().run(question, MemorySnapshot([shard_of(people)], **settings))
    micros = MemorySnapshot([shard_of(fine, ticks=np.int64)], ticks_per_second=10**6, **settings)
    found = LocalEngine().run(question, micros)
    for column in ("count", "persons", "due", "in_time", "mean_seconds"):
        assert np.array_equal(found.columns[column], coarse.columns[column])


@pytest.mark.parametrize("within", ["7d", None, "1h"])
def test_a_question_survives_its_json(within):
    question = HandOvers(within=within, detail="touchpoint", goal="order")
    assert question_from_dict(json.loads(json.dumps(question.to_dict()))) == question


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "device"},
        {"detail": "channel"},
        {"within": "0d"},
        {"within": "soon"},
        {"goal_within": "-1d"},
    ],
)
def test_a_question_without_meaning_is_refused(wrong):
    with pytest.raises(InputError):
        HandOvers(**wrong)


def test_an_unknown_goal_gets_the_nearest_names():
    with pytest.raises(QuestionError, match="'order'"):
        ask(HandOvers(goal="ordr"), names=("order", "x"))


@pytest.mark.parametrize(
    "cell",
    [
        {"from": "web", "to": "web"},
        {"from": "web", "to": "phone"},
        {"from": "web"},
        {"from": "web", "to": "email", "measure": "money"},
        {"node": "web", "stage": "nowhere"},
    ],
)
def test_a_cell_that_cannot_be_is_refused(cell):
    snapshot = snapshot_of([(0, "a"), (1, "b")])
    with pytest.raises(InputError):
        HandOvers().plan(snapshot).members(snapshot.shards[0], Selection(), cell)


@pytest.mark.parametrize(("language", "words"), [("en", "2 hours"), ("de", "2 Stunden")])
def test_the_meaning_is_told_in_words(language, words):
    assert words in HandOvers(within="2h", goal="order").explain(language)
