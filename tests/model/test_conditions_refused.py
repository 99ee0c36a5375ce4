"""Nothing outside the small language gets through, and what is refused is explained."""

from __future__ import annotations

import pytest
import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from waypost.errors import RuleError
from waypost.model.conditions import Condition

RENDERED = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE),
    *(exp.In, exp.Is, exp.Null, exp.Like, exp.ILike, exp.Glob, exp.RegexpLike, exp.Contains),
    *(exp.StartsWith, exp.EndsWith, exp.Lower, exp.Upper, exp.Coalesce, exp.Nullif, exp.Boolean),
    *(exp.Column, exp.Identifier, exp.Literal, exp.Neg, exp.Cast, exp.TryCast, exp.DataType),
    *(exp.Case, exp.If),
)
FUNCTIONS = {"EPOCH_US", "ISFINITE"}
PIECES = (
    *("a", "event", "value", "at", "page.path", "a.stage", '"x y"', "'x'", "'it''s'", "3", "-1.5"),
    *(
        "'2024-01-31'",
        "date '2024-01-31'",
        "true",
        "null",
        "=",
        "!=",
        "<",
        ">=",
        "and",
        "or",
        "not",
    ),
    *(
        "in",
        "between",
        "like",
        "ilike",
        "glob",
        "regexp",
        "is null",
        "(",
        ")",
        ",",
        ";",
        "--",
        "/*",
    ),
    *("select 1", "(select 1)", "drop table x", "pragma y", "copy x to 'f'", "read_csv('f')", "*"),
    *(
        "getenv('HOME')",
        "random()",
        "contains(",
        "lower(",
        "exists",
        "::int",
        "cast(a as int)",
        "?",
    ),
    *(
        "$1",
        ":a",
        "{{x}}",
        "case when",
        "end",
        "interval '1' day",
        "x'00'",
        "\\",
        "[1]",
        "->",
        "||",
    ),
)


def allowed(text):
    """The rendered SQL of a condition that was read, checked node by node; None when refused."""
    try:
        condition = Condition.parse(text)
    except RuleError:
        return None
    rendered = condition.sql({name: name for name in condition.names})
    (tree,) = sqlglot.parse(rendered, read="duckdb")
    for node in tree.walk():
        if isinstance(node, exp.Anonymous):
            assert node.name.upper() in FUNCTIONS, rendered
        elif isinstance(node, exp.Func) and not isinstance(node, RENDERED):
            assert node.sql_name() in FUNCTIONS | {"IS_INF", "EPOCH_US"}, rendered
        else:
            assert isinstance(node, RENDERED), (type(node), rendered)
    return rendered


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join))
@example("a = 'x' and contains( a , 'x' )")
def test_sql_fragments_never_get_through(text):
    allowed(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_our_error(text):
    allowed(text)


@pytest.mark.parametrize(
    ("text", "position", "near"),
    [
        ("channel = 'web' and", 17, "and"),
        ("channel == == 'web'", None, ""),
        ("value > 'much'", 9, "much"),
        ('event = "order_placed"', 9, "order_placed"),
        ("lowr(event) = 'x'", 1, "LOWR"),
        ("channel = 'web' and foo(event, 'x')", 21, "FOO"),
    ],
)
def test_the_error_names_the_place(text, position, near):
    with pytest.raises(RuleError) as caught:
        Condition.parse(text)
    assert position is None or caught.value.facts["position"] == position
    assert near in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "event = (select 'x')", "event in (select 'x')", "exists (select 1)", "a in unnest([1])",
        "a::int = 3", "cast(a as int) = 3", "a = cast(b as date)", "a = getenv('HOME')",
        "a = current_user", "a = random()", "list_contains(a, 'x')", "length(a) > 3",
        "a || 'b' = 'c'",
        "a + 1 = 2", "utm-source = 'x'", "a = b", "a like b", "a = 'x'; drop table t", "select 1",
        "pragma database_list", "copy t to 'f'", "attach 'f'", "a = $1", "a = ?", "a = :b", "*",
        "columns(*) = 1", "a = [1]", "a = {'x': 1}", "a['x'] = 1", "a -> 'x' = 1", "a is true",
        "a = E'\\n'", "a = interval '1' day", "a = 'x' collate nocase", "a like 'x' escape '!'",
        "a similar to 'x'", "a <=> 'x'", "case when a = 1 then true end", "a", "not a",
        "true", "1 = 1",
        "lower(upper(a)) = 'x'", "lower(value) = 'x'", "value like '1%'", "at = 'soon'", "at = 3",
        "at = '31.12.2024'", "value = '100'", "event = 3", "rating = true", "a > true", "a = 0x10",
        "a = 1e400", "value > 10000000000000000", "a between 1 and 'b'",
        "a between symmetric 1 and 2",
        "text regexp '('", "text regexp '(?=a)'", "regexp_matches(text, 'a', 'i')", "a in ()",
        "a = #1", "@a = 1", "a = now()", "(a, b) = (1, 2)", "a = any(['x'])", "a as b",
        "a = date 'x'",
        "(" * 3000 + "a = 1" + ")" * 3000, "not " * 500 + "a = 1", "a = '" + "x" * 9000 + "'", "",
        "  ",
        "a = 'x", "(a = 'x'", "a = 'x\x00'", "a = '\ud800'",
    ],
)  # fmt: skip
def test_it_is_refused(text):
    with pytest.raises(RuleError) as caught:
        Condition.parse(text)
    assert len(str(caught.value)) < 1000


def test_a_misspelt_function_is_offered_its_neighbour():
    with pytest.raises(RuleError, match="did you mean starts_with"):
        Condition.parse("start_with(event, 'x') = 'y'")


def test_a_wrong_kind_of_value_is_explained():
    with pytest.raises(RuleError, match="“value” is a number and compared with numbers, without"):
        Condition.parse("value = '100'")


def test_long_chains_are_no_nesting():
    condition = Condition.parse(" or ".join(f"a = {n}" for n in range(300)))
    assert len(condition.atoms) == 300


def test_comments_leave_no_trace():
    condition = Condition.parse("channel = 'web' -- ; drop table x")
    assert condition == Condition.parse("channel = 'web'")
    assert "drop" not in condition.sql({"channel": "channel"})
