"""The rule file is changed as text: comments and everything else stay as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.app.studio.rule_text import (
    entries_of,
    inner_comments,
    removed,
    reordered,
    written,
)
from waypost.errors import NotFoundError, RuleError
from waypost.journeys.binding.rule_file import parse_rules

FILE = """\
# my shop
extends: b2c

touchpoints:
  # the adviser
  - id: size_adviser
    label: {en: Size adviser, de: Größenberater}
    when:
      event: [tool_opened, tool_used]  # both
      where: tool = 'size'

  # big ones
  - id: big_order
    label: {en: Large order, de: Großer Auftrag}
    step: order
    when: event = 'order_placed' and value >= 500

  - {id: page, step: notice}
  - id: promotion     # a shipped touchpoint, not used
    off: true

# stages below
stages:
- {id: awareness, label: X}
"""
IDS = ["size_adviser", "big_order", "page", "promotion"]
NEW = {"id": "visit", "label": {"en": "Visit", "de": "Besuch"}, "when": {"event": "visited"}}


def ids(text: str) -> list[str]:
    return [rule.id for rule in parse_rules(text).touchpoints]


def test_entries_are_found_in_block_and_in_flow_style():
    assert [entry.id for entry in entries_of(FILE, "touchpoints")] == IDS


def test_a_new_entry_comes_last_and_everything_else_stays():
    then = written(FILE, "touchpoints", NEW)
    assert ids(then) == [*IDS, "visit"]
    kept = [line for line in then.splitlines() if line in FILE.splitlines()]
    assert kept == FILE.splitlines()


def test_an_entry_is_written_anew_in_its_place_and_keeps_the_comment_above():
    then = written(FILE, "touchpoints", NEW | {"id": "big_order"})
    assert ids(then) == IDS
    assert "# big ones" in then
    assert "value >= 500" not in then


def test_a_removed_entry_takes_the_comment_above_along():
    then = removed(FILE, "touchpoints", "size_adviser")
    assert ids(then) == IDS[1:]
    assert "# the adviser" not in then
    assert "# big ones" in then


def test_the_last_entry_leaves_an_empty_section():
    text = written("", "touchpoints", NEW)
    assert ids(removed(text, "touchpoints", "visit")) == []


@given(st.permutations(IDS))
def test_any_order_keeps_every_line(order):
    then = reordered(FILE, "touchpoints", order)
    assert ids(then) == list(order)
    assert sorted(then.splitlines()) == sorted(FILE.splitlines())


def test_an_empty_file_becomes_one_with_a_section():
    assert ids(written("", "touchpoints", NEW)) == ["visit"]


def test_comments_within_an_entry_are_noticed():
    assert inner_comments(FILE, "touchpoints", "size_adviser")
    assert not inner_comments(FILE, "touchpoints", "big_order")


def test_a_section_in_brackets_is_refused_with_what_to_do():
    with pytest.raises(RuleError, match="brackets"):
        written("touchpoints: [{id: page, step: notice}]\n", "touchpoints", NEW)


def test_removing_what_is_not_there_says_so():
    with pytest.raises(NotFoundError):
        removed(FILE, "touchpoints", "nothing")
