"""One word for each kind of lane: on the page, in the editor, in sheets and comparisons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from waypost.exports.html.vocabulary import LANE_NAMES as ON_PAGE
from waypost.maps.editing.kinds import LANE_NAMES

WORDS = Path(__file__).parents[3] / "frontend" / "src" / "map" / "words.ts"


@pytest.fixture
def in_editor() -> dict[str, str]:
    """The names as the editor has them."""
    text = WORDS.read_text("utf-8").split("LANE_WORDS", 1)[1].split("};", 1)[0]
    return dict(re.findall(r'(\w+): \[N_\("([^"]+)"\)', text))


def test_the_editor_calls_lanes_as_everything_else_does(in_editor):
    assert in_editor == dict(LANE_NAMES)


def test_the_page_calls_lanes_as_everything_else_does():
    assert {kind: names[0] for kind, names in ON_PAGE.items()} == dict(LANE_NAMES)
