"""Errors: exit codes by branch, hints, nearest names, JSON, no traceback."""

from __future__ import annotations

import fcntl

import pytest

from tests.cli.running import run


def test_a_directory_that_is_no_workspace_is_not_found(tmp_path):
    ran = run("build", tmp_path)
    assert ran.code == 3
    assert "waypost init" in ran.err
    assert ran.out == ""


def test_a_workspace_made_twice_is_a_conflict(own_shop):
    assert run("init", own_shop).code == 4


def test_a_workspace_that_somebody_writes_is_a_conflict(own_shop):
    with (own_shop / ".lock").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = run("build", own_shop)
    assert ran.code == 4


def test_a_damaged_snapshot_is_told_and_ends_with_five(own_shop):
    broken = next((own_shop / "snapshots").rglob("event.npy"))
    broken.write_bytes(broken.read_bytes()[:-3])
    ran = run("check", own_shop)
    assert ran.code == 5
    assert ran.out.startswith("! ")


def test_an_unknown_touchpoint_offers_the_nearest_names(shop):
    ran = run("funnel", shop, "catr", "order")
    assert ran.code == 2
    assert "'cart'" in ran.err


def test_an_unknown_touchpoint_is_told_in_german(shop):
    ran = run("funnel", shop, "catr", language="de")
    assert ran.err.startswith("Dieser Arbeitsbereich kennt 'catr' nicht")
    assert "Meinten Sie" in ran.err
    assert " or " not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("funle",), "funnel"),
        (("funnel", ".", "cart", "--wihtin", "3d"), "--within"),
        (("funnel",), "SHOP"),
        (("paths", ".", "--top", "many"), "--top"),
        (("demo", "x", "--persons", "3"), "--persons"),
        (("build", ".", "again", "now"), "takes: again now"),
    ],
)
def test_a_command_typed_wrongly_says_what_is_meant_and_where_help_is(words, said):
    ran = run(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "--help" in ran.err


def test_a_wrong_duration_is_told_with_what_is_allowed(shop):
    ran = run("funnel", shop, "cart", "--within", "soon")
    assert ran.code == 2
    assert "7d" in ran.err


def test_a_condition_that_does_not_parse_is_told(shop):
    ran = run("drop-off", shop, "--where", "channel = ")
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_a_map_whose_ending_says_nothing_is_refused_before_it_is_drawn(shop, tmp_path):
    ran = run("map", shop, "-o", tmp_path / "map.docx")
    assert ran.code == 2
    assert ".html" in ran.err


def test_a_file_that_may_not_be_written_is_told_without_a_traceback(shop, tmp_path):
    (tmp_path / "taken").write_text("")
    ran = run("map", shop, "-o", tmp_path / "taken" / "map.json")
    assert ran.code == 2
    assert "taken" in ran.err


@pytest.mark.parametrize(
    "words",
    [("build", "nowhere"), ("funle",), ("funnel",), ("who", "nowhere", "x"), ("--language", "fr")],
)
def test_with_json_an_error_is_one_value_on_standard_output(words):
    ran = run(*words, "--json")
    assert ran.err == ""
    assert set(ran.value) == {"error"}
    assert ran.value["error"]["message"]
    assert ran.code in (2, 3)


def test_a_language_that_waypost_does_not_speak_is_refused():
    ran = run("log", "shop", "--language=fr")
    assert ran.code == 2
    assert "de" in ran.err
