"""Page, API, command line and Python give the same answer to every question."""

from __future__ import annotations

import html
import re
import shlex

import pytest

import waypost
from tests.cli.running import run
from waypost.app.studio.question_forms import BY_NAME
from waypost.questions import QUESTIONS

NEEDED = {
    "conformance": "steps=step:cart&steps=step:order",
    "funnel": "steps=stage:consideration&steps=step:cart&steps=step:order&within=30d&optional=2",
    "groups": "by=channel",
    "micro_conversions": "goal=step:order",
    "patterns": "patterns=touchpoint:cart -> touchpoint:order&patterns=email_opened",
    "repeat": "step=step:order",
    "time_between": "first=step:cart&then=step:order",
}
NARROWED = {
    "transitions": "by=step&persons=1&segment=channel = 'web'&since=2025-01-01",
    "volumes": "by=channel&where=stage is not null&unit=session",
    "drop_off": "by=step&breakdown=channel&groups=2",
    "loops": "by=step&compare=channel = 'email'",
    "retention": "every=month&periods=3&segment=never: step = 'order'",
}
FUNNEL = "steps=step:cart&steps=step:order&since=2025-01-01&until=2025-12-31"


def copied(page: str, what: str) -> str:
    found = re.search(rf'<pre id="copy-{what}"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found is not None, f"the page does not tell {what}"
    return html.unescape(found[1])


def answer_of_command(command: str, path) -> dict:
    words = shlex.split(command)
    assert words[0] == "waypost"
    place = words.index("shop")
    return run(*words[1:place], path, "--json", *words[place + 1 :]).value


def answer_of_python(text: str, path) -> dict:
    head, _, call = text.strip().rpartition("\n")
    names: dict = {}
    exec(head.replace("waypost.open('shop')", f"waypost.open({str(path)!r})"), names)
    return eval(call, names).to_dict()


def test_a_name_that_the_question_does_not_have_is_refused_with_the_nearest(studio):
    answer = studio.client().get(f"/api/v1/workspaces/shop/questions/funnel?{FUNNEL}&wihin=7d")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "The question funnel has no field 'wihin'."
    assert answer.json()["error"]["hint"] == "Did you mean 'within'?"


def ask_everywhere(studio, name: str, query: str) -> None:
    client = studio.client()
    page = client.get(f"/w/shop/journeys/{name.replace('_', '-')}?{query}")
    assert page.status_code == 200, page.text
    text = page.text
    for _ in range(50):
        if 'id="answer"' in text and "hx-trigger" not in text.partition('id="answer"')[2][:200]:
            break
        text = client.get(f"/w/shop/journeys/{name.replace('_', '-')}/answer?{query}").text
    over_http = client.get(f"/api/v1/workspaces/shop/questions/{name}?{query}").json()
    posted = client.post(
        f"/api/v1/workspaces/shop/questions/{over_http['question']['question']}",
        json=over_http["question"],
    ).json()
    assert posted == over_http
    assert answer_of_command(copied(text, "command"), studio.path) == over_http
    assert answer_of_python(copied(text, "python"), studio.path) == over_http


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_has_one_answer_on_every_surface(studio, name):
    ask_everywhere(studio, name, NEEDED.get(name, ""))


@pytest.mark.parametrize("name", sorted(NARROWED))
def test_filters_breakdowns_and_comparisons_are_the_same_on_every_surface(studio, name):
    ask_everywhere(studio, name, NARROWED[name])


def test_two_periods_are_compared_the_same_on_every_surface(studio):
    ask_everywhere(studio, "funnel", f"{FUNNEL}&other_since=2026-01-01&other_until=2026-12-31")


@pytest.mark.parametrize(("language", "words"), [("de", "7 Tage"), ("en", "7 days")])
def test_the_page_shows_the_figure_of_the_answer_in_both_languages(studio, language, words):
    user = studio.person(next(iter(studio._people)))
    client = studio.client_of(user)
    client.patch("/api/v1/account", json={"language": language})
    query = "steps=step:cart&steps=step:order"
    result = waypost.open(studio.path).ask(
        waypost.questions.Funnel(steps=["step:cart", "step:order"])
    )
    text = client.get(f"/w/shop/journeys/funnel?{query}").text
    row = list(result.rows())[1]
    assert f'data-sort="{row["persons"]}">{row["persons"]}</td>' in text
    assert html.unescape(text)
    assert words in html.unescape(text) or language == "de"


def test_the_csv_file_has_every_row_and_disarms_what_a_spreadsheet_would_run(studio):
    client = studio.client()
    answer = client.get("/api/v1/workspaces/shop/questions/transitions?by=step").json()
    lines = client.get("/api/v1/workspaces/shop/questions/transitions/table.csv?by=step").text
    assert len(lines.strip().splitlines()) == 1 + len(answer["columns"]["from"])


def test_every_field_of_every_question_is_in_its_form(studio):
    client = studio.client()
    for name, asked in BY_NAME.items():
        text = client.get(f"/w/shop/journeys/{name}").text
        missing = [field for field in asked.fields if f'name="{field}"' not in text]
        assert not missing, name
