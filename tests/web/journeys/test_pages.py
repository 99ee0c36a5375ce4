"""Overview, builder, who is behind a row, kept questions."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

import pytest

from waypost.app.studio.permissions import Role
from waypost.app.studio.question_forms import BY_NAME

FUNNEL = "steps=step:cart&steps=step:order"


def test_what_is_wrong_stands_beside_its_field_with_names_that_may_be_meant(client):
    answer = client.get("/w/shop/journeys/funnel?steps=step:cart&steps=step:ordr")
    assert answer.status_code == 422
    field = answer.text.partition("data-many")[2].partition("</fieldset>")[0]
    assert 'role="alert"' in field
    assert "steps=step%3Acart&amp;steps=step%3Aorder" in field


def test_a_wrong_time_is_told_beside_its_field(client):
    answer = client.get(f"/w/shop/journeys/funnel?{FUNNEL}&within=7x")
    assert answer.status_code == 422
    assert 'aria-describedby="e-within"' in answer.text


def test_a_time_in_number_and_unit_is_the_one_that_is_written(client):
    spoken = "within=1,5&within_unit=h&within_step=&within_step_unit=d"
    answer = client.get(f"/w/shop/journeys/funnel?{FUNNEL}&{spoken}", follow_redirects=False)
    assert answer.headers["location"].partition("steps=step%3Aorder")[2] == "&within=1.5h"
    text = client.get(f"/w/shop/journeys/funnel?{FUNNEL}&within=none").text
    assert '<option value="none" selected data-numberless>any time</option>' in text


def test_a_condition_from_lists_becomes_part_of_the_question(client):
    query = f"{FUNNEL}&add_to=never&add_field=channel&add_value=phone"
    text = client.get(f"/w/shop/journeys/funnel?{query}").text
    assert 'name="segment" value="never: channel = &#39;phone&#39;"' in text


def test_words_of_users_stay_words(client):
    nasty = "<script>alert(1)</script>"
    text = client.get("/w/shop/journeys/volumes", params={"where": f"event = '{nasty}'"}).text
    assert nasty not in text
    assert "&lt;script&gt;" in text


def test_as_many_are_listed_as_the_figure_says_and_nobody_is_named(studio):
    client = studio.client(Role.VIEWER)
    answer = client.get(f"/api/v1/workspaces/shop/questions/funnel?{FUNNEL}").json()
    lost = answer["columns"]["lost"][0]
    cell = {"step": "step:cart", "measure": "lost"}
    found = client.post(
        "/api/v1/workspaces/shop/questions/funnel/members",
        json={"question": answer["question"], "cell": cell},
    ).json()
    assert found["persons"] == lost > 0
    assert set(found["members"][0]) == {"id", "first_at", "last_at", "events"}
    row = quote(json.dumps({"step": "step:cart"}))
    page = client.get(f"/w/shop/journeys/funnel/members?{FUNNEL}&cell={row}&measure=lost")
    assert page.status_code == 200
    assert "@" not in page.text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_row_that_is_none_is_refused_in_words(client):
    answer = client.get(f"/w/shop/journeys/funnel/members?{FUNNEL}&cell=nothing")
    assert answer.status_code == 422


def test_a_question_is_kept_found_again_and_forgotten(studio):
    client = studio.client(Role.COMMENTER)
    kept = client.post(
        "/w/shop/journeys/funnel/keep", data={"title": "Cart to order", "asked": FUNNEL}
    )
    assert "Cart to order" in kept.text
    assert "steps=step%3Acart&amp;steps=step%3Aorder" in kept.text
    name = re.search(r"/journeys/kept/(q_\w+)/remove", kept.text)[1]
    gone = client.post(f"/w/shop/journeys/kept/{name}/remove")
    assert "Cart to order" not in gone.text


def test_a_viewer_keeps_no_question(studio):
    client = studio.client(Role.VIEWER)
    answer = client.post("/w/shop/journeys/funnel/keep", data={"title": "x", "asked": FUNNEL})
    assert answer.status_code == 403


def test_the_overview_has_flow_tree_funnel_and_paths(client):
    whole = client.get("/w/shop/journeys").text
    for part in ("flow", "tree", "funnel", "paths"):
        text = whole
        while 'hx-trigger="load' in text.partition(f'id="part-{part}"')[2][:300]:
            text = client.get(f"/w/shop/journeys/part/{part}").text
        assert f'id="part-{part}"' in text
    assert 'class="sankey"' in client.get("/w/shop/journeys/part/flow").text


def test_the_tree_follows_a_path(client):
    text = client.get("/w/shop/journeys/part/tree?by=stage&path=consideration").text
    assert "path=consideration&amp;path=" in text
    assert "/segments/new?rule=stage+%3D+%27consideration%27" in text


def test_before_the_first_build_pages_teach(empty_studio):
    client = empty_studio.client()
    for address in ("/w/shop/journeys", "/w/shop/journeys/volumes", "/w/shop/segments"):
        answer = client.get(address)
        assert answer.status_code in (200, 422), address
        assert 'class="teach"' in answer.text, address


def test_pictures_come_as_svg_and_png(client):
    svg = client.get(f"/api/v1/workspaces/shop/questions/funnel/chart.svg?{FUNNEL}&theme=dark")
    png = client.get(f"/api/v1/workspaces/shop/questions/funnel/chart.png?{FUNNEL}&width=400")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert b"<svg" in svg.content
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("page", ["funnel", "funnel/definition"])
def test_a_page_keeps_the_room_that_its_picture_takes(client, page):
    text = client.get(f"/w/shop/journeys/{page}?{FUNNEL}").text
    address = html.unescape(re.search(r'data-chart="([^"]+)"', text)[1])
    sizes = dict(size.split("x") for size in re.search(r'data-sizes="([^"]+)"', text)[1].split())
    assert len(sizes) > 1
    for width in (min(sizes, key=int), max(sizes, key=int)):
        svg = client.get(f"{address}&width={width}").text
        assert f'width="{width}" height="{sizes[width]}"' in svg[:400]


def test_a_figure_is_put_on_a_map_with_what_it_rests_on(studio):
    client = studio.client()
    made = client.post(
        "/api/v1/workspaces/shop/maps",
        json={"from": "template", "template": "general", "title": "Cart", "language": "en"},
    )
    assert made.status_code == 201, made.text
    name = made.json()["id"]
    row = {"step": "step:cart"}
    answer = client.post(
        "/w/shop/journeys/funnel/card",
        data={"asked": FUNNEL, "cell": json.dumps(row), "measure": "lost", "map": name},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    card = answer.headers["location"].partition("#")[2]
    document = client.get(f"/api/v1/workspaces/shop/maps/{name}").json()["document"]
    asked = client.get(f"/api/v1/workspaces/shop/questions/funnel?{FUNNEL}").json()
    assert document["cards"][card]["persons"] == asked["columns"]["lost"][0]
    assert document["cards"][card]["evidence"]["question"] == asked["question"]


def test_steps_are_picked_by_label_and_addressed_by_id(studio):
    client = studio.client()
    asked = {"steps": ["Fill the cart (Step)", "Bestellen (Schritt)"]}
    answer = client.get("/w/shop/journeys/funnel", params=asked)
    assert answer.status_code == 200
    assert answer.url.query.decode() == "steps=step%3Acart&steps=step%3Aorder"
    assert 'name="steps" value="Fill the cart (Step)"' in answer.text


def test_steps_to_pick_say_how_many_persons_were_there(client):
    told = client.get("/w/shop/journeys/choices").text
    found = re.search(r'<option value="Fill the cart \(Step\)">([\d,]+) persons<', told)
    volumes = client.get("/api/v1/workspaces/shop/questions/volumes?by=step").json()["columns"]
    cart = volumes["step"].index("cart")
    assert found is not None
    assert int(found[1].replace(",", "")) == volumes["persons"][cart] > 0


def test_every_question_says_how_it_counts(client):
    for name in BY_NAME:
        told = client.get(f"/w/shop/journeys/{name.replace('_', '-')}/definition")
        assert told.status_code == 200, name
        assert 'class="formula"' in told.text


def test_a_definition_shows_the_answer_it_was_opened_from(client):
    client.get(f"/w/shop/journeys/funnel?{FUNNEL}")
    told = client.get(f"/w/shop/journeys/funnel/definition?{FUNNEL}").text
    assert "chart.svg?" in told
    assert "share of those who entered" in told


def test_a_figure_goes_to_the_step_and_lane_that_were_chosen(studio):
    client = studio.client()
    made = client.post(
        "/api/v1/workspaces/shop/maps",
        json={"from": "template", "template": "general", "title": "Place", "language": "en"},
    )
    name = made.json()["id"]
    document = client.get(f"/api/v1/workspaces/shop/maps/{name}").json()["document"]
    step, lane = max(document["steps"]), max(document["lanes"])
    preview = client.get(
        "/w/shop/journeys/funnel/card",
        params={"map": name, "step": step, "lane": lane, "text": "Our figure"},
    )
    assert f'value="{step}" selected' in preview.text
    assert "Our figure" in preview.text
    data = {"asked": FUNNEL, "cell": '{"step": "step:cart"}', "map": name, "text": "Our figure"}
    answer = client.post(
        "/w/shop/journeys/funnel/card",
        data={**data, "step": step, "lane": lane},
        follow_redirects=False,
    )
    card = answer.headers["location"].partition("#")[2]
    found = client.get(f"/api/v1/workspaces/shop/maps/{name}").json()["document"]["cards"][card]
    assert (found["step"], found["lane"]) == (step, lane)
    assert found["text"] == {"en": "Our figure"}


def test_a_figure_goes_to_no_step_of_another_map(studio):
    client = studio.client()
    made = client.post(
        "/api/v1/workspaces/shop/maps",
        json={"from": "template", "template": "general", "title": "Other", "language": "en"},
    )
    data = {"asked": FUNNEL, "cell": '{"step": "step:cart"}', "map": made.json()["id"]}
    answer = client.post("/w/shop/journeys/funnel/card", data={**data, "step": "t_nowhere"})
    assert answer.status_code == 404


def test_the_newest_cohort_stands_first_and_its_periods_in_order(client):
    page = client.get("/w/shop/journeys/retention?every=month").text
    rows = re.findall(r'<th scope="row"[^>]*>([\d-]+)</th><td[^>]*>(\d+)', page)
    assert rows == sorted(rows, key=lambda row: (row[0], -int(row[1])), reverse=True)
    assert len({cohort for cohort, _ in rows}) > 2
