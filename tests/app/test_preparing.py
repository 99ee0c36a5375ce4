"""Kernels are compiled ahead, of every question, and nobody is bothered by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import waypost
from waypost.app import preparing
from waypost.questions import QUESTIONS

LINES = "who,when,what\n" + "".join(
    f"p{n % 4},2025-01-{1 + n // 4:02d}T09:00:00Z,{('view', 'cart', 'order')[n % 3]}\n"
    for n in range(40)
)
MAPPING = """
name: few
source: shop
time: {column: when}
event: {column: what}
identifiers: {user_id: who}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("preparing")
    (folder / "few.csv").write_text(LINES)
    (folder / "few.yaml").write_text(MAPPING)
    workspace = waypost.create(folder / "shop")
    workspace.add(folder / "few.csv", mappings=[folder / "few.yaml"])
    workspace.build()
    return workspace


def test_every_question_is_prepared(shop) -> None:
    asked = {question.name for question in preparing._asked(shop.snapshot)}
    assert asked == set(QUESTIONS)


def test_few_persons_stand_for_all_in_two_pieces(shop) -> None:
    view = preparing._FewPersons(shop.snapshot)
    sizes = [np.diff(piece.offsets).size for piece in view.shards]
    assert sizes == [2, 2]
    assert view.events == shop.snapshot.events


def test_a_second_time_nothing_is_started(shop, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYPOST_PREPARE", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(preparing.sys, "executable", "/bin/true")
    started = preparing.prepare(shop.path)
    assert started is not None
    assert started.wait() == 0
    mark = preparing._mark(shop.snapshot)
    mark.touch()
    assert preparing.prepare(shop.path) is None


def test_nothing_is_started_where_nothing_was_built(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYPOST_PREPARE", "1")
    assert preparing.prepare(tmp_path) is None
