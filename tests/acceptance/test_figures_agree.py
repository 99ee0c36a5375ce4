"""Every figure of a map is the answer of the question it names, whoever asks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pytest

import waypost
from waypost.app import Workspace
from waypost.cli.start import run
from waypost.demo import write_demo
from waypost.exports import render_html
from waypost.maps import MapWishes, load_map
from waypost.questions import Result, question_from_dict

YEAR = {"since": "2025-11-01", "until": "2026-10-31"}
VIEWS = {
    "the year": MapWishes(**YEAR),
    "half a year": MapWishes(since="2026-02-01", until="2026-07-31"),
    "buyers": MapWishes(**YEAR, segment="event = 'order_placed'"),
    "the web": MapWishes(**YEAR, where="channel = 'web'"),
    "buyers on the web": MapWishes(
        **YEAR, segment="event = 'order_placed' and value > 100", where="channel = 'web'"
    ),
    "everything": MapWishes(),
}


class Seen:
    """A map as its JSON, with the answers to the questions that stand in it."""

    def __init__(self, shop: Workspace, wishes: MapWishes) -> None:
        self.shop = shop
        self.wishes = wishes
        self._answers: dict[str, Result] = {}

    @cached_property
    def drawn(self) -> Any:
        return self.shop.map(self.wishes, language="en")

    @cached_property
    def document(self) -> dict[str, Any]:
        return json.loads(self.drawn.to_json())

    def answer(self, evidence: Mapping[str, Any]) -> Result:
        asked = evidence["question"]
        text = json.dumps(asked, sort_keys=True)
        if text not in self._answers:
            self._answers[text] = self.shop.ask(question_from_dict(asked))
        return self._answers[text]

    def row(self, evidence: Mapping[str, Any], place: str) -> dict[str, Any]:
        rows = self.answer(evidence).rows()
        return next(
            one
            for one in rows
            if place in (one.get("step"), one.get("stage"), one.get("touchpoint"))
        )

    def cards(self, kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        return [
            (step, card)
            for step in self.document["steps"]
            for cards in step.get("cells", {}).values()
            for card in cards
            if card["kind"] == kind
        ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, persons=500, seed=7)
    shop = waypost.create(folder / "shop")
    shop.add(folder / "exports")
    shop.build()
    return shop


@pytest.fixture(scope="module")
def maps(shop: Workspace) -> Callable[[str], Seen]:
    made: dict[str, Seen] = {}
    return lambda view: made.setdefault(view, Seen(shop, VIEWS[view]))


@pytest.fixture(params=VIEWS)
def seen(request: pytest.FixtureRequest, maps: Callable[[str], Seen]) -> Seen:
    return maps(request.param)


def test_flow_is_what_step_flow_answers_and_adds_up(seen: Seen) -> None:
    flows = seen.cards("flow")
    assert flows
    for step, card in flows:
        row = seen.row(card["evidence"], step["id"])
        figures = {
            name: card.get(name, 0) for name in ("persons", "on", "back", "left", "returned")
        }
        assert figures == {name: row[name] for name in figures}
        assert card.get("still_open", 0) == row["open"]
        parts = figures["on"] + figures["back"] + figures["left"] + row["open"]
        assert parts == figures["persons"] == step["persons"]
        assert sum(card.get("next_steps", {}).values()) == figures["on"] + figures["back"]


def test_steps_are_what_step_flow_answers(seen: Seen) -> None:
    for step in seen.document["steps"]:
        if not step["persons"]:
            continue
        evidence = seen.document["head"]["evidence"]
        row = seen.row(evidence, step["id"])
        assert (step["persons"], step["events"]) == (row["persons"], row["events"])


def test_touchpoints_are_what_volumes_answers(seen: Seen) -> None:
    cards = seen.cards("touchpoint")
    assert cards
    for _step, card in cards:
        row = seen.row(card["evidence"], card["touchpoint"])
        for name in ("persons", "events", "anonymous_events"):
            assert card.get(name, 0) == row[name], (card["touchpoint"], name)


def test_the_events_of_a_step_are_those_of_its_touchpoints(seen: Seen) -> None:
    for step in seen.document["steps"]:
        cards = [card for owner, card in seen.cards("touchpoint") if owner["id"] == step["id"]]
        assert sum(card["events"] for card in cards) <= step["events"]
        assert all(card["persons"] <= step["persons"] for card in cards)


def test_stages_are_what_step_flow_by_stage_answers(seen: Seen) -> None:
    for stage in seen.document["stages"]:
        if stage["persons"]:
            row = seen.row(stage["evidence"], stage["id"])
            assert stage["persons"] == row["persons"]
            assert stage.get("still_open", 0) == row["open"]
            if "onward" in stage:  # the last stage has none
                assert stage["onward"]["part"] == row["reached_later"]


def test_head_totals_are_answers_too(seen: Seen) -> None:
    head = seen.document["head"]

    assert head["persons"] == seen.answer(head["evidence"]).facts["journeys"]
    rows = seen.answer({"question": {"question": "volumes", "by": "touchpoint", **_view(seen)}})
    assert head.get("anonymous_events", 0) == rows.facts["anonymous_events"]


def _view(seen: Seen) -> dict[str, Any]:
    wishes = seen.wishes
    named = {name: getattr(wishes, name) for name in ("since", "until", "where", "segment")}
    return {name: value for name, value in named.items() if value is not None}


def test_abandonment_is_what_the_question_answers(seen: Seen) -> None:
    for _step, card in seen.cards("mark"):
        if card["mark"] == "abandonment":
            facts = seen.answer(card["evidence"]).facts
            found = (facts["abandoned"], facts["abandoned"] + facts["converted"])
            assert (card["share"]["part"], card["share"]["whole"]) == found
            assert card["persons"] == facts["persons_abandoned"]


def test_rates_are_what_the_funnel_answers(seen: Seen) -> None:
    """``whole``: those at the first step who went on or whose time is over."""
    for _step, card in seen.cards("kpi"):
        evidence = card["evidence"]
        if evidence.get("question", {}).get("question") != "funnel" or card["unit"] != "share":
            continue
        first, *_, last = seen.answer(evidence).rows()
        counts = evidence["counts"]
        assert counts["part"] == last["persons"], card["id"]
        assert counts["whole"] + counts.get("open", 0) == first["persons"], card["id"]
        assert card["value"] == pytest.approx(counts["part"] / counts["whole"])


def test_every_question_in_a_map_carries_its_filters(seen: Seen) -> None:
    def questions(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [found for one in value for found in questions(one)]
        if not isinstance(value, dict):
            return []
        here = [value["question"]] if isinstance(value.get("question"), dict) else []
        return here + [found for one in value.values() for found in questions(one)]

    found = questions(seen.document)
    assert found
    for one in found:
        carried = {
            name: one[name] for name in ("where", "segment", "since", "until") if name in one
        }
        assert carried == _view(seen), one


def test_the_page_is_drawn_from_nothing_but_the_document(seen: Seen) -> None:
    again = load_map(seen.drawn.to_json())

    assert render_html(again, language="en") == seen.drawn.to_html()


@pytest.mark.parametrize(
    "words",
    [
        ["funnel", "step:notice", "step:order", "--within", "30d"],
        ["paths", "--by", "step", "--length", "3"],
        ["transitions", "--by", "stage"],
        ["drop-off", "--by", "step"],
        ["time-between", "step:notice", "step:order"],
    ],
    ids=lambda words: words[0],
)
def test_the_command_line_answers_as_python_does(
    shop: Workspace, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    command, *rest = words
    filters = ["--since", "2026-01-01", "--where", "channel = 'web'"]

    assert run([command, str(shop.path), *rest, *filters, "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    result = shop.ask(question_from_dict(told["question"]))
    assert json.loads(json.dumps(result.to_dict(), default=str)) == told


def _joining_mails(shop: Workspace) -> set[str]:
    """Addresses that stand in events beside another identifier."""
    columns = ["id.email", "id.customer_id.shopify"]
    return {
        mail
        for rows in shop.log.scan(columns)
        for mail, customer in zip(*(rows.batch[name].to_pylist() for name in columns), strict=True)
        if mail and customer
    }


def test_a_split_taken_back_gives_every_figure_again(shop: Workspace) -> None:
    before = shop.map(VIEWS["the year"], language="en").to_json()
    people = [f"email:{mail}" for mail in sorted(_joining_mails(shop))[:12]]

    for mail in people:
        shop.split(mail)
    shop.build()
    between = shop.map(VIEWS["the year"], language="en").to_json()
    for mail in people:
        shop.unsplit(mail)
    shop.build()
    after = shop.map(VIEWS["the year"], language="en").to_json()

    made = ("id", "made_from")
    plain = [
        {name: value for name, value in json.loads(text).items() if name not in made}
        for text in (before, between, after)
    ]
    assert plain[0] == plain[2]
    assert plain[0] != plain[1]
