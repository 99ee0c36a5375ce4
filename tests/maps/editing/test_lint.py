"""Every check finds what it looks for on a map that has it, and nothing on a good map."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from waypost.kit.translation import translator
from waypost.maps.cards import ChannelsCard, EmotionCard, KpiCard, QuestionCard, Share
from waypost.maps.document import Head, JourneyMap, Lane, MapStage, MapStep
from waypost.maps.editing import MapDocument, apply, load_document
from waypost.maps.editing import lint as lint_package
from waypost.maps.editing.lint import Finding, lint
from waypost.maps.editing.lint.words import department_in, is_customers_view, solution_in
from waypost.maps.editing.ordering import keys_between
from waypost.maps.editing.templates import new_map, templates
from waypost.maps.reality import Curve, DrawnPoint, RealityNote
from waypost.model import Provenance

TODAY = date(2026, 5, 4)
ORDERS = keys_between(None, None, 30)
Json = dict[str, Any]


def named(letter: str, number: int) -> str:
    return f"{letter}_{number:012d}"


STAGES = [named("s", number) for number in range(5)]
STEPS = [named("t", number) for number in range(5)]
ROWS = [
    "actions",
    "thoughts",
    "touchpoints",
    "emotion",
    "marks",
    "opportunities",
    "kpis",
    "backstage",
]
LANES = {kind: named("l", number) for number, kind in enumerate(ROWS)}


def add(kind: str, name: str, /, **value: Any) -> Json:
    return {"op": "add", "kind": kind, "id": name, "value": value}


def put(kind: str, name: str, field: str, was: Any, value: Any) -> Json:
    return {"op": "set", "kind": kind, "id": name, "field": field, "was": was, "value": value}


def head(field: str, was: Any, value: Any) -> Json:
    return put("head", "head", field, was, value)


def good_ops() -> list[Json]:
    ops = [
        add("personas", named("e", 0), label={"de": "Eilige"}, segment="orders > 2"),
        head("title", {}, {"de": "Ich kaufe ein Rad"}),
        head("scenario", {}, {"de": "Das alte ist kaputt"}),
        head("goal", {}, {"de": "Wieder fahren"}),
        head("expectation", {}, {"de": "Es geht schnell"}),
        head("decision", {}, {"de": "Bis Juni: Werkstatt ausbauen?"}),
        head("owner", "", "Kim"),
        head("next_review_on", None, "2026-06-01"),
        head("since", None, "2026-01-01"),
    ]
    for kind, name in LANES.items():
        ops.append(add("lanes", name, kind=kind, order=ORDERS[ROWS.index(kind)]))
    for number, (stage, step) in enumerate(zip(STAGES, STEPS, strict=True)):
        ops.append(add("stages", stage, label={"de": f"Phase {number}"}, order=ORDERS[number]))
        binding = {"touchpoints": ["order"]} if number == 2 else None
        ops.append(
            add("steps", step, stage=stage, label={"de": f"Schritt {number}"}, binding=binding)
        )
        for row, kind in enumerate(["actions", "thoughts", "touchpoints", "backstage"]):
            card = {
                "lane": LANES[kind],
                "step": step,
                "provenance": "reported",
                "source": "Umfrage",
            }
            ops.append(add("cards", named("c", number * 10 + row), **card, text={"de": "so"}))
        kpi = {"kind": "kpi", "target": 0.5, "owner": "Kim", "text": {"de": "Anteil"}}
        ops.append(add("cards", named("c", number * 10 + 5), lane=LANES["kpis"], step=step, **kpi))
        ops.append(add("points", named("p", number), lane=LANES["emotion"], step=step, value=0.5))
    pain = {"kind": "pain", "severity": 4, "text": {"de": "Lange warten"}}
    chance = {"kind": "opportunity", "text": {"de": "Niemand weiß, wann es fertig ist"}}
    ops += [
        head("goal_step", "", STEPS[2]),
        put("steps", STEPS[2], "moment_of_truth", False, True),
        add("cards", named("c", 100), lane=LANES["marks"], step=STEPS[2], **pain),
        add("cards", named("c", 101), lane=LANES["opportunities"], step=STEPS[2], **chance),
        add("links", named("k", 0), source=named("c", 101), target=named("c", 100), kind="answers"),
    ]
    return ops


@pytest.fixture(scope="module")
def good() -> MapDocument:
    return apply(MapDocument(), good_ops()).document


def reading_of(document: MapDocument, **changes: Any) -> JourneyMap:
    """A reading in which what is drawn is what happens."""
    rated = DrawnPoint(step=STEPS[2], value=1, provenance=Provenance.REPORTED, n=9)
    web = ChannelsCard(id="w", provenance=Provenance.OBSERVED, persons=9, by_channel={"web": 9})
    steps = tuple(
        MapStep(
            id=name,
            label=step.label,
            stage=step.stage,
            touchpoints=(),
            persons=9,
            events=9,
            cells={LANES["touchpoints"]: (web,)},
            median_seconds_to_next=3600,
        )
        for name, step in document.steps.items()
    )
    stages = tuple(MapStage(id=name, label={}, persons=9) for name in document.stages)
    told = Head(
        title={},
        workspace="shop",
        zone="Europe/Berlin",
        currency="EUR",
        persons=9,
        data_until=date(2026, 5, 1),
        since=date(2026, 1, 1),
        until=date(2026, 5, 1),
    )
    fields: Json = {
        "id": "m",
        "head": told,
        "lanes": tuple(Lane(id=name, kind=kind) for kind, name in LANES.items()),
        "stages": stages,
        "steps": steps,
        "curves": (Curve(id="x", lane=LANES["emotion"], runs=((rated,),)),),
    }
    return JourneyMap(**{**fields, **changes})


def checks(document: MapDocument, reading: JourneyMap | None = None) -> set[str]:
    return {finding.check for finding in lint(document, reading, today=TODAY)}


def without(kind: str, name: str) -> Json:
    return {"op": "remove", "kind": kind, "id": name}


PAIN = {"de": "Lange warten"}
LIST = "- zu teuer\n- zu langsam\n• zu weit"
BY_DOCUMENT: dict[str, list[Json]] = {
    "actor_missing": [without("personas", named("e", 0))],
    "actors_many": [add("personas", named("e", number + 1)) for number in range(5)],
    "actor_is_everybody": [put("personas", named("e", 0), "segment", "orders > 2", "")],
    "scenario_missing": [head("scenario", {"de": "Das alte ist kaputt"}, {})],
    "goal_missing": [head("goal", {"de": "Wieder fahren"}, {})],
    "expectation_missing": [head("expectation", {"de": "Es geht schnell"}, {})],
    "decision_missing": [head("decision", {"de": "Bis Juni: Werkstatt ausbauen?"}, {})],
    "goal_step_missing": [head("goal_step", STEPS[2], "")],
    "title_missing": [head("title", {"de": "Ich kaufe ein Rad"}, {})],
    "title_not_customers_view": [
        head("title", {"de": "Ich kaufe ein Rad"}, {"de": "Verkaufsprozess"})
    ],
    "stages_many": [add("stages", named("s", 20 + number)) for number in range(3)],
    "stages_few": [without("stages", STAGES[4])],
    "stage_is_department": [
        put("stages", STAGES[0], "label", {"de": "Phase 0"}, {"de": "Vertrieb"})
    ],
    "stage_empty": [add("stages", named("s", 20), label={"de": "Leer"})],
    "steps_many": [add("steps", named("t", 20 + number), stage=STAGES[0]) for number in range(21)],
    "only_own_contacts": [
        put("steps", step, "binding", None, {"where": "event = 'x'"})
        for step in STEPS
        if step != STEPS[2]
    ],
    "begins_with_first_contact": [
        put("steps", STEPS[0], "binding", None, {"where": "event = 'x'"})
    ],
    "ends_at_goal": [head("goal_step", STEPS[2], STEPS[4])],
    "owner_missing": [head("owner", "Kim", "")],
    "review_not_planned": [head("next_review_on", "2026-06-01", None)],
    "review_overdue": [head("next_review_on", "2026-06-01", "2026-05-01")],
    "period_missing": [head("since", "2026-01-01", None)],
    "lane_missing": [without("lanes", LANES["thoughts"])],
    "cells_empty": [without("cards", named("c", 0))],
    "curve_gap": [without("points", named("p", 3))],
    "curve_empty": [without("points", named("p", number)) for number in range(5)],
    "cell_crowded": [
        add("cards", named("c", 200 + number), lane=LANES["marks"], step=STEPS[0])
        for number in range(6)
    ],
    "card_is_list": [put("cards", named("c", 0), "text", {"de": "so"}, {"de": LIST})],
    "card_long": [put("cards", named("c", 0), "text", {"de": "so"}, {"de": "viel " * 60})],
    "mostly_assumed": [
        put("cards", named("c", number * 10 + row), "provenance", "reported", "assumed")
        for number in range(5)
        for row in range(3)
    ],
    "moments_many": [
        put("steps", step, "moment_of_truth", False, True) for step in STEPS if step != STEPS[2]
    ]
    + [add("steps", named("t", 20), stage=STAGES[0], moment_of_truth=True)],
    "moments_none": [put("steps", STEPS[2], "moment_of_truth", True, False)],
    "pain_unanswered": [without("links", named("k", 0))],
    "pain_unsized": [put("cards", named("c", 100), "severity", 4, None)],
    "pain_without_backstage": [without("cards", named("c", 23))],
    "opportunity_is_solution": [
        put(
            "cards",
            named("c", 101),
            "text",
            {"de": "Niemand weiß, wann es fertig ist"},
            {"de": "Chatbot"},
        )
    ],
    "measure_without_target": [put("cards", named("c", 5), "target", 0.5, None)],
    "measure_without_owner": [put("cards", named("c", 5), "owner", "Kim", "")],
    "stage_without_measure": [without("cards", named("c", 5))],
    "source_missing": [put("cards", named("c", 0), "source", "Umfrage", "")],
}


def note(kind: str, **fields: Any) -> Json:
    told = {"step": STEPS[2], "persons": 40, **fields}
    return {"reality": (RealityNote(id="n", kind=kind, **told),)}


def many(document: MapDocument) -> Json:
    step = reading_of(document).steps[0]
    rows = tuple(
        EmotionCard(
            id=f"computed:{n}", provenance=Provenance.REPORTED, reading="ratings", mean=0, n=5
        )
        for n in range(8)
    )
    steps = (
        step.model_copy(update={"cells": {LANES["marks"]: rows}}),
        *reading_of(document).steps[1:],
    )
    return {"steps": steps}


def slow(document: MapDocument) -> Json:
    steps = reading_of(document).steps
    return {
        "steps": (steps[0].model_copy(update={"median_seconds_to_next": 30 * 86400}), *steps[1:])
    }


half = Share(part=40, whole=80)
BY_READING: dict[str, Callable[[MapDocument], Json]] = {
    "often_skipped": lambda _: note("skipped", share=Share(part=60, whole=80)),
    "often_back": lambda _: note("jumped_back", share=half, to_step=STEPS[0]),
    "often_again": lambda _: note("looped", share=half),
    "step_unvisited": lambda _: note("unvisited"),
    "binding_broken": lambda _: note("broken", label={"de": "unbekanntes Wort"}),
    "questions_unanswered": lambda _: note("unanswered"),
    "touchpoint_undrawn": lambda _: note("undrawn", touchpoint="call", label={"de": "Anruf"}),
    "channel_undrawn": lambda _: note("undrawn", touchpoint="call", channels=("phone",)),
    "long_silence": slow,
    "cell_crowded_by_counting": many,
    "curve_assumed": lambda _: {"curves": ()},
    "data_old": lambda document: {
        "head": reading_of(document).head.model_copy(update={"data_until": date(2026, 1, 1)})
    },
}
BOTH = {"channel_without_events": [put("cards", named("c", 2), "channel", "", "phone")]}


def test_a_good_map_has_no_findings(good: MapDocument) -> None:
    assert lint(good, None, today=TODAY) == []
    assert lint(good, reading_of(good), today=TODAY) == []


@pytest.mark.parametrize("check", BY_DOCUMENT)
def test_a_check_finds_what_it_looks_for(good: MapDocument, check: str) -> None:
    assert check in checks(apply(good, BY_DOCUMENT[check]).document)


@pytest.mark.parametrize("check", BY_READING)
def test_a_check_of_numbers_finds_what_it_looks_for(good: MapDocument, check: str) -> None:
    assert check in checks(good, reading_of(good, **BY_READING[check](good)))


def test_a_channel_that_no_event_came_through_is_found(good: MapDocument) -> None:
    document = apply(good, BOTH["channel_without_events"]).document
    assert "channel_without_events" in checks(document, reading_of(document))
    assert "channel_without_events" not in checks(document)


def test_every_check_has_a_map_that_it_finds_something_on() -> None:
    folder = Path(next(iter(lint_package.__path__)))
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    named_in_code = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)",\s+"(?:problem|warning|hint)"', source))
    tested = {*BY_DOCUMENT, *BY_READING, *BOTH}
    assert len(named_in_code) > 30
    assert named_in_code <= tested


@pytest.mark.parametrize("note_kind", ["skipped", "looped", "jumped_back"])
def test_what_few_do_otherwise_is_no_finding(good: MapDocument, note_kind: str) -> None:
    few = note(note_kind, share=Share(part=2, whole=80))
    assert checks(good, reading_of(good, **few)) == set()


def test_steps_that_most_go_past_are_one_finding(good: MapDocument) -> None:
    notes = tuple(
        RealityNote(id=step, kind="skipped", step=step, persons=60, share=Share(part=60, whole=80))
        for step in STEPS[1:4]
    )
    [finding] = lint(good, reading_of(good, reality=notes), today=TODAY)
    assert finding.as_json("de")["reason"] == (
        "An 3 gezeichneten Schritten geht mehr als die Hälfte vorbei, darunter: "
        "Schritt 1, Schritt 2, Schritt 3."
    )


def test_a_cell_that_counting_fills_is_not_empty(good: MapDocument) -> None:
    document = apply(good, [without("cards", named("c", 2))]).document
    assert "cells_empty" in checks(document)
    assert "cells_empty" not in checks(document, reading_of(document))


def test_a_question_does_not_fill_a_cell(good: MapDocument) -> None:
    document = apply(good, [put("cards", named("c", 0), "kind", "note", "question")]).document
    assert "cells_empty" in checks(document)


def test_a_computed_measure_counts_as_a_measure(good: MapDocument) -> None:
    document = apply(good, [without("cards", named("c", 5))]).document
    share = KpiCard(id="k", provenance=Provenance.OBSERVED, kpi="x", unit="share", value=0.1)
    asks = QuestionCard(id="q", provenance=Provenance.ASSUMED, question="x")
    steps = reading_of(document).steps
    for card, told in ((share, False), (asks, True)):
        first = steps[0].model_copy(update={"cells": {**steps[0].cells, LANES["kpis"]: (card,)}})
        found = checks(document, reading_of(document, steps=(first, *steps[1:])))
        assert ("stage_without_measure" in found) is told


def test_a_pain_that_stays_as_it_is_needs_only_a_reason(good: MapDocument) -> None:
    reason = {
        "lane": LANES["marks"],
        "step": STEPS[2],
        "text": {"de": "Gesetzlich so vorgeschrieben"},
    }
    ops = [
        without("links", named("k", 0)),
        add("cards", named("c", 300), **reason),
        add("links", named("k", 1), source=named("c", 300), target=named("c", 100), kind="answers"),
    ]
    assert "pain_unanswered" not in checks(apply(good, ops).document)


def fixes(document: MapDocument, reading: JourneyMap | None = None) -> list[Finding]:
    return [finding for finding in lint(document, reading, today=TODAY) if finding.fix]


def test_a_fix_mends_what_was_found(good: MapDocument) -> None:
    mended = set()
    for ops in BY_DOCUMENT.values():
        document = apply(good, ops).document
        for finding in fixes(document, reading_of(document)):
            assert finding.fix is not None
            after = apply(document, finding.fix.ops).document
            assert load_document(after.to_json()) == after
            left = lint(after, reading_of(after), today=TODAY)
            assert (finding.check, finding.kind, finding.id) not in [
                (one.check, one.kind, one.id) for one in left if one.facts == finding.facts
            ]
            mended.add(finding.check)
    assert mended == {
        "review_not_planned",
        "review_overdue",
        "period_missing",
        "lane_missing",
        "stage_empty",
        "card_is_list",
    }


def test_hiding_the_rest_of_a_crowded_cell_leaves_five(good: MapDocument) -> None:
    reading = reading_of(good, **many(good))
    [finding] = fixes(good, reading)
    assert finding.fix is not None
    after = apply(good, finding.fix.ops).document
    assert len(after.hidden_computed) == 3
    assert checks(after, reading) == set()


def test_a_list_becomes_a_card_for_each_line(good: MapDocument) -> None:
    document = apply(good, BY_DOCUMENT["card_is_list"]).document
    [finding] = fixes(document)
    assert finding.fix is not None
    after = apply(document, finding.fix.ops).document
    cell = after.cells()[STEPS[0], LANES["actions"]]
    assert [after.cards[name].text["de"] for name in cell] == ["zu teuer", "zu langsam", "zu weit"]
    assert {after.cards[name].source for name in cell} == {"Umfrage"}


def every_finding(good: MapDocument) -> list[Finding]:
    found = []
    for ops in [*BY_DOCUMENT.values(), *BOTH.values()]:
        document = apply(good, ops).document
        found += lint(document, reading_of(document), today=TODAY)
        found += lint(document, None, today=TODAY)
    for change in BY_READING.values():
        found += lint(good, reading_of(good, **change(good)), today=TODAY)
    return found


def test_every_finding_speaks_german(good: MapDocument) -> None:
    german = translator("de")
    for finding in every_finding(good):
        label = [finding.fix.label] if finding.fix else []
        for message in (finding.reason, finding.advice, *label):
            if message.many:
                assert german.ngettext(message.text, message.many, 2) != message.many
            else:
                assert german.gettext(message.text) != message.text


def test_findings_are_whole_sentences_without_placeholders(good: MapDocument) -> None:
    for finding in every_finding(good):
        for language in ("de", "en"):
            told = finding.as_json(language)
            assert told["reason"][-1] in ".?:" or finding.check == "binding_broken"
            assert not re.search(r"[{}]", told["reason"] + told["advice"] + told["fix_label"])
            assert bool(told["fix"]) == bool(told["fix_label"])


def test_figures_and_days_are_written_as_the_reader_writes_them(good: MapDocument) -> None:
    overdue = apply(good, [head("next_review_on", "2026-06-01", "2023-01-01")]).document
    [finding] = [one for one in lint(overdue, None, today=TODAY) if one.check == "review_overdue"]
    assert "1.219 Tagen" in finding.as_json("de")["reason"]
    assert "1,219 days" in finding.as_json("en")["reason"]
    unplanned = apply(good, BY_DOCUMENT["review_not_planned"]).document
    [finding] = fixes(unplanned)
    assert finding.as_json("de")["fix_label"] == "Am 2. August 2026 prüfen"


def test_shares_and_channels_are_said_in_the_reader_s_words(good: MapDocument) -> None:
    again = reading_of(good, **BY_READING["often_again"](good))
    [finding] = lint(good, again, today=TODAY)
    assert finding.as_json("en")["reason"] == "50% come to “Schritt 2” more than once."
    assert finding.as_json("de")["reason"] == "50\xa0% kommen mehr als einmal zu „Schritt 2“."
    for channel, said in (("phone", "Telefon"), ("{x}", "{x}"), ("email", "E-Mail")):
        unseen = reading_of(good, **note("undrawn", touchpoint="x", channels=(channel,)))
        found = [one.as_json("de")["reason"] for one in lint(good, unseen, today=TODAY)]
        assert f"Der Kanal „{said}“ kommt in den Daten vor, aber nicht auf der Karte." in found


def test_a_name_that_is_missing_or_long_is_said_shortly(good: MapDocument) -> None:
    nameless = apply(good, [put("stages", STAGES[0], "label", {"de": "Phase 0"}, {})]).document
    nameless = apply(nameless, BY_DOCUMENT["stage_without_measure"]).document
    [finding] = lint(nameless, None, today=TODAY)
    assert finding.as_json("de")["reason"] == "Die Phase „(ohne Namen)“ hat keine Kennzahl."
    long = {"de": "sehr " * 40}
    ops = [without("links", named("k", 0)), put("cards", named("c", 100), "text", PAIN, long)]
    [finding, *_] = lint(apply(good, ops).document, None, today=TODAY)
    assert len(finding.as_json("de")["reason"]) < 130


def test_the_gravest_come_first(good: MapDocument) -> None:
    document = apply(good, [op for ops in list(BY_DOCUMENT.values())[3:8] for op in ops]).document
    broken = reading_of(document, **BY_READING["binding_broken"](document))
    found = [finding.severity for finding in lint(document, broken, today=TODAY)]
    assert found == sorted(found, key=["problem", "warning", "hint"].index)
    assert found[0] == "problem"


@pytest.mark.parametrize("name", [one.id for one in templates()])
def test_a_template_leads_to_no_warning_but_what_a_team_must_say_itself(name: str) -> None:
    found = {
        one.check for one in lint(new_map(name, "de"), None, today=TODAY) if one.severity != "hint"
    }
    assert found <= {
        "actor_missing",
        "goal_missing",
        "decision_missing",
        "owner_missing",
        "cells_empty",
        "curve_empty",
    }


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ({"de": "Marketing"}, True),
        ({"de": "Abteilung Einkauf"}, True),
        ({"de": "Vertriebsteam"}, False),
        ({"de": "Vertrieb-Team"}, True),
        ({"en": "Sales department"}, True),
        ({"en": "Customer Service"}, True),
        ({"de": "Kaufen"}, False),
        ({"de": "Um Hilfe bitten"}, False),
        ({"en": "Get support"}, False),
        ({}, False),
    ],
)
def test_departments_are_known_by_name(label: dict[str, str], found: bool) -> None:
    assert bool(department_in(label)) is found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Ich verlängere meinen Vertrag", True),
        ("Mein erster Tag", True),
        ("How I get help", True),
        ("Kundengewinnung 2026", False),
        ("Wie Kunden uns finden", False),
        ("Mission Wirkung", False),
    ],
)
def test_a_customer_s_title_is_known_by_who_speaks(title: str, found: bool) -> None:
    assert is_customers_view([title]) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ({"de": "Neue App bauen"}, True),
        ({"en": "Launch a chatbot"}, True),
        ({"de": "Niemand findet die Rückgabe"}, False),
        ({"de": "Wie könnten wir das ohne App lösen?"}, False),
        ({"en": "People apply twice"}, False),
    ],
)
def test_a_solution_is_known_by_its_words(text: dict[str, str], found: bool) -> None:
    assert bool(solution_in(text)) is found
