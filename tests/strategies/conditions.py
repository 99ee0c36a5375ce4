"""Conditions as text, each with the obvious predicate, and rows to try them on."""

from __future__ import annotations

import random
import re

from hypothesis import strategies as st

from tests.reference.conditions import (
    glob,
    holds_not,
    instant_holds,
    like,
    number_holds,
    text_holds,
    value_of,
)

WORDS = ("a", "ab", "Ab", "b%", "order_placed", "it's", "Größe", "x\\y", "%", "*")
NUMBERS = ("3", "3.0", "-10", "1e1", "19.99", "abc", "", "nan", "0.1")
VALUES = (None, -1000, 0, 300, 1998, 1999, 2000, 1000)
RATINGS = (None, -2.0, -1.5, 0.0, 0.10000000149011612, 1.0, 2.0)
DATES = ("2024-03-30", "2024-03-31", "2024-04-01")
MOMENTS = ("2024-03-31 01:30", "2024-03-31T03:30:00", "2024-04-01 00:00:00")
SPAN = (1_711_700_000_000_000, 1_712_100_000_000_000)
TEXT_NAMES = ("event", "channel", "source", "text", "a.kind", "a.page.path")
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def written(name):
    return name.removeprefix("a.")


@st.composite
def rows(draw):
    words = st.sampled_from((None, "", *WORDS))
    return {
        "event": draw(st.sampled_from(WORDS)),
        "channel": draw(words),
        "source": draw(st.sampled_from(WORDS)),
        "text": draw(words),
        "a.kind": draw(words),
        "a.page.path": draw(words),
        "a.size": draw(st.sampled_from((None, *NUMBERS))),
        "value": draw(st.sampled_from(VALUES)),
        "rating": draw(st.sampled_from(RATINGS)),
        "at": draw(st.integers(*SPAN)),
    }


def some_rows(count, seed=7):
    """Rows like ``rows()`` draws them, always the same."""
    chance = random.Random(seed)
    words = (None, "", *WORDS)
    return [
        {
            "event": chance.choice(WORDS),
            "channel": chance.choice(words),
            "source": chance.choice(WORDS),
            "text": chance.choice(words),
            "a.kind": chance.choice(words),
            "a.page.path": chance.choice(words),
            "a.size": chance.choice((None, *NUMBERS)),
            "value": chance.choice(VALUES),
            "rating": chance.choice(RATINGS),
            "at": chance.randint(*SPAN),
        }
        for _ in range(count)
    ]


@st.composite
def text_conditions(draw, names=TEXT_NAMES):
    name, word = draw(st.sampled_from(names)), draw(st.sampled_from(WORDS))
    shown = written(name)
    if draw(st.booleans()):
        return draw(text_comparisons(name, shown, word))
    tests = {
        f"contains({shown}, {quoted(word)})": lambda text: word in text,
        f"starts_with({shown}, {quoted(word)})": lambda text: text.startswith(word),
        f"ends_with({shown}, {quoted(word)})": lambda text: text.endswith(word),
        f"lower({shown}) = {quoted(word)}": lambda text: text.lower() == word,
        f"upper({shown}) = 'AB'": lambda text: text.upper() == "AB",
        f"{shown} regexp '^[ab]+$'": lambda text: re.search("^[ab]+$", text) is not None,
        f"{shown} regexp 'r.e'": lambda text: re.search("r.e", text) is not None,
    }
    for pattern in ("a%", "%b_", "_", "%", "A%"):
        tests[f"{shown} like {quoted(pattern)}"] = like(pattern)
        tests[f"{shown} ilike {quoted(pattern)}"] = like(pattern, any_case=True)
    for pattern in ("a*", "?b", "*", "order_*"):
        tests[f"{shown} glob {quoted(pattern)}"] = glob(pattern)
    text = draw(st.sampled_from(sorted(tests)))
    return text, text_holds(name, tests[text])


@st.composite
def text_comparisons(draw, name, shown, word):
    kind = draw(st.sampled_from(("equal", "unlike", "one", "none", "missing", "there")))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    listed = ", ".join(map(quoted, words))
    return {
        "equal": (f"{shown} = {quoted(word)}", text_holds(name, lambda t: t == word)),
        "unlike": (
            f"{shown} != {quoted(word)}",
            holds_not(text_holds(name, lambda t: t == word)),
        ),
        "one": (f"{shown} in ({listed})", text_holds(name, lambda t: t in words)),
        "none": (
            f"{shown} not in ({listed})",
            holds_not(text_holds(name, lambda t: t in words)),
        ),
        "missing": (f"{shown} is null", lambda row: value_of(row, name) is None),
        "there": (f"{shown} is not null", lambda row: value_of(row, name) is not None),
    }[kind]


@st.composite
def number_conditions(draw):
    name = draw(st.sampled_from(("value", "rating", "a.size")))
    number = draw(st.sampled_from(("3", "-10", "19.99", "19.985", "0.1", "-1.5", "10")))
    op = draw(st.sampled_from(OPERATORS))
    if draw(st.booleans()):
        return f"{written(name)} {op} {number}", number_holds(name, op, number)
    low, high = sorted((number, "10"), key=float)
    above, below = number_holds(name, ">=", low), number_holds(name, "<=", high)
    return f"{written(name)} between {low} and {high}", lambda row: above(row) and below(row)


@st.composite
def instant_conditions(draw):
    moment = draw(st.sampled_from(DATES + MOMENTS))
    op = draw(st.sampled_from(OPERATORS))
    return f"at {op} '{moment}'", instant_holds(op, moment)


def joined(children):
    pairs = st.tuples(children, children, st.sampled_from(("and", "or")))
    return st.one_of(
        children.map(lambda c: (f"not ({c[0]})", holds_not(c[1]))),
        pairs.map(_join),
    )


def _join(pair):
    (left, holds_left), (right, holds_right), word = pair
    if word == "and":
        return f"({left}) and ({right})", lambda row: holds_left(row) and holds_right(row)
    return f"({left}) or ({right})", lambda row: holds_left(row) or holds_right(row)


def conditions():
    """(text, predicate) over everything a log's row has."""
    leaves = st.one_of(text_conditions(), number_conditions(), instant_conditions())
    return st.recursive(leaves, joined, max_leaves=6)
