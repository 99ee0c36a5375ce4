"""who, split, coverage, map."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from tests.cli.running import run


@pytest.fixture(scope="module")
def email(shop):
    for part in sorted((shop / "log").rglob("part-*.parquet")):
        if "id.email" in pq.read_schema(part).names:
            found = pq.read_table(part, columns=["id.email"])["id.email"].drop_null()
            if len(found):
                return found[0].as_py()
    raise AssertionError("the demo has no e-mail address")


def test_who_tells_the_person_and_what_joined_them_in_german(shop, email):
    ran = run("who", shop, email, language="de")
    assert ran.code == 0
    assert email in ran.out or "…" in ran.out
    assert "zugehörig" in ran.out
    assert max(len(line) for line in ran.lines) <= 80


def test_a_person_is_found_by_their_id_as_well(shop, email):
    by_mail = run("who", shop, f"email:{email}", "--json").value
    assert run("who", shop, by_mail["person_id"], "--json").value["person"] == by_mail["person"]


def test_split_takes_an_identifier_out_and_undo_puts_it_back(own_shop, email):
    before = run("who", own_shop, email, "--json").value
    assert run("split", own_shop, email).code == 0
    apart = run("who", own_shop, email, "--json").value
    assert apart["asked"]["standing"] == "split"
    assert run("split", own_shop, email, "--undo").code == 0
    assert run("who", own_shop, email, "--json").value == before


def test_a_blocked_identifier_names_nobody_and_undo_lets_it_join_again(own_shop, email):
    before = run("who", own_shop, email, "--json").value
    assert run("block", own_shop, email).code == 0
    assert run("who", own_shop, email, "--json").value["asked"]["standing"] == "blocked"
    assert run("block", own_shop, email, "--undo").code == 0
    assert run("who", own_shop, email, "--json").value == before


def test_apart_makes_two_persons_of_one_and_undo_makes_them_one_again(own_shop, email):
    before = run("who", own_shop, email, "--json").value
    edge = next(edge for edge in before["edges"] if edge["fate"] == "joined")
    one, other = (f"{edge[end]['kind']}:{edge[end]['value']}" for end in ("one", "other"))
    assert run("apart", own_shop, one, other).code == 0
    persons = [run("who", own_shop, end, "--json").value["person"] for end in (one, other)]
    assert persons[0] != persons[1]
    assert run("apart", own_shop, other, one, "--undo").code == 0
    assert run("who", own_shop, email, "--json").value == before


def test_coverage_tells_the_share_of_bound_events(shop):
    told = run("coverage", shop, "--json").value
    assert 0.9 < told["share"] <= 1
    assert "%" in run("coverage", shop).out


def test_a_map_is_written_in_every_form_that_is_asked_for(shop, tmp_path):
    page, document = tmp_path / "m.html", tmp_path / "m.json"
    ran = run("map", shop, "-o", page, "-o", document, "--title", "Ein Rad kaufen", "--json")
    assert ran.value == {"written": [str(page), str(document)]}
    assert "Ein Rad kaufen" in page.read_text()
    assert json.loads(document.read_bytes())["head"]["persons"] > 0


def test_a_map_speaks_the_language_that_was_asked_for(shop, tmp_path):
    german, english = tmp_path / "de.html", tmp_path / "en.html"
    run("map", shop, "-o", german, language="de")
    run("map", shop, "-o", english, "--language", "en", language="de")
    assert '<html lang="de"' in german.read_text()
    assert '<html lang="en"' in english.read_text()


def test_a_segment_narrows_the_map(shop, tmp_path):
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    run("map", shop, "-o", whole)
    run("map", shop, "-o", part, "--segment", "channel = 'store'")
    counts = [json.loads(path.read_bytes())["head"]["persons"] for path in (whole, part)]
    assert 0 < counts[1] < counts[0]
