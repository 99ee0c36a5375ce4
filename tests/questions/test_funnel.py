"""Funnels as they are asked: published answers, members, words, and what has no sense."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.strategies.journeys_in_memory import events_of, shard_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError
from waypost.questions import Funnel, KeyCodes, Selection, question_from_dict

LATER = 10**15


def _ask(text, steps, **fields):
    """The answer for one person: ``"A1 B2"`` and steps ``"AB"``; times are seconds."""
    snapshot = snapshot_of(events_of(text), names="ABCDXY", data_until_us=LATER)
    return LocalEngine().run(Funnel(list(steps), **({"within": "100s"} | fields)), snapshot)


def _met(text, steps, **fields):
    return int(_ask(text, steps, **fields).columns["persons"].sum())


CLICKHOUSE = [
    ("A1 B2 C3 B4 D5", "ABCD", 4, None, 4, 4),
    ("A1 B2 D3 C4", "ABCD", 3, 2, 3, 3),
    ("A1 X2 B3", "AB", 2, 1, 2, 2),
    ("B5 A5", "AB", 2, None, 1, 2),
    ("A1", "AA", 2, None, None, 1),
    ("A1 B2 C3", "ABC", 3, 3, 3, 3),
    ("A1 D2 B3 C4", "ABC", 3, 1, 3, 3),
    ("A1 A2 B3 B4 C5 C6", "ABC", 3, 2, 3, 3),
    ("A1 A2 A3 A4 B5 B6 C7 C8", "ABC", 3, 2, 3, 3),
    ("A1 A2 B3 B4 D5 D6 C7 C8", "ABC", 3, 2, 3, 3),
    ("C1 C2 B3 B4 A5 A6", "ABC", 1, 1, 1, 1),
]


@pytest.mark.parametrize(("text", "steps", "plain", "strict", "rising", "once"), CLICKHOUSE)
def test_clickhouses_golden_table(text, steps, plain, strict, rising, once):
    """ClickHouse 26.9, tests/queries/0_stateless/00632_aggregation_window_funnel.

    Left out is where we differ on purpose: in strict order a step met again ends the attempt.
    """
    assert _met(text, steps, reuse=True) == plain
    assert _met(text, steps) == once
    assert strict is None or _met(text, steps, order="strict") == strict
    assert rising is None or _met(text, steps, ties="rising") == rising


def test_an_older_start_may_still_grow_after_a_tie():
    """A at 1 leaves time for B at 5, though another A lies at the same instant as B."""
    assert _met("A1 A5 B5", "AB", ties="rising") == 2


@pytest.mark.parametrize(
    ("text", "steps", "within", "level"),
    [
        ("A0 B10", "AB", "10s", 2),
        ("A0 B11", "AB", "10s", 1),
        ("A0 A8 B15", "AB", "10s", 2),
        ("A0 B1 A9 C12", "ABC", "10s", 2),
        ("A0 B86400000", "AB", None, 2),
    ],
)
def test_the_window_includes_its_end(text, steps, within, level):
    """The same source; the last one has no limit."""
    assert _met(text, steps, within=within) == level


def test_mixpanels_totals_with_an_exclusion():
    """docs.mixpanel.com, funnels: A A A B with exclusion A has 2 entries and 1 conversion."""
    result = _ask("A1 A2 A3 B4", "AB", entry="each", exclude="A")
    assert result.columns["attempts"].tolist() == [2, 1]
    assert result.columns["persons"].tolist() == [1, 1]


def test_mixpanels_totals_enter_again_when_time_is_up():
    """The same page: A, A again, the window of the first ends, B: 1 of 2 converts."""
    text = "A0 A3000 A3700 B4000"
    result = _ask(text, "AB", entry="each", within="1h")
    assert result.columns["attempts"].tolist() == [2, 1]


def test_mixpanels_first_case_in_every_policy():
    """A 1:00, A 1:30, B 1:45, C 2:15, one hour."""
    text = "A3600 A5400 B6300 C8100"
    levels = {
        entry: _met(
            text, "ABC", entry=entry, within="1h", count="persons" if entry == "each" else None
        )
        for entry in ("first", "any", "best", "each")
    }
    assert levels == {"first": 2, "any": 3, "best": 3, "each": 2}


@pytest.mark.parametrize(("apart", "level"), [(1, 2), (2, 2), (3, 1)])
def test_steps_within_two_seconds_are_interchangeable(apart, level):
    """Mixpanel: B before A counts when they are up to 2 s apart."""
    assert _met(f"B10 A{10 + apart}", "AB", ties_within="2s") == level


def test_posthog_leaves_out_who_did_the_excluded():
    """posthog.com, funnels: exclusion steps drop the person."""
    result = _ask("A1 X2 B3 A4 B5", "AB", exclude="X", on_exclusion="person")
    assert result.columns["persons"].tolist() == [0, 0]
    assert result.facts["left_out"] == 1
    assert "left-out" in {notice.code for notice in result.warnings}


def test_a_tuple_is_a_step_that_any_of_its_names_meets():
    result = _ask("A1 C2", ["A", ("B", "C")])
    assert list(result.columns["step"]) == ["A", "B | C"]
    assert result.columns["persons"].tolist() == [1, 1]


def test_a_step_that_comes_twice_has_two_rows():
    result = _ask("A1 A2", "AA")
    assert list(result.columns["step"]) == ["A", "A (2)"]
    assert result.columns["persons"].tolist() == [1, 1]


def test_rows_in_any_order_say_how_many_were_met():
    result = _ask("C1 A2", "ABC", order="any")
    assert list(result.columns["step"]) == ["1/3", "2/3", "3/3"]
    assert result.columns["persons"].tolist() == [1, 1, 0]


def _carts(*carts):
    """A shard of one person who alternates A and B, and a selection that knows the carts."""
    persons = [[(place, place % 2) for place in range(len(carts))]]
    codes = KeyCodes(np.array(carts, np.int32), ("first", "second"))
    return shard_of(persons), Selection(keys={"attribute.cart_id": codes})


@pytest.mark.parametrize(("carts", "converted"), [((0, 0), 1), ((0, 1), 0), ((0, -1), 0)])
def test_steps_share_the_value_of_a_field(carts, converted):
    task = Funnel(["a", "b"], same="attribute.cart_id").plan(snapshot_of())
    result = task.finish(task.run(*_carts(*carts)))
    assert task.keys == ("attribute.cart_id",)
    assert result.facts["converted"] == converted


def _snapshot():
    return snapshot_of(
        [(0, "a"), (5, "b"), (9, "c")],
        [(0, "a"), (3, "b"), (80, "d")],
        [(60, "a"), (70, "b")],
        [(1, "b")],
    )


ASKED = [
    Funnel(["a", "b", "c"], within="50s"),
    Funnel(["a", "b", "c"], within="50s", optional="b"),
    Funnel(["a", "b", "c"], within="50s", order="any"),
    Funnel(["a", "b", "c"], within="50s", entry="each"),
    Funnel(["a", "b", "c"], within="50s", exclude=("d", 1, 3), on_exclusion="person"),
]


@pytest.mark.parametrize("question", ASKED, ids=range(len(ASKED)))
def test_members_are_as_many_as_the_row_says(question):
    snapshot = _snapshot()
    task = question.plan(snapshot)
    result = LocalEngine().run(question, snapshot)
    measures = ("persons",) if question.counts_attempts else ("persons", "lost", "open")
    for row in result.rows():
        for measure in measures:
            cell = {"step": row["step"], "measure": measure}
            members = task.members(snapshot.shards[0], Selection(), cell)
            assert members.sum() == row[measure]


@pytest.mark.parametrize("question", ASKED, ids=range(len(ASKED)))
def test_persons_go_on_or_are_lost_or_open(question):
    columns = LocalEngine().run(question, _snapshot()).columns
    units = columns["attempts" if question.counts_attempts else "persons"]
    needed = [0, 2] if question.optional else [0, 1, 2]
    for one, other in pairwise(needed):
        assert units[one] == units[other] + columns["lost"][one] + columns["open"][one]


def test_who_may_still_convert_raises_the_estimate():
    """Two went on, one is lost, one is open: more than half of those at a go on."""
    gone = [[(0, "a"), (5, "b")]] * 2
    snapshot = snapshot_of(*gone, [(0, "a")], [(98, "a")], data_until_us=100_000_000)
    columns = LocalEngine().run(Funnel(["a", "b"], within="50s"), snapshot).columns
    assert columns["share_of_previous"][1] == 0.5
    assert columns["km_share_of_previous"][1] == pytest.approx(2 / 3)
    assert columns["km_median_seconds_from_previous"][1] == 5
    assert np.isnan(columns["km_q3_seconds_from_previous"][1])


def test_steps_on_several_axes_and_conditions_are_one_funnel():
    snapshot = snapshot_of([(0, "a"), (5, "b"), (9, "c")], data_until_us=LATER)
    steps = ["event:a", "event = 'b'", ("channel:web", "event = 'd'")]
    columns = LocalEngine().run(Funnel(steps), snapshot).columns
    assert columns["persons"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"count": "attempts"}, "entry"),
        ({"order": "strict", "optional": 2}, "optional"),
        ({"order": "strict", "exclude": "x"}, "exclude"),
        ({"order": "any", "within_step": "1h"}, "within_step"),
        ({"order": "any", "ties_within": "2s"}, "ties_within"),
        ({"ties": "recorded", "ties_within": "2s"}, "ties_within"),
        ({"entry": "each", "exclude": "x", "on_exclusion": "person"}, "count"),
        ({"on_exclusion": "person"}, "exclude"),
    ],
)
def test_what_excludes_each_other_is_named(fields, named):
    with pytest.raises(QuestionError, match=f"{named}.*exclude each other"):
        Funnel(["a", "b", "c"], **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"optional": 1},
        {"optional": "c"},
        {"optional": "bb"},
        {"exclude": [("x", 2, 1)]},
        {"exclude": [("x", 1)]},
        {"exclude": [("x", "a", "b")], "optional": "b"},
        {"exclude": [(1, 2, 3)]},
        {"within_step": ["1h"]},
        {"on_exclusion": "nobody"},
        {"count": "sessions"},
    ],
)
def test_fields_without_meaning_are_refused(fields):
    with pytest.raises(QuestionError):
        Funnel(["a", "b", "c"], **fields)


def test_sixty_steps_are_answered_and_more_are_refused():
    snapshot = snapshot_of([(0, "a")], data_until_us=LATER)
    result = LocalEngine().run(Funnel(["a"] * 60), snapshot)
    assert result.columns["persons"].sum() == 1
    with pytest.raises(QuestionError, match="60"):
        Funnel(["a"] * 200)


WHOLE = Funnel(
    ["a", ("b", "x"), "c"],
    within=None,
    entry="each",
    within_step=["1h", None],
    ties_within="2s",
    exclude=["d", ("e", "a", 3)],
    optional=2,
    same="id.order_id",
)


def test_every_field_survives_its_json_shape():
    assert question_from_dict(WHOLE.to_dict()) == WHOLE


def test_a_plain_funnel_keeps_the_json_that_maps_have_stored():
    assert Funnel(["a", "b"]).to_dict() == {
        "question": "funnel",
        "steps": ["a", "b"],
        "within": "7d",
        "entry": "any",
        "order": "ordered",
        "ties": "any",
        "reuse": False,
    }


def test_german_words_are_german_throughout():
    told = WHOLE.explain("de")
    for words in ("1 Stunde", "2 Sekunden", "Anlauf", "beliebig viel Zeit", "ausgelassen", "offen"):
        assert words in told
    for words in ("attempt", "step", "instant", "hour"):
        assert words not in told
