"""Rules of segments as rows, and what must add up in the overview."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waypost.app.studio.asking import answer_now, view_of
from waypost.app.studio.journey_overview import (
    Overview,
    branches,
    questions_of,
    stage_nodes,
    walk,
)
from waypost.app.studio.segment_rules import FREE, OPERATORS, RuleRow, rows_of, rules_of
from waypost.model.conditions import Condition

DAYS = st.sampled_from(["", "2026-01-31", "2025-12-01"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda text: text.strip() == text and text
)
ROWS = st.builds(
    RuleRow,
    field=st.sampled_from(["channel", "step", "utm_source", "person.city", "value", "rating"]),
    operator=st.sampled_from(sorted(OPERATORS)),
    value=TEXTS,
    did=st.booleans(),
    joined=st.sampled_from(["and", "or"]),
    since=DAYS,
    until=DAYS,
)


@given(st.lists(ROWS, max_size=5))
def test_rows_of_rules_say_the_same_rules(rows):
    rules = rules_of(rows)
    assert rules_of(rows_of(rules)) == rules


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool), max_size=3))
def test_a_rule_that_no_row_can_say_stays_as_it_is_written(rules):
    plain = tuple(rule for rule in rules if not rule.startswith("never:"))
    assert rules_of(rows_of(plain)) == plain


def test_what_rows_say_is_a_condition():
    rows = (
        RuleRow("channel", "=", "it's"),
        RuleRow("value", ">=", "19,90", joined="or", since="2026-01-01"),
        RuleRow(FREE, value="text ilike '%late%'", did=False),
    )
    first, second = rules_of(rows)
    assert first == "(channel = 'it''s') or (value >= 19.90 and at >= '2026-01-01')"
    assert second == "never: text ilike '%late%'"
    Condition.parse(first)


def test_every_stage_of_the_flow_adds_up(studio):
    actor = studio.actor()
    asked = questions_of(view_of(studio.site, actor), Overview())
    flow, stages = (answer_now(studio.site, actor, asked[name]) for name in ("flow", "stages"))
    nodes, edges = stage_nodes(flow, stages)
    assert len(nodes) > 2
    for one in nodes:
        coming = sum(edge.persons for edge in edges if edge.target == one.id)
        going = sum(edge.persons for edge in edges if edge.source == one.id)
        assert one.persons == one.starts + coming
        assert one.persons == going + one.left + one.open
    assert sum(one.starts for one in nodes) == flow.facts["persons"]
    assert sum(one.left + one.open for one in nodes) == flow.facts["persons"]


def test_every_place_of_the_tree_adds_up(studio):
    actor = studio.actor()
    asked = questions_of(view_of(studio.site, actor), Overview(by="touchpoint"))
    answer = answer_now(studio.site, actor, asked["tree"])
    root, outside = branches(answer, ())
    assert root.persons + outside == answer.facts["persons"]
    for one in walk(root):
        if one.below:
            shown = sum(branch.persons for branch in one.shown)
            assert one.persons == shown + one.ends + one.rest
            assert one.rest >= 0


def test_a_followed_path_has_the_persons_that_its_place_had(studio):
    actor = studio.actor()
    view = view_of(studio.site, actor)
    first = answer_now(studio.site, actor, questions_of(view, Overview())["tree"])
    root, _ = branches(first, ())
    place = root.shown[0].path
    deeper = answer_now(studio.site, actor, questions_of(view, Overview(path=place))["tree"])
    assert branches(deeper, place)[0].persons == root.shown[0].persons


def test_a_question_is_computed_once_for_all_who_ask(studio):
    actor = studio.actor()
    asked = questions_of(view_of(studio.site, actor), Overview())["paths"]
    assert answer_now(studio.site, actor, asked) is answer_now(studio.site, actor, asked)
