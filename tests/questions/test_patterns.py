"""Patterns as questions: the language, published answers, a peer's answers, bad texts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.reference.patterns import match_count
from tests.strategies.journeys_in_memory import events_of, snapshot_of
from waypost.engines import LocalEngine
from waypost.errors import QuestionError, RuleError
from waypost.questions import Patterns, Selection, question_from_dict
from waypost.questions.pattern_language import (
    Chain,
    Choice,
    Gap,
    Pattern,
    Repeat,
    Term,
    parse_pattern,
)

LATER, NEXT = Gap(), Gap(direct=True)


def ask(question, *persons, names="abcd", **other):
    texts = [events_of(person) for person in persons]
    return LocalEngine().run(question, snapshot_of(*texts, names=names, **other))


def counts(text, *persons, **other):
    answer = ask(Patterns(text), *persons, **other)
    return int(answer.columns["persons"][0]), int(answer.columns["matches"][0])


def bare(node):
    """The tree without places."""
    if isinstance(node, Term):
        return node.step
    if isinstance(node, Repeat):
        return (bare(node.item), node.least, node.most, node.in_a_row)
    if isinstance(node, Choice):
        return {bare(branch) for branch in node.branches}
    if isinstance(node, Chain):
        return [bare(item) for item in node.items]
    return node


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a -> b", ["a", "b"]),
        ('"a b" => c-d', ["a b", "c-d"]),
        ("a->b", ["a", "b"]),
        ("[value > 3] -> .", ["value > 3", None]),
        ("[event = 'a]b'] -> a", ["event = 'a]b'", "a"]),
        ("(a | b) -> c?", [{"a", "b"}, ("c", 0, 1, False)]),
        ("a+ -> b*", [("a", 1, None, False), ("b", 0, None, False)]),
        (
            "a{3} -> b{2,} -> c{1,4}",
            [("a", 3, 3, False), ("b", 2, None, False), ("c", 1, 4, False)],
        ),
        ("a{2 in a row}", ("a", 2, 2, True)),
        ("event:a -> b.c", ["event:a", "b.c"]),
        (r'"say \"hi\""', 'say "hi"'),
    ],
)
def test_a_text_means_a_tree(text, tree):
    assert bare(parse_pattern(text).body) == tree


def test_gaps_say_what_lies_between():
    gaps = parse_pattern(
        "a => b ->{1d} c ->{1h..2h} d ->{1h..} a -> !(b | c) !d* ->{2d} a"
    ).body.gaps
    assert gaps[:4] == (NEXT, Gap(most="1d"), Gap(least="1h", most="2h"), Gap(least="1h"))
    assert [term.step for term in gaps[4].without] == ["b", "c", "d"]
    assert gaps[4].most == "2d"


@pytest.mark.parametrize(
    ("text", "begin", "end", "within"),
    [
        ("a", None, None, None),
        ("^ a $", NEXT, NEXT, None),
        ("^ !b -> a -> c", ("b",), None, None),
        ("a -> !b $ within 7d", None, ("b",), "7d"),
        ("a -> b -> !(b | c) $", None, ("b", "c"), None),
        ("a -> b within 1h", None, None, "1h"),
    ],
)
def test_the_ends_of_a_journey_are_read(text, begin, end, within):
    def told(gap):
        return tuple(term.step for term in gap.without) if gap and gap.without else gap

    pattern = parse_pattern(text)
    assert isinstance(pattern, Pattern)
    assert (told(pattern.begin), told(pattern.end), pattern.within) == (begin, end, within)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a -> -> b", 6, "a step"),
        ("a b", 3, "cannot stand here"),
        ("a ->{1x} b", 5, "not a duration"),
        ("a ->{..} b", 5, "empty"),
        ("a ->{2h..1h} b", 5, "2h is longer than 1h"),
        ("a = 3", 3, "comparison"),
        ("a, b", 2, "comma"),
        ('a -> "b', 6, "second"),
        ("[value > 3", 1, "closing"),
        ("(a -> b", 8, r"\) is missing"),
        ("a -> b)", 7, "cannot stand here"),
        ("a -> $", 6, r"before \$"),
        ("^ -> a", 3, "after"),
        ("^ !a b", 6, "-> is missing"),
        ("a{3,2}", 2, "cannot be"),
        ("a{0}", 2, "cannot be"),
        ("a{1d}", 2, "how often"),
        ("a -> !x b", 9, "between two steps"),
        ("a => !x -> b", 3, "leaves no room"),
        ("a ->{1d} !x ->{2d} b", 20, "two limits"),
        ("a ->{1d} !x $", 3, "no limit"),
        ("a -> !(b -> c) -> d", 16, "only a step"),
        ("a | b -> !c $", 13, "one alternative"),
        ("a within", 9, "duration is missing"),
        ("a ; b", 3, "cannot stand here"),
    ],
)
def test_an_error_names_the_place(text, place, what):
    with pytest.raises(QuestionError, match=what) as caught:
        Patterns(text)
    assert caught.value.facts["position"] == place
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "  ", "a -> b" * 2000])
def test_nothing_and_far_too_much_are_no_patterns(text):
    with pytest.raises(QuestionError):
        Patterns(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a?", "no event at all"),
        ("a* -> b?", "no event at all"),
        ("a{64} -> b", "64 places"),
    ],
)
def test_what_cannot_be_decided_is_refused(text, what):
    with pytest.raises(QuestionError, match=what):
        ask(Patterns(text), "a1 b2")


def test_a_step_that_is_not_there_is_named_with_its_place():
    with pytest.raises(QuestionError, match="character 6") as caught:
        ask(Patterns("a -> ordr"), "a1", names=("a", "order"))
    assert "order" in caught.value.hint


def test_a_condition_that_cannot_be_read_is_refused():
    with pytest.raises(RuleError):
        ask(Patterns("a -> [value >]"), "a1")


def test_a_condition_is_a_step():
    assert counts("a -> [event = 'b' or event = 'c'] $", "a1 b2", "a1 d2", "c1 a2 c3") == (2, 2)


def test_published_answers_of_a_peer():
    """ClickHouse documentation, sequenceMatch and sequenceCount: conditions x and y, event z."""
    assert counts("x => y", "x1 z2 y3", names="xyz") == (0, 0)
    answer = ask(Patterns("x => y", where="event in ('x', 'y')"), "x1 z2 y3", names="xyz")
    assert answer.columns["persons"].tolist() == [1]
    assert counts("x -> y", "x1 z2 y3 x4 z5 y6", names="xyz") == (1, 2)


def test_what_must_not_follow_looks_to_the_end():
    assert counts("a -> !b $", "a1 c2", "a1 b2 d3", "b1 a2 d3") == (2, 2)


def test_what_must_not_come_before_looks_to_the_beginning():
    assert counts("^ !b -> a", "c1 a2 a3", "b1 a2", "a1 b2 a3") == (2, 3)


def test_limits_that_are_just_met_count():
    assert counts("a ->{5s} b", "a1 b6", "a1 b7") == (1, 1)
    assert counts("a ->{5s..} b", "a1 b6", "a1 b5") == (1, 1)
    assert counts("a -> b -> c within 5s", "a1 b2 c6", "a1 b2 c7") == (1, 1)


def test_several_patterns_are_several_rows():
    answer = ask(Patterns({"both": "a -> b", "none": "d"}), "a1 b3", "a1")
    assert answer.columns["pattern"] == ("both", "none")
    assert answer.columns["persons"].tolist() == [1, 0]
    assert answer.columns["median_seconds"][0] == 2
    assert np.isnan(answer.columns["median_seconds"][1])
    assert answer.facts["persons"] == 2
    assert 0 < answer.columns["low"][0] < 0.5 < answer.columns["high"][0] < 1


@pytest.mark.parametrize(
    "given", [{"patterns": ["a", "b"], "names": ["x"]}, {"patterns": []}, {"patterns": ["a", "a"]}]
)
def test_every_pattern_has_a_name_of_its_own(given):
    with pytest.raises(QuestionError):
        Patterns(**given)


@pytest.mark.parametrize("patterns", ["a -> b", ["a", "b -> c"], {"one": "a", "two": "b"}])
def test_the_question_is_json_and_back(patterns):
    question = Patterns(patterns, where="channel = 'web'")
    assert question_from_dict(question.to_dict()) == question


def test_limits_behind_alternatives_are_decided_and_measured_with_one_for_the_whole():
    pattern = "a ->{9s} b? ->{9s} c ->{9s} d"
    answer = ask(Patterns([pattern, f"{pattern} within 2s"]), "a1 c3 d4")
    assert answer.columns["persons"].tolist() == [1, 0]
    assert round(answer.columns["median_seconds"][0], 1) == 3.0


def test_nobody_at_all_is_told():
    answer = ask(Patterns("a", since="2030-01-01"), "a1")
    assert answer.facts["persons"] == 0
    assert [notice.code for notice in answer.warnings] == ["nobody"]


def test_members_of_a_row_are_its_persons():
    snapshot = snapshot_of(*map(events_of, ("a1 b2", "b1 a2", "a1 b2 c3")))
    task = Patterns(["a -> b", "c"]).plan(snapshot)
    shard = snapshot.shards[0]
    assert task.members(shard, Selection(), {"pattern": "a -> b"}).tolist() == [1, 0, 1]
    assert task.members(shard, Selection(), {"pattern": "c"}).tolist() == [0, 0, 1]
    with pytest.raises(QuestionError, match="No row"):
        task.members(shard, Selection(), {"pattern": "a => b"})


def test_patterns_are_told_in_german():
    text = Patterns('^ "a b" ->{7d} c -> !d -> (e | f){2 in a row} within 30m').explain("de")
    assert "höchstens 7 Tage später" in text
    assert "30 Minuten" in text
    assert "in between" not in text


PEERS = {
    "a -> b": "(?1).*(?2)",
    "a => b": "(?1)(?2)",
    "a -> b => c": "(?1).*(?2)(?3)",
    "a => . => c": "(?1).(?3)",
    "a -> b -> c": "(?1).*(?2).*(?3)",
    "a ->{20s} b": "(?1)(?t<=20)(?2)",
    "a ->{20s..} b": "(?1)(?t>=20)(?2)",
    "a -> b ->{15s} c": "(?1).*(?2)(?t<=15)(?3)",
}


def test_a_peer_finds_the_same_persons_and_as_many_matches():
    """ClickHouse's sequenceMatch and sequenceCount (chdb) on 400 random journeys."""
    chdb = pytest.importorskip("chdb")
    chance = random.Random(7)
    persons = []
    for _ in range(400):
        times = sorted(chance.sample(range(1, 100), chance.randrange(1, 12)))
        persons.append([(at, chance.choice("abcd")) for at in times])
    rows = ",".join(f"({who},{at},'{name}')" for who, one in enumerate(persons) for at, name in one)
    steps = ", ".join(f"name = '{name}'" for name in "abcd")
    asked = ", ".join(
        f"sequenceMatch('{peer}')(toDateTime(at), {steps}) as m{place}, "
        f"sequenceCount('{peer}')(toDateTime(at), {steps}) as n{place}"
        for place, peer in enumerate(PEERS.values())
    )
    sums = ", ".join(f"sum(m{place}), sum(n{place})" for place in range(len(PEERS)))
    table = f"values('who UInt32, at UInt32, name String', {rows})"
    query = f"select {sums} from (select who, {asked} from {table} group by who)"
    numbers = [int(one) for one in str(chdb.query(query, "CSV")).split(",")]

    answer = LocalEngine().run(Patterns(list(PEERS)), snapshot_of(*persons))
    assert answer.columns["persons"].tolist() == numbers[::2]
    assert answer.columns["matches"].tolist() == numbers[1::2]


def test_the_twin_knows_the_worked_example_of_the_page():
    day = 86_400
    events = [(0, "view"), (2 * day, "cart"), (2 * day + 1, "call"), (3 * day, "view")]
    assert match_count(parse_pattern("view ->{1d} cart -> !order -> call"), events) == 0
