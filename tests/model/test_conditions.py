"""Conditions: what they mean, checked against Python on every row and against known answers."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.conditions import conditions, rows
from waypost.errors import RuleError
from waypost.model.conditions import Condition, Setting

BERLIN = Setting("Europe/Berlin", 2)
TYPES = {
    "value": pa.int64(),
    "rating": pa.float32(),
    "at": pa.timestamp("us", "UTC"),
}
CONNECTION = duckdb.connect(config={"threads": 1})


def truths(condition, events, setting=BERLIN):
    names = sorted(condition.names)
    columns = {n: pa.array([e.get(n) for e in events], TYPES.get(n, pa.string())) for n in names}
    table = pa.table({"nothing": pa.nulls(len(events)), **columns})
    cursor = CONNECTION.cursor()
    cursor.register("events", table)
    text = condition.sql({name: name for name in names}, setting=setting)
    return [row[0] for row in cursor.execute(f"SELECT {text} FROM events").fetchall()]


def held(condition, /, **event):
    event = {("a." + n if n in {"size", "seen", "kind"} else n): v for n, v in event.items()}
    return truths(Condition.parse(condition), [event])[0]


@settings(max_examples=120, deadline=None)
@given(conditions(), st.lists(rows(), min_size=1, max_size=8))
def test_duckdb_and_python_agree_on_every_row(condition, events):
    text, predicate = condition
    assert truths(Condition.parse(text), events) == [predicate(event) for event in events]


@settings(max_examples=50, deadline=None)
@given(conditions(), st.lists(rows(), min_size=1, max_size=8))
def test_a_condition_and_its_negation_add_up_to_everything(condition, events):
    kept = truths(Condition.parse(condition[0]), events)
    dropped = truths(Condition.parse(f"not ({condition[0]})"), events)
    assert [a + b for a, b in zip(kept, dropped, strict=True)] == [1] * len(events)


@settings(max_examples=150, deadline=None)
@given(conditions())
def test_a_condition_written_out_reads_as_the_same(condition):
    parsed = Condition.parse(condition[0])
    assert Condition.parse(parsed.written()) == parsed


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("not channel in ('b', 'a')", "channel not in ('a', 'b')"),
        ("not (a.stage = 'x')", "a.stage != 'x'"),
        ('"Größe (cm)" > 3', 'a."Größe (cm)" > 3'),
        ('"case" is null or not a is null', 'a."case" is null or a is not null'),
        ("at = '2026-01-31'", "at = date '2026-01-31'"),
        ("at < '2026-01-31 18:30'", "at < timestamp '2026-01-31 18:30:00'"),
        ("value > 1e3 and (b = true or c = false)", "value > 1000 and (b = true or c = false)"),
        ("person.city = 'Kiel'", "person.city = 'Kiel'"),
        ("a.a.x = 'y'", "a.a.x = 'y'"),
        ("not contains(lower(text), 'it''s')", "not (contains(lower(text), 'it''s'))"),
        ("a.b.c.d.e = 'x'", "a.\"b.c.d.e\" = 'x'"),
    ],
)
def test_conditions_are_written_in_one_way(text, written):
    parsed = Condition.parse(text)
    assert parsed.written() == written
    assert Condition.parse(written) == parsed


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30))
def test_any_text_survives_as_a_literal(text):
    condition = Condition.parse("text = '" + text.replace("'", "''") + "'")
    assert truths(condition, [{"text": text}, {"text": text + "x"}]) == [True, False]


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1))
def test_any_attribute_name_can_be_written_in_double_quotes(name):
    condition = Condition.parse('"' + name.replace('"', '""') + "\" = 'x'")
    (column,) = condition.names
    assert Condition.parse(condition.written()) == condition
    assert column in {f"a.{name}", name}
    assert truths(condition, [{column: "x"}, {column: "y"}]) == [True, False]


@pytest.mark.parametrize(
    ("text", "minor", "expected"),
    [
        ("value > 19.99", 1999, False),
        ("value >= 19.99", 1999, True),
        ("value > 19.985", 1999, True),
        ("value = 19.985", 1999, False),
        ("value < -5", -501, True),
        ("value between 10 and 20", 2000, True),
        ("100 < value", 10_001, True),
        ("value > 0", None, False),
        ("value != 0", None, True),
        ("value is null", None, True),
    ],
)
def test_values_are_written_in_major_units(text, minor, expected):
    assert held(text, value=minor) is expected


@pytest.mark.parametrize(("digits", "minor"), [(0, 100), (2, 10_000), (3, 100_000)])
def test_minor_digits_depend_on_the_currency(digits, minor):
    found = truths(Condition.parse("value = 100"), [{"value": minor}], Setting("UTC", digits))
    assert found == [True]


def test_the_setting_knows_a_currencys_digits():
    assert [Setting.of("UTC", c).digits for c in ("EUR", "JPY", "KWD")] == [2, 0, 3]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        # Berlin is two hours ahead of UTC in summer, one in winter.
        ("at = '2024-07-01'", "2024-06-30T22:00:00", True),
        ("at = '2024-07-01'", "2024-07-01T21:59:59", True),
        ("at = '2024-07-01'", "2024-07-01T22:00:00", False),
        ("at <= '2024-01-31'", "2024-01-31T22:59:59", True),
        ("at between '2024-01-01' and '2024-01-31'", "2024-01-31T22:59:59", True),
        ("at between '2024-01-01' and '2024-01-31'", "2024-01-31T23:00:00", False),
        ("at > '2024-01-31'", "2024-01-31T22:59:59", False),
        ("at < '2024-01-31 18:30'", "2024-01-31T17:29:59", True),
        ("at < '2024-01-31 18:30'", "2024-01-31T17:30:00", False),
        ("at >= '2024-01-31T18:30:00+00:00'", "2024-01-31T18:30:00", True),
        ("at >= date '2024-02-01'", "2024-01-31T23:00:00", True),
    ],
)
def test_a_date_is_the_whole_local_day(text, at, expected):
    instant = pa.scalar(at + "Z").cast(pa.timestamp("us", "UTC")).value
    assert held(text, at=instant) is expected


@pytest.mark.parametrize(
    ("text", "given_", "expected"),
    [
        ("size = 3", "3.0", True),
        ("size = '3'", "3.0", False),
        ("size > 9", "10", True),
        ("size > 9", "ten", False),
        ("size != 3", "ten", True),
        ("size < 3", "nan", False),
        ("size > 3", "inf", False),
        ("size = true", "Yes", True),
        ("size = false", "0", True),
        ("size = true", "2", False),
        ("size in (1, 2)", "2.0", True),
        ("size >= date '2024-01-31'", "2024-01-30T23:00:00Z", True),
        ("size = date '2024-01-31'", "no date", False),
    ],
)
def test_attributes_are_compared_as_what_they_are_compared_with(text, given_, expected):
    assert held(text, size=given_) is expected


def test_what_is_missing_equals_nothing_and_differs_from_everything():
    assert held("kind = 'a'", kind=None) is False
    assert held("kind != 'a'", kind=None) is True
    assert held("not (kind like '%')", kind=None) is True
    assert held("kind not in ('a')", kind=None) is True


def test_an_empty_channel_is_missing():
    assert held("channel is null", channel="") is True
    assert held("text is null", text="") is False


def test_names_are_columns_of_the_log():
    condition = Condition.parse(
        "Event = 'x' and utm_source = 'y' and a.stage = 'z' and page.path = 'p'"
    )
    assert condition.names == {"event", "a.utm_source", "a.stage", "a.page.path"}


def test_a_name_in_double_quotes_is_an_attribute_unless_it_is_written_as_one_of_ours():
    assert Condition.parse("\"weird name\" = 'x'").names == {"a.weird name"}
    assert Condition.parse("\"stage\" = 'x'").names == {"a.stage"}


def test_equal_conditions_are_equal_whatever_the_blanks():
    one, other = Condition.parse("channel='web'"), Condition.parse("( channel =  'web' )")
    assert one == other
    assert hash(one) == hash(other)
    assert Condition.parse("channel in ('b', 'a', 'a')") == Condition.parse("channel in ('a','b')")


def test_atoms_come_once_in_the_order_written():
    condition = Condition.parse("value > 1 and (channel = 'web' or not value > 1)")
    assert [atom.field.name for atom in condition.atoms] == ["value", "channel"]


def test_sql_names_the_column_that_is_missing():
    with pytest.raises(RuleError, match=r"“a\.kind” is not known here.*Did you mean a\.kin"):
        Condition.parse("kind = 'x'").sql({"a.kin": "k"})


def test_a_condition_prints_as_it_was_written():
    assert str(Condition.parse("  channel = 'web' ")) == "channel = 'web'"


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        (
            "channel = 'web' and value > 100",
            "channel is “web” and value is more than 100",
            "Kanal ist „web“ und Betrag ist größer als 100",
        ),
        (
            "not (event in ('a', 'b') or rating <= -1.5)",
            "not (event is one of “a”, “b” or rating is at most -1.5)",
            "nicht (Ereignis ist eines von „a“, „b“ oder Bewertung ist höchstens -1,5)",
        ),
        (
            "at >= '2026-01-31'",
            "time is not before 2026-01-31",
            "Zeitpunkt ist nicht vor 31.01.2026",
        ),
        ("utm_source is null", "utm_source is missing", "utm_source fehlt"),
        ("a.stage = 'x'", "stage is “x”", "stage ist „x“"),
    ],
)
def test_a_condition_explains_itself_in_two_languages(text, english, german):
    condition = Condition.parse(text)
    assert condition.explain("en") == english
    assert condition.explain("de") == german
